"""Diverters work in rings with a customer in China or another barred country; each ring sets up or buys its companies.

A ring never looks at what a screening measures: it chooses what works, costs little and passes for trade. Careful rings
buy old companies, prepare papers and pay from accounts at home. What a ring does after a refusal stands in `agents.py`.
"""

import numpy as np
import pandas as pd

from training.simulate import names
from training.simulate.days import later
from training.simulate.draws import Places, Truths, Words, around, chance, choose, choose_each
from training.simulate.firms import YEAR, found
from training.simulate.listed import affiliates
from training.simulate.world import World

SPARE = 2
"""Companies a ring can come to after those it starts with: one more of its kind, then an old one that it buys."""

FURTHER = {"forwarder": "paper", "paper": "paper", "successor": "before"}
"""A company beside the buyers: an end user that stands on paper only, or the customer that stopped before."""


BUYERS = ("buyer", "next", "bought")
SET_UP = (
    *("free_mail", "no_website", "shared_office", "foreign_phone", "group_mail", "renamed", "foreign_group"),
    *("letter_box", "home", "site_too_small", "tenant_restricted", "rumour", "tells_owner"),
)


def rings(world: World, rng: np.random.Generator, deals: int) -> pd.DataFrame:
    """One row a ring: method, care, months of activity, number of deals (which sum to `deals`) and of companies."""
    told, span = world.rates["rings"], (world.end - world.start).days
    size = max(1, round(deals / world.rates["book"]["orders_per_ring"]))
    begin = rng.random(size) * (span - 100)
    rate = told["careful_start"] + (told["careful_end"] - told["careful_start"]) * begin / span
    months = rng.uniform(told["months_active"][0], told["months_active"][1], size)
    method = choose(rng, told["methods"], size)
    share = rng.dirichlet(np.full(size, 1.6))
    plans = pd.DataFrame(
        {
            "method": method,
            "careful": chance(rng, rate, size),
            "begin": world.start + pd.to_timedelta(np.floor(begin), unit="D"),
            "finish": world.start + pd.to_timedelta(np.floor(np.minimum(begin + months * 30.4, span)), unit="D"),
            "deals": rng.multinomial(deals, share),
            "companies": 1 + rng.choice(3, size=size, p=told["companies"]),
            "conceals": chance(rng, [told["also_conceals"][name] for name in method], size),
        }
    )
    on_paper = (method == "paper").astype(bool)
    return plans.assign(
        borrows=on_paper & chance(rng, told["paper"]["borrows"], size),
        related=on_paper & chance(rng, told["paper"]["related"], size),
    )


def companies(world: World, rng: np.random.Generator, plans: pd.DataFrame, parties: pd.DataFrame) -> pd.DataFrame:
    """The rings' companies, one row each in the shape of `firms.found`: first those it starts with.

    All are dated as if used from the ring's first day; `agents` moves those that come later.
    """
    further = plans["method"].map(FURTHER).fillna("").to_numpy(dtype=object)
    count = plans["companies"].to_numpy() + SPARE + (further != "")
    ring = np.repeat(np.arange(len(plans)), count)
    mine = plans.iloc[ring].reset_index(drop=True)
    order = mine.groupby(ring).cumcount().to_numpy().astype(np.int64)
    held = mine["companies"].to_numpy()
    role = np.select([order < held, order == held, order == held + 1], ["buyer", "next", "bought"], further[ring])
    role = role.astype(object)
    kinds, country = _trades(world, rng, mine, role, order, ring)
    firms = found(world, rng, kinds, country, _habits(world, mine))
    firms = _dressed(world, rng, _paid(world, rng, firms, mine), mine, role)
    firms = _tied(world, rng, firms, mine, ring, role)
    alias = ((mine["method"] == "alias").to_numpy()) & np.isin(role, BUYERS)
    firms.loc[alias] = affiliates(world, rng, firms[alias], parties)
    licence = "D" + pd.Series(rng.integers(1_000_000, 1_999_999, len(ring))).astype(str)
    return firms.assign(
        ring=ring, paper=role == "paper", before=role == "before", licence=licence.where(role == "before", "")
    )


def _trades(
    world: World, rng: np.random.Generator, mine: pd.DataFrame, role: Words, order: Places, ring: Places
) -> tuple[Words, Words]:
    """Kind and country of each company; the companies of a ring mostly sit in one country."""
    told, method = world.rates["rings"], mine["method"].to_numpy(dtype=object)
    kinds = choose_each(rng, method, {name: told[name]["kinds"] for name in told["methods"]})
    country = choose_each(rng, method, {name: told[name]["countries"] for name in told["methods"]})
    country = np.where((order > 0) & (rng.random(len(ring)) < 0.7), country[_first(ring)], country)
    for name, users in (("forwarder", told["front"]["kinds"]), ("paper", told["paper"]["users"])):
        on_paper = (role == "paper") & (method == name)
        kinds[on_paper] = choose(rng, users, int(on_paper.sum()))
        country[on_paper] = choose(rng, told[name]["via"], int(on_paper.sum()))
    stopped = role == "before"
    country[stopped] = choose(rng, told["successor"]["before"], int(stopped.sum()))
    return kinds, country


