"""Rings act in turn: each order is placed knowing the refusals heard by then, and a refused ring comes back changed.

A ring can pay for so many orders and gives up when they are spent. It hears which of its orders were stopped, never
why: reviewers choose by their own suspicion (`reviews.py`), and what it changes is drawn, not aimed at a measure.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from training.simulate.days import later
from training.simulate.deals import MOVES
from training.simulate.draws import Places, Truths, chance
from training.simulate.rings import SPARE
from training.simulate.schemes import diverted_deals, planned_days
from training.simulate.world import World

PLAN = ("method", "careful", "conceals", "borrows")


@dataclass(frozen=True)
class Agents:
    """The rings' plans and planned days; and, changing, where each stands and which of its refusals are yet unheard.

    `now`, one row a ring: attempt (1 before any refusal), company (0 the first), last (day of the last order), gone,
    and one truth a move made so far. `stopped`: ring and the day on which it hears.
    """

    plans: pd.DataFrame
    days: pd.DataFrame
    now: pd.DataFrame
    stopped: pd.DataFrame


def begin(world: World, rng: np.random.Generator, plans: pd.DataFrame) -> Agents:
    """The rings before their first orders."""
    start: dict[str, Any] = {"attempt": 1, "company": 0, "last": pd.NaT, "gone": False, **dict.fromkeys(MOVES, False)}
    now = pd.DataFrame(start, index=plans.index).astype({"last": "datetime64[us]"})
    stopped = pd.DataFrame({"ring": pd.Series(dtype=np.int64), "heard": pd.Series(dtype="datetime64[us]")})
    return Agents(plans, planned_days(world, rng, plans), now, stopped)


def act(
    world: World, rng: np.random.Generator, agents: Agents, firms: pd.DataFrame, number: int
) -> tuple[Agents, pd.DataFrame, pd.DataFrame]:
    """The rings' orders of that number (0 the first), with the rings and firms as they are then.

    A ring whose day lies after the book, or that gives up after a refusal, is gone and orders no more.
    """
    planned = agents.days[agents.days["number"] == number].set_index("ring")["date"]
    who = planned.index[~agents.now["gone"].loc[planned.index]]
    plans, now = agents.plans.loc[who], agents.now.loc[who]
    day, refused = _days(world, rng, agents, now, planned.loc[who])
    careful = plans["careful"].to_numpy().astype(int)
    tries = ~refused | chance(rng, np.array(world.rates["rings"]["adapts"]["comes_back"])[careful], len(who))
    orders = tries & (day <= world.end).to_numpy()
    now = _changed(world, rng, plans, now, refused, number).assign(last=day, gone=~orders)
    all_rings = agents.now.copy()
    all_rings.loc[who] = now
    known = day.reindex(agents.stopped["ring"]).to_numpy() > agents.stopped["heard"]
    made, firms = _orders(world, rng, firms, plans[orders], now[orders], number)
    return replace(agents, now=all_rings, stopped=agents.stopped[~known]), made, firms


def heard(agents: Agents, orders: pd.DataFrame, stopped: "pd.Series[pd.Timestamp]") -> Agents:
    """The rings after a review of their orders; `stopped` is the day each order was stopped, missing if it was not."""
    told = pd.DataFrame({"ring": orders["ring"].to_numpy(), "heard": stopped.to_numpy()}).dropna()
    told = told[told["ring"] >= 0]  # not the honest orders around them
    return replace(agents, stopped=pd.concat([agents.stopped, told.astype(agents.stopped.dtypes)], ignore_index=True))


def _days(
    world: World, rng: np.random.Generator, agents: Agents, now: pd.DataFrame, planned: "pd.Series[pd.Timestamp]"
) -> "tuple[pd.Series[pd.Timestamp], Truths]":
    """The working day of each order, and whether the ring has heard of a refusal by the day it had in mind."""
    told, size = world.rates["rings"]["adapts"], len(now)
    apart = now["last"] + _span(rng, told["apart"], size)
    follows = now["smaller_orders"] | (planned < now["last"])  # an order that came late puts off the next
    mind = planned.where(~follows, apart)
    news = agents.stopped.groupby("ring")["heard"].min().reindex(now.index)
    refused = (news < mind).to_numpy()
    back = later(mind, news + _span(rng, told["waits"], size))
    day = mind.where(~refused, back).to_numpy().astype("datetime64[D]")
    return pd.Series(np.busday_offset(day, 0, roll="forward"), index=now.index).astype("datetime64[us]"), refused


def _span(rng: np.random.Generator, days: list[int], size: int) -> pd.TimedeltaIndex:
    """Spans of some days, from the first to before the second number."""
    return pd.to_timedelta(rng.integers(days[0], days[1], size), unit="D")


def _changed(
    world: World, rng: np.random.Generator, plans: pd.DataFrame, now: pd.DataFrame, refused: Truths, number: int
) -> pd.DataFrame:
    """Where each ring stands when it orders: one more attempt, another company and other habits after a refusal.

    One that changes nothing else takes another name. Without a refusal a ring goes on to the next of its companies.
    """
    told, size = world.rates["rings"]["adapts"], len(now)
    careful = plans["careful"].to_numpy().astype(int)
    drawn = {move: refused & chance(rng, np.array(told[move])[careful], size) for move in MOVES}
    drawn["other_name"] |= refused & ~np.logical_or.reduce(list(drawn.values()))
    last = plans["companies"].to_numpy() + SPARE - 1
    planned = (number * plans["companies"] // plans["deals"]).to_numpy()
    before = np.maximum(now["company"].to_numpy(), planned)
    company = np.where(drawn["older_company"], last, np.minimum(before + drawn["other_name"], last))
    moves = {move: now[move].to_numpy() | each for move, each in drawn.items()}
    return now.assign(company=company, attempt=now["attempt"] + refused, **moves)


def _orders(
    world: World, rng: np.random.Generator, firms: pd.DataFrame, plans: pd.DataFrame, now: pd.DataFrame, number: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One order of each ring, and the firms with those dated that come into use with it."""
    firm = np.searchsorted(firms["ring"].to_numpy(), plans.index) + now["company"].to_numpy()
    fresh = ~firms["used"].to_numpy()[firm] & (now["company"] > 0).to_numpy()
    late = (now["last"] - plans["begin"].dt.normalize())[fresh]
    firms = _opened(firms, firm[fresh], late)
    firms["used"] = firms["used"].to_numpy() | firms.index.isin(firms.index[firm])
    mine = plans[list(PLAN)].assign(ring=plans.index, firm=firm, date=now["last"], attempt=now["attempt"])
    mine = mine.join(now[list(MOVES)]).reset_index(drop=True)
    return diverted_deals(world, rng, mine, number, firms["country"].to_numpy(dtype=object)[firm]), firms


def _opened(firms: pd.DataFrame, places: Places, late: "pd.Series[pd.Timedelta]") -> pd.DataFrame:
    """The firms, of which some come into use so much later than dated: their files are opened, new ones founded, later.

    Accounts that the seller has had for years stay as they are.
    """
    moved = np.zeros(len(firms), dtype="timedelta64[us]")
    moved[places] = late.to_numpy()
    moved = np.where(firms["lasting"], np.timedelta64(0, "us"), moved)
    founded = np.where(firms["new"], moved, np.timedelta64(0, "us"))
    return firms.assign(
        founded=firms["founded"] + founded, since=firms["since"] + moved, active_from=firms["active_from"] + moved
    )
