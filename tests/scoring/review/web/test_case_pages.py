"""A case on one screen, and what a person does with it there."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from scoring.review import acts
from scoring.review.cases import Filter, search
from scoring.review.web.changes import changes

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture(autouse=True)
def second_reviews(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No case is drawn for a blind second review, but where a test is about it."""
    drawn = "blind" in request.node.name
    monkeypatch.setattr(acts, "wants_second_review", lambda case, round_: drawn)


def address(desk: Any, order: str, act: str = "") -> str:
    """The page of an order, or one of its acts."""
    return f"/case/{desk.room.case(order)}{act}"


def test_the_page_shows_gate_score_flags_with_source_and_question_parties_and_route(desk: Any) -> None:
    page, shown = desk.browser("ann").get(address(desk, "A-1")).text, desk.room.see("A-1")
    body = shown.lines[0]["body"]
    assert f"Gate: {shown.lines[0]['gate']}." in page
    for flag in shown.flags:
        assert flag["title"] in page
        assert flag["ask"] in page
    assert all(name in page for name in ("Freightway Logistics", "Norrhall Compute", "Plain Pay"))
    assert 'aria-label="Route US to SG"' in page
    assert page.count('<svg class="bar"') == min(len(body["contributions"]), 12)
    assert body["result"]["model_version"] in page


def test_reading_a_case_is_an_event(desk: Any) -> None:
    before = len(desk.room.see("A-1").events)
    desk.browser("vic").get(address(desk, "A-1"))
    assert [event["actor"] for event in desk.room.see("A-1").events[before + 1 :]] == ["vic"]


def test_contact_persons_are_masked_until_somebody_asks_and_the_asking_is_an_event(desk: Any) -> None:
    browser = desk.browser("ann")
    assert "desk@norrhall.example" not in browser.get(address(desk, "A-4")).text
    assert "desk@norrhall.example" in browser.get(address(desk, "A-4", "?reveal=true")).text
    reads = [event["body"]["contacts"] for event in desk.room.see("A-4").events if event["actor"] == "ann"]
    assert reads == [False, True]


def test_answers_and_decision_are_one_form_and_the_next_case_follows(desk: Any) -> None:
    ann = desk.browser("ann")
    place = ann.post("/take").headers["location"]
    order = next(each for each in ("A-1", "A-2", "A-3") if address(desk, each) == place)
    answer = ann.post(f"{place}/decide", **desk.cleared(order), then="next", seen=desk.room.see(order).seen)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/case/")
    assert answer.headers["location"] != place
    assert desk.room.state(order) in ("decided", "proposed")


def test_what_was_written_survives_a_refusal_and_everything_that_is_wrong_is_told(desk: Any, faults: Any) -> None:
    fields = desk.cleared("A-1") | {"comment": "", "reason": [], "decision": "cleared"}
    answer = desk.browser("ann").post(address(desk, "A-1", "/decide"), **fields)
    assert answer.status_code == 409
    assert faults(answer) == ["reason: give at least one", "comment: cleared needs one"]
    assert '<option value="false_positive" selected>' in answer.text
    assert all(flag["answer"] for flag in desk.room.see("A-1").flags)


def test_an_answer_without_a_note_stays_on_the_form_and_the_others_are_kept(desk: Any, faults: Any) -> None:
    fields = desk.answers("A-1")
    fields["note"][0] = ""
    answer = desk.browser("ann").post(address(desk, "A-1", "/answer"), **fields)
    assert faults(answer) == [f"flag {fields['flag'][0]}: note: write what stands behind it"]
    assert [bool(flag["answer"]) for flag in desk.room.see("A-1").flags] == [False] + [True] * (len(fields["flag"]) - 1)
    assert answer.text.count('<option value="explained" selected>') == 1


def test_keeping_answers_gives_back_the_half_written_decision(desk: Any) -> None:
    fields = desk.answers("A-1") | {"comment": "Half a sentence"}
    answer = desk.browser("ann").post(address(desk, "A-1", "/answer"), **fields)
    assert (answer.status_code, ">Half a sentence</textarea>" in answer.text) == (200, True)


def test_an_unanswered_flag_is_named(desk: Any, faults: Any) -> None:
    fields = desk.cleared("A-1")
    fields["answer"][0] = fields["note"][0] = ""
    answer = desk.browser("ann").post(address(desk, "A-1", "/decide"), **fields)
    assert faults(answer) == [f"flag {fields['flag'][0]}: shown and not answered"]


