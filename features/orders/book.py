"""An order file or customer file read whole: raw records, typed lines, and everything that was unsure about them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from features.orders import countries
from features.orders.columnar import read_frame
from features.orders.fields import Kind
from features.orders.keys import number_lines, repeated_keys
from features.orders.lines import typed_lines
from features.orders.mapping import map_headings
from features.orders.problems import Problem, refused
from features.orders.reading import read_sheet
from features.orders.sheet import Sheet, repeated_headings, said_again


@dataclass(frozen=True)
class Book:
    """A file of orders or customers. Records in = scored + rejected + skipped, told apart by `status`.

    `raw` holds the user's own columns, record for record in input order, and `rows` their spreadsheet rows; a heading
    may stand there twice. `lines` holds the scored records typed, every field of the kind a column, indexed by
    position in `raw`. `mapping` is field to heading.
    """

    file: str
    kind: Kind
    raw: pd.DataFrame
    rows: "pd.Series[int]"
    status: "pd.Series[str]"
    lines: pd.DataFrame
    mapping: dict[str, str]
    unmapped: tuple[str, ...]
    problems: tuple[Problem, ...]
    sha256: str
    blank_rows: int


def read_orders(path: Path, aliases: Mapping[str, str] | None = None) -> Book:
    """The order file at `path`; `aliases` (country names) default to the shipped table. Raises OrdersRefused."""
    return _read(path, "orders", aliases)


def read_customers(path: Path, aliases: Mapping[str, str] | None = None) -> Book:
    """The customer file at `path`, as `read_orders`. Raises OrdersRefused."""
    return _read(path, "customers", aliases)


def from_frame(
    frame: pd.DataFrame, kind: Kind = "orders", file: str = "frame", aliases: Mapping[str, str] | None = None
) -> Book:
    """The same on a frame in memory, whose first record counts as row 2. Raises OrdersRefused."""
    sheet = read_frame(frame)
    if len(sheet.rows) == 0:
        raise refused(file, "the frame has no records", "pass at least one")
    digest = hashlib.sha256("\x1f".join(sheet.headings).encode("utf-8", "backslashreplace"))
    for column in sheet.cells:
        for cell in column:
            digest.update(b"\x1e" + cell.as_buffer().to_pybytes())
    return _book(sheet, kind, file, digest.hexdigest(), countries.shipped() if aliases is None else aliases)


def _read(path: Path, kind: Kind, aliases: Mapping[str, str] | None) -> Book:
    sheet, sha256 = read_sheet(path, kind)
    return _book(sheet, kind, path.name, sha256, countries.shipped() if aliases is None else aliases)


def _book(sheet: Sheet, kind: Kind, file: str, sha256: str, aliases: Mapping[str, str]) -> Book:
    found = map_headings(sheet.headings, kind, file)
    skipped = repeated_headings(sheet)
    status = np.select([sheet.rejected, skipped], ["rejected", "skipped"], "scored")
    lines, doubts = typed_lines(sheet, found, kind, file, np.flatnonzero(status == "scored"), aliases)
    numbered, lines = number_lines(lines) if kind == "orders" else (lines["customer_id"].notna(), lines)
    repeats = repeated_keys(sheet, lines, numbered, kind, file)
    problems = [*sheet.problems, *found.problems, *said_again(sheet, file, skipped), *doubts, *repeats]
    return Book(
        file=file,
        kind=kind,
        raw=sheet.raw,
        rows=pd.Series(sheet.rows, dtype="int64"),
        status=pd.Series(status, dtype="str"),
        lines=lines,
        mapping={name: sheet.headings[at] for name, at in found.positions.items()},
        unmapped=found.unmapped,
        problems=tuple(sorted(problems, key=lambda problem: -1 if problem.record is None else problem.record)),
        sha256=sha256,
        blank_rows=sheet.blank_rows,
    )
