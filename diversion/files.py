"""An order file and its customer master, read with what the user said of them: profile, answers, encoding."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from features.orders.book import NO_PROFILE, Book, read_customers, read_orders, read_parties
from features.orders.long import LongBook, read_long
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

    A profile has a part for each. An answer is about the file that has the column, the order file first.
    """
    said, stored, given = _told(home, profile, answers, encoding)
    book = read_orders(file, profile=said)
    return book, _master(customers, stored, given, book)


def read_in_parts(
    file: Path,
    customers: Path | None,
    home: Path,
    profile: str | None,
    answers: tuple[str, ...],
    encoding: str | None,
    size: int,
    room: Path,
) -> tuple[Book | LongBook, Book | None]:
    """As `read_files`; a large order file comes in parts of about `size` records in the folder `room`.

    Of the customers their typed lines alone are kept: their cells as they came are two fifths of what a run holds.
    """
    said, stored, given = _told(home, profile, answers, encoding)
    found = read_long(file, size, room, profile=said)
    master = _master(customers, stored, given, found.book if isinstance(found, LongBook) else found)
    return found, master and replace(master, raw=pd.DataFrame(index=master.raw.index))


def _told(
    home: Path, profile: str | None, answers: tuple[str, ...], encoding: str | None
) -> tuple[Profile, Profile, dict[str, tuple[str, ...]]]:
    """The profile of the order file with what this run says, the stored one, and the answers."""
    stored = load(home, profile) if profile else NO_PROFILE
    given = parse_answers(answers)
    return _said(stored, encoding).answering(given), stored, given


def _master(customers: Path | None, stored: Profile, given: dict[str, tuple[str, ...]], book: Book) -> Book | None:
    """The customer file, if there is one, read by what was not said of the order file."""
    rest = {column: each for column, each in given.items() if not _has(book, column)}
    if customers is None:
        _all_used(rest, book)
        return None
    master = read_customers(customers, profile=(stored.customers or NO_PROFILE).answering(rest))
    _all_used({column: each for column, each in rest.items() if not _has(master, column)}, book, master)
    return master


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
            return _parties_only(file, home, profile, answers, encoding), None
        except OrdersRefused as of_parties:
            raise (refusal if _strange(of_parties) else of_parties) from None


def saved(home: Path, name: str, *books: Book) -> Profile:
    """The next version of that profile: of each file its mapping and answers in force, and the kinds of its columns."""
    whole = load(home, name) if name in names(home) else NO_PROFILE
    for book in books:
        if book.kind == "customers":
            whole = replace(whole, customers=_in_force(book, whole.customers or NO_PROFILE))
        else:
            whole = replace(_in_force(book, whole), customers=whole.customers)
    return save(home, replace(whole, name=name))


def _in_force(book: Book, before: Profile) -> Profile:
    """What is said of a file from now on; what this run said of other files is no part of it."""
    elsewhere = book.profile.given - book.types.keys()
    said = {heading: field for heading, field in book.profile.mapping.items() if heading not in elsewhere}
    mapping = {heading: field for field, heading in book.mapping.items()}
    answers = {
        column: each
        for column, each in book.profile.answers.items()
        if column in before.answers or column == "currency" or _has(book, column)
    }
    return replace(book.profile, mapping={**said, **mapping}, answers=answers, types=book.types, customers=None)


def _parties_only(file: Path, home: Path, profile: str | None, answers: tuple[str, ...], encoding: str | None) -> Book:
    """A file of parties: a customer master, under the customers' part of the profile, or a list of parties."""
    stored = load(home, profile) if profile else NO_PROFILE
    given = parse_answers(answers)
    try:
        book = read_customers(file, profile=_said(stored.customers or NO_PROFILE, encoding).answering(given))
    except OrdersRefused as refusal:
        if not _strange(refusal):
            raise
        book = read_parties(file, profile=_said(stored, encoding).answering(given))
    _all_used({column: each for column, each in given.items() if not _has(book, column)}, book)
    return book


def _strange(refusal: OrdersRefused) -> bool:
    """Whether a file was refused for its headings, so that it may be a file of another kind."""
    return any("headings seen" in problem.what for problem in refusal.problems)


def _said(stored: Profile, encoding: str | None) -> Profile:
    """The profile with the encoding of this run, if one was named."""
    return stored if encoding is None else replace(stored, encoding=encoding)


def _has(book: Book, column: str) -> bool:
    headings = {heading_key(heading) for heading in book.types}
    return column in book.mapping or heading_key(column) in headings


def _all_used(rest: dict[str, tuple[str, ...]], *books: Book) -> None:
    """Raises OrdersRefused on an answer about a column that no file has."""
    for column in rest:
        if column == "currency" and any(book.mapping.keys() & {"line_value", "unit_price"} for book in books):
            continue
        known = ", ".join(name for book in books for name in book.mapping)
        raise refused("--answer", "is no field or heading of the file", f"these are: {known}", value=column)
