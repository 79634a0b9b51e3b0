"""Cases as people see them: what a reviewer is not told before the decision, and what the list reads."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from scoring.review import acts, cases, log, people
from scoring.review.cases import Filter
from scoring.review.store import open_store

WAITING = Filter(state=("waiting",))


@pytest.fixture
def drawn(full: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """An order that was released and drawn for the sample; no case gets a second review."""
    monkeypatch.setattr(acts, "wants_second_review", lambda case, round_: False)
    rows, _ = cases.search(full.store, full.who["vic"], WAITING, limit=100)
    return next(row["order_id"] for row in rows if row["action"] == "release")


def test_who_works_on_cases_sees_no_waiting_case_that_was_released(full: Any, drawn: str) -> None:
    rows, _ = cases.search(full.store, full.who["ann"], WAITING, limit=100)
    told = full.see(drawn, "ann")
    assert {row["order_id"]: row["action"] for row in rows}[drawn] == "review"
    assert [told.case["action"], told.lines[0]["action"], told.lines[0]["body"]["result"]["action"]] == ["review"] * 3
    assert "release" not in {event["body"].get("action") for event in told.events}


@pytest.mark.parametrize(("action", "found"), [("release", False), ("review", True)])
def test_a_filter_does_not_give_a_drawn_case_away(full: Any, drawn: str, action: str, found: bool) -> None:
    rows, total = cases.search(full.store, full.who["ann"], Filter(state=("waiting",), action=(action,)), limit=100)
    assert (drawn in {row["order_id"] for row in rows}) == found
    assert len(rows) == total


def test_the_record_and_those_who_decide_nothing_keep_the_true_action(full: Any, drawn: str) -> None:
    told = full.see(drawn, "vic")
    assert told.lines[0]["body"]["result"]["action"] == told.case["action"] == "release"
    assert told.seen == full.see(drawn, "ann").seen


def test_after_the_decision_the_action_is_told(full: Any, drawn: str) -> None:
    assert full.decided(drawn) == "decided"
    told = full.see(drawn, "ann")
    assert told.lines[0]["body"]["result"]["action"] == told.case["action"] == "release"


@pytest.mark.parametrize("also", [pytest.param({}, id="words"), pytest.param({"chip": "H100"}, id="words and a chip")])
def test_a_search_in_sqlite_reads_an_index_and_not_the_wide_rows(tmp_path: Path, also: dict[str, Any]) -> None:
    asked: list[tuple[str, object]] = []
    store = open_store(tmp_path, lasting=False)
    people.add(store, log.SYSTEM, "ada", "admin")
    event.listen(store.engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
    wanted = cases.Filter(words="norrhall", queue="diversion", state=("waiting",), **also)
    cases.search(store, people.actor(store, "ada"), wanted)
    finding = [each for each in asked if "LIKE" in each[0]]
    with store.reading() as connection:
        plans = [str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", given).all()) for text, given in finding]
    assert ["COVERING INDEX cases_by_words" in plan for plan in plans] == [True, True]
