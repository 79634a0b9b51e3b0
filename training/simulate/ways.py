"""How a ring goes about it: its habits, where goods go, who pays, whose name is used, and what that is called."""

import numpy as np
import pandas as pd

from training.simulate.draws import Places, Truths, Words, choose_each
from training.simulate.world import World

CODES = {
    "front": "T1",
    "forwarder": "T2",
    "straw": "T3",
    "paper": "T4",
    "conceal": "T5",
    "operator": "T6",
    "payer": "T7",
    "alias": "T8",
    "successor": "T9",
}
OUTSIDE = ("forwarder", "free_zone", "trader")
CARRIAGE = ("routed", "buyers_forwarder", "third_transit", "stranger_notified", "far_port")
UNFIT = ("pharma_or_media", "property_or_power")


def conduct(world: World, deals: pd.DataFrame) -> pd.DataFrame:
    """A ring's rates, one column a habit, careless or careful; concealing rings have habits of their own on paper.

    One that leaves its forwarder after a refusal lets the seller ship, as honest buyers do.
    """
    careful = deals["careful"].to_numpy().astype(int)
    told = world.rates["rings"]
    rates = {name: np.array(pair, dtype=float)[careful] for name, pair in told["conduct"].items()}
    for name, pair in told["concealed"].items():
        usual = rates.get(name, np.full(len(deals), world.rates["conduct"][name]))
        rates[name] = np.where(deals["conceals"], np.array(pair, dtype=float)[careful], usual)
    for name in CARRIAGE:
        rates[name] = np.where(deals["other_forwarder"], world.rates["conduct"][name], rates[name])
    return pd.DataFrame(rates).drop(columns="openness")


def ship_to(world: World, rng: np.random.Generator, deals: pd.DataFrame) -> Words:
    """Where a ring has the goods sent; never to a partner whose name it borrows, nor to a forwarder it has left."""
    told = world.rates["rings"]
    drawn = choose_each(
        rng, deals["method"].to_numpy(dtype=object), {name: told[name]["ship_to"] for name in told["methods"]}
    )
    borrowed = deals["borrows"].to_numpy(dtype=bool) & (drawn == "end_customer")
    left = deals["other_forwarder"].to_numpy(dtype=bool) & np.isin(drawn, OUTSIDE)
    return np.where(borrowed | left, "own_warehouse", drawn)


def typologies(deals: pd.DataFrame, firms: pd.DataFrame) -> Words:
    """The codes of each deal, its method's first: T1 to T9 joined by ";", blank when honest."""
    mine = firms.iloc[deals["firm"]]
    shown: dict[str, Truths] = {
        "T1": mine["new"].to_numpy(dtype=bool) | mine["kind"].isin(UNFIT).to_numpy(),
        "T2": deals["ship_to"].isin(OUTSIDE).to_numpy(),
        "T4": deals["on_paper"].to_numpy(dtype=bool),
        "T5": deals["conceals"].to_numpy(dtype=bool),
        "T7": (deals["payer_role"] == "stranger").to_numpy(),
    }
    base = np.array([CODES.get(method, "") for method in deals["method"]], dtype=object)
    words = base.copy()
    for code, true in shown.items():
        words = np.where((base != "") & true & (base != code), words + (";" + code), words)
    return words


def paper_users(rng: np.random.Generator, deals: pd.DataFrame, firms: pd.DataFrame) -> Places:
    """The end user on a ring's papers: its own company, or a real operator of that country; -1 elsewhere."""
    paper = firms[firms["paper"]]
    known = dict(zip(paper["ring"], paper.index, strict=True))
    user = np.array([known.get(ring, -1) if ring >= 0 else -1 for ring in deals["ring"]], dtype=np.int64)
    real = firms[(firms["ring"] < 0) & (firms["group"] == "operator")]
    for place in np.flatnonzero(deals["borrows"].to_numpy(dtype=bool) & (user >= 0)):
        there = real.index[real["country"] == firms["country"].iloc[user[place]]]
        user[place] = there[rng.integers(0, len(there))] if len(there) else user[place]
    return user
