"""A list hit that a reviewer settled: the pair of party and entry goes to the lists of the home, cleared or confirmed,
until a day; screening leaves it out (or lets it set the gate) from then on, and asks again when either side changes."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select

from features.parties.screening import cleared
from features.parties.screening.cleared import VERDICTS, Decision
from features.parties.screening.lists import CLEARED, decisions
from features.parties.screening.store import FOLDER
from features.parties.screening.whole import write
from scoring.review import log
from scoring.review.cases import bodies
from scoring.review.desk import refuse, written
from scoring.review.log import Actor
from scoring.review.people import need
from scoring.review.retention import exists
from scoring.review.store import SETTLED, QueueRefused, Store
from scoring.review.tables import EVENTS

LONGEST_CLEARED = 366  # days after which a cleared pair is looked at again


def settle(
    store: Store, actor: Actor, case_id: int, entry_key: str, party: str, verdict: str, reason: str, until: date | None
) -> None:
    """Clears or confirms one hit of a case; `entry_key` and `party` are those of the frozen hit.

    Clearing needs a day at most 366 days away; confirming may stand without one. Takes the right to approve, for it
    decides about every later order of that party too. Raises QueueRefused, or DecisionsRefused for a damaged file.
    """
    need(actor, "approve")
    today = store.clock().date()
    faults = written(reason=reason) + ([] if verdict in VERDICTS else [f"verdict is one of {', '.join(VERDICTS)}"])
    if verdict == "cleared" and (until is None or not today < until <= today + timedelta(days=LONGEST_CLEARED)):
        faults.append(f"until: a day after today, and at most {LONGEST_CLEARED} days away")
    refuse(faults)
    decisions(store.home)  # a damaged file is refused before anything is said
    with store.writing() as connection:
        exists(connection, case_id)
        hit = _hit(bodies(connection, case_id), entry_key, party)
        told = {
            "entry": entry_key, "party": party, "verdict": verdict, "reason": " ".join(reason.split()),
            "on": today.isoformat(), "until": until.isoformat() if until else None,
            "party_print": str(hit["party_print"]), "entry_print": str(hit["entry_print"]),
            "listed_name": str(hit.get("listed_name", "")),
        }  # fmt: skip
        log.append(connection, actor, f"pair {verdict}", case_id, told, store.now())
    catch_up(store)


def _hit(lines: list[dict[str, Any]], entry_key: str, party: str) -> dict[str, Any]:
    for line in lines:
        for hit in (line["body"] or {}).get("hits", []):
            if (hit.get("entry_key"), hit.get("party")) == (entry_key, party):
                return dict(hit)
    raise QueueRefused("the case shows no such list hit")


def catch_up(store: Store) -> None:
    """Adds to the file of the home every settled pair that the log tells of and the file has not.

    The event is committed first, so that the file never holds a pair which nobody is on record for; a crash between
    the two is made good when the queue is opened the next time.
    """
    with store.reading() as connection:
        if not _missing(connection, store):
            return
    with store.writing() as connection:  # one writer at the file, whichever process it is
        made = decisions(store.home)
        write(store.home / FOLDER / CLEARED, cleared.written([*made, *_missing(connection, store)]))


def _missing(connection: Connection, store: Store) -> list[Decision]:
    """Settled pairs of the log that the file of the home lacks, oldest first."""
    rows = connection.execute(
        select(EVENTS.c.actor, EVENTS.c.body)
        .where(EVENTS.c.kind.in_(SETTLED), EVENTS.c.body != "")
        .order_by(EVENTS.c.seq)
    )
    told = [_decision(row.actor, log.body_of(row.body)) for row in rows]
    kept = Counter(decisions(store.home) if told else [])  # one may be said twice a day, with another between
    return [each for at, each in enumerate(told) if told[: at + 1].count(each) > kept[each]]


def _decision(by: str, told: dict[str, Any]) -> Decision:
    """What an event says of a pair, as the lists keep it."""
    until = date.fromisoformat(told["until"]) if told["until"] else None
    names = ("party", "party_print", "entry_print", "verdict", "reason", "listed_name")
    return Decision(
        **{name: told[name] for name in names}, entry_key=told["entry"], by=by, on=date.fromisoformat(told["on"]),
        until=until,
    )  # fmt: skip
