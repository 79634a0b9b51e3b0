"""A reason says what was seen, its value with unit, what it added, and which source says so and how sure it is."""

from dataclasses import replace

import pandas as pd
import pytest

from features.matrix import FEATURES
from features.red_flags import RedFlag, red_flags
from scoring.explain import LEAST, REASONS, cited, reasons, spoken
from scoring.model import Model, contributions
from training.baseline import offsets


def clean(**values: object) -> pd.DataFrame:
    """A matrix of one row in which every flag says no and every number is honest, but those named."""
    row = {each.name: (False if each.kind == "flag" else each.neutral) for each in FEATURES} | values
    kinds = {each.name: "boolean" if each.kind == "flag" else "float64" for each in FEATURES}
    return pd.DataFrame([row], index=[5]).astype(kinds)


def told(model: Model, **values: object) -> list[str]:
    row = reasons(model, clean(**values)).loc[5]
    assert row.index.tolist() == [f"reason_{place}" for place in range(1, REASONS + 1)]
    return row.dropna().tolist()


def test_a_reason_names_flag_value_contribution_key_and_source(baseline: Model) -> None:
    flag = red_flags()["headquarters-d5-macau"]
    (reason,) = [each for each in told(baseline, a_party_is_headquartered_in_d5_or_macau=True) if flag.title in each]
    added = contributions(baseline, clean(a_party_is_headquartered_in_d5_or_macau=True)).loc[5]
    amount = added["a_party_is_headquartered_in_d5_or_macau"]
    assert reason == (
        f"{flag.title}: a_party_is_headquartered_in_d5_or_macau = yes (+{amount:.2f} log-odds) "
        f"[headquarters-d5-macau; {cited(flag)}]"
    )


def test_the_reasons_are_the_inputs_that_added_most(baseline: Model) -> None:
    flags = [each.name for each in FEATURES if each.kind == "flag"]
    matrix = clean(**dict.fromkeys(flags, True))
    added = contributions(baseline, matrix).loc[5].drop("intercept").sort_values(ascending=False, kind="stable")
    found = told(baseline, **dict.fromkeys(flags, True))
    assert len(found) == REASONS
    assert [f": {name} = " in reason for name, reason in zip(added.index, found, strict=False)] == [True] * REASONS


def test_what_adds_next_to_nothing_is_no_reason(guided_baseline: Model) -> None:
    assert told(guided_baseline) == []
    assert LEAST > 0


def test_an_unknown_that_raises_the_score_says_not_evaluated(guided_baseline: Model) -> None:
    (reason,) = told(guided_baseline, passes_a_hub=pd.NA)
    _, level, _ = offsets(red_flags()["abnormal-route"].log_odds)
    assert f": passes_a_hub = not evaluated (+{level:.2f} log-odds)" in reason


def test_rows_keep_their_index_and_no_rows_are_no_reasons(baseline: Model) -> None:
    nothing = reasons(baseline, clean().iloc[:0])
    assert nothing.shape == (0, REASONS)


@pytest.fixture(scope="module")
def guided_baseline(baseline: Model) -> Model:
    """The shipped model's guidance, without what reviews made of it and without its trees."""
    return replace(baseline, boosters=(), inputs=tuple(replace(each, line=()) for each in baseline.inputs))


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
