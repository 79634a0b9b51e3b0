"""Diverters work in rings with a customer in China; each ring picks method, companies, money and routes for its ends.

A ring never looks at what a screening measures: it chooses what works, costs little and passes for trade. Careful rings
buy old companies, prepare papers and pay from accounts at home.
"""

import numpy as np
import pandas as pd

from training.simulate.days import later, order_days
from training.simulate.draws import Numbers, Places, Truths, Words, around, chance, choose, choose_each
from training.simulate.firms import YEAR, found
from training.simulate.world import World


def rings(world: World, rng: np.random.Generator, deals: int) -> pd.DataFrame:
    """One row a ring: method, care, months of activity, number of deals (which sum to `deals`) and of companies."""
    told, span = world.rates["rings"], (world.end - world.start).days
    size = max(1, round(deals / world.rates["book"]["orders_per_ring"]))
    begin = rng.random(size) * (span - 100)
    rate = told["careful_start"] + (told["careful_end"] - told["careful_start"]) * begin / span
    months = rng.uniform(told["months_active"][0], told["months_active"][1], size)
    share = rng.dirichlet(np.full(size, 1.6))
    return pd.DataFrame(
        {
            "method": choose(rng, told["methods"], size),
            "careful": chance(rng, rate, size),
            "begin": world.start + pd.to_timedelta(np.floor(begin), unit="D"),
            "finish": world.start + pd.to_timedelta(np.floor(np.minimum(begin + months * 30.4, span)), unit="D"),
            "deals": rng.multinomial(deals, share),
            "companies": 1 + rng.choice(3, size=size, p=told["companies"]),
        }
    )


def companies(world: World, rng: np.random.Generator, plans: pd.DataFrame) -> pd.DataFrame:
    """The rings' companies, one row each in the shape of `firms.found`: new or bought; the last one of a ring that
    ships to forwarders is the end user it names on paper.
    """
    count = plans["companies"].to_numpy() + (plans["method"] == "forwarder").to_numpy()
    ring = np.repeat(np.arange(len(plans)), count)
    mine = plans.iloc[ring].reset_index(drop=True)
    order = mine.groupby(ring).cumcount().to_numpy().astype(np.int64)
    paper = (mine["method"] == "forwarder").to_numpy() & (order == mine["companies"].to_numpy())
    method, told = mine["method"].to_numpy(dtype=object), world.rates["rings"]
    kinds = choose_each(rng, method, {name: told[name]["kinds"] for name in told["methods"]})
    country = choose_each(rng, method, {name: told[name]["countries"] for name in told["methods"]})
    kinds[paper] = choose(rng, told["front"]["kinds"], int(paper.sum()))
    country[paper] = choose(rng, told["forwarder"]["via"], int(paper.sum()))
    country = np.where((order > 0) & ~paper & (rng.random(len(ring)) < 0.7), country[_first(ring)], country)
    firms = found(world, rng, kinds, country, _habits(world, mine))
    firms = _dressed(world, rng, firms, mine, order)
    shared = chance(rng, told["shares_contact"], len(plans))[ring]
    for way in ("phone", "mail"):
        own = firms[way].to_numpy(dtype=object)
        firms[way] = np.where(shared, own[_first(ring)], own)
    return firms.assign(ring=ring, paper=paper, licence="")


def _first(ring: Places) -> Places:
    """The place of each ring's first company."""
    return np.searchsorted(ring, ring)


def _habits(world: World, mine: pd.DataFrame) -> pd.DataFrame:
    """Rates of setting up a company: careful rings get a website, an office and a stated site."""
    told = world.rates["rings"]["conduct"]
    careful = mine["careful"].to_numpy().astype(int)
    habits = pd.DataFrame(
        {name: np.array(told[name])[careful] for name in ("free_mail", "no_website", "shared_office")}
    )
    return habits.assign(mw_blank=1 - np.array(told["mw_stated"])[careful], foreign_group=0.0)


