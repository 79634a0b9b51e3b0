"""Many cases given to a person, or decided alike with one reason: first shown, then done, each with an own event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from scoring.review import log
from scoring.review.acts import decide
from scoring.review.cases import answers, bodies, flags_of
from scoring.review.desk import Decision, against, limits, takes_two
from scoring.review.log import Actor
from scoring.review.people import actor_of, need
from scoring.review.states import State
from scoring.review.store import QueueRefused, Store
from scoring.review.tables import CASES
from scoring.review.taking import may_move
from scoring.review.withheld import is_blind

AT_ONCE = 500


@dataclass(frozen=True)
class Planned:
    """What an act on many would do to one case: become `state`, or nothing because of `faults`."""

    case_id: int
    order_id: str
    state: str
    faults: tuple[str, ...]


def preview_assign(store: Store, actor: Actor, case_ids: Iterable[int], to: str | None) -> tuple[Planned, ...]:
    """Who has each case now (`state`), and what stands against giving it to `to`; nothing is written."""
    need(actor, "work")
    with store.reading() as connection:
        if to is not None:
            need(actor_of(connection, to, actor.via), "work")
        return tuple(_plan_move(case, actor, store.now()) for case in _chosen(connection, case_ids))


def _plan_move(case: dict[str, Any], actor: Actor, now: str) -> Planned:
    held = case["lock_by"] if case["lock_by"] and case["lock_until"] > now else None
    has = f"{case['assignee'] or 'everybody'}" + (f", locked by {held}" if held else "")
    try:
        may_move(case, actor, now)
    except QueueRefused as refusal:
        return Planned(case["id"], case["order_id"], has, refusal.faults)
    return Planned(case["id"], case["order_id"], has, ())


def _chosen(connection: Connection, case_ids: Iterable[int]) -> list[dict[str, Any]]:
    """The cases in the order of the queue; refused when they are too many, or one of them is not there."""
    wanted = list(dict.fromkeys(case_ids))
    if len(wanted) > AT_ONCE:
        raise QueueRefused(f"at most {AT_ONCE} cases at once: these are {len(wanted):,}")
    rows = connection.execute(select(CASES).where(CASES.c.id.in_(wanted)).order_by(CASES.c.by_value)).all()
    if gone := sorted(set(wanted) - {row.id for row in rows}):
        raise QueueRefused(f"there is no case {', '.join(map(str, gone))}", missing=True)
    return [log.of_row(row) for row in rows]


def preview(store: Store, actor: Actor, case_ids: Iterable[int], decision: Decision) -> tuple[Planned, ...]:
    """What `close` would do, case by case; nothing is written. A second review looks like a first one.

    Raises QueueRefused for more than 500 cases, or one that is not there.
    """
    need(actor, "work")
    with store.reading() as connection:
        of, now = limits(connection), store.now()
        return tuple(_plan(connection, case, actor, decision, of, now) for case in _chosen(connection, case_ids))


def _plan(
    connection: Connection, case: dict[str, Any], actor: Actor, decision: Decision, of: Mapping[str, float], now: str
) -> Planned:
    blind = is_blind(case, actor)
    told = answers(connection, case["id"], actor.name if blind else None)
    lines = bodies(connection, case["id"])
    missing = [each["key"] for each in flags_of(lines) if each["key"] not in told]
    state = State.OPEN if blind else case["state"]
    faults = against(decision, missing, now[:10])
    faults += [] if state == State.OPEN else [f"the case is {state}"]
    if case["lock_by"] not in (None, actor.name) and case["lock_until"] > now:
        faults.append("the case is locked by another person")
    becomes = State.PROPOSED if takes_two(case, lines, of) else State.DECIDED
    return Planned(case["id"], case["order_id"], str(state if faults else becomes), tuple(faults))


def close(store: Store, actor: Actor, case_ids: Iterable[int], decision: Decision) -> tuple[Planned, ...]:
    """Decides each case that may be decided, one transaction and one event each; the others come back with faults."""
    done = []
    for plan in preview(store, actor, case_ids, decision):
        if plan.faults:
            done.append(plan)
            continue
        try:
            state = decide(store, actor, plan.case_id, decision)
            done.append(replace(plan, state=str(State.DECIDED) if state == State.BLIND else state))
        except QueueRefused as refusal:  # it changed since the preview
            done.append(replace(plan, faults=refusal.faults))
    return tuple(done)
