"""The result is the user's own columns, then ours; its file, in the format of its suffix, is whole or absent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from scoring.atomic import whole_file
from scoring.table import as_arrow, free_name, once_each, plain
from scoring.textfile import write_csv, write_jsonl

COLUMNS: tuple[str, ...] = (
    "status",
    "gate",
    "gate_reasons",
    "authorisation",
    "score",
    "band",
    "action",
    "completeness",
    "not_evaluated",
    "red_flags",
    *(f"reason_{place}" for place in range(1, 6)),
    *(f"ask_{place}" for place in range(1, 4)),
    "list_hits",
    "leg",
    "chips",
    "tpp_total",
    "chip_class",
    "rules_date",
    "lists_version",
    "past_version",
    "model_version",
    "problems",
)
FORMATS = ("csv", "xlsx", "parquet", "jsonl")
GROUP = 16_384  # records of a row group of Parquet, wherever the parts of the result end
SUFFIXES = tuple(f".{kind}" for kind in FORMATS)


class ResultRefused(Exception):
    """The result cannot be written there or so; says why and what to do, and nothing was written."""


def joined(raw: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    """The user's own columns, untouched and in their order, then `COLUMNS`; one row a record, in input order.

    A heading of the user's that is one of ours (an own export scored again) becomes `score (given)`, then
    `score (given 2)`, so that neither judgement is lost.

    Raises:
        ValueError: the two frames do not hold the same records (a fault of the caller, not of the file).
    """
    if not raw.index.equals(results.index):
        raise ValueError("raw and results hold different records")
    return pd.concat([own_columns(raw), results[list(COLUMNS)]], axis=1)


def own_columns(raw: pd.DataFrame) -> pd.DataFrame:
    """The user's columns under the headings that they have beside ours."""
    names: list[str] = []
    taken = {*map(str, raw.columns), *COLUMNS}
    for heading in map(str, raw.columns):
        names.append(_given(heading, taken) if heading in COLUMNS else heading)
        taken.add(names[-1])
    return raw.set_axis(names, axis=1)


def _given(heading: str, taken: set[str]) -> str:
    """The name under which a user's column keeps its place beside ours."""
    first = f"{heading} (given)"
    return free_name(heading, taken, 2, "{} (given {})") if first in taken else first


def write(
    frame: pd.DataFrame, path: Path, *, number_columns: frozenset[str] = frozenset(), as_of: date
) -> tuple[str, ...]:
    """The frame at `path`, in the format of its suffix; returns a note for each column a workbook had to cut.

    `number_columns` are headings of text columns whose plain decimals a workbook shows as numbers; all other text
    stays text ("00417"). `as_of` dates the workbook: the same frame gives the same bytes.

    Raises:
        ResultRefused: unknown suffix, too large for a sheet, or the place cannot be written.
    """
    return write_parts([as_arrow(frame)], path, len(frame), number_columns=number_columns, as_of=as_of)


def write_parts(
    tables: Iterable[pa.Table], path: Path, records: int, *, number_columns: frozenset[str] = frozenset(), as_of: date
) -> tuple[str, ...]:
    """As `write`, of tables that come one after the other (`table.as_arrow`), each with the same columns and types.

    The bytes do not depend on where one ends and the next begins.
    """
    check_place(path)
    kind, parts = path.suffix.lower().removeprefix("."), iter(tables)
    first = next(parts)
    check_size(path, records, first.num_columns)
    try:
        with whole_file(path) as temporary:
            return _write(kind, chain([first], parts), temporary, number_columns, as_of)
    except OSError as fault:
        raise ResultRefused(why(fault, path)) from fault


def check_place(path: Path, suffixes: tuple[str, ...] = SUFFIXES) -> None:
    """Refuses a name that says no format we write, and a place where no file can be, before any work is done."""
    if path.suffix.lower() not in suffixes:
        one = "one of " if len(suffixes) > 1 else ""
        named = ", ".join(suffixes)
        raise ResultRefused(f"{path}: the suffix says the format; give the output a name that ends in {one}{named}")
    if not path.parent.is_dir():
        raise ResultRefused(f"{path}: not written: there is no such folder; check that the folder exists")
    if path.exists() and not path.is_file():
        raise ResultRefused(f"{path}: not written: something that is not a file stands there; name another place")


def check_size(path: Path, rows: int, columns: int) -> None:
    """Refuses a workbook that would not fit into a sheet."""
    if path.suffix.lower() != ".xlsx":
        return
    from scoring import workbook  # its library costs every other run a thirtieth of a second

    if rows > workbook.RECORDS or columns > workbook.COLUMNS:
        raise ResultRefused(
            f"{path}: {rows:,} records and {columns:,} columns; a sheet holds {workbook.RECORDS:,} and "
            f"{workbook.COLUMNS:,}: write .csv, .parquet or .jsonl, or split the order file"
        )


def why(fault: OSError, path: Path) -> str:
    """What stopped the writing, in the system's words, and what to do."""
    remedy = "check that the folder exists, has room and may be written, and that no other program has the file open"
    return f"{path}: not written: {fault.strerror or fault}; {remedy}"


def _write(kind: str, tables: Iterator[pa.Table], path: Path, numbers: frozenset[str], as_of: date) -> tuple[str, ...]:
    """The tables at `path` in one of `FORMATS`; notes come only from a workbook."""
    match kind:
        case "csv":
            write_csv(map(plain, tables), path)
        case "parquet":
            _write_parquet(map(once_each, tables), path)
        case "jsonl":
            write_jsonl(map(once_each, map(plain, tables)), path)
        case "xlsx":
            from scoring import workbook

            return workbook.write_workbook(map(plain, tables), path, numbers, as_of)
        case _:
            raise AssertionError(kind)
    return ()


def _write_parquet(tables: Iterator[pa.Table], path: Path) -> None:
    """Row groups of GROUP records each, the last with what is left."""
    left = next(tables)
    with pyarrow.parquet.ParquetWriter(path, left.schema, compression="zstd") as file:
        for table in chain(tables, [None]):
            while left.num_rows >= GROUP or (table is None and left.num_rows):
                file.write_table(left.slice(0, GROUP).combine_chunks(), row_group_size=GROUP)
                left = left.slice(GROUP)
            if table is not None:
                left = pa.concat_tables([left, table])
