"""What a person may do with a case, and what is refused, whoever asks and by whichever door."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from scoring.review import acts, cases, people, sample, taking
from scoring.review.desk import LONGEST_TEXT, set_limit
from scoring.review.store import QueueRefused

REFUSED = {"decision": "refused", "label_class": "confirmed_diversion", "reasons": ("false_statement",)}


@pytest.fixture(autouse=True)
def no_second_reviews(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No case is drawn for a blind second review, but where a test is about it."""
    drawn = request.cls is TestBlind
    monkeypatch.setattr(acts, "wants_second_review", lambda case, round_: drawn)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        pytest.param({"decision": "fine"}, "decision: 'fine' is none of", id="a decision that is not on the list"),
        pytest.param({"label_class": "ok"}, "label_class: 'ok' is none of", id="a label that is not on the list"),
        pytest.param({"verification": "seen"}, "verification: 'seen'", id="a verification that is not on the list"),
        pytest.param({"reasons": ()}, "reason: give at least one", id="no reason"),
        pytest.param({"reasons": ("whim",)}, "reason: 'whim'", id="a reason that is not on the list"),
        pytest.param({"comment": " "}, "comment: cleared needs one", id="clearing without a comment"),
        pytest.param({"comment": "x" * (LONGEST_TEXT + 1)}, "comment: at most", id="a comment without end"),
        pytest.param({**REFUSED, "comment": ""}, "comment: refused needs one", id="refusing without a comment"),
        pytest.param({"label_class": "confirmed_diversion"}, "contradicts", id="clearing a confirmed diversion"),
        pytest.param({**REFUSED, "label_class": "false_positive"}, "contradicts", id="refusing a false positive"),
        pytest.param({"on": "2026-11-26"}, "decided_on: a day", id="decided tomorrow"),
        pytest.param({"on": "yesterday"}, "decided_on: a day", id="decided on no day"),
        pytest.param({"lines": ("7",)}, "line 7: is not open", id="a line the case does not have"),
    ],
)
def test_a_decision_that_breaks_a_rule_is_refused(full: Any, changed: dict[str, Any], fault: str) -> None:
    case = full.answered("A-1")
    with pytest.raises(QueueRefused, match=fault):
        acts.decide(full.store, full.who["ann"], case, replace(full.clean, **changed))
    assert full.state("A-1") == "open"


def test_every_shown_flag_must_be_answered_and_all_that_are_not_are_named(full: Any) -> None:
    shown = {flag["key"] for flag in full.see("A-1").flags}
    with pytest.raises(QueueRefused) as refused:
        acts.decide(full.store, full.who["ann"], full.case("A-1"), full.clean)
    assert {fault.split(":")[0].removeprefix("flag ") for fault in refused.value.faults} == shown


@pytest.mark.parametrize(
    ("flag", "word", "note", "fault"),
    [
        pytest.param("payer-in-hub", "fine", "Asked.", "answer: 'fine'", id="an answer that is not on the list"),
        pytest.param("payer-in-hub", "explained", "", "note: write", id="no note"),
        pytest.param("tanker", "explained", "Asked.", "shows no such flag", id="a flag the case does not show"),
    ],
)
def test_an_answer_that_breaks_a_rule_is_refused(full: Any, flag: str, word: str, note: str, fault: str) -> None:
    with pytest.raises(QueueRefused, match=fault):
        acts.answer(full.store, full.who["ann"], full.case("A-1"), flag, word, note)


def test_a_cleared_case_is_decided_and_kept_for_five_years(full: Any) -> None:
    assert full.decided("A-1") == "decided"
    case = full.see("A-1").case
    assert (case["state"], case["keep_until"]) == ("decided", "2031-11-25")


def test_a_case_is_decided_once_all_its_lines_are(full: Any) -> None:
    assert full.decided("A-3", replace(full.clean, lines=("1",))) == "open"
    assert full.decided("A-3", replace(full.clean, lines=("2",))) == "decided"


def test_a_decided_line_is_not_decided_again(full: Any) -> None:
    full.decided("A-3", replace(full.clean, lines=("1",)))
    with pytest.raises(QueueRefused, match="line 1: is not open"):
        full.decided("A-3", replace(full.clean, lines=("1",)))


def test_a_case_that_changed_while_it_was_read_is_not_decided(full: Any) -> None:
    case = full.answered("A-1")
    with pytest.raises(QueueRefused, match="has changed"):
        acts.decide(full.store, full.who["ann"], case, full.clean, shown="0" * 16)
    assert acts.decide(full.store, full.who["ann"], case, full.clean, shown=full.see("A-1").seen) == "decided"


def test_a_case_that_another_person_holds_is_not_decided(full: Any) -> None:
    case = full.answered("A-4")
    taking.lock(full.store, full.who["bob"], case)
    with pytest.raises(QueueRefused, match="locked by bob"):
        acts.decide(full.store, full.who["ann"], case, full.clean)


