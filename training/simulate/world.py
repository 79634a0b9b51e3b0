"""Rates, places and parts come from the files beside this one; prices of chips from the reference table."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from features.reference import tables

HERE = Path(__file__).parent


@dataclass(frozen=True)
class World:
    """What is fixed before the first draw: rates, places, phrases, and the sellers' parts with a price range a unit."""

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
def world() -> World:
    """The world as its files state it."""
    rates = tomllib.loads((HERE / "world.toml").read_text(encoding="utf-8"))
    places = pd.read_csv(HERE / "places.csv", dtype=str, keep_default_na=False).set_index("country")
    phrases = pd.read_csv(HERE / "phrases.csv", dtype=str, keep_default_na=False)
    return World(rates, places, _parts(), phrases)


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
