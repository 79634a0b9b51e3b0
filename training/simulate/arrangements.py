"""An arrangement says who stands where in a deal: consignee, end user, payer. It treats all deals alike."""

import numpy as np
import pandas as pd

from training.simulate import names
from training.simulate.buyers import restricted
from training.simulate.carriage import carriage, pick
from training.simulate.deals import happens
from training.simulate.draws import Places, Words, among, chance, choose
from training.simulate.ways import paper_users
from training.simulate.world import World

NOBODY = -1
SPREAD = 7919  # a prime, so that neighbours in the list of firms do not share their customers
OWN = ("own_site", "own_office", "own_warehouse", "colocation")
PLACE_TYPE = {
    "own_site": "data_centre",
    "colocation": "data_centre",
    "own_office": "office",
    "own_warehouse": "warehouse",
    "end_customer": "data_centre",
    "forwarder": "forwarder",
    "free_zone": "free_zone",
    "trader": "warehouse",
}


def arrange(
    world: World,
    rng: np.random.Generator,
    deals: pd.DataFrame,
    rates: pd.DataFrame,
    firms: pd.DataFrame,
    fleet: pd.DataFrame,
) -> pd.DataFrame:
    """The deals with `ship_to` and `payer` resolved into names, addresses and countries."""
    deals = _customers(world, rng, deals, rates, firms)
    deals = _consignees(world, rng, deals, firms, fleet)
    deals = _payers(world, rng, deals, firms)
    return carriage(world, rng, deals, rates, fleet)


def _customers(
    world: World, rng: np.random.Generator, deals: pd.DataFrame, rates: pd.DataFrame, firms: pd.DataFrame
) -> pd.DataFrame:
    """The firm that will use the goods: the buyer itself, a reseller's customer, a ring's paper firm, or unknown."""
    mine = firms.iloc[deals["firm"]]
    channel = mine["group"].isin(["channel", "office"]).to_numpy()
    outward = (deals["ship_to"] == "end_customer").to_numpy()
    customer = _end_customers(world, rng, mine, firms)
    paper = paper_users(rng, deals, firms)
    customer = np.where(paper >= 0, paper, customer)
    user = np.where(channel | (paper >= 0), customer, deals["firm"].to_numpy())
    straw = (deals["method"] == "straw").to_numpy()
    for_itself = straw | (channel & ~outward & (paper < 0) & happens(rng, rates, "own_use"))
    user = np.where(for_itself, deals["firm"], user)
    unnamed = ((channel & ~outward) | (paper >= 0)) & happens(rng, rates, "end_user_unknown")
    stock = channel & ~outward & happens(rng, rates, "stock")
    user = np.where(unnamed | stock, NOBODY, user)
    return deals.assign(customer=customer, user=user, stock=stock, on_paper=paper >= 0)


def _end_customers(world: World, rng: np.random.Generator, mine: pd.DataFrame, firms: pd.DataFrame) -> Places:
    """Another honest firm for each deal, mostly in the buyer's country; a buying office serves sites abroad.

    A channel firm serves a few customers of its own.
    """
    users = firms[(firms["ring"] == NOBODY) & firms["group"].isin(["operator", "enterprise"])]
    free = users[~restricted(world, users).to_numpy() | (users["licence"] != "").to_numpy()]
    everywhere = free.index.to_numpy()
    by_country = {str(country): part.to_numpy() for country, part in free.groupby("country").groups.items()}
    abroad = chance(rng, np.where(mine["group"] == "office", 0.9, 0.1), len(mine))  # assumption
    few = world.rates["buyers"]["end_customers"]
    own = SPREAD * (few * mine.index.to_numpy(dtype=np.int64) + rng.integers(0, few, len(mine)))
    drawn = everywhere[own % len(everywhere)]
    for country, local in by_country.items():
        here = ~abroad & (mine["country"] == country).to_numpy()
        drawn[here] = local[own[here] % len(local)]
    return np.asarray(drawn, dtype=np.int64)


