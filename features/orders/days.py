"""A date is read when it can mean one day only; whether day or month comes first, the column's values decide."""

import datetime as dt
import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from features.orders.cells import Fault, Parsed
from features.orders.problems import Level

TIME = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AP]M)?\s*(?:Z|[+-]\d{2}:?\d{2})?)?"
YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){TIME}", re.IGNORECASE)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
EAST_ASIAN = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){TIME}", re.IGNORECASE)
DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ .-]+([A-Za-z]{3,9})\.?[ ,-]+(\d{4})")
MONTH_DAY = re.compile(r"([A-Za-z]{3,9})\.?[ -]+(\d{1,2})(?:st|nd|rd|th)?,?[ -]+(\d{4})")
YEAR = re.compile(r"\d{4}")
FIRST_HALF = ("january", "february", "march", "april", "may", "june")
MONTHS = (*FIRST_HALF, "july", "august", "september", "october", "november", "december")
ISO = "write ISO dates, such as 2026-01-31"
NO_SUCH_DAY = Fault("is no day of the calendar", ISO)
NO_DATE = Fault("is not a date", ISO)
YEAR_ONLY = Fault("gives a year only and was read as 1 January", "write the full date if it is known", Level.NOTE)
WHICH_FIRST = Fault("could be day-first or month-first, and no value of the column decides it", ISO)
BOTH_FIRST = Fault("could be day-first or month-first, and the column's values contradict each other", ISO)

Day = dt.date | Fault | None


def read_dates(values: list[str], year_only: bool = False) -> Parsed:
    """Midnight of the day as written, time and zone left aside; `year_only` lets "1998" stand for its 1 January."""
    pairs = [_year_last(value) for value in values]
    day_first, doubt = _order([pair for pair in pairs if pair])
    found: list[Day] = []
    faults: dict[int, Fault] = {}
    example: str | None = None
    for at, (value, pair) in enumerate(zip(values, pairs, strict=True)):
        day = _place(pair, day_first) if pair else _clear(value)
        if pair and day is None:
            example = example or value
        if isinstance(day, Fault) and day is NO_DATE and year_only and YEAR.fullmatch(value):
            day, faults[at] = _day(int(value), 1, 1), YEAR_ONLY
        if isinstance(day, Fault):
            faults[at] = day
        found.append(day)
    days = [day if isinstance(day, dt.date) else None for day in found]
    typed = pd.Series(np.array(days, dtype="datetime64[us]")).array
    return Parsed(typed, faults, None if example is None else (example, doubt))


def _order(pairs: list[tuple[int, int, int]]) -> tuple[bool | None, Fault]:
    """True when the column writes the day first, False when the month, None when its values do not decide."""
    first = any(a > 12 for a, _, _ in pairs)
    second = any(b > 12 for _, b, _ in pairs)
    return (None if first == second else first), (BOTH_FIRST if first else WHICH_FIRST)


def _year_last(value: str) -> tuple[int, int, int] | None:
    match = YEAR_LAST.fullmatch(value)
    return (int(match[1]), int(match[3]), int(match[4])) if match else None


def _place(pair: tuple[int, int, int], day_first: bool | None) -> Day:
    """The day of 3/4/2026 once the order is known; 4/4/2026 needs no order; None when it stays open."""
    first, second, year = pair
    if day_first is None and first != second:
        return None
    return _day(year, second, first) if day_first else _day(year, first, second)


def _clear(value: str) -> dt.date | Fault:
    """The day of a value that can be read in one way only."""
    readers: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], dt.date | Fault]], ...] = (
        (YEAR_FIRST, lambda match: _day(int(match[1]), int(match[3]), int(match[4]))),
        (COMPACT, lambda match: _day(int(match[1]), int(match[2]), int(match[3]))),
        (EAST_ASIAN, lambda match: _day(int(match[1]), int(match[2]), int(match[3]))),
        (DAY_MONTH, lambda match: _day(int(match[3]), _month(match[2]), int(match[1]))),
        (MONTH_DAY, lambda match: _day(int(match[3]), _month(match[1]), int(match[2]))),
    )
    for pattern, reader in readers:
        if match := pattern.fullmatch(value):
            return reader(match)
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
