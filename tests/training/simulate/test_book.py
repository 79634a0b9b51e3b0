import filecmp
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from training.simulate import SimulatedBook, simulate, write
from training.simulate.ways import CODES
from training.simulate.world import world

KEY = ["order_id", "line_no"]
FILES = ("orders.csv", "customers.csv", "outcomes.csv", "truth.csv")


@pytest.fixture(scope="module")
def book() -> SimulatedBook:
    return simulate(12_000, seed=5)


def firsts(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop_duplicates("order_id").set_index("order_id")


def test_the_same_lines_and_seed_give_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write(simulate(600, seed=9), tmp_path / folder)
    assert filecmp.cmpfiles(tmp_path / "one", tmp_path / "two", FILES, shallow=False) == (list(FILES), [], [])


def test_another_seed_gives_another_book() -> None:
    assert not simulate(200, seed=1).orders.equals(simulate(200, seed=2).orders)


@settings(max_examples=8, deadline=None)
@given(lines=st.integers(1, 400), seed=st.integers(0, 10_000))
def test_a_book_has_exactly_the_lines_asked_for_each_with_a_key_of_its_own(lines: int, seed: int) -> None:
    small = simulate(lines, seed)
    assert len(small.orders) == len(small.truth) == lines
    assert not small.orders.duplicated(KEY).any()


def test_no_lines_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one line"):
        simulate(0, seed=1)


def test_about_two_orders_in_a_hundred_are_diverted_by_nine_methods() -> None:
    intent = firsts(simulate(24_000, seed=5).truth)["intent"]
    assert 0.015 < (intent != "honest").mean() < 0.025
    assert set(intent) == {"honest", *CODES}


def test_the_named_base_rates_are_those_of_the_books() -> None:
    shares = {}
    for name in ("rare", "half", "common"):
        intent = firsts(simulate(12_000, 5, world(name)).truth)["intent"]
        shares[name] = 100 * (intent != "honest").mean()
    assert shares == {
        "rare": pytest.approx(0.1, abs=0.06),
        "half": pytest.approx(0.5, abs=0.2),
        "common": pytest.approx(2.0, abs=0.5),
    }


def test_another_mix_of_countries_sells_less_to_the_united_states_and_its_rings_sit_elsewhere() -> None:
    home, other = (simulate(6_000, 5, world(name)) for name in ("home", "other-mix"))
    share = [(book.orders["buyer_country"] == "US").mean() for book in (home, other)]
    assert share[1] < share[0] / 2
    near = [
        book.orders.loc[book.truth["intent"] != "honest", "buyer_country"].isin(["AE", "IN", "TR"])
        for book in (home, other)
    ]
    assert near[1].mean() > near[0].mean() + 0.2


def test_rings_of_a_hard_world_tell_less_of_themselves_than_those_of_a_mild_one() -> None:
    age = {}
    for name in ("mild", "hard"):
        book = simulate(12_000, 5, world(name))
        since = book.orders["buyer_id"].map(book.customers.set_index("customer_id")["customer_since"])
        known_for = pd.to_datetime(book.orders["order_date"]) - pd.to_datetime(since)
        age[name] = known_for[book.truth["intent"] != "honest"].median()
    assert age["hard"] > age["mild"]


def test_the_truth_stands_in_no_other_table(book: SimulatedBook) -> None:
    for frame in (book.orders, book.customers, book.outcomes):
        assert not {"intent", "typologies", "scheme", "attempt", "changed"} & set(frame.columns)


def test_each_diverted_line_has_its_methods_code_first_and_each_honest_line_none(book: SimulatedBook) -> None:
    codes = book.truth["typologies"].str.split(";")
    assert list(codes.str[0]) == [CODES.get(intent, "") for intent in book.truth["intent"]]
    assert (codes.str.len() == codes.map(set).map(len)).all()


def test_schemes_mix(book: SimulatedBook) -> None:
    codes = book.truth.loc[book.truth["intent"] != "honest", "typologies"].str.split(";")
    assert 0.4 < (codes.str.len() > 1).mean() < 0.9


def test_every_buyer_is_in_the_customer_file(book: SimulatedBook) -> None:
    assert book.orders["buyer_id"].isin(book.customers["customer_id"]).all()
    assert book.customers["customer_id"].is_unique


def test_orders_stand_by_day_inside_the_three_years(book: SimulatedBook) -> None:
    days = book.orders["order_date"]
    assert days.is_monotonic_increasing
    assert days.between("2023-12-01", "2026-10-31").all()


def test_all_four_legs_occur(book: SimulatedBook) -> None:
    ours, home = (
        book.orders["seller_country"] == "US",
        book.orders["seller_country"] == book.orders["destination_country"],
    )
    assert min((ours & home).mean(), (ours & ~home).mean(), (~ours & home).mean(), (~ours & ~home).mean()) > 0.04


def test_every_kind_of_item_is_ordered_and_several_lines_make_an_order(book: SimulatedBook) -> None:
    assert {"3A090.a", "4A090.a", "3A090.b", "EAR99"} <= set(book.orders["eccn"].dropna())
    assert 1.8 < len(book.orders) / book.orders["order_id"].nunique() < 2.6


def test_honest_orders_of_controlled_items_to_china_carry_a_licence_number(book: SimulatedBook) -> None:
    honest = (book.truth["intent"] == "honest").to_numpy()
    item = book.orders["eccn"].isin(["3A090.a", "4A090.a"]) & (book.orders["licence_code"].notna())
    to_china = book.orders[item & honest & (book.orders["buyer_country"] == "CN")]
    assert len(to_china) > 0
    assert to_china["licence_number"].notna().mean() > 0.9  # the rest is shipped inside China


def test_singapore_pays_for_goods_that_go_elsewhere(book: SimulatedBook) -> None:
    honest = book.orders[
        (book.truth["intent"] == "honest").to_numpy() & book.orders["payer_country"].notna().to_numpy()
    ]
    elsewhere = (honest["payer_country"] == "SG") & (honest["destination_country"] != "SG")
    assert 0.03 < elsewhere.mean() < 0.22


def age(rows: pd.DataFrame, column: str) -> pd.Series:
    """Days from a date of the customer file to the order; the middle where the file has none."""
    days = (pd.to_datetime(rows["order_date"]) - pd.to_datetime(rows[column])).dt.days
    return days.fillna(days.median())


SIGNALS: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "a payer in Hong Kong or China": lambda rows: rows["payer_country"].isin(["HK", "CN"]),
    "a payer elsewhere": lambda rows: rows["payer_country"].notna() & (rows["payer_country"] != rows["buyer_country"]),
    "a young buyer": lambda rows: -age(rows, "c_incorporation_date"),
    "a new customer": lambda rows: -age(rows, "c_customer_since"),
    "delivery to a forwarder or a free zone": lambda rows: rows["delivery_place_type"].isin(["forwarder", "free_zone"]),
    "a large order": lambda rows: rows["line_value"].astype(float).groupby(rows["order_id"]).transform("sum"),
    "many blank cells": lambda rows: rows.isna().sum(axis=1),
    "no end user": lambda rows: rows["end_user_name"].isna(),
    "no website": lambda rows: rows["c_website"].isna(),
    "few people": lambda rows: -rows["c_employees"].astype(float).fillna(200),
    "free mail": lambda rows: rows["contact_email"].str.contains("gmail|outlook|yahoo|proton", na=False),
    "advance payment": lambda rows: rows["payment_prepaid_share"].astype(float).fillna(0.3),
    "a hub as destination": lambda rows: rows["destination_country"].isin(["HK", "SG", "MY", "TH", "TW", "AE"]),
}


