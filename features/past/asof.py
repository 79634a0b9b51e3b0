"""Sums by key over the days strictly before an order: one sorted calendar answers a million questions at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
NEVER = np.iinfo(np.int64).max // 4
A_DAY = 86_400_000_000  # microseconds
LARGEST = 1e12  # of one line; a larger amount is a slip, and sums of integers must not overflow


def days(dates: pd.Series) -> Ints:
    """Days since 1970; a missing date is the first day there is, before which nothing lies."""
    stamps = dates.to_numpy(dtype="datetime64[us]")
    return np.where(np.isnat(stamps), -NEVER, stamps.astype(np.int64) // A_DAY)


def whole(amounts: pd.Series) -> Ints:
    """Amounts in whole units, missing ones and returns as nothing: sums do not depend on the order of lines."""
    stated = np.nan_to_num(amounts.to_numpy(dtype=np.float64)).clip(0.0, LARGEST)
    return np.asarray(np.rint(stated), dtype=np.int64)


@dataclass(frozen=True)
class Calendar:
    """One entry a key and day, sorted; `sums` are totals up to each entry, `largest` the largest day so far."""

    place: Ints
    day: Ints
    first: int
    span: int
    sums: Mapping[str, Ints]
    largest: Mapping[str, Ints]

    def at(self, key: Ints, day: Ints) -> Ints:
        """The number of entries before that day of that key, those of smaller keys included; day by day, not within."""
        asked = np.where(key < 0, 0, key * self.span + (day - self.first).clip(0, self.span - 1))
        order = np.argsort(asked)
        found = np.empty(len(asked), dtype=np.int64)
        found[order] = np.searchsorted(self.place, asked[order])
        return np.where(key < 0, 0, found)

    def asked(self, key: Ints, day: Ints) -> Before:
        """What lies before each day for each key; a negative key has nothing."""
        return Before(self, key, day, self.at(key, np.full(len(key), self.first)), self.at(key, day))


@dataclass(frozen=True)
class Before:
    """The entries of a key before a day: those from `low` up to `high`."""

    calendar: Calendar
    key: Ints
    day: Ints
    low: Ints
    high: Ints

    @property
    def days(self) -> Ints:
        """Days with an entry."""
        return self.high - self.low

    @property
    def since_first(self) -> npt.NDArray[np.float64]:
        """Days since the first entry; missing without one."""
        return self._since(self.low)

    @property
    def since_last(self) -> npt.NDArray[np.float64]:
        """Days since the last entry; missing without one."""
        return self._since(self.high - 1)

    def total(self, name: str, within: int | None = None) -> Ints:
        """The sum over the entries before the day, or over those of the last `within` days before it."""
        low = self.low if within is None else self.from_(within)
        return self.calendar.sums[name][self.high] - self.calendar.sums[name][low]

    def count(self, within: int) -> Ints:
        """Entries of the last `within` days before the day."""
        return self.high - self.from_(within)

    def from_(self, within: int) -> Ints:
        """The first entry of the last `within` days before the day."""
        return self.calendar.at(self.key, self.day - within)

    def largest(self, name: str) -> npt.NDArray[np.float64]:
        """The largest day before; missing without one."""
        found = np.append(self.calendar.largest[name], 0)[self.high - 1].astype(np.float64)
        return np.where(self.days > 0, found, np.nan)

    def _since(self, entry: Ints) -> npt.NDArray[np.float64]:
        there = np.append(self.calendar.day, 0)[entry]
        return np.where(self.days > 0, (self.day - there).astype(np.float64), np.nan)


def calendar(
    key: Ints, day: Ints, amounts: Mapping[str, Ints] | None = None, largest: tuple[str, ...] = ()
) -> Calendar:
    """The calendar of events, each with a key and a day; negative keys are left out."""
    kept = key >= 0
    key, day = key[kept], day[kept]
    first = int(day.min()) if len(day) else 0
    span = int(day.max()) - first + 2 if len(day) else 2
    place = key * span + (day - first)
    order = np.argsort(place, kind="stable")
    ordered = place[order]
    begins = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if len(ordered) else order
    entry = ordered[begins]
    totals = {
        name: np.add.reduceat(each[kept][order], begins) if len(begins) else begins
        for name, each in (amounts or {}).items()
    }
    runs = {name: pd.Series(totals[name]).groupby(entry // span).cummax().to_numpy() for name in largest}
    sums = {name: np.append(0, np.cumsum(each)) for name, each in totals.items()}
    return Calendar(entry, entry % span + first, first, span, sums, runs)
