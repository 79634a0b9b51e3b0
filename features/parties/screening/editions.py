"""Which lists were kept on a day: a backtest holds each order against those of its own day, never later ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from features.parties.screening import ownership_file, store
from features.reference.tables import Tables

if TYPE_CHECKING:
    from features.parties.screening.lists import Lists


@dataclass(frozen=True)
class History:
    """All versions that a home keeps."""

    home: Path
    tables: Tables
    versions: tuple[store.Version, ...]

    def on(self, day: date) -> Lists | None:
        """The lists in force on a day, or None when the oldest one is younger."""
        from features.parties.screening.lists import load

        return load(self.home, self.tables, day)

    def edition(self, day: date) -> str:
        """Equal for days on which the same versions were in force."""
        chosen, _ = store.newest(list(self.versions), day)
        return "|".join([*(each.text() for each in chosen), str(ownership_file.kept_on(self.home, day))])


def by_edition(lists: Lists, dates: pd.Series) -> Iterator[tuple[Lists | None, pd.Index]]:
    """The lists for the lines of each edition, index of `dates`; None where no list was kept yet.

    Without a history all lines are held against the lists given, which are the newest.
    """
    if lists.history is None:
        yield lists, dates.index
        return
    history = lists.history
    editions = {day: history.edition(day.date()) for day in sorted(dates.dropna().unique())}
    named = dates.map(editions)
    for edition in dict.fromkeys(editions.values()):
        day = max(each for each, name in editions.items() if name == edition)
        held = history.on(day.date())
        yield held and replace(held, affiliates_rule=lists.affiliates_rule), dates.index[named == edition]


def answers(lists: Lists, dates: pd.Series) -> pd.Series:
    """Whether "no hit" is an answer on the day of each line: no published list is a week old, and none is missing."""
    known = {day: not lists.missing and not old(lists, day.date()) for day in dates.dropna().unique()}
    return dates.map(known).fillna(False).astype("bool")


def old(lists: Lists, day: date) -> list[store.Version]:
    """The lists in use that a day finds too old."""
    return [each for each in lists.versions if each.age(day) >= store.FAIL_DAYS]


def told(lists: Lists, day: date) -> str:
    """Which lists were used, with what they lack on a day: as it stands in every result."""
    late = old(lists, day)
    parts = [each.text() + (f" ({each.age(day)} days old)" if each in late else "") for each in lists.versions]
    parts += [f"{source}: none kept of that day" for source in lists.missing]
    return "; ".join([*parts, *([lists.ownership_version] if lists.ownership_version else [])]) or "none"


def warnings(lists: Lists, day: date) -> list[str]:
    """What a person must hear before relying on a run of that day."""
    return [
        f"{each.text()} is {each.age(day)} days old: parties without a hit count as not screened; "
        "fetch it again with `diversion lists update`"
        for each in old(lists, day)
    ]
