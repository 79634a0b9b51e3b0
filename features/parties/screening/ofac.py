"""OFAC's own files: SDN (parties), ALT (other names), ADD (addresses); without headings, "-0-" is empty."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from features.parties.screening.entries import Listed, listed, named

EMPTY = "-0-"
WEAK = re.compile(r"a\.k\.a\.,? ['\"\u2018]([^'\"\u2019;]+)['\"\u2019]")
WIDTH = {"sdn": 12, "alt": 5, "add": 6}
STRENGTH = {"aka": "alias", "fka": "former", "nka": "alias"}


class Damaged(Exception):
    """A file of the three has a row of the wrong width."""


def kind_of(name: str) -> str | None:
    """sdn, alt or add by the name of the file, None for other files."""
    found = re.search(r"(?:^|[^a-z])(sdn|alt|add)(?:[^a-z]|$)", name.lower())
    return found.group(1) if found and name.lower().endswith((".csv", ".txt")) else None


def from_files(texts: Mapping[str, str]) -> tuple[Listed, tuple[str, ...]]:
    """The entries of SDN with the names and addresses of the two others, and notes on what is missing."""
    names: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for number, _, kind, name, _ in _rows(texts.get("alt", ""), "alt"):
        names[number] += named(name, STRENGTH.get(kind, "alias"))
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for number, _, street, city, country, _ in _rows(texts.get("add", ""), "add"):
        whole = ", ".join(each for each in (street, city) if each)
        if whole or country:
            places[number].append((whole, country))
    notes = [f"{kind.upper()} is missing: its {what} were not read" for kind, what in
             (("alt", "other names"), ("add", "addresses")) if kind not in texts]  # fmt: skip
    return listed(_entries(texts["sdn"], names, places)), tuple(notes)


def _entries(
    text: str, names: Mapping[str, list[tuple[str, str]]], places: Mapping[str, list[tuple[str, str]]]
) -> Iterator[tuple[dict[str, str], list[tuple[str, str]], list[tuple[str, str]]]]:
    for row in _rows(text, "sdn"):
        number, name, kind, program, remarks = row[0], row[1], row[2], row[3], row[11]
        placed = places.get(number, [])
        cells = {
            "list_code": "SDN",
            "source_id": number,
            "type": kind.capitalize() if kind else "Entity",
            "programs": program.replace("] [", "; ").strip("[]"),
            "name": name,
            "countries": "; ".join(dict.fromkeys(country for _, country in placed if country)),
            "remarks": remarks,
        }
        weak = [(each, "weak") for each in WEAK.findall(remarks)]
        yield cells, [*named(name), *names.get(number, []), *weak], [each for each in placed if each[0]]


def _rows(text: str, kind: str) -> Iterator[list[str]]:
    for at, row in enumerate(csv.reader(io.StringIO(text)), start=1):
        if not row or row == ["\x1a"]:  # the files end with a mark of old systems
            continue
        if len(row) != WIDTH[kind]:
            raise Damaged(f"{kind.upper()}, row {at}: has {len(row)} cells instead of {WIDTH[kind]}")
        yield ["" if cell.strip() == EMPTY else cell.strip() for cell in row]
