"""Decisions made elsewhere, from a CSV or JSON lines file: under the same rules as at the desk, and the same file twice
changes nothing.

Columns: order_id, line_no (blank: all open lines), decision, label_class, verification, reasons (";"-separated),
comment, decided_on (blank: today), answers (one flag a line of the cell: "flag = answer: note"). JSON lines take
reasons as a list and answers as {flag: [answer, note]}.
"""

# Over 150 lines: reading both forms, grouping the lines of an order, and applying them.

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, or_, select

from features.orders.problems import Level, Problem
from scoring.review import acts, log
from scoring.review.cases import Row, answers
from scoring.review.desk import Decision
from scoring.review.log import Actor
from scoring.review.people import need
from scoring.review.states import State
from scoring.review.store import QueueRefused, Store
from scoring.review.tables import CASES, DECISIONS
from scoring.review.withheld import is_blind
from scoring.table import whole_text

MUST = ("order_id", "decision", "label_class")
ANSWER = re.compile(r"\s*([a-z0-9-]+)\s*=\s*(\w+)\s*:\s*(.+)", re.DOTALL)
AGAIN = "correct the row and import the file again"
SAME = ("decision", "label_class", "verification", "reasons", "comment")


@dataclass(frozen=True)
class Imported:
    """What became of a file of decisions: cases decided, proposed, there already, and what was refused and why."""

    decided: int
    proposed: int
    already: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _Row:
    row: int
    order: str
    decision: Decision
    answers: Mapping[str, tuple[str, str]]


def import_decisions(store: Store, actor: Actor, path: Path) -> Imported:
    """Applies every decision of the file that may be made; the actor is the reviewer of all of them.

    Lines of one order that are decided alike are one decision. Raises QueueRefused when the file cannot be read.
    """
    need(actor, "work")
    rows, problems = _read(path)
    counts = dict.fromkeys(("decided", "proposed", "already"), 0)
    for each in _together(rows):
        try:
            counts[_apply(store, actor, each)] += 1
        except QueueRefused as refusal:
            problems += [
                Problem(path.name, each.row, None, None, fault, AGAIN, Level.REJECTED) for fault in refusal.faults
            ]
    return Imported(**counts, problems=tuple(sorted(problems, key=lambda problem: problem.row or 0)))


def _apply(store: Store, actor: Actor, row: _Row) -> str:
    with store.reading() as connection:
        found = connection.execute(select(CASES).where(CASES.c.order_id == row.order)).one_or_none()
        if found is None:
            raise QueueRefused("order_id: the queue has no such order", missing=True)
        case = log.of_row(found)
        if _stands(connection, case, row.decision, actor):
            return "already"
        case_id, told = int(case["id"]), answers(connection, case["id"], actor.name if is_blind(case, actor) else None)
    for flag, (word, note) in row.answers.items():
        if flag not in told or (told[flag]["answer"], told[flag]["note"]) != (word, note):
            acts.answer(store, actor, case_id, flag, word, note)
    return "proposed" if acts.decide(store, actor, case_id, row.decision) == State.PROPOSED else "decided"


def _stands(connection: Connection, case: Row, decision: Decision, actor: Actor) -> bool:
    """Whether this very decision of the same lines is in force or waits for its second person.

    A proposal that was sent back stands no more: the same one again is a new proposal. Who could make the blind second
    review is told nothing of the first.
    """
    if is_blind(case, actor):
        return False
    own = (DECISIONS.c.case_id == case["id"], DECISIONS.c.round == case["round"])
    waits = select(func.max(DECISIONS.c.seq)).where(*own, DECISIONS.c.stage == "proposed").scalar_subquery()
    stage = DECISIONS.c.stage == "final"
    if case["state"] == State.PROPOSED:
        stage = or_(stage, DECISIONS.c.seq == waits)
    made = connection.execute(select(DECISIONS).where(*own, stage).order_by(DECISIONS.c.id)).mappings()
    latest = {each["line_no"]: each for each in made}
    wanted = (*(getattr(decision, name) for name in SAME[:3]), ";".join(dict.fromkeys(decision.reasons)),
              decision.comment)  # fmt: skip
    lines = decision.lines or tuple(latest)
    return bool(lines) and all(
        line in latest and tuple(latest[line][name] for name in SAME) == wanted for line in lines
    )