@pytest.fixture(scope="module")
def judged() -> tuple[pd.DataFrame, "pd.Series[bool]"]:
    """One row an order with its buyer's master data, and whether it is diverted: three books."""
    rows, diverted = [], []
    for seed in range(11, 14):
        book = simulate(12_000, seed)
        first = ~book.orders.duplicated("order_id")
        masters = book.customers.add_prefix("c_")
        rows.append(book.orders[first].merge(masters, left_on="buyer_id", right_on="c_customer_id"))
        diverted.append(book.truth.loc[first, "intent"] != "honest")
    return pd.concat(rows, ignore_index=True), pd.concat(diverted, ignore_index=True)


@pytest.mark.parametrize("signal", [pytest.param(name, id=name) for name in SIGNALS])
def test_no_single_column_tells_intent(judged: tuple[pd.DataFrame, "pd.Series[bool]"], signal: str) -> None:
    rows, diverted = judged
    assert roc_auc_score(diverted, SIGNALS[signal](rows).astype(float)) < 0.77


def test_simple_signals_together_tell_something_and_far_from_all(
    judged: tuple[pd.DataFrame, "pd.Series[bool]"],
) -> None:
    rows, diverted = judged
    table = pd.DataFrame({name: signal(rows).astype(float).rank(pct=True) for name, signal in SIGNALS.items()})
    half = np.arange(len(rows)) < len(rows) // 2
    model = LogisticRegression(max_iter=300).fit(table[half], diverted[half])
    assert 0.70 < roc_auc_score(diverted[~half], model.predict_proba(table[~half])[:, 1]) < 0.92
