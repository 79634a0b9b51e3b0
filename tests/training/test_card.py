"""The card answers what a model-risk reviewer asks, or says that it was not evaluated."""

from dataclasses import replace
from pathlib import Path

import pytest

from scoring.champion import BASELINE
from scoring.model import Model, load
from training.card import NOTHING, card

GROUP = {"lines": 9.0, "confirmed_lines": 2.0, "said": 0.1, "confirmed": 0.2, "ratio": None, "low": None, "high": None}
ENOUGH = {**GROUP, "lines": 900.0, "confirmed_lines": 90.0, "ratio": 0.5, "low": 0.4, "high": 0.6}
STANDING = {
    "checks": [
        {"name": "leading_reasons", "figure": 0.515, "bound": "at least 0.8", "result": "fail", "says": "halves"}
    ],
    "country_groups": {"destination": {"D:5": GROUP, "B": ENOUGH}, "buyer": {"B": ENOUGH}},
    "look_alikes": {"orders": 100, "found": 11, "low": 0.06, "high": 0.19},
    "typologies": {
        "T1": {"orders": 10, "found": 9, "low": 0.6, "high": 0.98},
        "T5": {"orders": 10, "found": 0, "low": 0.0, "high": 0.28},
    },
}


@pytest.fixture(scope="module")
def model() -> Model:
    return load(BASELINE)


def text(model: Model, **facts: object) -> str:
    told = {name: each for name, each in {**model.facts, **facts}.items() if each is not None}
    return card(replace(model, facts=told), model.facts["metrics"])


def test_every_question_of_a_reviewer_has_its_section(model: Model) -> None:
    told = text(model, standing=STANDING)
    for heading in (
        "What it is for, and what not",
        "How it was made",
        "What it found on the test orders",
        "Where it is weak",
        "Fairness: country groups",
        "Stability and promises",
        "What it cannot see",
        "How to challenge it",
        "Change and monitoring",
        "Limits",
    ):
        assert f"## {heading}" in told


def test_the_weakest_typology_comes_first(model: Model) -> None:
    told = text(model, standing=STANDING)
    assert told.index("| T5 papers that conceal the goods | 10 | 0 | 0.00 (0.00–0.28) |") < told.index("| T1 front")
    assert "| 10 | 9 | 0.90 (0.60–0.98) |" in told


def test_a_failed_check_is_on_the_card(model: Model) -> None:
    assert "| leading reasons | 0.515 | at least 0.8 | fail | halves |" in text(model, standing=STANDING)


def test_a_country_group_with_few_cases_is_not_evaluated(model: Model) -> None:
    told = text(model, standing=STANDING)
    assert "| D:5 | 9 | 2 | 0.100 | 0.200 | not evaluated: fewer than 10 confirmed |" in told
    assert "| B | 900 | 90 | 0.100 | 0.200 | 0.50 (0.40–0.60) |" in told


def test_a_folder_without_record_is_said_to_be_not_evaluated(model: Model) -> None:
    told = text(replace(model, intervals=()), standing=None, reference=None)
    assert told.count(NOTHING) == 5
    assert "None" not in told


def test_a_model_of_own_orders_claims_no_typologies_and_names_no_simulation(model: Model) -> None:
    told = text(model, simulated=False, standing={**STANDING, "typologies": {}})
    assert "kinds are known only in a simulated book" in told
    assert "Trained on simulated orders" not in told


LABELLED = {
    "decisions": 900, "without a reviewer": 10, "reviewers": 3, "most by one reviewer": {"confirmed": 0.9},
    "decided by two": 0, "found alike by two": None, "verified on delivery or in use": 0.25,
}  # fmt: skip


def test_who_labelled_is_told_by_shares_and_without_a_name(model: Model) -> None:
    told = text(model, labelled=LABELLED)
    assert "900, by 3 reviewers (10 unnamed)" in told
    assert "confirmed: the busiest reviewer took 90%" in told
    assert "found alike: not evaluated: no line was decided by two" in told


def test_an_alarm_that_was_not_evaluated_is_neither_quiet_nor_raised(model: Model) -> None:
    open_one = {"value": None, "limit": 0.0, "says": "few customers", "result": "not evaluated"}
    told = text(model, alarms={"above_one_rule": open_one})
    assert "| above one rule | – | 0.000 | not evaluated | few customers |" in told


def test_what_was_drawn_by_lot_is_told_apart_from_what_reviewers_chose(model: Model) -> None:
    told = text(model)
    drawn = told.index("What the drawn sample says of all orders")
    assert told.index("share of all orders that divert: ") > drawn > told.index("What it found on the test orders")
    without = {name: value for name, value in model.facts["metrics"].items() if not name.startswith("audit/")}
    assert "no order of the test period was drawn by lot" in card(model, without)


def test_products_and_legs_have_their_tables(model: Model) -> None:
    told = text(model, standing={**STANDING, "kinds": {"chip_class": {"a": ENOUGH}, "leg": {"export": GROUP}}})
    assert "| a | 900 | 90 | 0.100 | 0.200 | 0.50 (0.40–0.60) |" in told
    assert "| export | 9 | 2 |" in told


def test_the_weight_of_each_source_is_on_the_card(model: Model) -> None:
    assert "simulated 10.0 (10%)" in text(model, weights={"review": 90.0, "simulated": 10.0})


def test_no_nationality_is_read_from_a_name_and_it_says_so(model: Model) -> None:
    assert "none is guessed from a name" in text(model)


def test_what_cannot_be_seen_is_listed_with_its_reason(model: Model) -> None:
    assert "The papers lack the destination control statement: the statement stands on the shipping papers" in text(
        model
    )


def test_the_card_names_no_machine(model: Model) -> None:
    assert str(Path(BASELINE).parent) not in text(model, standing=STANDING)


def test_the_card_says_how_far_the_probability_is_open_where_each_band_begins(model: Model) -> None:
    kept = replace(model, thresholds=(-1.0, 0.0, 1.0), intervals=((-1.0, 0.01, 0.02), (1.0, 0.11, 0.42)))
    told = card(kept, model.facts["metrics"])
    assert "| critical | " in told
    assert "0.1100 | 0.4200 |" in told
