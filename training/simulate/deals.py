"""A deal is an order before any paper: which firm buys, on which day, from which seller, what class of item."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from training.simulate.buyers import restricted
from training.simulate.days import earlier, later, order_days
from training.simulate.draws import Places, Words, chance, choose
from training.simulate.world import World

CLASSES = ("a", "b", "neither")
MOVES = ("other_name", "older_company", "other_forwarder", "smaller_orders", "blank_cells")
"""What a ring can change after a refusal."""

HONEST: dict[str, Any] = {
    **{"ring": -1, "method": "", "careful": False, "conceals": False, "borrows": False},
    **{"intent": "honest", "part": 1.0, "attempt": 0},
    **dict.fromkeys(MOVES, False),
}
"""What a deal without a ring is marked with."""
Window = tuple[pd.Timestamp, pd.Timestamp]


def honest_deals(
    world: World, rng: np.random.Generator, firms: pd.DataFrame, size: int, window: Window
) -> pd.DataFrame:
    """Deals of honest firms inside a window of days; a busy or long-standing firm has more of them."""
    start, end = window
    alive, last = later(firms["active_from"], start), earlier(firms["active_to"], end)
    weight = (firms["busy"] * (last - alive).dt.days.clip(lower=0)).to_numpy(dtype=float)
    firm = rng.choice(len(firms), size=size, p=weight / weight.sum())
    days = order_days(world, rng, alive.iloc[firm], last.iloc[firm])
    deals = pd.DataFrame({"firm": firm, "date": days, "item": wanted(world, rng, firms.iloc[firm])})
    return deals.assign(**HONEST)


def wanted(world: World, rng: np.random.Generator, firms: pd.DataFrame) -> Words:
    """The item class of each deal's main line; a restricted firm without a licence buys uncontrolled items only."""
    shares = {kind: dict(zip(CLASSES, entry["wants"], strict=True)) for kind, entry in world.rates["kinds"].items()}
    kinds = firms["kind"].to_numpy(dtype=object)
    item = np.full(len(firms), "", dtype=object)
    for kind in sorted(set(kinds)):
        item[kinds == kind] = choose(rng, shares[kind], int((kinds == kind).sum()))
    barred = (restricted(world, firms) & (firms["licence"] == "")).to_numpy()
    return np.where(barred, "neither", item)


def sellers(world: World, rng: np.random.Generator, countries: Words, domestic: "npt.ArrayLike" = False) -> Places:
    """The seller's place in the list of sellers: US firms sell everywhere, the others in their region."""
    told = world.rates["sellers"]
    homes = np.array(told["countries"], dtype=object)
    drawn = np.zeros(len(countries), dtype=np.int64)
    at_home = np.broadcast_to(np.asarray(domestic, dtype=bool), len(countries))
    for country in sorted(set(countries)):
        reach = np.array([home == "US" or country in told["reach"][home] for home in homes], dtype=float)
        weight = np.where(homes == country, told["home"], np.array(told["abroad"]) * reach)
        local = np.where(homes == country, told["home"], 0.0)
        for only_local in (False, True):
            mine = (countries == country) & (at_home == only_local)
            used = local if only_local and local.sum() > 0 else weight
            drawn[mine] = rng.choice(len(homes), size=int(mine.sum()), p=used / used.sum())
    return drawn


def conduct(world: World, rng: np.random.Generator, deals: pd.DataFrame, firms: pd.DataFrame) -> pd.DataFrame:
    """Rates of an honest deal, one column a habit: what anybody of that size and trade does."""
    told, size = world.rates["conduct"], len(deals)
    mine = firms.iloc[deals["firm"]]
    rates = pd.DataFrame({name: np.full(size, rate) for name, rate in told.items()})
    small = (mine["people"].to_numpy() < 60) | ((deals["date"] - mine["since"].to_numpy()).dt.days.to_numpy() < 120)
    rates["prepaid"] = np.where(small, told["prepaid_small"], told["prepaid_large"])
    operator = mine["group"].to_numpy() == "operator"
    rates["declines_installation"] = told["declines_installation"] * np.where(operator, 1.5, 0.8)
    rates["openness"] = mine["openness"].to_numpy()
    return rates


def mixed_rates(honest: pd.DataFrame, changed: pd.DataFrame, where: Places) -> pd.DataFrame:
    """Honest rates with some rows' habits changed."""
    rates = honest.copy()
    for name in changed.columns:
        rates.loc[rates.index[where], name] = changed[name].to_numpy()
    return rates


def happens(rng: np.random.Generator, rates: pd.DataFrame, name: str) -> "npt.NDArray[np.bool_]":
    """Whether a habit shows in each deal."""
    return chance(rng, rates[name].to_numpy(), len(rates))
