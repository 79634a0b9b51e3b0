"""Whether probabilities hold: error, ratio and slope on decided lines, and in every country group."""

import numpy as np
import pandas as pd
import pytest

from scoring.model import Floats
from training.contest.said import asked_of, brier, by_group, calibrated, fair

ROWS = 6000


def lines(said: Floats, truth: Floats, rows: int = ROWS) -> tuple[pd.Series, Floats, pd.Series, pd.Series]:
    """Outcomes drawn from the truth, beside what a model said; each line of a customer of its own."""
    label = pd.Series((np.random.default_rng(5).random(rows) < truth[:rows]).astype(int))
    return label, said[:rows], pd.Series(1.0, index=label.index), pd.Series([f"c{at}" for at in range(rows)])


def spread() -> Floats:
    return 1 / (1 + np.exp(-np.random.default_rng(4).normal(-2.5, 1.0, ROWS)))


def bolder(probability: Floats, slope: float) -> Floats:
    return 1 / (1 + np.exp(-slope * np.log(probability / (1 - probability))))


def odds(probability: Floats, times: float) -> Floats:
    return times * probability / (1 - probability + times * probability)


SAMPLES = [
    pytest.param(200, 20, 200, id="200 drawn lines, 20 confirmed, are asked alone"),
    pytest.param(199, 20, 599, id="one fewer, and all are asked"),
    pytest.param(200, 19, 600, id="19 confirmed, and all are asked"),
]


@pytest.mark.parametrize(("drawn", "confirmed", "asked"), SAMPLES)
def test_calibration_is_read_from_the_drawn_sample_once_it_is_large_enough(
    drawn: int, confirmed: int, asked: int
) -> None:
    source, label = ["audit"] * drawn + ["review"] * 400, [1.0] * confirmed + [0.0] * (drawn - confirmed) + [1.0] * 400
    rows = pd.DataFrame({"source": source, "label": label, "weight": 1.0, "propensity": 0.25})
    assert len(asked_of(rows)) == asked


def test_a_line_drawn_by_lot_stands_for_those_that_the_draw_passed_over() -> None:
    rows = pd.DataFrame({"source": "audit", "label": [1.0, 0.0] * 100, "weight": 0.5, "propensity": [0.1, 0.5] * 100})
    assert asked_of(rows)["weight"].tolist() == [5.0, 1.0] * 100


HOLD = [
    pytest.param(spread(), ("pass", "pass", "pass"), id="a calibrated model passes all three"),
    pytest.param(odds(spread(), 3.0), ("fail", "fail", "pass"), id="odds three times too high fail error and ratio"),
    pytest.param(bolder(spread(), 0.4), ("fail", "fail", "fail"), id="a shy model fails the slope too"),
]


@pytest.mark.parametrize(("said", "results"), HOLD)
def test_calibration(said: Floats, results: tuple[str, ...]) -> None:
    checks = list(calibrated(*lines(said, spread()), draws=60))
    assert tuple(each.result for each in checks) == results


def test_the_slope_is_that_of_a_logistic_regression() -> None:
    checks = list(calibrated(*lines(bolder(spread(), 0.5), spread()), draws=20))
    assert checks[2].figure == pytest.approx(2.0, abs=0.15)


def test_few_confirmed_lines_are_not_evaluated() -> None:
    checks = list(calibrated(*lines(spread(), spread(), rows=60)))
    assert {each.result for each in checks} == {"not evaluated"}
    assert len(checks) == 3


def test_an_error_that_chance_alone_would_show_is_not_held_against_the_model() -> None:
    error = next(iter(calibrated(*lines(spread(), spread(), rows=400), draws=20)))
    assert error.figure > 0.03
    assert error.result == "not evaluated"


def test_a_worse_brier_score_fails_and_none_to_compare_with_is_not_evaluated() -> None:
    label, said, weight, customer = lines(spread(), spread())
    assert brier(label, said, np.full(ROWS, label.mean()), weight, customer).result == "fail"
    assert brier(label, said, said, weight, customer).result == "pass"
    assert brier(label, None, said, weight, customer).result == "not evaluated"


def test_a_group_whose_lines_are_said_three_times_too_risky_fails() -> None:
    truth, said = spread(), spread()
    group = pd.Series(np.where(np.arange(ROWS) % 2 == 0, "A:1", "D:1"))
    said = np.where(group == "D:1", np.minimum(3 * said, 0.99), said)
    table = by_group(group, *lines(said, truth))
    assert table.loc["A:1", "ratio"] == pytest.approx(1.0, abs=0.2)
    check = fair(table, "destination")
    assert check.result == "fail"
    assert "group D:1" in check.says


def test_a_group_with_too_few_confirmed_lines_has_no_ratio() -> None:
    label, said, weight, customer = lines(spread(), spread(), rows=50)
    table = by_group(pd.Series("B", index=label.index), label, said, weight, customer)
    assert np.isnan(table.loc["B", "ratio"])
    assert fair(table, "buyer").result == "not evaluated"
