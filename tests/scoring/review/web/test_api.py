"""The queue for other systems: tokens, scopes, the rules of the desk, and calls that may be sent again."""

import csv
import io
import json
from typing import Any

import pytest

from scoring.review import acts, people

API = "/api/v1"


@pytest.fixture(autouse=True)
def no_second_reviews(monkeypatch: pytest.MonkeyPatch) -> None:
    """No case is drawn for a blind second review."""
    monkeypatch.setattr(acts, "wants_second_review", lambda case, round_: False)


def made(desk: Any, order: str, **changed: Any) -> dict[str, Any]:
    """A decision that clears an order, with the answers to its flags."""
    flags = desk.room.see(order).flags
    told = [{"flag": flag["key"], "answer": "explained", "note": "Asked, and papers came back."} for flag in flags]
    clean = {
        "decision": "cleared", "label_class": "false_positive", "verification": "paper",
        "reasons": ["end_use_shown"], "comment": "The end user answered.", "answers": told,
    }  # fmt: skip
    return {**clean, **changed}


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("", id="no token"),
        pytest.param("Bearer guessed", id="a token that nobody made"),
        pytest.param("Basic YW5uOmFubg==", id="another kind of key"),
        pytest.param("Bearer ", id="an empty token"),
    ],
)
def test_without_a_token_nothing_is_told(desk: Any, header: str) -> None:
    for method, path in (("get", "/cases"), ("post", "/next"), ("post", "/import"), ("get", "/outcomes")):
        answer = getattr(desk.client(), method)(f"{API}{path}", headers={"authorization": header})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_the_session_of_a_browser_is_no_token(desk: Any) -> None:
    assert desk.browser("ann").get(f"{API}/cases").status_code == 401


def test_a_token_without_the_scope_is_refused_by_name(desk: Any) -> None:
    reader, case = desk.token("ann", "read"), desk.room.case("A-4")
    assert reader.get(f"{API}/cases").status_code == 200
    for path, body in (("/next", {}), (f"/cases/{case}/decide", made(desk, "A-4")), ("/import", {})):
        answer = reader.post(f"{API}{path}", json=body)
        assert (answer.status_code, "scope work" in answer.text) == (403, True)
    assert desk.room.kinds("A-4") == ["opened"]


def test_a_token_ends_with_its_owners_account(desk: Any) -> None:
    token = desk.token("ann")
    people.change(desk.room.store, desk.room.who["ada"], "ann", active=False)
    assert token.get(f"{API}/cases").status_code == 401


def test_cases_come_in_the_order_of_the_queue_with_the_reason_and_without_the_slot(desk: Any) -> None:
    told = desk.token("vic", "read").get(f"{API}/cases?limit=2").json()
    assert [case["order_id"] for case in told["cases"]] == ["A-2", "A-1"]
    assert told["total"] > 2
    assert all(case["place"].startswith("band ") for case in told["cases"])
    assert not {"slot", "propensity", "by_value", "words"} & told["cases"][0].keys()


def test_a_case_is_shown_with_contacts_masked_and_the_reading_is_an_event_of_the_api(desk: Any) -> None:
    answer = desk.token("ann").get(f"{API}/cases/{desk.room.case('A-4')}")
    assert answer.json()["lines"][0]["body"]["order"]["contact_email"] == "…@norrhall.example"
    assert [event["via"] for event in desk.room.see("A-4").events if event["kind"] == "read"] == ["api"]


def test_next_gives_the_case_that_is_held_again_and_none_twice(desk: Any) -> None:
    ann, bob = desk.token("ann"), desk.token("bob")
    first = ann.post(f"{API}/next").json()
    assert (ann.post(f"{API}/next").json(), bob.post(f"{API}/next").json() != first) == (first, True)


def test_a_decision_that_is_sent_again_is_made_once(desk: Any) -> None:
    token, case = desk.token("ann"), desk.room.case("A-4")
    sent = made(desk, "A-4", seen=desk.room.see("A-4").seen)
    answers = [token.post(f"{API}/cases/{case}/decide", json=sent).json() for _ in range(3)]
    assert answers == [{"state": "decided", "repeated": again} for again in (False, True, True)]
    assert desk.room.kinds("A-4").count("decided") == 1
    assert len(desk.room.see("A-4").decisions) == 1


