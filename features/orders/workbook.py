"""A workbook becomes a sheet: the first worksheet that shows a heading row among its first rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import python_calamine

from features.orders.cells import spoiled, text_array, text_of
from features.orders.fields import Kind
from features.orders.mapping import known_headings
from features.orders.package import REPAIR, check_package
from features.orders.problems import Level, Problem, refused
from features.orders.sheet import WHITE, Sheet, blank, frame_of

HEADING_ROWS = 30  # rows in which the headings are looked for

Rows = list[list[Any]]


def read_workbook(path: Path, kind: Kind) -> Sheet:
    """The sheet of orders or customers in a workbook; raises OrdersRefused when it has none or is not safe to open."""
    check_package(path)
    name, rows = _first_with_headings(path, kind)
    at = _heading_row(rows, kind)
    what = f"is the worksheet read, with its headings in row {at + 1}"
    note = Problem(path.name, at + 1, None, name, what, "nothing to do if this is right", Level.NOTE)
    return _sheet(rows, at, path.name, (note,) if at > _first_filled(rows) else ())


def _first_with_headings(path: Path, kind: Kind) -> tuple[str, Rows]:
    """Name and rows of the first worksheet with two known headings in one row, else with one."""
    second: tuple[str, Rows] | None = None
    sheets = []
    for name, rows in _worksheets(path):
        known = max((_known(row, kind) for row in rows[:HEADING_ROWS]), default=0)
        if known > 1:
            return name, rows
        second = second or ((name, rows) if known else None)
        sheets.append(name)
    if second is None:
        what = f"are the worksheets, and none has a known heading in its first {HEADING_ROWS} rows"
        remedy = "put one row of headings above the records, with names such as order_id, part_number, quantity"
        raise refused(path.name, what, remedy, value="; ".join(sheets))
    return second


def _worksheets(path: Path) -> Iterator[tuple[str, Rows]]:
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        for sheet in book.sheets_metadata:
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet:
                yield sheet.name, book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
    except python_calamine.PasswordError:
        raise refused(path.name, "the workbook is encrypted", "save a copy without a password") from None
    except (python_calamine.CalamineError, OSError):
        raise refused(path.name, "the workbook is cut off or damaged", REPAIR) from None


def _heading_row(rows: Rows, kind: Kind) -> int:
    known = [_known(row, kind) for row in rows[:HEADING_ROWS]]
    return known.index(max(known))


def _known(row: list[Any], kind: Kind) -> int:
    return known_headings([text_of(cell) for cell in row], kind)


def _first_filled(rows: Rows) -> int:
    return next(at for at, row in enumerate(rows) if any(text_of(cell).strip(WHITE) for cell in row))


def _sheet(rows: Rows, at: int, file: str, notes: tuple[Problem, ...]) -> Sheet:
    """The records below the heading row; columns without heading and without cells are left out."""
    headings = [text_of(cell) for cell in rows[at]]
    records = rows[at + 1 :]
    texts = [text_array(row[column] for row in records) for column in range(len(headings))]
    filled = [not blank((text,), len(records)).all() for text in texts]
    used = [column for column, heading in enumerate(headings) if heading.strip(WHITE) or filled[column]]
    cells = tuple(texts[column] for column in used)
    kept = np.flatnonzero(~blank(cells, len(records)))
    cells = tuple(column.take(pa.array(kept)) for column in cells)
    names = tuple(headings[column] for column in used)
    long = {
        (to, used.index(column))
        for to, record in enumerate(kept)
        for column in used
        if spoiled(records[record][column])
    }
    return Sheet(
        raw=frame_of(cells, names),
        headings=names,
        cells=cells,
        rows=kept.astype(np.int64) + at + 2,
        rejected=np.zeros(len(kept), dtype=bool),
        problems=notes,
        blank_rows=len(records) - len(kept),
        spoiled=frozenset(long),
    )
