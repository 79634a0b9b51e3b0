"""The lists in use on a day: their entries, ready to be searched, and what to say of which version was used."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pandas as pd

from features.parties import normal_addresses, normal_names
from features.parties.screening import cleared, former, index, ownership_file, sites, store
from features.parties.screening.cleared import Decision
from features.parties.screening.columns import NO_LIST
from features.parties.screening.editions import History
from features.parties.screening.entries import Listed
from features.parties.screening.index import METHOD, Index
from features.parties.screening.sites import Sites
from features.parties.screening.store import Version
from features.reference.tables import Tables

CLEARED = "cleared.csv"


@dataclass(frozen=True)
class Lists:
    """Entries of all lists in use, searchable, with the decisions of people and the ownership they stated."""

    listed: Listed
    names: Index
    places: Sites
    spelling: normal_names.Spelling
    addresses: normal_addresses.Places
    tables: Tables
    versions: tuple[Version, ...] = ()
    notes: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    ownership: pd.DataFrame | None = None
    affiliates_rule: str = "as dated"  # position of the user's switch, as in `Known`
    hold_addresses: bool = True  # False while a published list in use comes without: then no address is a no
    ownership_version: str = ""
    former: Mapping[str, str] = field(default_factory=dict)  # key of an entry to its oldest one
    missing: tuple[str, ...] = ()  # sources of which no version of the day is kept
    as_of: date | None = None  # day whose decisions count; without one each party's own day
    history: History | None = None  # in a backtest: where the lists of each order's own day are

    @property
    def version(self) -> str:
        """Which lists were used, for every result; "none" when none was."""
        return "; ".join(each.text() for each in self.versions) or NO_LIST


def together(parts: Iterable[Listed]) -> Listed:
    """Several lists as one, in order."""
    shift, tables = 0, []
    for each in parts:
        moved = (
            each.names.assign(entry=each.names["entry"] + shift),
            each.addresses.assign(entry=each.addresses["entry"] + shift),
        )
        tables.append((each.entries, *moved))
        shift += len(each.entries)
    return Listed(*(pd.concat(each, ignore_index=True) for each in zip(*tables, strict=True)))


def searchable(listed: Listed, tables: Tables, versions: tuple[Version, ...] = ()) -> Lists:
    """Lists made ready in memory: what tests and small files need."""
    told, known = normal_names.spelling(tables), normal_addresses.places(tables)
    return Lists(
        listed, index.index(listed, told), sites.sites(listed.addresses, known), told, known, tables, versions,
        hold_addresses=not listed.addresses.empty,
    )  # fmt: skip


def load(home: Path, tables: Tables, day: date | None = None) -> Lists | None:
    """The lists in force on a day (the newest without one), or None when none was kept by then.

    The index is kept by the hash of lists, tables and method: the second run reads it.
    """
    chosen, missing = store.newest(store.catalogue(home), day)
    if not chosen:
        return None
    parts = [store.tables_of(home, each) for each in chosen]
    listed = together(parts)
    bare = [each.kind != "own" and part.addresses.empty for each, part in zip(chosen, parts, strict=True)]
    made = _kept(home, chosen, tables) or _built(home, chosen, listed, tables)
    said = tuple(f"{each.source}: {note}" for each in chosen for note in each.notes)
    owned = ownership_file.load(home, day)
    return Lists(
        listed, *made, normal_names.spelling(tables), normal_addresses.places(tables), tables, tuple(chosen),
        said, tuple(decisions(home)), owned.table if owned else None,
        hold_addresses=not listed.addresses.empty and not any(bare), ownership_version=owned.version if owned else "",
        former=former.read(home / store.FOLDER), missing=missing,
    )  # fmt: skip


def load_for(home: Path, tables: Tables, as_of: date, *, backtest: bool) -> Lists | None:
    """The newest lists with the decisions of a day; in a backtest with a history, so that each order meets its own."""
    newest = load(home, tables)
    if newest is None or not backtest:
        return newest and replace(newest, as_of=as_of)
    return replace(newest, history=History(home, tables, tuple(store.catalogue(home))))


def _place(home: Path, chosen: list[Version], tables: Tables) -> Path:
    told = "|".join([*(each.version for each in chosen), tables.version, str(METHOD)])
    return home / store.FOLDER / "index" / hashlib.sha256(told.encode()).hexdigest()[:16]


def _kept(home: Path, chosen: list[Version], tables: Tables) -> tuple[Index, Sites] | None:
    folder = _place(home, chosen, tables)
    names, places = index.load(folder), sites.load(folder)
    return None if names is None or places is None else (names, places)


def _built(home: Path, chosen: list[Version], listed: Listed, tables: Tables) -> tuple[Index, Sites]:
    found = searchable(listed, tables)
    folder = _place(home, chosen, tables)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=folder.parent) as room:
        new = Path(room, "new")
        new.mkdir()
        index.save(found.names, new)
        sites.save(found.places, new)
        if not folder.exists():
            new.replace(folder)
    return found.names, found.places


def decisions(home: Path) -> list[Decision]:
    """What people decided of pairs; none when there is no file."""
    place = home / store.FOLDER / CLEARED
    return cleared.read(place.read_text(encoding="utf-8")) if place.exists() else []
