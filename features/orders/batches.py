"""A large file read batch by batch: the same records as read whole, in memory that does not grow with the file."""

# Over 150 lines: the two formats that can be read so, and what each must not decide by a batch alone.

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from features.orders.cells import column_text
from features.orders.columnar import BATCH, FIRST_RECORD
from features.orders.delimited import SAMPLE, Parsed, above, below, line_ends, options
from features.orders.encoding import opening
from features.orders.fields import Kind
from features.orders.layout import Layout, find_layout
from features.orders.misfits import Misfit, split_record
from features.orders.problems import Problem
from features.orders.quotes import swallowing
from features.orders.sheet import Sheet, blank


class Unusual(Exception):
    """What this file needs can only be decided over the whole of it: it must be read whole."""


@dataclass(frozen=True)
class Batch:
    """Some records in the order of the file: the user's own columns "0", "1", …, and the sheet of the same as text."""

    own: Any
    sheet: Sheet


@dataclass(frozen=True)
class Flow:
    """A file about to be read in batches. `empty` is a sheet without records: headings and what is known beforehand.

    `batches` may be called again, when what it was given first does not fit the file (a pa.ArrowInvalid).
    """

    empty: Sheet
    batches: tuple[Callable[[], Iterator[Batch]], ...]


def text_flow(path: Path, kind: Kind) -> Flow:
    """The records of a delimited text in UTF-8; raises OrdersRefused as the reader of the whole does."""
    text, mark = opening(path, SAMPLE)
    layout = find_layout(text, kind, path.name)
    start = mark + layout.start
    empty = _empty(layout.headings, above(layout, path.name), decimal_comma=layout.delimiter == ";")
    # threads are faster and do not know row numbers: they stop at the first misfit, and one thread starts over
    ways = tuple(lambda threads=threads: _text(path, start, layout, threads) for threads in (True, False))
    return Flow(empty, ways)


def _text(path: Path, start: int, layout: Layout, threads: bool) -> Iterator[Batch]:
    misfits: list[Misfit] = []

    def keep(row: Any) -> str:
        misfits.append(Misfit(row.number, split_record(row.text, layout.delimiter)))
        return "skip"

    lines, open_end, quoted = line_ends(path, start)
    before, taken, swallowed = 0, 0, False
    with path.open("rb") as stream:
        stream.seek(start)
        how = options(layout, threads, (lambda _row: "error") if threads else keep)
        for records, last in _with_last(pa.csv.open_csv(pa.PythonFile(stream, mode="r"), **how)):
            mine = misfits[taken:] if last else _within(misfits[taken:], before + records.num_rows)
            parsed = Parsed(pa.Table.from_batches([records]), mine)
            end = before + parsed.records
            eaten = np.zeros(records.num_rows, dtype=bool)
            if quoted:
                open_cell = last and open_end and not (mine and mine[-1].number == end)
                eaten = swallowing(tuple(parsed.table.columns), layout.delimiter, open_cell)
                swallowed = swallowed or bool(eaten.any())
            sheet = below(parsed, layout, path.name, eaten, before)
            yield Batch(pa.table(list(sheet.cells), names=parsed.table.column_names), sheet)
            before, taken = end, taken + len(mine)
    if before == 0 or (swallowed and lines <= before):
        raise Unusual


def _with_last(reader: Iterable[Any]) -> Iterator[tuple[Any, bool]]:
    """The batches that hold records, each with whether it is the last."""
    held = None
    for batch in reader:
        if batch.num_rows == 0:
            continue
        if held is not None:
            yield held, False
        held = batch
    if held is not None:
        yield held, True


def _within(misfits: list[Misfit], end: int) -> list[Misfit]:
    """The misfits that stand before the last of the records that fit; `end` is its number without any misfit."""
    found: list[Misfit] = []
    for misfit in misfits:
        if misfit.number > end + len(found):
            break
        found.append(misfit)
    return found


def parquet_flow(path: Path) -> Flow:
    """The records of a Parquet file; raises Unusual when it has columns that are not plain text, numbers or times."""
    try:
        schema = pa.parquet.read_schema(path)
    except (pa.ArrowException, OSError, ValueError):
        raise Unusual from None
    kinds = [column.type for column in schema]
    if not all(_plain(kind) for kind in kinds) or not all(schema.names) or len({*schema.names}) < len(kinds):
        raise Unusual
    typed = frozenset(at for at, kind in enumerate(kinds) if not _is_text(kind))
    numeric = frozenset(at for at in typed if not pa.types.is_timestamp(kinds[at]))
    empty = replace(_empty(tuple(schema.names), ()), typed=typed, numeric=numeric)
    return Flow(empty, (lambda: _parquet(path, empty),))


def _is_text(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _plain(kind: Any) -> bool:
    numbers = pa.types.is_integer(kind) or pa.types.is_float32(kind) or pa.types.is_float64(kind)
    return _is_text(kind) or numbers or pa.types.is_boolean(kind) or pa.types.is_timestamp(kind)


def _parquet(path: Path, empty: Sheet) -> Iterator[Batch]:
    first = FIRST_RECORD
    try:
        with pa.parquet.ParquetFile(path) as file:
            for records in file.iter_batches(BATCH):
                table = pa.Table.from_batches([records])
                table.validate(full=True)
                yield _rows(table, empty, first)
                first += len(table)
    except (pa.ArrowException, OSError, ValueError, NotImplementedError):
        raise Unusual from None


def _rows(table: Any, empty: Sheet, first: int) -> Batch:
    """A batch whose first record stands in row `first`, without its blank rows."""
    if any(pa.types.is_boolean(column.type) and column.null_count for column in table.columns):
        raise Unusual  # pandas makes objects of them, and what these are the whole column decides
    cells = tuple(column_text(column) for column in table.columns)
    empties = blank(cells, len(table))
    own = table.rename_columns([str(at) for at in range(table.num_columns)])
    kept = pa.array(np.flatnonzero(~empties))
    sheet = replace(
        empty,
        cells=tuple(column.take(kept) for column in cells) if empties.any() else cells,
        rows=np.flatnonzero(~empties).astype(np.int64) + first,
        rejected=np.zeros(len(kept), dtype=bool),
        blank_rows=int(empties.sum()),
    )
    return Batch(own.take(kept) if empties.any() else own, sheet)


def _empty(headings: tuple[str, ...], problems: tuple[Problem, ...], *, decimal_comma: bool = False) -> Sheet:
    nothing = pa.chunked_array([], pa.large_string())
    return Sheet(
        raw=pd.DataFrame(),
        headings=headings,
        cells=(nothing,) * len(headings),
        rows=np.zeros(0, dtype=np.int64),
        rejected=np.zeros(0, dtype=bool),
        problems=problems,
        decimal_comma=decimal_comma,
    )
