"""The figures of the desk are counts of the log."""

from dataclasses import replace
from typing import Any

import pytest

from scoring.review import acts, log
from scoring.review.metrics import metrics, wilson


@pytest.fixture(autouse=True)
def second_reviews(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every decided case gets a blind second review where a test is about agreement, else none."""
    drawn = "agreement" in request.node.name
    monkeypatch.setattr(acts, "wants_second_review", lambda case, round_: drawn)


def confirmed(room: Any, order: str) -> None:
    """Refuses an order for a confirmed diversion."""
    refused = replace(room.clean, decision="refused", label_class="confirmed_diversion", reasons=("false_statement",))
    room.decided(order, refused)


def test_waiting_cases_stand_in_the_bracket_of_their_age(full: Any) -> None:
    full.clock.later(days=8)
    told = metrics(full.store, full.who["vic"])
    assert told.ageing["8 to 14 days"] == told.waiting["open"] == sum(told.ageing.values())


def test_a_case_is_overdue_after_its_due_day(full: Any) -> None:
    before = metrics(full.store, full.who["vic"]).overdue
    full.clock.later(days=3)
    assert (before, metrics(full.store, full.who["vic"]).overdue) == (0, 1)  # A-2 is critical: two days


def test_hours_to_decide_are_those_between_the_events(full: Any) -> None:
    full.clock.later(hours=5)
    full.decided("A-1")
    with full.store.reading() as connection:
        events = [each for each in log.events_of(connection, full.case("A-1")) if each["kind"] in ("opened", "decided")]
    assert len(events) == 2
    assert metrics(full.store, full.who["vic"]).hours_to_decide == pytest.approx(5, abs=0.01)


def test_hits_of_a_flag_count_confirmed_and_justified_apart(full: Any) -> None:
    confirmed(full, "A-1")
    acts.decide(full.store, full.who["ann"], full.answered("A-2"), replace(full.clean, label_class="justified_alert"))
    acts.approve(full.store, full.who["apu"], full.case("A-2"))
    hits = {each.flag: each for each in metrics(full.store, full.who["vic"]).flags}["payer-in-hub"]
    assert (hits.lines, hits.confirmed, hits.justified) == (2, 1, 1)


def test_agreement_is_the_share_of_second_reviews_that_agree(full: Any) -> None:
    full.decided("A-4")
    full.decided("A-4", by="bob")
    full.decided("A-5")
    other = replace(full.clean, decision="hold", label_class="undetermined", reasons=("no_answer",))
    full.decided("A-5", other, by="bob")
    told = metrics(full.store, full.who["vic"]).agreement
    assert (told.hits, told.of, told.share) == (1, 2, 0.5)


def test_recall_is_not_told_before_a_drawn_case_is_decided(full: Any) -> None:
    confirmed(full, "A-1")
    told = metrics(full.store, full.who["vic"]).recall
    assert (told.found, told.decided, told.recall) == (1, 0, None)


def test_recall_has_an_interval_even_when_nothing_was_missed(full: Any) -> None:
    confirmed(full, "A-1")
    for order in drawn(full):
        full.decided(order)
    told = metrics(full.store, full.who["vic"]).recall
    assert (told.population, told.missed, told.recall, told.high) == (32, 0, 1, 1)
    assert 0 < told.low < 0.5  # a few clean draws say little


def test_a_confirmed_draw_stands_for_as_many_as_it_was_drawn_from(full: Any) -> None:
    confirmed(full, "A-1")
    orders = drawn(full)
    confirmed(full, orders[0])
    for order in orders[1:]:
        full.decided(order)
    told = metrics(full.store, full.who["vic"]).recall
    assert told.missed == pytest.approx(32 / len(orders))
    assert told.recall == pytest.approx(1 / (1 + told.missed))


def drawn(room: Any) -> list[str]:
    """The orders of the standing sample."""
    with room.store.reading() as connection:
        return list(
            connection.exec_driver_sql("SELECT order_id FROM cases WHERE slot <> 'exploited' ORDER BY id").scalars()
        )


@pytest.mark.parametrize(("share", "size"), [(0.0, 10), (0.5, 10), (1.0, 10), (0.1, 1000)])
def test_an_interval_holds_its_share_and_lies_between_0_and_1(share: float, size: float) -> None:
    low, high = wilson(share, size)
    assert 0 <= low <= share <= high <= 1
