"""Metrics count what a limited queue finds, on orders, each with its interval."""

import numpy as np
import pandas as pd
import pytest

from training.evaluate import HeldOut, alerting, by_quarter, calibration_error, calibration_table, evaluate, of_orders


def held_out() -> HeldOut:
    lines = pd.DataFrame(
        {
            "order_id": ["a", "a", "b", "c"],
            "customer": ["x", "x", "y", "z"],
            "ordered_on": pd.to_datetime(["2026-01-05", "2026-01-05", "2026-02-01", "2026-05-01"]),
            "label": [0, 1, 0, 0],
            "weight": [0.5, 0.5, 1.0, 1.0],
            "usd": [10.0, np.nan, 5.0, 5.0],
            "model": [-2.0, 3.0, 1.0, 0.0],
            "counted_flags": [1.0, 1.0, 1.0, 1.0],
        }
    )
    return HeldOut(lines, ("model", "counted_flags"), np.array([0.1, 0.9, 0.2, 0.1]))


def test_an_order_is_ranked_by_its_highest_line() -> None:
    found = evaluate(held_out(), pd.Series([True, False, False, False]), draws=20)
    assert found["model/average_precision"] == 1.0
    assert found["counted_flags/average_precision"] == found["random/average_precision"] == pytest.approx(1 / 3)
    assert found["test/orders"] == 3.0
    assert found["test/confirmed_orders"] == 1.0
    assert found["model/alerts_per_1000_orders"] == 250.0
    assert found["model/value_found_reviewing_1_percent"] == 1.0


def test_every_metric_has_an_interval_around_it() -> None:
    found = evaluate(held_out(), pd.Series(dtype=bool), draws=200)
    for name in ("model/precision_reviewing_1_percent", "model/brier", "model/calibration_error", "random/auc"):
        assert found[f"{name}_low"] <= found[name] <= found[f"{name}_high"], name
    assert np.isfinite(list(found.values())).all()


def test_amounts_nobody_stated_are_left_out_of_the_metrics() -> None:
    told = held_out()
    plain = HeldOut(told.lines.drop(columns="usd"), told.contenders, told.probability)
    assert not [name for name in evaluate(plain, pd.Series(dtype=bool), draws=5) if "value" in name or "tpp" in name]


def test_the_value_of_an_order_is_the_sum_of_its_lines() -> None:
    assert of_orders(held_out())["usd"].to_dict() == {"a": 10.0, "b": 5.0, "c": 5.0}


def test_each_quarter_has_a_row_of_its_own() -> None:
    quarters = by_quarter(held_out(), draws=10)
    assert quarters.index.tolist() == ["2026Q1", "2026Q2"]
    assert quarters["orders"].tolist() == [2.0, 1.0]
    assert quarters["confirmed_orders"].tolist() == [1.0, 0.0]
    assert quarters.loc["2026Q1", "model/average_precision"] == 1.0


def test_brier_weighs_the_lines_of_an_order_as_one() -> None:
    expected = (0.5 * 0.1**2 + 0.5 * 0.1**2 + 0.2**2 + 0.1**2) / 3
    assert evaluate(held_out(), pd.Series(dtype=bool), draws=5)["model/brier"] == pytest.approx(expected)


def test_the_calibration_error_is_nothing_where_said_is_found() -> None:
    label = pd.Series([0, 1] * 150)
    weight = pd.Series(1.0, index=label.index)
    assert calibration_error(label, np.full(300, 0.5), weight) == pytest.approx(0.0, abs=0.03)
    assert calibration_error(label, np.full(300, 0.9), weight) == pytest.approx(0.4, abs=0.03)


def test_the_calibration_table_has_bins_of_equal_mass() -> None:
    label = pd.Series([0, 1] * 150)
    table = calibration_table(label, np.linspace(0, 1, 300), pd.Series(1.0, index=label.index))
    assert table["mass"].tolist() == [20.0] * 15
    assert table["said"].is_monotonic_increasing


def test_alerts_are_counted_per_thousand_orders_under_any_weights() -> None:
    count = alerting(pd.Series([True, False, False, True]))
    found = count(np.array([[1.0, 1.0, 1.0, 1.0], [3.0, 1.0, 0.0, 0.0]]))
    assert found["model/alerts_per_1000_orders"].tolist() == [500.0, 750.0]
