"""Outcomes held against what was said: hits, the drawn sample, agreement, flags."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from training.monitor.closed import agreement, by_month, closed, drawn_sample, foreseen, hit_rates, hits, outcome_checks

DAY = pd.Timestamp("2026-08-31")
QUEUE = 0.0  # the margin at which the queue begins


def lines(
    orders: int, confirmed: int, probability: float = 0.1, source: str = "review", **cells: object
) -> pd.DataFrame:
    """Decided orders of one line each."""
    return pd.DataFrame(
        {
            "order_id": [f"o{at}" for at in range(orders)],
            "label": (np.arange(orders) < confirmed).astype(float),
            "weight": 1.0,
            "source": source,
            "propensity": 0.1,
            "decided_on": DAY,
            "customer": [f"c{at}" for at in range(orders)],
            "margin": QUEUE + 1.0,
            "probability": probability,
            **cells,
        }
    )


HITS = [
    pytest.param(300, 30, "pass", id="as many hits as were said"),
    pytest.param(300, 15, "fail", id="half the hits that were said"),
    pytest.param(300, 60, "fail", id="twice the hits that were said"),
    pytest.param(300, 17, "fail", id="below 60 % of the hits that were said"),
    pytest.param(40, 0, "not evaluated", id="too few closed orders to expect any"),
]


@pytest.mark.parametrize(("orders", "confirmed", "result"), HITS)
def test_hits_against_scores(orders: int, confirmed: int, result: str) -> None:
    assert hits(lines(orders, confirmed)).result == result


def test_only_the_last_six_weeks_count() -> None:
    old = lines(300, 0, decided_on=DAY - pd.Timedelta(days=43))
    assert hits(pd.concat([old, lines(300, 30)], ignore_index=True)).figure == pytest.approx(1.0)


def test_the_drawn_sample_is_no_part_of_the_queues_hits() -> None:
    assert hits(pd.concat([lines(300, 30), lines(300, 0, source="audit")])).figure == pytest.approx(1.0)


def test_ninety_nine_of_a_hundred_counts_are_foreseen() -> None:
    assert foreseen(100.0) == (75.0, 127.0)


def test_closed_orders_by_month_of_the_decision() -> None:
    table = by_month(lines(10, 2))
    assert table.loc["2026-08", ["orders", "expected", "found"]].tolist() == [10.0, pytest.approx(1.0), 2.0]


def sample(watching, **cells: object) -> dict[str, object]:
    model = replace(
        watching.model,
        thresholds=(QUEUE - 1, QUEUE, QUEUE + 2),
        facts={"metrics": {"model/found_reviewing_2_percent": 0.8}},
    )
    return {each.name: each for each in drawn_sample(model, lines(400, 40, source="audit", **cells))}


def test_a_queue_that_holds_the_drawn_cases_is_quiet(watching) -> None:
    found = sample(watching)
    assert found["recall of the drawn sample"].figure == 1.0
    assert found["prevalence of the drawn sample"].figure == pytest.approx(0.1)
    assert {each.result for each in found.values()} == {"pass"}


def test_a_queue_that_misses_the_drawn_cases_is_an_alarm_of_recall_and_of_a_new_kind(watching) -> None:
    found = sample(watching, margin=np.where(np.arange(400) < 30, QUEUE - 1, QUEUE + 1))
    assert found["recall of the drawn sample"].figure == pytest.approx(0.25)
    assert found["recall of the drawn sample"].result == "fail"
    assert (found["kinds the queue missed"].figure, found["kinds the queue missed"].result) == (30.0, "fail")


def test_rarely_drawn_orders_weigh_more(watching) -> None:
    rare = np.where(np.arange(400) < 20, 0.01, 0.1)
    found = sample(watching, propensity=rare, margin=np.where(np.arange(400) < 20, QUEUE - 1, QUEUE + 1))
    assert found["recall of the drawn sample"].figure == pytest.approx(20 / 220)


def test_no_drawn_sample_is_not_evaluated(watching) -> None:
    assert {each.result for each in drawn_sample(watching.model, lines(10, 2))} == {"not evaluated"}


@pytest.mark.parametrize(("alike", "result"), [(20, "pass"), (10, "fail")])
def test_two_reviewers_who_disagree_are_an_alarm(alike: int, result: str) -> None:
    first = pd.DataFrame(
        {"order_id": [f"o{at}" for at in range(20)], "line_no": "1", "reviewer": "R1", "label_class": "x"}
    )
    second = first.assign(reviewer="R2", label_class=["x" if at < alike else "y" for at in range(20)])
    assert agreement(pd.concat([first, second])).result == result
    assert agreement(first).result == "not evaluated"


@pytest.fixture(scope="module")
def outcomes(watching, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An outcome file in which every tenth order of 400 is confirmed."""
    told = watching.facts.drop_duplicates("order_id").head(400)
    table = told[["order_id", "line_no"]].assign(
        decision="cleared", label_class="false_positive", verification="delivery", source="review", propensity="0.5",
        ordered_on="2026-05-15", decided_on="2026-08-20", reviewer="R1",
    )  # fmt: skip
    table.loc[table.index[::10], ["decision", "label_class"]] = ["reported", "confirmed_diversion"]
    place = tmp_path_factory.mktemp("outcomes") / "outcomes.csv"
    table.to_csv(place, index=False)
    return place


def test_the_outcomes_of_a_file_are_joined_to_their_lines(watching, outcomes: Path) -> None:
    seen = watching.seen()
    found = closed(watching.model, seen, outcomes, pd.Series("B", index=seen.facts.index))
    assert (len(found.lines), int(found.lines["label"].sum()), found.learnt) == (400, 40, 0)
    told = list(outcome_checks(watching.model, found))
    assert [each.name for each in told][:3] == ["calibration_error", "calibration_ratio", "calibration_slope"]
    rates = hit_rates(watching.model, seen, found)
    yes = seen.matrix.loc[found.lines.index, "passes_a_hub"].fillna(False).astype(bool)
    assert 0 < rates.loc["passes_a_hub", "decided"] == yes.sum()
    assert rates.loc["passes_a_hub", "confirmed"] == found.lines.loc[yes, "label"].sum()
    assert (rates["low"].dropna() <= rates["rate"].dropna() + 1e-9).all()


def test_lines_that_the_model_learnt_from_are_left_out_and_counted(watching, outcomes: Path) -> None:
    own = replace(
        watching.model, facts={**watching.model.facts, "simulated": False, "seed": 1, "split": {"cut": "2027-01-01"}}
    )
    seen = watching.seen()
    found = closed(own, seen, outcomes, pd.Series("B", index=seen.facts.index))
    assert (len(found.lines), found.learnt) == (0, 400)
    old = {"cut": "2027-01-01", "last": "2026-04-30"}
    later = closed(
        replace(own, facts={**own.facts, "split": old}), seen, outcomes, pd.Series("B", index=seen.facts.index)
    )
    assert (len(later.lines), later.learnt) == (400, 0)
