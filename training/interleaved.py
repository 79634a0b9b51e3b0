"""Champion and challenger pick orders of a batch in turn; on equal slots, whose picks do reviewers confirm more often?

Two queues side by side would need a thousand reviews to tell them apart; picks of one batch are worked by the same
people in the same week and tell it sooner (Radlinski, Kurup and Joachims, 2008). Who picked an order is not shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from training.contest.check import Check, held, unevaluated

NAME = "interleaved_queue"
BOUND = "more confirmed than the champion's picks"
ENOUGH = 200  # decided picks, where the shadow has run for less than four weeks
NAMES = ("champion", "challenger")
FOUND = {"confirmed_diversion": True, "false_positive": False}


@dataclass(frozen=True)
class Tally:
    """Slots whose two picks are both decided, and how many picks of each were confirmed."""

    slots: int = 0
    champion: int = 0
    challenger: int = 0


NO_TALLY = Tally()


def picks(places: pd.DataFrame, size: int, batch: str) -> list[tuple[str, str]]:
    """The champion's and the challenger's pick of each slot: its best order that neither picked before.

    `places` has champion_place and challenger_place of each order (1 the top), `size` is how many orders a queue takes.
    Who picks first in a slot follows from the batch, so that neither has the better half. Equal places go by order id.
    """
    ranked = {name: places[f"{name}_place"].sort_index().sort_values(kind="stable").index for name in NAMES}
    left, taken, found = {name: iter(each) for name, each in ranked.items()}, set[str](), []
    for slot in range(min(-(-size // 2), len(places) // 2)):
        first = hashlib.sha256(f"{batch}|{slot}".encode()).digest()[0] % 2
        pick = {}
        for name in NAMES if first else NAMES[::-1]:
            pick[name] = next(order for order in left[name] if order not in taken)
            taken.add(pick[name])
        found.append((pick["champion"], pick["challenger"]))
    return found


def tallied(batches: Iterable[Mapping[str, Any]], decided: pd.DataFrame | None) -> Tally:
    """What was confirmed of the picks of these batches (`picks` and the day `as_of` of each).

    `decided` has order_id, label_class and decided_on of each decided line; what was found before the day of the batch
    counts for nobody, for a model may have learnt it. An order counts as confirmed when one of its lines is.
    """
    slots = champion = challenger = 0
    if decided is None:
        return NO_TALLY
    for batch in batches:
        later = decided[decided["decided_on"] >= pd.Timestamp(batch["as_of"])]
        found = later["label_class"].map(FOUND).dropna().groupby(later["order_id"]).any().to_dict()
        both = [(found[one], found[other]) for one, other in batch["picks"] if one in found and other in found]
        slots += len(both)
        champion += sum(one for one, _ in both)
        challenger += sum(other for _, other in both)
    return Tally(slots, champion, challenger)


def in_turn(tally: Tally, long_enough: bool) -> Check:
    """The challenger's picks against the champion's; a tie keeps the champion, and no confirmed pick tells nothing."""
    says = f"{tally.slots:,} slots decided: challenger {tally.challenger:,} confirmed, champion {tally.champion:,}"
    if not tally.slots:
        return unevaluated(NAME, BOUND, "no slot has both its picks decided: review the orders that 'shadow' names")
    gained = float(tally.challenger - tally.champion)
    if not (long_enough or 2 * tally.slots >= ENOUGH) or tally.champion + tally.challenger == 0:
        return Check(NAME, gained, BOUND, "not evaluated", f"{says}: too few to tell")
    return held(NAME, gained, BOUND, gained > 0, says if gained else f"{says}: a tie keeps the champion")
