"""A list hit that a reviewer settled: the pair of party and entry goes to the lists of the home, cleared or confirmed,
until a day; screening leaves it out (or lets it set the gate) from then on, and asks again when either side changes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

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
from scoring.review.store import QueueRefused, Store

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
    with store.writing() as connection:
        exists(connection, case_id)
        hit = _hit(bodies(connection, case_id), entry_key, party)
        made = Decision(
            party,
            str(hit["party_print"]),
            entry_key,
            str(hit["entry_print"]),
            verdict,
            reason,
            actor.name,
            today,
            until,
            listed_name=str(hit.get("listed_name", "")),
        )
        told = {"entry": entry_key, "party": party, "verdict": verdict, "reason": reason}
        day = until.isoformat() if until else None
        log.append(connection, actor, f"pair {verdict}", case_id, {**told, "until": day}, store.now())
        _keep(store, made)


def _hit(lines: list[dict[str, Any]], entry_key: str, party: str) -> dict[str, Any]:
    for line in lines:
        for hit in (line["body"] or {}).get("hits", []):
            if (hit.get("entry_key"), hit.get("party")) == (entry_key, party):
                return dict(hit)
    raise QueueRefused("the case shows no such list hit")


def _keep(store: Store, made: Decision) -> None:
    """Adds the decision to the file of the home, whole or not at all; the store's transaction lets one writer at it."""
    write(store.home / FOLDER / CLEARED, cleared.written([*decisions(store.home), made]))
