"""A reason says what was seen, its value with unit, what it added, and which source says so and how sure it is."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features.families import families
from features.matrix import FEATURES
from features.red_flags import RedFlag, red_flags
from scoring.explain import FACTS, LEAST, REASONS, apart, by_family, cited, in_short, reasons, spoken, usual
from scoring.model import Model, contributions
from training.baseline import offsets


def clean(**values: object) -> pd.DataFrame:
    """A matrix of one row in which every flag says no and every number is blank, but those named."""
    row = {each.name: (False if each.kind == "flag" else np.nan) for each in FEATURES} | values
    kinds = {each.name: "boolean" if each.kind == "flag" else "float64" for each in FEATURES}
    return pd.DataFrame([row], index=[5]).astype(kinds)


def told(model: Model, **values: object) -> list[str]:
    row = reasons(model, clean(**values)).loc[5]
    assert row.index.tolist() == [f"reason_{place}" for place in range(1, REASONS + 1)]
    return row.dropna().tolist()


HEADQUARTERS = "a_party_is_headquartered_in_d5_or_macau"


def test_a_reason_names_family_flag_value_contribution_key_and_source(guided_baseline: Model) -> None:
    flag = red_flags()["headquarters-d5-macau"]
    (reason,) = told(guided_baseline, **{HEADQUARTERS: True})
    amount = contributions(guided_baseline, clean(**{HEADQUARTERS: True})).loc[5, HEADQUARTERS]
    assert reason == (
        f"{families()[flag.key]} (+{amount:.2f} log-odds): {flag.title}: {HEADQUARTERS} = yes (+{amount:.2f}) "
        f"[headquarters-d5-macau; {cited(flag)}]"
    )
    assert in_short(reason) == f"{families()[flag.key]}: {flag.title}"


def test_the_reasons_are_the_families_that_added_most_with_the_answers_behind_them(baseline: Model) -> None:
    flags = [each.name for each in FEATURES if each.kind == "flag"]
    matrix = clean(**dict.fromkeys(flags, True))
    parts = apart(baseline, matrix)
    sums = by_family(baseline, parts).loc[5].sort_values(ascending=False, kind="stable")
    found = told(baseline, **dict.fromkeys(flags, True))
    assert [reason.split(" (+")[0] for reason in found] == list(sums.index[:REASONS])
    own = {each.name for each in FEATURES if families()[each.flag] == sums.index[0]}
    most = parts.loc[5, sorted(own)].sort_values(ascending=False, kind="stable").index[:FACTS]
    assert [f": {name} = " in fact for name, fact in zip(most, found[0].split(" | "), strict=True)] == [True] * FACTS


def test_what_nearly_every_training_line_answers_is_no_reason(baseline: Model) -> None:
    """The contributions of the training lines themselves average to nothing: only what sets a line apart is told."""
    inputs = {name: {"shares": [0.0, 1.0, 0.0]} for name in flags_of(baseline)}
    inputs |= {each.name: {"edges": [], "shares": [0.0, 1.0]} for each in baseline.inputs if each.kind == "number"}
    alike = replace(baseline, boosters=(), facts={"reference": {"inputs": inputs}})
    blank = clean(**dict.fromkeys(flags_of(baseline), pd.NA))
    assert told(alike, **dict.fromkeys(flags_of(baseline), pd.NA)) == []
    assert apart(alike, blank).abs().to_numpy().max() < 1e-12
    assert told(replace(alike, facts={}), **dict.fromkeys(flags_of(baseline), pd.NA)) != []


def test_the_usual_line_is_between_the_best_and_the_worst_answer_of_every_input(baseline: Model) -> None:
    found = usual(baseline)
    ends = [[amount for _, amount in each.adds] for each in baseline.inputs]
    assert all(min(each) - 1e-9 <= at <= max(each) + 1e-9 for each, at in zip(ends, found, strict=True))
    assert found.max() > LEAST


def test_families_that_add_about_the_same_are_told_to_lead_as_much(guided_baseline: Model) -> None:
    first, second = told(guided_baseline, passes_a_hub=True, paid_from_a_third_country=True)
    assert "log-odds):" in first
    assert "as much as the first" in second


def flags_of(model: Model) -> list[str]:
    return [each.name for each in model.inputs if each.kind == "flag"]


def test_what_adds_next_to_nothing_is_no_reason(guided_baseline: Model) -> None:
    assert told(guided_baseline) == []
    assert LEAST > 0


def test_an_unknown_that_raises_the_score_says_not_evaluated(guided_baseline: Model) -> None:
    (reason,) = told(guided_baseline, passes_a_hub=pd.NA)
    _, level, _ = offsets(red_flags()["abnormal-route"].log_odds)
    assert f": passes_a_hub = not evaluated (+{level:.2f})" in reason


def test_rows_keep_their_index_and_no_rows_are_no_reasons(baseline: Model) -> None:
    nothing = reasons(baseline, clean().iloc[:0])
    assert nothing.shape == (0, REASONS)


@pytest.fixture(scope="module")
def guided_baseline(baseline: Model) -> Model:
    """The shipped model's guidance, without what reviews made of it, its trees and its training lines."""
    return replace(baseline, boosters=(), facts={}, inputs=tuple(replace(each, line=()) for each in baseline.inputs))


SPOKEN = [
    pytest.param(True, "yes/no", "yes", id="a yes"),
    pytest.param(False, "yes/no", "no", id="a no"),
    pytest.param(pd.NA, "yes/no", "not evaluated", id="a flag nobody could check"),
    pytest.param(float("nan"), "years", "not stated", id="a number nobody stated"),
    pytest.param(2.5, "years", "2.5 years", id="a number with its unit"),
    pytest.param(126656.0, "TPP", "126,656 TPP", id="a large whole number"),
]


@pytest.mark.parametrize(("value", "unit", "expected"), SPOKEN)
def test_a_value_is_spoken_with_its_unit(value: object, unit: str, expected: str) -> None:
    assert spoken(value, unit) == expected


@pytest.mark.parametrize("flag", [pytest.param(flag, id=key) for key, flag in red_flags().items()])
def test_a_source_from_memory_never_reads_as_official_text(flag: RedFlag) -> None:
    assert flag.source in cited(flag)
    assert ("from memory, not official text" in cited(flag)) == (flag.sure == "memory")
