"""What a report shows of a book that was judged in parts: of every line what is counted, of the first orders all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from features.orders.book import Book
from scoring.batch import Scored
from scoring.flags import measured
from scoring.parts import RECORD
from scoring.pieces import FLAG, MARGIN, SUMMED_UP
from scoring.ranked import by_urgency, due
from scoring.result import COLUMNS

ASKED = ("ask_1", "ask_2", "ask_3")
COUNTED = (*SUMMED_UP, *ASKED)  # text that few distinct values repeat


def shown(places: Mapping[int, Path], book: Book, lines: pd.DataFrame) -> Scored:
    """All that `report.page` reads; cells of `results` beyond COUNTED and completeness are those of its orders alone.

    `places` are the tables of the parts (`pieces.piece` with `flags`), `lines` what a report reads of the lines.
    """
    flags = [f"{FLAG}{each.name}" for each, _ in measured()]
    columns = [RECORD, MARGIN, "completeness", *COUNTED, *flags]
    read = (pq.read_table(path, columns=columns, read_dictionary=list(COUNTED)) for path in places.values())
    whole = pa.concat_tables(list(read)).unify_dictionaries().sort_by(RECORD)
    results = whole.select([*COUNTED, "completeness"]).to_pandas().set_axis(pd.Index(whole[RECORD].to_numpy()), axis=0)
    scored = whole.take(pa.array(results.index.get_indexer(lines.index)))
    matrix = pd.DataFrame({name.removeprefix(FLAG): _three_valued(scored[name]) for name in flags}, index=lines.index)
    found = Scored(results, lines, matrix, pd.DataFrame(index=lines.index), scored[MARGIN].to_numpy())
    first, _ = due(by_urgency(book, found))
    told = _told(places, np.unique(first[["at", "top"]].to_numpy()))
    others = [name for name in COLUMNS if name not in results]
    return Scored(results.join(told[others]), lines, matrix, found.judged, found.margin)


def _three_valued(states: pa.ChunkedArray) -> pd.arrays.BooleanArray:
    return pd.arrays.BooleanArray(
        states.fill_null(False).to_numpy().astype(bool), states.is_null().to_numpy().astype(bool)
    )


def _told(places: Mapping[int, Path], records: np.ndarray) -> pd.DataFrame:
    """The result columns of some records."""
    wanted = pa.array(records, pa.int64())
    tables = (pq.read_table(path, columns=[RECORD, *COLUMNS]) for path in places.values())
    chosen = pa.concat_tables([table.filter(pc.is_in(table[RECORD], wanted)) for table in tables])
    found: pd.DataFrame = chosen.to_pandas().set_index(RECORD)
    return found.rename_axis(None)
