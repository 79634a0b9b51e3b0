"""What each kind of scheme leaves in the files, and that honest orders show the same."""

import pandas as pd
import pytest

from training.simulate import SimulatedBook, agents, simulate
from training.simulate.draws import stream
from training.simulate.listed import listed
from training.simulate.rings import companies, rings
from training.simulate.schemes import stopped_deals
from training.simulate.world import world

SEED = 4


@pytest.fixture(scope="module")
def books() -> list[SimulatedBook]:
    return [simulate(20_000, seed) for seed in range(21, 24)]


@pytest.fixture(scope="module")
def rows(books: list[SimulatedBook]) -> pd.DataFrame:
    """One row a line of several books with the buyer's master data and the truth."""
    lots = [
        book.orders.merge(book.customers.add_prefix("c_"), left_on="buyer_id", right_on="c_customer_id", how="left")
        .assign(intent=book.truth["intent"], typologies=book.truth["typologies"])
        .assign(price=prices(book))
        for book in books
    ]
    return pd.concat(lots, ignore_index=True)


def prices(book: SimulatedBook) -> pd.Series:
    """Unit price in US dollars over the middle of the part's range."""
    parts = world().parts.set_index("part")
    middle = book.orders["part_number"].map((parts["low"] + parts["high"]) / 2)
    return book.orders["unit_price"].astype(float) / middle


def of(rows: pd.DataFrame, intent: str) -> pd.DataFrame:
    return rows[rows["intent"] == intent]


