"""The jobs behind the verbs that read an order file: read, choose the model, score, write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from diversion.files import read_files
from features.known import known_on
from features.orders.book import Book
from features.orders.fields import fields
from features.orders.problems import refused
from scoring.batch import Reasons, Scored
from scoring.batch import score as score_book
from scoring.champion import chosen
from scoring.model import Model
from scoring.result import joined, write

Say = Callable[[str], None]


@dataclass(frozen=True)
class Done:
    """A scored file: where the result stands, what was found, and what the readers of the files were unsure of."""

    out: Path
    book: Book
    master: Book | None
    scored: Scored
    notes: tuple[str, ...]

    @property
    def rejected(self) -> int:
        """Records that could not be read."""
        return int((self.book.status == "rejected").sum())


@dataclass(frozen=True)
class Story:
    """One line with all that was found about it."""

    key: str
    result: pd.Series
    lines: pd.Series
    matrix: pd.DataFrame
    model: Model


def score_file(
    file: Path,
    customers: Path | None,
    out: Path | None,
    format: str | None,
    as_of: date,
    backtest: bool,
    reasons: Reasons,
    base_rate: float | None,
    model_folder: Path | None,
    home: Path,
    mlruns: Path,
    say: Say,
    profile: str | None = None,
    answers: tuple[str, ...] = (),
    encoding: str | None = None,
) -> Done:
    """Scores an order file and writes the result beside it as FILE.scored.FORMAT, or where `out` says."""
    choice = chosen(model_folder, home, mlruns)
    say(choice.said)
    book, master = read_files(file, customers, home, profile, answers, encoding)
    known = known_on(as_of, master.lines if master else None, backtest=backtest)
    scored = score_book(book, known, choice.model, base_rate=base_rate, reasons_for=reasons)
    place = out or file.with_name(f"{file.name.split('.')[0]}.scored.{format or _format(file)}")
    numbers = frozenset(heading for name, heading in book.mapping.items() if fields()[name].type == "number")
    notes = write(joined(book.raw, scored.results), place, number_columns=numbers, as_of=as_of)
    return Done(place, book, master, scored, notes)


def explained(
    file: Path,
    order: str,
    line: str | None,
    customers: Path | None,
    as_of: date,
    backtest: bool,
    model_folder: Path | None,
    home: Path,
    mlruns: Path,
    say: Say,
    profile: str | None = None,
    answers: tuple[str, ...] = (),
    encoding: str | None = None,
) -> Iterator[Story]:
    """The lines of one order with their working; raises OrdersRefused when the file has no such line."""
    choice = chosen(model_folder, home, mlruns)
    say(choice.said)
    book, master = read_files(file, customers, home, profile, answers, encoding)
    known = known_on(as_of, master.lines if master else None, backtest=backtest)
    scored = score_book(book, known, choice.model, reasons_for="none")
    wanted = scored.lines["order_id"] == order
    if line is not None:
        wanted &= scored.lines["line_no"] == line
    if not wanted.any():
        raise refused(file.name, f"no line {line or ''} of order '{order}' was scored", "give an order_id of the file")
    for at in scored.lines.index[wanted.fillna(False)]:
        row = scored.lines.loc[at]
        key = f"{row['order_id']} line {row['line_no']}"
        yield Story(key, scored.results.loc[at], row, scored.matrix.loc[[at]], choice.model)


def _format(file: Path) -> str:
    """The result comes back as the file came, where we write that format."""
    return {".xlsx": "xlsx", ".parquet": "parquet"}.get(file.suffix.lower(), "csv")
