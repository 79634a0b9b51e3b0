"""The lists in use on a day: their entries, ready to be searched, and what to say of which version was used."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from features.parties import normal_addresses, normal_names
from features.parties.screening import cleared, index, sites, store
from features.parties.screening.cleared import Decision
from features.parties.screening.columns import NO_LIST
from features.parties.screening.entries import Listed
from features.parties.screening.index import METHOD, Index
from features.parties.screening.sites import Sites
from features.parties.screening.store import Version
from features.reference.tables import Tables

CLEARED = "cleared.csv"
OWNERSHIP = "ownership.csv"
PUBLISHED = frozenset({"csl", "ofac"})  # lists that are published with addresses; one of your own may have none


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
    """The lists of a home as of a day (today's without one), or None when none was ever imported.

    The index is kept by the hash of lists, tables and method: the second run reads it.
    """
    versions = store.catalogue(home)
    if not versions:
        return None
    chosen, notes = store.newest(versions, day)
    parts = [store.tables_of(home, each) for each in chosen]
    listed = together(parts)
    bare = [each.source in PUBLISHED and part.addresses.empty for each, part in zip(chosen, parts, strict=True)]
    made = _kept(home, chosen, tables) or _built(home, chosen, listed, tables)
    said = tuple(f"{each.source}: {note}" for each in chosen for note in each.notes)
    return Lists(
        listed, *made, normal_names.spelling(tables), normal_addresses.places(tables), tables, tuple(chosen),
        (*notes, *said), tuple(decisions(home)), ownership(home),
        hold_addresses=not listed.addresses.empty and not any(bare),
    )  # fmt: skip


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


def ownership(home: Path) -> pd.DataFrame | None:
    """The user's ownership file (owner, owned, percent, as_of, source), or None."""
    place = home / store.FOLDER / OWNERSHIP
    if not place.exists():
        return None
    told = pd.read_csv(place, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    return told.assign(percent=pd.to_numeric(told["percent"].str.rstrip(" %"), errors="coerce"))


@dataclass(frozen=True)
class Difference:
    """What changed from one version to the next: rows of entries in the new one, and keys that are gone."""

    added: tuple[int, ...]
    changed: tuple[int, ...]
    removed: tuple[str, ...]


def difference(old: Listed, new: Listed) -> Difference:
    """Entries by key: new ones, those of which a name, address, country, type or remark changed, and removed ones."""
    before = dict(zip(old.entries["key"], cleared.entry_prints(old), strict=True))
    after = dict(zip(new.entries["key"], cleared.entry_prints(new), strict=True))
    rows = {key: at for at, key in enumerate(new.entries["key"])}
    added = tuple(rows[key] for key in after if key not in before)
    changed = tuple(rows[key] for key in after if key in before and after[key] != before[key])
    return Difference(added, changed, tuple(sorted(before.keys() - after.keys())))


def only(lists: Lists, rows: Iterable[int]) -> Lists:
    """The same lists narrowed to some entries: what an update must be screened against."""
    kept = np.array(sorted(rows), dtype=np.int64)
    numbers = {int(row): at for at, row in enumerate(kept)}
    frames = []
    for frame in (lists.listed.names, lists.listed.addresses):
        own = frame[frame["entry"].isin(numbers)]
        frames.append(own.assign(entry=own["entry"].map(numbers).astype("int32")).reset_index(drop=True))
    listed = Listed(lists.listed.entries.iloc[kept].reset_index(drop=True), *frames)
    narrowed = searchable(listed, lists.tables, lists.versions)
    return replace(
        narrowed,
        notes=lists.notes,
        decisions=lists.decisions,
        ownership=lists.ownership,
        affiliates_rule=lists.affiliates_rule,
        hold_addresses=lists.hold_addresses,
    )
