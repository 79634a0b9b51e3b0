"""Forwarders carry nearly all honest exports; some goods change planes in a third country, whoever sends them."""

import numpy as np
import pandas as pd

from training.simulate import names
from training.simulate.deals import happens
from training.simulate.draws import Places, Truths, Words, chance, choose, choose_each
from training.simulate.world import World

ASIA = ("CN", "HK", "MO", "JP", "KR", "TW", "SG", "MY", "TH", "VN", "ID", "PH", "IN", "AU", "NZ")
WAYPOINTS = {  # assumption: where cargo changes planes between regions
    "asia": {"HK": 0.20, "TW": 0.22, "KR": 0.20, "JP": 0.16, "SG": 0.22},
    "west": {"NL": 0.30, "DE": 0.34, "GB": 0.20, "AE": 0.10, "TR": 0.06},
}


def forwarders(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Forwarders by country: two large ones a country, and small or free-zone ones; address and name of each."""
    countries = np.repeat(np.array(world.places.index, dtype=object), 5)
    stem = names.stems(rng, len(countries))
    stem = np.where(np.arange(len(stem)) % 5 < 2, stem[np.arange(len(stem)) % 5], stem)  # two work everywhere
    name = names.companies(rng, world, stem, np.full(len(stem), "forwarder", dtype=object), countries)
    lead = np.where(np.arange(len(stem)) % 5 == 4, "Free Zone Block C, ", "Cargo Terminal, ").astype(object)
    return pd.DataFrame(
        {"name": name, "country": countries, "address": names.addresses(rng, world, countries, lead)}, dtype=object
    )


def carriage(
    world: World, rng: np.random.Generator, deals: pd.DataFrame, rates: pd.DataFrame, fleet: pd.DataFrame
) -> pd.DataFrame:
    """Forwarder, intermediate consignee and the country where the goods change planes."""
    size, home = len(deals), np.array(world.rates["sellers"]["countries"], dtype=object)[deals["seller"]]
    destination = deals["destination"].to_numpy(dtype=object)
    export = home != destination
    seat = np.where(happens(rng, rates, "routed") & export, destination, home).astype(object)
    large = chance(rng, 0.72, size)  # assumption: the two forwarders that work everywhere
    carrier = pick(rng, fleet, seat, np.where(large, 0, 2), np.where(large, 2, 4))
    used: Truths = happens(rng, rates, "forwarder_used") & (export | chance(rng, 0.35, size))
    region = np.where(np.isin(destination, ASIA), "asia", "west").astype(object)
    way = choose_each(rng, region, WAYPOINTS)
    theirs = (deals["ring"] >= 0).to_numpy() & ~deals["other_forwarder"].to_numpy(dtype=bool)
    way = np.where(theirs, choose(rng, world.rates["rings"]["transit"], size), way).astype(object)
    via = happens(rng, rates, "third_transit") & export & (way != destination) & (way != home)
    middle = used & happens(rng, rates, "forwarder_as_intermediate") & export
    name, place = fleet["name"].to_numpy()[carrier], fleet["country"].to_numpy()[carrier]
    return deals.assign(
        export=export,
        forwarder=np.where(used, name, ""),
        forwarder_country=np.where(used, place, ""),
        forwarder_address=np.where(used, fleet["address"].to_numpy()[carrier], ""),
        middle=np.where(middle, name, ""),
        middle_country=np.where(middle, np.where(via, way, place), ""),
        transit=np.where(via, way, ""),
        routed=(seat == destination) & export,
    )


def pick(rng: np.random.Generator, fleet: pd.DataFrame, countries: Words, low: Places, high: Places) -> Places:
    """A forwarder of each country, from the given part of its five."""
    start = {country: place for place, country in zip(range(0, len(fleet), 5), fleet["country"][::5], strict=True)}
    base = np.array([start[country] for country in countries], dtype=np.int64)
    return np.asarray(base + rng.integers(low, high), dtype=np.int64)
