"""The result is the user's own columns, then ours; its file, in the format of its suffix, is whole or absent."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from scoring import workbook
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
    names: list[str] = []
    taken = {*map(str, raw.columns), *COLUMNS}
    for heading in map(str, raw.columns):
        names.append(_given(heading, taken) if heading in COLUMNS else heading)
        taken.add(names[-1])
    return pd.concat([raw.set_axis(names, axis=1), results[list(COLUMNS)]], axis=1)


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
    check_place(path)
    check_size(path, *frame.shape)
    kind = path.suffix.lower().removeprefix(".")
    try:
        with whole_file(path) as temporary:
            return _write(kind, as_arrow(frame), temporary, number_columns, as_of)
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
    if path.suffix.lower() == ".xlsx" and (rows > workbook.RECORDS or columns > workbook.COLUMNS):
        raise ResultRefused(
            f"{path}: {rows:,} records and {columns:,} columns; a sheet holds {workbook.RECORDS:,} and "
            f"{workbook.COLUMNS:,}: write .csv, .parquet or .jsonl, or split the order file"
        )


def why(fault: OSError, path: Path) -> str:
    """What stopped the writing, in the system's words, and what to do."""
    remedy = "check that the folder exists, has room and may be written, and that no other program has the file open"
    return f"{path}: not written: {fault.strerror or fault}; {remedy}"


def _write(kind: str, table: pa.Table, path: Path, numbers: frozenset[str], as_of: date) -> tuple[str, ...]:
    """The table at `path` in one of `FORMATS`; notes come only from a workbook."""
    match kind:
        case "csv":
            write_csv(plain(table), path)
        case "parquet":
            pyarrow.parquet.write_table(once_each(table), path, compression="zstd")
        case "jsonl":
            write_jsonl(once_each(plain(table)), path)
        case "xlsx":
            return workbook.write_workbook(plain(table), path, numbers, as_of)
        case _:
            raise AssertionError(kind)
    return ()
