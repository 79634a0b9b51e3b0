"""Rates, places and parts come from the files beside this one; prices of chips from the reference table.

A world other than `home` is home with some rates changed; it states these alone (`[worlds.NAME]` of world.toml).
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from features.reference import tables

HERE = Path(__file__).parent
HOME = "home"


class WorldRefused(Exception):
    """There is no world of that name, or it changes a rate that home does not have; names all and the remedy."""


@dataclass(frozen=True)
class World:
    """What is fixed before the first draw: rates, places, phrases, and the sellers' parts with a price range a unit."""

    name: str
    rates: Mapping[str, Any]
    places: pd.DataFrame  # index: country
    parts: pd.DataFrame
    phrases: pd.DataFrame  # one row a phrase: group of buyers, then the words in each language

    @property
    def start(self) -> pd.Timestamp:
        """The first day of the book."""
        return pd.Timestamp(self.rates["book"]["start"])

    @property
    def end(self) -> pd.Timestamp:
        """The last day of the book."""
        return pd.Timestamp(self.rates["book"]["end"])


@cache
def world(name: str = HOME) -> World:
    """The world of that name as the files state it; raises WorldRefused."""
    told = tomllib.loads((HERE / "world.toml").read_text(encoding="utf-8"))
    others = told.pop("worlds")
    if name not in (HOME, *others):
        raise WorldRefused(f"there is no world '{name}': give one of {', '.join((HOME, *others))}")
    places = pd.read_csv(HERE / "places.csv", dtype=str, keep_default_na=False).set_index("country")
    phrases = pd.read_csv(HERE / "phrases.csv", dtype=str, keep_default_na=False)
    return World(name, changed(told, others.get(name, {}), name), places, _parts(), phrases)


def worlds() -> tuple[str, ...]:
    """The worlds that world.toml states, home first."""
    return (HOME, *tomllib.loads((HERE / "world.toml").read_text(encoding="utf-8"))["worlds"])


def changed(home: Mapping[str, Any], changes: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Home's rates with a world's own in their place; raises WorldRefused naming every rate that home lacks.

    >>> changed({"book": {"growth": 0.35}}, {"book": {"growth": 0.1}}, "calm")
    {'book': {'growth': 0.1}}
    >>> changed({"book": {"growth": 0.35}}, {"book": {"grwth": 0.1}}, "calm")
    Traceback (most recent call last):
    training.simulate.world.WorldRefused: world.toml, world 'calm': home has no such rate: book.grwth; correct it there
    """
    wrong = list(_unknown(home, changes, ""))
    if wrong:
        raise WorldRefused(f"world.toml, world '{name}': home has no such rate: {', '.join(wrong)}; correct it there")
    return _merged(home, changes)


def _unknown(home: Mapping[str, Any], changes: Mapping[str, Any], above: str) -> Iterator[str]:
    """The dotted names of changes that are no rate at home, or one of another shape."""
    for key, value in changes.items():
        if key not in home or _shape(value) != _shape(home[key]):
            yield f"{above}{key}"
        elif isinstance(value, Mapping):
            yield from _unknown(home[key], value, f"{above}{key}.")


def _shape(value: object) -> object:
    """What a rate and its change must have in common: both tables, lists of one length, words, or numbers."""
    if isinstance(value, list):
        return len(value)
    return next((kind for kind in (Mapping, str) if isinstance(value, kind)), float)


def _merged(home: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    mixed = {key: _merged(home[key], each) for key, each in changes.items() if isinstance(each, Mapping)}
    return {**home, **changes, **mixed}


def _parts() -> pd.DataFrame:
    """Parts with the months in which they are sold, and the price range of one unit in USD."""
    parts = pd.read_csv(HERE / "parts.csv", dtype=str, keep_default_na=False)
    numbers = {name: pd.to_numeric(parts[name]) for name in ("chips", "weight", "low", "high", "kg")}
    prices = tables.load().frames["chips"].drop_duplicates("chip", keep="last").set_index("chip")
    low = pd.to_numeric(parts["chip"].map(prices["price_low_usd"]))
    high = pd.to_numeric(parts["chip"].map(prices["price_high_usd"]))
    parts = parts.assign(**numbers)
    return parts.assign(
        low=parts["low"].fillna(low * parts["chips"]).astype(float),
        high=parts["high"].fillna(high * parts["chips"]).astype(float),
        sold_from=pd.to_datetime(parts["from"], format="%Y-%m"),
        sold_to=pd.to_datetime(parts["to"], format="%Y-%m"),
    )
