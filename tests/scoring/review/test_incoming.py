"""A scored file enters the queue: what opens, what changes, what does not come back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from features.known import known_on
from features.orders.book import from_frame
from scoring.review import acts, cases, log

ALARM = {"ult_consignee_name": "Freightway Logistics", "payer_name": "Plain Pay", "payer_country": "HK"}
HOSTILE = (
    "=cmd|'/c calc'!A1",
    "'; DROP TABLE cases; --",
    "Nor\u202erhall\x07 \x00",
    "<script>alert(1)</script>",
    "北辰" * 2000,
)


@pytest.fixture(scope="session")
def changed(judge: Callable[..., Any], cells: list[dict[str, str]]) -> Any:
    """A-4 changed and line 1 of A-3 too, in a file that holds nothing else."""
    return judge({**cells[4], **ALARM}, {**cells[2], **ALARM})


@pytest.fixture(scope="session")
def odd(judge: Callable[..., Any]) -> Any:
    """Two records without a number, a line that stands three times, and hostile names."""
    hostile = [{"order_id": f"C-{at}", "buyer_name": name} for at, name in enumerate(HOSTILE)]
    return judge(
        {"order_id": ""}, {"order_id": ""}, *[{"order_id": "B-1"}] * 2, {"order_id": "B-1", "quantity": "9"}, *hostile
    )


@pytest.fixture(scope="session")
def tomorrow(judge: Callable[..., Any], cells: list[dict[str, str]]) -> Any:
    """The dozen orders, scored a day later."""
    return judge(*cells, as_of=date(2026, 11, 26))


@pytest.fixture(scope="session")
def other_master(judge: Callable[..., Any], cells: list[dict[str, str]]) -> Any:
    """The dozen orders, scored with a master that puts their buyer's headquarters elsewhere."""
    stranger = pd.DataFrame([{"customer_id": "C-1", "legal_name": "Norrhall Compute", "hq_country": "CN"}], dtype="str")
    return judge(*cells, known=known_on(date(2026, 11, 25), from_frame(stranger, "customers").lines))


def test_an_order_of_which_any_line_is_not_released_opens_a_case(full: Any, dozen: Any) -> None:
    rows, total = cases.search(full.store, full.who["vic"], limit=100)
    assert total == dozen.scored.lines["order_id"].nunique()
    waiting = {row["order_id"] for row in rows if row["state"] == "open" and row["action"] != "release"}
    assert waiting == {f"A-{at}" for at in range(1, 9)}


def test_a_case_has_the_worst_action_the_highest_score_and_the_sums_of_its_lines(full: Any, dozen: Any) -> None:
    case = full.see("A-3").case
    lines = dozen.scored.lines["order_id"] == "A-3"
    assert case["action"] == "ask"
    assert case["score"] == pytest.approx(dozen.scored.results.loc[lines, "score"].max())
    assert (case["usd"], case["tpp"]) == (18_000, dozen.scored.lines.loc[lines, "tpp_total"].sum())


def test_the_same_file_again_changes_nothing(full: Any, dozen: Any) -> None:
    before = log.head(full.store)
    assert dozen.into(full.store).orders == {"unchanged": 40}
    assert log.head(full.store) == before


def test_another_day_alone_brings_nothing_back(full: Any, tomorrow: Any) -> None:
    assert tomorrow.into(full.store).orders == {"unchanged": 40}


def test_a_new_list_reopens_what_was_decided_and_opens_what_was_released_and_says_why(full: Any, listed: Any) -> None:
    full.decided("A-4")
    assert "reopened" not in full.kinds("A-4")
    listed.into(full.store)
    assert full.kinds("A-4")[-1] == "reopened"
    assert full.see("A-4").case["cause"] == "lists"
    assert all(full.state(f"A-{at}") == "open" for at in range(1, 41))


