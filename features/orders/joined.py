"""Headings may stand in up to three rows, joined "group – column" where merged cells say what they span."""

from dataclasses import dataclass
from typing import Any

from features.orders.cells import text_of
from features.orders.fields import Kind
from features.orders.mapping import candidates, heading_key, known_headings
from features.orders.problems import Level, Problem
from features.orders.sheet import WHITE

HEADING_ROWS = 30  # rows in which the headings are looked for
DEEPEST = 3  # rows of one heading
DASH = " – "

Rows = list[list[Any]]
Merge = tuple[tuple[int, int], tuple[int, int]]
"""The first and the last cell of a merged range, as (row, column), from 0."""


@dataclass(frozen=True)
class Headings:
    """The headings of a worksheet, the row they start in (from 0), how many rows they take, and how many are known
    in full or by their last part; `unclear` are those of the second sort, which are not used."""

    names: tuple[str, ...]
    row: int
    depth: int
    known: int
    unclear: tuple[str, ...] = ()


def find_headings(rows: Rows, merges: list[Merge], kind: Kind) -> Headings | None:
    """The row, or rows joined by merged cells, with most known headings; the first and the fewest of equals."""
    found = [
        headings
        for row in range(min(HEADING_ROWS, len(rows)))
        for depth in range(1, DEEPEST + 1)
        if (headings := _headings(rows, merges, row, depth, kind)) is not None
    ]
    best = max(found, key=lambda headings: (headings.known, -headings.depth, -headings.row), default=None)
    return best if best is not None and best.known else None


def unclear_headings(headings: Headings, file: str) -> tuple[Problem, ...]:
    """A note of each joined heading that nobody knows, though its last part alone would be known."""
    what = "is a heading of several rows that could not be told, and its column was not used"
    remedy = "map it in a profile, or write one row of headings"
    row = headings.row + headings.depth
    return tuple(Problem(file, row, None, name, what, remedy, Level.NOTE) for name in headings.unclear)


def _headings(rows: Rows, merges: list[Merge], row: int, depth: int, kind: Kind) -> Headings | None:
    """The headings of these rows; None unless each row but the last holds cells that are merged sideways."""
    if row + depth > len(rows):
        return None
    if any(not _sideways(merges, above) for above in range(row, row + depth - 1)):
        return None
    levels = [_spread(rows[at], merges, at) for at in range(row, row + depth - 1)]
    levels.append([text_of(cell) for cell in rows[row + depth - 1]])
    parts = [tuple(dict.fromkeys(part for part in column if part.strip(WHITE))) for column in zip(*levels, strict=True)]
    names = tuple(map(DASH.join, parts))
    if depth == 1:
        return Headings(names, row, depth, known_headings(list(names), kind))
    return _settled(names, parts, Headings(names, row, depth, 0), kind)


def _settled(names: tuple[str, ...], parts: list[tuple[str, ...]], headings: Headings, kind: Kind) -> Headings:
    """A joined heading is one that is known, without its uppermost parts if need be.

    Its last part alone decides when it means one thing, stands there once, and no part above it is a field itself.
    """
    known = candidates(kind)
    lasts = [heading_key(part[-1]) if part else "" for part in parts]
    settled, unclear = [], []
    for name, part, last in zip(names, parts, lasts, strict=True):
        shorter = [DASH.join(part[start:]) for start in range(max(1, len(part) - 1))]
        name = next((joined for joined in shorter if heading_key(joined) in known), name)
        alone = len(part) > 1 and heading_key(name) not in known and last in known
        group_is_field = alone and any(heading_key(above) in known for above in part[:-1])
        plain = alone and not group_is_field and lasts.count(last) == 1 and len(known[last]) == 1
        settled.append(part[-1] if plain else name)
        if alone and not plain:
            unclear.append(name)
    return Headings(
        tuple(settled), headings.row, headings.depth, known_headings(settled, kind) + len(unclear), tuple(unclear)
    )


def _sideways(merges: list[Merge], row: int) -> bool:
    return any(first[0] == row and last[1] > first[1] for first, last in merges)


def _spread(cells: list[Any], merges: list[Merge], row: int) -> list[str]:
    """A row as text, each cell that is merged sideways said in all the columns it spans."""
    texts = [text_of(cell) for cell in cells]
    for first, last in merges:
        if first[0] == row:
            for column in range(first[1], min(last[1] + 1, len(texts))):
                texts[column] = texts[first[1]]
    return texts
