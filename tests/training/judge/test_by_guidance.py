"""Flags are added as the guidance says, on the chosen rows, and where they were evaluated."""

import numpy as np
import pandas as pd
import pytest

from scoring.model import Input
from training.judge.by_guidance import SELDOM, flagged

ROWS = 40_000


def flag(name: str, log_odds: float) -> Input:
    return Input(name, "flag", "yes/no", "rises", "abnormal-route", 1, 0.5, (0.0, log_odds / 4, log_odds))


def answers(share: float, seed: int = 1) -> pd.Series:
    return pd.Series(np.random.default_rng(seed).random(ROWS) < share, dtype="boolean")


@pytest.mark.parametrize(
    ("share", "log_odds", "expected"),
    [
        pytest.param(0.5, np.log(3.0), 0.75, id="three times the odds make one in two three in four"),
        pytest.param(0.0, np.log(3.0), 3 * SELDOM / (1 + 2 * SELDOM) - SELDOM, id="a flag never drawn appears seldom"),
        pytest.param(1.0, np.log(3.0), 1.0, id="a flag that all show stays a yes"),
        pytest.param(0.2, 0.0, 0.2, id="a flag without weight stays as often a yes"),
    ],
)
def test_the_odds_of_a_yes_rise_by_the_weight(share: float, log_odds: float, expected: float) -> None:
    matrix = pd.DataFrame({"hub": answers(share)})
    made = flagged((flag("hub", log_odds),), matrix, np.full(ROWS, True), np.random.default_rng(2))
    assert made["hub"].mean() == pytest.approx(expected, abs=0.01)


def test_rows_not_chosen_and_answers_not_evaluated_stay_and_no_yes_is_taken_back() -> None:
    matrix = pd.DataFrame({"hub": answers(0.3).mask(answers(0.2, seed=3))})
    chosen = np.arange(ROWS) < ROWS // 2
    made = flagged((flag("hub", 2.0),), matrix, chosen, np.random.default_rng(2))
    pd.testing.assert_frame_equal(made[~chosen], matrix[~chosen])
    assert (made["hub"].isna() == matrix["hub"].isna()).all()
    assert made.loc[matrix["hub"].fillna(False), "hub"].all()


def test_a_flag_that_nobody_evaluated_and_a_number_stay_as_they_are() -> None:
    matrix = pd.DataFrame({"hub": pd.Series([None] * ROWS, dtype="boolean"), "age": np.arange(ROWS, dtype="float64")})
    inputs = (flag("hub", 2.0), Input("age", "number", "years", "falls", "young-company", 1, 6.0))
    made = flagged(inputs, matrix, np.full(ROWS, True), np.random.default_rng(2))
    pd.testing.assert_frame_equal(made, matrix)
