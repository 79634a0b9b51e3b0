"""The days, sizes and items of a ring's orders, and of the honest orders around them."""

import numpy as np
import pandas as pd

from training.simulate.days import earlier, later, order_days
from training.simulate.deals import CLASSES, HONEST, wanted
from training.simulate.draws import Words, chance, choose, choose_each
from training.simulate.firms import YEAR
from training.simulate.world import World


def planned_days(world: World, rng: np.random.Generator, plans: pd.DataFrame) -> pd.DataFrame:
    """The days on which each ring means to order: ring, date and number (0, 1, …), one row an order it can pay for."""
    ring = np.repeat(np.arange(len(plans)), plans["deals"])
    mine = plans.iloc[ring].reset_index(drop=True)
    days = pd.DataFrame({"ring": ring, "date": _days(world, rng, mine)})
    days = days.sort_values(["ring", "date"], kind="stable", ignore_index=True)
    return days.assign(number=days.groupby("ring").cumcount())


def diverted_deals(
    world: World, rng: np.random.Generator, mine: pd.DataFrame, number: int, homes: Words
) -> pd.DataFrame:
    """What rings want in the order of that number (0 the first): item and size; some start small, operators outgrow.

    `mine` holds one row an order: its ring's plan, and what the ring changed after refusals.
    """
    told = world.rates["rings"]
    small = chance(rng, np.array(told["conduct"]["starts_small"])[mine["careful"].astype(int)], len(mine))
    part = np.where(small, np.minimum(1.0, 0.15 + 0.25 * number), 1.0)
    part = np.where(mine["method"] == "operator", 0.7 + told["operator"]["outgrows"] * number, part)
    part = part * np.where(mine["smaller_orders"], told["adapts"]["smaller"], 1.0)
    return mine.assign(intent=mine["method"], part=part, item=_items(world, rng, mine, homes))


def _days(world: World, rng: np.random.Generator, mine: pd.DataFrame) -> pd.DatetimeIndex:
    """Working days of each ring's months; some order in the rush before a rule date, real operators above all."""
    days = order_days(world, rng, mine["begin"], mine["finish"])
    told, real = world.rates["rings"], (mine["method"] == "operator").to_numpy()
    hurries = chance(rng, np.where(real, told["operator"]["bursts"], told["bursts"]), len(mine))
    for first, last in world.rates["book"]["rushes"]:
        open_then = (mine["begin"] <= pd.Timestamp(first)) & (mine["finish"] >= pd.Timestamp(last))
        rush = order_days(world, rng, *(pd.Series(pd.Timestamp(day), index=mine.index) for day in (first, last)))
        days = days.where(~(hurries & open_then.to_numpy()), rush)
    return days


def _items(world: World, rng: np.random.Generator, deals: pd.DataFrame, homes: Words) -> Words:
    """Rings are asked for what cannot be had openly; in a country that needs a licence mostly for ordinary parts."""
    told = world.rates["rings"]
    wants = {name: dict(zip(CLASSES, shares, strict=True)) for name, shares in told["wants"].items()}
    drawn = choose_each(rng, deals["method"].to_numpy(dtype=object), wants)
    watched = np.isin(homes, world.rates["buyers"]["licensed"]["countries"])
    return np.where(watched & chance(rng, told["ordinary_where_licensed"], len(deals)), "neither", drawn)


def stopped_deals(world: World, rng: np.random.Generator, plans: pd.DataFrame, firms: pd.DataFrame) -> pd.DataFrame:
    """Lawful, licensed orders of the customers whom a ring later replaces: they end weeks before its first order."""
    before = firms[firms["before"]]
    mine = plans.iloc[before["ring"]]
    place = np.repeat(np.arange(len(before)), mine["deals"].clip(upper=6))
    soonest, latest = world.rates["rings"]["successor"]["starts_after"]
    wait = rng.integers(soonest, latest, len(before))
    last = mine["begin"].reset_index(drop=True) - pd.to_timedelta(wait, unit="D")
    last = later(last, world.start + pd.Timedelta(days=40))
    first = later(last - pd.Timedelta(days=300), world.start)
    days = order_days(world, rng, first.iloc[place].reset_index(drop=True), last.iloc[place].reset_index(drop=True))
    deals = pd.DataFrame({"firm": before.index.to_numpy()[place], "date": days})
    shares = dict(zip(CLASSES, world.rates["rings"]["wants"]["successor"], strict=True))
    return deals.assign(item=choose(rng, shares, len(deals)), **HONEST)


def earlier_sales(world: World, rng: np.random.Generator, plans: pd.DataFrame, firms: pd.DataFrame) -> pd.DataFrame:
    """Small lawful orders of bought companies and real firms in the two years before their ring uses them."""
    ready = plans["begin"].to_numpy()[firms["ring"]] - pd.Timedelta(days=20)
    old = firms[(firms["since"] < ready - pd.Timedelta(days=120)) & (firms["since"] > world.start - 4 * YEAR)]
    old = old[~old["before"] & ~old["paper"]]
    count = rng.poisson(world.rates["rings"]["earlier_sales"], len(old))
    place = old.index.to_numpy().repeat(count)
    last = pd.Series(ready)[place].reset_index(drop=True)
    first = later(later(last - 2 * YEAR, world.start), firms["since"].loc[place].reset_index(drop=True))
    days = order_days(world, rng, earlier(first, last), last)
    deals = pd.DataFrame({"firm": place, "date": days, "item": wanted(world, rng, firms.loc[place])})
    return deals[(days >= world.start)].assign(**HONEST).assign(part=0.7)


def honest_sales(world: World, rng: np.random.Generator, deals: pd.DataFrame, firms: pd.DataFrame) -> pd.DataFrame:
    """Honest orders that real firms in a ring also place, near the days of their other orders."""
    real = deals[deals["method"].isin(["straw", "operator", "payer", "conceal"])]
    some: pd.DataFrame = real[rng.random(len(real)) < world.rates["rings"]["honest_sales"]]
    days = some["date"] + pd.to_timedelta(rng.integers(1, 60, len(some)), unit="D")
    return some.assign(**HONEST).assign(
        date=earlier(days, world.end), item=wanted(world, rng, firms.iloc[some["firm"]])
    )
