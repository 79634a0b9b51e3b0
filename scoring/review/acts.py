"""What a person does with a case: answer a flag, decide, approve, send back, comment, escalate, snooze, reopen.

Each is one transaction with one event. Nothing is overwritten: a later decision stands beside the earlier one.
"""

# Over 150 lines: these are the acts of one desk, and the rules they share.

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from scoring.review import log
from scoring.review.cases import answers, bodies, flags_of, seen
from scoring.review.desk import Decision, against, limits, refuse, snooze_faults, takes_two, written
from scoring.review.log import DECIDED, Actor
from scoring.review.people import RIGHTS, need
from scoring.review.retention import rewind
from scoring.review.sample import QUALITY_SHARE, wants_second_review
from scoring.review.states import State
from scoring.review.store import QueueRefused, Store
from scoring.review.tables import ANSWERS, CASES, DECISIONS
from scoring.review.taking import refuse_others
from scoring.review.withheld import is_blind
from scoring.review.words import faults, words

FREE: dict[str, Any] = {"lock_by": None, "lock_until": None}


@dataclass(frozen=True)
class _Desk:
    """The open transaction, the case as it is, the actor and the moment."""

    connection: Connection
    case: dict[str, Any]
    actor: Actor
    at: str

    def put(self, kind: str, body: dict[str, Any], **changed: Any) -> int:
        """Changes the case and writes the event that says so; returns the event's number."""
        if "state" in changed:
            body = {**body, "state": str(changed["state"])}
        if changed:
            self.connection.execute(update(CASES).where(CASES.c.id == self.case["id"]).values(changed))
        return log.append(self.connection, self.actor, kind, self.case["id"], body, self.at)


@contextmanager
def _at(store: Store, actor: Actor, case_id: int, right: str, *states: State) -> Iterator[_Desk]:
    """The desk for one act; refuses the wrong role, a case in another state, or one that another person holds."""
    need(actor, right)
    with store.writing() as connection:
        found = connection.execute(select(CASES).where(CASES.c.id == case_id)).one_or_none()
        if found is None:
            raise QueueRefused(f"there is no case {case_id}", missing=True)
        case, at = log.of_row(found), store.now()
        if states and case["state"] not in states:
            wanted = " or ".join(each for each in states if each != State.BLIND)
            raise QueueRefused(f"case {case_id} is {case['state']}; this takes a case that is {wanted}")
        refuse_others(case, actor, at)
        yield _Desk(connection, case, actor, at)


def answer(store: Store, actor: Actor, case_id: int, flag: str, word: str, note: str) -> None:
    """Answers a flag that the case shows: explained, confirmed or open, with what was asked and what came back."""
    with _at(store, actor, case_id, "work", State.OPEN, State.BLIND) as desk:
        shown = [each["key"] for each in flags_of(bodies(desk.connection, case_id))]
        refuse(
            faults(answer=word)
            + written(note=note)
            + ([] if flag in shown else [f"flag {flag}: the case shows no such flag"])
        )
        seq = desk.put("answered", {"flag": flag, "answer": word, "note": note})
        row = {"flag": flag, "answer": word, "note": note, "by": actor.name, "at": desk.at}
        desk.connection.execute(insert(ANSWERS).values(row | {"seq": seq, "case_id": case_id}))


def decide(store: Store, actor: Actor, case_id: int, decision: Decision, *, shown: str | None = None) -> str:
    """Decides lines of a case and returns its state: decided, proposed (a second person must approve), blind, or open.

    `shown` is the `seen` of the case that the person had before them: a case that changed since is refused.

    Raises:
        QueueRefused: everything that stands against the decision, at once (`desk.against`).
    """
    with _at(store, actor, case_id, "work", State.OPEN, State.BLIND) as desk:
        if desk.case["level"] and not can(actor, "approve"):
            raise QueueRefused("the case was escalated: it is decided by one who may approve")
        lines = bodies(desk.connection, case_id)
        if shown is not None and shown != seen(lines):
            raise QueueRefused("the case has changed since it was opened: look at it again")
        blind = is_blind(desk.case, actor)
        if desk.case["state"] == State.BLIND and not blind:
            raise QueueRefused("the second review is for another person")
        left = [each for each in lines if blind or each["line_no"] not in _final(desk)]
        chosen = [each for each in left if not decision.lines or each["line_no"] in decision.lines]
        told = answers(desk.connection, case_id, actor.name if blind else None)
        missing = [each["key"] for each in flags_of(chosen) if each["key"] not in told]
        unknown = sorted(set(decision.lines) - {each["line_no"] for each in left})
        refuse(
            [f"line {each}: is not open in this case" for each in unknown] + against(decision, missing, desk.at[:10])
        )
        if blind:
            return _second_review(desk, decision, chosen)
        if takes_two(desk.case, lines, limits(desk.connection)):
            _write(desk, "proposed", _rows(desk, decision, chosen, "proposed"), state=State.PROPOSED,
                   first_by=actor.name, assignee=None, **FREE)  # fmt: skip
            return State.PROPOSED
        return _close(desk, "decided", _rows(desk, decision, chosen, "final"), len(chosen) == len(left))


