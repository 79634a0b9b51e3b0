"""Metrics count what a limited queue finds, on orders."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.evaluate import BUDGETS, HeldOut, calibration_error, evaluate, expected_hits, ranking


def test_a_perfect_ranking_finds_all_that_fits_the_budget() -> None:
    label = pd.Series([1] * 10 + [0] * 990)
    found = ranking(label, np.arange(1000, 0, -1, dtype="float64"))
    assert found["average_precision"] == 1.0
    assert found["precision_reviewing_1_percent"] == found["found_reviewing_1_percent"] == 1.0
    assert found["found_reviewing_0_5_percent"] == 0.5
    assert found["precision_reviewing_2_percent"] == 0.5


def test_ties_are_reviewed_in_random_order() -> None:
    label = pd.Series([1, 0, 0, 1])
    assert expected_hits(label, np.array([5.0, 1.0, 1.0, 1.0]), 2) == pytest.approx(1 + 1 / 3)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), min_size=1, max_size=60), st.integers(1, 60))
def test_the_share_found_is_a_share_and_no_budget_finds_more_than_all(rows: list[tuple[bool, int]], k: int) -> None:
    label = pd.Series([int(yes) for yes, _ in rows])
    score = np.array([float(level) for _, level in rows])
    assert 0 <= expected_hits(label, score, k) <= min(k, label.sum()) + 1e-9
    assert expected_hits(label, score, len(rows)) == pytest.approx(label.sum())


def held_out() -> HeldOut:
    lines = pd.DataFrame(
        {
            "order_id": ["a", "a", "b", "c"],
            "label": [0, 1, 0, 0],
            "weight": [0.5, 0.5, 1.0, 1.0],
            "model": [-2.0, 3.0, 1.0, 0.0],
            "counted_flags": [1.0, 1.0, 1.0, 1.0],
        }
    )
    return HeldOut(lines, ("model", "counted_flags"), np.array([0.1, 0.9, 0.2, 0.1]))


def test_an_order_is_ranked_by_its_highest_line() -> None:
    found = evaluate(held_out(), pd.Series([True, False, False, False]))
    assert found["model/average_precision"] == 1.0
    assert found["counted_flags/average_precision"] == found["random/average_precision"] == pytest.approx(1 / 3)
    assert found["test/orders"] == 3.0
    assert found["test/confirmed_orders"] == 1.0
    assert found["model/alerts_per_1000_orders"] == 250.0
    assert set(BUDGETS) == {"0_5", "1", "2", "5"}


def test_brier_weighs_the_lines_of_an_order_as_one() -> None:
    expected = (0.5 * 0.1**2 + 0.5 * 0.1**2 + 0.2**2 + 0.1**2) / 3
    assert evaluate(held_out(), pd.Series(dtype=bool))["model/brier"] == pytest.approx(expected)


def test_the_calibration_error_is_nothing_where_said_is_found() -> None:
    label = pd.Series([0, 1] * 150)
    weight = pd.Series(1.0, index=label.index)
    assert calibration_error(label, np.full(300, 0.5), weight) == pytest.approx(0.0, abs=0.03)
    assert calibration_error(label, np.full(300, 0.9), weight) == pytest.approx(0.4, abs=0.03)
