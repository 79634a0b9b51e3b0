"""Alarms on what comes in: quiet on lines like those of training, loud on a shift that lasts."""

from dataclasses import replace

import pandas as pd
import pytest

from training.contest.check import Check
from training.monitor.chance import by_chance
from training.monitor.live import Live, drifted, limits, live, months, stability

SHIFTED = "passes_a_hub"


def checks(watching, seen: Live) -> dict[str, Check]:
    by_month, inputs = months(watching.model, seen), stability(watching.model, seen)
    begins = limits(watching.model, seen)
    return {each.name: each for each in drifted(watching.model, by_month, inputs, begins)}


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
    found = list(drifted(old, months(old, seen), stability(old, seen), limits(old, seen)))
    assert {each.result for each in found} == {"not evaluated"}
    assert "train it again" in found[0].says
    assert stability(old, seen).isna().all().all()


def test_a_month_with_few_lines_is_not_evaluated(watching) -> None:
    kept = ~late(watching, "2026-08") | (watching.facts.groupby(late(watching, "2026-08")).cumcount() < 50)
    seen = live(watching.model, watching.facts[kept], watching.matrix[kept])
    assert stability(watching.model, seen)["2026-08"].isna().all()
    assert stability(watching.model, seen)["2026-07"].notna().all()
    assert {each.result for each in checks(watching, seen).values()} == {"not evaluated"}


def test_a_month_of_few_customers_is_held_against_what_they_differ_by_at_random(watching) -> None:
    """Eight customers with one size of order each: far from training, and no farther than eight others would be."""
    binned = {"edges": [10.0, 20.0, 30.0], "shares": [0.25, 0.25, 0.25, 0.25, 0.0]}
    few = pd.Series([5.0, 15.0, 25.0, 35.0, 5.0, 5.0, 15.0, 5.0]).repeat(50).reset_index(drop=True)
    whose = pd.Series([f"customer {number}" for number in range(8)]).repeat(50).reset_index(drop=True)
    each = pd.Series([f"customer {number}" for number in range(400)])
    assert by_chance(binned, few, whose) > 0.5
    assert by_chance(binned, few, each) < 0.1


def test_a_month_of_four_customers_is_not_evaluated(watching) -> None:
    seen = watching.seen()
    four = replace(seen, customer=pd.Series("abcd", index=seen.customer.index).str[0])
    assert {each.result for each in checks(watching, four).values()} == {"not evaluated"}


def test_the_limit_by_chance_stands_beside_the_score_of_the_month(watching) -> None:
    seen = watching.seen()
    six = replace(seen, customer=pd.Series([f"c{row % 6}" for row in range(len(seen.month))], index=seen.month.index))
    uneven = replace(six, margin=seen.margin + six.customer.str[1].astype(float))
    by_month = months(watching.model, uneven)
    assert (by_month["customers"] == 6).all()
    assert (by_month["score_limit"] > 0.2).all()
    assert (months(watching.model, seen)["score_limit"] == 0.2).all()
