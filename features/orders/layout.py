"""A delimited file shows its layout in its first lines: delimiter and row with known headings are the right ones."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from features.orders.fields import Kind
from features.orders.mapping import known_headings
from features.orders.problems import refused
from features.orders.sheet import WHITE

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_RECORDS = 50
HEADING_RECORDS = 30  # filled records in which the headings are looked for: titles and notes may stand above them


@dataclass(frozen=True)
class Layout:
    """How the file is written: delimiter, headings, and the record that holds them (from 0, blank lines counted).

    `start` is the place of the first record below the headings, in bytes of UTF-8 from the start of the text;
    `titles` are the filled records above the headings.
    """

    delimiter: str
    headings: tuple[str, ...]
    heading_record: int
    start: int
    titles: tuple[str, ...] = ()


Records = list[tuple[list[str], int]]  # the cells of a record, and where it ends


def find_layout(text: str, kind: Kind, file: str) -> Layout:
    """The delimiter whose heading row holds most known headings, then the one whose records agree best in length."""
    tried = [(_first_records(text, delimiter, file), delimiter) for delimiter in DELIMITERS]
    records, delimiter = max(tried, key=lambda pair: _rank(pair[0], kind))
    at = _heading_place(records, kind)
    if at is None:
        raise refused(file, "the file holds no cell with text", "export the orders again with headings and records")
    headings, start = records[at]
    titles = tuple(delimiter.join(cells) for cells, _ in records[:at] if _filled(cells))
    spare = _spare(len(headings), [cells for cells, _ in records[at + 1 :] if _filled(cells)])
    return Layout(delimiter, (*headings, *[""] * spare), at, start, titles)


def _first_records(text: str, delimiter: str, file: str) -> Records:
    read = 0

    def lines() -> Iterator[str]:
        nonlocal read
        for line in io.StringIO(text, newline=""):
            read += len(line.encode("utf-8"))
            yield line

    records: Records = []
    filled = 0
    try:
        for record in csv.reader(lines(), delimiter=delimiter):
            records.append((record, read))
            filled += _filled(record)
            if filled > SAMPLE_RECORDS:
                break
    except csv.Error:  # a cell over 128 KiB among the first records: the headings above it are all that is needed
        if not filled:
            what = "the first record holds a cell of more than 128 KiB, which is no heading"
            raise refused(file, what, "put one row of headings above the records") from None
    return records


def _filled(cells: list[str]) -> bool:
    return any(cell.strip(WHITE) for cell in cells)


def _heading_place(records: Records, kind: Kind) -> int | None:
    """The record with most known headings, two at least; else the first that is filled."""
    filled = [at for at, (cells, _) in enumerate(records) if _filled(cells)][:HEADING_RECORDS]
    known = {at: known_headings(records[at][0], kind) for at in filled}
    best = max(filled, key=lambda at: (known[at], -at), default=None)
    return best if best is None or known[best] > 1 else filled[0]


def _spare(headings: int, records: list[list[str]]) -> int:
    """How many cells most records have beyond the headings, when those are all blank: delimiters at the line's end."""
    widths = [len(cells) for cells in records]
    common = max(set(widths), key=widths.count, default=0)
    blank = not any(_filled(cells[headings:]) for cells in records)
    return max(0, common - headings) if blank else 0


def _rank(records: Records, kind: Kind) -> tuple[int, int, int]:
    at = _heading_place(records, kind)
    if at is None:
        return (0, 0, 0)
    headings = records[at][0]
    widths = [len(cells) for cells, _ in records[at:] if _filled(cells)]
    agreeing = widths.count(len(headings)) if len(headings) > 1 else 0
    return (known_headings(headings, kind), agreeing, len(headings))
