"""Gates on what the queue holds: precision and share found at capacity, typologies, look-alikes, public cases."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from training.contest.check import Check, held, unevaluated
from training.contest.paired import between, half_width, minus
from training.intervals import DRAWS, Interval, Measure
from training.ranking import measure

FEWEST = 20
"""Confirmed orders below which a difference in what a queue finds is a matter of one or two orders."""

FEWEST_OF_A_KIND = 10  # diverted orders of one typology
LOSS = 0.02
"""Precision that may be lost at most, at the lower end of the interval (a new model must not cost the queue)."""

TOP = 0.05  # of honest orders: a public case ranked there counts as found
PUBLIC = ("public_cases_lost", "public_look_alikes")
NO_CHAMPION = "the champion cannot score with the features of this version: nothing to compare with"


def queue(orders: pd.DataFrame, budget: float, draws: int = DRAWS) -> Iterator[Check]:
    """Precision and share found when `budget` (0–1) of the orders are reviewed: challenger less champion."""
    bounds = (f"at least 0, lower end above -{LOSS:g}", "not below 0 by more than half its interval")
    names = ("precision_at_capacity", "found_at_capacity")
    confirmed = int(orders["label"].sum())
    if "champion" not in orders or confirmed < FEWEST:
        why = NO_CHAMPION if "champion" not in orders else f"{confirmed} confirmed orders, {FEWEST} are needed"
        yield from (unevaluated(name, bound, why) for name, bound in zip(names, bounds, strict=True))
        return
    precision, found = _difference(orders, orders["label"], budget, draws)
    says = f"{budget:.1%} of {len(orders):,} orders, {confirmed:,} confirmed: {_ends(precision)}"
    if precision.value >= 0 >= precision.low + LOSS:
        yield Check(names[0], precision.value, bounds[0], "not evaluated", f"{says}: too few to exclude a loss")
    else:
        yield held(names[0], precision.value, bounds[0], precision.value >= 0, says)
    holds = found.value >= -half_width(found)
    yield held(names[1], found.value, bounds[1], holds, _ends(found))


def of_the_drawn(orders: pd.DataFrame, draws: int = DRAWS) -> Check:
    """Share found of the diversions in the drawn sample, each weighed by the orders it stands for: challenger less
    champion. `orders` is as `bed.drawn_orders`: what reviewers chose by a model's own scores is no part of it."""
    name, bound = "found_of_the_drawn", "not below 0 by more than half its interval"
    confirmed = int(orders["label"].sum())
    if "champion" not in orders or confirmed < FEWEST:
        few = f"{confirmed} confirmed orders were drawn by lot, {FEWEST} are needed"
        return unevaluated(name, bound, few if "champion" in orders else NO_CHAMPION)
    hits = (orders["label"] * orders["times"]).to_numpy(dtype=np.float64)
    one, other = (_held(hits, orders[each].to_numpy(dtype=np.float64)) for each in ("champion", "challenger"))
    found = between(minus(other, one), orders["customer"], draws=draws)["found"]
    says = f"{len(orders):,} drawn orders, {confirmed} confirmed: {_ends(found)}"
    return held(name, found.value, bound, found.value >= -half_width(found), says)


def _held(hits: np.ndarray, in_queue: np.ndarray) -> Measure:
    """The share of the hits that a queue holds, under any weights; missing where there are none."""

    def figures(weights: np.ndarray) -> dict[str, np.ndarray]:
        whole = weights @ hits
        return {
            "found": np.divide(weights @ (hits * in_queue), whole, out=np.full(len(whole), np.nan), where=whole > 0)
        }

    return figures


def typologies(orders: pd.DataFrame, codes: pd.Series | None, budget: float, draws: int = DRAWS) -> Iterator[Check]:
    """The typology that loses most: share of its orders found at the budget, challenger less champion.

    `codes` holds each order's typology codes, ";"-separated; None where the truth is not known.
    """
    name, bound = "typologies", "no kind below 0 by more than half its interval"
    if codes is None or "champion" not in orders:
        yield unevaluated(name, bound, NO_CHAMPION if codes is not None else "kinds are known only in a simulated book")
        return
    found = dict(_kinds(orders, codes, budget, draws))
    if not found:
        yield unevaluated(name, bound, f"no kind has {FEWEST_OF_A_KIND} orders: draw a larger book")
        return
    kind, worst = min(found.items(), key=lambda each: each[1].value + half_width(each[1]))
    lost = sorted(code for code, each in found.items() if each.value < -half_width(each))
    says = f"{len(found)} kinds; worst {kind}, {_ends(worst)}" + (f"; lost: {', '.join(lost)}" if lost else "")
    yield held(name, worst.value, bound, not lost, says)