@pytest.fixture(scope="module")
def quiet() -> dict[str, str]:
    """A small order line of known value and chip."""
    return {"order_id": "B-1", "line_no": "1", "quantity": "1", "value_usd": "9000", "part_number": "L4"}


class TestFourEyes:
    """A decision above the limits takes a second, different person."""

    def test_it_is_proposed_first(self, full: Any) -> None:
        assert full.decided("A-2") == "proposed"
        assert full.see("A-2").case["decided_at"] is None

    def test_another_approver_makes_it_final(self, full: Any) -> None:
        full.decided("A-2")
        assert acts.approve(full.store, full.who["apu"], full.case("A-2")) == "decided"
        final = [each for each in full.see("A-2").decisions if each["stage"] == "final"]
        assert [(each["by"], each["second"]) for each in final] == [("ann", "apu")]

    def test_the_same_person_cannot_approve(self, full: Any) -> None:
        full.decided("A-2", by="apu")
        with pytest.raises(QueueRefused, match="another one"):
            acts.approve(full.store, full.who["apu"], full.case("A-2"))

    @pytest.mark.parametrize("who", ["bob", "ada", "mia", "vic"])
    def test_only_an_approver_can(self, full: Any, who: str) -> None:
        full.decided("A-2")
        with pytest.raises(QueueRefused, match="not the right to approve"):
            acts.approve(full.store, full.who[who], full.case("A-2"))

    def test_it_can_be_sent_back_with_a_note_to_the_first_person(self, full: Any) -> None:
        full.decided("A-2")
        acts.send_back(full.store, full.who["apu"], full.case("A-2"), "Ask for the contract.")
        case = full.see("A-2").case
        assert (case["state"], case["assignee"]) == ("open", "ann")
        full.decided("A-2")
        acts.approve(full.store, full.who["apu"], full.case("A-2"))
        assert full.state("A-2") == "decided"

    def test_an_order_whose_value_nobody_knows_takes_two_and_is_not_worth_nothing(
        self, room: Any, judge: Callable[..., Any], cells: list[dict[str, str]]
    ) -> None:
        known, unknown = cells[0] | {"order_id": "B-1"}, cells[0] | {"order_id": "B-2", "value_usd": "", "quantity": ""}
        judge(known, unknown).into(room.store)
        case = room.see("B-2").case
        assert (case["usd"], case["tpp"]) == (None, None)
        assert case["stake"] > room.see("B-1").case["stake"]
        assert "no stated value, counted as 1,100,000 USD at least" in room.see("B-2").place
        assert room.decided("B-2") == "proposed"

    @pytest.mark.parametrize(
        ("cells", "state", "why"),
        [
            pytest.param({"value_usd": "", "quantity": ""}, "proposed", "neither value nor TPP is known of line 2",
                         id="a line of which nothing is known may be above every limit"),
            pytest.param({"value_usd": "", "part_number": "H100 SXM5", "quantity": "40"}, "proposed", "USD or more",
                         id="a line without a price counts for what it can compute"),
            pytest.param({"value_usd": ""}, "decided", "", id="a small line without a price stays under the limits"),
            pytest.param({"value_usd": "5", "part_number": "Cable", "item_description": "Cable"}, "decided", "",
                         id="a line of known value and no chip is measured by its value"),
        ],
    )  # fmt: skip
    def test_what_one_line_does_not_state_is_never_under_a_limit(
        self, room: Any, judge: Callable[..., Any], quiet: dict[str, str], cells: dict[str, str], state: str, why: str
    ) -> None:
        judge(quiet, {**quiet, "line_no": "2", **cells}).into(room.store)
        set_limit(room.store, room.who["ada"], "four_eyes_band", 9.0)
        shown = room.see("B-1")
        assert why in "; ".join(shown.two)
        assert bool(shown.two) == (state == "proposed")
        assert "at least" in shown.place
        assert room.decided("B-1") == state

    def test_the_limit_is_a_setting_that_an_administrator_changes(self, full: Any) -> None:
        set_limit(full.store, full.who["ada"], "four_eyes_usd", 100.0)
        assert full.decided("A-4") == "proposed"
        with pytest.raises(QueueRefused, match="right to settings"):
            set_limit(full.store, full.who["apu"], "four_eyes_usd", 1e9)


