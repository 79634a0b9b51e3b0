"""A row of sums below the orders is no order: "Total" in its first filled cell, and nothing but amounts after it."""

import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.orders.fields import Kind, fields
from features.orders.mapping import candidates, heading_key
from features.orders.problems import Level, Problem
from features.orders.sheet import WHITE, Flags, Sheet, trimmed

NAMES_OF_SUMS = (
    "total totals grandtotal subtotal sum summe gesamt gesamtsumme gesamtbetrag zwischensumme endsumme totale totaal "
    "somme soustotal totalgénéral suma razem итого всего 合计 总计 小计 總計 合計 小計 総計 共计 합계 총계 소계"
)
WORDS = frozenset(NAMES_OF_SUMS.split())  # as heading keys
LONGEST_WORD = 24  # characters, with colon and spaces
AMOUNT = re.compile(r"[A-Z]{0,3}[\s\d.,'’()€$£¥₩%+-]*[A-Z]{0,3}")  # with or without a code; a code alone too


def sums(sheet: Sheet, kind: Kind) -> Flags:
    """The records that are sums of others."""
    flags = np.zeros(len(sheet.rows), dtype=bool)
    for record, column in _told_by_first_cell(sheet):
        flags[record] = _amounts_only(sheet, record, column, kind)
    return flags & ~sheet.rejected


def summed_up(sheet: Sheet, file: str, flags: Flags) -> list[Problem]:
    """One note of each row of sums."""
    what, remedy = "the row holds sums of other rows, and is no record", "give it an order number if it is an order"
    return [
        Problem(file, int(sheet.rows[at]), None, None, what, remedy, Level.SKIPPED, int(at))
        for at in np.flatnonzero(flags)
    ]


def _told_by_first_cell(sheet: Sheet) -> list[tuple[int, int]]:
    """Records whose first filled cell is a word for a sum, with the column of it."""
    found, left = [], np.arange(len(sheet.rows))
    for at, column in enumerate(sheet.cells):
        part = trimmed(column if len(left) == len(sheet.rows) else column.take(pa.array(left)))
        lengths = pc.binary_length(part).to_numpy()
        for place in np.flatnonzero((lengths > 0) & (lengths < LONGEST_WORD * 4) & _short_words(part)):
            found.append((int(left[place]), at))
        left = left[lengths == 0]
        if len(left) == 0:
            break
    return found


def _short_words(column: Any) -> Flags:
    """The cells that are words for a sum, judged once for each different one without a digit."""
    distinct = pc.unique(column.filter(pc.invert(pc.match_substring_regex(column, "[0-9]"))))
    words = [word for word in distinct.to_pylist() if len(word) <= LONGEST_WORD and heading_key(word) in WORDS]
    if not words:
        return np.zeros(len(column), dtype=bool)
    return pc.is_in(column, value_set=pa.array(words, pa.large_string())).to_numpy().astype(bool)  # type: ignore[no-any-return]


def _amounts_only(sheet: Sheet, record: int, column: int, kind: Kind) -> bool:
    """Whether all cells after the word are amounts, one at least, and none stands where an order is named."""
    amounts = 0
    for heading, cells in zip(sheet.headings[column + 1 :], sheet.cells[column + 1 :], strict=True):
        text = cells[record].as_py().strip(WHITE)
        if not text:
            continue
        names = candidates(kind).get(heading_key(heading), ())
        if not AMOUNT.fullmatch(text) or any(not _sums_up(name) for name in names):
            return False
        amounts += 1
    return amounts > 0


def _sums_up(name: str) -> bool:
    return fields()[name].type == "number" or name in ("currency", "uom")
