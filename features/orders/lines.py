"""The scored records as typed lines: every field of the kind a column, every doubt a problem with row and column."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.orders.cells import Fault
from features.orders.cleaning import TEXTS, Column, missing_column, typed_column
from features.orders.fields import Field, Kind, of_kind
from features.orders.mapping import Mapping as HeadingMap
from features.orders.problems import Level, Problem
from features.orders.sheet import Places, Sheet, trimmed

BLANK = "the cell is blank"
FILL_IN = "fill it in; the line is scored without it"
LONG_NUMBER = Fault("has more digits than a workbook number keeps", "format the column as text and enter it again")


def typed_lines(
    sheet: Sheet, found: HeadingMap, kind: Kind, file: str, scored: Places, aliases: Mapping[str, str]
) -> tuple[pd.DataFrame, list[Problem]]:
    """The typed frame, indexed by position in the raw table, and the problems of its cells and columns."""
    columns: dict[str, Any] = {}
    problems: list[Problem] = []
    absent = {type_: missing_column(type_, len(scored)) for type_ in {field.type for field in of_kind(kind)}}
    for field in of_kind(kind):
        if field.name not in found.positions:
            columns[field.name] = absent[field.type][:]  # a view: dozens of columns share one empty memory
            continue
        at = found.positions[field.name]
        cells = sheet.cells[at] if len(scored) == len(sheet.rows) else sheet.cells[at].take(pa.array(scored))
        column = _without_spoiled(typed_column(field, cells, aliases, sheet.decimal_comma), sheet, at, field, scored)
        columns[field.name] = column[0]
        problems.extend(_faulty_cells(column, cells, field, file, sheet.rows, scored))
        problems.extend(_blank_cells(column, cells, field, file, sheet.rows, scored))
        problems.extend(_whole_column(column, cells, field, file))
    return pd.DataFrame(columns, index=pd.Index(scored), copy=False), problems


def _without_spoiled(column: Column, sheet: Sheet, at: int, field: Field, scored: Places) -> Column:
    """Workbook numbers too long to be exact are no identifiers: missing, with a fault."""
    records = [record for record, place in sheet.spoiled if place == at] if field.type in TEXTS else []
    if not records:
        return column
    typed, numbers, faults, whole = column
    hit = np.isin(scored, records)
    number = max(faults, default=-1) + 1
    typed = pd.Series(typed).mask(hit).array
    return typed, np.where(hit, number, numbers), faults | {number: LONG_NUMBER}, whole


def _faulty_cells(
    column: Column, cells: Any, field: Field, file: str, rows: Places, scored: Places
) -> Iterator[Problem]:
    _, numbers, faults, _ = column
    for at in np.flatnonzero(numbers >= 0):
        fault = faults[int(numbers[at])]
        value, record = cells[int(at)].as_py(), int(scored[at])
        yield Problem(file, int(rows[record]), field.name, value, fault.what, fault.remedy, fault.level, record)


def _blank_cells(
    column: Column, cells: Any, field: Field, file: str, rows: Places, scored: Places
) -> Iterator[Problem]:
    """Must-fields without a cell."""
    if field.required == "must":
        unread = _unread(column)
        empty = unread[_lengths(cells, unread) == 0]
        for record in map(int, scored[empty]):
            yield Problem(file, int(rows[record]), field.name, None, BLANK, FILL_IN, Level.PROBLEM, record)


def _whole_column(column: Column, cells: Any, field: Field, file: str) -> Iterator[Problem]:
    """A question that is asked once for all the cells it leaves missing."""
    if column[3] is not None:
        example, fault = column[3]
        open_cells = int((_lengths(cells, _unread(column)) > 0).sum())
        what = f"{fault.what} (cells of the column left missing: {open_cells})"
        yield Problem(file, None, field.name, example, what, fault.remedy, fault.level)


def _unread(column: Column) -> Places:
    """The cells that are missing without a fault of their own."""
    return np.flatnonzero(np.asarray(pd.isna(column[0])) & (column[1] < 0))


def _lengths(cells: Any, places: Places) -> Places:
    return pc.binary_length(trimmed(cells.take(pa.array(places)))).to_numpy()  # type: ignore[no-any-return]
