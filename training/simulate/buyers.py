"""Honest buyers are drawn by kind and country; look-alikes are kinds of their own; restricted ones need a licence."""

from typing import Any

import numpy as np
import pandas as pd

from training.simulate.days import Days, earlier, later
from training.simulate.draws import Words, around, chance, choose
from training.simulate.firms import found, same_habit
from training.simulate.listed import bystanders
from training.simulate.world import World

SISTERS = 0.03  # assumption
HABITS = (
    *("mw_blank", "foreign_group", "foreign_phone", "group_mail", "renamed", "letter_box", "site_too_small"),
    *("tenant_restricted", "rumour", "tells_owner"),
)
RESTRICTED = ("CN", "HK", "MO")
ONE_COUNTRY = {"buying_office": "SG"}  # regional head offices that buy centrally


def buyers(world: World, rng: np.random.Generator, size: int, parties: pd.DataFrame) -> pd.DataFrame:
    """Honest firms, one row each, with the day from which they order and the licence they hold, if any."""
    told = world.rates["buyers"]
    kinds = choose(rng, {kind: entry["share"] for kind, entry in world.rates["kinds"].items()}, size)
    countries = choose(rng, told["countries"], size)
    for kind, country in ONE_COUNTRY.items():
        countries[(kinds == kind) & chance(rng, 0.85, size)] = country
    small = {name: told[f"{name}_small"] for name in ("free_mail", "no_website", "shared_office", "home")}
    habits = same_habit({name: told[name] for name in HABITS} | small, size)
    firms = _affiliates(rng, found(world, rng, kinds, countries, habits))
    firms = bystanders(world, rng, firms, parties)
    firms = firms.assign(ring=-1, active_from=_active_from(world, rng, firms))
    firms = _moved(world, rng, firms.assign(active_to=_active_to(world, rng, firms)))
    return firms.assign(since=_since(world, rng, firms), licence=_licence(world, rng, firms))


def _affiliates(rng: np.random.Generator, firms: pd.DataFrame) -> pd.DataFrame:
    """Some honest firms share telephone and mail with another of their country: sister companies of one office."""
    shares = chance(rng, SISTERS, len(firms))
    for way in ("phone", "mail"):
        firms[way] = firms[way].where(~shares, firms.groupby("country")[way].shift(1).fillna(firms[way]))
    return firms


def restricted(world: World, firms: pd.DataFrame) -> "pd.Series[bool]":
    """Whether controlled items need a licence for this firm: by its country, its head office or its parent."""
    licensed = world.rates["buyers"]["licensed"]["countries"]
    return firms["country"].isin(licensed) | in_china(firms)


def in_china(firms: pd.DataFrame) -> "pd.Series[bool]":
    """Whether a firm, its head office or its parent sits in China, Hong Kong or Macau."""
    return firms[["country", "hq", "parent_country"]].isin(RESTRICTED).any(axis=1)


def _active_from(world: World, rng: np.random.Generator, firms: pd.DataFrame) -> Days:
    """Old customers order from the first day; others start some day after they are founded."""
    size = len(firms)
    soon = chance(rng, world.rates["buyers"]["young_opens_soon"], size)
    ready = firms["founded"] + pd.to_timedelta(rng.integers(30, np.where(soon, 240, 720), size), unit="D")
    span = (world.end - world.start).days
    start = world.start + pd.to_timedelta(rng.integers(0, int(span * 0.9), size), unit="D")
    old = chance(rng, world.rates["buyers"]["old_customer"], size) & (firms["founded"] < world.start)
    late: Days = pd.Series(start, index=firms.index).where(~pd.Series(old, index=firms.index), world.start)
    return earlier(later(late, ready), world.end - pd.Timedelta(days=20))


def _active_to(world: World, rng: np.random.Generator, firms: pd.DataFrame) -> Days:
    """The day of a firm's last order: some buy for one project, of the others some leave every year."""
    told, size = world.rates["book"], len(firms)
    project = chance(rng, told["project"], size) & (firms["active_from"] > world.start).to_numpy()
    stays = np.where(
        project, around(rng, told["project_days"], 0.7, size), rng.exponential(365 / told["per_year"], size)
    )
    last = firms["active_from"] + pd.to_timedelta(np.ceil(np.minimum(stays + 20, 4000)), unit="D")
    return earlier(last, world.end)


def _moved(world: World, rng: np.random.Generator, firms: pd.DataFrame) -> pd.DataFrame:
    """Some honest firms take over from a customer that stopped: its contact, its usual part, soon after."""
    moved = chance(rng, world.rates["buyers"]["moved"], len(firms))
    taken: dict[str, pd.Series[Any]] = {
        name: firms[name].where(~moved, firms[name].shift(1).fillna(firms[name])) for name in ("phone", "mail", "taste")
    }
    gone = firms["active_to"].shift(1).fillna(firms["active_from"])
    start = gone + pd.to_timedelta(rng.integers(10, 120, len(firms)), unit="D")
    can = moved & (start > firms["founded"]).to_numpy() & (start < firms["active_to"]).to_numpy()
    return firms.assign(**taken, active_from=start.where(pd.Series(can), firms["active_from"]))


def _since(world: World, rng: np.random.Generator, firms: pd.DataFrame) -> Days:
    """The day a customer file was opened: years back for old customers, weeks before the first order for new ones."""
    size = len(firms)
    fresh = firms["active_from"] - pd.to_timedelta(rng.integers(3, 90, size), unit="D")
    first = later(firms["founded"], pd.Timestamp("2008-01-01"))
    span = (world.start - first).dt.days.clip(lower=0)
    past: Days = first + pd.to_timedelta(np.floor(span * rng.random(size)), unit="D")
    return past.where(firms["active_from"] == world.start, fresh)


def _licence(world: World, rng: np.random.Generator, firms: pd.DataFrame) -> Words:
    """A licence number where one is needed and held, else empty."""
    size = len(firms)
    told = world.rates["buyers"]
    rate = np.where(in_china(firms), told["licence_waits_china"], told["licence_waits"])
    holds = restricted(world, firms) & chance(rng, rate, size)
    numbers = "D" + pd.Series(rng.integers(1_000_000, 1_999_999, size), index=firms.index).astype(str)
    return np.array(numbers.where(holds, ""), dtype=object)
