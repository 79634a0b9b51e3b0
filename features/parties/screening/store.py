"""Versions of lists under the home: each kept and dated, named by its hash; a broken one never replaces a good one."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from features.parties.screening.entries import Listed
from features.parties.screening.reading import ListFile, ListRefused, read

FOLDER = "lists"
FORMAT = 1
MOST_SHRINK = 0.10  # of a list's entries from one version to the next; a published list was cut by more once
AGAIN = "fetch the file again, or --accept-shrink REASON"
TABLES = ("entries", "names", "addresses")


@dataclass(frozen=True)
class Version:
    """One state of one list file."""

    source: str  # csl, ofac, or the name of an own list
    version: str  # first 12 digits of the hash of what it says
    sha256: str  # of the file
    kind: str
    dated: str  # day the list was published, or imported
    imported: str
    file: str
    rows: Mapping[str, int] = field(default_factory=dict)
    url: str = ""
    accepted: str = ""  # why a smaller list was taken
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """As it stands in results: source, day and hash."""
        return f"{self.source} {self.dated} {self.version}"


def catalogue(home: Path) -> list[Version]:
    """All versions kept under a home, oldest first; raises ListRefused when the catalogue cannot be read."""
    place = home / FOLDER / "catalogue.json"
    if not place.exists():
        return []
    try:
        told = json.loads(place.read_text(encoding="utf-8"))
        if told["format"] > FORMAT:
            raise ListRefused("catalogue.json: is of a newer format; install a newer diversion")
        return [Version(**each | {"notes": tuple(each["notes"])}) for each in told["versions"]]
    except (ValueError, KeyError, TypeError):
        raise ListRefused("catalogue.json: is damaged; import the lists again into another home") from None


def import_list(
    home: Path,
    path: Path,
    today: date,
    *,
    source: str | None = None,
    dated: date | None = None,
    accept_shrink: str | None = None,
    url: str = "",
    at_least: int = 0,
) -> Version:
    """Reads a list file and keeps it as the newest version of its source.

    Raises:
        ListRefused: the file is damaged, has fewer entries than `at_least`, or lacks a list or more than a tenth of a
            list that the version before had, and no reason is given in `accept_shrink`. Nothing changes then.
    """
    found = read(path)
    kept = catalogue(home)
    name = source or {"own": path.stem, "ofac": "ofac"}.get(found.kind, "csl")
    before = [each for each in kept if each.source == name]
    problems = list(_shrunk(before[-1], found) if before else ())
    if len(found.listed.entries) < at_least:
        problems.append(f"{path.name}: {len(found.listed.entries):,} entries; a whole list has {at_least:,} at least")
    if problems and not (accept_shrink or "").strip():
        raise ListRefused(*problems)
    version = Version(
        source=name,
        version=_digest(found),
        sha256=found.sha256,
        kind=found.kind,
        dated=(dated or today).isoformat(),
        imported=today.isoformat(),
        file=path.name,
        rows=found.listed.counts,
        url=url,
        accepted=(accept_shrink or "").strip() if problems else "",
        notes=found.notes,
    )
    _keep(home, found.listed, version)
    same = [each for each in kept if (each.source, each.version) != (name, version.version)]
    _write_catalogue(home, [*same, version])
    return version


def _shrunk(before: Version, found: ListFile) -> list[str]:
    """Lists that went missing, or lost more than a tenth."""
    now = found.listed.counts
    said = []
    for code, rows in sorted(before.rows.items()):
        if code not in now:
            said.append(f"list {code} is missing, {rows:,} entries before: {AGAIN}")
        elif now[code] < rows * (1 - MOST_SHRINK):
            lost = f"list {code} shrank from {rows:,} to {now[code]:,} entries"
            said.append(f"{lost}: {AGAIN}")
    return said


def _digest(found: ListFile) -> str:
    """Of what the list says and the method that read it; the same file in another wrapping is the same version."""
    tables = (found.listed.entries, found.listed.names, found.listed.addresses)
    total = sum(
        int(pd.util.hash_pandas_object(table, index=True).sum()) * at for at, table in enumerate(tables, start=1)
    )
    return f"{found.sha256[:8]}{total % (1 << 16):04x}"


def _keep(home: Path, listed: Listed, version: Version) -> None:
    """The tables of a version, whole or not at all."""
    target = home / FOLDER / "versions" / f"{version.source}-{version.version}"
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=target.parent) as room:
        new = Path(room, "new")
        new.mkdir()
        for name in TABLES:
            getattr(listed, name).to_parquet(new / f"{name}.parquet")
        new.replace(target)


def _write_catalogue(home: Path, versions: list[Version]) -> None:
    place = home / FOLDER / "catalogue.json"
    handle, temporary = tempfile.mkstemp(prefix=".partial-", dir=place.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump({"format": FORMAT, "versions": [asdict(each) for each in versions]}, out, indent=1)
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).replace(place)
    finally:
        Path(temporary).unlink(missing_ok=True)


def tables_of(home: Path, version: Version) -> Listed:
    """The tables of a kept version; raises ListRefused when they are gone."""
    folder = home / FOLDER / "versions" / f"{version.source}-{version.version}"
    try:
        return Listed(*(pd.read_parquet(folder / f"{name}.parquet") for name in TABLES))
    except (OSError, ValueError):
        raise ListRefused(f"{version.text()}: its tables are missing or damaged; import the list again") from None


def newest(versions: list[Version], day: date | None = None) -> tuple[list[Version], tuple[str, ...]]:
    """For each source the version in use on a day (today's without one), and notes where only a later one is kept."""
    chosen, notes = [], []
    for source in sorted({each.source for each in versions}):
        own = sorted((each for each in versions if each.source == source), key=lambda each: each.dated)
        early = [each for each in own if day is None or each.dated <= day.isoformat()]
        chosen.append(early[-1] if early else own[0])
        if not early:
            notes.append(f"{source}: none of {day} is kept; that of {own[0].dated} was used, entries by their dates")
    return chosen, tuple(notes)


def drop_partial(home: Path) -> None:
    """Removes what a killed import left behind."""
    for left in (home / FOLDER).rglob(".partial-*"):
        shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)
