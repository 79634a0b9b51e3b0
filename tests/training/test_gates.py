"""A whole trial: every gate once, on a simulated book, beside the model that scores now."""

import json
import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from scoring.champion import BASELINE
from scoring.model import Model, ModelRefused, load
from training.gates import Trial, _alarms, _on_record, _why_no_public_cases, in_shadow, tried
from training.interleaved import Tally
from training.shadow import Span
from training.simulate import simulate, write

AS_OF = date(2026, 11, 25)
LINES = 2000  # enough to run every gate, too few for most to say anything
GATES = {
    "training_alarms", "precision_at_capacity", "found_at_capacity", "typologies", "look_alike_alerts", "bag_stability",
    "agreement_with_champion", "public_cases_lost", "public_look_alikes", "calibration_error", "calibration_ratio",
    "calibration_slope", "brier", "fairness_by_destination", "fairness_by_buyer", "raising_a_flag",
    "leaving_a_cell_blank", "leading_reasons", "shadow", "interleaved_queue", "found_of_the_drawn", "made_of",
}  # fmt: skip


@pytest.fixture(scope="module")
def model() -> Model:
    return load(BASELINE)


@pytest.fixture(scope="module")
def trial(model: Model) -> Trial:
    return tried(model, model, as_of=AS_OF, lines=LINES)


def results(of: Trial) -> dict[str, str]:
    return {each.name: each.result for each in of.checks}


def test_every_gate_is_tried_once(trial: Trial) -> None:
    assert {each.name for each in trial.checks} == GATES
    assert len(trial.checks) == len(GATES)


def test_a_model_against_itself_loses_nothing(trial: Trial) -> None:
    told = results(trial)
    assert (told["agreement_with_champion"], told["raising_a_flag"], told["look_alike_alerts"]) == ("pass",) * 3
    assert not {"precision_at_capacity", "found_at_capacity", "typologies", "brier"} & {e.name for e in trial.failed}


def test_without_reviewed_orders_the_trial_says_what_it_cannot_prove(trial: Trial) -> None:
    assert len(trial.beds) == 1
    assert "only that a model did not get worse" in trial.beds[0]


def test_a_model_that_does_not_say_what_code_made_it_leaves_a_gate_open(model: Model) -> None:
    told = model.facts | {"code": "0" * 64}
    assert _on_record(replace(model, facts=told)).result == "pass"
    found = _on_record(replace(model, facts={name: each for name, each in told.items() if name != "code"}))
    assert (found.result, found.says) == ("not evaluated", "the model keeps no record of its code: train it again")


def test_what_was_not_tried_is_open_and_not_passed(trial: Trial) -> None:
    assert {"public_cases_lost", "public_look_alikes", "shadow", "interleaved_queue"} <= {
        each.name for each in trial.open
    }


def test_a_champion_of_other_features_and_a_forgotten_record_of_alarms_leave_gates_open(
    model: Model, tmp_path: Path
) -> None:
    """Tried on reviewed orders, so that both beds are told."""
    bare = replace(model, facts={name: each for name, each in model.facts.items() if name != "alarms"})
    write(simulate(LINES, 3), tmp_path)
    files = (tmp_path / "orders.csv", tmp_path / "customers.csv", tmp_path / "outcomes.csv")
    said: list[str] = []
    old = replace(model, inputs=model.inputs[:-1])
    found = tried(old, bare, as_of=AS_OF, lines=LINES, files=files, say=said.append)
    assert "nothing to compare with" in said[0]
    assert found.beds[0].endswith("reviewed orders of orders.csv that neither model learnt from")
    assert "a simulated book" in found.beds[1]
    assert results(found)["training_alarms"] == "not evaluated"
    assert results(found)["precision_at_capacity"] == "not evaluated"
    assert results(found)["raising_a_flag"] == "pass"


def test_an_alarm_of_the_training_that_was_not_evaluated_leaves_its_gate_open(model: Model) -> None:
    alarms = {"above_one_rule": {"value": None, "limit": 0.0, "says": "few customers", "result": "not evaluated"}}
    check = _alarms(replace(model, facts={**model.facts, "alarms": {**model.facts["alarms"], **alarms}}))
    assert check.result == "not evaluated"
    assert "above_one_rule (few customers)" in check.says
    assert _alarms(model).result == "pass"


def test_a_model_that_was_taught_public_cases_is_not_judged_on_them(model: Model, tmp_path: Path) -> None:
    taught = replace(model, facts={**model.facts, "weights": {"review": 900.0, "public": 3.0}})
    for models in ([model, taught], [taught, model]):
        assert "was taught public cases" in _why_no_public_cases(tmp_path, models)
    assert _why_no_public_cases(tmp_path, [model, model]) == ""
    assert "nothing to compare with" in _why_no_public_cases(tmp_path, [model])


def test_both_models_are_shown_on_the_same_orders_and_kept_in_the_report(trial: Trial) -> None:
    whats = {row["what"]: row for row in trial.both}
    assert {"average precision", "precision reviewing 2.0%", "calibration error"} <= whats.keys()
    assert any(what.startswith("T1 found (of ") for what in whats)
    assert any(what.startswith("look-alikes in the queue") for what in whats)
    assert all(row["champion"] == row["challenger"] or math.isnan(row["champion"]) for row in trial.both)
    json.dumps(trial.told(), allow_nan=False)


def test_a_challenger_of_other_features_is_refused(model: Model) -> None:
    with pytest.raises(ModelRefused, match="retrain"):
        tried(model, replace(model, inputs=model.inputs[:-1]), as_of=AS_OF, lines=LINES)


SHADOWS = [
    pytest.param(None, 0, "not evaluated", id="no shadow run"),
    pytest.param(Span(1, 10, "2026-01-01", "2026-01-27"), 99, "not evaluated", id="27 days and 198 picks are too few"),
    pytest.param(Span(1, 10, "2026-01-01", "2026-01-27"), 100, "pass", id="200 decided picks count"),
    pytest.param(Span(2, 10, "2026-01-01", "2026-01-28"), 0, "pass", id="four weeks count"),
]


@pytest.mark.parametrize(("span", "slots", "result"), SHADOWS)
def test_a_shadow_run_counts_from_four_weeks_or_200_decided_picks_on(
    span: Span | None, slots: int, result: str
) -> None:
    assert in_shadow(span, Tally(slots)).result == result
