"""A mapping profile is what a person has said of one source's files: headings, answers, encoding, kinds of columns."""

# Over 150 lines: what a profile holds, how it is stored and how a file is held against it are one contract.

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import tomlkit

from features.orders.fields import fields
from features.orders.mapping import IGNORE
from features.orders.problems import Level, Problem, refused
from features.orders.questions import Answers
from features.orders.styles import differ

FORMAT = 2  # 2 has a part for the customer file; 1 is read as one without it
FOLDER = "profiles"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")  # also the name of its file, on every system


@dataclass(frozen=True)
class Profile:
    """What is known of a source. `version` rises at each save; 0 is not saved.

    `mapping` is heading to field or "ignore"; `answers` column to the answers given for it; `types` heading to the kind
    that the column had in the file it was saved from. `customers` says the same of the source's customer file.
    `given` are headings that were mapped for this run only, which the file need not have.
    """

    name: str = ""
    version: int = 0
    mapping: Mapping[str, str] = field(default_factory=dict)
    answers: Answers = field(default_factory=dict)
    encoding: str | None = None
    types: Mapping[str, str] = field(default_factory=dict)
    customers: "Profile | None" = None
    given: frozenset[str] = frozenset()

    def answering(self, given: Answers) -> "Profile":
        """The profile with these answers in place of its own for the same columns; a field's name maps a heading."""
        targets = fields().keys() | {IGNORE}
        mapped = {column: each[-1] for column, each in given.items() if each[-1] in targets}
        said = {column: each for column, each in given.items() if column not in mapped}
        new = self.given | (mapped.keys() - self.mapping.keys())
        return replace(self, mapping={**self.mapping, **mapped}, answers={**self.answers, **said}, given=new)


def place(home: Path, name: str) -> Path:
    """The file of a profile; raises OrdersRefused on a name that cannot be one."""
    if not NAME.fullmatch(name):
        remedy = "use small letters, digits, - and _, 64 at most"
        raise refused("--profile", "is no name for a profile", remedy, value=name)
    return home / FOLDER / f"{name}.toml"


def names(home: Path) -> list[str]:
    """The profiles stored under a home."""
    return sorted(path.stem for path in (home / FOLDER).glob("*.toml") if NAME.fullmatch(path.stem))


def load(home: Path, name: str) -> Profile:
    """The stored profile; raises OrdersRefused when it is missing, damaged, or of a newer format."""
    path = place(home, name)
    if not path.is_file():
        known = ", ".join(names(home)) or "none yet"
        raise refused(path.name, "there is no such profile", f"save one with check --save; there are: {known}")
    try:
        stored = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise refused(path.name, "the profile is no TOML file", "restore it, or save it anew") from None
    return _from(stored, name, path.name)


def _from(stored: dict[str, Any], name: str, file: str) -> Profile:
    found = stored.get("format")
    if not isinstance(found, int) or found > FORMAT:
        raise refused(file, f"is not format {FORMAT} of profiles", "install the newer diversion", value=str(found))
    version = stored.get("version")
    if not isinstance(version, int):
        raise refused(file, "the profile has no version", "correct it, or save it anew")
    orders = _part(stored, name, version, file)
    customers = stored.get("customers") if found > 1 else None
    if customers is None:
        return orders
    if not isinstance(customers, dict):
        raise refused(file, "its part 'customers' is no table", "correct it, or save the profile anew")
    return replace(orders, customers=_part(customers, name, version, file))


def _part(stored: dict[str, Any], name: str, version: int, file: str) -> Profile:
    """What is said of one of the two files."""
    answers = {column: tuple(each) for column, each in _table(stored, "answers", list, file).items()}
    encoding = stored.get("encoding")
    if not (encoding is None or isinstance(encoding, str)):
        raise refused(file, "the profile has an encoding that is no text", "correct it, or save it anew")
    mapping, types = _table(stored, "mapping", str, file), _table(stored, "types", str, file)
    return Profile(name, version, mapping, answers, encoding, types)


def _table(stored: dict[str, Any], key: str, holds: type, file: str) -> dict[str, Any]:
    """A table of the profile, empty when it has none; a single text stands for a list of one."""
    table = stored.get(key, {})
    if isinstance(table, dict) and holds is list:
        table = {column: [each] if isinstance(each, str) else each for column, each in table.items()}
    well_formed = isinstance(table, dict) and all(isinstance(each, holds) for each in table.values())
    if not well_formed or (
        holds is list and not all(isinstance(word, str) for each in table.values() for word in each)
    ):
        raise refused(
            file, f"its table '{key}' holds something other than text", "correct it, or save the profile anew"
        )
    return dict(table)


def save(home: Path, profile: Profile) -> Profile:
    """Writes the profile as its next version, whole or not at all; raises OrdersRefused when it cannot be written."""
    path = place(home, profile.name)
    before = load(home, profile.name).version if path.is_file() else 0
    new = replace(profile, version=before + 1, given=frozenset())
    if new.customers is not None:
        new = replace(new, customers=replace(new.customers, name=new.name, version=new.version, given=frozenset()))
    partial = path.with_suffix(".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text(new), encoding="utf-8", newline="\n")
        partial.replace(path)
    except OSError as fault:
        raise refused(path.name, f"the profile cannot be written: {fault.strerror}", "choose another --home") from None
    return new


def text(profile: Profile) -> str:
    """The profile as it is stored."""
    whole = {"format": FORMAT, "version": profile.version, **_stored(profile)}
    return tomlkit.dumps(whole if profile.customers is None else {**whole, "customers": _stored(profile.customers)})


def _stored(part: Profile) -> dict[str, Any]:
    """What is said of one of the two files, as TOML holds it."""
    encoding = {} if part.encoding is None else {"encoding": part.encoding}
    answers = {column: list(each) for column, each in part.answers.items()}
    return {**encoding, "mapping": dict(part.mapping), "answers": answers, "types": dict(part.types)}


def rename(home: Path, old: str, new: str) -> None:
    """Gives a profile another name; raises OrdersRefused when there is none, or one of the new name."""
    load(home, old)
    if place(home, new).exists():
        raise refused(place(home, new).name, "there is a profile of this name", "choose another name")
    place(home, old).rename(place(home, new))


def differences(profile: Profile, types: Mapping[str, str], mapping: Mapping[str, str], file: str) -> list[Problem]:
    """A problem for each column that the profile knows and the file lacks, or writes in another way.

    `types` are the kinds of this file's columns, `mapping` its fields and headings.
    """
    problems = []
    field_of = {heading: name for name, heading in mapping.items()}
    for heading in dict.fromkeys((*profile.mapping, *profile.types)):
        if heading not in types and heading in profile.given:
            continue
        if heading not in types:
            what, remedy = f"is a column that profile {profile.name} expects and the file lacks", "check the export"
        elif (
            heading in profile.types
            and heading in field_of
            and differ(profile.types[heading], types[heading], fields()[field_of[heading]].type.startswith("text"))
        ):
            what = f"held {profile.types[heading]} when profile {profile.name} was saved and holds {types[heading]} now"
            remedy = "check the export; save the profile again if this is right"
        else:
            continue
        problems.append(Problem(file, None, field_of.get(heading), heading, what, remedy, Level.PROBLEM))
    return problems
