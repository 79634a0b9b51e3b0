"""Probabilities come from customers the boosters did not see, and never turn the ranking round."""

import numpy as np
import pandas as pd
import pytest

import training.calibrate
from scoring.model import interval, margins, probabilities
from training.calibrate import at_base_rate, calibrated, intervals, out_of_fold, platt
from training.evaluate import calibration_error
from training.fit import TrainingRefused, fit, fit_blocks


def test_every_margin_comes_from_boosters_that_saw_no_row_of_its_customer(world, monkeypatch) -> None:
    seen: list[set[str]] = []
    predicted: list[set[str]] = []

    def watched_fit(inputs, matrix, label, weight, customer, **rest):
        seen.append(set(customer))
        assert set(matrix.column("whose")) == seen[-1]
        return fit_blocks(inputs, matrix, label, weight, customer, **rest)

    def watched_margins(model, matrix):
        predicted.append(set(matrix.column("whose")))
        return np.zeros(len(matrix))

    monkeypatch.setattr(training.calibrate, "fit_blocks", watched_fit)
    monkeypatch.setattr(training.calibrate, "margins_of", watched_margins)
    matrix = world.matrix.assign(whose=world.customer)
    found = out_of_fold(world.inputs, matrix, world.label, world.weight, world.customer, seed=1, bag=1)
    assert np.isfinite(found).all()
    assert len(seen) == 5
    assert not any(taught & asked for taught, asked in zip(seen, predicted, strict=True))


def test_what_it_says_is_what_is_found(world) -> None:
    parts = (world.inputs, world.matrix, world.label, world.weight, world.customer)
    model = fit(*parts, seed=1, bag=1)
    margin = out_of_fold(*parts, seed=1, bag=1)
    made = calibrated(model, margin, world.label, world.weight)
    assert made.base_rate == pytest.approx(world.label.mean())
    assert probabilities(made, margin).mean() == pytest.approx(world.label.mean(), abs=0.01)
    assert calibration_error(world.label, probabilities(made, margin), world.weight) < 0.03


def test_a_margin_that_ranks_backwards_gives_everyone_the_same_probability() -> None:
    label = pd.Series([1] * 30 + [0] * 30)
    (low, first), (high, last) = platt(-label.to_numpy(dtype="float64"), label, pd.Series(1.0, index=label.index))
    assert low < high
    assert first == last


def test_a_perfect_separation_stays_finite_and_rises() -> None:
    label = pd.Series([0] * 50 + [1] * 50)
    (_, first), (_, last) = platt(label.to_numpy(dtype="float64") * 10 - 5, label, pd.Series(1.0, index=label.index))
    assert np.isfinite([first, last]).all()
    assert first < last


def test_one_customer_with_all_the_confirmed_diversions_is_refused(world) -> None:
    alone = world.customer.mask(world.label == 1, "the one").mask(world.label == 0, "the other")
    with pytest.raises(TrainingRefused, match="1 customers have all the confirmed diversions, at least 5"):
        out_of_fold(world.inputs, world.matrix, world.label, world.weight, alone, seed=1, bag=1)


def test_another_base_rate_moves_every_probability_and_no_rank(world) -> None:
    model = fit(world.inputs, world.matrix, world.label, world.weight, world.customer, seed=1, bag=1)
    margin = margins(model, world.matrix, threads=1)
    rare = at_base_rate(model, 0.001)
    np.testing.assert_allclose(probabilities(rare, margin), probabilities(model, margin, 0.001))
    assert (margins(rare, world.matrix, threads=1) == margin).all()
    assert rare.base_rate == 0.001


@pytest.mark.parametrize("rate", [0.0, 1.0, float("nan"), 7.0])
def test_a_base_rate_that_is_no_share_is_refused(world, rate: float) -> None:
    model = fit(world.inputs, world.matrix, world.label, world.weight, world.customer, seed=1, bag=1)
    with pytest.raises(TrainingRefused, match="base rate"):
        at_base_rate(model, rate)


def test_a_customer_with_nearly_all_the_confirmed_diversions_is_refused(world) -> None:
    """Five others confirm one line each: held out with one of them, fewer than five would be left to learn from."""
    hits = world.label[world.label == 1].index
    owner = world.customer.copy()
    owner[hits] = "the one"
    owner[hits[:4]] = [f"other {number}" for number in range(4)]
    with pytest.raises(TrainingRefused, match="confirmed diversions are left when the customers of one fold are held"):
        out_of_fold(world.inputs, world.matrix, world.label, world.weight, owner, seed=1, bag=1)


def lots(many: int) -> tuple[np.ndarray, pd.Series, pd.Series]:
    """Margins from -4 to 4 and outcomes drawn at their own odds, weight 1 each."""
    margin = np.linspace(-4.0, 4.0, many)
    label = pd.Series((np.random.default_rng(2).random(many) < 1 / (1 + np.exp(-margin))).astype(int))
    return margin, label, pd.Series(1.0, index=label.index)


def test_an_interval_narrows_with_more_decided_lines_and_neither_end_falls() -> None:
    few, many = (np.array(intervals(*lots(lines))) for lines in (40, 4000))
    assert (many[:, 2] >= many[:, 1]).all()
    assert (np.diff(many, axis=0) >= 0).all()
    assert (few[:, 2] - few[:, 1]).mean() > 4 * (many[:, 2] - many[:, 1]).mean()


def test_the_share_found_lies_near_the_interval(world) -> None:
    margin, label, weight = lots(4000)
    near = np.abs(margin) < 0.2
    model = fit(world.inputs, world.matrix, world.label, world.weight, world.customer, seed=1, bag=1)
    made = calibrated(model, margin, label, weight)
    low, high = interval(made, np.array([0.0]))
    assert low[0] - 0.1 < label[near].mean() < high[0] + 0.1


def test_the_interval_moves_with_the_base_rate_as_the_probability_does(world) -> None:
    model = fit(world.inputs, world.matrix, world.label, world.weight, world.customer, seed=1, bag=1)
    made = calibrated(model, *lots(400))
    at = np.array([place for place, _, _ in made.intervals])
    np.testing.assert_allclose(interval(at_base_rate(made, 0.01), at), interval(made, at, 0.01))
    assert (interval(at_base_rate(made, 0.01), at)[1] < interval(made, at)[1]).all()
