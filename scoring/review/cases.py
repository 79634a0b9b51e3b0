"""Cases as people see them: the list with its filters, and one case whole. Every reading of a case is an event.

A reviewer never sees which slot a case came from; what else is kept back, and from whom, stands in `withheld`.
"""

# Over 150 lines: the list, the case, and what both keep back.

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, select

from scoring.review import chips, log
from scoring.review.desk import limits, takes_two
from scoring.review.log import Actor, body_of
from scoring.review.people import need
from scoring.review.ranking import reason_for_place
from scoring.review.states import State
from scoring.review.store import QueueRefused, Store
from scoring.review.tables import ANSWERS, CASES, DECISIONS, FILES, FROZEN, LINES
from scoring.review.withheld import is_blind, keeps_back, neutral, neutral_event, neutral_line, shown_action

PAGE = 50
HIDDEN = ("slot", "propensity", "by_value", "by_score", "words")
MASKED = ("contact_email", "contact_phone")
"""Order fields that name a person: shown on demand, and the demand is an event."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Filter:
    """What the list shows; empty fields ask for nothing. `words` are parts of names, numbers or addresses, all found.

    `chip` is a name or words of one, or `chips.UNNAMED` for cases of which no chip is known (see `chips.has`).
    `overdue` is True for cases whose due day has passed. `state` "waiting" is every state that waits for a person.
    """

    words: str = ""
    state: tuple[str, ...] = ()
    queue: str = ""
    action: tuple[str, ...] = ()
    band: tuple[str, ...] = ()
    assignee: str = ""
    destination: str = ""
    buyer: str = ""
    chip: str = ""
    overdue: bool = False
    level: int | None = None


@dataclass(frozen=True)
class Shown:
    """One case as one person may see it.

    `case` and `lines` are rows, each line with its frozen `body` (None where the order was released unseen); `flags`
    are the flags to answer, each with the latest answer or None; `two` says why a decision takes a second person, and
    is empty when it takes none; `seen` changes when what is shown changes, and is
    handed back with a decision. `blind` is True when the decisions of others are kept back.
    """

    case: Row
    lines: tuple[Row, ...]
    flags: tuple[Row, ...]
    decisions: tuple[Row, ...]
    files: tuple[Row, ...]
    events: tuple[Row, ...]
    place: str
    two: tuple[str, ...]
    seen: str
    blind: bool


def search(
    store: Store, actor: Actor, wanted: Filter = Filter(), *, limit: int = PAGE, offset: int = 0,
    sort: Literal["place", "newest"] = "place",
) -> tuple[list[Row], int]:  # fmt: skip
    """A page of cases in the order of the queue (or newest decision first), and how many there are in all.

    Each row has the columns of `cases` that a reviewer may see, and `place`, the reason for its place.
    """
    need(actor, "read")
    order = CASES.c.by_value if sort == "place" else CASES.c.decided_at.desc()
    with store.reading() as connection:
        now = store.now()
        conditions = list(_conditions(wanted, now[:10], actor))
        total = connection.execute(select(func.count()).select_from(CASES).where(*conditions)).scalar_one()
        found = [log.of_row(row) for row in connection.execute(_page(conditions, order, limit, offset))]
        unknown = _unknown(connection, [each["id"] for each in found])
        return [_open_row(each | {"unknown": unknown[each["id"]]}, actor, now) for each in found], int(total)


def _page(
    conditions: Sequence[ColumnElement[bool]], order: ColumnElement[Any], limit: int, offset: int
) -> Select[Any]:  # fmt: skip
    """The rows of one page: found by their keys alone, which indexes hold, and only these read whole."""
    ids = select(CASES.c.id).where(*conditions).order_by(order, CASES.c.id).limit(limit).offset(offset)
    return select(CASES).where(CASES.c.id.in_(ids)).order_by(order, CASES.c.id)


def _unknown(connection: Connection, case_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """How many lines of each case state no value (usd), have no known TPP (tpp), or neither (both).

    The sums of a case with such lines are what it holds at least.
    """
    neither = and_(LINES.c.usd.is_(None), LINES.c.tpp.is_(None))
    rows = connection.execute(
        select(LINES.c.case_id, func.count().label("lines"), func.count(LINES.c.usd).label("usd"),
               func.count(LINES.c.tpp).label("tpp"), func.sum(case((neither, 1), else_=0)).label("both"))
        .where(LINES.c.case_id.in_(case_ids))
        .group_by(LINES.c.case_id)
    )  # fmt: skip
    return {
        row.case_id: {"usd": row.lines - row.usd, "tpp": row.lines - row.tpp, "both": int(row.both)} for row in rows
    }


def _conditions(wanted: Filter, today: str, actor: Actor) -> Sequence[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.action:
        found.append(shown_action(actor).in_(wanted.action))
    if wanted.band:
        found.append(CASES.c.band.in_(wanted.band))
    for name in ("queue", "assignee", "destination", "buyer"):
        if getattr(wanted, name):
            found.append(CASES.c[name] == getattr(wanted, name))
    if wanted.chip:
        found.append(chips.has(wanted.chip))
    if wanted.state:
        found.append(CASES.c.state.in_(_states(wanted.state)))
    if wanted.level is not None:
        found.append(CASES.c.level == wanted.level)
    if wanted.overdue:
        found += [CASES.c.due < today, CASES.c.state.in_(_states(("waiting",)))]
    found += [CASES.c.words.contains(word, autoescape=True) for word in wanted.words.casefold().split()]
    return found


def _states(names: Sequence[str]) -> list[str]:
    """The states asked for; who asks for open cases gets blind second reviews too, for they look the same."""
    found = set(names)
    if "waiting" in found:
        found |= {State.OPEN, State.PROPOSED}
    return sorted(found | {State.BLIND} if State.OPEN in found else found)


def _open_row(row: Row, actor: Actor, now: str) -> Row:
    """A case as the actor may see it in a list; its chips one by one."""
    place = reason_for_place(row, now[:10])
    row = {**row, "chips": chips.names(row["chips"])}
    if keeps_back(row, actor):
        row = neutral(row)
    if is_blind(row, actor):
        row |= {"state": State.OPEN, "decided_at": None, "first_by": None, "keep_until": None}
    if row["lock_until"] is not None and row["lock_until"] <= now:
        row |= {"lock_by": None, "lock_until": None}
    return {name: cell for name, cell in row.items() if name not in HIDDEN} | {"place": place}


def find(store: Store, order_id: str) -> int:
    """The case of an order; raises QueueRefused when the queue has none."""
    with store.reading() as connection:
        found = connection.execute(select(CASES.c.id).where(CASES.c.order_id == order_id)).scalar_one_or_none()
    if found is None:
        raise QueueRefused(
            "the queue has no such order: score its file with --enqueue, or check the order_id", missing=True
        )
    return int(found)


def read(store: Store, actor: Actor, case_id: int, *, reveal: bool = False) -> Shown:
    """One case whole, and the event that the actor read it; `reveal` shows contact persons, and the event says so."""
    need(actor, "read")
    with store.writing() as connection:
        row = _row(connection, case_id)
        blind = is_blind(row, actor)
        shown = _shown(connection, row, actor, blind, reveal, store.now())
        log.append(connection, actor, "read", case_id, {"contacts": reveal}, store.now())
    return shown


def _row(connection: Connection, case_id: int) -> Row:
    found = connection.execute(select(CASES).where(CASES.c.id == case_id)).one_or_none()
    if found is None:
        raise QueueRefused(f"there is no case {case_id}", missing=True)
    return log.of_row(found)


def _shown(connection: Connection, row: Row, actor: Actor, blind: bool, reveal: bool, now: str) -> Shown:
    case_id = int(row["id"])
    lines = bodies(connection, case_id)
    told = answers(connection, case_id, actor.name if blind else None)
    mine = "by" if blind else ""
    decisions = _own(connection, DECISIONS, case_id, mine, actor)
    events = [
        each
        for each in list(log.events_of(connection, case_id))
        if not blind or each["actor"] in (actor.name, "system")
    ]
    files = _own(connection, FILES, case_id, "", actor)
    if keeps_back(row, actor):
        lines, events = [neutral_line(each) for each in lines], [neutral_event(each) for each in events]
    row = row | {"unknown": _unknown(connection, [case_id])[case_id]}
    return Shown(
        case=_open_row(row, actor, now),
        lines=tuple(line if reveal else _masked(line) for line in lines),
        flags=tuple(flag | {"answer": told.get(flag["key"])} for flag in flags_of(lines)),
        decisions=tuple(decisions),
        files=tuple({name: cell for name, cell in each.items() if name != "content"} for each in files),
        events=tuple(_plain_event(each) for each in events),
        place=reason_for_place(row, now[:10]),
        two=takes_two(row, lines, limits(connection)),
        seen=seen(lines),
        blind=blind,
    )


def _own(connection: Connection, table: Any, case_id: int, mine: str, actor: Actor) -> list[Row]:
    wanted = select(table).where(table.c.case_id == case_id).order_by(table.c.id)
    if mine:
        wanted = wanted.where(table.c.by == actor.name)
    return [log.of_row(row) for row in connection.execute(wanted)]


def _plain_event(event: Row) -> Row:
    return {name: event[name] for name in ("seq", "at", "actor", "via", "kind", "body")}


def bodies(connection: Connection, case_id: int) -> list[Row]:
    """The lines of a case, each with its frozen record as `body` (None where it was never shown to anybody)."""
    rows = connection.execute(
        select(LINES, FROZEN.c.body)
        .outerjoin(FROZEN, FROZEN.c.sha256 == LINES.c.frozen)
        .where(LINES.c.case_id == case_id)
    )
    told = [log.of_row(row) for row in rows]
    return sorted(
        ({**line, "body": body_of(line["body"]) if line["body"] else None} for line in told),
        key=lambda line: _natural(line["line_no"]),
    )


def _natural(line_no: str) -> tuple[tuple[int, int, str], ...]:
    """2 before 10, and 1.2 before 1.10."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", line_no) if part
    )


