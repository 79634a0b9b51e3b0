"""A check passes, fails, or says that it could not be made; the last is neither."""

import math

import pytest

from training.contest.check import failed, held, open_ones, unevaluated, within
from training.intervals import Interval

BOUNDED = [
    pytest.param(Interval(1.0, 0.2, 3.0), "pass", id="inside the bounds passes however wide its interval"),
    pytest.param(Interval(1.6, 1.3, 2.0), "fail", id="an interval wholly above fails"),
    pytest.param(Interval(0.5, 0.3, 0.7), "fail", id="an interval wholly below fails"),
    pytest.param(
        Interval(1.6, 1.1, 2.4), "not evaluated", id="outside with an interval that reaches in cannot be told"
    ),
]


@pytest.mark.parametrize(("found", "result"), BOUNDED)
def test_a_figure_between_bounds(found: Interval, result: str) -> None:
    assert within("ratio", found, 0.8, 1.25, "said over found").result == result


def test_failed_and_open_checks_are_told_apart() -> None:
    checks = (held("a", 1.0, "", True, ""), held("b", 1.0, "", False, ""), unevaluated("c", "", "no rows"))
    assert [each.name for each in failed(checks)] == ["b"]
    assert [each.name for each in open_ones(checks)] == ["c"]


def test_a_missing_figure_is_null_in_json() -> None:
    check = unevaluated("c", "at most 0", "no rows")
    assert math.isnan(check.figure)
    assert check.told()["figure"] is None
