"""Listed parties are hidden state: no file of the book holds a list; address, owner and earlier name give them away."""

import numpy as np
import pandas as pd

from training.simulate import names
from training.simulate.draws import Places, Words, among, chance, choose
from training.simulate.world import World

OWNER_HOME = "CN"  # assumption: where the listed owner of an affiliate abroad sits


def listed(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Invented listed parties, the same number in every country that has some: name, stem, country, address."""
    told = world.rates["rings"]["alias"]
    countries = np.repeat(np.array(sorted(told["countries"]), dtype=object), told["parties"])
    stem = names.stems(rng, len(countries))
    kinds = choose(rng, told["kinds"], len(countries))
    name = names.companies(rng, world, stem, kinds, countries)
    address = names.addresses(rng, world, countries, among(rng, ("", "Block 2, ", "Building 8, "), len(countries)))
    return pd.DataFrame({"name": name, "stem": stem, "country": countries, "address": address}, dtype=object)


def affiliates(world: World, rng: np.random.Generator, firms: pd.DataFrame, parties: pd.DataFrame) -> pd.DataFrame:
    """Firms made into a listed party's new name, its affiliate or its ship-to address, each known by a few facts."""
    told, size = world.rates["rings"]["alias"], len(firms)
    way = choose(rng, told["ways"], size)
    owned = way == "owned"
    party = parties.iloc[_party_of(rng, np.where(owned, OWNER_HOME, firms["country"]).astype(object), parties)]
    name, place = party["name"].to_numpy(dtype=object), party["address"].to_numpy(dtype=object)
    told_name = (way == "renamed") & chance(rng, told["known_name"], size)
    told_stake = owned & chance(rng, told["known_stake"], size)
    told_link = chance(rng, told["known_link"], size)
    return firms.assign(
        address=np.where(way == "renamed", place, firms["address"]),
        site_address=np.where(owned, firms["site_address"], place),
        warehouse=np.where(way == "address", place, firms["warehouse"]),
        other_names=np.where(told_name, name, firms["other_names"]),
        stake=np.where(told_stake, rng.integers(26, 101, size), firms["stake"]),
        link=np.where(told_link, "confirmed", firms["link"]),
        parent=np.where(owned, name, firms["parent"]),
        parent_country=np.where(owned, OWNER_HOME, firms["parent_country"]),
    )


def bystanders(world: World, rng: np.random.Generator, firms: pd.DataFrame, parties: pd.DataFrame) -> pd.DataFrame:
    """Honest firms, of which some are tenants of a listed party's building and some have it as a small shareholder."""
    told, size = world.rates["buyers"], len(firms)
    home = firms["country"].isin(parties["country"]).to_numpy()
    near = home & chance(rng, told["listed_neighbour"], size)
    party = _party_of(rng, np.where(home, firms["country"], OWNER_HOME).astype(object), parties)
    place = "Unit 7, " + parties["address"].to_numpy(dtype=object)[party]
    holds = chance(rng, told["listed_minority"], size)
    return firms.assign(
        address=np.where(near, place, firms["address"]),
        stake=np.where(holds, rng.integers(1, 25, size), firms["stake"]),
    )


def _party_of(rng: np.random.Generator, countries: Words, parties: pd.DataFrame) -> Places:
    """The place of a listed party of each country."""
    start = parties.groupby("country").head(1)
    first = dict(zip(start["country"], start.index, strict=True))
    each = int(len(parties) / len(start))
    return np.array([first[country] for country in countries], dtype=np.int64) + rng.integers(0, each, len(countries))
