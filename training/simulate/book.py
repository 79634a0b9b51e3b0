"""The simulated order book: the same lines, seed and world give the same bytes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from training.simulate import agents, rings, schemes
from training.simulate.blanks import text
from training.simulate.buyers import buyers
from training.simulate.deals import MOVES, Window, honest_deals
from training.simulate.draws import Truths, Words, stream
from training.simulate.lines import cut
from training.simulate.listed import listed
from training.simulate.lots import Lot, joined, lot
from training.simulate.master import known_parties, master, numbers
from training.simulate.reviews import stopped
from training.simulate.world import World, world

KEY = ["order_id", "line_no"]


@dataclass(frozen=True)
class SimulatedBook:
    """Orders and customers as a seller's files, outcomes of the reviews, and the truth, which only a judge may read.

    `truth` says of each line `intent`, which is honest or the method of the ring behind it (front, forwarder, straw,
    paper, conceal, operator, payer, alias, successor for T1 to T9); `typologies`, all codes that it shows; `scheme`,
    the ring; `attempt`, 1 and one more for each time that the ring came back after a refusal it had heard of; and
    `changed`, what it does otherwise since. The last four are blank on honest lines.
    All cells are text, blank ones missing; only `outcomes.propensity` is a number.
    """

    orders: pd.DataFrame
    customers: pd.DataFrame
    outcomes: pd.DataFrame
    truth: pd.DataFrame


def simulate(lines: int, seed: int, here: World | None = None) -> SimulatedBook:
    """An order book of exactly `lines` order lines of a world (default: home); raises ValueError when that is none."""
    if lines < 1:
        raise ValueError("a book holds at least one line")
    here = here or world()
    return _book(here, lines, seed, (here.start, here.end), here.rates["book"]["diverted"])


def honest_book(lines: int, seed: int, window: Window) -> SimulatedBook:
    """A book of the home world without diverters whose orders fall inside a window of days."""
    return _book(world(), lines, seed, window, 0.0)


def _book(here: World, lines: int, seed: int, window: Window, share: float) -> SimulatedBook:
    """A book in which about that share of the orders is diverted; rings can pay for some more than they place."""
    per_order = here.rates["book"]["lines_per_order"]
    size = int(np.ceil(1.08 * lines / per_order)) + 12  # a little more than needed; cut to the line below
    diverted = round(share * lines / per_order / (1 - here.rates["book"]["unspent"]))
    count = max(60, round(size / here.rates["book"]["orders_per_buyer"]))
    parties = listed(here, stream(seed, "listed"))
    firms = buyers(here, stream(seed, "buyers"), count, parties)
    firms = firms.assign(paper=False, before=False, new=False, lasting=False, used=True)
    honest = honest_deals(here, stream(seed, "honest"), firms, size - diverted, window)
    lots, firms = _with_rings(here, seed, honest, firms, parties, (lines, diverted))
    whole = joined(lots)
    held = known_parties(here, stream(seed, "known"), whole.deals, firms)
    firms = firms.assign(customer_id=numbers(firms))
    rows = cut(whole.rows, lines, stream(seed, "room"), whole.deals["attempt"].to_numpy()[whole.rows["deal"]] > 0)
    return _written(here, seed, whole, rows, firms, held)


def _with_rings(
    here: World, seed: int, honest: pd.DataFrame, firms: pd.DataFrame, parties: pd.DataFrame, size: tuple[int, int]
) -> tuple[list[Lot], pd.DataFrame]:
    """The honest orders, then turn by turn those of the rings, each turn reviewed before the next; and all firms.

    `size`: lines of the book, and orders that rings can pay for.
    """
    lines, diverted = size
    if not diverted:
        return [lot(here, seed, _by_day([honest]), firms.assign(customer_id=""), lines)], firms
    rng, count = stream(seed, "rings"), len(firms)
    plans = rings.rings(here, rng, diverted)
    companies = rings.companies(here, rng, plans, parties)
    old = [deals(here, rng, plans, companies) for deals in (schemes.stopped_deals, schemes.earlier_sales)]
    old = [each.assign(firm=each["firm"] + count) for each in old]
    firms = pd.concat([firms, companies.assign(used=False)], ignore_index=True).assign(customer_id="")
    lots = [lot(here, seed, _by_day([honest, *old]), firms, lines)]
    acting = agents.begin(here, rng, plans)
    for turn in range(int(plans["deals"].max())):
        acting, theirs, firms = agents.act(here, rng, acting, firms, turn)
        if len(theirs):
            around = schemes.honest_sales(here, rng, theirs, firms)
            made = lot(here, seed, _by_day([theirs, around]), firms, lines, lots[0], f" {turn}")
            acting = agents.heard(acting, made.deals, stopped(made.reviewed, made.deals))
            lots.append(made)
    return lots, firms


def _by_day(lots: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(lots, ignore_index=True).sort_values("date", kind="stable", ignore_index=True)


def _written(
    here: World, seed: int, whole: Lot, rows: pd.DataFrame, firms: pd.DataFrame, held: Truths
) -> SimulatedBook:
    """The book of the lines that are left."""
    deal, body = rows["deal"].to_numpy(), whole.body.loc[rows.index].reset_index(drop=True)
    order_id = pd.Series("SO" + pd.Series(400_001 + pd.factorize(deal)[0]).astype(str), name="order_id")
    shared = whole.head.assign(buyer_id=firms["customer_id"].to_numpy()[whole.deals["firm"]])
    shared = shared.iloc[deal].reset_index(drop=True)
    orders = text(pd.concat([order_id, body["line_no"], shared, body.drop(columns="line_no")], axis=1))
    keys = orders[KEY].assign(deal=deal)
    outcomes = keys.merge(whole.reviewed, left_on="deal", right_index=True).drop(columns="deal")
    told = _truth(whole).iloc[deal].reset_index(drop=True)
    return SimulatedBook(
        orders,
        text(master(here, stream(seed, "master"), firms[held])),
        outcomes.reset_index(drop=True).astype({"propensity": float}),
        pd.concat([orders[KEY], told], axis=1),
    )


def _truth(whole: Lot) -> pd.DataFrame:
    """Intent, codes, scheme, attempt and changes of each deal; the latter four blank for honest ones."""
    deals, theirs = whole.deals, whole.deals["attempt"] > 0
    changed: Words = np.full(len(deals), "", dtype=object)
    for move in MOVES:
        changed = np.where(deals[move], changed + (";" + move), changed)
    return pd.DataFrame(
        {
            "intent": deals["intent"].astype("str"),
            "typologies": deals["typologies"],
            "scheme": ("R" + deals["ring"].astype(str).str.zfill(4)).where(theirs, ""),
            "attempt": deals["attempt"].astype(str).where(theirs, ""),
            "changed": pd.Series(changed).str.lstrip(";").astype("str"),
        }
    )
