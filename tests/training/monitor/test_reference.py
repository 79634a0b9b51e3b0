"""Bins of the training lines: enough to see a shift, and nothing of any order."""

import json

import numpy as np
import pandas as pd
import pytest

from training.monitor.reference import psi, reference, shares_of


def test_equal_shares_have_no_shift_and_other_shares_have_one() -> None:
    even, odd = np.array([0.5, 0.5]), np.array([0.9, 0.1])
    assert psi(even, 1000, even, 1000) == 0.0
    assert psi(even, 100_000, odd, 100_000) == pytest.approx(0.4 * np.log(9), abs=1e-3)


def test_a_bin_that_was_empty_is_rare_and_not_impossible() -> None:
    found = psi(np.array([1.0, 0.0]), 1000, np.array([0.99, 0.01]), 1000)
    assert 0.0 < found < 0.1


BINNED = [
    pytest.param(
        {"shares": [0.5, 0.25, 0.25]},
        pd.Series([True, False, pd.NA, False], dtype="boolean"),
        [0.5, 0.25, 0.25],
        id="a flag has a bin for no, not evaluated and yes",
    ),
    pytest.param(
        {"edges": [1.0, 2.0], "shares": []},
        pd.Series([0.5, 1.0, 5.0, np.nan]),
        [0.25, 0.25, 0.25, 0.25],
        id="a number has a bin between edges, and one for missing",
    ),
    pytest.param(
        {"edges": [], "shares": []}, pd.Series([np.nan, np.nan]), [0.0, 1.0], id="a number that was never stated"
    ),
]


@pytest.mark.parametrize(("binned", "values", "shares"), BINNED)
def test_shares_by_bin(binned: dict, values: pd.Series, shares: list[float]) -> None:
    assert shares_of(binned, values).tolist() == shares


def test_the_reference_is_the_same_for_the_same_lines_and_names_no_party(watching) -> None:
    again = reference(watching.model, watching.facts, watching.matrix)
    text = json.dumps(again, allow_nan=False)
    assert text == json.dumps(watching.model.facts["reference"])
    assert not [name for name in watching.facts["buyer_name"].dropna().unique() if f'"{name}"' in text]
    assert sum(again["score"]["shares"]) == pytest.approx(1.0, abs=1e-4)
