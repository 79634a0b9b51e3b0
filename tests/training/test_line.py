"""How reviews correct the guidance: only the declared way, only as far as they say, and readable."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scoring.model import Input, filled, offset_parts
from training.baseline import guidance_margin
from training.blocks import of_frame
from training.line import corrected


def drawn(world, *, ridge: float = 1.0, inputs: tuple[Input, ...] | None = None, label: pd.Series | None = None):
    inputs, label = inputs or world.inputs, world.label if label is None else label
    return corrected(inputs, of_frame(world.matrix), label, world.weight, ridge=ridge)


def test_a_sign_that_reviews_confirm_weighs_more_than_one_they_do_not(world) -> None:
    made, _ = drawn(world)
    telling, other, missing, _ = (each.reach for each in made)
    assert telling > 2 > max(other, missing)


def test_no_step_goes_against_the_declared_direction_however_the_outcomes_lie(world) -> None:
    made, _ = drawn(world, label=1 - world.label)
    for each in made:
        amounts = np.diff([amount for _, amount in each.line])
        assert (amounts >= 0).all() if each.risk == "rises" else (amounts <= 0).all()


def test_a_ridge_without_end_leaves_the_guidance_as_it_is(world) -> None:
    made, _ = drawn(world, ridge=1e9)
    for before, after in zip(world.inputs, made, strict=True):
        assert [amount for _, amount in after.line][: len(before.offsets)] == pytest.approx(
            before.offsets if before.kind == "flag" else [0.0] * 3, abs=1e-4
        )


def test_a_number_adds_nothing_at_its_neutral_level(world) -> None:
    made, _ = drawn(world)
    number = made[-1]
    assert number.reach > 0
    assert np.interp(number.neutral, *np.transpose(number.line)) == pytest.approx(0.0, abs=1e-4)


def test_the_shares_confirmed_and_said_are_the_same(world) -> None:
    made, intercept = drawn(world)
    margin = intercept + offset_parts(made, filled(made, world.matrix)).sum(axis=1)
    assert (1 / (1 + np.exp(-margin))).mean() == pytest.approx(world.label.mean(), abs=1e-3)


def test_an_input_without_direction_has_no_line(world) -> None:
    free = tuple(replace(each, risk="unsigned", offsets=(0.0, 0.0, 0.0)) for each in world.inputs)
    made, intercept = drawn(world, inputs=free)
    assert {each.line for each in made} == {()}
    assert 1 / (1 + np.exp(-intercept)) == pytest.approx(world.label.mean(), abs=1e-3)


def test_a_number_nobody_stated_has_no_line(world) -> None:
    blank = replace(world, matrix=world.matrix.assign(days_known=np.nan))
    assert drawn(blank)[0][-1].line == ()


def test_what_the_guidance_said_before_the_reviews_can_still_be_read(world) -> None:
    made, _ = drawn(world)
    assert (guidance_margin(made, world.matrix) == guidance_margin(world.inputs, world.matrix)).all()


@pytest.mark.parametrize("flag", ["headquarters_in_d5", "headquarters_missing"])
def test_an_answer_that_no_review_has_seen_adds_what_the_guidance_says_of_it(world, flag: str) -> None:
    """Reviews find that a blank cell says less than the guidance holds of it; of a yes they say nothing."""
    blank = world.matrix[flag].mask(world.matrix[flag].fillna(False))
    found = world.label.mask(blank.isna(), 0)
    made, _ = drawn(replace(world, matrix=world.matrix.assign(**{flag: blank})), label=found)
    place = next(place for place, each in enumerate(made) if each.name == flag)
    _, unknown, yes = (amount for _, amount in made[place].line)
    assert unknown < 0.5 * made[place].offsets[1]
    assert yes == pytest.approx(made[place].offsets[2], abs=1e-4)


def test_a_flag_never_answered_keeps_all_the_guidance_says_of_it(world) -> None:
    unknown = world.matrix["parent_in_d5"].mask(world.matrix["parent_in_d5"].notna())
    made, _ = drawn(replace(world, matrix=world.matrix.assign(parent_in_d5=unknown)))
    assert [amount for _, amount in made[1].line] == pytest.approx(made[1].offsets, abs=1e-4)


def test_two_signs_that_are_always_answered_alike_lose_the_same_log_odds(world) -> None:
    """Reviews can only tell their sum, about 3 here; what they take off is shared out evenly, not by weight."""
    said = {"headquarters_in_d5": (0.0, 1.0, 3.0), "parent_in_d5": (0.0, 1.0, 2.0)}
    inputs = tuple(replace(each, offsets=said.get(each.name, each.offsets)) for each in world.inputs)
    alike = world.matrix.assign(parent_in_d5=world.matrix["headquarters_in_d5"])
    made, _ = drawn(replace(world, matrix=alike), inputs=inputs)
    one, other = (each.offsets[2] - each.line[2][1] for each in made[:2])
    assert one > 0.5
    assert one == pytest.approx(other, abs=1e-3)
