"""Versions of lists under the home: each kept and dated, named by its hash; a broken one never replaces a good one."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from features.parties import normal_names
from features.parties.screening import former
from features.parties.screening.entries import Listed
from features.parties.screening.reading import ListFile, ListRefused, read
from features.parties.screening.whole import write

FOLDER = "lists"
FORMAT = 1
MOST_SHRINK = 0.10  # of a list's entries from one version to the next; a published list was cut by more once
AGAIN = "fetch the file again, or --accept-shrink REASON"
TABLES = ("entries", "names", "addresses")
WARN_DAYS, FAIL_DAYS = 2, 7  # of age: a published list changes daily; from the second on, no hit is no answer


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

    def age(self, day: date) -> int:
        """Days from the list's own to another day; 0 for a list of one's own, which ages with nobody."""
        return 0 if self.kind == "own" else (day - date.fromisoformat(self.dated)).days


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

    A version that was seen before is kept for its new day too: it was in force on both.

    Raises:
        ListRefused: the file is damaged, has fewer entries than `at_least`, or lacks a list or more than a tenth of a
            list that the version before had, and no reason is given in `accept_shrink`. Nothing changes then.
    """
    found = read(path)
    kept = catalogue(home)
    name = source or {"own": path.stem, "ofac": "ofac"}.get(found.kind, "csl")
    day = (dated or today).isoformat()
    before = [each for each in _by_day(kept, name) if each.dated <= day]
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
        dated=day,
        imported=today.isoformat(),
        file=path.name,
        rows=found.listed.counts,
        url=url,
        accepted=(accept_shrink or "").strip() if problems else "",
        notes=found.notes,
    )
    _keep(home, found.listed, version)
    if before:
        _remember_ids(home, before[-1], found.listed)
    same = [each for each in kept if (each.source, each.version, each.dated) != (name, version.version, day)]
    _write_catalogue(home, [*same, version])
    return version


def _remember_ids(home: Path, before: Version, now: Listed) -> None:
    """Entries that changed their id alone; a version whose tables are gone has none to compare."""
    if (home / FOLDER / "versions" / f"{before.source}-{before.version}" / "entries.parquet").exists():
        former.add(home / FOLDER, former.renamed(tables_of(home, before), now, normal_names.shipped()))


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
    told = {"format": FORMAT, "versions": [asdict(each) for each in versions]}
    write(home / FOLDER / "catalogue.json", json.dumps(told, indent=1))


def tables_of(home: Path, version: Version) -> Listed:
    """The tables of a kept version; raises ListRefused when they are gone."""
    folder = home / FOLDER / "versions" / f"{version.source}-{version.version}"
    try:
        return Listed(*(pd.read_parquet(folder / f"{name}.parquet") for name in TABLES))
    except (OSError, ValueError):
        raise ListRefused(f"{version.text()}: its tables are missing or damaged; import the list again") from None


def newest(versions: list[Version], day: date | None = None) -> tuple[list[Version], tuple[str, ...]]:
    """For each source the version in use on a day (today's without one), and the sources that had none on that day."""
    chosen, missing = [], []
    for source in sorted({each.source for each in versions}):
        own = _by_day(versions, source)
        early = [each for each in own if day is None or each.dated <= day.isoformat()]
        chosen += early[-1:]
        missing += [] if early else [source]
    return chosen, tuple(missing)


def _by_day(versions: list[Version], source: str) -> list[Version]:
    return sorted((each for each in versions if each.source == source), key=lambda each: each.dated)
