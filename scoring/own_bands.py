"""Bands fitted to the user's own orders: kept in the home, and used only with the model they were fitted for."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from scoring.atomic import whole_file
from scoring.champion import FORMAT, Chosen, stored
from scoring.model import ModelRefused, digest

NAME = "bands.json"
AGAIN = "run 'diversion calibrate' again"


@dataclass(frozen=True)
class OwnBands:
    """Margins at which elevated, high and critical begin, for which model, and which orders they come from.

    `orders` with a date from `first` to `last`, in `weeks` weeks that have any; `before` are the thresholds of the
    model itself. `fingerprint` is the sha256 of the order file, `customers` of the customer file, empty without one.
    """

    model_version: str
    model_sha256: str
    thresholds: tuple[float, float, float]
    before: tuple[float, float, float]
    capacity_per_week: float
    orders: int
    weeks: int
    first: str
    last: str
    fingerprint: str
    customers: str

    @property
    def mark(self) -> str:
        """What `model_version` of every result carries."""
        return f"bands-{hashlib.sha256(_text(self).encode()).hexdigest()[:8]}"

    def origin(self) -> str:
        """Where the bands come from, in one clause."""
        return (
            f"fitted to {self.orders:,} of your own orders of {self.first} to {self.last}, "
            f"{self.capacity_per_week:g} a week to review"
        )


def save(bands: OwnBands, home: Path) -> Path:
    """Writes the bands whole or not at all, and says where; raises OSError when the place cannot be written."""
    home.mkdir(parents=True, exist_ok=True)
    place = home / NAME
    with whole_file(place) as temporary:
        temporary.write_text(_text(bands), encoding="utf-8", newline="\n")
    return place


def load(home: Path) -> OwnBands | None:
    """The bands of the home, or None; raises ModelRefused when the file is damaged or newer."""
    place = home / NAME
    found = stored(place, frozenset(OwnBands.__annotations__), f"delete it and {AGAIN}")
    if found is None:
        return None
    try:
        entries: dict[str, Any] = {name: found[name] for name in OwnBands.__annotations__}
        ends = {name: _rising(entries[name]) for name in ("thresholds", "before")}
        return OwnBands(**{**entries, **ends})
    except (TypeError, ValueError) as fault:
        raise ModelRefused(f"{place} is damaged ({fault}): restore it, or delete it and {AGAIN}") from fault


def with_own_bands(choice: Chosen, home: Path, customers: bool) -> Chosen:
    """The chosen model with the bands of the home, when they were fitted for it; else as it is, and it says why.

    `customers`: whether a customer file is given; bands fitted with one stand too low for orders without.
    """
    bands = load(home)
    if bands is None:
        return _told(choice, "bands of the model: not fitted to your orders ('diversion calibrate' does it)")
    if bands.model_sha256 != digest(choice.folder):
        return _told(choice, f"bands fitted for another model ({bands.model_version}) are not used: {AGAIN}")
    model = replace(choice.model, thresholds=bands.thresholds, own_bands=bands.mark)
    unlike = "" if customers == bool(bands.customers) else _unlike(bool(bands.customers))
    return _told(replace(choice, model=model), f"bands {bands.origin()} ({bands.mark}){unlike}")


def _unlike(fitted_with: bool) -> str:
    given, now = ("with", "none is") if fitted_with else ("without", "one is")
    return f"; fitted {given} a customer file, {now} given now: the queue may be longer or shorter than its capacity"


def _told(choice: Chosen, bands: str) -> Chosen:
    return replace(choice, said=f"{choice.said}\n{bands}", bands=bands)


def _rising(ends: Any) -> tuple[float, float, float]:
    elevated, high, critical = map(float, ends)
    if not (math.isfinite(elevated + high + critical) and elevated <= high <= critical):
        raise ValueError("three rising thresholds are wanted")
    return elevated, high, critical


def _text(bands: OwnBands) -> str:
    return json.dumps({"format": FORMAT, **asdict(bands)}, indent=1, sort_keys=True) + "\n"