def frozen(store: Store, actor: Actor, sha256: str) -> dict[str, Any] | None:
    """A frozen record by its hash, contact persons masked: what a case showed before (its events name the hashes)."""
    need(actor, "read")
    with store.reading() as connection:
        body = connection.execute(select(FROZEN.c.body).where(FROZEN.c.sha256 == sha256)).scalar_one_or_none()
    told: dict[str, Any] | None = _masked({"body": body_of(body)})["body"] if body is not None else None
    return told


def flags_of(lines: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The flags shown on these lines, each once, with the lines that show it."""
    found: dict[str, Row] = {}
    for line in lines:
        for flag in (line["body"] or {}).get("flags", []):
            found.setdefault(flag["key"], {**flag, "lines": []})["lines"].append(line["line_no"])
    return list(found.values())


def answers(connection: Connection, case_id: int, by: str | None = None) -> dict[str, Row]:
    """The latest answer to each flag of a case, of one person only when `by` is given."""
    wanted = select(ANSWERS).where(ANSWERS.c.case_id == case_id).order_by(ANSWERS.c.id)
    if by is not None:
        wanted = wanted.where(ANSWERS.c.by == by)
    return {row.flag: log.of_row(row) for row in connection.execute(wanted)}


def seen(lines: Sequence[Mapping[str, Any]]) -> str:
    """A short print of the frozen records that a person has before them."""
    return log.sha256(log.canonical([[line["line_no"], line["frozen"]] for line in lines]))[:16]


def _masked(line: Row) -> Row:
    """The line without its contact persons: the domain of an address and the start of a number stay."""
    if not line["body"]:
        return line
    order = dict(line["body"]["order"])
    for name in MASKED:
        if name in order:
            text = str(order[name])
            order[name] = f"…{text[text.rfind('@') :]}" if "@" in text else f"{text[:4]}…"
    return {**line, "body": {**line["body"], "order": order}}
