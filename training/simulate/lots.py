"""A lot of orders placed without knowledge of one another: arranged, written down by the clerk and reviewed.

The honest orders are one lot; the rings' orders of each turn are one more, drawn from streams of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from training.simulate import clerk, items, ways
from training.simulate.arrangements import arrange
from training.simulate.blanks import leave_out
from training.simulate.carriage import forwarders
from training.simulate.deals import conduct, happens, mixed_rates, sellers
from training.simulate.draws import Numbers, Words, choose_each, stream
from training.simulate.lines import cut
from training.simulate.lines import lines as order_lines
from training.simulate.reviews import Desk, desk, reviews, suspicion
from training.simulate.world import World


@dataclass(frozen=True)
class Lot:
    """Deals with all that is arranged and their codes; their lines; the cells of both as written; the reviews.

    `rows` (deal and number of each line) has the index of `body`; `head` that of `deals`, of which `reviewed` holds
    some. Fleet of forwarders and review desk are those that every lot of the book meets.
    """

    deals: pd.DataFrame
    rows: pd.DataFrame
    head: pd.DataFrame
    body: pd.DataFrame
    reviewed: pd.DataFrame
    fleet: pd.DataFrame
    desk: Desk


def lot(
    here: World,
    seed: int,
    deals: pd.DataFrame,
    firms: pd.DataFrame,
    lines: int,
    first: Lot | None = None,
    turn: str = "",
) -> Lot:
    """The deals as orders of at most so many lines; later lots give the book's `first` and their `turn`."""
    homes = firms["country"].to_numpy(dtype=object)[deals["firm"]]
    domestic = deals["method"] == "straw"
    deals = deals.assign(seller=sellers(here, stream(seed, "sellers" + turn), homes, domestic))
    deals, rates, fleet = _arranged(here, seed, deals, firms, first, turn)
    rows = order_lines(here, stream(seed, "lines" + turn), deals, firms)
    rows = cut(rows, lines, stream(seed, "cut" + turn)).reset_index(drop=True)
    head, body, value = _written(here, seed, rows, deals, rates, firms, turn)
    odd = suspicion(here, stream(seed, "suspicion" + turn), deals, firms, value)
    taking = desk(here, odd) if first is None else first.desk
    reviewed = reviews(here, stream(seed, "reviews" + turn), deals, odd, taking)
    deals = deals.assign(typologies=pd.array(ways.typologies(deals, firms), dtype="str"))
    return Lot(deals, rows, head, body, reviewed, fleet, taking)


def joined(lots: list[Lot]) -> Lot:
    """All lots as one, the deals by day and numbered anew."""
    deals = pd.concat([each.deals for each in lots], ignore_index=True)
    order = np.argsort(deals["date"].to_numpy(), kind="stable")
    place = np.split(np.argsort(order), np.cumsum([len(each.deals) for each in lots])[:-1])  # of each lot's deals

    def by_day(parts: list[pd.DataFrame]) -> pd.DataFrame:
        return pd.concat(parts, ignore_index=True).iloc[order].reset_index(drop=True)

    rows = [each.rows.assign(deal=at[each.rows["deal"]]) for each, at in zip(lots, place, strict=True)]
    lines = pd.concat(rows, ignore_index=True).sort_values(["deal", "number"])
    body = pd.concat([each.body for each in lots], ignore_index=True).iloc[lines.index].reset_index(drop=True)
    found = [each.reviewed.set_axis(at[each.reviewed.index]) for each, at in zip(lots, place, strict=True)]
    return replace(
        lots[0],
        deals=by_day([each.deals for each in lots]),
        rows=lines.reset_index(drop=True),
        head=by_day([each.head for each in lots]),
        body=body,
        reviewed=pd.concat(found).sort_index(),
    )


def _arranged(
    here: World, seed: int, deals: pd.DataFrame, firms: pd.DataFrame, first: Lot | None, turn: str
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The deals with parties, route and payer; each deal's rates of conduct; the fleet of forwarders."""
    rng = stream(seed, "arrangements" + turn)
    rates = conduct(here, rng, deals, firms)
    groups = firms["group"].to_numpy(dtype=object)[deals["firm"]]
    ship_to = choose_each(rng, groups, here.rates["ship_to"])
    theirs = np.flatnonzero(deals["ring"] >= 0)
    if len(theirs):
        ours = deals.iloc[theirs]
        rates = mixed_rates(rates, ways.conduct(here, ours), theirs)
        ship_to[theirs] = ways.ship_to(here, stream(seed, "choices" + turn), ours)
    payer = _payer(here, rng, deals, rates, firms)
    rates["openness"] *= np.where(deals["blank_cells"], here.rates["rings"]["adapts"]["tells"], 1.0)
    fleet = forwarders(here, rng) if first is None else first.fleet
    deals = deals.assign(ship_to=ship_to, payer=payer)
    return arrange(here, rng, deals, rates, firms, fleet), rates, fleet


def _payer(
    here: World, rng: np.random.Generator, deals: pd.DataFrame, rates: pd.DataFrame, firms: pd.DataFrame
) -> Words:
    """Who pays: mostly who always does; a ring's company pays its lawful orders from its own account."""
    mine = firms.iloc[deals["firm"]]
    groups, usual = mine["group"].to_numpy(dtype=object), mine["pays"].to_numpy(dtype=object)
    other = choose_each(rng, groups, here.rates["payer"]["usual"])
    company = (mine["ring"] >= 0).to_numpy()
    usual = np.where(company & (deals["ring"] < 0).to_numpy(), "self", usual)
    changes = happens(rng, rates, "other_payer")
    return np.select([changes & ~company, changes & company], [other, "self"], usual).astype(object)


def _written(
    here: World,
    seed: int,
    rows: pd.DataFrame,
    deals: pd.DataFrame,
    rates: pd.DataFrame,
    firms: pd.DataFrame,
    turn: str,
) -> tuple[pd.DataFrame, pd.DataFrame, Numbers]:
    """The cells that the lines of an order share, those of each line, and each deal's value in USD."""
    rng, deal = stream(seed, "clerk" + turn), rows["deal"].to_numpy()
    head = clerk.header(here, rng, deals, rates, firms)
    cells, usd = items.items(here, rng, rows, deals, rates, firms)
    controlled = (here.parts["class"] != "neither").to_numpy()[rows["part"]]
    papers = items.licences(rng, rows, deals, rates, firms, controlled)
    value: Numbers = np.bincount(deal, usd, len(deals)).astype(float)
    tidy = np.array(here.rates["sellers"]["tidy"])[deals["seller"]]
    openness = rates["openness"].to_numpy(dtype=float)
    head = leave_out(here, stream(seed, "blanks" + turn), head, tidy, openness)
    body = pd.concat([cells, papers], axis=1)
    body = leave_out(here, stream(seed, "line blanks" + turn), body, tidy[deal], openness[deal])
    return head, body, value
