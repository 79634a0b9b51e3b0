"""Intervals come from drawing whole customers: many lines of one customer are one piece of evidence."""

import numpy as np
import pandas as pd
import pytest

from training.intervals import bootstrap, drawn, interval, spread


def mean_of(values: np.ndarray):
    return lambda weights: {"mean": (weights * values).sum(axis=1) / weights.sum(axis=1)}


def test_the_first_draw_is_the_rows_as_they_are() -> None:
    first = next(drawn(pd.Series(["a", "b", "b"]), 5, 1))
    assert first.tolist() == [[1.0, 1.0, 1.0]]


def test_rows_of_one_customer_are_drawn_together_and_a_draw_has_as_many_customers() -> None:
    customer = pd.Series(["a", "b", "b", "c", None, None])
    _, *others = drawn(customer, 40, 1)
    weights = np.concatenate(others)
    assert (weights[:, 1] == weights[:, 2]).all()
    assert (weights[:, 4] == weights[:, 5]).all()
    assert (weights[:, [0, 1, 3, 4]].sum(axis=1) == 4).all()


def test_the_same_seed_gives_the_same_interval_and_another_seed_another() -> None:
    values = np.random.default_rng(0).normal(size=200)
    customer = pd.Series(np.arange(200)).astype(str)
    one, same, other = (bootstrap(mean_of(values), customer, draws=200, seed=seed)["mean"] for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_an_interval_holds_the_mean_where_theory_says() -> None:
    values = np.random.default_rng(0).normal(size=400)
    found = bootstrap(mean_of(values), pd.Series(np.arange(400)).astype(str))["mean"]
    half = 1.96 * values.std() / 20
    assert (found.low, found.high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.02)


def test_few_customers_with_many_lines_are_less_certain_than_many_customers() -> None:
    values = np.repeat(np.random.default_rng(0).normal(size=20), 20)
    few = bootstrap(mean_of(values), pd.Series(np.repeat(np.arange(20), 20)).astype(str), draws=300)["mean"]
    many = bootstrap(mean_of(values), pd.Series(np.arange(400)).astype(str), draws=300)["mean"]
    assert few.high - few.low > 2 * (many.high - many.low)


def test_a_figure_that_is_none_has_no_ends_and_a_draw_that_is_none_is_left_out() -> None:
    nothing = interval(np.array([np.nan, 1.0, 2.0]))
    assert np.isnan([nothing.value, nothing.low, nothing.high]).all()
    assert interval(np.array([1.0, 1.0, np.nan])).high == 1.0
    assert spread({"one": nothing, "two": interval(np.array([1.0, 0.5, 0.5]))}).keys() == {
        "one",
        "two",
        "two_low",
        "two_high",
    }
