"""Rules on trial: dated changes in a TOML file, applied to a copy of the tables; every fault is told at once.

The file has `format`, `title` and `says`; it may name the trial it is `against`, which then holds on both sides, and
set `affiliates_rule`. Its entries are of three kinds, applied in this order:

    [[end]]     table, key or keys, last: the row in force on that day ends with it
    [[change]]  table, key or keys, from, to (optional), and set, add or drop: cells that read otherwise in these days
                (add puts words into a list divided by ";", drop takes them out)
    [[new]]     table, from, to (optional), row: a new row; cells left out are empty

Tables on trial are those whose card says what each cell may hold (`[kinds]`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from features.reference.cards import Fault, TablesRefused
from features.reference.tables import Tables
from features.reference.trial_rows import Entry, changed

FORMAT = 1
HEAD: Mapping[str, type] = {"format": int, "title": str, "says": str, "against": str, "affiliates_rule": str}
POSITIONS = ("as dated", "on", "off")
ENTRIES: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "end": (frozenset({"table", "last"}), frozenset({"key", "keys"})),
    "change": (frozenset({"table", "from"}), frozenset({"key", "keys", "to", "set", "add", "drop", "source"})),
    "new": (frozenset({"table", "from", "row"}), frozenset({"to", "source"})),
}
"""In the order in which they are applied: what an entry of each kind must say, and what it may say besides."""


@dataclass(frozen=True)
class Trial:
    """A change of rules as its file says it; `mark` names this text of it."""

    file: str
    title: str
    says: str
    entries: tuple[Entry, ...]
    mark: str
    against: str | None = None
    affiliates_rule: str | None = None

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that it changes, in name order."""
        return tuple(sorted({each.table for each in self.entries}))


def read(path: Path) -> Trial:
    """The trial in one file; raises TablesRefused with everything that is no entry, no date or no cell."""
    try:
        raw = path.read_bytes()
        told = tomllib.loads(raw.decode("utf-8"))
    except OSError as error:
        raise TablesRefused((Fault(path.name, None, None, None, f"cannot be read: {error.strerror}"),)) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TablesRefused(
            (Fault(path.name, None, None, None, f"is no TOML in UTF-8 ({error}); correct it"),)
        ) from None
    faults = [*_head_faults(path.name, told)]
    entries = []
    for kind in ENTRIES if not faults else ():
        for number, entry in enumerate(told.get(kind, []), start=1):
            place = f"{path.name}, {kind} {number}"
            wrong = [*_entry_faults(place, kind, entry)]
            faults.extend(wrong)
            if not wrong:
                entries.append(_entry(place, kind, entry, told["title"]))
    if faults:
        raise TablesRefused(tuple(faults))
    mark = hashlib.sha256(raw.replace(b"\r\n", b"\n")).hexdigest()[:8]
    head = {name: told.get(name) for name in ("against", "affiliates_rule")}
    return Trial(path.name, told["title"], told["says"], tuple(entries), mark, **head)


def on_trial(trial: Trial, tables: Tables) -> Tables:
    """A copy of the tables with the trial applied; raises TablesRefused with all that does not fit them."""
    frames, faults = changed(trial.entries, tables)
    if faults:
        raise TablesRefused(tuple(faults))
    return replace(tables, frames=frames, version=f"{tables.version}+{trial.mark}")


