"""What the model has to beat, taught on the same rows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scoring.model import margins
from training.contenders import SIMPLER, Taught, plain, plain_lightgbm, product
from training.fit import TrainingRefused
from training.lookup import keys, one_rule, remembered
from training.ranking import ranking


@pytest.fixture(scope="module")
def rows(world) -> Taught:
    return Taught(world.matrix, world.label, world.weight, world.customer)


@pytest.mark.parametrize("name", sorted(SIMPLER))
def test_each_ranks_every_row_and_better_than_chance(world, rows: Taught, name: str) -> None:
    score = SIMPLER[name](world.inputs, rows, 1)(world.matrix)
    assert np.isfinite(score).all()
    assert ranking(world.label, score)["auc"] > 0.5


def test_plain_trees_know_neither_guidance_nor_direction(world, rows: Taught) -> None:
    assert {each.risk for each in plain(world.inputs)} == {"unsigned"}
    assert {each.offsets for each in plain(world.inputs)} == {(0.0, 0.0, 0.0)}
    model = plain_lightgbm(world.inputs, rows, 1)
    assert len(model.boosters) == 1
    assert model.boosters[0].num_trees() == 100


def test_the_product_is_a_bag_on_the_guidance(world, rows: Taught) -> None:
    model = product(world.inputs, rows, 7, bag=2)
    assert len(model.boosters) == 2
    assert tuple(replace(each, line=()) for each in model.inputs) == world.inputs
    assert ranking(world.label, margins(model, world.matrix, threads=1))["auc"] > 0.6


def test_one_class_teaches_nothing(world, rows: Taught) -> None:
    with pytest.raises(TrainingRefused, match="one class"):
        SIMPLER["logistic_regression"](world.inputs, rows.of(rows.label == 0), 1)


def test_rows_are_kept_together(rows: Taught) -> None:
    some = rows.of(rows.label == 1)
    assert some.label.eq(1).all()
    assert some.matrix.index.equals(some.customer.index)


def test_a_look_up_remembers_repeats_and_says_the_mean_of_all_else() -> None:
    seen = pd.Series(["a", "a", "b", "b"])
    label, weight = pd.Series([1, 1, 0, 0]), pd.Series([1.0, 1.0, 1.0, 1.0])
    found = remembered(seen, label, weight, pd.Series(["a", "b", "new"]))
    assert found.tolist() == pytest.approx([2.5 / 3, 0.5 / 3, 0.5])


def test_keys_are_equal_for_equal_rows_blank_or_not() -> None:
    table = pd.DataFrame({"part": ["x", "x", "y"], "price": [1.0, 1.0, np.nan]})
    found = keys(pd.concat([table, table.tail(1)], ignore_index=True))
    assert found[0] == found[1]
    assert found[2] == found[3]
    assert found[0] != found[2]


def test_the_best_rule_is_the_column_that_ranks_best_upwards() -> None:
    label = pd.Series([1, 1, 0, 0])
    assert one_rule(np.array([[0.0, 3.0], [1.0, 2.0], [2.0, 1.0], [3.0, 0.0]]), label) == 1
