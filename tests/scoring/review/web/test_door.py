"""Signing in and out, and the link with which a person sets a password."""

from typing import Any

import pytest

from scoring.review import people

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")
PASSWORD = "another long phrase"  # noqa: S105


def test_a_password_opens_a_session_and_signing_out_ends_it(desk: Any, passworded: str) -> None:
    client = desk.client()
    answer = client.post("/login", data={"name": "ann", "password": passworded})
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue")
    secret = client.cookies["desk"]
    assert client.get("/queue").status_code == 200
    client.post("/logout", data={"csrf": people.session(desk.room.store, secret).csrf})
    assert people.session(desk.room.store, secret) is None


@pytest.mark.parametrize(
    ("name", "password"),
    [
        pytest.param("ann", "not the phrase", id="a wrong password"),
        pytest.param("nobody", "not the phrase", id="a name that nobody has"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_what_is_wrong_is_told_alike(desk: Any, faults: Any, passworded: str, name: str, password: str) -> None:
    answer = desk.client().post("/login", data={"name": name, "password": password})
    assert (answer.status_code, faults(answer)) == (401, [people.NO_LOGIN])
    assert "set-cookie" not in answer.headers


def test_after_five_failures_the_door_waits(desk: Any, faults: Any, passworded: str) -> None:
    client = desk.client()
    for _ in range(5):
        client.post("/login", data={"name": "ann", "password": "not the phrase"})
    answer = client.post("/login", data={"name": "ann", "password": passworded})
    assert "too many failed logins" in faults(answer)[0]


def test_a_login_form_of_another_site_is_refused(desk: Any, passworded: str) -> None:
    fields = {"name": "ann", "password": passworded}
    answer = desk.client().post("/login", data=fields, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


def test_a_one_time_link_sets_a_password_once(desk: Any, faults: Any) -> None:
    client, secret = desk.client(), people.new_link(desk.room.store, desk.room.who["ada"], "ann")
    assert "Set your password" in client.get(f"/link?secret={secret}").text
    fields = {"secret": secret, "password": PASSWORD, "again": PASSWORD}
    assert "Sign in" in client.post("/link", data=fields).text
    assert "was used or is too old" in faults(client.post("/link", data=fields))[0]
    assert client.post("/login", data={"name": "ann", "password": PASSWORD}).status_code == 303


@pytest.mark.parametrize(
    ("password", "again", "fault"),
    [
        pytest.param(PASSWORD, "a different phrase", "differ", id="two that differ"),
        pytest.param("short", "short", "at least 12", id="one that is short"),
    ],
)
def test_a_password_that_is_not_taken_leaves_the_link(
    desk: Any, faults: Any, password: str, again: str, fault: str
) -> None:
    secret = people.new_link(desk.room.store, desk.room.who["ada"], "ann")
    client = desk.client()
    assert fault in faults(client.post("/link", data={"secret": secret, "password": password, "again": again}))[0]
    assert client.post("/link", data={"secret": secret, "password": PASSWORD, "again": PASSWORD}).status_code == 200
