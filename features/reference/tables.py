"""Every look-up takes a date: an old order meets the table of its own day; before a table is known, nothing is."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.reference.cards import Card, Fault, TablesRefused, read_card
from features.reference.rows import read_table

__all__ = ["STATES_KEPT", "Card", "Fault", "Tables", "TablesRefused", "load"]

HERE = Path(__file__).parent
Places = npt.NDArray[np.intp]
Days = npt.NDArray[np.datetime64]
ONE_BY_ONE = 4_096  # answers remembered for orders that come one by one: they name the same places and days
STATES_KEPT = 4  # states of the tables whose derived forms are remembered: today's, and a few on trial
NOT_A_CARD = "red_flags.toml"  # the catalogue of red flags stands beside the tables and has no rows


@dataclass(frozen=True, eq=False)
class Tables:
    """All reference tables with their cards, and the version that names this state of them; itself by identity."""

    frames: Mapping[str, pd.DataFrame]
    cards: Mapping[str, Card]
    version: str
    _dated: dict[str, "_Dated"] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def country_names(self) -> Mapping[str, str]:
        """The name of each country by its code."""
        frame = self.frames["countries"].drop_duplicates("iso2")
        return dict(zip(frame["iso2"], frame["name"], strict=True))

    @cached_property
    def parents(self) -> Mapping[str, str]:
        """The country whose treatment each territory shares; Hong Kong, which the rules name, stays itself."""
        frame = self.frames["countries"]
        territories = frame[(frame["ear_parent"] != "") & (frame["iso2"] != "HK")].drop_duplicates("iso2")
        return dict(zip(territories["iso2"], territories["ear_parent"], strict=True))

    def on(self, table: str, keys: "pd.Series[Any]", dates: "pd.Series[Any] | pd.Timestamp") -> pd.DataFrame:
        """The row in force for each key on its date, index of `keys`: every column but the key, and `known`.

        No row in force: every value is missing. `known` is False, and the answer is "not evaluated", when key or
        date is missing or the date lies before the card's `known_from`; a key never named is known not to be in it.
        Raises ValueError when `dates` is a column with another index than `keys`.
        """
        card = self.cards[table]
        if table not in self._dated:
            self._dated[table] = _Dated.of(self.frames[table], card.key)
        codes, asked, days = _distinct(keys, dates)
        question = (self._dated[table], card.known_from)
        if len(keys) == 1:
            return _of_one(*question, asked[0], days[0]).set_axis(keys.index)
        return _answers(*question, asked, days, codes).set_axis(keys.index)

    def in_force(self, table: str, date: pd.Timestamp) -> pd.DataFrame:
        """The rows of a table in force on one day, in file order, known that early or not."""
        frame = self.frames[table]
        return frame[_covers(frame, date.normalize())].reset_index(drop=True)


def _covers(rows: pd.DataFrame, date: "pd.Series[Any] | pd.Timestamp") -> "pd.Series[bool]":
    """Whether each row is in force on its date, first and last day included."""
    return (rows["start"] <= date) & (rows["end"].isna() | (rows["end"] >= date))


@dataclass(frozen=True, eq=False)
class _Dated:
    """The rows of a table by key: those of one key stand together, from `first` on, `count` of them."""

    frame: pd.DataFrame
    keys: pd.Index
    first: Places
    count: Places
    starts: Days
    ends: Days

    @classmethod
    def of(cls, frame: pd.DataFrame, key: str) -> "_Dated":
        ordered = frame.sort_values(key, kind="stable", ignore_index=True)
        keys, first, count = np.unique(ordered[key].to_numpy(dtype=object), return_index=True, return_counts=True)
        starts, ends = (ordered[name].to_numpy(dtype="datetime64[us]") for name in ("start", "end"))
        return cls(ordered.drop(columns=key), pd.Index(keys, dtype="str"), first, count, starts, ends)

    def rows(self, keys: pd.Index, days: Days) -> Places:
        """The place in `frame` of the row in force for each key on its day; -1 where there is none."""
        place = self.keys.get_indexer(keys)
        row = np.full(len(place), -1)
        for turn in range(max(self.count, default=0)):
            candidate = np.where((place >= 0) & (turn < self.count[place]), self.first[place] + turn, -1)
            covers = (self.starts[candidate] <= days) & ~(self.ends[candidate] < days)
            row = np.where((candidate >= 0) & covers, candidate, row)
        return row


def _answers(dated: _Dated, known_from: date, keys: pd.Index, days: Days, codes: Places) -> pd.DataFrame:
    """The row in force for each key on its day, missing where there is none, and whether it is known at all.

    `codes` are the places of the questions that each row of the answer is about.
    """
    known = pd.notna(keys) & (days >= np.datetime64(known_from))
    return dated.frame.reindex(dated.rows(keys, days)[codes]).assign(known=known[codes])


@lru_cache(maxsize=ONE_BY_ONE)
def _of_one(dated: _Dated, known_from: date, key: Any, day: np.datetime64) -> pd.DataFrame:
    only = np.zeros(1, dtype=np.intp)
    return _answers(dated, known_from, pd.Index([key], dtype="str"), np.array([day]), only)


def _distinct(keys: "pd.Series[Any]", dates: "pd.Series[Any] | pd.Timestamp") -> tuple[Places, pd.Index, Days]:
    """Each row's place among the distinct (key, day) pairs, and those pairs: a million lines ask a few questions."""
    days = dates if isinstance(dates, pd.Series) else pd.Series(dates, index=keys.index, dtype="datetime64[us]")
    if not days.index.equals(keys.index):
        raise ValueError("keys and dates must have the same index")
    at = days.to_numpy(dtype="datetime64[us]").astype("datetime64[D]").astype("datetime64[us]")
    if len(keys) == 1:
        return np.zeros(1, dtype=np.intp), pd.Index(keys, dtype="str"), at
    key_codes, key_values = pd.factorize(keys, use_na_sentinel=False)
    day_codes, day_values = pd.factorize(at, use_na_sentinel=False)
    width = max(len(day_values), 1)
    codes, pairs = pd.factorize(key_codes * width + day_codes)
    return codes, pd.Index(key_values, dtype="str")[pairs // width], day_values[pairs % width]


def load(folder: Path = HERE) -> Tables:
    """Every table of a folder, checked against its card; raises TablesRefused with all faults of all files."""
    cards: dict[str, Card] = {}
    frames: dict[str, pd.DataFrame] = {}
    faults: list[Fault] = list(_unpaired(folder))
    for path in sorted(folder.glob("*.toml")):
        if path.name == NOT_A_CARD or not path.with_suffix(".csv").exists():
            continue
        try:
            cards[path.stem] = read_card(path)
            frames[path.stem] = read_table(path.with_suffix(".csv"), cards[path.stem])
        except TablesRefused as refused:
            faults.extend(refused.faults)
    if faults:
        raise TablesRefused(tuple(faults))
    return Tables(frames, cards, _version(folder))


@cache
def shipped() -> Tables:
    """The tables that came with this version: read and checked once a process, for nobody may change them."""
    return load()


def _unpaired(folder: Path) -> list[Fault]:
    """Tables without a card and cards without a table."""
    tables = {path.stem for path in folder.glob("*.csv")}
    cards = {path.stem for path in folder.glob("*.toml") if path.name != NOT_A_CARD}
    bare = [
        Fault(f"{name}.csv", None, None, None, "has no card; write one beside it") for name in sorted(tables - cards)
    ]
    return bare + [Fault(f"{name}.toml", None, None, None, "has no table beside it") for name in sorted(cards - tables)]


def _version(folder: Path) -> str:
    """The first 12 hex digits of the SHA-256 over all tables and cards in name order."""
    # line ends do not count: git changes them between platforms
    files = sorted(path for path in folder.iterdir() if path.suffix in {".csv", ".toml"})
    return hashlib.sha256(b"".join(path.read_bytes().replace(b"\r\n", b"\n") for path in files)).hexdigest()[:12]
