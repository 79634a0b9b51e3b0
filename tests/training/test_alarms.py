"""Each flattery alarm is silent on honest data and fires on the leak it is for."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from scoring.model import Model, filled, margins
from training.alarms import (
    Side,
    baselines,
    check,
    dealt_anew,
    drifted,
    overlap,
    permuted,
    refuse,
    result_of,
    stability,
    telling,
    told_apart,
)
from training.fit import TrainingRefused, fit
from training.lookup import compared


def side(world, rows: slice, customer: str) -> Side:
    """Rows of the made world; every record is its own."""
    matrix = world.matrix.iloc[rows]
    records = pd.DataFrame({"quantity": np.arange(len(world.label))[rows]}, index=matrix.index)
    period = pd.Series("2026Q1", index=matrix.index)
    return Side(
        records, matrix, world.label.iloc[rows], world.weight.iloc[rows], customer + world.customer[rows], period
    )


@pytest.fixture(scope="module")
def sides(world) -> tuple[Side, Side]:
    return side(world, slice(0, 1000), "a"), side(world, slice(1000, 1500), "b")


@pytest.fixture(scope="module")
def model(world, sides: tuple[Side, Side]) -> Model:
    train, _ = sides
    return fit(world.inputs, train.matrix, train.label, train.weight, train.customer, seed=1, bag=1)


def test_honest_data_raise_no_alarm(world, sides: tuple[Side, Side], model: Model) -> None:
    found = check(*sides, model, seed=1)
    assert {each.name for each in found} == {
        "record_overlap",
        "single_feature_auc",
        "above_record_look_up",
        "above_one_rule",
        "permuted_labels_auc",
        "score_drift",
    }
    assert not [each.name for each in found if each.failed]


def test_a_failed_alarm_is_refused_with_its_figure_and_meaning(sides: tuple[Side, Side]) -> None:
    train, test = sides
    found = overlap(train, replace(test, records=train.records.iloc[:500].set_axis(test.records.index)))
    assert (found.value, found.failed) == (1.0, True)
    with pytest.raises(TrainingRefused, match=r"record_overlap 1\.000 \(limit 0\.010\): test records repeat"):
        refuse([found])
    refuse([overlap(train, test)])


def test_blank_cells_repeat_blank_cells(sides: tuple[Side, Side]) -> None:
    blank = [replace(each, records=each.records.assign(quantity=np.nan)) for each in sides]
    assert overlap(*blank).value == 1.0


def test_a_feature_that_knows_the_outcome_is_named(world, sides: tuple[Side, Side]) -> None:
    train, _ = sides
    leaky = replace(train, matrix=train.matrix.assign(days_known=300.0 - 300 * train.label))
    found = telling(world.inputs, leaky)
    assert found.failed
    assert "days_known" in found.says
    assert not telling(world.inputs, train).failed


@pytest.fixture(scope="module")
def blind(model: Model) -> Model:
    """A model that says the same of every line."""
    nothing = tuple(replace(each, offsets=(0.0, 0.0, 0.0), line=()) for each in model.inputs)
    return replace(model, boosters=(), inputs=nothing)


def test_a_model_that_finds_less_than_one_rule_is_told_with_both_figures(sides, blind: Model) -> None:
    train, test = sides
    look_up, rule = baselines(train, test, blind)
    assert (look_up.failed, rule.failed) == (False, True)
    with pytest.raises(
        TrainingRefused, match=r"above_one_rule -0\.\d+ .*headquarters_in_d5 alone: average precision 0\."
    ):
        refuse([rule])


def test_a_model_that_finds_less_than_a_memory_of_repeats_is_told(sides, blind: Model) -> None:
    train, _ = sides
    assert [each.failed for each in baselines(train, train, blind)] == [True, True]


def test_a_model_behind_one_rule_by_no_more_than_chance_is_not_refused(sides, blind: Model) -> None:
    train, test = sides
    few = Side(*(getattr(test, each.name).iloc[:150] for each in fields(Side)))
    *flags, number = blind.inputs
    weak = replace(blind, inputs=(*flags, replace(number, line=((0.0, 0.0), (300.0, -1.0)))))
    score, rule = margins(weak, few.matrix, threads=1), filled(weak.inputs, few.matrix)[:, 0]
    lead = compared(few.label, few.customer, score, rule)["gained"]
    assert lead.value < 0 < lead.high
    assert baselines(train, few, weak)[1].value == lead.high
    assert not baselines(train, few, weak)[1].failed


def test_too_few_customers_to_compare_two_rankings_are_not_evaluated(sides, blind: Model) -> None:
    train, test = sides
    kept = test.label[(test.label == 0) | (test.customer == test.customer[test.label == 1].iloc[0])].index
    few = Side(*(getattr(test, each.name).loc[kept] for each in fields(Side)))
    found = baselines(train, few, blind)
    assert [each.failed for each in found] == [False, False]
    assert all(each.says.startswith("fewer than 5 customers") for each in found)
    assert [each.result for each in found] == ["not evaluated"] * 2
    assert [each.told()["value"] for each in found] == [None, None]


TOLD = [
    pytest.param({"says": "quiet", "result": "fail"}, "fail", id="what the folder keeps"),
    pytest.param({"says": "not evaluated: few customers"}, "not evaluated", id="an older folder said it in words"),
    pytest.param({"says": "test records repeat"}, "pass", id="an older folder that was not refused"),
]


@pytest.mark.parametrize(("told", "result"), TOLD)
def test_the_result_of_a_folders_alarm(told: dict[str, str], result: str) -> None:
    assert result_of(told) == result


def test_later_orders_of_another_kind_are_told_and_what_moved_most_is_named(world, sides, model: Model) -> None:
    train, test = sides
    assert not drifted(train, test, model).failed
    other = test.matrix.assign(headquarters_in_d5=True, days_known=0.0).astype({"headquarters_in_d5": "boolean"})
    found = drifted(train, replace(test, matrix=other), model)
    assert found.failed
    assert "headquarters_in_d5 moved most" in found.says or "days_known moved most" in found.says


def test_few_customers_that_differ_by_chance_are_no_other_population(sides, model: Model) -> None:
    train, test = sides
    three = test.customer.drop_duplicates().iloc[:3]
    kept = test.label[test.customer.isin(three)].index
    few = Side(*(getattr(test, each.name).loc[kept] for each in fields(Side)))
    found = drifted(train, few, model)
    assert found.limit > drifted(train, test, model).limit
    assert not found.failed


def test_a_population_is_stable_against_itself_and_not_against_another() -> None:
    values = np.arange(1000.0)
    assert stability(values, values) == 0.0
    assert stability(values, values + 500) > 0.25
    assert np.isfinite(stability(values, values + 1e6))


def test_labels_dealt_anew_keep_equal_records_together_and_their_period() -> None:
    label = pd.Series([1.0, 1.0, 0.0, 0.0, 0.0, 1.0])
    record = pd.Series(["r", "r", "s", "t", "u", "v"])
    period = pd.Series(["1", "1", "1", "2", "2", "2"])
    for seed in range(20):
        dealt = dealt_anew(label, record, period, seed)
        assert dealt[0] == dealt[1]
        assert dealt[[0, 2]].sum() == 1.0
        assert dealt[[3, 4, 5]].sum() == 1.0


def test_repeats_on_both_sides_are_foreseen_though_outcomes_are_dealt_at_random(world, sides) -> None:
    train, _ = sides
    numbers = pd.Series(np.random.default_rng(1).permutation(100).repeat(10), index=train.matrix.index)
    unlike = replace(train, records=numbers.to_frame("quantity"), matrix=train.matrix.assign(days_known=numbers * 3.0))
    again = replace(unlike, customer="b" + unlike.customer)
    assert permuted(world.inputs, unlike, again, seed=1).failed
    assert not permuted(world.inputs, *sides, seed=1).failed


def test_simulated_orders_told_from_real_ones_by_what_the_score_leans_on(world, sides, model: Model) -> None:
    train, test = sides
    alike = told_apart(model, train, test.matrix, seed=1)
    assert not alike.failed
    assert alike.value == pytest.approx(0.5, abs=0.06)
    unlike = told_apart(model, train, test.matrix.assign(days_known=0.0), seed=1)
    assert unlike.value > 0.9
    assert "days_known" in unlike.says
