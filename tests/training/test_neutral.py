"""A blank number counts at least as risky as most honest rows state, whatever its feature declared."""

from dataclasses import replace

import pandas as pd
import pytest

from scoring.model import Input, margins
from training.blocks import of_frame
from training.fit import fit
from training.neutral import no_safer

HONEST = [float(at) for at in range(13)]  # three quarters of them are 9 at most
RISES = Input("x", "number", "1", "rises", "", 1, 1.0)


@pytest.mark.parametrize(
    ("changes", "level"),
    [
        pytest.param({}, 9.0, id="a level safer than most honest values moves up to them"),
        pytest.param({"neutral": 9.5}, 9.5, id="one that is riskier stays as declared"),
        pytest.param({"risk": "falls", "neutral": 9.0}, 3.0, id="where more is safer it moves down"),
        pytest.param({"risk": "falls"}, 1.0, id="and stays where it is riskier"),
        pytest.param({"risk": "unsigned"}, 1.0, id="without a direction nothing is safer"),
        pytest.param({"kind": "flag", "neutral": 0.5}, 0.5, id="a flag is never missing"),
    ],
)
def test_the_level_of_a_blank(changes: dict[str, object], level: float) -> None:
    matrix = of_frame(pd.DataFrame({"x": [*HONEST, 1000.0, None]}))
    label = pd.Series([0] * 13 + [1, 0])
    (found,) = no_safer((replace(RISES, **changes),), matrix, label)
    assert found.neutral == pytest.approx(level)


def test_a_number_that_nobody_states_keeps_its_declared_level() -> None:
    matrix = of_frame(pd.DataFrame({"x": pd.Series([None, None], dtype="float64")}))
    assert no_safer((RISES,), matrix, pd.Series([0, 1])) == (RISES,)


def test_leaving_a_number_blank_never_scores_below_its_honest_median(world) -> None:
    """Declared as if unknown customers were the oldest: the training does not believe it."""
    told = tuple(replace(each, neutral=300.0) if each.name == "days_known" else each for each in world.inputs)
    model = fit(told, world.matrix, world.label, world.weight, world.customer, seed=3, bag=2)
    median = world.matrix["days_known"][world.label == 0].median()
    stated, blank = (margins(model, world.matrix.assign(days_known=value)) for value in (median, float("nan")))
    assert (blank >= stated - 1e-9).all()
    assert (blank > stated + 1e-3).any()
