"""What is read from orders drawn by lot, and from them alone."""

import numpy as np
import pandas as pd
import pytest

from training.audit import audited, calibrates, measured


def rows(source: list[str | None], label: list[float | None]) -> pd.DataFrame:
    numbers = [f"O{at}" for at in range(len(source))]
    told = {"order_id": numbers, "customer": numbers, "source": source, "label": label, "propensity": 0.01}
    return pd.DataFrame(told).astype({"label": "float64"})


def test_public_cases_and_simulated_orders_test_no_model_where_there_are_reviews() -> None:
    found = measured(rows(["review", "audit", "public", "simulated", None], [1, 0, 1, 0, None]))
    assert found.tolist() == [True, True, False, False, False]


def test_a_book_without_a_real_decision_is_tested_on_what_it_has() -> None:
    assert measured(rows(["simulated", None], [1, None])).tolist() == [True, False]


@pytest.mark.parametrize(
    ("confirmed", "asked"),
    [
        pytest.param(20, "audit", id="twenty confirmed in the audit calibrate alone"),
        pytest.param(19, "both", id="fewer leave it to all reviewed lines"),
    ],
)
def test_probabilities_come_from_the_audit_once_it_is_large_enough(confirmed: int, asked: str) -> None:
    lines = rows(["audit"] * 100 + ["review"] * 50, [float(at < confirmed) for at in range(100)] + [1.0] * 50)
    assert calibrates(lines).sum() == (100 if asked == "audit" else 150)


def test_prevalence_and_recall_are_those_of_all_orders_and_not_of_what_reviewers_chose() -> None:
    """100 of 10,000 orders drawn by lot, 4 of them diverted, 3 of these in the top twentieth of all."""
    draw = np.random.default_rng(1)
    lines = rows(
        ["audit"] * 100 + ["review"] * 400 + [None] * 9500, [1.0] * 4 + [0.0] * 96 + [1.0] * 400 + [None] * 9500
    )
    margin = np.concatenate([[9.0, 9.0, 9.0, -9.0], draw.normal(size=9996)])
    found = audited(lines, margin, 1 / (1 + np.exp(-margin)), draws=200)
    assert (found["audit/orders"], found["audit/confirmed_orders"]) == (100.0, 4.0)
    assert found["audit/prevalence"] == pytest.approx(0.04)
    assert found["audit/prevalence_low"] < 0.04 < found["audit/prevalence_high"]
    assert found["audit/found_reviewing_5_percent"] == pytest.approx(0.75)


def test_an_order_drawn_more_rarely_stands_for_more() -> None:
    lines = rows(["audit"] * 2, [1.0, 0.0]).assign(propensity=[0.1, 0.3])
    assert audited(lines, np.zeros(2), np.full(2, 0.5), draws=10)["audit/prevalence"] == pytest.approx(0.75)


def test_without_an_audit_nothing_is_claimed() -> None:
    assert audited(rows(["review"], [1.0]), np.zeros(1), np.zeros(1)) == {}
