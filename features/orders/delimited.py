"""A delimited text file becomes a sheet; a record that does not fit its headings is kept, and named as rejected."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv

from features.orders import encoding
from features.orders.fields import Kind
from features.orders.layout import Layout, find_layout
from features.orders.misfits import Misfit, complaints, fitting_rows, merged, split_record
from features.orders.problems import OrdersRefused, refused
from features.orders.quotes import swallowing
from features.orders.sheet import WHITE, Flags, Sheet, blank, frame_of

SAMPLE = 1 << 20  # bytes looked at for encoding, delimiter and headings
BLOCK = 32 << 20  # bytes parsed at a time; also the longest record that can be read
SHARE = 4 << 20  # bytes a thread parses at a time


def read_delimited(path: Path, kind: Kind) -> Sheet:
    """The sheet in a comma, semicolon, tab or pipe file; raises OrdersRefused when it cannot be read as one."""
    converted = encoding.utf8(path)
    with io.BytesIO(converted) if converted is not None else path.open("rb") as stream:
        sample = stream.read(SAMPLE)
        layout = find_layout(encoding.opening(sample, path.name, len(sample) < SAMPLE), kind, path.name)
        stream.seek(0)
        table, misfits = _parse(stream, layout, path.name)
        records = table.num_rows + len(misfits)
        several_lines, open_end = _ends(stream, records)
    open_end = open_end and not (misfits and misfits[-1].number == records)
    eaten = np.zeros(table.num_rows, dtype=bool)
    if several_lines:
        eaten = swallowing(tuple(table.columns), layout.delimiter, open_end)
    return _sheet(table, misfits, layout, path.name, eaten)


def _parse(stream: Any, layout: Layout, file: str) -> tuple[Any, list[Misfit]]:
    """All records that fit, headings and blank lines too, as columns "0", "1", …; and those that do not fit."""
    misfits: list[Misfit] = []

    def keep(row: Any) -> str:
        misfits.append(Misfit(row.number, split_record(row.text, layout.delimiter)))
        return "skip"

    try:  # threads are faster and do not know row numbers: they stop at the first misfit, and one thread starts over
        return _table(stream, layout, threads=True, on_misfit=lambda _row: "error"), []
    except pa.ArrowInvalid:
        stream.seek(0)
    try:
        return _table(stream, layout, threads=False, on_misfit=keep), misfits
    except pa.ArrowInvalid as fault:
        raise _unreadable(str(fault), stream, file) from None


def _table(stream: Any, layout: Layout, threads: bool, on_misfit: Callable[[Any], str]) -> Any:
    names = [str(at) for at in range(len(layout.headings))]
    return pa.csv.read_csv(
        pa.PythonFile(stream, mode="r"),
        read_options=pa.csv.ReadOptions(
            use_threads=threads, block_size=SHARE if threads else BLOCK, column_names=names
        ),
        parse_options=pa.csv.ParseOptions(
            delimiter=layout.delimiter,
            newlines_in_values=True,
            ignore_empty_lines=False,  # so that `number` counts as a spreadsheet does
            invalid_row_handler=on_misfit,
        ),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.large_string()),
            strings_can_be_null=False,
        ),
    )


def _unreadable(fault: str, stream: Any, file: str) -> OrdersRefused:
    if "UTF8" in fault:
        stream.seek(0)
        line = encoding.first_bad_line(stream)
        return refused(file, f"the text is not UTF-8 (first seen on line {line})", encoding.SAVE_AS_UTF8)
    what = "the file cannot be split into records: one is longer than 32 MiB, or a quotation mark is never closed"
    return refused(file, what, "look for a quotation mark that opens a cell and does not close it")


def _ends(stream: Any, records: int) -> tuple[bool, bool]:
    """Whether the file has more lines than records, so that cells hold line ends; whether it ends on no quote."""
    stream.seek(0)
    lines, tail = 0, b""
    for chunk in iter(lambda: stream.read(SAMPLE), b""):
        lines += chunk.count(b"\n")
        tail = tail[-64:] + chunk
    return lines + (not tail.endswith(b"\n")) > records, not tail.rstrip(b"\r\n").endswith(b'"')


def _sheet(table: Any, misfits: list[Misfit], layout: Layout, file: str, eaten: Flags) -> Sheet:
    """The records below the headings, misfits put back in their places, blank rows counted and dropped."""
    fitting = fitting_rows(table.num_rows, misfits)
    below = fitting > layout.heading_record + 1
    empty = blank(tuple(table.columns), table.num_rows)
    kept = below & ~empty
    table, fitting, eaten = table.filter(pa.array(kept)), fitting[kept], eaten[kept]
    late = [misfit for misfit in misfits if misfit.number > layout.heading_record + 1]
    bad = [misfit for misfit in late if any(cell.strip(WHITE) for cell in misfit.cells)]
    table, rows, rejected = merged(table, fitting, bad, eaten)
    return Sheet(
        raw=frame_of(table.columns, layout.headings),
        headings=layout.headings,
        cells=tuple(table.columns),
        rows=rows,
        rejected=rejected,
        problems=tuple(complaints(rows, rejected, bad, len(layout.headings), file)),
        blank_rows=int((empty & below).sum()) + len(late) - len(bad),
        decimal_comma=layout.delimiter == ";",
    )
