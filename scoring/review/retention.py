"""How long a case is kept: five years from the latest event of the transaction (15 CFR 762.6), longer under legal hold.

There is no way to delete a case. Once its years are over an administrator may take its content out: names, texts and
documents go, and a tombstone stays, for every event keeps its number, moment, actor, kind and hash in the chain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, select, update

from scoring.review import log
from scoring.review.desk import refuse, written
from scoring.review.log import Actor
from scoring.review.people import need
from scoring.review.states import State
from scoring.review.store import QueueRefused, Store
from scoring.review.tables import ANSWERS, CASES, DECISIONS, EVENTS, FILES, FROZEN, LINES

YEARS = 5
STARTS = ("exported", "reexported", "transferred", "diverted", "ended")
"""What starts the clock anew: export, known re-export or transfer, known diversion, any other end."""


def kept_until(days: Iterable[date]) -> date | None:
    """Five years after the latest of the days; none while nothing has ended.

    >>> kept_until([date(2024, 2, 29), date(2023, 1, 1)])
    datetime.date(2029, 2, 28)
    """
    latest = max(days, default=None)
    if latest is None:
        return None
    try:
        return latest.replace(year=latest.year + YEARS)
    except ValueError:  # 29 February
        return latest.replace(year=latest.year + YEARS, day=28)


def note_day(store: Store, by: Actor, case_id: int, what: str, on: date) -> None:
    """Notes a day that starts the clock anew (one of STARTS); the latest of all counts."""
    need(by, "work")
    if what not in STARTS:
        raise QueueRefused(f"{what!r} is none of {', '.join(STARTS)}")
    with store.writing() as connection:
        exists(connection, case_id)
        log.append(connection, by, "dated", case_id, {"what": what, "on": on.isoformat()}, store.now())
        rewind(connection, case_id)


def rewind(connection: Connection, case_id: int) -> None:
    """Reckons `keep_until` of a case from its dated events and its decision."""
    days = [
        date.fromisoformat(each["body"]["on"])
        for each in log.events_of(connection, case_id)
        if each["kind"] == "dated" and each["body"]
    ]
    decided = connection.execute(select(CASES.c.decided_at).where(CASES.c.id == case_id)).scalar_one()
    until = kept_until([*days, *([date.fromisoformat(decided[:10])] if decided else [])])
    connection.execute(
        update(CASES).where(CASES.c.id == case_id).values(keep_until=until.isoformat() if until else None)
    )


def hold(store: Store, by: Actor, case_id: int, on: bool, why: str) -> None:
    """Puts a case under legal hold, or ends it; from the moment an agency asks, nothing may go (15 CFR 762.6(b))."""
    need(by, "hold")
    refuse(written(why=why))
    with store.writing() as connection:
        exists(connection, case_id)
        connection.execute(update(CASES).where(CASES.c.id == case_id).values(legal_hold=on))
        log.append(connection, by, "held" if on else "hold ended", case_id, {"why": why}, store.now())


def take_out(store: Store, by: Actor, case_id: int, why: str) -> None:
    """Takes the content of a decided case out of the store for good; backups of the store keep theirs.

    What stays: order_id, decisions with reasons and persons, days and amounts, hashes. What goes: frozen records,
    bodies of events, comments, notes, documents, names of parties. Raises QueueRefused while the five years run, under
    legal hold, and for a case that is not decided.
    """
    need(by, "hold")
    refuse(written(why=why))
    with store.writing() as connection:
        exists(connection, case_id)
        case = log.of_row(connection.execute(select(CASES).where(CASES.c.id == case_id)).one())
        refuse(_against_taking_out(case, store.now()[:10]))
        told = {"why": why, "kept_until": case["keep_until"], "state": case["state"]}
        seq = log.append(connection, by, log.TAKEN_OUT, case_id, told, store.now())
        _empty(connection, case, seq)


def _against_taking_out(case: Mapping[str, Any], today: str) -> list[str]:
    until = case["keep_until"]
    faults = ["the case is under legal hold: nothing of it may go (15 CFR 762.6(b))"] if case["legal_hold"] else []
    faults += [] if case["state"] == State.DECIDED else [f"the case is {case['state']}, not decided"]
    faults += [] if until and until < today else [f"the case is to be kept until {until or 'five years after its end'}"]
    return faults


def _empty(connection: Connection, case: Mapping[str, Any], seq: int) -> None:
    """Empties what the tables hold of a case but its keys, words of closed lists, numbers, days and hashes.

    The database itself lets this happen only to rows before the event `seq` that says so.
    """
    own: dict[Table, dict[str, Any]] = {
        DECISIONS: {"comment": ""}, ANSWERS: {"note": ""}, FILES: {"name": "", "content": ""}, LINES: {"place": ""},
    }  # fmt: skip
    for table, values in own.items():
        connection.execute(update(table).where(table.c.case_id == case["id"]).values(values))
    earlier = (EVENTS.c.case_id == case["id"], EVENTS.c.seq < seq, EVENTS.c.kind != log.TAKEN_OUT)
    connection.execute(update(EVENTS).where(*earlier).values(body=""))
    connection.execute(update(FROZEN).where(FROZEN.c.order_id == case["order_id"]).values(body=""))
    gone = {"buyer": "", "words": "", "destination": "", "keep_until": None}
    connection.execute(update(CASES).where(CASES.c.id == case["id"]).values(gone))


def exists(connection: Connection, case_id: int) -> None:
    """Raises QueueRefused (`missing`) for a case that is not there."""
    if connection.execute(select(CASES.c.id).where(CASES.c.id == case_id)).first() is None:
        raise QueueRefused(f"there is no case {case_id}", missing=True)
