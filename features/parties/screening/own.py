"""A list of your own: names that your company watches, owns up to, or knows to be owned by listed parties."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pandas as pd

from features.parties.screening.entries import Listed, listed, named

COLUMNS = {
    "name": "name",
    "aliases": "aliases",
    "alt_names": "aliases",
    "country": "countries",
    "countries": "countries",
    "address": "addresses",
    "addresses": "addresses",
    "list": "list_code",
    "list_code": "list_code",
    "start": "start_date",
    "start_date": "start_date",
    "end": "end_date",
    "end_date": "end_date",
    "owner share": "owner_share",
    "owner_share": "owner_share",
    "reason": "remarks",
    "remarks": "remarks",
    "meaning": "meaning",
    "licence_requirement": "licence_requirement",
    "licence_policy": "licence_policy",
    "notice": "notice",
    "id": "source_id",
}
"""Heading to column; `name` alone is needed."""

MEANINGS = ("stop", "licence", "unknown", "flag", "")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def from_table(rows: pd.DataFrame, stem: str) -> tuple[Listed, tuple[str, ...]]:
    """The entries of an own list; a list without `list` goes by the name of its file. Notes name rows left out."""
    known = {heading: COLUMNS[heading] for heading in rows.columns if heading in COLUMNS}
    told = rows[list(known)].rename(columns=known)
    notes = [f"column '{heading}' is not read" for heading in rows.columns if heading not in COLUMNS]
    unnamed = (told["name"].str.strip() == "") & (told.get("addresses", pd.Series("", told.index)).str.strip() == "")
    notes += [f"row {at + 2}: names nobody and no address; left out" for at in told.index[unnamed]]
    notes += list(_wrong(told))
    return listed(
        _row({str(key): str(cell) for key, cell in each.items()}, stem) for each in told[~unnamed].to_dict("records")
    ), tuple(notes)


def _wrong(told: pd.DataFrame) -> Iterator[str]:
    for column in ("start_date", "end_date"):
        for at, cell in told.get(column, pd.Series(dtype="str")).items():
            if cell and not DAY.fullmatch(cell.strip()):
                yield f"row {int(str(at)) + 2}, {column}: '{cell}' is not YYYY-MM-DD; the entry is taken as in force"
    for at, cell in told.get("meaning", pd.Series(dtype="str")).items():
        if cell.strip().lower() not in MEANINGS:
            yield f"row {int(str(at)) + 2}, meaning: '{cell}' is none of stop, licence, unknown, flag; taken as unknown"


def _row(cells: Mapping[str, str], stem: str) -> tuple[dict[str, str], list[tuple[str, str]], list[tuple[str, str]]]:
    told = {key: str(value).strip() for key, value in cells.items()}
    countries = [each.strip() for each in told.get("countries", "").split(";") if each.strip()]
    names = named(told["name"]) if told["name"] else []
    for alias in told.get("aliases", "").split(";"):
        names += named(alias.strip(), "alias") if alias.strip() else []
    addresses = [
        (each.strip(), countries[0] if len(countries) == 1 else "") for each in told.get("addresses", "").split(";")
    ]
    meaning = told.get("meaning", "").lower()
    entry = told | {
        "list_code": told.get("list_code") or stem,
        "name": told["name"] or "Address 1",
        "countries": "; ".join(countries),
        "start_date": told.get("start_date", "") if DAY.fullmatch(told.get("start_date", "")) else "",
        "end_date": told.get("end_date", "") if DAY.fullmatch(told.get("end_date", "")) else "",
        "meaning": meaning if meaning in MEANINGS else "unknown",
    }
    return entry, names, [(address, country) for address, country in addresses if address]
