"""The Consolidated Screening List as published (JSON, CSV) and reduced to its names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from features.parties.screening.entries import Listed, listed, named

CODE = re.compile(r"\(([A-Z][A-Z-]{1,7})\)")
WEAK = re.compile(r"(?:weak|low quality) (?:a\.?k\.?a\.?|alias(?:es)?)\W+([^;.]+)", re.IGNORECASE)
COUNTRY = re.compile(r",\s*([A-Z]{2})$")
SINGLE = {
    "source_id": "entity_number",
    "type": "type",
    "notice": "federal_register_notice",
    "start_date": "start_date",
    "end_date": "end_date",
    "licence_requirement": "license_requirement",
    "licence_policy": "license_policy",
    "url": "source_list_url",
    "remarks": "remarks",
}
"""Our column to the list's field."""

Row = tuple[Mapping[str, str], list[tuple[str, str]], list[tuple[str, str]]]


def from_json(told: object) -> tuple[Listed, tuple[str, ...]]:
    """The entries of consolidated.json (`results`), and notes on what is missing."""
    results = told.get("results") if isinstance(told, Mapping) else told
    rows = [each for each in results if isinstance(each, Mapping)] if isinstance(results, list) else []
    return _noted(_json_row(each) for each in rows if _text(each.get("name")))


def _text(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return "; ".join(_text(each) for each in value if each)
    return "" if value is None else str(value)


def _json_row(told: Mapping[str, Any]) -> Row:
    places = [each for each in told.get("addresses") or [] if isinstance(each, Mapping)]
    parts = ("address", "city", "state", "postal_code")
    addresses = [
        (", ".join(_text(each[p]) for p in parts if each.get(p)), _text(each.get("country"))) for each in places
    ]
    countries = "; ".join(dict.fromkeys(country for _, country in addresses if country))
    aliases = [_text(each) for each in told.get("alt_names") or []]
    return _row({key: _text(value) for key, value in told.items()}, aliases, addresses, countries)


def from_table(rows: pd.DataFrame) -> tuple[Listed, tuple[str, ...]]:
    """The entries of consolidated.csv, or of the reduced file (list_code, countries; no addresses)."""
    return _noted(_table_row(dict(zip(rows.columns, cells, strict=True))) for cells in rows.itertuples(index=False))


def _table_row(told: Mapping[str, str]) -> Row:
    aliases = told.get("alt_names", "").split("; ")
    addresses = [_placed(each) for each in told.get("addresses", "").split("; ") if each.strip()]
    countries = told.get("countries") or "; ".join(dict.fromkeys(country for _, country in addresses if country))
    return _row(told, aliases, addresses, countries)


def _placed(text: str) -> tuple[str, str]:
    found = COUNTRY.search(text)
    return (text[: found.start()], found.group(1)) if found else (text, text if re.fullmatch("[A-Z]{2}", text) else "")


def _row(told: Mapping[str, str], aliases: list[str], addresses: list[tuple[str, str]], countries: str) -> Row:
    cells = {column: told.get(field, "") for column, field in SINGLE.items()}
    code = told.get("list_code") or "".join(CODE.findall(told.get("source", ""))[:1]) or told.get("source", "")
    cells |= {"list_code": code, "name": told["name"], "countries": countries, "programs": told.get("programs", "")}
    names = named(told["name"])
    for alias in aliases:
        names += named(alias, "alias")
    names += [(each.strip(" '\""), "weak") for each in WEAK.findall(told.get("remarks", ""))]
    whole = [(address, country) for address, country in addresses if address and address != country]
    return cells, names, whole


def _noted(rows: Iterator[Row]) -> tuple[Listed, tuple[str, ...]]:
    found = listed(rows)
    bare = found.entries["name"].str.match(r"(?i)^\s*address\s*\d+\s*$")
    placed = found.entries.index.isin(found.addresses["entry"])
    lacking = int((bare & ~placed).sum())
    notes = []
    if found.addresses.empty:
        notes.append("the file holds no addresses: addresses were not screened against it")
    if lacking:
        notes.append(f"{lacking} entries are an address alone and the file does not say it: they cannot be found")
    return found, tuple(notes)
