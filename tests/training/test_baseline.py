"""What guidance alone says of each flag, and how it is shared and counted."""

import math

import pandas as pd
import pytest

from features.red_flags import SINCE_NOT_EVALUATED, red_flags
from training.baseline import counted_flags, guidance_margin, offsets


def test_two_features_of_one_flag_share_its_weight(world) -> None:
    whole = red_flags()["headquarters-d5-macau"].log_odds
    first, second, other, number = world.inputs
    assert first.offsets[2] == second.offsets[2] == whole / 2
    assert other.offsets[2] == red_flags()["headquarters-unknown"].log_odds
    assert number.offsets == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("flag", [pytest.param(key, id=key) for key in red_flags()])
def test_not_evaluated_lies_between_no_and_yes(flag: str) -> None:
    no, unknown, yes = offsets(red_flags()[flag].log_odds)
    assert no == 0.0
    assert no <= unknown <= yes
    assert (no < unknown < yes) == (yes > 0)


def test_not_evaluated_is_the_mean_odds_of_the_assumed_share() -> None:
    p = SINCE_NOT_EVALUATED
    assert offsets(2.0)[1] == pytest.approx(math.log((1 - p) + p * math.exp(2.0)))


def test_flags_are_counted_where_they_say_yes_only() -> None:
    matrix = pd.DataFrame({"a": [True, None, False], "b": [True, True, None]}, dtype="boolean").assign(
        n=[5.0, 5.0, 5.0]
    )
    assert counted_flags(matrix).tolist() == [2.0, 1.0, 0.0]


def test_the_guidance_margin_is_the_sum_of_the_offsets(world) -> None:
    row = pd.DataFrame({"headquarters_in_d5": [True], "parent_in_d5": [None], "headquarters_missing": [False]}).astype(
        "boolean"
    )
    first, second, _, _ = world.inputs
    expected = first.offsets[2] + second.offsets[1]
    assert guidance_margin(world.inputs, row.assign(days_known=1.0))[0] == pytest.approx(expected)
