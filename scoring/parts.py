"""The share of a book that falls to one of several machines, and the parts of a result in the order of the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.orders.book import Book
from scoring.ways import Shard

Places = npt.NDArray[np.int64]
RECORD = "record"
"""The column of a part's table that says which record of the file each row is; it is not written."""


def share(records: Places, orders: pd.Series, shard: Shard | None) -> Places:
    """The records that belong to the shard, `orders` being the order_id of those that have one (records as index)."""
    if shard is None:
        return records
    key = records.astype(np.uint64)
    orders = orders.dropna()
    codes, distinct = pd.factorize(orders)
    key[np.searchsorted(records, orders.index)] = pd.util.hash_array(np.asarray(distinct, dtype=object))[codes]
    ours: Places = records[key % np.uint64(shard.of) == np.uint64(shard.number - 1)]
    return ours


def share_of(part: Book, shard: Shard | None) -> Book:
    """The orders of a part that belong to the shard; a record without an order is dealt out by its place."""
    if shard is None:
        return part
    ours = pd.Index(share(part.raw.index.to_numpy(), part.lines["order_id"], shard))
    mine = set(ours)
    return replace(
        part,
        raw=part.raw.loc[ours],
        rows=part.rows.loc[ours],
        status=part.status.loc[ours],
        lines=part.lines.loc[part.lines.index.isin(ours)],
        problems=tuple(problem for problem in part.problems if problem.record in mine),
    )


def in_order(tables: Iterable[tuple[int, pa.Table]], size: int) -> Iterator[pa.Table]:
    """The numbered tables of parts as tables in the order of the file: what comes too early waits for its turn.

    Part k holds the orders that begin in the k-th `size` records, so that all of the first k × `size` records lie in
    the first k parts.
    """
    waiting: list[pa.Table] = []
    for number, table in tables:
        whole = pa.concat_tables([*waiting, table])
        records = whole[RECORD].to_numpy()
        if (records[1:] < records[:-1]).any():
            whole = whole.sort_by(RECORD)
        due = pc.sum(pc.less(whole[RECORD], (number + 1) * size)).as_py() or 0
        yield whole.slice(0, due)
        waiting = [whole.slice(due)]
    yield from waiting
