"""Bands fitted to an order book: as many orders a week reach high or critical as the reviewers can work."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from scoring.model import BANDS
from training.capacity import FEWEST_ORDERS, FEWEST_WEEKS, CapacityRefused, Fitted, fit, per_week

BEFORE = (-1.0, 0.0, 1.0)
AS_OF = date(2026, 11, 25)
ORDERS, WEEKS = 400, 20


def book(orders: int = ORDERS, weeks: int = WEEKS) -> pd.DataFrame:
    """Orders of two lines each, as many in each week as in the next; no two margins are equal."""
    rising = np.random.default_rng(1).permutation(2 * orders) / orders
    each = pd.DataFrame({"order_id": [f"A-{at}" for at in range(orders)]})
    each["order_date"] = pd.Timestamp("2026-01-05") + pd.to_timedelta(each.index % weeks * 7, unit="D")
    return pd.concat([each, each], ignore_index=True).assign(margin=rising)


def fitted(lines: pd.DataFrame, capacity: float = 4.0) -> Fitted:
    margin = lines["margin"].to_numpy(dtype=np.float64)
    return fit(lines["order_id"], lines["order_date"], margin, capacity, BEFORE, AS_OF)


def reached(lines: pd.DataFrame, threshold: float) -> int:
    return int((lines.groupby("order_id")["margin"].max() >= threshold).sum())


def test_orders_that_reach_high_fill_the_capacity() -> None:
    found = fitted(book())
    assert reached(book(), found.thresholds[1]) == 4 * WEEKS


def test_critical_and_elevated_keep_their_proportion_to_high() -> None:
    found = fitted(book(), 2.0)
    assert [reached(book(), threshold) for threshold in found.thresholds] == [200, 40, 10]


def test_it_says_how_many_orders_a_week_each_band_holds_before_and_now() -> None:
    found = fitted(book())
    assert list(found.a_week.index) == list(BANDS)
    assert found.a_week["fitted"].loc[["high", "critical"]].sum() == 4
    assert found.a_week.sum().tolist() == [ORDERS / WEEKS, ORDERS / WEEKS]


def test_equal_margins_never_overfill_the_queue() -> None:
    lines = book().assign(margin=lambda each: (each["margin"] * 5).round())
    assert reached(lines, fitted(lines).thresholds[1]) <= 4 * WEEKS


def test_orders_count_and_not_lines() -> None:
    lines = book()
    assert fitted(pd.concat([lines, lines], ignore_index=True)).thresholds == fitted(lines).thresholds


def test_the_order_of_lines_changes_nothing() -> None:
    assert fitted(book().sample(frac=1, random_state=1)).thresholds == fitted(book()).thresholds


def test_only_weeks_with_orders_count() -> None:
    """A date mistyped by a century must not make the queue a hundred years long."""
    lines = book()
    lines.loc[lines["order_id"] == "A-0", "order_date"] = pd.Timestamp("1926-01-05")
    assert fitted(lines).weeks == WEEKS + 1


LEFT_OUT = [
    pytest.param(pd.NaT, id="an order without a date"),
    pytest.param(pd.Timestamp("2026-11-26"), id="an order dated after the day of the fit"),
]


@pytest.mark.parametrize("day", LEFT_OUT)
def test_an_order_whose_date_does_not_count_is_left_out_and_told(day: pd.Timestamp) -> None:
    lines = book()
    lines.loc[lines["order_id"] == "A-0", "order_date"] = day
    found = fitted(lines)
    assert (found.left_out, found.orders) == (1, ORDERS - 1)


def test_a_line_without_an_order_is_an_order_of_its_own() -> None:
    lines = book()
    lines.loc[lines["order_id"] == "A-0", "order_id"] = None
    assert fitted(lines).orders == ORDERS + 1


REFUSED = [
    pytest.param(book(FEWEST_ORDERS - 1), 1.0, "a fit needs", id="too few orders"),
    pytest.param(book(weeks=FEWEST_WEEKS - 1), 1.0, "in 3 weeks", id="too few weeks"),
    pytest.param(book().assign(order_date=pd.NaT), 1.0, "0 of 400 orders have a date", id="no dates"),
    pytest.param(book(), 20.0, "is the whole book (20.0 orders a week)", id="a capacity that is the whole book"),
]


@pytest.mark.parametrize(("lines", "capacity", "said"), REFUSED)
def test_what_cannot_be_fitted_is_refused(lines: pd.DataFrame, capacity: float, said: str) -> None:
    with pytest.raises(CapacityRefused) as refused:
        fitted(lines.astype({"order_date": "datetime64[us]"}), capacity)
    assert said in str(refused.value)
    assert "; " in str(refused.value) or ": give" in str(refused.value)


@pytest.mark.parametrize(("text", "expected"), [("25/week", 25.0), ("25", 25.0), ("2.5 / week", 2.5)])
def test_a_capacity_is_orders_a_week(text: str, expected: float) -> None:
    assert per_week(text) == expected


@pytest.mark.parametrize("text", ["0", "-3/week", "25/day", "many", "", "inf", "nan/week"])
def test_a_capacity_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CapacityRefused, match="such as 25/week"):
        per_week(text)
