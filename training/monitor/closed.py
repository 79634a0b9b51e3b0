"""What reviewers found, held against what was said: calibration, hits, the drawn sample, agreement, flags."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import poisson

from scoring.model import Model
from training.contest.bed import unseen
from training.contest.check import Check, held, unevaluated
from training.contest.paired import between
from training.contest.said import asked_of, by_group, calibrated, fair
from training.customers import customer_of
from training.intervals import Interval
from training.monitor.live import Live
from training.outcomes import KEY, NO_WORDING, Wording, labels, read
from training.public_cases import wilson

HIT_DAYS, SAMPLE_DAYS = 42, 91  # before the last decision: six weeks of hits, thirteen of the drawn sample
FEWEST_EXPECTED = 5.0  # hits that the scores foresee, below which nothing can be told
SHARE_BELOW, FEWEST_FOR_SHARE = 0.6, 20.0  # found over expected; with 20 expected, fewer is chance 1 time in 40
CERTAIN = 0.99  # of the Poisson interval
AGREEMENT, FEWEST_TWICE = 0.8, 10  # share of lines that two reviewers found alike, and how many it takes
FEWEST_DRAWN = 20  # confirmed orders of the drawn sample, for a recall


@dataclass(frozen=True)
class Closed:
    """Decided lines that the model did not learn from: label, weight, source, propensity, days, customer, margin,
    probability, destination group. `told` are all outcomes as read; `learnt` counts the lines left out."""

    lines: pd.DataFrame
    told: pd.DataFrame
    learnt: int


def closed(model: Model, seen: Live, outcomes: Path, groups: pd.Series, wording: Wording = NO_WORDING) -> Closed:
    """The outcomes of these lines; raises OutcomesRefused. `groups` holds the country group of each line."""
    told = read(outcomes, wording)
    found = labels(told).rows.set_index(KEY)[["label", "weight", "source", "propensity", "decided_on"]]
    keys = pd.MultiIndex.from_frame(seen.facts[KEY].astype(str))
    lines = found.reindex(keys).set_axis(seen.facts.index)
    lines = lines.assign(
        order_id=seen.facts["order_id"],
        ordered_on=seen.facts["order_date"],
        customer=customer_of(seen.facts),
        margin=seen.margin,
        probability=seen.probability,
        group=groups,
    )
    kept = unseen(lines, model) | _later(lines, model)
    decided = lines["label"].notna().to_numpy()
    return Closed(lines[decided & kept], told, int((decided & ~kept).sum()))


def _later(lines: pd.DataFrame, model: Model) -> np.ndarray:
    """Whether each line was ordered after all that the model learnt from; an older folder names its cut alone."""
    told = model.facts.get("split", {})
    last = told.get("last", told.get("cut"))
    return (lines["ordered_on"] > pd.Timestamp(last)).to_numpy() if last else np.zeros(len(lines), dtype=bool)


def outcome_checks(model: Model, found: Closed) -> Iterator[Check]:
    """Every alarm on outcomes."""
    lines, asked = found.lines, asked_of(found.lines)
    parts = (asked["label"], asked["probability"].to_numpy(), asked["weight"], asked["customer"])
    yield from calibrated(*parts)
    yield fair(by_group(asked["group"], *parts), "destination")
    yield hits(lines)
    yield from drawn_sample(model, lines)
    yield agreement(found.told)


def hits(lines: pd.DataFrame) -> Check:
    """Confirmed orders of the last six weeks that the queue chose, against the sum of what was said of them."""
    name, bound = "hits against scores", f"inside {CERTAIN:.0%}, not below {SHARE_BELOW:.0%} of the expected"
    chosen = _last(lines[lines["source"] != "audit"], HIT_DAYS)
    orders = chosen.groupby("order_id")[["label", "probability"]].mean()
    expected, seen = float(orders["probability"].sum()), float(orders["label"].sum())
    if expected < FEWEST_EXPECTED:
        return unevaluated(name, bound, f"{expected:.1f} hits expected in {len(orders):,} closed orders: too few")
    low, high = foreseen(expected)
    few = expected >= FEWEST_FOR_SHARE and seen < SHARE_BELOW * expected
    says = f"{seen:.0f} found, {expected:.1f} expected ({low:.0f} to {high:.0f}) in {len(orders):,} closed orders"
    return held(name, seen / expected, bound, low <= seen <= high and not few, says)


def foreseen(expected: float) -> tuple[float, float]:
    """The numbers between which 99 of 100 counts lie when so many are expected (Poisson)."""
    return tuple(float(poisson.ppf(at, expected)) for at in ((1 - CERTAIN) / 2, (1 + CERTAIN) / 2))  # type: ignore[return-value]


def by_month(lines: pd.DataFrame) -> pd.DataFrame:
    """One row a month of decisions: closed orders, hits expected and found, and the interval of what was expected."""
    rows = {}
    for month, part in lines.groupby(lines["decided_on"].dt.strftime("%Y-%m"), sort=True):
        orders = part.groupby("order_id")[["label", "probability"]].mean()
        expected = float(orders["probability"].sum())
        low, high = foreseen(expected)
        found = float(orders["label"].sum())
        rows[str(month)] = {"orders": len(orders), "expected": expected, "low": low, "high": high, "found": found}
    return pd.DataFrame.from_dict(rows, orient="index")


def drawn_sample(model: Model, lines: pd.DataFrame) -> Iterator[Check]:
    """Prevalence and recall from the orders that were drawn at random, whatever their score; kinds missed."""
    names = ("prevalence of the drawn sample", "recall of the drawn sample", "kinds the queue missed")
    sample = _last(lines[lines["source"] == "audit"], SAMPLE_DAYS)
    if not len(sample):
        yield from (unevaluated(each, "", "no order was drawn at random (source audit)") for each in names)
        return
    orders = sample.groupby("order_id").agg(
        {"label": "max", "margin": "max", "propensity": "first", "customer": "first"}
    )
    found = between(lambda weights: _of_sample(weights, orders, model.thresholds[1]), orders["customer"])
    rate, recall, confirmed = found["prevalence"], found["recall"], int(orders["label"].sum())
    ends = f"90 % interval {rate.low:.4f} to {rate.high:.4f}" if confirmed else f"below {3 / len(orders):.4f}, if none"
    says = f"{len(orders):,} drawn orders, {confirmed} confirmed ({ends})"
    yield held(names[0], rate.value, "shown", True, says)
    yield _recall(model, names[1], recall, confirmed)
    missed = int(((orders["label"] == 1) & (orders["margin"] < model.thresholds[1])).sum())
    says = "confirmed orders of the drawn sample that stood below the queue: open a review of the kind"
    yield held(names[2], missed, "at most 0", missed == 0, says)


def agreement(told: pd.DataFrame) -> Check:
    """Share of lines decided by two reviewers that both found alike."""
    name, bound = "agreement of reviewers", f"at least {AGREEMENT:g}"
    named = told[told["reviewer"] != ""].groupby(KEY).agg({"reviewer": "nunique", "label_class": "nunique"})
    twice = named[named["reviewer"] > 1]
    if len(twice) < FEWEST_TWICE:
        return unevaluated(name, bound, f"{len(twice)} lines were decided by two reviewers, {FEWEST_TWICE} are needed")
    share = float((twice["label_class"] == 1).mean())
    return held(name, share, bound, share >= AGREEMENT, f"{len(twice):,} lines decided by two reviewers")


def hit_rates(model: Model, seen: Live, found: Closed | None) -> pd.DataFrame:
    """One row a flag: share not evaluated now and in training; decided lines with a yes, confirmed, and Wilson ends."""
    told = model.facts.get("reference")
    last = seen.month == seen.month.max()
    rows = {}
    for each in (each for each in model.inputs if each.kind == "flag"):
        row = {
            "flag": each.flag,
            "unknown": float(seen.matrix.loc[last, each.name].isna().mean()) if last.any() else np.nan,
            "unknown_before": np.nan if told is None else told["inputs"][each.name]["shares"][1],
        }
        rows[each.name] = row | _rate(seen.matrix[each.name], found)
    return pd.DataFrame.from_dict(rows, orient="index")


def _rate(flag: pd.Series, found: Closed | None) -> dict[str, float]:
    label = pd.Series(dtype=float) if found is None else found.lines["label"]
    said = label[flag.loc[label.index].fillna(False).astype(bool)]
    low, high = wilson(int(said.sum()), len(said)) if len(said) else (np.nan, np.nan)
    rate = float(said.mean()) if len(said) else np.nan
    return {"decided": len(said), "confirmed": int(said.sum()), "rate": rate, "low": low, "high": high}


def _recall(model: Model, name: str, recall: Interval, confirmed: int) -> Check:
    """The share found by the queue against the one on the model's card; an interval below it is an alarm."""
    accepted = model.facts.get("metrics", {}).get("model/found_reviewing_2_percent")
    bound = "its interval reaches the accepted recall" + ("" if accepted is None else f", {accepted:.3f}")
    if confirmed < FEWEST_DRAWN or accepted is None:
        return unevaluated(name, bound, f"{confirmed} confirmed orders were drawn, {FEWEST_DRAWN} are needed")
    says = f"90 % interval {recall.low:.3f} to {recall.high:.3f}, weighed by the chance of being drawn"
    return held(name, recall.value, bound, accepted <= recall.high, says)


def _of_sample(weights: np.ndarray, orders: pd.DataFrame, queue: float) -> dict[str, np.ndarray]:
    mass = weights / orders["propensity"].to_numpy(dtype=np.float64)
    label, above = (each.to_numpy(dtype=np.float64) for each in (orders["label"], orders["margin"] >= queue))
    found, whole = mass @ label, mass.sum(axis=1)
    recall = np.divide(mass @ (label * above), found, out=np.full(len(found), np.nan), where=found > 0)
    return {"prevalence": found / np.maximum(whole, 1e-12), "recall": recall}


def _last(lines: pd.DataFrame, days: int) -> pd.DataFrame:
    """The lines decided in so many days up to the last decision."""
    begin: pd.Timestamp = lines["decided_on"].max() - pd.Timedelta(days=days)
    return lines.loc[lines["decided_on"] > begin]
