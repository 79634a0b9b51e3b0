"""The log holds, or its first wrong event is named."""

from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from scoring.review import log
from scoring.review.store import QueueRefused

TRIGGERS = {
    "sqlite": ("DROP TRIGGER {0}_update", "DROP TRIGGER {0}_delete"),
    "postgresql": ("ALTER TABLE {0} DISABLE TRIGGER USER", "SELECT 1"),
}


def altered(room: Any, table: str, statement: str) -> None:
    """What somebody does who owns the database, past the triggers."""
    with room.store.writing() as connection:
        for each in TRIGGERS[connection.dialect.name]:
            connection.exec_driver_sql(each.format(table))
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.exec_driver_sql(statement)


def test_an_untouched_log_holds(full: Any) -> None:
    full.decided("A-4")
    found = log.verify(full.store)
    assert found.fault is None
    assert found.head == log.head(full.store)


def test_reading_a_case_is_an_event(full: Any) -> None:
    before = log.verify(full.store).events
    full.see("A-4", "vic")
    with full.store.reading() as connection:
        last = list(log.events_of(connection, full.case("A-4")))[-1]
    assert (last["kind"], last["actor"], last["seq"]) == ("read", "vic", before + 1)


@pytest.mark.parametrize("table", ["events", "frozen", "decisions", "answers"])
@pytest.mark.parametrize("verb", ["UPDATE {0} SET {1} = {1}", "UPDATE {0} SET {1} = ''", "DELETE FROM {0}"])
def test_the_database_refuses_to_change_written_rows(full: Any, table: str, verb: str) -> None:
    full.decided("A-1")
    column = {"events": "body", "frozen": "body", "decisions": "comment", "answers": "note"}[table]
    with pytest.raises(DBAPIError, match="written once"), full.store.writing() as connection:
        connection.exec_driver_sql(verb.format(table, column))


@pytest.mark.parametrize(
    ("table", "statement", "fault"),
    [
        pytest.param("events", "UPDATE events SET actor = 'eve' WHERE seq = 12", "event 12 was altered", id="a name"),
        pytest.param("events", "UPDATE events SET at = '2026' WHERE seq = 3", "event 3 was altered", id="a moment"),
        pytest.param("events", "DELETE FROM events WHERE seq = 10", "event 10 is missing", id="an event taken out"),
        pytest.param(
            "events",
            "DELETE FROM events WHERE seq = (SELECT seq FROM head)",
            "is missing: the head",
            id="the end cut off",
        ),
        pytest.param("frozen", "UPDATE frozen SET body = '{}'", "frozen record", id="what a reviewer saw"),
        pytest.param("frozen", "UPDATE frozen SET body = ''", "which was emptied", id="what a reviewer saw, emptied"),
        pytest.param("events", "UPDATE events SET body = '' WHERE seq = 12", "event 12 was emptied", id="a text"),
        pytest.param("decisions", "UPDATE decisions SET label_class = 'undetermined'", "tells of other", id="a label"),
        pytest.param("decisions", "DELETE FROM decisions", "tells of other", id="a decision taken out"),
    ],
)
def test_what_was_altered_is_named(full: Any, table: str, statement: str, fault: str) -> None:
    full.decided("A-1")
    full.see("A-1")
    altered(full, table, statement)
    assert fault in str(log.verify(full.store).fault)


def test_a_case_moved_past_the_log_is_named(full: Any) -> None:
    with full.store.writing() as connection:
        connection.exec_driver_sql(f"UPDATE cases SET state = 'released' WHERE id = {full.case('A-4')}")  # noqa: S608
    assert "the case is released" in str(log.verify(full.store).fault)


def test_a_log_cut_together_with_its_head_is_seen_against_a_head_noted_earlier(full: Any) -> None:
    noted = log.head(full.store)
    altered(full, "events", "DELETE FROM events WHERE seq = (SELECT seq FROM head)")
    with full.store.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE head SET seq = seq - 1, hash = (SELECT hash FROM events ORDER BY seq DESC LIMIT 1)"
        )
    assert "missing" in str(log.verify(full.store, noted).fault)


def test_a_noted_head_must_be_one(full: Any) -> None:
    with pytest.raises(QueueRefused, match="NUMBER:HASH"):
        log.verify(full.store, "yesterday")


def test_an_act_that_fails_leaves_no_event(full: Any) -> None:
    before = log.head(full.store)

    def fail() -> None:
        with full.store.writing() as connection:
            log.append(connection, full.who["ann"], "commented", None, {}, full.store.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert log.head(full.store) == before