def _head_faults(file: str, told: Mapping[str, Any]) -> Iterator[Fault]:
    """What the top of the file lacks, or holds besides."""
    if isinstance(told.get("format"), int) and told["format"] > FORMAT:
        yield Fault(file, None, "format", str(told["format"]), "is newer than this version reads; install a newer one")
        return
    for name in ("format", "title", "says"):
        if name not in told:
            yield Fault(file, None, name, None, "is missing; add it at the top")
    for name, value in told.items():
        if name not in {*HEAD, *ENTRIES}:
            yield Fault(file, None, name, None, f"is nothing a trial says; it says {', '.join([*HEAD, *ENTRIES])}")
        elif name in HEAD and type(value) is not HEAD[name]:
            yield Fault(file, None, name, str(value), "is of the wrong type; write text in quotes, format as a number")
        elif name in ENTRIES and not (isinstance(value, list) and all(isinstance(each, dict) for each in value)):
            yield Fault(file, None, name, None, f"is no list of entries; write [[{name}]] above each")
    if told.get("affiliates_rule", "on") not in POSITIONS:
        yield Fault(file, None, "affiliates_rule", str(told["affiliates_rule"]), f"is none of {', '.join(POSITIONS)}")
    if not told.keys() & {*ENTRIES, "affiliates_rule"}:
        yield Fault(file, None, None, None, "changes nothing; add an entry [[change]], [[new]] or [[end]]")


def _entry_faults(place: str, kind: str, entry: Mapping[str, Any]) -> Iterator[Fault]:
    """What one entry lacks or holds besides, and values of the wrong type."""
    must, may = ENTRIES[kind]
    for name in sorted(must - entry.keys()):
        yield Fault(place, None, name, None, "is missing; add it")
    for name in sorted(entry.keys() - must - may):
        yield Fault(
            place, None, name, None, f"is nothing that [[{kind}]] says; it says {', '.join(sorted(must | may))}"
        )
    if kind != "new" and len(entry.keys() & {"key", "keys"}) != 1:
        yield Fault(place, None, "key", None, "is missing, or said twice; write key for one row, or keys for several")
    if kind == "change" and not entry.keys() & {"set", "add", "drop"}:
        yield Fault(place, None, None, None, "changes nothing; write set, add or drop")
    for name, value in entry.items():
        yield from _value_faults(place, name, value)


def _value_faults(place: str, name: str, value: Any) -> Iterator[Fault]:
    """A value of an entry that is not of its type."""
    match name:
        case "from" | "to" | "last":
            if type(value) is not dt.date:
                yield Fault(place, None, name, str(value), "is no date; write YYYY-MM-DD without quotes")
        case "set" | "add" | "drop" | "row":
            if not isinstance(value, dict) or not value:
                yield Fault(place, None, name, str(value), 'names no cells; write { column = "cell" }')
                return
            for column, cell in value.items():
                if _cell(cell) is None:
                    yield Fault(
                        place, None, f"{name}.{column}", str(cell), "is no cell; write text, a number or a list"
                    )
        case "keys":
            if not (isinstance(value, list) and value and all(isinstance(each, str) for each in value)):
                yield Fault(place, None, name, str(value), 'is no list of keys; write ["XX", "YY"]')
        case _:
            if not isinstance(value, str) or not value:
                yield Fault(place, None, name, str(value), "is no text; write it in quotes")


def _entry(place: str, kind: str, entry: Mapping[str, Any], title: str) -> Entry:
    """An entry without faults, with days as dates and cells as text."""
    cells = {
        part: {column: str(_cell(cell)) for column, cell in entry.get(part, {}).items()} for part in ("add", "drop")
    }
    stated = {column: str(_cell(cell)) for column, cell in entry.get("set", entry.get("row", {})).items()}
    last = entry.get("to")
    return Entry(
        place=place,
        kind=kind,
        table=entry["table"],
        keys=tuple(entry.get("keys", [entry.get("key", "")])),
        first=pd.Timestamp(entry["last"] if kind == "end" else entry["from"]),
        last=None if last is None else pd.Timestamp(last),
        stated=stated,
        added=cells["add"],
        dropped=cells["drop"],
        source=entry.get("source", f"on trial: {title}"),
    )


def _cell(value: Any) -> str | None:
    """A value as a cell of a table; None when it can be none."""
    if isinstance(value, list):
        parts = [_cell(each) for each in value]
        return None if None in parts else ";".join(map(str, parts))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value)
