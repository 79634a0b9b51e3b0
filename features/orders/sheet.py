"""Whatever the file format, reading ends in a sheet: headings, text cells, records in input order, spreadsheet rows."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.orders.problems import Level, Problem

# white space of all scripts, the byte-order mark and zero-width characters: a cell of these alone is empty
WHITE = "".join(map(chr, (*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200C))))
WHITE += "\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Places = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Sheet:
    """One table of text. `cells` holds an Arrow column for each heading; `rows` the spreadsheet row of each record.

    `raw` is the user's own table, record for record. `decimal_comma`: the file's delimiter lets one expect it.
    `spoiled` names (record, column) of workbook numbers too long to be trusted, `dated` those of dates and times;
    `system` is the workbook's date system ("serial-1900"). `typed` are columns that hold numbers, which we have written
    as text, so that they do not show how their writer writes; `numeric` those that hold nothing else.
    """

    raw: pd.DataFrame
    headings: tuple[str, ...]
    cells: tuple[Any, ...]
    rows: Places
    rejected: Flags
    problems: tuple[Problem, ...] = ()
    blank_rows: int = 0
    decimal_comma: bool = False
    spoiled: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    dated: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    system: str | None = None
    typed: frozenset[int] = field(default_factory=frozenset)
    numeric: frozenset[int] = field(default_factory=frozenset)


def frame_of(columns: Any, headings: tuple[str, ...]) -> pd.DataFrame:
    """Text columns as the user's table; headings may repeat."""
    names = [str(at) for at in range(len(headings))]
    return pa.table(list(columns), names=names).to_pandas().set_axis(list(headings), axis="columns")  # type: ignore[no-any-return]


def trimmed(column: Any) -> Any:
    """The cells without white space and zero-width characters at either end; the column itself when none has any."""
    if pc.all(pc.string_is_ascii(column)).as_py() in (True, None):
        cells = pc.ascii_trim_whitespace(column)
    else:
        cells = pc.utf8_trim(column, characters=WHITE)
    same = pc.sum(pc.binary_length(cells)).equals(pc.sum(pc.binary_length(column)))
    return column if same else cells  # so that typed lines share the memory of the raw table


def blank(cells: tuple[Any, ...], length: int) -> Flags:
    """The rows that hold nothing; each further column is looked at only where all before it were empty."""
    flags, empty = np.zeros(length, dtype=bool), np.arange(length)
    for column in cells:
        part = column if len(empty) == length else column.take(pa.array(empty))
        lengths = pc.binary_length(trimmed(part)).to_numpy()
        empty = empty[lengths == 0]
        if len(empty) == 0:
            break
    flags[empty] = True
    return flags


def repeated_headings(sheet: Sheet) -> Flags:
    """The records that say the headings again, as pasted extracts do."""
    flags, alike = np.zeros(len(sheet.rows), dtype=bool), np.arange(len(sheet.rows))
    for heading, column in zip(sheet.headings, sheet.cells, strict=True):
        part = column if len(alike) == len(sheet.rows) else column.take(pa.array(alike))
        alike = alike[pc.equal(trimmed(part), heading.strip(WHITE)).to_numpy().astype(bool)]
        if len(alike) == 0:
            break
    flags[alike] = True
    return flags


def said_again(sheet: Sheet, file: str, skipped: Flags) -> list[Problem]:
    """One note of each repeated heading line."""
    what, remedy = "the headings are repeated here, and the row is no record", "nothing to do"
    return [
        Problem(file, int(sheet.rows[at]), None, None, what, remedy, Level.SKIPPED, int(at))
        for at in np.flatnonzero(skipped & ~sheet.rejected)
    ]
