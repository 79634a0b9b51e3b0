"""The parts of a long file on disk: of each its own columns, its typed lines, and what was told of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather

from features.orders.book import Book
from features.orders.cleaning import missing_column
from features.orders.currencies import DOLLAR
from features.orders.fields import of_kind
from features.orders.problems import Level, Problem
from features.orders.sheet import Places

RECORD, ROW, STATUS = "record", "row", "status"
PLACES = (RECORD, ROW, STATUS)
STATES = ("scored", "rejected", "skipped")
FAST = pa.ipc.IpcWriteOptions(compression="lz4")


@dataclass(frozen=True)
class Shelf:
    """Parts by number, each of whole orders, records ascending; `like` is a book of the file without a record.

    `dollar` is the currency that a lone dollar sign stands for. The files lie in `room`, which somebody else clears.
    """

    room: Path
    count: int
    like: Book
    dollar: str | float

    def place(self, number: int, what: str) -> Path:
        """The file that holds "own", "places", "lines" or "problems" of a part."""
        return self.room / f"{number:06d}.{what}"

    def part(self, number: int) -> Book:
        """The part as a book: records as index, `raw` without columns; order lines in the order of the file."""
        places = pa.feather.read_table(self.place(number, "places"), memory_map=False)
        records = pd.Index(places[RECORD].to_numpy())
        return replace(
            self.like,
            raw=pd.DataFrame(index=records),
            rows=pd.Series(places[ROW].to_numpy(), index=records),
            status=pd.Series(np.array(STATES, dtype=object)[places[STATUS].to_numpy()], index=records, dtype="str"),
            lines=self.lines(number),
            problems=_problems(pa.feather.read_table(self.place(number, "problems"), memory_map=False)),
        )

    def records(self, number: int) -> Places:
        """The records of a part, ascending."""
        path = self.place(number, "places")
        return pa.feather.read_table(path, columns=[RECORD], memory_map=False)[RECORD].to_numpy()  # type: ignore[no-any-return]

    def lines(self, number: int, columns: Iterable[str] | None = None) -> pd.DataFrame:
        """The typed lines of a part, every field a column, or only some of them."""
        wanted = [field for field in of_kind(self.like.kind) if columns is None or field.name in columns]
        path = self.place(number, "lines")
        there = pa.ipc.open_file(path).schema.names
        names = [RECORD, *(field.name for field in wanted if field.name in there)]
        found = pa.feather.read_table(path, columns=names, memory_map=False).to_pandas()
        absent = {kind: missing_column(kind, len(found)) for kind in {field.type for field in wanted}}
        cells = {
            field.name: found[field.name].array if field.name in found else absent[field.type][:] for field in wanted
        }
        lines = pd.DataFrame(cells, index=pd.Index(found[RECORD].to_numpy()), copy=False)
        if "currency" in lines and (lines["currency"] == DOLLAR).any():
            lines["currency"] = lines["currency"].mask(lines["currency"] == DOLLAR, self.dollar)
        return lines

    def own(self, number: int) -> Any:
        """The records of a part as they came: PLACES, then the user's columns, named "0", "1", …"""
        path = self.place(number, "own")
        tables, end = [], path.stat().st_size
        with path.open("rb") as file:
            while file.tell() < end:
                tables.append(pa.ipc.open_stream(file).read_all())
        return pa.concat_tables(tables)

    def put_own(self, number: int, table: Any) -> None:
        """Adds records to a part."""
        with self.place(number, "own").open("ab") as file, pa.ipc.new_stream(file, table.schema, options=FAST) as to:
            to.write_table(table)

    def put(self, number: int, places: Any, lines: pd.DataFrame, problems: list[Problem]) -> None:
        """Keeps what was read of a part: its PLACES as an Arrow table, its typed lines (records as index)."""
        filled = lines[[name for name in lines if lines[name].notna().any()]]
        table = pa.Table.from_pandas(filled.assign(**{RECORD: filled.index}), preserve_index=False)
        _write(places, self.place(number, "places"))
        _write(table, self.place(number, "lines"))
        names = list(Problem.__dataclass_fields__)
        told = {name: [getattr(problem, name) for problem in problems] for name in names}
        _write(pa.table(told, schema=_TOLD), self.place(number, "problems"))


_TOLD = pa.schema(
    [
        *((name, pa.large_string()) for name in ("file",)),
        ("row", pa.int64()),
        *((name, pa.large_string()) for name in ("column", "value", "what", "remedy", "level")),
        ("record", pa.int64()),
        ("alike", pa.int64()),
    ]
)


def _problems(table: Any) -> tuple[Problem, ...]:
    columns = [column.to_pylist() for column in table.columns]
    return tuple(
        Problem(file, row, column, value, what, remedy, Level(level), record, alike)
        for file, row, column, value, what, remedy, level, record, alike in zip(*columns, strict=True)
    )


def _write(table: Any, path: Path) -> None:
    pa.feather.write_feather(table, str(path), compression="lz4")


def status_codes(status: "pd.Series[str]") -> Places:
    """The place of each state among STATES."""
    return np.asarray(pd.Categorical(status, categories=list(STATES)).codes, dtype=np.int64)
