"""How long a case is kept: five years from the latest event of the transaction (15 CFR 762.6), longer under legal hold.

There is no way to delete a case; this says from which day its owner may take the whole record out of use.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, select, update

from scoring.review import log
from scoring.review.desk import refuse, written
from scoring.review.log import Actor
from scoring.review.people import need
from scoring.review.store import QueueRefused, Store
from scoring.review.tables import CASES

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
        date.fromisoformat(each["body"]["on"]) for each in log.events_of(connection, case_id) if each["kind"] == "dated"
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


def exists(connection: Connection, case_id: int) -> None:
    """Raises QueueRefused for a case that is not there."""
    if connection.execute(select(CASES.c.id).where(CASES.c.id == case_id)).first() is None:
        raise QueueRefused(f"there is no case {case_id}")
