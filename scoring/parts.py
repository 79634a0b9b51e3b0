"""A book cut into parts that hold whole orders, and the share of a book that falls to one of several machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.orders.book import Book
from features.orders.problems import Problem
from scoring.ways import Shard

Places = npt.NDArray[np.int64]
RECORD = "record"
"""The column of a part's table that says which record of the file each row is; it is not written."""


def parts(book: Book, size: int, shard: Shard | None = None) -> list[Places]:
    """The records of a book in parts of about `size`: part k holds the orders that begin in the k-th `size` records.

    So all of the first k × `size` records lie in the first k parts, wherever the lines of an order stand. With a shard
    only its orders are there, and a part may be empty; a record without an order is dealt out by its place.
    """
    begins = pd.Series(np.arange(len(book.raw), dtype=np.int64))
    key = begins.to_numpy().astype(np.uint64)
    orders = book.lines["order_id"].dropna()
    codes, distinct = pd.factorize(orders)
    begins[orders.index] = begins[orders.index].groupby(codes).transform("min")
    key[orders.index.to_numpy()] = pd.util.hash_array(np.asarray(distinct, dtype=object))[codes]
    number = begins.to_numpy() // size
    order = np.argsort(number, kind="stable")
    whole = np.split(order, np.searchsorted(number[order], np.arange(1, -(-len(begins) // size))))
    if shard is None:
        return whole
    ours = key % np.uint64(shard.of) == np.uint64(shard.number - 1)
    return [records[ours[records]] for records in whole]


def in_order(tables: Iterable[tuple[int, pa.Table]], size: int) -> Iterator[pa.Table]:
    """The numbered tables of `parts` as tables in the order of the file: what comes too early waits for its turn."""
    waiting: list[pa.Table] = []
    for number, table in tables:
        whole = pa.concat_tables([*waiting, table]).sort_by(RECORD)
        due = pc.sum(pc.less(whole[RECORD], (number + 1) * size)).as_py() or 0
        yield whole.slice(0, due)
        waiting = [whole.slice(due)]
    yield from waiting


def lines_of(lines: pd.DataFrame, records: Places) -> pd.DataFrame:
    """The lines, in their order, of records in ascending order: not every record has one."""
    at = np.searchsorted(lines.index, records)
    found: pd.DataFrame = lines.iloc[at[np.append(lines.index, -1)[at] == records]]
    return found


def part_of(book: Book, records: Places, problems: Mapping[int, list[Problem]]) -> Book:
    """The book of some records: their lines and problems; `raw` has no columns, for nothing that judges reads them."""
    told = tuple(problem for record in records.tolist() for problem in problems.get(record, ()))
    raw, lines = pd.DataFrame(index=pd.Index(records)), lines_of(book.lines, records)
    rows, status = book.rows.take(records).set_axis(raw.index), book.status.take(records).set_axis(raw.index)
    return replace(book, raw=raw, rows=rows, status=status, lines=lines, problems=told)


def by_record(book: Book) -> dict[int, list[Problem]]:
    """The problems of each record that has any."""
    found: dict[int, list[Problem]] = {}
    for problem in book.problems:
        if problem.record is not None:
            found.setdefault(problem.record, []).append(problem)
    return found
