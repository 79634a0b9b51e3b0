"""Figures, people, limits and tokens."""

import re
from typing import Any

import pytest

from scoring.review import desk as rules
from scoring.review import metrics, people

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")


def test_the_figures_are_those_of_the_log(desk: Any) -> None:
    desk.room.decided("A-4")
    told = metrics.metrics(desk.room.store, desk.room.who["vic"])
    page = desk.browser("vic").get("/metrics").text
    assert f'cases decided</th><td class="number">{told.decided}<' in page
    assert f'past their day</th><td class="number">{told.overdue}<' in page
    assert page.count('<tr><th scope="row">') >= len(told.flags)


def test_an_administrator_adds_a_person_whose_link_is_shown_whole_and_once(desk: Any) -> None:
    ada = desk.browser("ada")
    page = ada.post("/people/add", name="eve", role="viewer").text
    link = re.search(r"<code>(http://127.0.0.1/link\?secret=[\w-]+)</code>", page)
    assert link is not None
    assert link[1] not in ada.get("/people").text
    secret = link[1].partition("secret=")[2]
    assert people.set_password(desk.room.store, secret, "a long enough phrase") == "eve"


@pytest.mark.parametrize("who", ["ann", "apu", "mia", "vic"])
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        pytest.param("/people/add", {"name": "eve", "role": "admin"}, id="add"),
        pytest.param("/people/change", {"name": "bob", "role": "viewer"}, id="change"),
        pytest.param("/people/link", {"name": "bob"}, id="link"),
        pytest.param("/people/limit", {"name": "four_eyes_usd", "value": "1"}, id="limit"),
    ],
)
def test_nobody_else_changes_people_or_limits(desk: Any, who: str, path: str, fields: dict[str, str]) -> None:
    before = people.people(desk.room.store)
    assert desk.browser(who).post(path, **fields).status_code == 409
    assert people.people(desk.room.store) == before
    assert "In outcomes" not in desk.browser(who).get("/people").text


def test_a_role_is_changed_and_an_account_ended(desk: Any) -> None:
    ada = desk.browser("ada")
    ada.post("/people/change", name="bob", role="viewer")
    ada.post("/people/change", name="vic", active="no")
    now = {each.name: each for each in people.people(desk.room.store)}
    assert (now["bob"].role, now["vic"].active) == ("viewer", False)


@pytest.mark.parametrize(
    ("value", "status", "now"),
    [
        pytest.param("250000", 303, 250_000.0, id="another limit"),
        pytest.param("", 303, rules.LIMITS["four_eyes_usd"], id="empty is the shipped one"),
        pytest.param("much", 409, rules.LIMITS["four_eyes_usd"], id="no number"),
        pytest.param("nan", 409, rules.LIMITS["four_eyes_usd"], id="not a number"),
        pytest.param("inf", 409, rules.LIMITS["four_eyes_usd"], id="no end"),
    ],
)
def test_a_limit_of_four_eyes_is_set(desk: Any, value: str, status: int, now: float) -> None:
    assert desk.browser("ada").post("/people/limit", name="four_eyes_usd", value=value).status_code == status
    with desk.room.store.reading() as connection:
        assert rules.limits(connection)["four_eyes_usd"] == now


def test_a_token_is_shown_once_and_ends(desk: Any) -> None:
    ann = desk.browser("ann")
    page = ann.post("/tokens", title="ERP", scope=["read"]).text
    secret = re.search(r"Token, shown once:</strong><p><code>([\w-]+)</code>", page)[1]
    listed = ann.get("/people").text
    assert (secret in listed, "ERP" in listed) == (False, True)
    assert people.by_token(desk.room.store, secret) is not None
    ann.post("/tokens/end", token=people.tokens(desk.room.store, desk.room.who["ann"])[0]["id"])
    assert people.by_token(desk.room.store, secret) is None


def test_a_token_takes_no_scope_that_its_owner_lacks(desk: Any) -> None:
    assert desk.browser("ann").post("/tokens", title="ERP", scope=["approve"]).status_code == 409
