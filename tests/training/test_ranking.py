"""What the top of a ranking holds, under any weights of its rows."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from training.ranking import BUDGETS, measure, ranking, share_found

ROWS = st.lists(st.tuples(st.booleans(), st.integers(0, 3)), min_size=1, max_size=40)


def arrays(rows: list[tuple[bool, int]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([float(yes) for yes, _ in rows]), np.array([float(level) for _, level in rows])


def test_a_perfect_ranking_finds_all_that_fits_the_budget() -> None:
    label = pd.Series([1] * 10 + [0] * 990)
    found = ranking(label, np.arange(1000, 0, -1, dtype="float64"))
    assert found["average_precision"] == found["auc"] == 1.0
    assert found["precision_reviewing_1_percent"] == found["found_reviewing_1_percent"] == 1.0
    assert found["found_reviewing_0_5_percent"] == 0.5
    assert found["precision_reviewing_2_percent"] == 0.5
    assert set(BUDGETS) == {"0_5", "1", "2", "5"}


def test_ties_are_reviewed_in_random_order() -> None:
    label, score = np.array([1.0, 0.0, 0.0, 1.0]), np.array([2.0, 1.0, 1.0, 1.0])
    found = measure(label, score, {}, {"half": 0.5})(np.ones((1, 4)))
    orders = [order for order in permutations(range(4)) if order[0] == 0]
    assert found["found_reviewing_half_percent"][0] == pytest.approx(
        np.mean([label[list(order[:2])].sum() / 2 for order in orders])
    )


def test_a_score_that_says_nothing_finds_the_share_reviewed() -> None:
    found = ranking(pd.Series([1] * 20 + [0] * 980), np.zeros(1000))
    assert found["found_reviewing_5_percent"] == pytest.approx(0.05)
    assert found["average_precision"] == pytest.approx(0.02)
    assert found["auc"] == 0.5


def test_the_share_of_the_value_found_is_not_the_share_of_orders_found() -> None:
    label, score = np.array([1.0, 1.0, 0.0, 0.0]), np.array([4.0, 3.0, 2.0, 1.0])
    amounts = {"value": np.array([1.0, np.nan, 100.0, 5.0]), "tpp": np.array([1.0, 9.0, 0.0, 0.0])}
    found = measure(label, score, amounts, {"25": 0.25})(np.ones((1, 4)))
    assert found["found_reviewing_25_percent"][0] == 0.5
    assert found["value_found_reviewing_25_percent"][0] == 1.0
    assert found["tpp_found_reviewing_25_percent"][0] == 0.1


@given(ROWS)
def test_average_precision_and_area_are_those_of_scikit_learn(rows: list[tuple[bool, int]]) -> None:
    label, score = arrays(rows)
    found = ranking(pd.Series(label), score)
    if 0 < label.sum() < len(label):
        assert found["average_precision"] == pytest.approx(average_precision_score(label, score))
        assert found["auc"] == pytest.approx(roc_auc_score(label, score))


@given(ROWS, st.data())
def test_a_weight_counts_as_that_many_equal_rows(rows: list[tuple[bool, int]], data: st.DataObject) -> None:
    label, score = arrays(rows)
    times = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows))))
    if times.sum() == 0:
        times[0] = 1
    weighed = measure(label, score, {"value": score}, {"30": 0.3})(times[None, :].astype(float))
    repeated = measure(
        *(np.repeat(part, times) for part in (label, score)), {"value": np.repeat(score, times)}, {"30": 0.3}
    )
    for name, values in repeated(np.ones((1, times.sum()))).items():
        assert weighed[name] == pytest.approx(values), name


@given(ROWS)
def test_the_share_found_is_a_share_and_grows_with_the_budget(rows: list[tuple[bool, int]]) -> None:
    label, score = arrays(rows)
    found = measure(label, score, {}, {"1": 0.01, "50": 0.5, "100": 1.0})(np.ones((1, len(rows))))
    low, half, whole = (found[f"found_reviewing_{name}_percent"][0] for name in ("1", "50", "100"))
    assert 0 <= low <= half + 1e-9 <= whole + 2e-9
    assert whole == pytest.approx(float(label.any()))


@given(
    ROWS, st.lists(st.lists(st.integers(0, 9), min_size=40, max_size=40), min_size=1, max_size=3), st.floats(0.01, 1)
)
def test_the_share_found_alone_is_the_one_of_the_whole_ranking(
    rows: list[tuple[bool, int]], draws: list[list[int]], share: float
) -> None:
    label, score = arrays(rows)
    weights = np.array(draws, dtype="float64")[:, : len(rows)]
    whole = measure(label, score, {}, {"some": share})(weights)["found_reviewing_some_percent"]
    np.testing.assert_array_equal(share_found(label, score, share)(weights), whole)