@pytest.fixture(scope="module")
def scheme() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Plans, companies, deals, earlier deals of customers that stopped, and listed parties of rings never refused."""
    parties = listed(world(), stream(SEED, "listed"))
    rng = stream(SEED, "rings")
    plans = rings(world(), rng, 4_000)
    firms = companies(world(), rng, plans, parties).assign(used=False)
    acting, lots = agents.begin(world(), rng, plans), []
    for turn in range(int(plans["deals"].max())):
        acting, deals, firms = agents.act(world(), rng, acting, firms, turn)
        lots.append(deals)
    return plans, firms, pd.concat(lots, ignore_index=True), stopped_deals(world(), rng, plans, firms), parties


Scheme = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]


def test_a_front_is_new_or_bought(scheme: Scheme) -> None:
    _, firms, deals, _, _ = scheme
    new = firms.loc[deals.loc[deals["method"] == "front", "firm"], "new"]
    assert 0.3 < new.mean() < 0.65


def test_a_forwarder_or_trader_is_the_last_party_of_most_t2_orders_and_of_some_honest_ones(rows: pd.DataFrame) -> None:
    outside = rows["delivery_place_type"].isin(["forwarder", "free_zone", "warehouse"])
    stated = rows["delivery_place_type"].notna()
    assert outside[stated & (rows["intent"] == "forwarder")].mean() > 0.7
    assert 0.15 < outside[stated & (rows["intent"] == "honest")].mean() < 0.4


def test_straw_orders_stay_in_the_sellers_country(rows: pd.DataFrame) -> None:
    straw = of(rows, "straw")
    assert (straw["seller_country"] == straw["destination_country"]).mean() > 0.85


def test_a_paper_end_user_sits_in_a_country_without_licences_and_often_shares_the_buyers_owner(scheme: Scheme) -> None:
    plans, firms, _, _, _ = scheme
    mine = firms[firms["ring"].isin(plans.index[plans["method"] == "paper"])]
    users = mine[mine["paper"]]
    assert not users["country"].isin(world().rates["buyers"]["licensed"]["countries"]).any()
    buyers = mine[~mine["paper"]].drop_duplicates("ring").set_index("ring")
    same = users.set_index("ring")["parent"] == buyers["parent"]
    assert 0.4 < (same & (buyers["parent"] != "")).mean() < 0.75


def test_a_borrowed_name_is_that_of_a_real_operator(books: list[SimulatedBook]) -> None:
    honest = {name for book in books for name in book.orders.loc[book.truth["intent"] == "honest", "end_user_name"]}
    named = [
        name for book in books for name in book.orders.loc[book.truth["intent"] == "paper", "end_user_name"].dropna()
    ]
    assert 0.02 < sum(name in honest for name in named) / len(named) < 0.6


def test_papers_of_concealed_goods_are_vague_wrong_and_cheap_more_often_but_honest_papers_have_faults_too(
    rows: pd.DataFrame,
) -> None:
    hidden = rows["typologies"].str.contains("T5")
    true_heading = rows["part_number"].map(world().parts.set_index("part")["hs"])
    wrong = rows["hs_code"].str[:6] != true_heading
    wrong = wrong.where(rows["hs_code"].notna())
    assert wrong[hidden].mean() > 3 * wrong[rows["intent"] == "honest"].mean() > 0.06
    dollars = rows["currency"] == "USD"
    cheap = rows["price"] < 0.7
    assert cheap[hidden & dollars].mean() > 1.5 * cheap[(rows["intent"] == "honest") & dollars].mean() > 0


def test_a_real_operator_orders_more_each_time_and_in_the_rush_before_a_rule_date(scheme: Scheme) -> None:
    _, _, deals, _, _ = scheme
    real = deals[deals["method"] == "operator"]
    assert real.groupby("ring")["part"].agg(lambda parts: parts.is_monotonic_increasing).all()
    spans = [(pd.Timestamp(first), pd.Timestamp(last)) for first, last in world().rates["book"]["rushes"]]

    def rush(days: pd.Series) -> float:
        return float(sum(days.between(first, last) for first, last in spans).mean())

    assert rush(real["date"]) > 1.8 * rush(deals.loc[deals["method"] == "front", "date"])


def test_money_of_t7_orders_mostly_comes_from_a_stranger(rows: pd.DataFrame) -> None:
    other = (rows["payer_name"] != rows["buyer_name"])[rows["payer_name"].notna()]
    assert other[rows["intent"] == "payer"].mean() > 0.7
    assert 0.08 < other[rows["intent"] == "honest"].mean() < 0.3


def test_an_alias_has_a_listed_partys_address_owner_or_earlier_name(scheme: Scheme) -> None:
    plans, firms, _, _, parties = scheme
    mine = firms[firms["ring"].isin(plans.index[plans["method"] == "alias"])]
    places = mine[["address", "site_address", "warehouse"]].isin(set(parties["address"])).any(axis=1)
    owners = mine["parent"].isin(parties["name"])
    assert (places | owners).all()
    assert 0.1 < mine["other_names"].isin(parties["name"]).mean() < 0.35
    assert 0.1 < (mine["stake"] >= 25).mean() < 0.4


def test_honest_neighbours_and_small_holdings_of_listed_parties_exist(books: list[SimulatedBook]) -> None:
    share = pd.concat([book.customers["listed_ownership_pct"] for book in books]).dropna().astype(float)
    assert 0.005 < ((share > 0) & (share < 25)).mean() < 0.08
    assert (share == 0).mean() > 0.9


def test_a_successor_starts_after_another_customer_has_stopped_and_buys_the_same_parts(scheme: Scheme) -> None:
    plans, firms, deals, stopped, _ = scheme
    before = stopped.assign(ring=firms["ring"].to_numpy()[stopped["firm"]])
    late = before["date"].groupby(before["ring"]).max()
    early = deals[deals["method"] == "successor"].groupby("ring")["date"].min()
    both = pd.concat([late.rename("last"), early.rename("first")], axis=1).dropna()
    inside = both[both["last"] > world().start + pd.Timedelta(days=60)]
    assert (inside["last"] < inside["first"]).all()
    mine = firms[firms["ring"].isin(plans.index[plans["method"] == "successor"])]
    assert (mine["taste"] == mine.groupby("ring")["taste"].transform("first")).all()


def test_customers_that_stopped_bought_lawfully_under_licence(scheme: Scheme) -> None:
    _, firms, _, stopped, _ = scheme
    assert set(stopped["intent"]) == {"honest"}
    assert (firms.loc[stopped["firm"], "licence"] != "").all()


def test_honest_customers_stop_and_are_followed_by_others_too(books: list[SimulatedBook]) -> None:
    orders = pd.concat([book.orders[book.truth["intent"] == "honest"] for book in books[:1]])
    last = orders.groupby("buyer_id")["order_date"].max()
    assert (last < "2026-03-01").mean() > 0.4