def test_the_hit_is_frozen_with_both_sides(full: Any, listed: Any) -> None:
    listed.into(full.store)
    hits = full.see("A-4").lines[0]["body"]["hits"]
    assert {(hit["role"], hit["name"], hit["listed_name"]) for hit in hits} >= {
        ("buyer", "Norrhall Compute", "Norrhall Compute")
    }


def test_a_changed_order_is_told_apart_from_a_changed_list(full: Any, changed: Any) -> None:
    assert changed.into(full.store).orders == {"unchanged": 0, "rescored": 2}
    assert full.see("A-4").case["cause"] == "order changed"


def test_a_new_customer_master_is_a_cause_of_its_own(full: Any, other_master: Any) -> None:
    other_master.into(full.store)
    assert full.see("A-4").case["cause"] == "customers"


def test_a_model_that_judges_alike_brings_no_case_back_and_is_noted(full: Any, dozen: Any) -> None:
    full.decided("A-4")
    replace(dozen, model=replace(dozen.model, version="other-1")).into(full.store)
    assert full.kinds("A-4")[-1] == "rescored"
    assert full.state("A-4") in ("decided", "blind")


def test_a_snoozed_case_wakes_when_its_judgement_changes(full: Any, listed: Any) -> None:
    acts.snooze(full.store, full.who["ann"], full.case("A-4"), "waiting_for_customer", date(2026, 12, 24))
    listed.into(full.store)
    assert full.state("A-4") == "open"
    assert full.kinds("A-4")[-1] == "woken"


def test_a_file_with_some_lines_of_an_order_takes_it_out_of_no_queue(room: Any, dozen: Any, changed: Any) -> None:
    marked = replace(dozen.scored, judged=dozen.scored.judged.assign(gp10=dozen.scored.lines["order_id"] == "A-3"))
    replace(dozen, scored=marked).into(room.store)
    changed.into(room.store)
    assert room.see("A-3").case["queue"] == "gp10"


def test_a_line_that_a_later_file_leaves_out_stays_with_its_case(full: Any, changed: Any) -> None:
    changed.into(full.store)
    assert [line["line_no"] for line in full.see("A-3").lines] == ["1", "2"]


def test_what_was_frozen_stays_as_it_was_when_the_order_is_scored_anew(full: Any, listed: Any) -> None:
    full.decided("A-4")
    rested_on = full.see("A-4").decisions[0]["frozen"]
    listed.into(full.store)
    assert full.see("A-4").lines[0]["frozen"] != rested_on
    with full.store.reading() as connection:
        text = connection.exec_driver_sql(f"SELECT body FROM frozen WHERE sha256 = '{rested_on}'").scalar_one()  # noqa: S608
    assert log.sha256(text) == rested_on


def test_a_record_without_an_order_number_is_a_case_of_its_own(room: Any, odd: Any) -> None:
    odd.into(room.store)
    rows, _ = cases.search(room.store, room.who["vic"], limit=100)
    assert sum(row["order_id"].startswith("frame ") for row in rows) == 2


def test_a_line_that_stands_twice_counts_once_and_two_lines_of_one_number_are_both_kept(room: Any, odd: Any) -> None:
    odd.into(room.store)
    assert [line["line_no"] for line in room.see("B-1").lines] == ["1", "1 (2)"]


def test_hostile_names_stay_text(room: Any, odd: Any) -> None:
    odd.into(room.store)
    for at, name in enumerate(HOSTILE):
        assert room.see(f"C-{at}").case["buyer"].startswith(name[:3])
    assert log.verify(room.store).fault is None


def test_a_general_prohibition_10_case_has_a_queue_of_its_own(room: Any, dozen: Any) -> None:
    marked = replace(dozen.scored, judged=dozen.scored.judged.assign(gp10=dozen.scored.lines["order_id"] == "A-4"))
    replace(dozen, scored=marked).into(room.store)
    rows, _ = cases.search(room.store, room.who["vic"], cases.Filter(queue="gp10"))
    assert [row["order_id"] for row in rows] == ["A-4"]
