"""A workbook becomes a sheet: of its worksheets the visible one whose rows show most known headings."""

# Over 150 lines: choosing a worksheet and reading it look at the same cells and merged ranges.

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.orders.cells import spoiled, text_array, text_of
from features.orders.fields import Kind, fields
from features.orders.joined import HEADING_ROWS, Headings, find_headings, unclear_headings
from features.orders.mapping import candidates, heading_key
from features.orders.problems import Level, OrdersRefused, Problem, refused
from features.orders.sheet import WHITE, Sheet, blank, frame_of
from features.orders.worksheets import Worksheet, worksheets

EXACT = 10**15  # up to here a whole float is the number that was typed
Kinds = frozenset[type]
DAYS: Kinds = frozenset({dt.datetime, dt.date, dt.time, dt.timedelta})
NUMBERS: Kinds = frozenset({int, float})
FINE = "nothing to do if this is right"


@dataclass(frozen=True)
class Found:
    """A worksheet and its headings."""

    sheet: Worksheet
    headings: Headings

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """Two known headings go before one, a visible worksheet before a hidden one, more headings before fewer."""
        return (self.headings.known > 1, not self.sheet.hidden, self.headings.known)


def read_workbook(path: Path, kind: Kind) -> Sheet:
    """The sheet of orders or customers in an XLSX, XLSM, XLS or ODS workbook.

    Raises:
        OrdersRefused: encrypted, damaged, not safe to open, or no worksheet has a known heading.
    """
    best: Found | None = None
    names, others = [], []
    for sheet in worksheets(path):
        names.append(sheet.name)
        headings = find_headings(sheet.rows, sheet.merges, kind)
        if headings is None:
            continue
        found = Found(sheet, headings)
        if best is not None:
            best, found = (found, best) if found.rank > best.rank else (best, found)
            others.extend([found.sheet.name] if found.headings.known > 1 else [])
        best = best or found
    if best is None:
        raise _no_headings(names, path.name)
    return _sheet(best, kind, path.name, _notes(best, others, path.name))


def _no_headings(names: list[str], file: str) -> OrdersRefused:
    what = f"are the worksheets, and none has a known heading in its first {HEADING_ROWS} rows"
    remedy = "put one row of headings above the records, with names such as order_id, part_number, quantity"
    return refused(file, what, remedy, value="; ".join(names))


def _notes(found: Found, others: list[str], file: str) -> tuple[Problem, ...]:
    """What was chosen, wherever there was a choice."""
    first, last = found.headings.row + 1, found.headings.row + found.headings.depth
    where = f"rows {first} to {last}" if last > first else f"row {last}"
    empty = not any(text_of(cell).strip(WHITE) for row in found.sheet.rows[: first - 1] for cell in row)
    notes = []
    if not empty or last > first or others or found.sheet.hidden:
        hidden = " hidden" if found.sheet.hidden else ""
        what = f"is the{hidden} worksheet read, with its headings in {where}"
        notes.append(Problem(file, last, None, found.sheet.name, what, FINE, Level.NOTE))
    if others:
        what, remedy = "also have headings, and were not read", "save each as a file of its own if it holds orders"
        notes.append(Problem(file, None, None, "; ".join(others), what, remedy, Level.NOTE))
    return (*notes, *_not_computed(found, file), *unclear_headings(found.headings, file))


def _not_computed(found: Found, file: str) -> Iterator[Problem]:
    """A problem of each column with formulas whose results the file does not hold: its cells there come as blank."""
    top = found.headings.row + found.headings.depth
    counts = Counter(column for row, column in found.sheet.formulas if row >= top)
    what, remedy = "has formulas without their results (cells: {})", "open it in a spreadsheet program and save it"
    for at, count in sorted(counts.items()):
        if at < len(found.headings.names):
            yield Problem(file, None, None, found.headings.names[at], what.format(count), remedy, Level.PROBLEM)


