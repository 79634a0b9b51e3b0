"""The simulated order book: the same lines and seed give the same bytes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from training.simulate import clerk, items, rings, schemes, ways
from training.simulate.arrangements import arrange
from training.simulate.blanks import leave_out, text
from training.simulate.buyers import buyers
from training.simulate.deals import Window, conduct, honest_deals, mixed_rates, sellers
from training.simulate.draws import Numbers, choose_each, stream
from training.simulate.lines import cut
from training.simulate.lines import lines as order_lines
from training.simulate.listed import listed
from training.simulate.master import known_parties, master, numbers
from training.simulate.reviews import reviews, suspicion
from training.simulate.world import World, world

KEY = ["order_id", "line_no"]


@dataclass(frozen=True)
class SimulatedBook:
    """Orders and customers as a seller's files, outcomes of the reviews, and the truth, which only a judge may read.

    `truth` says of each line `intent`, which is honest or the method of the ring behind it (front, forwarder, straw,
    paper, conceal, operator, payer, alias, successor for T1 to T9), and `typologies`, all codes that it shows.
    All cells are text, blank ones missing; only `outcomes.propensity` is a number.
    """

    orders: pd.DataFrame
    customers: pd.DataFrame
    outcomes: pd.DataFrame
    truth: pd.DataFrame


def simulate(lines: int, seed: int) -> SimulatedBook:
    """An order book of exactly `lines` order lines; raises ValueError when that is none."""
    if lines < 1:
        raise ValueError("a book holds at least one line")
    here = world()
    return _book(here, lines, seed, (here.start, here.end), here.rates["book"]["diverted"])


def honest_book(lines: int, seed: int, window: Window) -> SimulatedBook:
    """A book without diverters whose orders fall inside a window of days."""
    return _book(world(), lines, seed, window, 0.0)


def _book(here: World, lines: int, seed: int, window: Window, diverted: float) -> SimulatedBook:
    told = here.rates["book"]
    size = int(np.ceil(1.08 * lines / told["lines_per_order"])) + 12  # a little more than needed; cut to the line below
    firms, deals = _firms_and_deals(here, seed, size, window, round(diverted * size))
    deals["seller"] = sellers(
        here,
        stream(seed, "sellers"),
        firms["country"].to_numpy(dtype=object)[deals["firm"]],
        deals["method"] == "straw",
    )
    deals, rates = _arranged(here, seed, deals, firms)
    held = known_parties(here, stream(seed, "known"), deals, firms)
    rows = cut(order_lines(here, stream(seed, "lines"), deals, firms), lines, stream(seed, "cut"))
    orders, value = _orders(here, seed, rows, deals, rates, firms)
    odd = suspicion(here, stream(seed, "suspicion"), deals, firms, value)
    found = reviews(here, stream(seed, "reviews"), deals, odd)
    keys = orders[KEY].assign(deal=rows["deal"].to_numpy())
    outcomes = keys.merge(found, left_on="deal", right_index=True).drop(columns="deal").reset_index(drop=True)
    codes = pd.array(ways.typologies(deals, firms)[rows["deal"]], dtype="str")
    truth = orders[KEY].assign(intent=deals["intent"].to_numpy()[rows["deal"]], typologies=codes)
    customers = text(master(here, stream(seed, "master"), firms[held]))
    return SimulatedBook(orders, customers, outcomes.astype({"propensity": float}), truth)


def _firms_and_deals(
    here: World, seed: int, size: int, window: Window, diverted: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All firms, honest ones first, and all deals in order of their day."""
    count = max(60, round(size / here.rates["book"]["orders_per_buyer"]))
    parties = listed(here, stream(seed, "listed"))
    firms = buyers(here, stream(seed, "buyers"), count, parties).assign(paper=False, before=False)
    lots = [honest_deals(here, stream(seed, "honest"), firms, size - diverted, window).assign(part=1.0)]
    if diverted:
        rng = stream(seed, "rings")
        plans = rings.rings(here, rng, diverted)
        companies = rings.companies(here, rng, plans, parties)
        theirs = schemes.diverted_deals(here, rng, plans, companies)
        before = schemes.stopped_deals(here, rng, plans, companies)
        around = schemes.honest_sales(here, rng, theirs, companies)
        old = schemes.earlier_sales(here, rng, plans, companies)
        lots += [lot.assign(firm=lot["firm"] + len(firms)) for lot in (theirs, before, around, old)]
        firms = pd.concat([firms, companies], ignore_index=True)
    deals = pd.concat(lots, ignore_index=True).sort_values("date", kind="stable", ignore_index=True)
    return firms.assign(customer_id=numbers(firms)), deals


def _arranged(here: World, seed: int, deals: pd.DataFrame, firms: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The deals with parties, route and payer, and each deal's rates of conduct."""
    rng = stream(seed, "arrangements")
    rates = conduct(here, rng, deals, firms)
    groups = firms["group"].to_numpy(dtype=object)[deals["firm"]]
    ship_to, payer = choose_each(rng, groups, here.rates["ship_to"]), choose_each(rng, groups, here.rates["payer"])
    money = np.full(len(deals), "US", dtype=object)
    theirs = np.flatnonzero(deals["ring"] >= 0)
    if len(theirs):
        ours, other = deals.iloc[theirs], stream(seed, "choices")
        rates = mixed_rates(rates, ways.conduct(here, ours), theirs)
        ship_to[theirs] = ways.ship_to(here, other, ours)
        homes = firms["country"].to_numpy(dtype=object)[ours["firm"]]
        payer[theirs], money[theirs] = ways.money(here, other, ours, homes)
    return arrange(here, rng, deals.assign(ship_to=ship_to, payer=payer, money=money), rates, firms), rates


def _orders(
    here: World, seed: int, rows: pd.DataFrame, deals: pd.DataFrame, rates: pd.DataFrame, firms: pd.DataFrame
) -> tuple[pd.DataFrame, Numbers]:
    """The order file and each deal's value in USD."""
    rng, deal = stream(seed, "clerk"), rows["deal"].to_numpy()
    head = clerk.header(here, rng, deals, rates, firms)
    cells, usd = items.items(here, rng, rows, deals, rates, firms)
    controlled = (here.parts["class"] != "neither").to_numpy()[rows["part"]]
    papers = items.licences(rng, rows, deals, rates, firms, controlled)
    value: Numbers = np.bincount(deal, usd, len(deals)).astype(float)
    tidy = np.array(here.rates["sellers"]["tidy"])[deals["seller"]]
    head = leave_out(here, stream(seed, "blanks"), head, tidy, rates["openness"].to_numpy(dtype=float))
    body = pd.concat([cells, papers], axis=1)
    body = leave_out(here, stream(seed, "line blanks"), body, tidy[deal], rates["openness"].to_numpy(dtype=float)[deal])
    codes = pd.factorize(deal)[0]
    order_id = pd.Series("SO" + pd.Series(400_001 + codes).astype(str), name="order_id")
    shared = head.iloc[deal].reset_index(drop=True)
    return text(pd.concat([order_id, body["line_no"], shared, body.drop(columns="line_no")], axis=1)), value
