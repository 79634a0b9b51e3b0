"""The list: filters, saved views, take next, and many cases at once."""

import re
from typing import Any

import pytest

from scoring.review import acts, taking

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")


def listed(answer: Any) -> list[str]:
    """The orders on a page, in its order."""
    return re.findall(r"data-row>(.*?)</a>", answer.text)


@pytest.fixture(autouse=True)
def no_second_reviews(monkeypatch: pytest.MonkeyPatch) -> None:
    """No case is drawn for a blind second review."""
    monkeypatch.setattr(acts, "wants_second_review", lambda case, round_: False)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("words=a-7", {"A-7"}, id="by order, however it is written"),
        pytest.param("words=freightway", {"A-1", "A-2"}, id="by the name of any party"),
        pytest.param("words=norrhall.example", set(), id="a contact person's address finds nothing"),
        pytest.param("state=decided", set(), id="by state"),
        pytest.param("destination=jp", set(), id="by country"),
        pytest.param("buyer=Nobody", set(), id="by customer"),
        pytest.param("assignee=ann", {"A-5"}, id="by person"),
        pytest.param("band=critical&words=A-4", set(), id="by band"),
        pytest.param("chip=l4&words=a-7", {"A-7"}, id="by a chip, however it is written"),
        pytest.param("chip=L40&state=", set(), id="by a chip whose name is only begun alike"),
        pytest.param("chip=not+known&state=&words=a-9", {"A-9"}, id="by having no known chip"),
        pytest.param("chip=%25", set(), id="a sign of the database is no chip"),
        pytest.param("queue=gp10", set(), id="by queue"),
        pytest.param("words=%27%20OR%201%3D1", set(), id="words are words and no SQL"),
        pytest.param("words=%25", set(), id="a sign of the database is a letter"),
    ],
)
def test_a_filter_shows_what_fits(desk: Any, query: str, found: set[str]) -> None:
    taking.assign(desk.room.store, desk.room.who["ann"], [desk.room.case("A-5")], "ann")
    assert set(listed(desk.browser("vic").get(f"/queue?{query}"))) == found


def test_the_list_stands_in_the_order_of_the_queue_and_says_why(desk: Any) -> None:
    answer = desk.browser("vic").get("/queue")
    assert listed(answer)[:2] == ["A-2", "A-1"]
    assert answer.text.count('class="quiet why">band ') == len(listed(answer))


def test_the_slot_of_a_case_is_on_no_page(desk: Any) -> None:
    browser = desk.browser("ann")
    texts = [browser.get(path).text for path in ("/queue", f"/case/{desk.room.case('A-4')}", "/metrics")]
    assert not [word for text in texts for word in ("exploited", "propensity", "by_value") if word in text]


def test_a_view_is_kept_under_a_name_and_is_each_persons_own(desk: Any) -> None:
    ann, bob = desk.browser("ann"), desk.browser("bob")
    answer = ann.post("/views", name="Mine now", query="band=critical&chip=L4&overdue=true")
    assert answer.headers["location"] == "/queue?band=critical&chip=L4&overdue=true"
    link = '<a href="/queue?band=critical&amp;chip=L4&amp;overdue=true">Mine now</a>'
    assert (link in ann.get("/queue").text, link in bob.get("/queue").text) == (True, False)
    bob.post("/views/forget", name="Mine now")
    assert link in ann.get("/queue").text
    ann.post("/views/forget", name="Mine now")
    assert link not in ann.get("/queue").text


def test_a_view_without_a_name_is_refused(desk: Any) -> None:
    assert desk.browser("ann").post("/views", name="  ", query="").status_code == 409


def test_two_people_who_press_next_get_two_cases(desk: Any) -> None:
    ann, bob = desk.browser("ann").post("/take"), desk.browser("bob").post("/take")
    assert ann.headers["location"] != bob.headers["location"]
    assert desk.browser("ann").post("/take").headers["location"] == ann.headers["location"]


def test_a_case_that_another_person_holds_is_not_acted_on(desk: Any, faults: Any) -> None:
    place = desk.browser("bob").post("/take").headers["location"]
    answer = desk.browser("ann").post(f"{place}/comment", text="Mine.")
    assert (answer.status_code, "is locked by bob" in faults(answer)[0]) == (409, True)
    assert "locked by bob" in desk.browser("ann").get("/queue").text


def test_an_empty_queue_says_so(empty: Any, faults: Any) -> None:
    assert faults(empty.browser("ann").post("/take")) == ["nothing waits for you in this queue"]