def _consignees(
    world: World, rng: np.random.Generator, deals: pd.DataFrame, firms: pd.DataFrame, fleet: pd.DataFrame
) -> pd.DataFrame:
    """Name, address and country of the last party named for delivery."""
    ship_to, size = deals["ship_to"].to_numpy(dtype=object), len(deals)
    theirs = (ship_to == "end_customer") | (deals["on_paper"] & (deals["method"] == "paper")).to_numpy()
    holder = firms.iloc[np.where(theirs, deals["customer"], deals["firm"])]
    country = _delivery_countries(world, rng, deals, holder)
    moved = country != holder["country"].to_numpy()
    hall = names.addresses(rng, world, country, among(rng, ("Colocation Hall 1, ", "Data Park 9, ", "Cage 14, "), size))
    address = _own_addresses(ship_to, holder)
    address = np.where((ship_to == "colocation") | (moved & np.isin(ship_to, [*OWN, "end_customer"])), hall, address)
    carrier = pick(rng, fleet, country, np.where(ship_to == "free_zone", 4, 2), np.where(ship_to == "free_zone", 5, 4))
    stem = names.stems(rng, size)
    trader = names.companies(rng, world, stem, np.full(size, "trader", dtype=object), country)
    outside = np.isin(ship_to, ["forwarder", "free_zone"])
    name = np.where(outside, fleet["name"].to_numpy()[carrier], np.where(ship_to == "trader", trader, holder["name"]))
    address = np.where(outside, fleet["address"].to_numpy()[carrier], np.where(ship_to == "trader", hall, address))
    place = np.array([PLACE_TYPE[word] for word in ship_to], dtype=object)
    return deals.assign(consignee=name, consignee_address=address, destination=country, place=place, moved=moved)


def _delivery_countries(world: World, rng: np.random.Generator, deals: pd.DataFrame, holder: pd.DataFrame) -> Words:
    """The holder's country, a site abroad of a large group, or that of a forwarder that waits for the goods."""
    size, home = len(deals), holder["country"].to_numpy(dtype=object)
    rate = np.array([world.rates["buyers"]["sites_abroad"].get(kind, 0.0) for kind in holder["kind"]])
    honest = (deals["ring"] == NOBODY).to_numpy()
    own = np.isin(deals["ship_to"].to_numpy(dtype=object), OWN)
    licensed = world.rates["buyers"]["licensed"]["countries"]
    sites = {place: share for place, share in world.rates["buyers"]["countries"].items() if place not in licensed}
    country = np.where(honest & own & chance(rng, rate, size), choose(rng, sites, size), home)
    waits = ~own & (deals["ship_to"] != "end_customer").to_numpy()
    sends = ((deals["method"] == "forwarder").to_numpy() & ((home == "US") | chance(rng, 0.3, size))) | (
        honest & chance(rng, 0.15, size) & ~np.isin(home, licensed)
    )
    return np.where(waits & sends, choose(rng, world.rates["rings"]["forwarder"]["via"], size), country)


def _own_addresses(ship_to: Words, holder: pd.DataFrame) -> Words:
    """The holder's site, warehouse or office."""
    site, store, office = (holder[name].to_numpy(dtype=object) for name in ("site_address", "warehouse", "address"))
    operator = holder["group"].to_numpy() == "operator"
    at_site = (ship_to == "own_site") | ((ship_to == "end_customer") & operator)
    return np.where(at_site, site, np.where(ship_to == "own_warehouse", store, office))


def _payers(world: World, rng: np.random.Generator, deals: pd.DataFrame, firms: pd.DataFrame) -> pd.DataFrame:
    """Name and country of the account that pays."""
    mine = firms.iloc[deals["firm"]]
    role = deals["payer"].to_numpy(dtype=object)
    role = np.where((role == "parent") & (mine["parent"] == "").to_numpy(), "self", role)
    parent_home = np.where(mine["parent_country"] == "", mine["country"], mine["parent_country"])
    user = firms.iloc[deals["customer"].to_numpy()]
    country = np.select(
        [role == "self", role == "parent", role == "customer"],
        [mine["country"], parent_home, user["country"]],
        mine["banks_in"],
    ).astype(object)
    name = np.select(
        [role == "self", role == "parent", role == "customer"],
        [mine["name"], mine["parent"], user["name"]],
        mine["banker"],
    )
    return deals.assign(payer_role=role, payer_name=name.astype(object), payer_country=country)
