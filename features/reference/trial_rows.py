"""The rows of the tables under a trial: which end, which read otherwise for some days, which are new."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from features.reference.cards import DATED, Card, Fault
from features.reference.kinds import MAYBE, wrong
from features.reference.tables import Tables

DAY = pd.Timedelta(days=1)
LISTS = ("some", "places", "groups", "words")
"""Kinds whose cells are lists divided by ";"."""

NEEDS = {"ownership": "owned_from", "end use": "speaks_of"}
Row = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """One entry of a trial: `first` is its first day (of an end: the last day of the row), `last` its last, or None."""

    place: str
    kind: str
    table: str
    keys: tuple[str, ...]
    first: pd.Timestamp
    last: pd.Timestamp | None
    stated: Mapping[str, str]
    added: Mapping[str, str]
    dropped: Mapping[str, str]
    source: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it says something of."""
        return tuple(dict.fromkeys([*self.stated, *self.added, *self.dropped]))


@dataclass
class _Work:
    """The tables as they grow into those on trial."""

    tables: Tables
    rows: dict[str, list[Row]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    touched: list[tuple[Entry, Row]] = field(default_factory=list)
    windows: dict[tuple[str, str, str], list[Entry]] = field(default_factory=dict)

    def of(self, table: str) -> list[Row]:
        """The rows of a table, in file order, to be changed."""
        if table not in self.rows:
            self.rows[table] = self.tables.frames[table].to_dict("records")  # type: ignore[assignment]
        return self.rows[table]

    def refuse(self, entry: Entry, column: str, value: str | None, remedy: str) -> None:
        self.faults.append(Fault(entry.place, None, column, value, remedy))


def changed(entries: tuple[Entry, ...], tables: Tables) -> tuple[dict[str, pd.DataFrame], list[Fault]]:
    """All tables with the entries applied, and what does not fit; with a fault the tables are not to be used."""
    work = _Work(tables)
    for entry in entries:
        fits = [*_misfits(entry, tables)]
        work.faults.extend(fits)
        if not fits:
            {"end": _end, "change": _change, "new": _new}[entry.kind](work, entry)
    frames = dict(tables.frames)
    for table, rows in work.rows.items():
        before = tables.frames[table]
        frames[table] = pd.DataFrame(rows, columns=before.columns).astype(before.dtypes.to_dict())
    work.faults.extend(_cell_faults(work, frames))
    return frames, work.faults


def _misfits(entry: Entry, tables: Tables) -> Iterator[Fault]:
    """A table or column that is not on trial, a column said wrongly, and days outside those that the table knows."""
    card = tables.cards.get(entry.table)
    if card is None or not card.kinds:
        names = [name for name, each in tables.cards.items() if each.kinds]
        yield Fault(entry.place, None, "table", entry.table, f"is no table of rules; these are: {', '.join(names)}")
        return
    for column in entry.columns:
        if column in DATED:
            yield Fault(
                entry.place, None, column, None, "is no cell on trial; write from, to, last or source beside it"
            )
        elif column not in card.columns:
            yield Fault(entry.place, None, column, None, f"is no column of {card.name}; {_near(column, card.columns)}")
        elif column == card.key and entry.kind == "change":
            yield Fault(
                entry.place, None, column, None, "is the key and cannot change; end the row and write a new one"
            )
    for column in {**entry.added, **entry.dropped}:
        if card.kinds.get(column, "").removeprefix(MAYBE).split(":")[0].split(" ")[0] not in LISTS:
            yield Fault(entry.place, None, column, None, "is no list; write set instead of add or drop")
    yield from _day_faults(entry, card)


def _day_faults(entry: Entry, card: Card) -> Iterator[Fault]:
    day = f"{entry.first:%Y-%m-%d}"
    if entry.first < pd.Timestamp(card.known_from):
        remedy = f"lies before the days that {card.name} knows; they begin on {card.known_from}"
        yield Fault(entry.place, None, "last" if entry.kind == "end" else "from", day, remedy)
    if entry.last is not None and entry.last < entry.first:
        yield Fault(entry.place, None, "to", f"{entry.last:%Y-%m-%d}", f"lies before from, {day}; correct one of them")


def _end(work: _Work, entry: Entry) -> None:
    for key in entry.keys:
        row = _in_force(work, entry, key)
        if row is not None and row["end"] == entry.first:
            work.refuse(entry, "key", key, "ends on that day already; leave this entry out")
        elif row is not None:
            row["end"] = entry.first


def _change(work: _Work, entry: Entry) -> None:
    for key in entry.keys:
        row = _in_force(work, entry, key)
        if row is None or _twice(work, entry, key):
            continue
        end = row["end"]
        if entry.last is not None and pd.notna(end) and entry.last > end:
            work.refuse(
                entry, "to", f"{entry.last:%Y-%m-%d}", f"lies after the row of '{key}', which ends on {end:%Y-%m-%d}"
            )
            continue
        last = end if entry.last is None else entry.last
        new = row | _cells(entry, row) | {"start": entry.first, "end": last}
        if all(new[column] == row[column] for column in entry.columns):
            work.refuse(entry, "key", key, "reads so already: nothing would change; leave it out")
            continue
        new |= {"source": entry.source, "sure": "trial"}
        pieces = [row | {"end": entry.first - DAY}] if row["start"] < entry.first else []
        pieces.append(new)
        if pd.notna(last) and last != end:
            pieces.append(row | {"start": last + DAY})
        rows = work.of(entry.table)
        at = next(place for place, each in enumerate(rows) if each is row)
        rows[at : at + 1] = pieces
        work.touched.append((entry, new))


def _new(work: _Work, entry: Entry) -> None:
    card = work.tables.cards[entry.table]
    row: Row = dict.fromkeys(card.columns, "") | dict(entry.stated)
    row |= {"start": entry.first, "end": pd.NaT if entry.last is None else entry.last}
    row |= {"source": entry.source, "sure": "trial"}
    for other in work.of(entry.table):
        if other[card.key] == row[card.key] and _meet(row, other):
            until: str = "on" if pd.isna(other["end"]) else f"to {other['end']:%Y-%m-%d}"
            remedy = f"is in force from {other['start']:%Y-%m-%d} {until} already; end that row first, or change it"
            work.refuse(entry, card.key, row[card.key], remedy)
            return
    work.of(entry.table).append(row)
    work.touched.append((entry, row))


def _in_force(work: _Work, entry: Entry, key: str) -> Row | None:
    """The row of a key on the entry's first day; refused when there is none."""
    card = work.tables.cards[entry.table]
    own = [row for row in work.of(entry.table) if row[card.key] == key]
    if not own:
        keys = [str(row[card.key]) for row in work.of(entry.table)]
        what = "an unknown country: no" if card.kinds.get(card.key) == "place" else "no"
        work.refuse(entry, "key", key, f"is {what} {card.key} of {card.name}; {_near(key, keys)}")
        return None
    for row in own:
        if row["start"] <= entry.first and (pd.isna(row["end"]) or row["end"] >= entry.first):
            return row
    work.refuse(entry, "key", key, f"has no row in force on {entry.first:%Y-%m-%d}; choose a day on which it has one")
    return None


def _twice(work: _Work, entry: Entry, key: str) -> bool:
    """Refuses two changes of one cell whose days overlap."""
    mine = {"start": entry.first, "end": pd.NaT if entry.last is None else entry.last}
    for column in entry.columns:
        window = work.windows.setdefault((entry.table, key, column), [])
        for other in window:
            theirs = {"start": other.first, "end": pd.NaT if other.last is None else other.last}
            if _meet(mine, theirs):
                remedy = (
                    f"of '{key}' is changed in the same days by {other.place}; end the first with to, or leave one out"
                )
                work.refuse(entry, column, None, remedy)
                return True
        window.append(entry)
    return False


def _meet(one: Row, other: Row) -> bool:
    """Whether two rows are in force on one day."""
    return bool(
        (pd.isna(one["end"]) or other["start"] <= one["end"])
        and (pd.isna(other["end"]) or one["start"] <= other["end"])
    )


def _cells(entry: Entry, row: Row) -> Row:
    """The cells that read otherwise; a list keeps its order, what is added comes last."""
    cells: Row = dict(entry.stated)
    for column in {**entry.added, **entry.dropped}:
        have = str(cells.get(column, row[column])).split(";")
        gone = set(entry.dropped.get(column, "").split(";"))
        more = entry.added.get(column, "").split(";")
        cells[column] = ";".join(dict.fromkeys(each for each in [*have, *more] if each and each not in gone))
    return cells


def _cell_faults(work: _Work, frames: Mapping[str, pd.DataFrame]) -> Iterator[Fault]:
    """Cells that their column cannot hold, once an entry and cell; and rules that could never hit."""
    places = set(work.tables.frames["countries"]["iso2"])
    told: set[tuple[str, str, str]] = set()
    for entry, row in work.touched:
        card = work.tables.cards[entry.table]
        for column in card.columns if entry.kind == "new" else entry.columns:
            kind = card.kinds.get(column, "text" if column == card.key else "maybe text")
            fault = wrong(kind, str(row[column]), frames)
            if entry.table == "countries" and column == "iso2" and row["iso2"] not in places:
                fault = "is an unknown country; only places of the table can be on trial"
            if fault and (entry.place, column, row[column]) not in told:
                told.add((entry.place, column, row[column]))
                yield Fault(entry.place, None, column, str(row[column]) or None, fault)
        if entry.table == "gate_rules":
            yield from _never_hits(entry, row)


def _never_hits(entry: Entry, row: Row) -> Iterator[Fault]:
    """A rule without what its test needs."""
    test = row["test"]
    if test in ("destination", "headquarters") and not row["groups_any"] + row["countries"]:
        yield Fault(
            entry.place, None, "groups_any", None, f"is empty, and countries too: a {test} rule would never hit"
        )
    elif test in NEEDS and not row[NEEDS[test]]:
        yield Fault(entry.place, None, NEEDS[test], None, f"is empty: an {test} rule would never hit")


def _near(word: str, known: Any) -> str:
    """The nearest names, to be offered instead."""
    names = list(dict.fromkeys(known))
    found = difflib.get_close_matches(word, names, n=3) or (names if len(names) <= 20 else [])
    return f"write one of {', '.join(found)}" if found else "see 'diversion rules list'"