def _first(ring: Places) -> Places:
    """The place of each ring's first company."""
    return np.searchsorted(ring, ring)


def _habits(world: World, mine: pd.DataFrame) -> pd.DataFrame:
    """Rates of setting up a company: careful rings get a website, an office and a stated site."""
    told = world.rates["rings"]["conduct"]
    careful = mine["careful"].to_numpy().astype(int)
    habits = pd.DataFrame({name: np.array(told[name])[careful] for name in SET_UP})
    empty = (mine["method"] == "paper").to_numpy() * world.rates["rings"]["paper"]["no_power"]
    blank = np.maximum(1 - np.array(told["mw_stated"])[careful], empty)
    return habits.assign(mw_blank=blank)


def _paid(world: World, rng: np.random.Generator, firms: pd.DataFrame, mine: pd.DataFrame) -> pd.DataFrame:
    """Who pays a company's orders for its ring: its own account, or one stranger near the customer or at home."""
    told, size = world.rates["rings"], len(firms)
    own = np.array([told[method]["own_account"] for method in mine["method"]], dtype=float)
    usual = chance(rng, np.array(told["conduct"]["stranger_pays"])[mine["careful"].astype(int)], size)
    stranger = ~chance(rng, own, size) & (usual | (mine["method"] == "payer").to_numpy())
    place = choose(rng, told["money"], size)
    place = np.where(place == "home", firms["country"], place).astype(object)
    trader = names.companies(rng, world, names.stems(rng, size), np.full(size, "trader", dtype=object), place)
    return firms.assign(pays=np.where(stranger, "stranger", "self"), banks_in=place, banker=trader)


def _dressed(
    world: World, rng: np.random.Generator, firms: pd.DataFrame, mine: pd.DataFrame, role: Words
) -> pd.DataFrame:
    """New companies are founded weeks to years before their first order; the bought ones keep their old date."""
    size, told = len(firms), world.rates["rings"]
    begin, (youngest, oldest) = mine["begin"].dt.normalize(), told["adapts"]["bought_age"]
    rate = np.where(np.isin(role, ("before", "bought")), 0.0, [told[name]["new_company"] for name in mine["method"]])
    wait = rng.integers(25, 420, size) + np.where(chance(rng, told["aged_new"], size), rng.integers(300, 1000, size), 0)
    old = firms["founded"].where(firms["founded"] < begin - 2 * YEAR, begin - 3 * YEAR)
    age = pd.to_timedelta(np.floor(365.25 * rng.uniform(youngest, oldest, size)), unit="D")
    old = old.where(pd.Series(role != "bought"), begin - age)
    is_new = pd.Series(chance(rng, rate, size))
    founded = old.dt.normalize().where(~is_new, begin - pd.to_timedelta(wait, unit="D"))
    soonest, latest = told["adapts"]["opened"]
    spare = np.isin(role, ("next", "bought"))
    open_for = np.where(spare, rng.integers(soonest, latest, size), rng.integers(2, 120, size))
    since = begin - pd.to_timedelta(open_for, unit="D")
    lasting = (~is_new & chance(rng, told["old_account"], size) & np.isin(role, BUYERS)) | (role == "before")
    since = since.where(~lasting, since - pd.to_timedelta(rng.integers(150, 1500, size), unit="D"))
    people = np.ceil(around(rng, 9, 0.9, size))
    real = (mine["method"] == "operator").to_numpy() | ~is_new.to_numpy()
    return firms.assign(
        founded=founded,
        since=later(since, founded),
        active_from=since,
        people=np.where(real, firms["people"], people),
        revenue=np.where(real, firms["revenue"], (people * 90_000).round(-3)),
        openness=np.array(told["conduct"]["openness"])[mine["careful"].astype(int)] * rng.uniform(0.7, 1.3, size),
        new=is_new,
        lasting=lasting,
    )


def _tied(
    world: World, rng: np.random.Generator, firms: pd.DataFrame, mine: pd.DataFrame, ring: Places, role: Words
) -> pd.DataFrame:
    """What a ring's companies have in common: contact, the usual part, the owner of a paper end user."""
    told, first = world.rates["rings"], _first(ring)
    count = int(ring[-1]) + 1 if len(ring) else 0
    after = chance(rng, told["successor"]["shares_before"], count)[ring] & (mine["method"] == "successor").to_numpy()
    shared: Truths = (chance(rng, told["shares_contact"], count)[ring] & np.isin(role, BUYERS)) | after
    for way in ("phone", "mail"):
        own = firms[way].to_numpy(dtype=object)
        firms[way] = np.where(shared, own[first], own)
    owner = (mine["related"].to_numpy(dtype=bool)) & (role != "before")
    parent = np.array(firms["stem"] + " Holdings", dtype=object)[first]
    return firms.assign(
        taste=firms["taste"].to_numpy()[first],
        parent=np.where(owner, parent, firms["parent"]),
        parent_country=np.where(owner, firms["country"].to_numpy()[first], firms["parent_country"]),
    )