class TestBlind:
    """A second review that does not see the first."""

    def test_a_drawn_case_waits_for_a_second_review(self, full: Any) -> None:
        assert full.decided("A-4") == "blind"

    def test_who_makes_the_second_review_sees_an_open_case(self, full: Any) -> None:
        full.decided("A-1")
        seen = full.see("A-1", "bob")
        assert (seen.blind, seen.case["state"], seen.decisions, seen.case["first_by"]) == (True, "open", (), None)
        assert all(flag["answer"] is None for flag in seen.flags)
        assert not {event["actor"] for event in seen.events} - {"bob", "system"}

    def test_the_chance_of_being_drawn_stands_with_the_decision(self, full: Any) -> None:
        full.decided("A-4")
        told = [event["body"] for event in full.see("A-4").events if event["kind"] == "decided"]
        assert told[0]["second_review_chance"] == sample.QUALITY_SHARE

    def test_the_first_person_does_not_make_the_second_review(self, full: Any) -> None:
        full.decided("A-4")
        with pytest.raises(QueueRefused, match="another person"):
            acts.decide(full.store, full.who["ann"], full.case("A-4"), full.clean)

    def test_a_second_review_that_agrees_closes_the_case(self, full: Any) -> None:
        full.decided("A-4")
        assert full.decided("A-4", by="bob") == "decided"

    def test_a_second_review_answers_the_flags_itself(self, full: Any) -> None:
        full.decided("A-1")
        with pytest.raises(QueueRefused, match="not answered"):
            acts.decide(full.store, full.who["bob"], full.case("A-1"), full.clean)

    def test_a_second_review_that_differs_opens_the_case_for_a_senior(self, full: Any) -> None:
        full.decided("A-4")
        other = replace(full.clean, decision="hold", label_class="undetermined", reasons=("no_answer",))
        assert full.decided("A-4", other, by="bob") == "open"
        assert full.see("A-4").case["level"] == 1


def test_an_escalation_only_rises(full: Any) -> None:
    case = full.case("A-4")
    acts.escalate(full.store, full.who["ann"], case, "counsel", "A question of law.")
    with pytest.raises(QueueRefused, match="only rises"):
        acts.escalate(full.store, full.who["apu"], case, "senior", "Back.")


def test_an_escalated_case_is_not_decided_by_an_analyst(full: Any) -> None:
    case = full.answered("A-4")
    acts.escalate(full.store, full.who["ann"], case, "senior", "A large customer.")
    with pytest.raises(QueueRefused, match="escalated"):
        acts.decide(full.store, full.who["ann"], case, full.clean)
    assert acts.decide(full.store, full.who["apu"], case, full.clean) == "decided"


@pytest.mark.parametrize(
    ("reason", "until", "fault"),
    [
        pytest.param("waiting_for_customer", date(2026, 11, 25), "after today", id="until today"),
        pytest.param("waiting_for_customer", date(2027, 5, 25), "180 days", id="for more than 180 days"),
        pytest.param("tired", date(2026, 12, 1), "snooze: 'tired'", id="for a reason that is not on the list"),
    ],
)
def test_a_snooze_that_breaks_a_rule_is_refused(full: Any, reason: str, until: date, fault: str) -> None:
    with pytest.raises(QueueRefused, match=fault):
        acts.snooze(full.store, full.who["ann"], full.case("A-4"), reason, until)


def test_reopening_takes_a_reason_and_the_role_and_keeps_the_old_decision(full: Any) -> None:
    full.decided("A-4")
    case = full.case("A-4")
    with pytest.raises(QueueRefused, match="right to approve"):
        acts.reopen(full.store, full.who["ann"], case, "new_information", "A letter came.")
    with pytest.raises(QueueRefused, match="why: write"):
        acts.reopen(full.store, full.who["apu"], case, "new_information", "")
    acts.reopen(full.store, full.who["apu"], case, "new_information", "A letter came.")
    seen = full.see("A-4")
    assert (seen.case["state"], len(seen.decisions), seen.case["keep_until"]) == ("open", 1, None)


@pytest.mark.parametrize("who", ["vic", "mia", "ada"])
def test_who_has_no_right_to_work_changes_nothing(full: Any, who: str) -> None:
    for act in (
        lambda: acts.comment(full.store, full.who[who], full.case("A-4"), "Hello"),
        lambda: acts.decide(full.store, full.who[who], full.case("A-4"), full.clean),
        lambda: taking.take_next(full.store, full.who[who]),
    ):
        with pytest.raises(QueueRefused, match="not the right to work"):
            act()


def test_a_token_does_no_more_than_its_scopes(full: Any) -> None:
    secret = people.new_token(full.store, full.who["ann"], "reader", ["read"])
    reader = people.by_token(full.store, secret).actor
    assert cases.read(full.store, reader, full.case("A-4")).case["order_id"] == "A-4"
    with pytest.raises(QueueRefused, match="not the scope work"):
        acts.comment(full.store, reader, full.case("A-4"), "Hello")


def test_one_decided_case_in_twenty_is_drawn_for_a_second_review() -> None:
    drawn = sum(sample.wants_second_review(case, 1) for case in range(10_000))
    assert 0.04 < drawn / 10_000 < 0.06


def test_contact_persons_are_masked_until_somebody_asks_and_the_asking_is_logged(full: Any) -> None:
    shown = full.see("A-4", "ann").lines[0]["body"]["order"]
    assert (shown["contact_email"], shown["contact_phone"]) == ("…@norrhall.example", "+659…")
    told = cases.read(full.store, full.who["ann"], full.case("A-4"), reveal=True)
    assert told.lines[0]["body"]["order"]["contact_email"] == "desk@norrhall.example"
    assert [event["body"]["contacts"] for event in full.see("A-4").events if event["kind"] == "read"][-2:] == [
        False,
        True,
    ]
