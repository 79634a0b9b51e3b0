"""A date is read when it can mean one day only; what the column's values leave open is asked, once a column."""

# Over 150 lines: the ways a day is written, and what settles them, are one table and its readers.

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.orders.cells import Doubt, Fault, Parsed
from features.orders.problems import Level

TIME = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AP]M)?\s*(?:Z|[+-]\d{2}:?\d{2})?)?"
YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){TIME}", re.IGNORECASE)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
EAST_ASIAN = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
TRIPLE = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){TIME}", re.IGNORECASE)
DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ .-]+([A-Za-z]{3,9})\.?[ ,-]+(\d{4}|\d{2})")
MONTH_DAY = re.compile(r"([A-Za-z]{3,9})\.?[ -]+(\d{1,2})(?:st|nd|rd|th)?,?[ -]+(\d{4}|\d{2})")
YEAR = re.compile(r"\d{4}")
SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
FIRST_HALF = ("january", "february", "march", "april", "may", "june")
MONTHS = (*FIRST_HALF, "july", "august", "september", "october", "november", "december")
FIRST = ("day-first", "month-first", "year-first")
ORDER_OPEN = "order left open"  # an answer that no person gives: a part of a column leaves open what the whole does
CENTURIES = ("20yy", "19yy")
SYSTEMS = ("serial-1900", "serial-1904")
DAY_ZERO = {"serial-1900": dt.date(1899, 12, 30), "serial-1904": dt.date(1904, 1, 1)}  # right from March 1900 on
CLEAR = r"^(\d{4}[-/.年년\s]|\d{8}$)"  # a cell that begins so decides nothing of its column
ISO = "write ISO dates, such as 2026-01-31"
NO_SUCH_DAY = Fault("is no day of the calendar", ISO)
NO_DATE = Fault("is not a date", ISO)
YEAR_ONLY = Fault("gives a year only and was read as 1 January", "write the full date if it is known", Level.NOTE)
OR_ANSWER = f"{ISO}, or answer the question of 'diversion check'"
WHICH_FIRST = Fault("could be day-first or month-first, and no value of the column decides it", OR_ANSWER)
BOTH_FIRST = Fault("could be day-first or month-first, and the column's values contradict each other", OR_ANSWER)
WHICH_CENTURY = Fault("has a year of two digits", OR_ANSWER)
WHICH_SYSTEM = Fault("is a day number of a spreadsheet, which counts from 1900 or from 1904", OR_ANSWER)

Day = dt.date | Fault | None


@dataclass(frozen=True)
class Settled:
    """What is known of a column's way of writing days, by its values, its workbook or an answer; None while open."""

    first: str | None
    century: str | None
    system: str | None


def read_dates(
    values: list[str], year_only: bool = False, answers: tuple[str, ...] = (), system: str | None = None
) -> Parsed:
    """Midnight of the day as written, time and zone left aside; `year_only` lets "1998" stand for its 1 January.

    `system` is the workbook's date system ("serial-1900"), when the reader knows it; `answers` settle what is open.
    """
    triples = {at: match.groups() for at, value in enumerate(values) if (match := TRIPLE.fullmatch(value))}
    first, doubt = _order([(int(a), sign, int(b), year) for a, sign, b, year in triples.values()], answers)
    settled = Settled(first, _answer(answers, CENTURIES), _answer(answers, SYSTEMS) or system)
    days: list[Day] = []
    faults: dict[int, Fault] = {}
    for at, value in enumerate(values):
        day = _day_of(value, triples.get(at), settled)
        if day is NO_DATE and year_only and YEAR.fullmatch(value):
            day, faults[at] = _day(int(value), 1, 1), YEAR_ONLY
        if isinstance(day, Fault):
            faults[at] = day
        days.append(day)
    found = [day if isinstance(day, dt.date) else None for day in days]
    typed = pd.Series(np.array(found, dtype="datetime64[us]")).array
    left_open = [value for value, day in zip(values, days, strict=True) if day is None]
    counted = [value for value in values if SERIAL.fullmatch(value)] if system == settled.system else []
    return Parsed(typed, faults, (*_doubts(left_open, settled, doubt), *_by_the_workbook(counted, system)))


def _by_the_workbook(counted: list[str], system: str | None) -> list[Doubt]:
    """A note of day numbers that were read as the workbook counts its days."""
    if not counted or system is None:
        return []
    what = f"is a day number, and was read as a day counted from {system[-4:]}, as the workbook says"
    return [Doubt("day numbers", tuple(counted), Fault(what, "format the column as a date", Level.NOTE))]


def _answer(answers: tuple[str, ...], among: tuple[str, ...]) -> str | None:
    return next((answer for answer in answers if answer in among), None)


def _doubts(left_open: list[str], settled: Settled, order: Doubt | None) -> list[Doubt]:
    """The questions that the cells left open give rise to."""
    serial = tuple(value for value in left_open if SERIAL.fullmatch(value))
    triple = tuple(value for value in left_open if TRIPLE.fullmatch(value))
    two_digits = tuple(value for value in left_open if value not in serial and not _has_full_year(value))
    found = [Doubt(order.key, triple, order.fault, order.asked, order.answers)] if order and triple else []
    if two_digits and settled.century is None:
        asked = "In which century are the years of two digits?"
        found.append(Doubt("century", two_digits, WHICH_CENTURY, asked, CENTURIES))
    if serial:
        asked = "Do the spreadsheet's day numbers count from 1900 (Windows) or 1904 (old Mac)?"
        found.append(Doubt("date system", serial, WHICH_SYSTEM, asked, SYSTEMS))
    return found


