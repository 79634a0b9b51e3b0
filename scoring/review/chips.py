"""The chips of a case as they are stored, found and shown."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement

from scoring.review.tables import CASES

UNNAMED = "not known"
"""What is asked for to see cases of which no chip is known."""


def stored(names: Iterable[str]) -> str:
    """The names as one text, each word between blanks so that a search for it finds no longer one.

    >>> stored(["L4", "H100 SXM5", "L4", ""])
    '| H100 SXM5 | L4 |'
    """
    told = sorted(set(names) - {""})
    return f"| {' | '.join(told)} |" if told else ""


def names(text: str) -> list[str]:
    """The names that a stored text holds.

    >>> names("| H100 SXM5 | L4 |"), names("")
    (['H100 SXM5', 'L4'], [])
    """
    return [each for each in text.strip("| ").split(" | ") if each]


def has(wanted: str) -> ColumnElement[bool]:
    """The case has the chip of this name, or one whose name holds these whole words: "H100" finds "H100 SXM5", and
    "H20" finds no "H200"."""
    if wanted == UNNAMED:
        return CASES.c.chips == ""
    return CASES.c.chips.icontains(f" {' '.join(wanted.split())} ", autoescape=True)
