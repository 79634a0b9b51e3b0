"""JSON lines become a sheet: one object a line, its keys the headings, its numbers as they are written."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from features.orders.cells import text_of
from features.orders.problems import Level, Problem, refused
from features.orders.sheet import WHITE, Sheet, blank, frame_of

LONGEST = 32 << 20  # bytes of one line
MOST_KEYS = 2_000  # different keys of a file; its table holds a cell for each on every line
BATCH = 50_000  # lines held as Python values at a time
FLATTEN = "write one plain value a key, such as buyer_name and buyer_country, or export CSV"
ONE_EACH = "write one JSON object a line, each key once"

# objects arrive as tuples of pairs, so that a key said twice is seen; numbers as the text they are written in
DECODER = json.JSONDecoder(object_pairs_hook=tuple, parse_float=str, parse_int=str, parse_constant=str)

Line = tuple[int, dict[str, str], str]
"""The number of a line, its cells by key, and why it is no record ("" when it is one)."""


def read_json_lines(path: Path) -> Sheet:
    """The sheet in a UTF-8 file of JSON lines, whose `rows` are the lines of the file.

    Raises:
        OrdersRefused: a value is an object or a list of such; a line is too long; there are too many keys.
    """
    names: dict[str, None] = {}
    batches: list[list[Any]] = []
    rows: list[int] = []
    faults: list[str] = []
    lines = _parsed(path)
    while batch := list(islice(lines, BATCH)):
        for _, record, fault in batch:
            if not fault:
                names.update(dict.fromkeys(record))
        if len(names) > MOST_KEYS:
            raise refused(path.name, f"the file has more than {MOST_KEYS:,} different keys", ONE_EACH)
        batches.append(_columns(batch, tuple(names)))
        rows.extend(number for number, _, _ in batch)
        faults.extend(fault for _, _, fault in batch)
    cells = tuple(_joined(batches, at) for at in range(len(names)))
    return _sheet(cells, tuple(names), np.array(rows, dtype=np.int64), faults, path)


def _sheet(cells: tuple[Any, ...], names: tuple[str, ...], rows: Any, faults: list[str], path: Path) -> Sheet:
    rejected = np.array([bool(fault) for fault in faults], dtype=bool)
    kept = np.flatnonzero(~blank(cells, len(rows)) | rejected)
    columns = tuple(column.take(pa.array(kept)) for column in cells) if len(kept) < len(rows) else cells
    problems = [
        Problem(path.name, int(rows[at]), None, None, faults[at], ONE_EACH, Level.REJECTED, record)
        for record, at in enumerate(map(int, kept))
        if faults[at]
    ]
    with path.open("rb") as file:
        lines = sum(1 for _ in file)
    return Sheet(
        raw=frame_of(columns, names),
        headings=names,
        cells=columns,
        rows=rows[kept],
        rejected=rejected[kept],
        problems=tuple(problems),
        blank_rows=lines - len(kept),
        typed=frozenset(range(len(names))),
    )


def _parsed(path: Path) -> Iterator[Line]:
    """The lines that hold anything."""
    with path.open("rb") as file:
        for number, source in enumerate(iter(lambda: file.readline(LONGEST), b""), start=1):
            if len(source) == LONGEST:
                raise refused(path.name, "the line is longer than 32 MiB", ONE_EACH, row=number)
            text = source.decode("utf-8").strip(WHITE)
            if text:
                yield _record(text, number, path.name)


def _record(text: str, number: int, file: str) -> Line:
    """The cells of a line; one that is no object keeps its text in the first column."""
    try:
        pairs = DECODER.decode(text)
    except (ValueError, RecursionError):
        return number, {"": text}, "the line is no JSON"
    if not isinstance(pairs, tuple):
        return number, {"": text}, "the line is JSON and no object"
    cells = {text_of(key): _cell(value, key, number, file) for key, value in pairs}
    if len(cells) < len(pairs):
        return number, {"": text}, "the object has a key twice"
    return number, cells, ""


def _cell(value: Any, key: str, number: int, file: str) -> str:
    """A value as text, a list of values joined by semicolons; raises OrdersRefused on what lies deeper."""
    inner = value if isinstance(value, list) else ()
    if isinstance(value, tuple) or any(isinstance(part, (list, tuple)) for part in inner):
        raise refused(file, "is a key that holds an object, not a value", FLATTEN, value=key, row=number)
    return text_of(value)


def _columns(batch: list[Line], names: tuple[str, ...]) -> list[Any]:
    """The cells of a batch, column by column."""
    first = names[0] if names else ""
    records = [{first: record[""]} if fault else record for _, record, fault in batch]
    return [pa.array([record.get(name, "") for record in records], type=pa.large_string()) for name in names]


def _joined(batches: list[list[Any]], at: int) -> Any:
    """A column over all batches, empty in those read before its key was first seen."""
    empty = pa.scalar("", pa.large_string())
    parts = [batch[at] if at < len(batch) else pa.repeat(empty, len(batch[0]) if batch else 0) for batch in batches]
    return pa.chunked_array(parts, type=pa.large_string())
