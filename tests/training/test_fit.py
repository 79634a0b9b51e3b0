"""What the bag of boosters keeps to, and what it refuses to learn from."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.model import Model, margins
from training.fit import BAG, TrainingRefused, fit, without_trees


@pytest.fixture(scope="module")
def model(world) -> Model:
    return fit(world.inputs, world.matrix, world.label, world.weight, world.customer, seed=7)


def test_the_same_rows_and_seed_give_the_same_bytes_and_another_seed_others(world, model: Model) -> None:
    again = fit(world.inputs, world.matrix, world.label, world.weight, world.customer, seed=7)
    other = fit(world.inputs, world.matrix, world.label, world.weight, world.customer, seed=8)
    texts = [[each.model_to_string() for each in made.boosters] for made in (model, again, other)]
    assert texts[0] == texts[1]
    assert texts[0] != texts[2]


def test_the_boosters_of_a_bag_differ_and_are_small(model: Model) -> None:
    texts = {each.model_to_string() for each in model.boosters}
    assert len(texts) == len(model.boosters) == BAG
    assert all(each.num_trees() <= 100 for each in model.boosters)
    assert max(tree["num_leaves"] for each in model.boosters for tree in each.dump_model()["tree_info"]) <= 15


def test_the_start_is_centred_on_the_share_of_confirmed_lines(world, model: Model) -> None:
    said = 1 / (1 + np.exp(-margins(without_trees(model), world.matrix)))
    assert said.mean() == pytest.approx(world.label.mean(), abs=1e-3)


def test_the_trees_rank_better_than_the_line_alone(world, model: Model) -> None:
    yes, no = world.label == 1, world.label == 0
    gaps = [
        scores[yes].mean() - scores[no].mean()
        for scores in (margins(m, world.matrix) for m in (model, without_trees(model)))
    ]
    assert gaps[0] > gaps[1]


@given(
    row=st.integers(0, 1499),
    name=st.sampled_from(["headquarters_in_d5", "parent_in_d5", "headquarters_missing"]),
)
def test_no_is_never_above_not_evaluated_nor_that_above_yes(world, model: Model, row: int, name: str) -> None:
    three = pd.concat([world.matrix.iloc[[row]]] * 3, ignore_index=True)
    three[name] = pd.Series([False, None, True], dtype="boolean")
    no, unknown, yes = margins(model, three, threads=1)
    assert no <= unknown <= yes


@given(row=st.integers(0, 1499), days=st.floats(0, 1e6), more=st.floats(0, 1e6))
def test_a_number_that_falls_never_raises_the_margin(world, model: Model, row: int, days: float, more: float) -> None:
    two = pd.concat([world.matrix.iloc[[row]]] * 2, ignore_index=True).assign(days_known=[days, days + more])
    first, second = margins(model, two, threads=1)
    assert second <= first


def test_a_label_between_0_and_1_teaches_as_that_share_of_two_rows_does(world) -> None:
    """Half a confirmed line is one confirmed and one not, of half the weight; it is no confirmed diversion."""
    at = world.label.index[world.label == 0][:200]
    soft = world.label.astype("float64").mask(world.label.index.isin(at), 0.5)
    one = fit(**broken(world, label=soft), seed=1, bag=1)
    matrix = pd.concat([world.matrix, world.matrix.loc[at]], ignore_index=True)
    label = pd.concat([world.label.mask(world.label.index.isin(at), 1), world.label.loc[at]], ignore_index=True)
    weight = pd.Series(np.where(world.label.index.isin(at), 0.5, 1.0))
    weight = pd.concat([weight, weight.loc[at]], ignore_index=True)
    customer = pd.concat([world.customer, world.customer.loc[at]], ignore_index=True)
    two = fit(world.inputs, matrix, label, weight, customer, seed=1, bag=1)
    lines = [margins(without_trees(each), world.matrix) for each in (one, two)]
    np.testing.assert_allclose(lines[0], lines[1], atol=0.02)
    with pytest.raises(TrainingRefused, match="0 confirmed diversions"):
        fit(**broken(world, label=soft.clip(upper=0.5)), seed=1)


def broken(world, **change):
    return {**{name: getattr(world, name) for name in ("inputs", "matrix", "label", "weight", "customer")}, **change}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param(lambda w: {"label": w.label * 0}, "0 confirmed diversions", id="no confirmed diversion"),
        pytest.param(lambda w: {"label": w.label * 0 + 1}, "every outcome is a confirmed", id="confirmed only"),
        pytest.param(lambda w: {"label": (w.label.cumsum() <= 19) * w.label}, "19 confirmed", id="nineteen confirmed"),
        pytest.param(
            lambda w: {"matrix": w.matrix.drop(columns="days_known")}, "lacks days_known", id="column missing"
        ),
        pytest.param(
            lambda w: {"matrix": w.matrix.assign(days_known=np.inf)}, "not finite in days_known", id="infinite"
        ),
        pytest.param(lambda w: {"weight": w.weight * 0}, "weight", id="a weight of nothing"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused(world, change, says: str) -> None:
    with pytest.raises(TrainingRefused, match=says):
        fit(**broken(world, **change(world)), seed=1)


def test_an_empty_bag_is_refused(world) -> None:
    with pytest.raises(TrainingRefused, match="holds none"):
        fit(**broken(world), seed=1, bag=0)


def test_an_unsigned_number_may_go_either_way(world) -> None:
    free = tuple(replace(each, risk="unsigned") if each.kind == "number" else each for each in world.inputs)
    made = fit(**broken(world, inputs=free), seed=1, bag=1)
    assert made.boosters[0].feature_name() == [each.name for each in world.inputs]
