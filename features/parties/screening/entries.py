"""What a list says of a party: one entry, its names by strength, its addresses; the same shape for every list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

ENTRY = (
    "list_code",
    "source_id",
    "type",
    "programs",
    "name",
    "countries",
    "licence_requirement",
    "licence_policy",
    "footnote",
    "notice",
    "start_date",
    "end_date",
    "url",
    "remarks",
    "owner_share",
    "meaning",
    "key",
)
"""Columns of an entry; `key` stays when the list changes its ids, `meaning` is set by own lists alone."""

NAME = ("entry", "text", "strength")
ADDRESS = ("entry", "text", "country")
STRENGTHS = ("primary", "alias", "former", "short", "weak")
"""From the name itself to what OFAC calls a weak alias: broad or common, and no ground for a hit by itself."""

ADDRESS_ONLY = re.compile(r"^\s*address\s*(?:no\.?\s*)?\d+\s*$", re.IGNORECASE)
"""Entries that are an address without a party: the name is a number in the rule and says nothing."""

FOOTNOTE = re.compile(r"\),?\s?([1345])(?!\d|\.\d|\()|footnote\s+(\d)|734\.9\(e\)\((\d)\)", re.IGNORECASE)
PRODUCT_RULE = {"1": "1", "2": "4", "3": "5"}  # paragraph of 15 CFR 734.9(e) to footnote of the Entity List


@dataclass(frozen=True)
class Listed:
    """Entries with their names and addresses; `entry` of a name or an address is the row of its entry."""

    entries: pd.DataFrame
    names: pd.DataFrame
    addresses: pd.DataFrame

    @property
    def counts(self) -> dict[str, int]:
        """Entries a list."""
        found = self.entries["list_code"].value_counts()
        return {str(code): int(found[code]) for code in sorted(found.index)}


def listed(rows: Iterable[tuple[Mapping[str, str], list[tuple[str, str]], list[tuple[str, str]]]]) -> Listed:
    """The tables of entries given as (cells, names with strength, addresses with country).

    A key that returns gets a number, in the order of the list. An address-only entry has no name.
    """
    entries: list[Mapping[str, str]] = []
    names: list[tuple[int, str, str]] = []
    addresses: list[tuple[int, str, str]] = []
    seen: dict[str, int] = {}
    for at, (cells, named, placed) in enumerate(rows):
        key = _key(cells, placed)
        seen[key] = seen.get(key, 0) + 1
        number = f"#{seen[key]}" if seen[key] > 1 else ""
        entries.append({**cells, "footnote": footnote(cells.get("licence_requirement", "")), "key": key + number})
        if not ADDRESS_ONLY.match(cells["name"]):
            names.extend((at, text, strength) for text, strength in dict.fromkeys(named) if text.strip())
        addresses.extend((at, text, country) for text, country in dict.fromkeys(placed) if text.strip())
    frame = pd.DataFrame(entries, columns=list(ENTRY), dtype="str").fillna("")
    return Listed(frame, _frame(names, NAME), _frame(addresses, ADDRESS))


def _frame(rows: list[tuple[int, str, str]], columns: tuple[str, ...]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(columns))
    return frame.astype({"entry": "int32"} | dict.fromkeys(columns[1:], "str"))


def _key(cells: Mapping[str, str], placed: list[tuple[str, str]]) -> str:
    """The list and OFAC's number where there is one, else the list and the name; ids of publishers change."""
    if cells.get("source_id", "").isdigit():
        return f"{cells['list_code']}:{cells['source_id']}"
    name = " ".join(re.findall(r"\w+", cells["name"].casefold()))
    if ADDRESS_ONLY.match(cells["name"]):
        name += " " + (cells.get("notice", "") or " ".join(text for text, _ in placed[:1]))
    return f"{cells['list_code']}:{name}"


def footnote(requirement: str) -> str:
    """The footnote of the Entity List that its requirement points to ("1", "3", "4", "5"), else ""."""
    found = FOOTNOTE.search(requirement)
    if found is None:
        return "3" if "734.9(g)" in requirement else ""
    return found.group(1) or found.group(2) or PRODUCT_RULE.get(found.group(3), "")


SUCCESSOR = re.compile(r"[;,]?\s*(?:and )?any successor,? sub-?unit,? or subsidiary thereof\.?", re.IGNORECASE)
SO_CALLED = re.compile(r"^\s*(?:the )?so-called\s+", re.IGNORECASE)
OF_A_PARENT = re.compile(r"\.?\s*(?:Affiliated Entity:|Subordinate Institutions?\s*[-:\u2013])\s*", re.IGNORECASE)
OTHERWISE = re.compile(
    r"[;,]?\s*\(?\b(a\.?/?k\.?/?a\b|f\.?/?k\.?/?a\b|n\.?/?k\.?/?a\b|d\.?/?b\.?/?a\b)[.,:]*\s*", re.IGNORECASE
)
FORMERLY = re.compile(r"\(?\b(?:formerly(?: known as)?|previously|ex-)\s*:?\s*", re.IGNORECASE)
BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
QUOTED = re.compile(r"^[\"'\u2018\u201c](.*)[\"'\u2019\u201d]$")
SHORT = re.compile(r"^[A-Z0-9&.-]{2,10}$")


def named(name: str, strength: str = "primary") -> list[tuple[str, str]]:
    """The names that stand in one cell: parents, former names, other names and abbreviations taken apart.

    >>> named("Norrhall Works (NHW), a.k.a. Nordhalle")
    [('Norrhall Works (NHW)', 'primary'), ('Norrhall Works', 'primary'), ('NHW', 'short'), ('Nordhalle', 'alias')]
    """
    quoted = QUOTED.match(name.strip())
    if quoted and strength != "primary":
        return [(quoted.group(1), "weak")]
    whole = SO_CALLED.sub("", SUCCESSOR.sub("", name)).strip()
    found = _split(OF_A_PARENT.split(whole)[-1], strength)
    return list(dict.fromkeys([*found, (whole, strength)] if OF_A_PARENT.search(whole) else found))


def _split(name: str, strength: str) -> list[tuple[str, str]]:
    pieces = OTHERWISE.split(name)
    found = _bracketed(pieces[0], strength)
    for sign, text in zip(pieces[1::2], pieces[2::2], strict=True):
        plain = text.strip(" ;,)(")
        found += [(plain, "former" if sign.lower().startswith("f") else "alias")] if plain else []
    return found


def _bracketed(name: str, strength: str) -> list[tuple[str, str]]:
    formerly = FORMERLY.split(name)
    name = formerly[0].strip(" ;,(")
    found = [(name, strength)] if name else []
    inside = BRACKETS.findall(name)
    if inside:
        short = [text.strip() for text in inside if SHORT.match(text.strip())]
        bare = BRACKETS.sub("", name).strip(" ;,")
        found += [(bare, strength)] if bare and short else []
        found += [(text, "short") for text in short]
    return found + [(text.strip(" ;,)("), "former") for text in formerly[1:] if text.strip(" ;,)(")]
