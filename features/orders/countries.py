"""A country is read from the alias table or not at all: a wrong country is worse than none, so nothing is guessed."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from features.orders.cells import Doubt, Fault, Parsed
from features.reference import tables

BETWEEN = re.compile(r"->|[>;/|\n→]")  # a route; commas are tried last, for "Korea, Republic of" holds one
NOT_APPLICABLE = re.compile(r"n[\W_]+a\W*", re.IGNORECASE)  # with punctuation, NA is seldom Namibia
WRITE_ISO = "write the two-letter ISO code"
UNNAMED = "ZZ"  # a code that ISO 3166 leaves to its users
# words of a route that say that it has no stop
DIRECT = frozenset({"direct", "direkt", "nonstop", "none", "nil", "notransit", "notransshipment", "directshipment"})
DIRECT |= {"直航", "直达", "直達", "直送", "直行"}
NOTHING = "nothing"
ASKED, APPLIES = "may be", "nothing applies"
UNKNOWN_NAME = Fault("is not a known country name or code", WRITE_ISO)
NAMIBIA = Fault(f"may be Namibia or mean that {APPLIES}", "write NA for Namibia, or leave the cell empty")
ONE_OF_THEM = "write one of them, or set it in the mapping profile"


@cache
def shipped() -> dict[str, str]:
    """Every known name and code of a country, by key; several codes joined by "|" mean that one must ask."""
    return aliases(tables.shipped().frames["country_names"])


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


def read_countries(values: list[str], known: Mapping[str, str], answers: tuple[str, ...] = ()) -> Parsed:
    """One ISO code a cell; unknown and ambiguous names are faults, and the ambiguous ones a question besides."""
    found = [_country(value, known, answers) for value in values]
    return _parsed([code if isinstance(code, str) else None for code in found], found, values)


def read_country_lists(
    values: list[str], known: Mapping[str, str], answers: tuple[str, ...] = (), route: bool = False
) -> Parsed:
    """ISO codes in the order of the cell, joined by ";"; one unknown part makes a cell missing, but for a `route`.

    A route stated to be direct is "", which is not missing. A stop that is not known stays in its place as ZZ: it is a
    country, and one cannot say which. A route of which no part is known is missing.
    """
    found = [_countries(value, known, answers, route) for value in values]
    return _parsed([codes for codes, _ in found], [fault or "" for _, fault in found], values)


def _parsed(codes: list[str | None], found: Sequence[str | Fault | None], values: list[str]) -> Parsed:
    faults = {at: fault for at, fault in enumerate(found) if isinstance(fault, Fault)}
    samples = tuple(values[at] for at, fault in faults.items() if fault.what.startswith(ASKED))
    told = " ".join(fault.what for fault in faults.values() if fault.what.startswith(ASKED))
    namibia = ("NA", NOTHING) if APPLIES in told else ()
    answers = tuple(dict.fromkeys((*re.findall(r"\b[A-Z]{2}\b", told), *namibia)))
    doubt = Doubt("country", samples, None, "Which country do these names mean?", answers)
    typed = pd.array(np.array(codes, dtype=object), dtype="str")
    return Parsed(typed, faults, (doubt,) if samples else ())


def _country(value: str, known: Mapping[str, str], answers: tuple[str, ...] = ()) -> str | Fault | None:
    """The ISO code; None where an answer says that nothing is meant."""
    if NOT_APPLICABLE.fullmatch(value.strip()):
        if "NA" in answers or NOTHING in answers:
            return "NA" if "NA" in answers else None
        return NAMIBIA
    codes = known.get(country_key(value))
    if codes is None or value.strip().startswith("#"):  # a part of a route may be an error of a spreadsheet: #N/A
        return UNKNOWN_NAME
    meant = [code for code in codes.split("|") if code in answers] if "|" in codes else [codes]
    return meant[0] if len(meant) == 1 else Fault(f"{ASKED} {codes.replace('|', ' or ')}", ONE_OF_THEM)


def _countries(
    value: str, known: Mapping[str, str], answers: tuple[str, ...], route: bool
) -> tuple[str | None, Fault | None]:
    """The stops of a route, or the countries of a list, and what is wrong with it."""
    if route and country_key(value) in DIRECT:
        return "", None
    codes = [_country(name, known, answers) for part in BETWEEN.split(value) for name in _names(part, known)]
    faults = [code for code in codes if isinstance(code, Fault)]
    stops = ";".join(UNNAMED if isinstance(code, Fault) else code for code in codes if code is not None)
    if not stops and NOTHING not in answers:
        return None, Fault("names no country", WRITE_ISO)
    if not faults:
        return stops or None, None
    if len(codes) == 1:
        return None, faults[0]
    if len(faults) == len(codes) or not route:
        return None, replace(faults[0], what=f"{faults[0].what}, in a part of it")
    return stops, replace(faults[0], what=f"{faults[0].what}, in a part of it that was read as {UNNAMED} (unknown)")


def _names(part: str, known: Mapping[str, str]) -> list[str]:
    """The country names in a part of a route: one if all of it is a name, else those between its commas."""
    whole = country_key(part) in known or NOT_APPLICABLE.fullmatch(part.strip()) is not None
    return [name for name in ([part] if whole else part.split(",")) if name.strip()]