def test_a_decision_of_one_line_is_made_once_and_the_other_line_stays_open(desk: Any) -> None:
    token, case = desk.token("ann"), desk.room.case("A-3")
    answers = [token.post(f"{API}/cases/{case}/decide", json=made(desk, "A-3", lines=["1"])).json() for _ in range(2)]
    assert answers == [{"state": "open", "repeated": again} for again in (False, True)]
    assert token.post(f"{API}/cases/{case}/decide", json=made(desk, "A-3")).json()["state"] == "decided"


def test_a_proposal_that_is_sent_again_is_made_once_and_stays_so_when_it_was_approved(desk: Any) -> None:
    token, case = desk.token("ann"), desk.room.case("A-2")
    sent = made(desk, "A-2")
    first = token.post(f"{API}/cases/{case}/decide", json=sent).json()
    again = token.post(f"{API}/cases/{case}/decide", json=sent).json()
    assert (first, again) == ({"state": "proposed", "repeated": False}, {"state": "proposed", "repeated": True})
    acts.approve(desk.room.store, desk.room.who["apu"], case)
    assert token.post(f"{API}/cases/{case}/decide", json=sent).json() == {"state": "decided", "repeated": True}


def test_a_proposal_that_was_sent_back_may_be_made_anew(desk: Any) -> None:
    token, case = desk.token("ann"), desk.room.case("A-2")
    token.post(f"{API}/cases/{case}/decide", json=made(desk, "A-2"))
    acts.send_back(desk.room.store, desk.room.who["apu"], case, "Ask the bank.")
    answer = token.post(f"{API}/cases/{case}/decide", json=made(desk, "A-2"))
    assert answer.json() == {"state": "proposed", "repeated": False}


@pytest.mark.parametrize(
    ("changed", "status", "fault"),
    [
        pytest.param({"comment": ""}, 409, "comment: cleared needs one", id="no comment"),
        pytest.param({"answers": []}, 409, "shown and not answered", id="flags without answers"),
        pytest.param({"decision": "fine"}, 409, "decision: 'fine' is none of", id="a word that is on no list"),
        pytest.param({"seen": "0" * 16}, 409, "has changed", id="a case that changed since it was read"),
        pytest.param({"lines": ["7"]}, 409, "line 7: is not open", id="a line that is not there"),
        pytest.param({"decision": None}, 422, "decision", id="no decision"),
        pytest.param({"comment": "x" * 10_001}, 422, "comment", id="a comment without end"),
        pytest.param({"comment": "a\0b"}, 422, "cannot be kept", id="a comment that no store takes"),
    ],
)
def test_the_rules_of_the_desk_hold_here_too(desk: Any, changed: Any, status: int, fault: str) -> None:
    answer = desk.token("ann").post(f"{API}/cases/{desk.room.case('A-1')}/decide", json=made(desk, "A-1", **changed))
    assert answer.status_code == status
    assert any(fault in each for each in answer.json()["faults"])
    assert desk.room.state("A-1") == "open"


def test_a_decided_case_takes_no_other_decision(desk: Any) -> None:
    desk.room.decided("A-4")
    sent = made(desk, "A-4", decision="hold", label_class="undetermined")
    answer = desk.token("ann").post(f"{API}/cases/{desk.room.case('A-4')}/decide", json=sent)
    assert (answer.status_code, "is decided" in answer.text) == (409, True)