def _together(rows: list[_Row]) -> Iterator[_Row]:
    """One row for the lines of an order that are decided alike, in the order of their first."""
    found: dict[tuple[str, Decision], _Row] = {}
    for each in rows:
        key = (each.order, replace(each.decision, lines=()))
        if key in found and found[key].decision.lines and each.decision.lines:
            before = found[key]
            lines = tuple(dict.fromkeys([*before.decision.lines, *each.decision.lines]))
            found[key] = replace(
                before, decision=replace(before.decision, lines=lines), answers={**before.answers, **each.answers}
            )
        else:
            found[key] = each
    yield from found.values()


def _read(path: Path) -> tuple[list[_Row], list[Problem]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        cells = list(_jsonl(text) if path.suffix.lower() == ".jsonl" else _csv(text))
    except OSError as fault:
        raise QueueRefused(f"{path.name}: cannot be read ({fault.strerror}); check the path") from None
    except (ValueError, csv.Error, RecursionError):
        raise QueueRefused(f"{path.name}: is no CSV or JSON lines file in UTF-8") from None
    rows: list[_Row] = []
    problems: list[Problem] = []
    for number, given in cells:
        if missing := [name for name in MUST if not given.get(name)]:
            what, remedy = "the cell is empty", "write what was decided of which order"
            problems += [Problem(path.name, number, name, None, what, remedy, Level.REJECTED) for name in missing]
            continue
        if not _whole(given):
            what, remedy = "holds what no store keeps (NUL, half of a character)", "write it as plain text"
            problems.append(Problem(path.name, number, None, None, what, remedy, Level.REJECTED))
            continue
        try:
            rows.append(_row(number, given))
        except ValueError:
            what, remedy = "is not 'flag = answer: note'", "write one answer a line of the cell"
            problems.append(Problem(path.name, number, "answers", None, what, remedy, Level.REJECTED))
    return rows, problems


def _row(number: int, given: Mapping[str, Any]) -> _Row:
    lines = _several(given.get("lines") or given.get("line_no"))
    reasons = given.get("reasons")
    reasons = reasons.split(";") if isinstance(reasons, str) else _several(reasons)
    decision = Decision(
        decision=str(given["decision"]),
        label_class=str(given["label_class"]),
        verification=str(given.get("verification") or "none"),
        reasons=tuple(str(each).strip() for each in reasons if str(each).strip()),
        comment=str(given.get("comment") or ""),
        lines=tuple(str(each) for each in lines),
        on=str(given.get("decided_on") or ""),
    )
    return _Row(number, str(given["order_id"]), decision, _answers(given.get("answers") or {}))


def _several(cell: object) -> list[object]:
    """A list as it is, one value as a list of it, nothing as an empty one."""
    return cell if isinstance(cell, list) else [cell] if cell else []


def _whole(given: Mapping[str, Any]) -> bool:
    """Whether every database takes the texts of a row."""
    text = json.dumps(dict(given), ensure_ascii=False)
    return text == whole_text(text) and "\\u0000" not in text


def _answers(cell: object) -> dict[str, tuple[str, str]]:
    if isinstance(cell, Mapping):
        pairs = {str(flag): tuple(map(str, told)) for flag, told in cell.items()}
        if any(len(each) != 2 for each in pairs.values()):
            raise ValueError
        return {flag: (told[0], told[1]) for flag, told in pairs.items()}
    found = [ANSWER.fullmatch(line) for line in str(cell).splitlines() if line.strip()]
    if None in found:
        raise ValueError
    return {each[1]: (each[2], each[3].strip()) for each in found if each is not None}


def _csv(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    rows = csv.reader(text.splitlines(keepends=True))
    heading = [each.strip().casefold() for each in next(rows, [])]
    if missing := [name for name in MUST if name not in heading]:
        raise QueueRefused(f"the file of decisions has no column {', '.join(missing)}")
    for number, cells in enumerate(rows, start=2):
        if any(cell.strip() for cell in cells):
            yield number, {name: cell.strip() for name, cell in zip(heading, cells, strict=False)}


def _jsonl(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            told = json.loads(line)
            if not isinstance(told, dict):
                raise ValueError
            yield number, told
