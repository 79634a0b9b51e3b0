"""Order and line number are the key of a line; a repeat is told on every line that has it, and nothing is dropped."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from features.orders.fields import Kind
from features.orders.problems import Level, Problem
from features.orders.sheet import Places, Sheet

KEYS: dict[Kind, list[str]] = {"orders": ["order_id", "line_no"], "customers": ["customer_id"], "parties": []}
ROWS_NAMED = 5  # other rows named in one problem; more are counted
ONE_EACH = "give each line its own key, or take the copy out"


def number_lines(lines: pd.DataFrame, before: int = 0) -> "tuple[pd.Series[bool], pd.DataFrame]":
    """Which lines the file itself numbers, and all lines numbered: the others by their occurrence in the order.

    Lines without an order are counted together; `before` is their number in earlier parts of the file.
    """
    given = lines["line_no"].notna()
    if given.all():
        return given, lines
    occurrence = lines.groupby("order_id", dropna=False, sort=False).cumcount() + 1
    occurrence += np.where(lines["order_id"].isna(), before, 0)
    return given, lines.assign(line_no=lines["line_no"].where(given, occurrence.astype("str")))


def repeated_keys(
    sheet: Sheet, lines: pd.DataFrame, given: "pd.Series[bool]", kind: Kind, file: str
) -> Iterator[Problem]:
    """One problem a line whose key another line has; a note where the lines are alike in every cell.

    Lines that the file does not number cannot share a key; those alike in every cell are noted.
    """
    if not KEYS[kind]:
        return
    keyed = lines[KEYS[kind][0]].notna()
    same_key = lines.index[keyed & lines.duplicated(KEYS[kind], keep=False)].to_numpy()
    if len(same_key):
        yield from _told(sheet, lines, same_key, kind, file)
    if kind == "orders":
        alike = keyed & ~given & lines.duplicated(["order_id", "part_number", "quantity"], keep=False)
        if alike.any():
            yield from _copies(sheet, np.setdiff1d(lines.index[alike].to_numpy(), same_key), file)


def _told(sheet: Sheet, lines: pd.DataFrame, records: Places, kind: Kind, file: str) -> Iterator[Problem]:
    keys = lines.loc[records, KEYS[kind]]
    group = keys.groupby(KEYS[kind], sort=False).ngroup()
    alike = _content(sheet, records).groupby(group.to_numpy()).transform("nunique").to_numpy() == 1
    members = pd.Series(records).groupby(group.to_numpy()).agg(list)
    for at, record in enumerate(map(int, records)):
        value = " / ".join(keys.iloc[at])
        what = f"is the key of {_rows(sheet, members[group.iloc[at]], record)} too"
        level = Level.NOTE if alike[at] else Level.PROBLEM
        what = f"{what}, which is the same in every cell" if alike[at] else f"{what}, with other cells"
        yield Problem(file, int(sheet.rows[record]), KEYS[kind][0], value, what, ONE_EACH, level, record)


def _copies(sheet: Sheet, records: Places, file: str) -> Iterator[Problem]:
    """Unnumbered lines that are the same in every cell."""
    content = _content(sheet, records)
    members = pd.Series(records).groupby(content.to_numpy()).agg(list)
    for at, record in enumerate(map(int, records)):
        if len(members[content.iloc[at]]) > 1:
            what = f"this line is the same in every cell as {_rows(sheet, members[content.iloc[at]], record)}"
            yield Problem(
                file, int(sheet.rows[record]), None, None, what, "take the copy out if it is one", Level.NOTE, record
            )


def _content(sheet: Sheet, records: Places) -> "pd.Series[int]":
    """A number for each record, equal for records that are equal in every cell."""
    cells: dict[int, Any] = {at: column.take(pa.array(records)).to_pandas() for at, column in enumerate(sheet.cells)}
    return pd.DataFrame(cells).groupby(list(cells), sort=False, dropna=False).ngroup()


def _rows(sheet: Sheet, records: list[int], but: int) -> str:
    """The spreadsheet rows of the other records: "row 3", "rows 3, 7 and 12 more"."""
    rows = [str(sheet.rows[record]) for record in records if record != but]
    more = f" and {len(rows) - ROWS_NAMED} more" if len(rows) > ROWS_NAMED else ""
    return f"row{'s' if len(rows) > 1 else ''} {', '.join(rows[:ROWS_NAMED])}{more}"