def look_alikes(orders: pd.DataFrame, budget: float, draws: int = DRAWS) -> Iterator[Check]:
    """Honest orders with many red flags that the queue holds, as a share of them: challenger less champion."""
    name, bound = "look_alike_alerts", "not above 0 by more than half its interval"
    count = int(orders["look_alike"].sum())
    if "champion" not in orders or count < FEWEST:
        yield unevaluated(name, bound, NO_CHAMPION if "champion" not in orders else f"{count} look-alikes")
        return
    _, found = _difference(orders, orders["look_alike"], budget, draws)
    says = f"{count:,} honest orders with most red flags: {_ends(found)}"
    yield held(name, found.value, bound, found.value <= half_width(found), says)


def public_cases(champion: pd.DataFrame, challenger: pd.DataFrame, honest: int) -> Iterator[Check]:
    """Cases found (ranked in the top 5 % of `honest` orders) by the champion and not by the challenger; look-alikes up.

    Both tables are as `public_cases.ranks` gives them, of the same draws.
    """
    before, after = (each["model"] <= TOP * honest for each in (champion, challenger))
    real, innocent = (challenger["use"].str.startswith(use) for use in ("positive", "negative"))
    lost = sorted(set(challenger.loc[real & before & ~after, "case_id"]))
    says = f"{int((real & after).sum())} of {int(real.sum())} found, before {int((real & before).sum())}"
    says += f"; lost: {', '.join(lost)}" if lost else ""
    yield held(PUBLIC[0], len(lost), "at most 0", not lost, says)
    more = int((innocent & after).sum()) - int((innocent & before).sum())
    says = f"{int((innocent & after).sum())} of {int(innocent.sum())} in the top {TOP:.0%} of honest orders"
    yield held(PUBLIC[1], more, "at most 0", more <= 0, says)


def no_public_cases(why: str) -> Iterator[Check]:
    """Both checks, not made."""
    yield from (unevaluated(name, "at most 0", why) for name in PUBLIC)


def replaced(orders: pd.DataFrame, budget: float) -> float:
    """Share (0–1) of the champion's top orders that the challenger's top does not hold."""
    size = max(1, int(np.ceil(budget * len(orders))))
    one, other = (set(orders[name].nlargest(size).index) for name in ("champion", "challenger"))
    return len(one - other) / size


def _kinds(orders: pd.DataFrame, codes: pd.Series, budget: float, draws: int) -> Iterator[tuple[str, Interval]]:
    for code in sorted(set(codes[codes != ""].str.split(";").explode())):
        shows = (";" + codes + ";").str.contains(f";{code};", regex=False).astype(float)
        if shows.sum() >= FEWEST_OF_A_KIND:
            yield code, _difference(orders, shows, budget, draws)[1]


def _difference(orders: pd.DataFrame, label: pd.Series, budget: float, draws: int) -> tuple[Interval, Interval]:
    """Precision and share found of the labelled orders at the budget, challenger less champion."""
    told = label.to_numpy(dtype=np.float64)
    one, other = (_of(told, orders[name], budget) for name in ("champion", "challenger"))
    found = between(minus(other, one), orders["customer"], draws=draws)
    return found["precision_reviewing_capacity_percent"], found["found_reviewing_capacity_percent"]


def _of(label: np.ndarray, score: pd.Series, budget: float) -> Measure:
    return measure(label, score.to_numpy(dtype=np.float64), {}, {"capacity": budget})


def _ends(found: Interval) -> str:
    """The difference in words."""
    return f"challenger less champion {found.value:+.3f} (90 % interval {found.low:+.3f} to {found.high:+.3f})"
