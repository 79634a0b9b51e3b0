"""Many equal cases decided with one reason: first shown, then closed, each with an event of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select

from scoring.review import log
from scoring.review.acts import decide
from scoring.review.cases import answers, bodies, flags_of
from scoring.review.desk import Decision, against, limits, takes_two
from scoring.review.log import Actor
from scoring.review.people import need
from scoring.review.states import State
from scoring.review.store import QueueRefused, Store
from scoring.review.tables import CASES

AT_ONCE = 500


@dataclass(frozen=True)
class Planned:
    """What closing would do to one case: become `state`, or nothing because of `faults`."""

    case_id: int
    order_id: str
    state: str
    faults: tuple[str, ...]


def preview(store: Store, actor: Actor, case_ids: Iterable[int], decision: Decision) -> tuple[Planned, ...]:
    """What `close` would do, case by case; nothing is written."""
    need(actor, "work")
    wanted = list(dict.fromkeys(case_ids))[:AT_ONCE]
    plans = []
    with store.reading() as connection:
        of = limits(connection)
        for row in connection.execute(select(CASES).where(CASES.c.id.in_(wanted)).order_by(CASES.c.by_value)):
            case, told = log.of_row(row), answers(connection, row.id)
            missing = [each["key"] for each in flags_of(bodies(connection, row.id)) if each["key"] not in told]
            faults = against(decision, missing, store.now()[:10]) + (
                [] if row.state == State.OPEN else [f"the case is {row.state}"]
            )
            if row.lock_by not in (None, actor.name) and row.lock_until > store.now():
                faults.append("the case is locked by another person")
            state = row.state if faults else State.PROPOSED if takes_two(case, of) else State.DECIDED
            plans.append(Planned(row.id, row.order_id, str(state), tuple(faults)))
    return tuple(plans)


def close(store: Store, actor: Actor, case_ids: Iterable[int], decision: Decision) -> tuple[Planned, ...]:
    """Decides each case that may be decided, one transaction and one event each; the others come back with faults."""
    done = []
    for plan in preview(store, actor, case_ids, decision):
        if plan.faults:
            done.append(plan)
            continue
        try:
            done.append(replace(plan, state=decide(store, actor, plan.case_id, decision)))
        except QueueRefused as refusal:  # it changed since the preview
            done.append(replace(plan, faults=refusal.faults))
    return tuple(done)