def _has_full_year(value: str) -> bool:
    match = TRIPLE.fullmatch(value)
    return match is not None and len(match[4]) == 4


def _order(triples: list[tuple[int, str, int, str]], answers: tuple[str, ...]) -> tuple[str | None, Doubt | None]:
    """What the column writes first, day, month or year, or the question; None where its values do not decide."""
    fits = [_fitting(*triple) for triple in triples]
    possible = [first for first in FIRST if all(first in each for each in fits if each)]
    if answer := _answer(answers, FIRST):
        return answer, None
    if ORDER_OPEN in answers:
        return None, None
    if len(possible) == 1:
        return possible[0], None
    offered = tuple(possible) or tuple(first for first in FIRST if any(first in each for each in fits))
    asked = f"What is written first, the {' or the '.join(first.split('-')[0] for first in offered)}?"
    return None, Doubt("date order", (), WHICH_FIRST if possible else BOTH_FIRST, asked, offered)


def decided(words: list[str]) -> tuple[str, ...]:
    """The answer by which any part of a column is read as the whole of it, whose telling words are given."""
    matches = filter(None, map(TRIPLE.fullmatch, words))
    first, _ = _order([(int(match[1]), match[2], int(match[3]), match[4]) for match in matches], ())
    return (first or ORDER_OPEN,)


def orders_shown(values: list[str]) -> dict[str, str]:
    """What the values of a column write first, for each mark between their numbers that the values decide.

    >>> orders_shown(["13/04/2026", "03/04/2026", "03.04.2026"])
    {'/': 'day-first'}
    """
    fits: dict[str, list[set[str]]] = {}
    for match in filter(None, map(TRIPLE.fullmatch, values)):
        fits.setdefault(match[2], []).append(_fitting(int(match[1]), match[2], int(match[3]), match[4]))
    possible = {sign: set(FIRST).intersection(*filter(None, each)) for sign, each in fits.items()}
    return {sign: each.pop() for sign, each in possible.items() if len(each) == 1}


def _fitting(first: int, sign: str, second: int, year: str) -> set[str]:
    """The orders in which a triple of numbers can be a day; a short year may stand first, but not before points."""
    found = {"day-first"} if 1 <= first <= 31 and 1 <= second <= 12 else set()
    found |= {"month-first"} if 1 <= first <= 12 and 1 <= second <= 31 else set()
    short = len(year) == 2 and sign != "." and 1 <= second <= 12 and 1 <= int(year) <= 31
    return found | ({"year-first"} if short else set())


def _day_of(value: str, triple: tuple[str, ...] | None, settled: Settled) -> Day:
    if triple:
        fits = _fitting(int(triple[0]), triple[1], int(triple[2]), triple[3])
        return _place(int(triple[0]), int(triple[2]), triple[3], settled) if fits else NO_SUCH_DAY
    if serial := SERIAL.fullmatch(value):
        return DAY_ZERO[settled.system] + dt.timedelta(int(serial[1])) if settled.system else None
    return _clear(value, settled)


def _place(first: int, second: int, third: str, settled: Settled) -> Day:
    """The day of 3/4/2026 once the order is known; 4/4/2026 needs no order; None when it stays open."""
    alike = first == second and len(third) == 4
    if settled.first is None and not alike:
        return None
    if settled.first == "year-first" and len(third) == 2:
        year, month, day = _year(f"{first:02}", settled), second, int(third)
    else:
        year, (day, month) = _year(third, settled), (first, second) if settled.first == "day-first" else (second, first)
    return None if year is None else _day(year, month, day)


def _year(digits: str, settled: Settled) -> int | None:
    """The year of four digits, or of two once the century is known."""
    if len(digits) == 4:
        return int(digits)
    return None if settled.century is None else int(settled.century[:2] + digits)


def _clear(value: str, settled: Settled) -> Day:
    """The day of a value that can be read in one way only, but for the century of a short year."""
    readers: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[str, int, int]]], ...] = (
        (YEAR_FIRST, lambda match: (match[1], int(match[3]), int(match[4]))),
        (COMPACT, lambda match: (match[1], int(match[2]), int(match[3]))),
        (EAST_ASIAN, lambda match: (match[1], int(match[2]), int(match[3]))),
        (DAY_MONTH, lambda match: (match[3], _month(match[2]), int(match[1]))),
        (MONTH_DAY, lambda match: (match[3], _month(match[1]), int(match[2]))),
    )
    for pattern, reader in readers:
        if match := pattern.fullmatch(value):
            digits, month, day = reader(match)
            if pattern in (DAY_MONTH, MONTH_DAY) and not month:
                return NO_DATE
            year = _year(digits, settled)
            return None if year is None else _day(year, month, day)
    return NO_DATE


def _month(word: str) -> int:
    """The number of an English month name or its first three or four letters; 0 when it is none."""
    name = word.casefold()
    fitting = [
        at for at, month in enumerate(MONTHS, start=1) if month == name or (month.startswith(name) and len(name) < 5)
    ]
    return fitting[0] if fitting else 0


def _day(year: int, month: int, day: int) -> dt.date | Fault:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return NO_SUCH_DAY