def test_a_case_that_changed_since_the_page_was_loaded_is_not_decided(desk: Any, faults: Any) -> None:
    answer = desk.browser("ann").post(address(desk, "A-1", "/decide"), **desk.cleared("A-1"), seen="0" * 16)
    assert "has changed" in faults(answer)[0]
    assert desk.room.state("A-1") == "open"


class TestFourEyes:
    """A-2 is worth millions: it takes two."""

    @pytest.fixture
    def proposed(self, desk: Any) -> Any:
        """The desk after apu proposed to clear A-2."""
        desk.browser("apu").post(address(desk, "A-2", "/decide"), **desk.cleared("A-2"))
        assert desk.room.state("A-2") == "proposed"
        return desk

    def test_another_approver_sees_what_was_proposed_and_approves(self, proposed: Any) -> None:
        ava = proposed.browser("ava")
        assert "The end user answered." in ava.get(address(proposed, "A-2")).text
        ava.post(address(proposed, "A-2", "/approve"), comment="Seen too.")
        assert proposed.room.state("A-2") == "decided"

    @pytest.mark.parametrize("who", ["apu", "bob", "ada"])
    def test_neither_the_first_person_nor_one_without_the_right(self, proposed: Any, who: str) -> None:
        assert proposed.browser(who).post(address(proposed, "A-2", "/approve")).status_code == 409
        assert proposed.room.state("A-2") == "proposed"

    def test_a_case_sent_back_is_the_first_persons_again(self, proposed: Any) -> None:
        proposed.browser("ava").post(address(proposed, "A-2", "/send-back"), note="Ask the bank.")
        assert (proposed.room.state("A-2"), proposed.room.see("A-2").case["assignee"]) == ("open", "apu")


def test_a_blind_second_review_shows_nothing_of_the_first(desk: Any) -> None:
    desk.room.decided("A-4")
    page = desk.browser("bob").get(address(desk, "A-4")).text
    assert "Second review" in page
    assert not [
        said for said in ("The end user answered", "papers came back", "<td>ann</td>", "Cleared;") if said in page
    ]


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        pytest.param("letter.pdf", PDF, 303, id="a PDF is kept"),
        pytest.param("letter.exe", b"MZ", 409, id="a program is refused"),
        pytest.param("letter.pdf", b"MZ\x90\x00", 409, id="a program under another name is refused"),
        pytest.param("letter.svg", b"<svg onload='x'/>", 409, id="a picture that can run is refused"),
        pytest.param("letter.txt", b"a" * (10 * 1024 * 1024 + 1), 409, id="a file over 10 MB is refused"),
        pytest.param("letter.txt", b"", 409, id="an empty file is refused"),
    ],
)
def test_a_document_is_kept_or_refused(desk: Any, name: str, content: bytes, status: int) -> None:
    answer = desk.browser("ann").post(address(desk, "A-4", "/attach"), files={"file": (name, content)})
    assert (answer.status_code, len(desk.room.see("A-4").files)) == (status, int(status == 303))


def test_a_document_comes_back_to_be_saved_never_to_be_shown(desk: Any) -> None:
    ann = desk.browser("ann")
    ann.post(address(desk, "A-4", "/attach"), files={"file": ('..\\a"b\r\nx: y.pdf', PDF)})
    answer = ann.get(f"/file/{desk.room.see('A-4').files[0]['id']}")
    told = answer.headers
    assert (answer.content, told["content-type"]) == (PDF, "application/octet-stream")
    assert told["content-disposition"].startswith('attachment; filename="a')
    assert told["content-security-policy"] == "sandbox"
    assert told["x-content-type-options"] == "nosniff"
    assert "file read" in desk.room.kinds("A-4")


def test_what_changed_since_the_time_before_is_shown(
    desk: Any, judge: Callable[..., Any], cells: list[dict[str, str]]
) -> None:
    assert "Changed since" not in desk.browser("ann").get(address(desk, "A-1")).text
    judge(cells[0] | {"destination_country": "MY"}).into(desk.room.store)
    page = desk.browser("ann").get(address(desk, "A-1")).text
    assert "Changed since it was judged the time before" in page
    assert '<th scope="row">order: destination country</th><td>SG</td><td>MY</td>' in page


def test_of_reasons_and_hits_only_what_came_and_what_went_is_told(desk: Any, listed: Any) -> None:
    listed.into(desk.room.store)
    told = changes(desk.room.store, desk.room.who["ann"], desk.room.see("A-4", "ann"))
    found = {each.what: each for each in told}
    assert found["list hits"].before == ""
    assert "Norrhall Compute" in found["list hits"].now
    stays = desk.room.see("A-4").lines[0]["body"]["result"]["not_evaluated"].split("; ")[0]
    assert stays not in found["not evaluated"].before + found["not evaluated"].now


