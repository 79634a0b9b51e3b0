"""The standing sample: released orders drawn for review at random and from segments that were looked at least.

Of ten reviews eight are exploited (half by probability, half by probability x severity), one goes to the segments with
the fewest reviews of the last 13 weeks, one is drawn at random in equal numbers from each score band. The chance of
being drawn is stored with each case, so that what is missed can be estimated and training corrected for selection.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scoring.review.states import Slot

EXPLOITED, COVERAGE, RANDOM = 0.80, 0.10, 0.10  # shares of reviews; random never falls below 0.05
COVERED_WEEKS = 13
QUALITY_SHARE = 0.05  # of decided cases that a second person reviews without seeing the first decision
SEED = 20231117
CYCLE = ("probability",) * 8 + ("severity",) * 8 + (Slot.COVERAGE,) * 2 + (Slot.RANDOM,) * 2
"""What twenty takes go to, in an order that nobody can tell; the first of them is offered blind second reviews too."""


@dataclass(frozen=True)
class Candidate:
    """A released order: its key, its band (the stratum) and its segment (class, destination, kind of buyer)."""

    order: str
    stratum: str
    segment: str


@dataclass(frozen=True)
class Draw:
    """Which slot an order was drawn for, and the chance that it was drawn at all."""

    slot: Slot
    propensity: float


def draws(
    released: Iterable[Candidate], exploited: int, covered: Mapping[str, int], seed: int = SEED
) -> dict[str, Draw]:
    """The orders drawn from `released` beside `exploited` cases; the same orders and seed give the same draw.

    `covered` counts the cases opened in each segment in the last 13 weeks. At least one order is drawn at random.
    """
    pool = sorted(released, key=lambda each: each.order)
    if not pool:
        return {}
    chance, chosen = _stratified(pool, max(1, math.ceil(exploited * RANDOM / EXPLOITED)), seed)
    weights = {each.order: 1.0 / (1 + covered.get(each.segment, 0)) for each in pool}
    scale = exploited * COVERAGE / EXPLOITED / sum(weights.values())
    drawn = {}
    for each in pool:
        coverage = min(1.0, scale * weights[each.order])
        either = 1.0 - (1.0 - chance[each.stratum]) * (1.0 - coverage)
        if each.order in chosen:
            drawn[each.order] = Draw(Slot.RANDOM, either)
        elif unit(seed, "coverage", each.order) < coverage:
            drawn[each.order] = Draw(Slot.COVERAGE, either)
    return drawn


def _stratified(pool: list[Candidate], wanted: int, seed: int) -> tuple[dict[str, float], set[str]]:
    """The chance of each stratum and the orders drawn: as many from each, all of a stratum that has fewer."""
    strata: dict[str, list[str]] = {}
    for each in pool:
        strata.setdefault(each.stratum, []).append(each.order)
    share = math.ceil(wanted / len(strata))
    chosen: set[str] = set()
    for orders in strata.values():
        chosen.update(sorted(orders, key=lambda order: unit(seed, "random", order))[:share])
    return {stratum: min(1.0, share / len(orders)) for stratum, orders in strata.items()}, chosen


def unit(seed: int, purpose: str, key: str) -> float:
    """A number from 0 to 1 that depends on nothing but its arguments."""
    return int.from_bytes(hashlib.sha256(f"{seed}|{purpose}|{key}".encode()).digest()[:8], "big") / 2**64


def slot_of_take(take: int, seed: int = SEED) -> tuple[str, bool]:
    """What the take with this number (from 0) goes to, and whether a blind second review is offered first."""
    block, place = divmod(take, len(CYCLE))
    order = list(enumerate(CYCLE))
    random.Random(f"{seed}|{block}").shuffle(order)  # noqa: S311  (a shuffle, no secret)
    number, slot = order[place]
    return slot, number == 0


def wants_second_review(case_id: int, round_: int, seed: int = SEED) -> bool:
    """Whether a decided case is drawn for a blind second review."""
    return unit(seed, "quality", f"{case_id}|{round_}") < QUALITY_SHARE
