"""Promises that hold on any line: a raised flag never lowers a score, a blank never helps, bags agree."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scoring.model import Model, margins
from training.contest.bed import Bed
from training.contest.holds import alike, each_of_the_bag, promises, same_reasons, steady, usual
from training.fit import fit


@pytest.fixture(scope="module")
def model(world) -> Model:
    return fit(world.inputs, world.matrix, world.label, world.weight, world.customer, seed=7, bag=3)


@pytest.fixture(scope="module")
def bed(world) -> Bed:
    ids = world.label.index.astype(str)
    rows = pd.DataFrame({"order_id": ids, "customer": world.customer, "label": world.label, "weight": world.weight})
    return Bed("made", world.matrix, rows, pd.DataFrame(index=rows.index), None)


def results(model: Model, bed: Bed) -> dict[str, str]:
    return {each.name: each.result for each in promises(model, bed)}


def test_our_recipe_keeps_both_promises(model: Model, bed: Bed) -> None:
    assert results(model, bed) == {"raising_a_flag": "pass", "leaving_a_cell_blank": "pass"}


def test_a_flag_that_lowers_a_score_is_named(model: Model, bed: Bed) -> None:
    upside_down = [
        replace(each, offsets=(6.0, 3.0, 0.0), line=()) if each.name == "parent_in_d5" else each
        for each in model.inputs
    ]
    raising, _ = promises(replace(model, inputs=tuple(upside_down)), bed)
    assert raising.result == "fail"
    assert raising.says.endswith("lowered by parent_in_d5")


def test_a_blank_that_is_taken_for_safer_than_honest_lines_is_named(model: Model, bed: Bed) -> None:
    kind = [replace(each, neutral=5000.0) if each.name == "days_known" else each for each in model.inputs]
    _, blank = promises(replace(model, inputs=tuple(kind)), bed)
    assert blank.result == "fail"
    assert blank.says.endswith("better blank: days_known")


def test_a_median_that_one_large_customer_makes_is_no_proof_that_a_blank_helps(model: Model, bed: Bed) -> None:
    """Two of three customers state little; the third, with most lines, states what looks better blank."""
    lines = bed.matrix.index[:300]
    days = pd.Series(np.where(np.arange(300) < 140, 250.0, 0.0), index=lines)
    few = pd.Series(np.where(np.arange(300) < 70, "a", np.where(np.arange(300) < 140, "b", "c")), index=lines)
    rows = bed.rows.loc[lines].assign(customer=few, label=0)
    part = replace(bed, matrix=bed.matrix.loc[lines].assign(days_known=days), rows=rows)
    known = replace(model, inputs=tuple(replace(e, neutral=30.0) if e.kind == "number" else e for e in model.inputs))
    _, blank = promises(known, part)
    assert blank.result == "not evaluated"
    assert "no more than by chance: days_known" in blank.says
    median, least = usual(days, few, "falls")
    assert (median, least) == (0.0, 250.0)


def orders(model: Model, bed: Bed) -> pd.DataFrame:
    return each_of_the_bag(model, bed).assign(label=bed.rows["label"].astype(float))


def test_a_bag_whose_boosters_agree_is_steady(model: Model, bed: Bed) -> None:
    same = replace(model, boosters=(model.boosters[0],) * 3)
    assert steady(orders(same, bed), 0.02).figure == 0.0
    assert steady(orders(model, bed), 0.02).figure > 0.0


def test_a_bag_of_one_says_nothing_of_stability(model: Model, bed: Bed) -> None:
    one = replace(model, boosters=model.boosters[:1])
    assert steady(orders(one, bed), 0.02).result == "not evaluated"
    assert same_reasons(one, bed, pd.Series(margins(one, bed.matrix), index=bed.matrix.index)).result == "not evaluated"


def test_equal_halves_give_equal_reasons(model: Model, bed: Bed) -> None:
    same = replace(model, boosters=(model.boosters[0],) * 2)
    check = same_reasons(same, bed, pd.Series(margins(same, bed.matrix), index=bed.matrix.index))
    assert (check.figure, check.result) == (1.0, "pass")


@pytest.mark.parametrize(("sign", "result"), [(1.0, "pass"), (-1.0, "fail")])
def test_a_challenger_that_ranks_otherwise_has_to_be_explained(sign: float, result: str) -> None:
    score = np.arange(100.0)
    check = alike(pd.DataFrame({"champion": score, "challenger": sign * score}), 0.1)
    assert (check.figure, check.result) == (pytest.approx(sign), result)


def test_without_a_champion_there_is_no_agreement() -> None:
    assert alike(pd.DataFrame({"challenger": [1.0]}), 0.1).result == "not evaluated"
