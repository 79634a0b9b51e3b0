"""A delimited file shows its layout in its first lines: the delimiter that yields known headings is the right one."""

import csv
import io
from dataclasses import dataclass

from features.orders.fields import Kind
from features.orders.mapping import known_headings
from features.orders.problems import refused
from features.orders.sheet import WHITE

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_RECORDS = 50


@dataclass(frozen=True)
class Layout:
    """How the file is written: delimiter, headings, and the record that holds them (from 0, blank lines counted)."""

    delimiter: str
    headings: tuple[str, ...]
    heading_record: int


def find_layout(text: str, kind: Kind, file: str) -> Layout:
    """The delimiter whose heading row holds most known headings, then the one whose records agree best in length."""
    tried = [(_first_records(text, delimiter, file), delimiter) for delimiter in DELIMITERS]
    records, delimiter = max(tried, key=lambda pair: _rank(pair[0], kind))
    at = next((at for at, record in enumerate(records) if any(cell.strip(WHITE) for cell in record)), None)
    if at is None:
        raise refused(file, "the file holds no cell with text", "export the orders again with headings and records")
    return Layout(delimiter, tuple(records[at]), at)


def _first_records(text: str, delimiter: str, file: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    records: list[list[str]] = []
    filled = 0
    try:
        for record in reader:
            records.append(record)
            filled += any(cell.strip(WHITE) for cell in record)
            if filled > SAMPLE_RECORDS:
                break
    except csv.Error:  # a cell over 128 KiB among the first records: the headings above it are all that is needed
        if not filled:
            what = "the first record holds a cell of more than 128 KiB, which is no heading"
            raise refused(file, what, "put one row of headings above the records") from None
    return records


def _rank(records: list[list[str]], kind: Kind) -> tuple[int, int, int]:
    filled = [record for record in records if any(cell.strip(WHITE) for cell in record)]
    if not filled:
        return (0, 0, 0)
    agreeing = sum(len(record) == len(filled[0]) for record in filled) if len(filled[0]) > 1 else 0
    return (known_headings(filled[0], kind), agreeing, len(filled[0]))
