"""A decision that another system sends twice is made once."""

from __future__ import annotations

from sqlalchemy import func, select

from scoring.review.desk import Decision
from scoring.review.log import Actor
from scoring.review.states import State
from scoring.review.store import Store
from scoring.review.tables import CASES, DECISIONS

STANDING = {State.OPEN: ("final",), State.PROPOSED: ("proposed",)}
"""Stage of the decisions that stand while a case is in a state; in every other it is `final`, or `blind`."""


def made_already(store: Store, actor: Actor, case_id: int, decision: Decision) -> str | None:
    """The state of the case when the last decision of this person stands in it and is this very one, else None.

    A decision of all open lines is a repeat only once the case waits for nothing more of its person.
    """
    with store.reading() as connection:
        case = connection.execute(
            select(CASES.c.state, CASES.c.round).where(CASES.c.id == case_id)
        ).one_or_none()  # fmt: skip
        if case is None or (case.state == State.OPEN and not decision.lines):
            return None
        own = (
            DECISIONS.c.case_id == case_id, DECISIONS.c.round == case.round, DECISIONS.c.by == actor.name,
            DECISIONS.c.stage.in_(STANDING.get(State(case.state), ("final", "blind"))),
        )  # fmt: skip
        last = select(func.max(DECISIONS.c.seq)).where(*own).scalar_subquery()
        rows = connection.execute(select(DECISIONS).where(*own, DECISIONS.c.seq == last)).all()
    told = {(each.decision, each.label_class, each.verification, each.reasons, each.comment) for each in rows}
    sent = (decision.decision, decision.label_class, decision.verification,
            ";".join(dict.fromkeys(decision.reasons)), decision.comment)  # fmt: skip
    same_lines = not decision.lines or set(decision.lines) == {each.line_no for each in rows}
    return str(case.state) if told == {sent} and same_lines else None