@pytest.mark.parametrize("body", [b"{", b'{"decision": "\\ud800"}', b"[]", b"\xff\xfe", b""])
def test_a_body_that_is_no_decision_is_told_and_not_repeated(desk: Any, body: bytes) -> None:
    answer = desk.token("ann").post(f"{API}/cases/1/decide", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.json()["faults"]


@pytest.mark.parametrize("form", ["csv", "json lines"])
def test_a_file_of_decisions_is_taken_in_once(desk: Any, form: str) -> None:
    flags = {flag["key"]: ["explained", "Asked."] for flag in desk.room.see("A-4").flags}
    row = {
        "order_id": "A-4", "decision": "cleared", "label_class": "false_positive", "reasons": "end_use_shown",
        "comment": "The end user answered.",
    }  # fmt: skip
    if form == "csv":
        answers = "\n".join(f"{key} = {word}: {note}" for key, (word, note) in flags.items())
        text = io.StringIO()
        writer = csv.DictWriter(text, [*row, "answers"])
        writer.writeheader()
        writer.writerow({**row, "answers": answers})
        sent, kind_of = text.getvalue(), "text/csv"
    else:
        sent, kind_of = json.dumps({**row, "answers": flags}), "application/x-ndjson"
    token = desk.token("ann")
    told = [token.post(f"{API}/import", content=sent, headers={"content-type": kind_of}).json() for _ in range(2)]
    assert [(each["decided"], each["already"], each["problems"]) for each in told] == [(1, 0, []), (0, 1, [])]


@pytest.mark.parametrize(
    ("body", "kind_of"),
    [
        pytest.param(b"\xff\xfe\x00", "text/csv", id="bytes that are no text"),
        pytest.param(b"a,b\n1,2\n", "text/csv", id="other columns"),
        pytest.param(b"[1, 2]", "application/json", id="a list"),
        pytest.param(b"[" * 100_000, "application/json", id="brackets without end"),
        pytest.param(
            b'{"order_id": "A-4", "decision": "cleared", "label_class": "false_positive", "reasons": 5}',
            "application/json", id="a number where a list belongs",
        ),
        pytest.param(
            b'{"order_id": "A-4", "decision": "cleared", "label_class": "false_positive", "lines": 5}',
            "application/json", id="a number where lines belong",
        ),
        pytest.param(
            b'{"order_id": "A\\ud800", "decision": "cleared", "label_class": "x"}', "application/json",
            id="half of a character",
        ),
        pytest.param(
            b'{"order_id": "A-4", "decision": "hold", "label_class": "undetermined", "reasons": ["no_answer"],'
            b' "comment": "\\ud800\\u0000", "answers": {"x": ["open", "\\ud800"]}}', "application/json",
            id="half of a character in a comment",
        ),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused(desk: Any, body: bytes, kind_of: str) -> None:
    answer = desk.token("ann").post(f"{API}/import", content=body, headers={"content-type": kind_of})
    assert answer.status_code in (200, 409)
    assert answer.json().get("faults") or answer.json()["problems"]
    assert desk.room.state("A-4") == "open"


@pytest.mark.parametrize("path", ["/cases/999", "/cases/999/decide"])
def test_a_case_that_is_not_there_is_told_as_such(desk: Any, path: str) -> None:
    token = desk.token("ann")
    answer = (
        token.post(f"{API}{path}", json=made(desk, "A-1")) if path.endswith("decide") else token.get(f"{API}{path}")
    )
    assert (answer.status_code, answer.json()) == (404, {"faults": ["there is no case 999"]})


def test_cases_are_found_by_chip_together_with_other_filters(desk: Any) -> None:
    token = desk.token("ann", "read")
    for query, orders in (("chip=L4&words=a-7", ["A-7"]), ("chip=L4&band=critical&words=a-7", []), ("chip=H20", [])):
        assert [case["order_id"] for case in token.get(f"{API}/cases?{query}").json()["cases"]] == orders
    assert token.get(f"{API}/cases?words=a-7").json()["cases"][0]["chips"] == ["L4"]


def test_decisions_and_outcomes_go_out_to_those_who_may_have_them(desk: Any) -> None:
    desk.room.decided("A-4")
    lines = desk.token("apu", "export").get(f"{API}/decisions").text.splitlines()
    assert [json.loads(line)["order_id"] for line in lines] == ["A-4"]
    table = desk.token("mia", "outcomes").get(f"{API}/outcomes").text
    assert table.startswith("order_id,line_no,decision")
    assert "ann" not in table
    assert desk.token("ann").get(f"{API}/outcomes").status_code == 403


def test_every_call_is_described_with_what_it_may_answer(desk: Any) -> None:
    told = desk.client().get(f"{API}/openapi.json").json()
    calls = [call for path in told["paths"].values() for call in path.values()]
    assert all(path.startswith(API) for path in told["paths"])
    assert all({"401", "403", "404", "409", "422"} <= call["responses"].keys() for call in calls)
    assert all(call["security"] == [{"bearer": []}] for call in calls)
