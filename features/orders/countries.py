"""A country is read from the alias table or not at all: a wrong country is worse than none, so nothing is guessed."""

import re
import unicodedata
from collections.abc import Mapping

import numpy as np
import pandas as pd

from features.orders.cells import Fault, Parsed
from features.reference import tables

BETWEEN = re.compile(r"->|[>;/|\n→]")  # a route; commas are tried last, for "Korea, Republic of" holds one
NOT_APPLICABLE = re.compile(r"n[\W_]+a\W*", re.IGNORECASE)  # with punctuation, NA is seldom Namibia
WRITE_ISO = "write the two-letter ISO code"


def shipped() -> dict[str, str]:
    """Every known name and code of a country, by key; several codes joined by "|" mean that one must ask."""
    return aliases(tables.load().frames["country_names"])


def aliases(names: pd.DataFrame) -> dict[str, str]:
    """The alias table (columns alias, iso2) as a look-up; a key with two countries is ambiguous."""
    found: dict[str, str] = {}
    for alias, iso2 in zip(names["alias"], names["iso2"], strict=True):
        key = country_key(alias)
        known = found.get(key, iso2).split("|")
        found[key] = "|".join(dict.fromkeys([*known, *iso2.split("|")]))
    return found


def country_key(text: str) -> str:
    """Letters and digits of a country's name, case folded, accents kept, without "the".

    >>> country_key("Congo, Democratic Republic of the")
    'congodemocraticrepublicof'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in re.sub(r"\bthe\b", " ", folded) if character.isalnum())


def read_countries(values: list[str], known: Mapping[str, str]) -> Parsed:
    """One ISO code a cell; unknown and ambiguous names are faults."""
    found = [_country(value, known) for value in values]
    return _parsed([code if isinstance(code, str) else None for code in found], found)


def read_country_lists(values: list[str], known: Mapping[str, str]) -> Parsed:
    """ISO codes in the order of the cell, joined by ";"; one unknown part makes the whole cell missing."""
    found = [_countries(value, known) for value in values]
    return _parsed([codes if isinstance(codes, str) else None for codes in found], found)


def _parsed(codes: list[str | None], found: list[str | Fault]) -> Parsed:
    faults = {at: fault for at, fault in enumerate(found) if isinstance(fault, Fault)}
    return Parsed(pd.array(np.array(codes, dtype=object), dtype="str"), faults)


def _country(value: str, known: Mapping[str, str]) -> str | Fault:
    if NOT_APPLICABLE.fullmatch(value.strip()):
        return Fault("may be Namibia or mean that nothing applies", "write NA for Namibia, or leave the cell empty")
    codes = known.get(country_key(value))
    if codes is None:
        return Fault("is not a known country name or code", WRITE_ISO)
    if "|" in codes:
        remedy = "write one of them, or set it in the mapping profile"
        return Fault(f"may be {codes.replace('|', ' or ')}", remedy)
    return codes


def _countries(value: str, known: Mapping[str, str]) -> str | Fault:
    codes = [_country(name, known) for part in BETWEEN.split(value) for name in _names(part, known)]
    fault = next((code for code in codes if isinstance(code, Fault)), None)
    if fault is not None:
        return Fault(f"holds a name that {fault.what}" if len(codes) > 1 else fault.what, fault.remedy)
    return ";".join(code for code in codes if isinstance(code, str)) or Fault("names no country", WRITE_ISO)


def _names(part: str, known: Mapping[str, str]) -> list[str]:
    """The country names in a part of a route: one if all of it is a name, else those between its commas."""
    whole = isinstance(_country(part, known), str)
    return [name for name in ([part] if whole else part.split(",")) if name.strip()]
