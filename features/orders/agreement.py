"""One writer writes one way: what a column leaves open, the other columns of its file decide when they all agree."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc

from features.orders.amounts import BOTH_MARKS, DECIMALS, USUAL, WHOLE, decimals_shown
from features.orders.cells import Doubt, Fault
from features.orders.days import TRIPLE, WHICH_FIRST, orders_shown
from features.orders.fields import Field
from features.orders.problems import Level
from features.orders.sheet import trimmed

LOOKED_AT = 20_000  # different cells of another column
OPEN = frozenset({"decimal mark", "date order", USUAL})
"""The doubts about a column that other columns may settle."""


@dataclass(frozen=True)
class Agreed:
    """What the other columns say: the answer they decide, or None where they contradict each other; their headings."""

    answer: str | None
    by: tuple[str, ...]

    def note(self, doubt: Doubt) -> Doubt:
        """The doubt as it is told once it is settled."""
        by = " and ".join(f"'{heading}'" for heading in self.by)
        what = f"could be read in two ways, and was read {self.answer} as the cells of {by} decide"
        remedy = "say so with the option --answer of 'diversion check' if it is written in another way"
        return Doubt(doubt.key, doubt.samples, Fault(what, remedy, Level.NOTE))


def agreed(field: Field, doubt: Doubt, others: Iterator[tuple[str, Field, Any]]) -> Agreed | None:
    """What the other columns (heading, field, cells as Arrow text) say of one in doubt; None where they say nothing.

    A column whose own cells contradict each other is not for others to decide.
    """
    if doubt.key == "date order":
        return _order(doubt, others)
    if doubt.fault == BOTH_MARKS:
        return None
    marks = {heading: decimals_shown(_words(column), other) for heading, other, column in others}
    found = {heading: shown for heading, shown in marks.items() if shown}
    decided = set().union(*found.values())
    if len(decided) != 1:
        return Agreed(None, tuple(found)) if found else None
    (mark,) = decided
    halves = field.unit in WHOLE and any(mark in sample for sample in doubt.samples)
    return (
        None if halves else Agreed(DECIMALS[mark], tuple(found))
    )  # one and a quarter of a counted thing is no reading


def _order(doubt: Doubt, others: Iterator[tuple[str, Field, Any]]) -> Agreed | None:
    """The order of day and month in the columns that write dates with the same marks."""
    if doubt.fault != WHICH_FIRST:
        return None
    signs = {match[2] for sample in doubt.samples if (match := TRIPLE.fullmatch(sample))}
    shown = {heading: orders_shown(_words(column).to_pylist()) for heading, _, column in others}
    found = {heading: [each[sign] for sign in signs if sign in each] for heading, each in shown.items()}
    decided = {first for each in found.values() for first in each}
    by = tuple(heading for heading, each in found.items() if each)
    covered = {sign for each in shown.values() for sign in each} >= signs
    return Agreed(decided.pop(), by) if len(decided) == 1 and covered and decided <= {*doubt.answers} else None


def _words(cells: Any) -> Any:
    """Different filled cells of a column, as many as show its way of writing."""
    words = trimmed(pc.unique(cells))
    return words.filter(pc.greater(pc.binary_length(words), 0)).slice(0, LOOKED_AT)
