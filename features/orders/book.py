"""An order file or customer file read whole: raw records, typed lines, and everything that was unsure about them."""

# Over 150 lines: the four ways in (orders, customers, parties, a frame) and the one result that they share.

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from features.orders import countries
from features.orders.cleaning import TEXTS, Ways, typed_column
from features.orders.columnar import read_frame
from features.orders.fields import Kind, fields
from features.orders.keys import number_lines, repeated_keys
from features.orders.lines import Source, typed_lines
from features.orders.mapping import IGNORE, Shape, map_headings
from features.orders.mapping import Mapping as HeadingMap
from features.orders.problems import Level, Problem, refused
from features.orders.profiles import Profile, differences
from features.orders.questions import SAMPLES, Question
from features.orders.reading import read_sheet, shown_name
from features.orders.sheet import Sheet, repeated_headings, said_again
from features.orders.styles import styles
from features.orders.totals import summed_up, sums

NO_PROFILE = Profile()


@dataclass(frozen=True)
class Book:
    """A file of orders, customers or parties. Records in = scored + rejected + skipped, told apart by `status`.

    `raw` holds the user's own columns, record for record in input order, and `rows` their spreadsheet rows; a heading
    may stand there twice. `lines` holds the scored records typed, every field of the kind a column, indexed by
    position in `raw`. `mapping` is field to heading, `types` heading to the kind of its cells. `questions` are what
    only a person can say; `profile` is what one has said, and was applied. `shape` is "filings" for an AES/EEI report.
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
    questions: tuple[Question, ...] = ()
    types: dict[str, str] = field(default_factory=dict)
    shape: Shape = "orders"
    profile: Profile = NO_PROFILE


def read_orders(
    path: Path,
    aliases: Mapping[str, str] | None = None,
    encoding: str | None = None,
    profile: Profile = NO_PROFILE,
) -> Book:
    """The order file at `path`; `aliases` (country names) default to the shipped table. Raises OrdersRefused.

    `profile` holds mapping and answers; `encoding` goes before the profile's.
    """
    return _read(path, "orders", aliases, encoding, profile)


def read_customers(
    path: Path,
    aliases: Mapping[str, str] | None = None,
    encoding: str | None = None,
    profile: Profile = NO_PROFILE,
) -> Book:
    """The customer file at `path`, as `read_orders`. Raises OrdersRefused."""
    return _read(path, "customers", aliases, encoding, profile)


def read_parties(
    path: Path,
    aliases: Mapping[str, str] | None = None,
    encoding: str | None = None,
    profile: Profile = NO_PROFILE,
) -> Book:
    """The file at `path` read as a list of the parties of orders, without any order. Raises OrdersRefused."""
    return _read(path, "parties", aliases, encoding, profile)


def from_frame(
    frame: pd.DataFrame,
    kind: Kind = "orders",
    file: str = "frame",
    aliases: Mapping[str, str] | None = None,
    profile: Profile = NO_PROFILE,
) -> Book:
    """The same on a frame in memory, whose first record counts as row 2. Raises OrdersRefused."""
    sheet = read_frame(frame)
    if len(sheet.rows) == 0:
        raise refused(file, "the frame has no records", "pass at least one")
    digest = hashlib.sha256("\x1f".join(sheet.headings).encode("utf-8", "backslashreplace"))
    for column in sheet.cells:
        for cell in column:
            digest.update(b"\x1e" + cell.as_buffer().to_pybytes())
    return book_of(sheet, kind, file, digest.hexdigest(), countries.shipped() if aliases is None else aliases, profile)


def _read(path: Path, kind: Kind, aliases: Mapping[str, str] | None, encoding: str | None, profile: Profile) -> Book:
    wanted = encoding or profile.encoding
    sheet, sha256 = read_sheet(path, kind, wanted)
    return book_of(sheet, kind, shown_name(path), sha256, countries.shipped() if aliases is None else aliases, profile)


def book_of(sheet: Sheet, kind: Kind, file: str, sha256: str, aliases: Mapping[str, str], profile: Profile) -> Book:
    """The book of a sheet; raises OrdersRefused where its headings are those of no such file."""
    found, open_headings, notes = mapped(sheet, kind, file, aliases, profile)
    status, again = set_apart(sheet, kind, file)
    source = Source(sheet, found, file, np.flatnonzero(status == "scored"), profile.answers)
    typed = typed_lines(source, kind, aliases)
    lines = typed.lines
    numbered, lines = number_lines(lines) if kind == "orders" else (pd.Series(data=True, index=lines.index), lines)
    repeats = repeated_keys(sheet, lines, numbered, kind, file)
    mapping = in_columns(found, sheet.headings)
    types = styles(sheet.headings, sheet.cells)
    unlike = differences(profile, types, mapping, file)
    problems = [*sheet.problems, *found.problems, *notes, *unlike, *again, *typed.problems, *repeats]
    return Book(
        file=file,
        kind=kind,
        raw=sheet.raw,
        rows=pd.Series(sheet.rows, dtype="int64"),
        status=pd.Series(status, dtype="str"),
        lines=lines,
        mapping=mapping,
        unmapped=found.unmapped,
        problems=by_record(problems),
        sha256=sha256,
        blank_rows=sheet.blank_rows,
        questions=(*open_headings, *typed.questions),
        types=types,
        shape=found.shape,
        profile=profile,
    )


def set_apart(sheet: Sheet, kind: Kind, file: str) -> "tuple[np.ndarray[Any, np.dtype[np.str_]], list[Problem]]":
    """The status of each record, and a note of each that is skipped."""
    summed = sums(sheet, kind)
    skipped = repeated_headings(sheet) | summed
    again = [*said_again(sheet, file, skipped & ~summed), *summed_up(sheet, file, summed)]
    return np.select([sheet.rejected, skipped], ["rejected", "skipped"], "scored"), again


def in_columns(found: HeadingMap, headings: tuple[str, ...]) -> dict[str, str]:
    """Field to heading, in the order of the columns."""
    return {name: headings[at] for name, at in sorted(found.positions.items(), key=lambda pair: pair[1])}


def by_record(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """What holds of the whole file, then record by record."""
    return tuple(sorted(problems, key=lambda problem: -1 if problem.record is None else problem.record))


def mapped(
    sheet: Sheet, kind: Kind, file: str, aliases: Mapping[str, str], profile: Profile
) -> tuple[HeadingMap, list[Question], list[Problem]]:
    """Headings to fields; where a heading could be several, its cells decide if they can, and else it is asked."""
    found = map_headings(sheet.headings, kind, file, profile.mapping)
    decided = {}
    for at, names in found.ambiguous.items():
        typed = [name for name in names if fields()[name].type not in TEXTS]
        if len(typed) == 1 and _fits(sheet.cells[at], typed[0], aliases):
            decided[sheet.headings[at]] = typed[0]
    if decided:
        found = map_headings(sheet.headings, kind, file, {**profile.mapping, **decided})
    questions = [_which(sheet, at, names) for at, names in found.ambiguous.items()]
    what = "was read as {}, for every cell in it fits"
    remedy = "map it in a profile if it is another field"
    notes = [
        Problem(file, None, name, heading, what.format(name), remedy, Level.NOTE) for heading, name in decided.items()
    ]
    return found, questions, notes


def _fits(cells: Any, name: str, aliases: Mapping[str, str]) -> bool:
    """Whether a column has cells and each can be read as the field's type."""
    typed, numbers, _, doubts = typed_column(fields()[name], cells, aliases, Ways())
    return bool(pd.notna(pd.Series(typed)).any() and (numbers < 0).all() and not doubts)


def _which(sheet: Sheet, at: int, names: tuple[str, ...]) -> Question:
    shown = tuple(cell for cell in pc.unique(sheet.cells[at]).to_pylist() if cell.strip())[:SAMPLES]
    asked = f"Which field is the column '{sheet.headings[at]}'? It was read as {names[0]}"
    return Question("heading", sheet.headings[at], asked, (*names, IGNORE), shown)
