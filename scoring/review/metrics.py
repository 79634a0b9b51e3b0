"""How the desk does: ageing, overdue, hits of each flag, agreement, time to decide, and what the threshold misses.

Every figure is a count of the log and of the decisions that stand; none is kept.
"""

# Over 150 lines: six figures, each a few lines, and the interval that the last one needs.

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from scoring.review.log import Actor, body_of
from scoring.review.outcomes import standing
from scoring.review.people import need
from scoring.review.states import Slot, State
from scoring.review.store import Store
from scoring.review.tables import CASES, EVENTS

AGES = ((2, "0 to 2 days"), (7, "3 to 7 days"), (14, "8 to 14 days"), (30, "15 to 30 days"))
OLDEST = "over 30 days"
CONFIRMED = ("confirmed_diversion", "confirmed_violation")
Z = 1.959964  # 95 %


@dataclass(frozen=True)
class Rate:
    """A share of `of` cases with the ends of its 95 % interval (Wilson); missing when `of` is 0."""

    hits: int
    of: int

    @property
    def share(self) -> float | None:
        """Hits of all."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval."""
        return wilson(self.hits / self.of, self.of) if self.of else None


@dataclass(frozen=True)
class FlagHits:
    """Decided lines that showed a flag: how many were confirmed, and how many alerts were right to exist."""

    flag: str
    title: str
    lines: int
    confirmed: int
    justified: int


@dataclass(frozen=True)
class Recall:
    """Share of diverting orders that the threshold puts into the queue, as the drawn sample estimates it.

    `found` are confirmed cases above the threshold, `missed` is the estimate below it. `recall` and its ends are
    missing until a drawn case is decided and anything was found.
    """

    found: int
    drawn: int
    decided: int
    confirmed: int
    population: int
    missed: float | None
    recall: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Metrics:
    """The figures of the desk at one moment."""

    waiting: dict[str, int]
    ageing: dict[str, int]
    overdue: int
    decided: int
    reopened: int
    hours_to_decide: float | None
    agreement: Rate
    four_eyes: Rate
    flags: tuple[FlagHits, ...]
    recall: Recall


def metrics(store: Store, actor: Actor) -> Metrics:
    """All figures, from one consistent view of the store."""
    need(actor, "read")
    with store.reading() as connection:
        today = store.clock().date()
        decided = list(standing(connection))
        kinds = _kinds(connection)
        waiting = _waiting(connection, today)
        agrees, differs = kinds["second review agrees"], kinds["second review differs"]
        return Metrics(
            waiting={state: sum(n for (of, *_), n in waiting.items() if of == state) for state, *_ in waiting},
            ageing=_ageing(waiting, today),
            overdue=sum(n for (*_, late), n in waiting.items() if late),
            decided=len({each["case_id"] for each in decided}),
            reopened=kinds["reopened"],
            hours_to_decide=_hours(connection),
            agreement=Rate(agrees, agrees + differs),
            four_eyes=Rate(kinds["sent back"], kinds["proposed"]),
            flags=_flags(decided),
            recall=_recall(connection, decided),
        )


def _kinds(connection: Connection) -> Counter[str]:
    counted = select(EVENTS.c.kind, func.count()).group_by(EVENTS.c.kind)
    return Counter({str(kind): int(number) for kind, number in connection.execute(counted)})


Waiting = dict[tuple[str, str, bool], int]


def _waiting(connection: Connection, today: date) -> Waiting:
    """How many cases wait, by state, day of opening, and whether their day has passed."""
    late = (CASES.c.due < today.isoformat()).label("late")
    day = func.substr(CASES.c.opened_at, 1, 10).label("day")
    wanted = CASES.c.state.in_((State.OPEN, State.PROPOSED, State.SNOOZED))
    rows = connection.execute(
        select(CASES.c.state, day, late, func.count()).where(wanted).group_by(CASES.c.state, day, late)
    )
    return {(state, opened, bool(passed)): int(number) for state, opened, passed, number in rows}


def _ageing(waiting: Waiting, today: date) -> dict[str, int]:
    """Waiting cases by days since they were opened."""
    found = {name: 0 for _, name in AGES} | {OLDEST: 0}
    for (_, opened, _), number in waiting.items():
        age = (today - date.fromisoformat(opened)).days
        found[next((name for most, name in AGES if age <= most), OLDEST)] += number
    return found