def test_what_changed_tells_a_reviewer_of_no_case_that_it_had_been_released(
    desk: Any, judge: Callable[..., Any], cells: list[dict[str, str]]
) -> None:
    rows, _ = search(desk.room.store, desk.room.who["vic"], Filter(state=("waiting",)), limit=100)
    drawn = next(row["order_id"] for row in rows if row["action"] == "release")
    judge(cells[int(drawn[2:])] | {"destination_country": "RU"}).into(desk.room.store)
    shown = {who: changes(desk.room.store, desk.room.who[who], desk.room.see(drawn, who)) for who in ("ann", "vic")}
    told = {who: [each.before for each in found if each.what == "action"] for who, found in shown.items()}
    assert (told["vic"], "release" in told["ann"]) == (["release"], False)


def test_a_list_hit_shows_both_sides_beside_each_other(desk: Any, listed: Any) -> None:
    listed.into(desk.room.store)
    page = desk.browser("ann").get(address(desk, "A-4")).text
    row = re.search(r'<th scope="row">Name</th><td>(.*?)</td><td>(.*?)</td>', page, re.DOTALL)
    assert row is not None
    hit = desk.room.see("A-4").lines[0]["body"]["hits"][0]
    assert (hit["name"] in row[1], hit["listed_name"] in row[2], hit["title"] in row[2]) == (True, True, True)
    assert hit["party"] not in row[1]


def test_why_a_decision_takes_two_people_stands_on_the_page(desk: Any) -> None:
    page = desk.browser("ann").get(address(desk, "A-2")).text
    assert "A decision takes two people: band critical; 9,000,000 USD or more" in page
    assert "takes two people" not in desk.browser("ann").get(address(desk, "A-4")).text


@pytest.mark.parametrize(
    ("act", "fields", "who", "kind_of"),
    [
        pytest.param("comment", {"text": "Called the buyer."}, "ann", "commented", id="a note"),
        pytest.param("lock", {}, "ann", "locked", id="a lock"),
        pytest.param("assign", {"to": "bob"}, "ann", "assigned", id="a hand over"),
        pytest.param("escalate", {"level": "senior", "why": "Two names."}, "ann", "escalated", id="an escalation"),
        pytest.param(
            "snooze", {"reason": "waiting_for_customer", "until": "2026-12-10"}, "ann", "snoozed", id="a snooze"
        ),
        pytest.param("day", {"what": "exported", "on": "2026-11-20"}, "ann", "dated", id="a day that counts"),
        pytest.param("hold", {"on": "on", "why": "A letter came."}, "ada", "held", id="a legal hold"),
    ],
)
def test_each_form_of_the_page_is_one_event(desk: Any, act: str, fields: Any, who: str, kind_of: str) -> None:
    assert desk.browser(who).post(address(desk, "A-4", f"/{act}"), **fields).status_code == 303
    assert desk.room.kinds("A-4") == ["opened", kind_of]


@pytest.mark.parametrize(
    ("act", "fields", "fault"),
    [
        pytest.param("snooze", {"reason": "waiting_for_customer", "until": "soon"}, "write a day", id="no day"),
        pytest.param("snooze", {"reason": "tired", "until": "2026-12-10"}, "snooze: 'tired'", id="no reason"),
        pytest.param("escalate", {"level": "desk", "why": "x"}, "only rises", id="a level that does not rise"),
        pytest.param("comment", {"text": " "}, "comment: write", id="an empty note"),
        pytest.param("hold", {"on": "on", "why": "x"}, "right to hold", id="a hold by one who may not"),
        pytest.param("reopen", {"reason": "new_information", "why": "x"}, "right to approve", id="a reopening"),
    ],
)
def test_a_form_that_breaks_a_rule_says_which(desk: Any, faults: Any, act: str, fields: Any, fault: str) -> None:
    answer = desk.browser("ann").post(address(desk, "A-4", f"/{act}"), **fields)
    assert (answer.status_code, fault in faults(answer)[0]) == (409, True)
    assert desk.room.kinds("A-4") == ["opened"]


def test_the_case_file_to_print_is_for_those_who_may_export(desk: Any) -> None:
    assert desk.browser("ann").get(address(desk, "A-1", "/print")).status_code == 409
    answer = desk.browser("apu").get(address(desk, "A-1", "/print"))
    assert (answer.status_code, "Case file of order A-1" in answer.text) == (200, True)
    assert "script" not in answer.headers["content-security-policy"]