def _dressed(
    world: World, rng: np.random.Generator, firms: pd.DataFrame, mine: pd.DataFrame, order: Places
) -> pd.DataFrame:
    """New companies are founded weeks to months before their first order; the bought ones keep their old date."""
    size, told = len(firms), world.rates["rings"]
    rate = np.array([told[method]["new_company"] for method in mine["method"]])
    begin = mine["begin"] + (mine["finish"] - mine["begin"]) * (order / (mine["companies"] + 1))
    new = begin.dt.normalize() - pd.to_timedelta(rng.integers(25, 420, size), unit="D")
    old = firms["founded"].where(firms["founded"] < begin - 2 * YEAR, begin.dt.normalize() - 3 * YEAR)
    is_new = pd.Series(chance(rng, rate, size))
    founded = old.dt.normalize().where(~is_new, new)
    since = begin.dt.normalize() - pd.to_timedelta(rng.integers(2, 60, size), unit="D")
    lasting = ~is_new & chance(rng, told["old_account"], size)
    earlier = since - pd.to_timedelta(rng.integers(150, 1500, size), unit="D")
    since = since.where(~lasting, earlier)
    people = np.ceil(around(rng, 9, 0.9, size))
    real = (mine["method"] == "operator").to_numpy() | ~is_new.to_numpy()
    return firms.assign(
        founded=founded,
        since=later(since, founded),
        active_from=since,
        people=np.where(real, firms["people"], people),
        revenue=np.where(real, firms["revenue"], (people * 90_000).round(-3)),
        openness=np.array(told["conduct"]["openness"])[mine["careful"].astype(int)] * rng.uniform(0.7, 1.3, size),
    )


def diverted_deals(world: World, rng: np.random.Generator, plans: pd.DataFrame, firms: pd.DataFrame) -> pd.DataFrame:
    """The rings' deals by day: a ring goes from one company to the next, and some start small."""
    ring = np.repeat(np.arange(len(plans)), plans["deals"])
    mine = plans.iloc[ring].reset_index(drop=True)
    days = order_days(world, rng, mine["begin"], mine["finish"])
    deals = pd.DataFrame({"ring": ring, "date": days, "method": mine["method"], "careful": mine["careful"]})
    deals = deals.sort_values(["ring", "date"], kind="stable", ignore_index=True)
    rank = deals.groupby("ring").cumcount().to_numpy()
    step = np.floor(rank * mine["companies"] / np.maximum(mine["deals"], 1)).astype(int)
    start = np.searchsorted(firms["ring"].to_numpy(), ring)
    small = chance(
        rng, np.array(world.rates["rings"]["conduct"]["starts_small"])[mine["careful"].astype(int)], len(deals)
    )
    part = np.where(small, np.minimum(1.0, 0.15 + 0.25 * rank), 1.0)
    return deals.assign(firm=start + step, intent=deals["method"], item=_items(rng, len(deals)), part=part)


def _items(rng: np.random.Generator, size: int) -> Words:
    """Rings are asked for the items that cannot be had openly."""
    return choose(rng, {"a": 0.95, "b": 0.05}, size)  # assumption; all public cases are of class a


def conduct(world: World, deals: pd.DataFrame) -> pd.DataFrame:
    """A ring's rates, one column a habit, careless or careful."""
    careful = deals["careful"].to_numpy().astype(int)
    told = world.rates["rings"]["conduct"]
    return pd.DataFrame({name: np.array(pair, dtype=float)[careful] for name, pair in told.items()}).drop(
        columns="openness"
    )


def ship_to(world: World, rng: np.random.Generator, deals: pd.DataFrame) -> Words:
    """Where a ring has the goods sent."""
    told = world.rates["rings"]
    return choose_each(
        rng, deals["method"].to_numpy(dtype=object), {name: told[name]["ship_to"] for name in told["methods"]}
    )


def money(world: World, rng: np.random.Generator, deals: pd.DataFrame) -> tuple[Words, Words]:
    """Who pays a ring's order and from which country: an account at home, or a stranger near the customer."""
    told = world.rates["rings"]
    own: Numbers = np.array([told[method]["own_account"] for method in deals["method"]], dtype=float)
    stranger: Truths = ~chance(rng, own, len(deals))
    careful = deals["careful"].to_numpy().astype(int)
    stranger &= chance(rng, np.array(told["conduct"]["stranger_pays"])[careful] + 0.25, len(deals))
    return np.where(stranger, "stranger", "self"), choose(rng, told["money"], len(deals))