def approve(store: Store, actor: Actor, case_id: int, comment: str = "") -> str:
    """The second person agrees with what was proposed; returns the state of the case. Must differ from the first."""
    with _at(store, actor, case_id, "approve", State.PROPOSED) as desk:
        if desk.case["first_by"] == actor.name:
            raise QueueRefused("four eyes: the second person must be another one")
        rows = [{**each, "stage": "final", "second": actor.name} for each in _proposed(desk)]
        settled = len(_final(desk)) + len(rows) == len(bodies(desk.connection, case_id))
        return _close(desk, "approved", rows, settled, comment=comment)


def send_back(store: Store, actor: Actor, case_id: int, note: str) -> None:
    """The second person does not agree: the case goes back to the first with a note."""
    with _at(store, actor, case_id, "approve", State.PROPOSED) as desk:
        refuse(written(note=note))
        if desk.case["first_by"] == actor.name:
            raise QueueRefused("four eyes: the second person must be another one")
        desk.put("sent back", {"note": note}, state=State.OPEN, assignee=desk.case["first_by"], first_by=None, **FREE)


def comment(store: Store, actor: Actor, case_id: int, text: str) -> None:
    """Notes something on a case in any state; comments are records."""
    with _at(store, actor, case_id, "work") as desk:
        refuse(written(comment=text))
        desk.put("commented", {"comment": text})


def escalate(store: Store, actor: Actor, case_id: int, level: str, why: str) -> None:
    """Raises a case to a higher level of words()["level"]; it never comes down again."""
    names = list(words()["level"])
    with _at(store, actor, case_id, "work", State.OPEN) as desk:
        refuse(faults(level=level) + written(why=why))
        if names.index(level) <= desk.case["level"]:
            raise QueueRefused(f"escalation only rises: the case is at {names[desk.case['level']]} already")
        desk.put("escalated", {"to": level, "why": why}, level=names.index(level), assignee=None, **FREE)


def snooze(store: Store, actor: Actor, case_id: int, reason: str, until: date, note: str = "") -> None:
    """Lets a case rest until a day, at most 180 days away; any change of its judgement wakes it before."""
    with _at(store, actor, case_id, "work", State.OPEN) as desk:
        refuse(snooze_faults(reason, until, date.fromisoformat(desk.at[:10])))
        body = {"reason": reason, "until": until.isoformat(), "note": note}
        desk.put("snoozed", body, state=State.SNOOZED, snoozed_until=until.isoformat(), **FREE)


def reopen(store: Store, actor: Actor, case_id: int, reason: str, why: str) -> None:
    """Opens a decided or snoozed case again; what was decided stays on record beside what comes."""
    with _at(store, actor, case_id, "approve", State.DECIDED, State.SNOOZED) as desk:
        refuse(faults(reopen=reason) + written(why=why))
        changed = {"round": desk.case["round"] + 1, "first_by": None, "decided_at": None, "keep_until": None}
        desk.put("reopened", {"reason": reason, "why": why, "cause": "a person"}, state=State.OPEN,
                 opened_at=desk.at, snoozed_until=None, **changed)  # fmt: skip


def _final(desk: _Desk) -> set[str]:
    """The lines that are decided in this round."""
    rows = desk.connection.execute(
        select(DECISIONS.c.line_no).where(
            DECISIONS.c.case_id == desk.case["id"],
            DECISIONS.c.round == desk.case["round"],
            DECISIONS.c.stage == "final",
        )
    )
    return set(rows.scalars())


