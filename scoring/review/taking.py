"""Take next and lock: two people never get the same case. Locks expire, cases are assigned and handed over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select, update

from scoring.review import log
from scoring.review.log import Actor
from scoring.review.people import RIGHTS, actor_of, need
from scoring.review.sample import slot_of_take
from scoring.review.states import WAITING, Slot, State
from scoring.review.store import QueueRefused, Store, stamp
from scoring.review.tables import CASES, HEAD

LOCK_MINUTES = 30
ASSIGN_AT_ONCE = 500


def take_next(store: Store, actor: Actor, queue: str = "diversion") -> int | None:
    """The case to work on now, locked for the actor; None when nothing waits that this person may work on.

    A case the actor holds already is given again. Cases assigned to the actor come first, then decisions that wait for
    an approver, then the slot whose turn it is (see `sample.CYCLE`), each in the order of the queue.
    """
    need(actor, "work")
    with store.writing() as connection:
        at = store.now()
        held = connection.execute(
            select(CASES.c.id).where(
                CASES.c.lock_by == actor.name,
                CASES.c.lock_until > at,
                CASES.c.queue == queue,
                CASES.c.state.in_(WAITING),
            )
        ).first()
        if held is not None:
            return int(held.id)
        _wake(connection, at)
        takes = int(connection.execute(select(HEAD.c.takes)).scalar_one())
        for wanted in _streams(actor, queue, takes):
            row = connection.execute(_free(wanted, actor, at)).first()
            if row is not None:
                connection.execute(update(HEAD).values(takes=takes + 1))
                _lock(connection, store, actor, int(row.id), "taken")
                return int(row.id)
    return None


def _streams(actor: Actor, queue: str, takes: int) -> Iterator[Select[Any]]:
    """The queries to try, one after the other."""
    chosen, blind_first = slot_of_take(takes)
    start = select(CASES.c.id).where(CASES.c.queue == queue)
    yield start.where(CASES.c.assignee == actor.name, CASES.c.state == State.OPEN).order_by(CASES.c.by_value)
    if "approve" in RIGHTS[actor.role]:
        yield start.where(CASES.c.state == State.PROPOSED).order_by(CASES.c.by_value)
    blind = start.where(CASES.c.state == State.BLIND).order_by(CASES.c.by_value)
    if blind_first:
        yield blind
    for slot in dict.fromkeys([chosen, "severity", Slot.COVERAGE, Slot.RANDOM]):
        exploited = slot in ("probability", "severity")
        key = CASES.c.by_score if slot == "probability" else CASES.c.by_value
        named = Slot.EXPLOITED if exploited else slot
        yield start.where(CASES.c.state == State.OPEN, CASES.c.slot == named).order_by(key)
    yield blind


def _free(wanted: Select[Any], actor: Actor, at: str) -> Select[Any]:
    """The first case of a query that nobody holds, that is nobody else's, and that this person may work on."""
    return wanted.where(unlocked(at), _may(actor)).limit(1).with_for_update(skip_locked=True)


def unlocked(at: str) -> ColumnElement[bool]:
    """Nobody's lock holds at this moment."""
    return or_(CASES.c.lock_until.is_(None), CASES.c.lock_until <= at)


def _may(actor: Actor) -> ColumnElement[bool]:
    """Assigned to nobody else, not decided first by the actor, and not escalated above the actor."""
    mine = or_(CASES.c.assignee.is_(None), CASES.c.assignee == actor.name)
    other = or_(CASES.c.state == State.OPEN, CASES.c.first_by.is_(None), CASES.c.first_by != actor.name)
    return and_(mine, other, *([] if "approve" in RIGHTS[actor.role] else [CASES.c.level == 0]))


def _wake(connection: Connection, at: str) -> None:
    """Snoozed cases whose day has come are open again."""
    due = connection.execute(
        select(CASES.c.id).where(CASES.c.state == State.SNOOZED, CASES.c.snoozed_until <= at[:10]).limit(ASSIGN_AT_ONCE)
    ).scalars()
    woken = list(due)
    if woken:
        values = {"state": State.OPEN, "snoozed_until": None}
        connection.execute(update(CASES).where(CASES.c.id.in_(woken)).values(values))
        body = {"cause": "its day has come", "state": State.OPEN}
        log.extend(connection, log.SYSTEM, [("woken", case, body) for case in woken], at)


def lock(store: Store, actor: Actor, case_id: int) -> None:
    """Locks a case the actor chose; raises QueueRefused when it waits for nobody, or another holds it."""
    need(actor, "work")
    with store.writing() as connection:
        row = connection.execute(select(CASES).where(CASES.c.id == case_id)).mappings().one_or_none()
        if row is None:
            raise QueueRefused(f"there is no case {case_id}", missing=True)
        if row["state"] not in WAITING:
            raise QueueRefused(f"case {case_id} waits for nobody")
        refuse_others(row, actor, store.now())
        if connection.execute(select(CASES.c.id).where(CASES.c.id == case_id, _may(actor))).first() is None:
            raise QueueRefused(f"case {case_id} is for another person")
        _lock(connection, store, actor, case_id, "locked")


def refuse_others(row: Any, actor: Actor, at: str) -> None:
    """Raises QueueRefused when another person's lock holds."""
    if row["lock_by"] not in (None, actor.name) and row["lock_until"] > at:
        raise QueueRefused(f"case {row['id']} is locked by {row['lock_by']} until {row['lock_until'][:16]} UTC")


def _lock(connection: Connection, store: Store, actor: Actor, case_id: int, kind: str) -> None:
    until = stamp(store.clock() + timedelta(minutes=LOCK_MINUTES))
    connection.execute(update(CASES).where(CASES.c.id == case_id).values(lock_by=actor.name, lock_until=until))
    log.append(connection, actor, kind, case_id, {"until": until}, store.now())


def release(store: Store, actor: Actor, case_id: int) -> None:
    """Puts a case back; nothing happens when the actor does not hold it."""
    need(actor, "work")
    with store.writing() as connection:
        mine = update(CASES).where(CASES.c.id == case_id, CASES.c.lock_by == actor.name)
        if connection.execute(mine.values(lock_by=None, lock_until=None)).rowcount:
            log.append(connection, actor, "put back", case_id, {}, store.now())


def may_move(row: Mapping[str, Any], actor: Actor, at: str) -> None:
    """Raises QueueRefused when the actor may not give this case to another person."""
    if "assign" not in RIGHTS[actor.role]:
        refuse_others(row, actor, at)
        if row["assignee"] not in (None, actor.name):
            raise QueueRefused(f"case {row['id']} is assigned to {row['assignee']}: an approver can move it")


def assign(store: Store, actor: Actor, case_ids: Iterable[int], to: str | None) -> int:
    """Gives cases to a person (None: to everybody) and returns how many changed; one event each.

    An approver assigns any case; an analyst takes free ones, and hands over own ones with their locks.
    """
    need(actor, "work")
    done = 0
    with store.writing() as connection:
        at = store.now()
        if to is not None:
            need(actor_of(connection, to, actor.via), "work")
        rows = connection.execute(select(CASES).where(CASES.c.id.in_(list(case_ids)))).all()
        for row in map(log.of_row, rows):
            if row["assignee"] == to and row["lock_by"] is None:
                continue
            may_move(row, actor, at)
            kept = {} if row["lock_by"] == to else {"lock_by": None, "lock_until": None}
            connection.execute(update(CASES).where(CASES.c.id == row["id"]).values(assignee=to, **kept))
            log.append(connection, actor, "assigned", row["id"], {"to": to}, at)
            done += 1
    return done
