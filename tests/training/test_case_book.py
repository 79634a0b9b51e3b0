"""Public cases stand in an honest book: past and links of both sides come from it, and donors make room."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.known import Known, known_on
from features.lines import with_facts
from features.orders.book import from_frame
from features.past.gathered import Earlier, with_own
from training.case_book import Measured, in_place, measured, named_in
from training.simulate import SimulatedBook
from training.simulate.book import honest_book
from training.simulate.donors import Donors
from training.simulate.filling import placed

ENCODED = Path(__file__).parents[2] / "training" / "cases"
AS_OF = date(2026, 11, 25)
SEVERAL, OLD = "AI-02-JANFORD", "CN-01-MMIC"  # four orders of one buyer; one order of 2010


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(ENCODED / name, dtype=str, keep_default_na=False).replace("", np.nan)


CASES, MASTERS = read("cases.csv"), read("cases_customers.csv")


@pytest.fixture(scope="module")
def book() -> SimulatedBook:
    return honest_book(4_000, 7, (pd.Timestamp("2023-12-01"), pd.Timestamp("2026-10-31")))


@pytest.fixture(scope="module")
def filled(book: SimulatedBook) -> tuple[pd.DataFrame, pd.DataFrame, Donors]:
    return placed(CASES, MASTERS, book, seed=7)


@pytest.fixture(scope="module")
def sides(book: SimulatedBook) -> tuple[Measured, Measured]:
    return measured(book, CASES, MASTERS, as_of=AS_OF, seed=7)


def known_of(book: SimulatedBook) -> Known:
    """What is known of a book with nothing else around it."""
    lines = from_frame(book.orders.astype("str").replace("nan", "")).lines
    master = from_frame(book.customers.astype("str").replace("nan", ""), "customers").lines
    known = known_on(AS_OF, master, backtest=True)
    return with_own(Earlier(), with_facts(lines, known), known)


def first_and_later(side: Measured, case: str) -> tuple[pd.Series, pd.Series]:
    """What the past says of the first order of a case, and of the others."""
    mine = CASES["case_id"] == case
    days = pd.to_datetime(CASES["order_date"])[mine]
    size = side.matrix["tpp_over_its_largest_day"][mine.to_numpy()]
    first = (days == days.min()).to_numpy()
    return size[first], size[~first]


def test_a_buyer_that_is_not_in_the_book_is_a_new_customer_and_its_later_orders_see_its_first(
    sides: tuple[Measured, Measured],
) -> None:
    first, later = first_and_later(sides[1], SEVERAL)
    assert first.isna().all()
    assert len(later) == 3
    assert later.notna().all()


def test_an_order_of_2010_meets_a_past_as_an_honest_one_does(sides: tuple[Measured, Measured]) -> None:
    old = (CASES["case_id"] == OLD).to_numpy()
    assert sides[1].matrix.loc[old, "a_refused_or_listed_party_is_near"].notna().all()


def test_both_sides_answer_from_the_past_about_equally_often(sides: tuple[Measured, Measured]) -> None:
    asked = ["a_refused_or_listed_party_is_near", "several_buyers_deliver_to_one_site"]
    ours, theirs = (side.matrix[asked].notna().mean() for side in sides)
    assert (ours - theirs).abs().max() < 0.15


def test_all_orders_of_a_buyer_are_filled_from_one_honest_customer_and_no_two_buyers_from_the_same(
    filled: tuple[pd.DataFrame, pd.DataFrame, Donors],
) -> None:
    donors = filled[2]
    assert len(set(donors.of_buyer.values())) == CASES["buyer_id"].nunique()
    assert len(donors.asked) <= len(donors.of_buyer) + 3  # an order of a leg that the first donor has none of


def test_the_customer_whose_place_a_case_takes_leaves_the_book(
    book: SimulatedBook, filled: tuple[pd.DataFrame, pd.DataFrame, Donors]
) -> None:
    donors = filled[2]
    room = replace(
        book,
        orders=book.orders[~book.orders["order_id"].isin(named_in(book, donors))],
        customers=book.customers[~book.customers["customer_id"].isin(donors.asked)],
    )
    with_them, without = (in_place(each, known_of(each), *filled).matrix for each in (book, room))
    pd.testing.assert_frame_equal(with_them, without)


def test_the_honest_side_is_the_whole_book(book: SimulatedBook, sides: tuple[Measured, Measured]) -> None:
    assert list(sides[0].lines["order_id"]) == list(book.orders["order_id"])


def test_the_same_seed_gives_the_same_answers(book: SimulatedBook, sides: tuple[Measured, Measured]) -> None:
    again = measured(book, CASES, MASTERS, as_of=AS_OF, seed=7)
    pd.testing.assert_frame_equal(again[1].matrix, sides[1].matrix)
