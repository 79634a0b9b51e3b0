"""An order file and its customer master, read with what the user said of them: profile, answers, encoding."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from features.orders.book import NO_PROFILE, Book, read_customers, read_orders
from features.orders.mapping import heading_key
from features.orders.problems import OrdersRefused, refused
from features.orders.profiles import Profile, load, names, place, save
from features.orders.questions import parse_answers


def read_files(
    file: Path,
    customers: Path | None,
    home: Path,
    profile: str | None = None,
    answers: tuple[str, ...] = (),
    encoding: str | None = None,
) -> tuple[Book, Book | None]:
    """The books of both files; raises OrdersRefused when one cannot be read, or an answer is about no column.

    A profile is about the order file. An answer is about the file that has the column, the order file first.
    """
    stored = load(home, profile) if profile else NO_PROFILE
    book, rest = _answered(file, parse_answers(answers), stored, encoding)
    if customers is None:
        _all_used(rest, book)
        return book, None
    master = read_customers(customers)
    own = {column: each for column, each in rest.items() if _has(master, column)}
    _all_used({column: each for column, each in rest.items() if column not in own}, book, master)
    return book, read_customers(customers, profile=NO_PROFILE.answering(own)) if own else master


def read_for_check(
    file: Path,
    customers: Path | None,
    home: Path,
    profile: str | None = None,
    answers: tuple[str, ...] = (),
    encoding: str | None = None,
    begin: bool = False,
) -> tuple[Book, Book | None]:
    """As `read_files`, and a file of parties alone is read as what it is; raises OrdersRefused.

    `begin` lets the profile be one that is not stored yet.
    """
    if begin and profile and profile not in names(home):
        place(home, profile)
        profile = None
    try:
        return read_files(file, customers, home, profile, answers, encoding)
    except OrdersRefused as refusal:
        if customers is not None or not any("parties only" in problem.what for problem in refusal.problems):
            raise
        try:
            return read_customers(file, encoding=encoding), None
        except OrdersRefused:
            raise refusal from None


def saved(home: Path, name: str, book: Book) -> Profile:
    """The profile of this file as the next version of that name: mapping and answers in force, kinds of columns."""
    mapping = {heading: field for field, heading in book.mapping.items()}
    mapping |= {heading: field for heading, field in book.profile.mapping.items() if heading not in mapping}
    return save(home, replace(book.profile, name=name, mapping=mapping, types=book.types))


def _answered(
    file: Path, given: dict[str, tuple[str, ...]], stored: Profile, encoding: str | None
) -> tuple[Book, dict[str, tuple[str, ...]]]:
    """The order file with its answers in force, and the answers that are about none of its columns."""
    if encoding is not None:
        stored = replace(stored, encoding=encoding)
    book = read_orders(file, profile=stored.answering(given))
    return book, {column: each for column, each in given.items() if not _has(book, column)}


def _has(book: Book, column: str) -> bool:
    headings = {heading_key(str(heading)) for heading in book.raw.columns}
    return column in book.mapping or heading_key(column) in headings


def _all_used(rest: dict[str, tuple[str, ...]], *books: Book) -> None:
    """Raises OrdersRefused on an answer about a column that no file has."""
    for column in rest:
        if column == "currency" and any(book.mapping.keys() & {"line_value", "unit_price"} for book in books):
            continue
        known = ", ".join(name for book in books for name in book.mapping)
        raise refused("--answer", "is no field or heading of the file", f"these are: {known}", value=column)
