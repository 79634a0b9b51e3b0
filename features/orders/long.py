"""A file too long for memory: read in batches, put by on disk in parts of whole orders, each read as a book."""

# Over 150 lines: the two passes over such a file, and the one way in for files that must be read whole.

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.orders import countries
from features.orders.batches import Unusual, parquet_flow, text_flow
from features.orders.book import NO_PROFILE, Book, book_of
from features.orders.currencies import DOLLAR
from features.orders.problems import OrdersRefused, Problem
from features.orders.profiles import Profile
from features.orders.reading import DELIMITED, PARQUET_FILE, Opened, opened, sheet_in, shown_name
from features.orders.sheet import Places
from features.orders.shelf import PLACES, RECORD, ROW, STATUS, Shelf, status_codes
from features.orders.spool import Spool

SMALL = 16 << 20
"""Bytes of a file that is read whole, which costs some ten times as much memory and is faster."""


@dataclass(frozen=True)
class LongBook:
    """A book in parts. `book` says what holds of the whole file; its `raw` has no columns, and its `lines` no rows.

    The k-th part holds the orders that begin in the k-th `size` records. Of the problems of its records `book` may hold
    the first of each kind only, `alike` of them. `midnights` are the places of the user's columns whose times are all
    midnights.
    """

    book: Book
    headings: tuple[str, ...]
    shelf: Shelf
    size: int
    columns: tuple[str, ...]
    floats: frozenset[str] = frozenset()
    midnights: frozenset[int] = frozenset()

    def own(self, number: int) -> tuple[Places, Any]:
        """The records of a part, and the user's columns of them under their headings."""
        table = self.shelf.own(number)
        found = [self._column(name, table[name]) for name in self.columns]
        return table[RECORD].to_numpy(), pa.Table.from_arrays(found, names=list(self.headings))

    def _column(self, name: str, cells: Any) -> Any:
        """A column as a table of pandas would give it back."""
        if name in self.floats:
            return cells.cast(pa.float64(), safe=False)
        if pa.types.is_floating(cells.type):
            return pc.if_else(pc.is_nan(cells), pa.scalar(None, cells.type), cells)
        return cells.cast(pa.large_string()) if pa.types.is_string(cells.type) else cells

    def lines(self, *columns: str) -> Iterator[pd.DataFrame]:
        """The typed lines of part after part."""
        return (self.shelf.lines(number, columns or None) for number in range(self.shelf.count))


def read_long(
    path: Path, size: int, room: Path, *, encoding: str | None = None, profile: Profile = NO_PROFILE, small: int = SMALL
) -> Book | LongBook:
    """The order file at `path`: a Book where it is small, else in parts of about `size` records in the folder `room`.

    What is read, and what is told of it, is the same as by `read_orders`. Delimited text (also in a gzip archive) and
    Parquet of plain columns are read in bounded memory; other files are read whole. Raises OrdersRefused.
    """
    with opened(path, "orders", encoding or profile.encoding) as file:
        if file.path.stat().st_size > small:
            try:
                return _in_batches(file, shown_name(path), size, room, profile)
            except (Unusual, OrdersRefused):  # the reader of the whole says what is wrong
                for left in room.iterdir():
                    left.unlink()
        return book_of(sheet_in(file, "orders"), "orders", shown_name(path), file.sha256, countries.shipped(), profile)


def _in_batches(file: Opened, name: str, size: int, room: Path, profile: Profile) -> LongBook:
    if file.content == DELIMITED:
        flow = text_flow(file.path, "orders")
    elif file.content == PARQUET_FILE:
        flow = parquet_flow(file.path)
    else:
        raise Unusual
    for batches in flow.batches:
        spool = Spool(flow.empty, name, size, room, profile)
        try:
            for batch in batches():
                spool.add(batch)
            return _long(spool, file)
        except pa.ArrowInvalid:
            for left in room.iterdir():
                left.unlink()
    raise Unusual


def _long(spool: Spool, file: Opened) -> LongBook:
    book, shelf, used = spool.read(file)
    headings = tuple(spool.empty.headings[at] for at in used)
    columns = tuple(map(str, used))
    floats = frozenset(map(str, spool.floats))
    return LongBook(book, headings, shelf, spool.size, columns, floats, frozenset(range(len(used))) - spool.hours)


def cut(book: Book, own: Any, midnights: frozenset[int], size: int, room: Path) -> LongBook:
    """A book that was read whole, in parts; `own` are its columns as an Arrow table, `midnights` as in a LongBook."""
    count = -(-len(book.raw) // size)
    names = tuple(map(str, range(own.num_columns)))
    whole = replace(book, raw=pd.DataFrame(index=book.raw.index), lines=book.lines.iloc[:0])
    like = replace(whole, raw=whole.raw.iloc[:0], rows=book.rows[:0], status=book.status[:0], problems=(), questions=())
    shelf = Shelf(room, count, like, DOLLAR)
    begins = pd.Series(np.arange(len(book.raw)))
    orders = book.lines["order_id"].dropna()
    begins[orders.index] = begins[orders.index].groupby(orders).transform("min")
    numbers = begins.to_numpy() // size
    told: dict[int, list[Problem]] = {}
    for problem in book.problems:
        if problem.record is not None:
            told.setdefault(int(numbers[problem.record]), []).append(problem)
    places = pa.table({RECORD: np.arange(len(numbers)), ROW: book.rows, STATUS: status_codes(book.status)})
    table = pa.table([*places.columns, *own.columns], names=[*PLACES, *names])
    for number in range(count):
        records = np.flatnonzero(numbers == number)
        shelf.put_own(number, table.take(pa.array(records)))
        lines = book.lines.loc[book.lines.index.isin(records)]
        shelf.put(number, places.take(pa.array(records)), lines, told.get(number, []))
    return LongBook(whole, tuple(map(str, book.raw.columns)), shelf, size, names, midnights=midnights)
