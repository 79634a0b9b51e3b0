"""What a case keeps back from a person who may yet judge it: the first person's work, and that it was drawn.

Who makes a blind second review sees nothing the first person did. A released order that was drawn for the sample would
be known by its action, so until it is decided those who work on cases see `review` in its place. The frozen record
keeps the true action; the log, everybody who decides nothing, and everybody after the decision see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_

from scoring.review.log import Actor
from scoring.review.people import RIGHTS
from scoring.review.states import State
from scoring.review.tables import CASES

DRAWN, NEUTRAL = "release", "review"
"""The action that only drawn cases have while they wait, and the one that a reviewer sees in its place."""
UNDECIDED = (State.OPEN, State.PROPOSED, State.SNOOZED)

Row = dict[str, Any]


def shown_action(actor: Actor) -> ColumnElement[str]:
    """The action of a case as it is told to this person."""
    if not _works(actor):
        return CASES.c.action
    second = and_(CASES.c.state == State.BLIND, CASES.c.first_by != actor.name)
    waits = or_(CASES.c.state.in_(UNDECIDED), second)
    return case((and_(waits, CASES.c.action == DRAWN), NEUTRAL), else_=CASES.c.action)


def keeps_back(row: Mapping[str, Any], actor: Actor) -> bool:
    """Whether the actor may yet judge the case, and must not tell a drawn one from the others."""
    return _works(actor) and (row["state"] in UNDECIDED or is_blind(row, actor))


def _works(actor: Actor) -> bool:
    return "work" in RIGHTS.get(actor.role, ())


def neutral(cells: Row) -> Row:
    """The cells with the neutral word where the action is that of a drawn case."""
    return {**cells, "action": NEUTRAL} if cells.get("action") == DRAWN else cells


def is_blind(row: Mapping[str, Any], actor: Actor) -> bool:
    """Whether the actor is one who could make the blind second review of the case."""
    return row["state"] == State.BLIND and row["first_by"] != actor.name and _works(actor)


def neutral_line(line: Row) -> Row:
    """A line and its frozen record with the neutral word."""
    body = line["body"] and {**line["body"], "result": neutral(line["body"]["result"])}
    return {**neutral(line), "body": body}


def neutral_event(event: Row) -> Row:
    """An event of the case with the neutral word."""
    return {**event, "body": neutral(event["body"])}