def _proposed(desk: _Desk) -> list[dict[str, Any]]:
    """What was proposed last, as it was proposed."""
    own = (DECISIONS.c.case_id == desk.case["id"], DECISIONS.c.stage == "proposed")
    last = select(func.max(DECISIONS.c.seq)).where(*own).scalar_subquery()
    rows = desk.connection.execute(select(DECISIONS).where(*own, DECISIONS.c.seq == last).order_by(DECISIONS.c.id))
    return [{name: row._mapping[name] for name in DECIDED} for row in rows]


def _rows(desk: _Desk, decision: Decision, lines: list[dict[str, Any]], stage: str) -> list[dict[str, Any]]:
    """A decision of each line, with the frozen record it rests on."""
    return [
        {
            "line_no": line["line_no"], "stage": stage, "decision": decision.decision,
            "label_class": decision.label_class, "verification": decision.verification,
            "reasons": ";".join(dict.fromkeys(decision.reasons)), "comment": decision.comment,
            "decided_on": decision.on or desk.at[:10],
            "by": desk.actor.name, "second": None, "frozen": line["frozen"] or "",
        }
        for line in lines
    ]  # fmt: skip


def _write(
    desk: _Desk, kind: str, rows: list[dict[str, Any]], comment: str = "", chance: float | None = None, **changed: Any
) -> None:  # fmt: skip
    """The event, with the chance that the case had to be drawn for a second review, then its decisions."""
    told: dict[str, Any] = {"decided": rows, **({"comment": comment} if comment else {})}
    seq = desk.put(kind, told | ({} if chance is None else {"second_review_chance": chance}), **changed)
    shared = {"seq": seq, "case_id": desk.case["id"], "round": desk.case["round"], "at": desk.at}
    desk.connection.execute(insert(DECISIONS), [row | shared for row in rows])


def _close(desk: _Desk, kind: str, rows: list[dict[str, Any]], settled: bool, comment: str = "") -> str:
    """Final decisions; once no line is open the case is decided, or drawn for a blind second review."""
    if not settled:
        _write(desk, kind, rows, comment, state=State.OPEN, first_by=None)
        return State.OPEN
    could = kind == "decided" and desk.case["queue"] == "diversion"
    drawn = could and wants_second_review(desk.case["id"], desk.case["round"])
    state = State.BLIND if drawn else State.DECIDED
    first = rows[0]["by"]
    chance = QUALITY_SHARE if could else 0.0
    _write(desk, kind, rows, comment, chance, state=state, decided_at=desk.at, first_by=first, assignee=None, **FREE)
    rewind(desk.connection, desk.case["id"])
    return state


def _second_review(desk: _Desk, decision: Decision, lines: list[dict[str, Any]]) -> str:
    """The blind second review: agreement closes the case, disagreement opens it again for a senior reviewer."""
    rows = _rows(desk, decision, lines, "blind")
    if len(lines) < len(bodies(desk.connection, desk.case["id"])):
        raise QueueRefused("decide all lines of the case together")  # a second review judges the case as a whole
    first = desk.connection.execute(
        select(DECISIONS.c.line_no, DECISIONS.c.decision, DECISIONS.c.label_class).where(
            DECISIONS.c.case_id == desk.case["id"],
            DECISIONS.c.round == desk.case["round"],
            DECISIONS.c.stage == "final",
        )
    )
    if {tuple(row) for row in first} == {(r["line_no"], r["decision"], r["label_class"]) for r in rows}:
        _write(desk, "second review agrees", rows, state=State.DECIDED, **FREE)
        return State.DECIDED
    level = max(desk.case["level"], 1)
    changed = {"round": desk.case["round"] + 1, "first_by": None, "decided_at": None, "keep_until": None}
    _write(desk, "second review differs", rows, state=State.OPEN, level=level, opened_at=desk.at, **FREE, **changed)
    return State.OPEN


def can(actor: Actor, right: str) -> bool:
    """Whether the actor's role, and token if it is one, has a right: what a page offers."""
    return right in RIGHTS.get(actor.role, ()) and (actor.scopes is None or right in actor.scopes)