def _sheet(found: Found, kind: Kind, file: str, notes: tuple[Problem, ...]) -> Sheet:
    """The records below the headings; columns without heading and without cells are left out."""
    top = found.headings.row + found.headings.depth
    names = found.headings.names
    columns = list(zip(*found.sheet.rows[top:], strict=True)) or [()] * len(names)
    kinds = [frozenset(map(type, column)) for column in columns]
    texts = list(map(_texts, columns, kinds))
    used = [at for at, name in enumerate(names) if name.strip(WHITE) or pc.max(pc.binary_length(texts[at])).as_py()]
    headings = tuple(names[at] for at in used)
    length = len(columns[0]) if columns else 0
    kept = np.flatnonzero(~blank(tuple(texts[at] for at in used), length))
    cells = tuple(texts[at].take(pa.array(kept)) for at in used)
    place = np.full(length, -1)
    place[kept] = np.arange(len(kept))
    filled, told = _filled_down(found, top, used, texts, kind, file)
    return Sheet(
        raw=frame_of(cells, headings),
        headings=headings,
        cells=tuple(filled[at].take(pa.array(kept)) if at in filled else cells[to] for to, at in enumerate(used)),
        rows=kept.astype(np.int64) + top + 1,
        rejected=np.zeros(len(kept), dtype=bool),
        problems=(*notes, *told),
        blank_rows=length - len(kept),
        spoiled=_places(
            [at for at in used if float in kinds[at] and not _exact(columns[at])], used, columns, place, spoiled
        ),
        dated=_places([at for at in used if kinds[at] & DAYS], used, columns, place, _day),
        system=found.sheet.system,
        typed=frozenset(to for to, at in enumerate(used) if NUMBERS & kinds[at]),
        numeric=frozenset(to for to, at in enumerate(used) if _numeric(columns[at], kinds[at])),
    )


def _numeric(values: tuple[Any, ...], kinds: Kinds) -> bool:
    """Whether the filled cells of a column are numbers, and one at least is filled."""
    if not kinds & NUMBERS or not kinds <= NUMBERS | {str}:
        return False
    return str not in kinds or not any(value for value in values if type(value) is str)


def _texts(values: tuple[Any, ...], kinds: Kinds) -> Any:
    """The cells of a column as text; columns of text alone or whole numbers alone need no look at each cell."""
    if kinds == {str}:
        return pa.chunked_array([pa.array(values, type=pa.large_string())])
    if kinds == {float}:
        numbers = np.array(values)
        if (np.abs(numbers) < EXACT).all() and (numbers == np.floor(numbers)).all():
            return pa.chunked_array([pa.array(numbers.astype(np.int64)).cast(pa.large_string())])
    return text_array(values)


def _places(
    looked_at: list[int], used: list[int], columns: list[tuple[Any, ...]], place: Any, is_one: Callable[[Any], bool]
) -> frozenset[tuple[int, int]]:
    """The (record, column) of cells of a sort in the columns that are looked at."""
    return frozenset(
        (int(place[row]), used.index(at)) for at in looked_at for row, value in enumerate(columns[at]) if is_one(value)
    )


def _day(value: Any) -> bool:
    return type(value) in DAYS


def _exact(values: tuple[Any, ...]) -> bool:
    """Whether no number of a column is too long to be exact."""
    return bool((np.abs([value for value in values if type(value) is float]) < EXACT).all())


def _filled_down(
    found: Found, top: int, used: list[int], texts: list[Any], kind: Kind, file: str
) -> tuple[dict[int, Any], list[Problem]]:
    """Columns in which a merged cell was said for all rows it spans, by position, and a note of each.

    Only what belongs to the whole order is filled down: a merged quantity or amount is one for several lines.
    """
    filled: dict[int, Any] = {}
    notes = []
    for at in used:
        spans = [
            (first[0], last[0]) for first, last in found.sheet.merges if first[1] == at and last[0] > first[0] >= top
        ]
        if not spans or not _of_the_order(found.headings.names[at], kind):
            continue
        cells = texts[at].to_pylist()
        for first, last in spans:
            cells[first - top : last - top + 1] = [cells[first - top]] * (min(last, top + len(cells) - 1) - first + 1)
        filled[at] = pa.chunked_array([pa.array(cells, type=pa.large_string())])
        what = f"has merged cells, which were read on each row they span (merged cells: {len(spans)})"
        notes.append(Problem(file, None, None, found.headings.names[at], what, FINE, Level.NOTE))
    return filled, notes


def _of_the_order(heading: str, kind: Kind) -> bool:
    names = candidates(kind).get(heading_key(heading), ())
    return any(name == "order_id" or fields()[name].level == "header" for name in names)
