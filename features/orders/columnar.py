"""A Parquet file or a frame in memory becomes a sheet: its values become text and are typed like any file's."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from features.orders.cells import column_text, text_array
from features.orders.package import UNPACKED_LIMIT
from features.orders.problems import refused
from features.orders.sheet import Sheet, blank

CELLS_LIMIT = 200_000_000  # cells; a million orders of 147 fields are less
BATCH = 16_384  # records taken out of the file at a time
FIRST_RECORD = 2  # the row a spreadsheet would show the first record in, below its headings


def read_parquet(path: Path) -> Sheet:
    """The sheet in a Parquet file; raises OrdersRefused when it is cut off, damaged or larger than the limits."""
    try:
        table = _table(path)
        table.validate(full=True)
        raw = table.to_pandas(ignore_metadata=True)
        cells = tuple(column_text(column) for column in table.columns)
    except (pa.ArrowException, OSError, ValueError, NotImplementedError):
        what = "the Parquet file is cut off or damaged"
        raise refused(path.name, what, "write it again, or export CSV") from None
    return _sheet(raw, tuple(table.column_names), cells)


def _table(path: Path) -> Any:
    """The file batch by batch, for few bytes may stand for many: what it declares counts, and what comes out."""
    with pa.parquet.ParquetFile(path) as file:
        cells = file.metadata.num_rows * file.metadata.num_columns
        batches, left = [], UNPACKED_LIMIT
        for batch in file.iter_batches(BATCH) if cells <= CELLS_LIMIT else ():
            left -= batch.nbytes
            if left < 0:
                break
            batches.append(batch)
        if cells > CELLS_LIMIT or left < 0:
            what = f"the Parquet file holds more than {CELLS_LIMIT:,} cells or {UNPACKED_LIMIT:,} bytes of them"
            raise refused(path.name, what, "split the order file")
        return pa.Table.from_batches(batches, file.schema_arrow)


def read_frame(frame: pd.DataFrame) -> Sheet:
    """The sheet of a frame in memory; its own columns and types stay in `raw`."""
    headings = tuple(str(name) for name in frame.columns)
    return _sheet(frame, headings, tuple(_text(frame.iloc[:, at]) for at in range(len(headings))))


def _text(series: "pd.Series[Any]") -> Any:
    if series.dtype == object:  # may mix types, which Arrow refuses
        return text_array(series)
    return column_text(pa.chunked_array([pa.Array.from_pandas(series)]))


def _sheet(raw: pd.DataFrame, headings: tuple[str, ...], cells: tuple[Any, ...]) -> Sheet:
    kept = np.flatnonzero(~blank(cells, len(raw)))
    return Sheet(
        raw=raw.take(kept).reset_index(drop=True),
        headings=headings,
        cells=tuple(column.take(pa.array(kept)) for column in cells),
        rows=kept.astype(np.int64) + FIRST_RECORD,
        rejected=np.zeros(len(kept), dtype=bool),
        blank_rows=len(raw) - len(kept),
        typed=frozenset(at for at in range(len(headings)) if not pd.api.types.is_string_dtype(raw.iloc[:, at])),
        numeric=frozenset(at for at in range(len(headings)) if pd.api.types.is_numeric_dtype(raw.iloc[:, at])),
    )
