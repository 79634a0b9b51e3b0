"""Who may come in, by which way, and for how long."""

from typing import Any

import pytest

from scoring.review import log, people
from scoring.review.store import QueueRefused, open_store

PASSWORD = "a long enough phrase"  # noqa: S105


@pytest.fixture
def secret(room: Any) -> str:
    """The one-time link of a person."""
    return people.new_link(room.store, room.who["ada"], "ann")


def test_the_first_start_makes_an_administrator_by_a_one_time_link_and_the_second_does_not(tmp_path: Any) -> None:
    store = open_store(tmp_path)
    link = people.first_link(store)
    assert link is not None
    assert people.set_password(store, link, PASSWORD) == "admin"
    assert people.first_link(store) is None
    store.close()


def test_a_link_sets_a_password_once(room: Any, secret: str) -> None:
    assert people.set_password(room.store, secret, PASSWORD) == "ann"
    with pytest.raises(QueueRefused, match="was used or is too old"):
        people.set_password(room.store, secret, PASSWORD)


def test_a_link_ends_after_a_day(room: Any, secret: str) -> None:
    room.clock.later(hours=25)
    with pytest.raises(QueueRefused, match="too old"):
        people.set_password(room.store, secret, PASSWORD)


def test_a_short_password_is_refused(room: Any, secret: str) -> None:
    with pytest.raises(QueueRefused, match="at least 12"):
        people.set_password(room.store, secret, "short")


def test_a_session_ends_with_its_hours_and_with_logging_out(room: Any, secret: str) -> None:
    people.set_password(room.store, secret, PASSWORD)
    first, second = (people.log_in(room.store, "ann", PASSWORD) for _ in range(2))
    assert people.session(room.store, first).actor.name == "ann"
    people.log_out(room.store, first)
    assert people.session(room.store, first) is None
    room.clock.later(hours=11)
    assert people.session(room.store, second) is None


def test_unknown_names_and_wrong_passwords_are_told_alike(room: Any, secret: str) -> None:
    people.set_password(room.store, secret, PASSWORD)
    said = []
    for name in ("ann", "nobody", "bob"):
        with pytest.raises(QueueRefused) as refused:
            people.log_in(room.store, name, "not the phrase at all")
        said.append(str(refused.value))
    assert set(said) == {people.NO_LOGIN}


def test_after_five_failures_even_the_right_password_waits(room: Any, secret: str) -> None:
    people.set_password(room.store, secret, PASSWORD)
    for _ in range(5):
        with pytest.raises(QueueRefused, match="wrong"):
            people.log_in(room.store, "ann", "not the phrase at all", "10.0.0.1")
    with pytest.raises(QueueRefused, match="too many"):
        people.log_in(room.store, "ann", PASSWORD, "10.0.0.2")
    with pytest.raises(QueueRefused, match="too many"):
        people.log_in(room.store, "bob", PASSWORD, "10.0.0.1")
    room.clock.later(minutes=16)
    assert people.log_in(room.store, "ann", PASSWORD, "10.0.0.1")


def test_no_secret_and_no_password_stands_in_the_store(room: Any, secret: str) -> None:
    people.set_password(room.store, secret, PASSWORD)
    token = people.new_token(room.store, room.who["ann"], "erp", ["read"])
    session = people.log_in(room.store, "ann", PASSWORD)
    with room.store.reading() as connection:
        text = str([connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in ("keys", "people", "events")])  # noqa: S608
    assert not [each for each in (secret, token, session, PASSWORD) if each in text]


def test_a_changed_role_ends_sessions_and_nobody_changes_an_own_account(room: Any, secret: str) -> None:
    people.set_password(room.store, secret, PASSWORD)
    session = people.log_in(room.store, "ann", PASSWORD)
    people.change(room.store, room.who["ada"], "ann", role="viewer")
    assert people.session(room.store, session) is None
    with pytest.raises(QueueRefused, match="own account"):
        people.change(room.store, room.who["ada"], "ada", role="approver")


def test_an_ended_account_comes_in_by_no_way(room: Any) -> None:
    token = people.new_token(room.store, room.who["ann"], "erp", ["read"])
    people.change(room.store, room.who["ada"], "ann", active=False)
    assert people.by_token(room.store, token) is None
    for way in (lambda: people.opened(room.store, "ann", "proxy session"), lambda: people.actor(room.store, "ann")):
        with pytest.raises(QueueRefused, match="no active person"):
            way()


def test_a_token_has_only_scopes_of_its_owner_and_can_be_revoked(room: Any) -> None:
    with pytest.raises(QueueRefused, match="scopes are rights"):
        people.new_token(room.store, room.who["ann"], "erp", ["approve"])
    token = people.new_token(room.store, room.who["ann"], "erp", ["read", "work"])
    known = people.tokens(room.store, room.who["ann"])
    with pytest.raises(QueueRefused, match="no live token"):
        people.revoke(room.store, room.who["bob"], known[0]["id"])
    people.revoke(room.store, room.who["ann"], known[0]["id"])
    assert people.by_token(room.store, token) is None


@pytest.mark.parametrize("who", ["ann", "apu", "mia", "vic"])
def test_only_an_administrator_adds_people(room: Any, who: str) -> None:
    with pytest.raises(QueueRefused, match="right to people"):
        people.add(room.store, room.who[who], "eve", "analyst")


def test_no_role_both_administers_and_approves() -> None:
    assert not [role for role, rights in people.RIGHTS.items() if {"people", "approve"} <= rights]


@pytest.mark.parametrize(
    ("name", "role"), [("Eve Smith", "analyst"), ("eve", "king"), ("ann", "analyst"), ("", "viewer")]
)
def test_a_person_that_cannot_be_is_refused(room: Any, name: str, role: str) -> None:
    with pytest.raises(QueueRefused):
        people.add(room.store, room.who["ada"], name, role)


def test_what_happens_to_accounts_is_in_the_log(room: Any, secret: str) -> None:
    people.set_password(room.store, secret, PASSWORD)
    people.log_in(room.store, "ann", PASSWORD)
    with room.store.reading() as connection:
        kinds = [event["kind"] for event in log.events_of(connection)]
    assert kinds[-3:] == ["link made", "password set", "session made"]