def test_ticked_cases_are_given_to_a_person_and_the_filters_stay(desk: Any) -> None:
    cases = [desk.room.case(order) for order in ("A-5", "A-6")]
    apu, fields = desk.browser("apu"), {"case": cases, "to": "ann", "query": "action=ask"}
    shown = apu.post("/many/assign", **fields)
    assert ("Give 2 cases to ann" in shown.text, desk.room.see("A-5").case["assignee"]) == (True, None)
    answer = apu.post("/many/assign", **fields, confirmed="yes")
    assert answer.headers["location"] == "/queue?action=ask"
    assert [desk.room.see(order).case["assignee"] for order in ("A-5", "A-6")] == ["ann", "ann"]
    assert desk.room.kinds("A-5").count("assigned") == 1


def test_a_case_that_another_person_has_is_not_given_away_with_the_others_and_says_why(desk: Any) -> None:
    taking.assign(desk.room.store, desk.room.who["apu"], [desk.room.case("A-6")], "bob")
    fields = {"case": [desk.room.case(order) for order in ("A-5", "A-6")], "to": "ann"}
    shown = desk.browser("ann").post("/many/assign", **fields).text
    assert ("Give 1 case to ann" in shown, "is assigned to bob: an approver can move it" in shown) == (True, True)
    desk.browser("ann").post("/many/assign", **fields, confirmed="yes")
    assert [desk.room.see(order).case["assignee"] for order in ("A-5", "A-6")] == ["ann", "bob"]


@pytest.mark.parametrize("act", ["assign", "close"])
def test_a_case_that_is_not_there_is_not_passed_over_in_silence(desk: Any, act: str, faults: Any) -> None:
    answer = desk.browser("ann").post(f"/many/{act}", case=[1, 999], to="ann", decision="hold")
    assert faults(answer) == ["there is no case 999"]


def test_many_equal_cases_are_first_shown_then_closed_with_one_event_each(desk: Any) -> None:
    orders = [f"A-{at}" for at in range(5, 9)]
    for order in orders:
        desk.room.answered(order)
    cases = [desk.room.case(order) for order in orders]
    decision = {name: cell for name, cell in desk.cleared("A-5").items() if name not in ("flag", "answer", "note")}
    ann = desk.browser("ann")
    assert "Show what it would do" in ann.post("/many/close", case=cases).text
    preview = ann.post("/many/close", case=cases, **decision)
    assert preview.text.count("<td>decided</td>") == len(orders)
    assert "Close 4 cases, one event each" in preview.text
    assert {desk.room.state(order) for order in orders} == {"open"}
    done = ann.post("/many/close", case=cases, **decision, confirmed="yes")
    assert done.text.count("<td>decided</td>") == len(orders)
    assert [desk.room.kinds(order).count("decided") for order in orders] == [1] * len(orders)


def test_a_case_that_may_not_be_closed_with_the_others_is_left_and_says_why(desk: Any) -> None:
    desk.room.answered("A-5")
    taking.lock(desk.room.store, desk.room.who["bob"], desk.room.case("A-6"))
    decision = {name: cell for name, cell in desk.cleared("A-5").items() if name not in ("flag", "answer", "note")}
    cases = [desk.room.case(order) for order in ("A-1", "A-5", "A-6")]
    page = desk.browser("ann").post("/many/close", case=cases, **decision, confirmed="yes").text
    assert page.count("left as it is") == 2
    assert "locked by another person" in page
    assert re.search(r"flags [\w, -]*payer-in-hub[\w, -]*: shown and not answered", page)
    assert [desk.room.state(order) for order in ("A-1", "A-5", "A-6")] == ["open", "decided", "open"]


@pytest.mark.parametrize("who", ["vic", "mia", "ada"])
def test_who_may_not_work_is_offered_nothing_and_refused_everything(desk: Any, who: str) -> None:
    browser, case = desk.browser(who), desk.room.case("A-5")
    assert "Take next" not in browser.get("/queue").text
    assert "Save and next" not in browser.get(f"/case/{case}").text
    tries = [browser.post("/take"), browser.post("/many/assign", case=[case], to="ann"),
             browser.post(f"/case/{case}/decide", **desk.cleared("A-5")),
             browser.post(f"/case/{case}/attach", files={"file": ("a.txt", b"hello")})]  # fmt: skip
    assert [answer.status_code for answer in tries] == [409] * len(tries)
    assert desk.room.kinds("A-5") == ["opened"]
