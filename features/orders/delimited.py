"""A delimited text file becomes a sheet; a record that does not fit its headings is kept, and named as rejected."""

# Over 150 lines: what a record may look like is decided here once, for files read whole and in batches.

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from features.orders.encoding import opening
from features.orders.fields import Kind
from features.orders.layout import Layout, find_layout
from features.orders.misfits import Misfit, complaints, fitting_rows, merged, split_record
from features.orders.problems import Level, OrdersRefused, Problem, refused
from features.orders.quotes import swallowing
from features.orders.sheet import WHITE, Flags, Sheet, blank, frame_of

SAMPLE = 1 << 20  # bytes looked at for delimiter and headings
BLOCK = 32 << 20  # bytes parsed at a time; also the longest record that can be read
SHARE = 4 << 20  # bytes a thread parses at a time


@dataclass(frozen=True)
class Parsed:
    """The records below the headings: those that fit, as columns, and those that do not."""

    table: Any
    misfits: list[Misfit]

    @property
    def records(self) -> int:
        """All records, those that do not fit too."""
        return int(self.table.num_rows) + len(self.misfits)


def read_delimited(path: Path, kind: Kind) -> Sheet:
    """The sheet in a comma, semicolon, tab or pipe file in UTF-8; raises OrdersRefused when it is none."""
    text, mark = opening(path, SAMPLE)
    layout = find_layout(text, kind, path.name)
    start = mark + layout.start
    if path.stat().st_size == start:
        raise refused(path.name, "the file has no records under its headings", "export the orders again, with records")
    parsed = _parse(path, start, layout)
    lines, open_end, _ = line_ends(path, start)
    several_lines = lines > parsed.records
    open_end = open_end and not (parsed.misfits and parsed.misfits[-1].number == parsed.records)
    eaten = np.zeros(parsed.table.num_rows, dtype=bool)
    if several_lines:
        eaten = swallowing(tuple(parsed.table.columns), layout.delimiter, open_end)
    return _sheet(parsed, layout, path.name, eaten)


def _parse(path: Path, start: int, layout: Layout) -> Parsed:
    """All records below the headings, blank lines too, as columns "0", "1", …"""
    misfits: list[Misfit] = []

    def keep(row: Any) -> str:
        misfits.append(Misfit(row.number, split_record(row.text, layout.delimiter)))
        return "skip"

    try:  # threads are faster and do not know row numbers: they stop at the first misfit, and one thread starts over
        return Parsed(_table(path, start, layout, threads=True, on_misfit=lambda _row: "error"), [])
    except pa.ArrowInvalid:
        pass
    try:
        return Parsed(_table(path, start, layout, threads=False, on_misfit=keep), misfits)
    except pa.ArrowInvalid:
        raise _unreadable(path.name) from None


def _table(path: Path, start: int, layout: Layout, threads: bool, on_misfit: Callable[[Any], str]) -> Any:
    with path.open("rb") as stream:
        stream.seek(start)
        return pa.csv.read_csv(pa.PythonFile(stream, mode="r"), **options(layout, threads, on_misfit))


def options(layout: Layout, threads: bool, on_misfit: Callable[[Any], str]) -> dict[str, Any]:
    """How pyarrow reads the records below the headings: every cell as text, in columns "0", "1", …"""
    names = [str(at) for at in range(len(layout.headings))]
    return {
        "read_options": pa.csv.ReadOptions(
            use_threads=threads, block_size=SHARE if threads else BLOCK, column_names=names
        ),
        "parse_options": pa.csv.ParseOptions(
            delimiter=layout.delimiter,
            newlines_in_values=True,
            ignore_empty_lines=False,  # so that `number` counts as a spreadsheet does
            invalid_row_handler=on_misfit,
        ),
        "convert_options": pa.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.large_string()),
            strings_can_be_null=False,
        ),
    }


def _unreadable(file: str) -> OrdersRefused:
    what = "the file cannot be split into records: one is longer than 32 MiB, or a quotation mark is never closed"
    return refused(file, what, "look for a quotation mark that opens a cell and does not close it")


def line_ends(path: Path, start: int) -> tuple[int, bool, bool]:
    """The lines of the file, whether it ends on no quotation mark, and whether it has any."""
    lines, tail, quoted = 0, b"", False
    with path.open("rb") as stream:
        stream.seek(start)
        for chunk in iter(lambda: stream.read(SAMPLE), b""):
            lines += chunk.count(b"\n")
            quoted = quoted or b'"' in chunk
            tail = tail[-64:] + chunk
    return lines + (not tail.endswith(b"\n")), not tail.rstrip(b"\r\n").endswith(b'"'), quoted


def _sheet(parsed: Parsed, layout: Layout, file: str, eaten: Flags) -> Sheet:
    """The whole file: columns without heading and cells are left out."""
    batch = below(parsed, layout, file, eaten)
    used = [at for at, heading in enumerate(layout.headings) if heading or not all_empty(batch.cells[at])]
    headings, columns = tuple(layout.headings[at] for at in used), tuple(batch.cells[at] for at in used)
    return replace(
        batch,
        raw=frame_of(columns, headings),
        headings=headings,
        cells=columns,
        problems=(*above(layout, file), *batch.problems),
    )


def below(parsed: Parsed, layout: Layout, file: str, eaten: Flags, before: int = 0) -> Sheet:
    """The records below the headings, misfits put back in their places, blank rows counted and dropped.

    `raw` is left empty, and every heading has its column. `before` are the records of earlier batches.
    """
    first = layout.heading_record + 1
    table, fitting = parsed.table, fitting_rows(parsed.table.num_rows, parsed.misfits, before)
    empty = blank(tuple(table.columns), table.num_rows)
    if empty.any():
        table, fitting, eaten = table.filter(pa.array(~empty)), fitting[~empty], eaten[~empty]
    bad = [misfit for misfit in parsed.misfits if any(cell.strip(WHITE) for cell in misfit.cells)]
    table, rows, rejected = merged(table, fitting, bad, eaten)
    return Sheet(
        raw=pd.DataFrame(),
        headings=layout.headings,
        cells=tuple(table.columns),
        rows=rows + first,
        rejected=rejected,
        problems=tuple(complaints(rows, rejected, bad, len(layout.headings), first, file)),
        blank_rows=int(empty.sum()) + len(parsed.misfits) - len(bad),
        decimal_comma=layout.delimiter == ";",
    )


def all_empty(column: Any) -> bool:
    """Whether no cell holds a character."""
    return not pc.max(pc.binary_length(column)).as_py()


def above(layout: Layout, file: str) -> tuple[Problem, ...]:
    """A note of the lines above the headings, which are no records."""
    if not layout.titles:
        return ()
    row = layout.heading_record + 1
    what = f"stands above the headings, which were found in row {row} (lines above them: {len(layout.titles)})"
    return (Problem(file, row, None, layout.titles[0], what, "nothing to do if this is right", Level.NOTE),)
