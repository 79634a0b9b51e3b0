"""Take next and lock: no two people get one case."""

import threading
from datetime import date
from typing import Any

import pytest

from scoring.review import acts, cases, taking
from scoring.review.sample import CYCLE, slot_of_take
from scoring.review.store import QueueRefused


def taken(room: Any, who: str) -> str:
    """The order that a person gets next, "" for none."""
    case = taking.take_next(room.store, room.who[who])
    return "" if case is None else str(cases.read(room.store, room.who[who], case).case["order_id"])


def test_two_people_get_two_cases(full: Any) -> None:
    assert taken(full, "ann") != taken(full, "bob")


def test_who_holds_a_case_gets_it_again(full: Any) -> None:
    assert taken(full, "ann") == taken(full, "ann")


def test_a_lock_holds_for_half_an_hour_and_then_another_may_take_the_case(full: Any) -> None:
    first = taken(full, "ann")
    with pytest.raises(QueueRefused, match="locked by ann"):
        taking.lock(full.store, full.who["bob"], full.case(first))
    full.clock.later(minutes=31)
    taking.lock(full.store, full.who["bob"], full.case(first))
    assert full.see(first).case["lock_by"] == "bob"


def test_many_people_at_once_never_get_one_case(full: Any) -> None:
    """Four threads take and put to rest until nothing waits: every case goes to one of them, once."""
    got: list[int] = []
    wrong: list[Exception] = []

    def work(name: str) -> None:
        try:
            while (case := taking.take_next(full.store, full.who[name])) is not None:
                got.append(case)
                acts.snooze(full.store, full.who[name], case, "waiting_for_customer", date(2026, 12, 24))
        except Exception as fault:
            wrong.append(fault)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("ann", "bob", "apu", "ava")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert wrong == []
    waiting = cases.search(full.store, full.who["vic"], cases.Filter(state=("snoozed",)), limit=100)[1]
    assert sorted(got) == sorted(set(got))
    assert len(got) == waiting > 8


def test_twenty_takes_are_sixteen_exploited_two_covering_and_two_random() -> None:
    for block in range(5):
        slots = [slot_of_take(block * 20 + place)[0] for place in range(20)]
        assert sorted(slots) == sorted(CYCLE)


def test_no_reviewer_sees_the_slot_of_a_case(full: Any) -> None:
    rows, _ = cases.search(full.store, full.who["ann"], limit=100)
    seen = full.see("A-1", "ann")
    for told in [*rows, seen.case, *(event["body"] for event in seen.events)]:
        assert not {"slot", "propensity", "drawn"} & set(told)


def test_a_case_assigned_to_a_person_comes_first_for_that_person_and_not_at_all_for_others(full: Any) -> None:
    taking.assign(full.store, full.who["apu"], [full.case("A-8")], "bob")
    assert taken(full, "bob") == "A-8"
    taking.release(full.store, full.who["bob"], full.case("A-8"))
    with pytest.raises(QueueRefused, match="another person"):
        taking.lock(full.store, full.who["ann"], full.case("A-8"))


def test_an_analyst_hands_an_own_case_over_but_takes_nobody_elses(full: Any) -> None:
    mine = full.case(taken(full, "ann"))
    assert taking.assign(full.store, full.who["ann"], [mine], "bob") == 1
    with pytest.raises(QueueRefused, match="assigned to bob"):
        taking.assign(full.store, full.who["ann"], [mine], "ann")


def test_work_is_assigned_to_those_who_work(full: Any) -> None:
    with pytest.raises(QueueRefused, match="not the right to work"):
        taking.assign(full.store, full.who["apu"], [full.case("A-4")], "vic")


def test_an_escalated_case_is_not_taken_by_an_analyst(full: Any) -> None:
    acts.escalate(full.store, full.who["ann"], full.case("A-1"), "senior", "Too large for me.")
    with pytest.raises(QueueRefused, match="another person"):
        taking.lock(full.store, full.who["ann"], full.case("A-1"))
    taking.lock(full.store, full.who["apu"], full.case("A-1"))


def test_a_proposed_decision_comes_first_for_another_approver(full: Any) -> None:
    full.decided("A-2", by="apu")
    assert taken(full, "ava") == "A-2"
    assert taken(full, "apu") != "A-2"


def test_a_snoozed_case_comes_back_on_its_day(full: Any) -> None:
    acts.snooze(full.store, full.who["ann"], full.case("A-4"), "waiting_for_customer", date(2026, 12, 1))
    taken(full, "bob")
    assert full.state("A-4") == "snoozed"
    full.clock.later(days=6)
    taken(full, "bob")
    assert full.state("A-4") == "open"


def test_cases_are_listed_by_band_then_due_day_then_score_times_value_and_say_why(full: Any) -> None:
    rows, _ = cases.search(full.store, full.who["vic"], cases.Filter(state=("open",)), limit=100)
    assert [row["order_id"] for row in rows[:3]] == ["A-2", "A-1", "A-3"]
    assert rows[0]["place"].startswith("band critical; no ship date, to decide by 2026-11-27; score 0.")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param({"words": "norrhall a-8"}, {"A-8"}, id="parts of a name and a number"),
        pytest.param({"words": "freightway", "band": ("critical",)}, {"A-2"}, id="a name within a band"),
        pytest.param({"words": "100% of_nothing"}, set(), id="signs of a pattern are plain signs"),
        pytest.param({"action": ("review",)}, {"A-1", "A-2"}, id="an action"),
    ],
)
def test_the_list_finds(full: Any, wanted: dict[str, Any], found: set[str]) -> None:
    rows, total = cases.search(full.store, full.who["vic"], cases.Filter(**wanted))
    assert {row["order_id"] for row in rows} == found
    assert total == len(found)
