import filecmp
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.simulate import SimulatedBook, simulate, write

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


def test_about_two_orders_in_a_hundred_are_diverted_by_at_least_four_methods(book: SimulatedBook) -> None:
    intent = firsts(book.truth)["intent"]
    assert 0.012 < (intent != "honest").mean() < 0.028
    assert set(intent) == {"honest", "front", "forwarder", "straw", "operator"}


def test_the_truth_stands_in_no_other_table(book: SimulatedBook) -> None:
    for frame in (book.orders, book.customers, book.outcomes):
        assert "intent" not in frame.columns


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


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param("payer", id="a payer in Hong Kong or China"),
        pytest.param("young", id="a young buyer"),
        pytest.param("new", id="a new customer"),
        pytest.param("forwarder", id="delivery to a forwarder, a free zone or a warehouse"),
        pytest.param("value", id="a large line"),
        pytest.param("blank", id="many blank cells"),
    ],
)
def test_no_single_column_tells_intent(book: SimulatedBook, rule: str) -> None:
    from sklearn.metrics import roc_auc_score

    rows = book.orders.merge(book.customers.add_prefix("c_"), left_on="buyer_id", right_on="c_customer_id", how="left")
    day = pd.to_datetime(rows["order_date"])
    age = (day - pd.to_datetime(rows["c_incorporation_date"])).dt.days
    since = (day - pd.to_datetime(rows["c_customer_since"])).dt.days
    signal = {
        "payer": rows["payer_country"].isin(["HK", "CN"]).astype(float),
        "young": -age.fillna(age.median()),
        "new": -since.fillna(since.median()),
        "forwarder": rows["delivery_place_type"].isin(["forwarder", "free_zone", "warehouse"]).astype(float),
        "value": rows["line_value"].astype(float),
        "blank": rows.isna().sum(axis=1).astype(float),
    }[rule]
    assert roc_auc_score(book.truth["intent"] != "honest", signal) < 0.92
