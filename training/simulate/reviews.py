"""Reviewers choose orders by their own imperfect suspicion and by lot, decide weeks to months later, and err."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from training.simulate.days import dates
from training.simulate.draws import Numbers, Truths, Words, among, around, chance, choose
from training.simulate.world import World

WATCHED = ("AE", "HK", "MY", "SG", "TH", "TR", "TW", "VN", "ID", "KZ")  # assumption: the reviewers' own list
DECISIONS = {
    "confirmed_diversion": {"refused": 0.55, "reported": 0.30, "escalated": 0.15},
    "confirmed_violation": {"reported": 0.6, "licence_required": 0.4},
    "justified_alert": {"cleared_with_conditions": 0.6, "licence_required": 0.25, "hold": 0.15},
    "false_positive": {"cleared": 0.93, "cleared_with_conditions": 0.07},
    "undetermined": {"hold": 0.55, "escalated": 0.45},
}  # assumption
FLOOR, CEILING = 0.02, 0.97


def suspicion(
    world: World, rng: np.random.Generator, deals: pd.DataFrame, firms: pd.DataFrame, value: Numbers
) -> Numbers:
    """How odd each order feels to a reviewer who knows file, trade and customer, before he looks closely."""
    mine = firms.iloc[deals["firm"]]
    young = (deals["date"] - mine["founded"].to_numpy()).dt.days < 900
    odd = (
        0.35 * np.log10(np.maximum(value, 1.0))
        + 1.1 * (deals["item"] == "a")
        + 0.6 * deals["destination"].isin(WATCHED)
        + 0.5 * young
        + 0.7 * deals["place"].isin(["forwarder", "free_zone"])
        + 0.6 * deals["payer_role"].isin(["financier", "stranger", "treasury"])
    )
    sensed = world.rates["reviews"]["hunch"] * (deals["intent"] != "honest")
    return np.asarray(odd + sensed, dtype=float) + rng.normal(0, 1, len(deals))


@dataclass(frozen=True)
class Desk:
    """The review desk: an order is taken in the long run as suspicion goes over `middle`, the faster the `slope`."""

    slope: float
    middle: float

    def propensity(self, odd: Numbers) -> Numbers:
        """The probability with which the policy takes each order."""
        return np.asarray(np.clip(1 / (1 + np.exp(-self.slope * (odd - self.middle))), FLOOR, CEILING))


def desk(world: World, odd: Numbers) -> Desk:
    """A desk that takes the policy's share of ordinary orders, given how odd each of them felt."""
    told = world.rates["reviews"]
    slope = 4 * told["sharpness"] / max(float(odd.std()), 1e-9)
    low, high = float(odd.min()) - 20, float(odd.max()) + 20
    for _ in range(60):
        middle = (low + high) / 2
        mean = float(Desk(slope, middle).propensity(odd).mean())
        low, high = (middle, high) if mean > told["policy"] else (low, middle)
    return Desk(slope, (low + high) / 2)


def reviews(world: World, rng: np.random.Generator, deals: pd.DataFrame, odd: Numbers, taking: Desk) -> pd.DataFrame:
    """One row a reviewed order, index of `deals`: class, decision, verification, source, propensity, dates, reviewer.

    `propensity` is the probability that the order came to review by its `source`: the audit draws from all orders at
    one rate, the policy from the rest. A review that ends after the book is known has no row yet.
    """
    told, size = world.rates["reviews"], len(deals)
    taken = taking.propensity(odd)
    audited = chance(rng, told["audit"], size)
    chosen = chance(rng, taken, size) & ~audited
    label = _labels(world, rng, deals)
    days = np.ceil(around(rng, told["median_days"], told["spread"], size)).clip(5)
    decided = deals["date"] + pd.to_timedelta(days, unit="D")
    table = pd.DataFrame(
        {
            "decision": _decisions(rng, label),
            "label_class": label,
            "verification": _verification(world, rng, label),
            "source": np.where(audited, "audit", "review"),
            "propensity": np.where(audited, told["audit"], (1 - told["audit"]) * taken).round(6),
            "ordered_on": dates(deals["date"]),
            "decided_on": dates(decided),
            "reviewer": "R" + pd.Series(rng.integers(1, told["reviewers"] + 1, size)).astype(str).str.zfill(2),
        },
        index=deals.index,
    )
    return table[(audited | chosen) & (decided <= pd.Timestamp(world.rates["book"]["known_to"]))]


def stopped(reviewed: pd.DataFrame, deals: pd.DataFrame) -> "pd.Series[pd.Timestamp]":
    """The day on which each order was stopped, index of `deals`; missing where it was cleared, or not reviewed."""
    held = reviewed[~reviewed["decision"].isin(["cleared", "cleared_with_conditions"])]
    return pd.to_datetime(held["decided_on"], format="%Y-%m-%d").reindex(deals.index)


def _labels(world: World, rng: np.random.Generator, deals: pd.DataFrame) -> Words:
    """What a review would find: true ones are mostly confirmed, honest ones mostly cleared, some neither."""
    told, size = world.rates["reviews"], len(deals)
    diverted: Truths = (deals["intent"] != "honest").to_numpy()
    operator = (deals["intent"] == "operator").to_numpy()
    confirmed = chance(rng, np.where(operator, told["confirms_operator"], told["confirms"]), size)
    true_ones = np.where(confirmed, "confirmed_diversion", choose(rng, told["missed"], size))
    wrong = chance(rng, told["wrongly_confirms"], size)
    honest = np.where(wrong, "confirmed_diversion", choose(rng, told["honest"], size))
    return np.where(diverted, true_ones, honest).astype(object)


def _decisions(rng: np.random.Generator, label: Words) -> Words:
    """What was decided, by what was found."""
    drawn = np.full(len(label), "", dtype=object)
    for name, shares in DECISIONS.items():
        drawn[label == name] = choose(rng, shares, int((label == name).sum()))
    return drawn


def _verification(world: World, rng: np.random.Generator, label: Words) -> Words:
    """How a clearance was reached: on paper, by proof of delivery or by an end-use check; open cases have none."""
    cleared = choose(rng, world.rates["reviews"]["verification"], len(label))
    other = among(rng, ("none", "paper", "end_use"), len(label))
    return np.where(label == "false_positive", cleared, np.where(label == "undetermined", "none", other)).astype(object)
