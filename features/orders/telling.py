"""What the cells of a file tell of whole columns, gathered batch by batch: the different cells that may decide."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.orders import amounts, codes
from features.orders.agreement import LOOKED_AT
from features.orders.days import CLEAR
from features.orders.fields import Field
from features.orders.sheet import Sheet, trimmed

NONE = pa.chunked_array([], pa.large_string())
WRITTEN = ("number", "date")
COUNTRIES = ("country", "country list")
FEW = 1_000  # different cells of a column of which only the first filled ones are shown
SLACK = 50_000  # cells that may wait before they are compared with those kept


class Telling:
    """The different cells of one column that may decide how it is read, in the order in which they first appear.

    Of numbers and dates the first LOOKED_AT are kept too, by which other columns are read. What grows with the file is
    only what its cells leave open: numbers and days of unclear order, identifiers of digits alone. Without a field
    every different cell is kept.
    """

    def __init__(self, field: Field | None) -> None:
        self.field = field
        self.kept, self.waiting = NONE, NONE

    def add(self, cells: Any) -> None:
        """Looks at the cells of a batch (Arrow text)."""
        words = pc.unique(trimmed(cells) if self._named else cells)
        words = pa.chunked_array([words if self.field is None else words.filter(filled(words))])
        full = self.field is None or self.field.type not in WRITTEN or len(self.kept) >= LOOKED_AT
        new = self._narrowed(words) if full and self.field is not None else words
        self.waiting = pa.chunked_array([*self.waiting.chunks, *new.chunks], pa.large_string())
        if not full or len(self.waiting) > len(self.kept) + SLACK:
            self._settle()

    @property
    def size(self) -> int:
        """Cells kept so far, some perhaps twice."""
        return len(self.kept) + len(self.waiting)

    def words(self) -> Any:
        """All that was kept."""
        self._settle()
        return self.kept

    @property
    def _named(self) -> bool:
        return self.field is not None and self.field.name in codes.IDENTIFIERS

    def _narrowed(self, words: Any) -> Any:
        assert self.field is not None, "every cell is kept without a field"  # noqa: S101
        if self.field.type in COUNTRIES:
            return words
        if self.field.type == "number":
            plain = trimmed(words).combine_chunks()
            return words.filter(pc.is_in(plain, value_set=amounts.telling(plain, self.field)))
        if self.field.type == "date":
            return words.filter(pc.invert(pc.match_substring_regex(trimmed(words), CLEAR)))
        return codes.telling(self.field.name, words) if self._named else words.slice(0, 0)

    def _settle(self) -> None:
        if len(self.waiting):
            every = pa.chunked_array([*self.kept.chunks, *self.waiting.chunks], pa.large_string())
            self.kept, self.waiting = pa.chunked_array([pc.unique(every)]), NONE


def filled(words: Any) -> Any:
    """Which cells hold more than white space."""
    return pc.greater(pc.binary_length(trimmed(words)), 0)


def told(sheet: Sheet, columns: dict[int, Any]) -> Sheet:
    """A sheet whose cells are what was kept of each column of `sheet`, blank where nothing was."""
    length = max(map(len, columns.values()), default=0)
    blank = pa.chunked_array([pa.repeat(pa.scalar("", pa.large_string()), length)])
    cells = tuple(
        pa.chunked_array([*columns[at].chunks, *blank.slice(len(columns[at])).chunks]) if at in columns else blank
        for at in range(len(sheet.headings))
    )
    return Sheet(
        raw=pd.DataFrame(index=range(length)),
        headings=sheet.headings,
        cells=cells,
        rows=np.arange(length, dtype=np.int64),
        rejected=np.zeros(length, dtype=bool),
        decimal_comma=sheet.decimal_comma,
        typed=sheet.typed,
        numeric=sheet.numeric,
    )
