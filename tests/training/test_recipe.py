"""With few confirmed cases the guidance stands, with more it gives way, and the run says which."""

import numpy as np
import pandas as pd
import pytest

from scoring.model import Floats, Model, margins
from training.baseline import guidance_margin
from training.blocks import of_frame
from training.fit import TrainingRefused, fit, fit_blocks
from training.recipe import HELP, help_of_guidance, helps, stage


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
        pytest.param(301, "still need the guidance was not tried", id="beyond three hundred it is to be tried"),
    ],
)
def test_the_run_says_what_decides(confirmed: int, says: str) -> None:
    assert says in stage(confirmed)


def test_without_guidance_a_sign_that_no_case_showed_adds_nothing_and_what_the_guidance_says_stays_on_record(
    world,
) -> None:
    never = world.matrix["parent_in_d5"].mask(world.matrix["parent_in_d5"].fillna(False), False)
    given = (world.inputs, of_frame(world.matrix.assign(parent_in_d5=never)), world.label, world.weight, world.customer)
    model = fit_blocks(*given, seed=3, bag=1, guided=False)
    assert says_yes(model, "parent_in_d5") == 0.0
    assert [each.offsets for each in model.inputs] == [each.offsets for each in world.inputs]


def orders(rows: int = 900) -> tuple[pd.DataFrame, Floats]:
    """Decided orders of one line, a customer each, and a margin that knows something of them."""
    draw = np.random.default_rng(7)
    label = (draw.random(rows) < 0.3).astype(float)
    table = pd.DataFrame({"order_id": range(rows), "customer": [f"c{at}" for at in range(rows)], "label": label})
    return table, label + draw.normal(0, 1, rows)


def test_the_guidance_stays_where_it_helps_or_changes_nothing_and_goes_where_it_harms() -> None:
    rows, good = orders()
    noise = np.random.default_rng(8).normal(0, 1, len(rows))
    assert help_of_guidance(good, noise, rows).value > 0
    assert helps(help_of_guidance(good, good, rows))
    assert not helps(help_of_guidance(noise, good, rows))


def test_a_line_without_a_margin_of_either_is_left_out_of_the_trial() -> None:
    rows, good = orders()
    found = help_of_guidance(np.where(rows.index < 100, np.nan, good), good, rows)
    assert found.value == 0.0


def test_the_run_says_what_the_trial_found() -> None:
    told = {HELP: -0.2, f"{HELP}_low": -0.25, f"{HELP}_high": -0.15}
    assert stage(400, told).startswith("400 confirmed lines without the guidance: average precision -0.200")
    assert stage(400, told | {HELP: 0.1}).startswith("guidance as 400 confirmed lines correct it: average precision +")
