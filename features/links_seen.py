"""Who was met where, and since which day: counts as of any day from one sorted array, however long the past is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

DAY_BITS = 17
"""A day is counted from 1850 on and fits these bits until the year 2208; dates beyond either end count as that end."""

NEVER = 2**DAY_BITS - 1
"""The day of what has not happened."""

FIRST_DAY = np.datetime64("1850-01-01", "D")


def days_of(dates: pd.Series) -> Ints:
    """Each date as a day number; NEVER where it is missing."""
    counted: Ints = (dates.to_numpy("datetime64[D]") - FIRST_DAY).astype(np.int64)
    whole: Ints = np.where(dates.isna().to_numpy(), NEVER, counted.clip(0, NEVER - 1))
    return whole


@dataclass(frozen=True)
class Seen:
    """The day on which each pair of a key and a member was first met; keys and members are codes, -1 for none.

    `by_day` holds key and day of each pair, `pairs` key and member, both sorted; `first` is the day of each of `pairs`;
    `begin` is the place of each key in `by_day`, and the end after the last.
    """

    by_day: Ints
    begin: Ints
    pairs: Ints
    first: Ints
    width: int

    def before(self, keys: Ints, days: Ints) -> Ints:
        """How many members each key had met before its day; 0 for no key."""
        last = len(self.begin) - 1
        begin = self.begin[np.where(keys < 0, last, np.minimum(keys, last))]
        found: Ints = np.where(keys < 0, 0, places(self.by_day, (keys << DAY_BITS) + days) - begin)
        return found

    def since(self, keys: Ints, members: Ints) -> Ints:
        """The day on which key and member first met; NEVER if they did not."""
        wanted = np.where((keys >= 0) & (members >= 0) & (members < self.width), keys * self.width + members, -1)
        place = places(self.pairs, wanted)
        days: Ints = np.where(np.append(self.pairs, -2)[place] == wanted, np.append(self.first, NEVER)[place], NEVER)
        return days

    def others(self, keys: Ints, members: Ints, days: Ints) -> Ints:
        """How many members besides this one each key had met before its day."""
        found: Ints = self.before(keys, days) - (self.since(keys, members) < days)
        return found


def seen(keys: Ints, members: Ints, days: Ints, nth: int = 1) -> Seen:
    """The pairs met at all, each from its first day on; with `nth` = 2 those met on a second day, from that day on."""
    met = (keys >= 0) & (members >= 0) & (days < NEVER)
    width = int(members.max(initial=0)) + 1
    every = distinct(((keys[met] * width + members[met]) << DAY_BITS) | days[met])
    begins = np.flatnonzero(np.diff(every >> DAY_BITS, prepend=-1)) + nth - 1
    begins = begins[begins < len(every)]
    if nth > 1:
        begins = begins[(every[begins] >> DAY_BITS) == (every[begins - nth + 1] >> DAY_BITS)]
    pairs, first = every[begins] >> DAY_BITS, every[begins] & NEVER
    key = pairs // width
    begin = np.searchsorted(key, np.arange(int(keys.max(initial=-1)) + 2))
    return Seen(np.sort((key << DAY_BITS) | first), begin, pairs, first, width)


def distinct(values: Ints) -> Ints:
    """The distinct values, sorted."""
    ordered = np.sort(values)
    found: Ints = ordered[np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1))]
    return found


def places(ordered: Ints, asked: Ints) -> Ints:
    """Where each value would stand in a sorted array; asked in order, for a search at random misses the cache."""
    order = np.argsort(asked)
    found = np.empty(len(asked), dtype=np.int64)
    found[order] = np.searchsorted(ordered, asked[order])
    return found
