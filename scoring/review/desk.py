"""The rules of the desk: what a decision must hold, and when it takes two people. Page, API, import and command line
all decide through `acts`, which asks here."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from scoring.review import log
from scoring.review.log import Actor
from scoring.review.people import need
from scoring.review.ranking import BANDS, UNSCORED, priced, unmeasured
from scoring.review.store import QueueRefused, Store
from scoring.review.tables import SETTINGS
from scoring.review.words import faults

COMMENTED = ("cleared", "cleared_with_conditions", "refused", "reported")
"""Decisions that need a comment: a later reader must understand why goods went, or why they did not."""

CONTRADICTIONS = {
    "cleared": ("confirmed_diversion", "confirmed_violation"),
    "cleared_with_conditions": ("confirmed_diversion", "confirmed_violation"),
    "hold": ("confirmed_diversion", "confirmed_violation", "false_positive"),
    "refused": ("false_positive",),
    "reported": ("false_positive",),
}
"""Decision to the label classes that it cannot go with."""

DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
LONGEST_SNOOZE = 180  # days
LONGEST_TEXT = 10_000  # characters of a comment or note
LIMITS = {"four_eyes_usd": 1_000_000.0, "four_eyes_tpp": 1_000_000.0, "four_eyes_band": 3.0}
"""From this value (USD), this computing performance (TPP: about 63 H100) or this band (0 low … 3 critical) on a
decision takes two people. The founders' judgement; an administrator may set others for the store."""


@dataclass(frozen=True)
class Decision:
    """What a reviewer decides of some lines of a case, or of all that are open (`lines` empty).

    `on` is the day of a decision that was made elsewhere before it came here; empty for today.
    """

    decision: str
    label_class: str
    verification: str = "none"
    reasons: tuple[str, ...] = ()
    comment: str = ""
    lines: tuple[str, ...] = ()
    on: str = ""


def against(decision: Decision, unanswered: Collection[str], today: str) -> list[str]:
    """Everything that stands against a decision: one sentence each, empty when it may be made."""
    found = faults(decision=decision.decision, label_class=decision.label_class, verification=decision.verification) + [
        fault for each in decision.reasons for fault in faults(reason=each)
    ]
    if not decision.reasons:
        found.append("reason: give at least one")
    if decision.decision in COMMENTED and not decision.comment.strip():
        found.append(f"comment: {decision.decision} needs one")
    if len(decision.comment) > LONGEST_TEXT:
        found.append(f"comment: at most {LONGEST_TEXT:,} characters")
    if decision.label_class in CONTRADICTIONS.get(decision.decision, ()):
        found.append(f"label_class: {decision.label_class} contradicts the decision {decision.decision}")
    if decision.on and (not DAY.fullmatch(decision.on) or decision.on > today):
        found.append("decided_on: a day as YYYY-MM-DD, today at the latest")
    found += [f"flag {each}: shown and not answered" for each in sorted(unanswered)]
    return found


def written(**texts: str) -> list[str]:
    """A sentence for each text that is empty or too long."""
    found = [f"{name}: write what stands behind it" for name, text in texts.items() if not text.strip()]
    return found + [
        f"{name}: at most {LONGEST_TEXT:,} characters" for name, text in texts.items() if len(text) > LONGEST_TEXT
    ]


def refuse(found: list[str]) -> None:
    """Raises QueueRefused when there is anything in the list."""
    if found:
        raise QueueRefused(*found)


def snooze_faults(reason: str, until: date, today: date) -> list[str]:
    """What stands against snoozing until a day."""
    found = faults(snooze=reason)
    if not today < until <= today + timedelta(days=LONGEST_SNOOZE):
        found.append(f"until: a day after today, and at most {LONGEST_SNOOZE} days away")
    return found


def limits(connection: Connection) -> dict[str, float]:
    """The limits of four eyes in this store."""
    own = {row.name: row.value for row in connection.execute(select(SETTINGS)) if row.name in LIMITS}
    return LIMITS | own


def set_limit(store: Store, by: Actor, name: str, value: float | None) -> None:
    """Sets a limit of LIMITS for this store; None goes back to the shipped one."""
    need(by, "settings")
    if name not in LIMITS or (value is not None and not 0 <= value < float("inf")):
        raise QueueRefused(f"a limit is one of {', '.join(LIMITS)} and a number from 0")
    with store.writing() as connection:
        connection.execute(delete(SETTINGS).where(SETTINGS.c.name == name))
        if value is not None:
            connection.execute(insert(SETTINGS).values(name=name, value=value, by=by.name))
        log.append(connection, by, "limit set", None, {"limit": name, "to": value}, store.now())


def takes_two(case: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], of: Mapping[str, float]) -> tuple[str, ...]:
    """Why a decision on the case needs a second person, one sentence each; empty when it needs none.

    What is not known is never under a limit: an order that nobody could read takes two, and one with a line of which
    neither value nor performance is known. A line without a price counts for its TPP, as in the order of the queue.
    """
    return tuple(_for_two(case, lines, of))


def _for_two(case: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], of: Mapping[str, float]) -> Iterator[str]:
    if case["band"] == UNSCORED:
        yield "a record of the order could not be read"
    elif BANDS.index(case["band"]) >= of["four_eyes_band"]:
        yield f"band {case['band']}"
    if told := [each["line_no"] for each in lines if unmeasured(each)]:
        yield f"neither value nor TPP is known of line {', '.join(told)}"
    if (usd := priced(lines)) >= of["four_eyes_usd"]:
        yield f"{usd:,.0f} USD or more (limit {of['four_eyes_usd']:,.0f}; a line without a price counts for its TPP)"
    if (case["tpp"] or 0.0) >= of["four_eyes_tpp"]:
        yield f"TPP {case['tpp']:,.0f} or more (limit {of['four_eyes_tpp']:,.0f})"
