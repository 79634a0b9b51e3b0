"""A benign twin orders what a case orders, to the same country, and is an honest customer in everything else."""

import numpy as np
import pandas as pd
import pytest

from training.case_files import CASES, PROVEN, public_cases
from training.simulate import SimulatedBook
from training.simulate.book import honest_book
from training.simulate.donors import Donors
from training.simulate.filling import placed
from training.simulate.twins import TWINS, copied, twin_id, twins

ENCODED = public_cases(CASES)
PARTIES = ["buyer_name", "ult_consignee_name", "inter_consignee_name", "end_user_name", "payer_name"]
HONEST_ALONE = [
    "buyer_name", "ult_consignee_name", "end_user_name", "payer_name", "transit_countries", "mode_of_transport",
    "delivery_place_type", "payment_method", "payment_terms", "end_use_statement", "forwarder_name", "urgency_flag",
]  # fmt: skip


def drawn(book: SimulatedBook, seed: int = 7) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, Donors]:
    """The filled cases, then their twins with the customer file of these, and whose places are taken."""
    proven = ENCODED.orders[ENCODED.orders["use"].isin(PROVEN)]
    cases, _, donors = placed(proven, ENCODED.customers, book, seed)
    return cases, *twins(cases, book, seed, donors), donors


@pytest.fixture(scope="module")
def book() -> SimulatedBook:
    return honest_book(6_000, 7, ENCODED.window)


@pytest.fixture(scope="module")
def sides(book: SimulatedBook) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, Donors]:
    return drawn(book)


@pytest.fixture(scope="module")
def pairs(sides: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, Donors]) -> pd.DataFrame:
    """Each line of a twin beside the line of the case that it copies (`_case`)."""
    cases, others = sides[:2]
    of = {twin_id(order["order_id"].iloc[0], n): order["order_id"].iloc[0] for order, n in copied(cases)}
    told = others.assign(copied=others["order_id"].map(of))
    left = cases.rename(columns={"order_id": "copied"})
    return told.merge(left, on=["copied", "line_no"], suffixes=("", "_case"), validate="m:1")


def test_every_case_has_its_twins_and_no_two_of_them_are_one_customer(
    sides: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, Donors],
) -> None:
    cases, others, _, donors = sides
    told = others.groupby("twin_of")["case_id"].nunique()
    assert told.to_dict() == dict.fromkeys(sorted(set(cases["case_id"])), TWINS)
    whose = others.drop_duplicates("case_id")["buyer_id"]
    assert whose.is_unique
    assert set(whose) <= donors.asked
    assert not set(whose) & set(donors.of_buyer.values())


def test_a_twin_has_the_goods_the_country_and_the_day_of_its_case(pairs: pd.DataFrame) -> None:
    for name in ("part_number", "quantity", "destination_country", "order_date"):
        assert pairs[name].equals(pairs[f"{name}_case"].rename(name)), name


def test_a_twin_pays_a_price_of_the_same_magnitude(pairs: pd.DataFrame) -> None:
    price, other = (pairs[name].astype(float) for name in ("unit_price", "unit_price_case"))
    assert (price / other).between(1 / 3, 3).all()


def test_no_party_of_a_case_stands_in_a_twin(
    sides: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, Donors],
) -> None:
    stated = ENCODED.orders[ENCODED.orders["use"].isin(PROVEN)]
    theirs, ours = (set(lines[PARTIES].to_numpy().ravel()) - {np.nan} for lines in (stated, sides[1]))
    assert not theirs & ours


def test_route_payment_and_papers_are_those_of_one_honest_order(
    book: SimulatedBook, sides: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, Donors]
) -> None:
    honest = set(book.orders[HONEST_ALONE].fillna("").itertuples(index=False, name=None))
    assert set(sides[1][HONEST_ALONE].fillna("").itertuples(index=False, name=None)) <= honest


def test_where_nobody_delivers_a_local_buyer_is_moved_there_without_its_licence(
    book: SimulatedBook, pairs: pd.DataFrame
) -> None:
    classes = book.orders.groupby("destination_country").size()
    moved = pairs[~pairs["destination_country"].isin(classes.index)]
    assert len(moved)
    assert (moved["buyer_country"] == moved["destination_country"]).all()
    assert moved[["licence_code", "licence_number", "licence_exception"]].isna().all(axis=None)


def test_nobody_is_a_customer_before_it_is_founded(
    sides: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, Donors],
) -> None:
    files = sides[2].dropna(subset=["customer_since", "incorporation_date"])
    assert (files["customer_since"] >= files["incorporation_date"]).all()
    assert set(sides[1]["buyer_id"]) <= set(sides[2]["customer_id"])


def test_the_same_seed_gives_the_same_twins_and_another_seed_others(
    book: SimulatedBook, sides: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, Donors]
) -> None:
    _, others, files, _ = drawn(book)
    assert others.to_csv() == sides[1].to_csv()
    assert files.to_csv() == sides[2].to_csv()
    assert not np.array_equal(drawn(book, seed=8)[1]["buyer_id"], others["buyer_id"])
