"""The states of a case, and which of them wait for a person."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a case stands. None of them is the end: a decided case opens again with a reason, none is deleted."""

    RELEASED = "released"  # scored, and nothing about it called for a person
    OPEN = "open"
    SNOOZED = "snoozed"
    PROPOSED = "proposed"  # decided by one person, waits for a second
    BLIND = "blind"  # decided, waits for a second review that does not see the first
    DECIDED = "decided"


class Slot(StrEnum):
    """Why a case stands in the queue; reviewers never see it (learning from the queue depends on that)."""

    EXPLOITED = "exploited"
    COVERAGE = "coverage"
    RANDOM = "random"


WAITING = (State.OPEN, State.PROPOSED, State.BLIND)