def _hours(connection: Connection) -> float | None:
    """Median hours from opening to the decision that closed a case, over all decisions of the log."""
    begun: dict[int, datetime] = {}
    hours = []
    kinds = ("opened", "reopened", "decided", "approved", "second review differs")
    closed = select(EVENTS.c.case_id).where(EVENTS.c.kind.in_(("decided", "approved")))
    rows = connection.execute(
        select(EVENTS.c.case_id, EVENTS.c.kind, EVENTS.c.at, EVENTS.c.body)
        .where(EVENTS.c.kind.in_(kinds), EVENTS.c.body != "", EVENTS.c.case_id.in_(closed))
        .order_by(EVENTS.c.seq)
    )
    for row in rows:
        moment = datetime.fromisoformat(row.at)
        if row.kind in ("opened", "reopened", "second review differs"):
            begun[row.case_id] = moment
        elif row.case_id in begun and body_of(row.body)["state"] != State.OPEN:
            hours.append((moment - begun.pop(row.case_id)).total_seconds() / 3600)
    return statistics.median(hours) if hours else None


def _flags(decided: Iterable[Mapping[str, Any]]) -> tuple[FlagHits, ...]:
    """Hits of each flag on decided lines, confirmed and justified apart; most often shown first."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    titles = {}
    for row in decided:
        for flag in body_of(row["body"])["flags"] if row["body"] else []:
            titles[flag["key"]] = flag["title"]
            counts[flag["key"]].update(["lines", row["label_class"]])
    found = [
        FlagHits(key, titles[key], n["lines"], sum(n[each] for each in CONFIRMED), n["justified_alert"])
        for key, n in counts.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.lines, each.flag)))


def _recall(connection: Connection, decided: Iterable[Mapping[str, Any]]) -> Recall:
    """Orders below the threshold weigh as many as they stood for when drawn (Hajek), with Wilson's interval on the
    share that diverts, at the effective size of the sample (Kish). What was found above it is taken as known."""
    sampled = (Slot.RANDOM, Slot.COVERAGE)
    unseen = (CASES.c.state == State.RELEASED).label("unseen")
    counted = (
        select(CASES.c.slot, unseen, func.count()).where(CASES.c.queue == "diversion").group_by(CASES.c.slot, unseen)
    )
    population = drawn = 0
    for slot, released, number in connection.execute(counted):
        population += number if released or slot in sampled else 0
        drawn += number if slot in sampled and not released else 0
    labels: dict[tuple[int, str, float], bool] = {}
    for row in decided:
        if row["queue"] == "diversion":
            key = (row["case_id"], row["slot"], row["propensity"])
            labels[key] = labels.get(key, False) or row["label_class"] == "confirmed_diversion"
    found = sum(hit for (_, slot, _), hit in labels.items() if slot not in sampled)
    below = [(1 / chance, hit) for (_, slot, chance), hit in labels.items() if slot in sampled]
    told = {"found": found, "drawn": drawn, "decided": len(below), "confirmed": sum(hit for _, hit in below)}
    whole = sum(weight for weight, _ in below)
    if not below:
        return Recall(**told, population=population, missed=None, recall=None, low=None, high=None)
    share = sum(weight for weight, hit in below if hit) / whole
    low, high = wilson(share, whole**2 / sum(weight**2 for weight, _ in below))
    recalls = [_of(found, population * each) for each in (share, high, low)]
    return Recall(
        **told, population=population, missed=population * share, recall=recalls[0], low=recalls[1], high=recalls[2]
    )


def _of(found: int, missed: float) -> float | None:
    return found / (found + missed) if found + missed > 0 else None


def wilson(share: float, size: float) -> tuple[float, float]:
    """The 95 % interval of a share measured on `size` cases (Wilson, 1927).

    >>> low, high = wilson(0.0, 30)
    >>> (low, round(high, 3))
    (0.0, 0.114)
    """
    middle = share + Z * Z / (2 * size)
    half = Z * math.sqrt(share * (1 - share) / size + Z * Z / (4 * size * size))
    whole = 1 + Z * Z / size
    return max(0.0, min(share, (middle - half) / whole)), min(1.0, max(share, (middle + half) / whole))
