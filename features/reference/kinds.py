"""What a cell of a rule table may hold, as the `[kinds]` of its card say; every cell that does not is a fault.

"text", "words" (divided by ";"), "number" (not negative), "place" and "places" (ISO codes of `countries`), "groups"
(country groups, or tiers as "tier:2"), "groups or places", "one: x; y" (one of these), "some: x; y" (some of these,
divided by ";"), "switch" ("NAME on" or "NAME off"), "limit name" ("NAME" or "NAME:XX") and "limit" ("over NAME" or
"within NAME"). After "maybe" the cell may be empty.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

MAYBE = "maybe "
TIER = "tier:"


def wrong(kind: str, cell: str, frames: Mapping[str, pd.DataFrame]) -> str | None:
    """What is wrong with a cell and what to write, or None; `frames` hold the places, groups and names that exist.

    >>> wrong("one: on; off", "maybe", {})
    'is none of on, off'
    >>> wrong("maybe number", "", {}) is None
    True
    """
    if cell == "":
        return None if kind.startswith(MAYBE) else "is empty; fill it"
    kind = kind.removeprefix(MAYBE)
    name, _, words = kind.partition(": ")
    match name:
        case "text" | "words":
            return None
        case "number":
            return None if _is_number(cell) else "is no number; write digits, with a point for decimals"
        case "one":
            return _none_of([cell], words.split("; "))
        case "some":
            return _none_of(cell.split(";"), words.split("; "))
        case "place" | "places":
            return _none_known(cell.split(";") if name == "places" else [cell], _places(frames), "country code")
        case "groups":
            return _none_known(cell.split(";"), _groups(frames), "country group")
        case "groups or places":
            return _none_known(cell.split(";"), _groups(frames) | _places(frames), "country group or country code")
        case "switch":
            return _switch(cell, frames)
        case "limit":
            return _limit(cell, frames)
        case "limit name":
            place = cell.partition(":")[2]
            return _none_known([place], _places(frames), "country code") if ":" in cell else None
        case _:
            raise AssertionError(kind)


def _is_number(cell: str) -> bool:
    try:
        number = float(cell)
    except ValueError:
        return False
    return math.isfinite(number) and number >= 0


def _none_of(cells: list[str], words: list[str]) -> str | None:
    return None if set(cells) <= set(words) else f"is none of {', '.join(words)}"


def _none_known(cells: list[str], known: set[str], what: str) -> str | None:
    strange = [each for each in cells if each not in known]
    return f"holds an unknown {what}: {', '.join(map(repr, strange))}" if strange else None


def _places(frames: Mapping[str, pd.DataFrame]) -> set[str]:
    return set(frames["countries"]["iso2"])


def _groups(frames: Mapping[str, pd.DataFrame]) -> set[str]:
    """The groups in which any place stands on any day, and the tiers."""
    countries = frames["countries"]
    groups = {each for cell in countries["groups"].unique() for each in cell.split(";")} - {""}
    return groups | {TIER + each for each in countries["diffusion_tier"].unique() if each}


def _switch(cell: str, frames: Mapping[str, pd.DataFrame]) -> str | None:
    name, _, state = cell.partition(" ")
    known = sorted(set(frames["rule_switches"]["switch"]))
    if name in known and state in ("on", "off"):
        return None
    return f"is no switch; write one of {', '.join(known)}, then on or off"


def _limit(cell: str, frames: Mapping[str, pd.DataFrame]) -> str | None:
    side, _, name = cell.partition(" ")
    known = sorted({each.partition(":")[0] for each in frames["tpp_limits"]["limit"]})
    if side in ("over", "within") and name in known:
        return None
    return f"is no ceiling; write over or within, then one of {', '.join(known)}"
