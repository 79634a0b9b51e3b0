"""With few confirmed cases the guidance stands, with more it gives way, and the run says which."""

import numpy as np
import pytest

from scoring.model import Model, margins
from training.baseline import guidance_margin
from training.fit import TrainingRefused, fit
from training.recipe import stage


def taught(world, confirmed: int) -> Model:
    """A model of every cleared line and the first so many confirmed ones."""
    kept = (world.label == 0) | (world.label.cumsum() <= confirmed)
    parts = (each[kept] for each in (world.matrix, world.label, world.weight, world.customer))
    return fit(world.inputs, *parts, seed=3)


def says_yes(model: Model, name: str) -> float:
    return next(dict(each.adds)[1.0] for each in model.inputs if each.name == name)


@pytest.mark.parametrize("confirmed", [0, 1, 19])
def test_below_twenty_no_model_is_made_and_the_refusal_says_that_guidance_decides(world, confirmed: int) -> None:
    with pytest.raises(TrainingRefused, match=rf"guidance alone decides \({confirmed} confirmed, fewer than 20\)"):
        taught(world, confirmed)


@pytest.mark.parametrize("confirmed", [20, 29])
def test_with_few_cases_a_sign_weighs_more_than_the_guidance_says_and_less_than_many_cases_say(
    world, confirmed: int
) -> None:
    """The truth of the first flag is three log-odds, of which the guidance says a quarter."""
    guided = next(each.offsets[2] for each in world.inputs if each.name == "headquarters_in_d5")
    few, many = (says_yes(taught(world, number), "headquarters_in_d5") for number in (confirmed, 10_000))
    assert guided < few < many


@pytest.mark.parametrize("confirmed", [20, 29])
def test_with_few_cases_every_score_is_finite_and_ranks_lines_much_as_the_guidance_does(world, confirmed: int) -> None:
    margin, guided = margins(taught(world, confirmed), world.matrix), guidance_margin(world.inputs, world.matrix)
    assert np.isfinite(margin).all()
    order = [np.argsort(np.argsort(each)) for each in (margin, guided)]
    assert np.corrcoef(*order)[0, 1] > 0.3


def test_a_sign_that_few_cases_never_showed_keeps_what_the_guidance_says(world) -> None:
    never = world.matrix["parent_in_d5"].mask(world.matrix["parent_in_d5"].fillna(False), False)
    kept = (world.label == 0) | (world.label.cumsum() <= 25)
    matrix = world.matrix.assign(parent_in_d5=never)[kept]
    model = fit(world.inputs, matrix, world.label[kept], world.weight[kept], world.customer[kept], seed=3)
    guided = next(each.offsets[2] for each in world.inputs if each.name == "parent_in_d5")
    assert says_yes(model, "parent_in_d5") == pytest.approx(guided, abs=1e-4)


@pytest.mark.parametrize(
    ("confirmed", "says"),
    [
        pytest.param(19, "guidance alone", id="nineteen leave the guidance alone"),
        pytest.param(29, "few, so score live batches", id="twenty-nine are few"),
        pytest.param(30, "guidance as 30 confirmed lines correct it", id="thirty correct it"),
        pytest.param(301, "was not tried beyond 300", id="beyond three hundred nothing was tried"),
    ],
)
def test_the_run_says_what_decides(confirmed: int, says: str) -> None:
    assert says in stage(confirmed)
