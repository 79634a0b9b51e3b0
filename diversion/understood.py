"""What was understood of a file before anything is scored, as tables and sentences for the terminal and the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from features.orders.book import Book
from features.orders.cleaning import TEXTS
from features.orders.fields import fields, of_kind
from features.orders.problems import shown, visible
from features.orders.styles import IDENTIFIER, NUMBERS
from features.parties.master import parties
from features.reference.tables import load

KINDS = {
    "orders": "an order file",
    "customers": "a file of parties: it is a customer master, and holds no orders to score",
    "parties": "a list of parties: their names, addresses and countries; it holds no orders to score",
    "filings": "a report of AES/EEI filings: the reference of a filing counts as its order_id",
}
PARTIES_NAMED = 20  # parties that no customer was found for, by name; more are counted


@dataclass(frozen=True)
class Table:
    """Rows under headings; every cell is text."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Understood:
    """A file as it was read: `title` and `counts` in a line each, then tables, sentences and problems."""

    title: str
    counts: str
    columns: Table
    sentences: tuple[str, ...]
    questions: Table
    problems: Table


@dataclass(frozen=True)
class Joined:
    """How the parties of the orders were found among the customers, and the names that were not."""

    table: Table
    missing: tuple[str, ...]


def understood(book: Book, today: date) -> Understood:
    """A book told to a person; dates after `today` are counted."""
    counts = book.status.value_counts()
    told = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    if book.kind != "orders":
        told = told.replace("scored", "read")
    questions = tuple(
        (
            visible(question.column),
            visible(question.asked),
            " · ".join(map(shown, question.samples)),
            "\n".join(map(visible, question.options())),
        )
        for question in book.questions
    )
    problems = tuple((problem.level.value, problem.text()) for problem in book.problems)
    return Understood(
        title=visible(book.file),
        counts=f"{len(book.raw):,} records ({told}), {book.blank_rows:,} blank rows",
        columns=Table(("field", "heading", "filled", "kind", "sample values"), tuple(_columns(book))),
        sentences=tuple(_sentences(book, today)),
        questions=Table(("column", "question", "cells", "answer with"), questions),
        problems=Table(("level", "problem"), problems),
    )


def _columns(book: Book) -> Iterator[tuple[str, ...]]:
    for name, heading in book.mapping.items():
        column = book.lines[name]
        samples = " · ".join(_sample(value) for value in column.dropna().unique()[:3])
        yield name, shown(heading), f"{column.notna().mean():.0%}", _kind(book, name, heading), samples


def _kind(book: Book, name: str, heading: str) -> str:
    """What the column holds; digits where a field holds text are no number."""
    kind = book.types.get(heading, "")
    return IDENTIFIER if kind in NUMBERS and fields()[name].type in TEXTS else kind


def _sample(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    return "direct" if value == "" else shown(str(value))  # a route of no stops


def _sentences(book: Book, today: date) -> Iterator[str]:
    """Kind, dates, what was not understood and what is not there."""
    yield f"read as {KINDS[book.shape]}"
    if book.profile.name:
        yield f"profile {book.profile.name}, version {book.profile.version}"
    for name in book.mapping:
        days = book.lines[name]
        if fields()[name].type == "date" and days.notna().any():
            late = int((days > pd.Timestamp(today)).sum())
            future = f" ({late:,} after {today})" if late else ""
            yield f"{name}: {days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}{future}"
    if book.unmapped:
        yield "kept but not understood: " + ", ".join(map(shown, book.unmapped))
    wanted = [each.name for each in of_kind(book.kind) if each.required in ("must", "should")]
    missing = [name for name in wanted if name not in book.mapping]
    if missing:
        yield "not in the file, though signals need them: " + ", ".join(missing)


def joined(orders: Book, customers: Book) -> Joined:
    """The parties of an order file and the customers they were joined to, one row a role and way of joining."""
    rows: list[tuple[str, ...]] = []
    unknown: dict[str, int] = {}
    for role, master in parties(orders.lines, customers.lines, load()).items():
        names = orders.lines[f"{role}_name"]
        found = master["found_by"].fillna("not found").where(names.notna() | master["found_by"].notna(), "no name")
        for how, lines in found.groupby(found, sort=False).groups.items():
            party = names.loc[lines].dropna().nunique()
            rows.append((role, str(how), f"{party:,}", f"{len(lines):,}"))
        for name, count in names[found == "not found"].value_counts().items():
            unknown[str(name)] = unknown.get(str(name), 0) + int(count)
    by_count = sorted(unknown.items(), key=lambda pair: (-pair[1], pair[0]))
    named = tuple(f"{shown(name)} ({count:,})" for name, count in by_count[:PARTIES_NAMED])
    more = (f"and {len(by_count) - PARTIES_NAMED:,} more",) if len(by_count) > PARTIES_NAMED else ()
    return Joined(Table(("role", "joined by", "parties", "lines"), tuple(rows)), (*named, *more))
