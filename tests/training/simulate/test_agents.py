"""Rings come back after a refusal they have heard of, changed, until their orders are spent; and the truth says so."""

import numpy as np
import pandas as pd
import pytest

from training.simulate import SimulatedBook, agents, simulate
from training.simulate.deals import MOVES
from training.simulate.draws import stream
from training.simulate.listed import listed
from training.simulate.rings import companies, rings
from training.simulate.world import world

KEY = ["order_id", "line_no"]
SEED = 4
LATER = pd.Timedelta(days=30)


def campaign(refused: bool) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Plans, orders by ring and turn, and firms of many rings; each order is stopped after a month, or none is."""
    rng = stream(SEED, "rings")
    plans = rings(world(), rng, 2_000)
    firms = companies(world(), rng, plans, listed(world(), stream(SEED, "listed"))).assign(used=False)
    acting, lots = agents.begin(world(), rng, plans), []
    for turn in range(int(plans["deals"].max())):
        acting, orders, firms = agents.act(world(), rng, acting, firms, turn)
        acting = agents.heard(acting, orders, (orders["date"] + LATER).where(pd.Series(refused, index=orders.index)))
        lots.append(orders.assign(turn=turn))
    orders = pd.concat(lots, ignore_index=True).sort_values(["ring", "turn"], ignore_index=True)
    return plans, orders, firms


@pytest.fixture(scope="module")
def refused() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    return campaign(refused=True)


@pytest.fixture(scope="module")
def let_go() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    return campaign(refused=False)


Campaign = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def test_a_ring_never_refused_places_its_orders_in_one_attempt_and_changes_nothing(let_go: Campaign) -> None:
    plans, orders, _ = let_go
    assert orders.groupby("ring").size().reindex(plans.index, fill_value=0).equals(plans["deals"].rename(None))
    assert set(orders["attempt"]) == {1}
    assert not orders[list(MOVES)].any(axis=None)


def test_a_refused_ring_never_places_more_orders_than_it_can_pay_for(refused: Campaign) -> None:
    plans, orders, _ = refused
    assert (orders.groupby("ring").size().reindex(plans.index, fill_value=0) <= plans["deals"]).all()
    assert len(orders) < plans["deals"].sum()  # some give up


def test_the_orders_of_a_ring_follow_one_another(refused: Campaign) -> None:
    _, orders, _ = refused
    assert orders.groupby("ring")["date"].agg(lambda days: days.is_monotonic_increasing).all()


def test_an_attempt_follows_a_stopped_order_of_which_the_ring_has_heard(refused: Campaign) -> None:
    _, orders, _ = refused
    before = orders.groupby("ring").shift(1)
    back = orders["attempt"] > before["attempt"]
    heard = orders.groupby("ring")["date"].transform("min") + LATER
    assert back.sum() > 200
    assert (orders.loc[back, "date"] >= heard[back] + pd.Timedelta(days=7)).all()
    assert (orders.loc[back, "attempt"] == before.loc[back, "attempt"] + 1).all()


def test_an_order_sent_before_the_ring_hears_is_of_the_same_attempt(refused: Campaign) -> None:
    _, orders, _ = refused
    first = orders[orders["attempt"] == 1]
    span = first.groupby("ring")["date"].agg(lambda days: days.max() - days.min())
    assert (span <= LATER).all()
    assert (first.groupby("ring").size() > 1).sum() > 30


def test_every_later_attempt_has_changed_something_and_every_change_occurs(refused: Campaign) -> None:
    _, orders, _ = refused
    moved = orders[list(MOVES)]
    assert moved[orders["attempt"] > 1].any(axis=1).all()
    assert not moved[orders["attempt"] == 1].any(axis=None)
    assert (moved.sum() > 50).all()


def test_another_name_is_another_company_opened_only_then(refused: Campaign) -> None:
    _, orders, firms = refused
    back = orders["attempt"] > orders.groupby("ring")["attempt"].shift(1)
    named = orders[back & (orders["attempt"] == 2) & orders["other_name"] & ~orders["older_company"]]
    first = orders.drop_duplicates("ring").set_index("ring")["firm"].loc[named["ring"]].to_numpy()
    assert (named["firm"].to_numpy() > first).all()
    mine = firms.loc[named["firm"]]
    fresh = ~mine["lasting"].to_numpy()
    wait = (named["date"].to_numpy() - mine["since"].to_numpy())[fresh]
    assert (wait > np.timedelta64(0)).all()
    assert (wait < np.timedelta64(301, "D")).mean() > 0.95  # else a company that the ring had in use before


def test_an_older_company_was_founded_years_before_and_is_new_to_the_seller_or_an_old_account(
    refused: Campaign,
) -> None:
    _, orders, firms = refused
    back = orders["attempt"] > orders.groupby("ring")["attempt"].shift(1)
    bought = orders[back & (orders["attempt"] == 2) & orders["older_company"]]
    mine = firms.loc[bought["firm"]]
    begin = bought["date"].to_numpy()
    assert len(bought) > 30
    assert ((begin - mine["founded"].to_numpy()) > np.timedelta64(3 * 365, "D")).all()
    known_for = begin - mine["since"].to_numpy()
    assert (known_for[~mine["lasting"].to_numpy()] < np.timedelta64(301, "D")).all()
    assert 0.3 < mine["lasting"].mean() < 0.7


def test_small_orders_are_small_and_days_apart(refused: Campaign) -> None:
    _, orders, _ = refused
    small = orders["smaller_orders"] & (orders["method"] != "operator")
    assert orders.loc[small, "part"].max() <= world().rates["rings"]["adapts"]["smaller"]
    before = orders.groupby("ring").shift(1)
    going_on = small & (before["smaller_orders"] == True) & (orders["attempt"] == before["attempt"])  # noqa: E712
    gap = (orders["date"] - before["date"])[going_on]
    assert len(gap) > 10
    assert gap.max() <= pd.Timedelta(days=16)  # a weekend more


@pytest.fixture(scope="module")
def book() -> SimulatedBook:
    return simulate(12_000, seed=5)


@pytest.fixture(scope="module")
def orders(book: SimulatedBook) -> pd.DataFrame:
    """One row a diverted order with its day, attempt as a number and outcome."""
    told = book.truth.merge(book.orders[[*KEY, "order_date"]], on=KEY).merge(book.outcomes, on=KEY, how="left")
    told = told[told["intent"] != "honest"].drop_duplicates("order_id")
    return told.assign(attempt=told["attempt"].astype(int)).sort_values(["scheme", "order_date"])


def test_the_truth_names_scheme_attempt_and_change_of_diverted_lines_alone(book: SimulatedBook) -> None:
    honest = book.truth["intent"] == "honest"
    told = book.truth[["scheme", "attempt", "changed"]]
    assert (told[honest] == "").all(axis=None)
    assert (told.loc[~honest, ["scheme", "attempt"]] != "").all(axis=None)
    assert ((book.truth["changed"] != "") == (book.truth["attempt"].replace("", "1").astype(int) > 1)).all()


def test_every_attempt_but_the_first_follows_a_stopped_order_of_the_scheme_in_the_outcomes(
    orders: pd.DataFrame,
) -> None:
    stopped = orders[orders["decision"].notna() & ~orders["decision"].fillna("").str.startswith("cleared")]
    soonest = stopped.groupby("scheme")["decided_on"].min()
    later = orders[orders["attempt"] > 1]
    assert len(later) > 10
    assert (later["order_date"] > later["scheme"].map(soonest)).all()
    assert (orders.groupby("scheme")["attempt"].agg(lambda each: each.is_monotonic_increasing)).all()


def test_a_scheme_is_never_cut_while_its_honest_neighbours_are(book: SimulatedBook, orders: pd.DataFrame) -> None:
    lines = book.truth[book.truth["intent"] != "honest"].groupby("order_id")["line_no"].nunique()
    assert len(lines) == len(orders)
    first = orders.groupby("scheme")["attempt"].min()
    assert set(first) == {1}
