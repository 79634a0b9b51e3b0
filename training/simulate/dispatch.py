"""How goods are announced and carried: notify party, ports, carrier and the filing with customs."""

import numpy as np
import pandas as pd

from training.simulate import names
from training.simulate.deals import happens
from training.simulate.draws import Words, among, chance, choose, choose_each
from training.simulate.world import World

CARRIERS = {
    "air": ("Norvane Air Cargo", "Lumen Pacific Airways", "Brisk Aero Freight", "Celandine Air", "Ostrava Sky Cargo"),
    "sea": ("Marlin Straits Line", "Teal Harbour Shipping", "Quay North Lines"),
    "road": ("Harrow Road Haulage", "Kestrel Trucking", "own truck"),
}
TOLD = {"forwarder": 0.50, "consignee": 0.30, "buyer": 0.20}  # assumption: who else is told of arrival


def dispatch(
    world: World, rng: np.random.Generator, deals: pd.DataFrame, rates: pd.DataFrame, firms: pd.DataFrame, mode: Words
) -> pd.DataFrame:
    """Notify party, ports, carrier and filing option of each order; blank where goods stay in the country."""
    size, export = len(deals), deals["export"].to_numpy()
    home = np.array(world.rates["sellers"]["countries"], dtype=object)[deals["seller"]]
    late = happens(rng, rates, "post_departure")
    cells: dict[str, Words] = {
        "notify_party_name": _notified(world, rng, deals, rates, firms),
        "port_of_export": _ports(world, rng, home, "ports"),
        "port_of_unlading": _unlading(world, rng, deals, rates),
        "filing_option": np.where(home == "US", np.where(late, "4", "2"), "").astype(object),
    }
    abroad = {name: np.where(export, cell, "") for name, cell in cells.items()}
    carrier = choose_each(rng, mode, {name: dict.fromkeys(lines, 1.0) for name, lines in CARRIERS.items()})
    blank = ~export & chance(rng, 0.6, size)  # assumption
    return pd.DataFrame({**abroad, "carrier_name": np.where(blank, "", carrier)}, index=deals.index)


def _notified(
    world: World, rng: np.random.Generator, deals: pd.DataFrame, rates: pd.DataFrame, firms: pd.DataFrame
) -> Words:
    """The forwarder, the consignee or the buyer; or an agent, broker or bank that stands nowhere else."""
    size, place = len(deals), deals["destination"].to_numpy(dtype=object)
    role = choose(rng, TOLD, size)
    known = np.select(
        [(role == "forwarder") & (deals["forwarder"] != "").to_numpy(), role == "buyer"],
        [deals["forwarder"], firms["name"].to_numpy(dtype=object)[deals["firm"]]],
        deals["consignee"],
    )
    kinds = choose(rng, {"forwarder": 0.5, "trader": 0.3, "financier": 0.2}, size)  # assumption
    other = names.companies(rng, world, names.stems(rng, size), kinds, place)
    return np.where(happens(rng, rates, "stranger_notified"), other, known).astype(object)


def _unlading(world: World, rng: np.random.Generator, deals: pd.DataFrame, rates: pd.DataFrame) -> Words:
    """A port of the destination; of a neighbour that serves it; or where the goods change planes."""
    place, size = deals["destination"].to_numpy(dtype=object), len(deals)
    near = np.where(
        happens(rng, rates, "far_port"), _ports(world, rng, place, "gateways"), _ports(world, rng, place, "ports")
    )
    way = np.where(deals["transit"] == "", deals["destination"], deals["transit"]).astype(object)
    stops = (deals["transit"] != "").to_numpy() & chance(
        rng, 0.25, size
    )  # assumption: clerks that write the first port
    return np.where(stops, _ports(world, rng, way, "ports"), near).astype(object)


def _ports(world: World, rng: np.random.Generator, countries: Words, column: str) -> Words:
    """A port of each country, or of a neighbour that serves it."""
    known = {place: world.places.loc[place, column].split(";") for place in sorted(set(countries))}
    draws = rng.integers(0, 1 << 30, len(countries))
    return np.array(
        [known[place][draw % len(known[place])] for place, draw in zip(countries, draws, strict=True)], dtype=object
    )


def telephone(rng: np.random.Generator, phones: "pd.Series", rate: float) -> Words:
    """The buyer's number, sometimes as dialled at home: without the country's code."""
    local = "0" + phones.str.split(" ", n=1).str[1].str.replace(" ", among(rng, ("-",), 1)[0])
    return np.where(chance(rng, rate, len(phones)), local, phones).astype(object)
