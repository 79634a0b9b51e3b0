"""Alarms on what comes in: quiet on lines like those of training, loud on a shift that lasts."""

from dataclasses import replace

import pandas as pd
import pytest

from training.contest.check import Check
from training.monitor.live import Live, drifted, live, months, stability

SHIFTED = "passes_a_hub"


def checks(watching, seen: Live) -> dict[str, Check]:
    by_month, inputs = months(watching.model, seen), stability(watching.model, seen)
    return {each.name: each for each in drifted(watching.model, by_month, inputs)}


def with_cells(watching, where: pd.Series, **cells: object) -> Live:
    """The lines with these cells of facts or matrix changed where it is true."""
    facts, matrix = watching.facts.copy(), watching.matrix.copy()
    for name, value in cells.items():
        frame = matrix if name in matrix else facts
        frame[name] = frame[name].mask(where, value)
    return live(watching.model, facts, matrix)


def late(watching, *kept: str) -> pd.Series:
    return watching.facts["order_date"].dt.strftime("%Y-%m").isin(kept)


def test_lines_like_those_of_training_raise_no_alarm(watching) -> None:
    found = checks(watching, watching.seen())
    assert {name: each.result for name, each in found.items()} == dict.fromkeys(found, "pass")
    assert list(months(watching.model, watching.seen()).index) == ["2026-05", "2026-06", "2026-07", "2026-08"]


def test_an_input_that_shifts_two_months_running_is_an_alarm_and_named(watching) -> None:
    found = checks(watching, with_cells(watching, late(watching, "2026-07", "2026-08"), **{SHIFTED: True}))
    assert found["inputs"].result == "fail"
    assert SHIFTED in found["inputs"].says


@pytest.mark.parametrize("month", ["2026-07", "2026-08"])
def test_one_month_of_shift_is_no_alarm_yet(watching, month: str) -> None:
    assert checks(watching, with_cells(watching, late(watching, month), **{SHIFTED: True}))["inputs"].result == "pass"


def test_the_input_that_moved_most_stands_first(watching) -> None:
    seen = with_cells(watching, late(watching, "2026-08"), **{SHIFTED: True})
    assert stability(watching.model, seen).index[0] == SHIFTED


def test_scores_that_rise_are_an_alarm(watching) -> None:
    seen = watching.seen()
    found = checks(watching, replace(seen, margin=seen.margin + 3.0))
    assert found["score"].result == "fail"


def test_a_route_that_training_never_saw_is_an_alarm(watching) -> None:
    found = checks(watching, with_cells(watching, late(watching, "2026-08"), destination_country="AQ"))
    assert found["never seen: route"].result == "fail"
    assert found["never seen: part class"].result == "pass"


def test_flags_that_are_no_longer_evaluated_are_an_alarm(watching) -> None:
    flags = [each.name for each in watching.model.inputs if each.kind == "flag"]
    found = checks(watching, with_cells(watching, late(watching, "2026-08"), **dict.fromkeys(flags, pd.NA)))
    assert found["not evaluated"].result == "fail"


def test_a_model_without_a_reference_is_not_evaluated(watching) -> None:
    old = replace(
        watching.model, facts={name: each for name, each in watching.model.facts.items() if name != "reference"}
    )
    seen = watching.seen()
    found = list(drifted(old, months(old, seen), stability(old, seen)))
    assert {each.result for each in found} == {"not evaluated"}
    assert "train it again" in found[0].says
    assert stability(old, seen).isna().all().all()


def test_a_month_with_few_lines_is_not_evaluated(watching) -> None:
    kept = ~late(watching, "2026-08") | (watching.facts.groupby(late(watching, "2026-08")).cumcount() < 50)
    seen = live(watching.model, watching.facts[kept], watching.matrix[kept])
    assert stability(watching.model, seen)["2026-08"].isna().all()
    assert stability(watching.model, seen)["2026-07"].notna().all()
    assert {each.result for each in checks(watching, seen).values()} == {"not evaluated"}
