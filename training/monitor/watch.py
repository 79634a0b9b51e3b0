"""Everything that is watched of a model, in one value: the page and the exit code read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from scoring.model import Model
from training.contest.check import Check, failed
from training.monitor import closed
from training.monitor.live import Live, drifted, limits, months, stability
from training.outcomes import NO_WORDING, Wording


@dataclass(frozen=True)
class Watched:
    """Checks (a fail is an alarm), tables by month, by input and by flag, hits by month of decision (empty without).

    `undated` lines are in no month; `learnt` were decided but learnt from; `names` are the files; `past` says what was
    known of earlier orders, decisions and lists.
    """

    names: tuple[str, ...]
    lines: int
    undated: int
    learnt: int
    checks: tuple[Check, ...]
    months: pd.DataFrame
    inputs: pd.DataFrame
    flags: pd.DataFrame
    hits: pd.DataFrame
    past: str = ""

    @property
    def alarms(self) -> tuple[Check, ...]:
        """What a person has to look at."""
        return failed(self.checks)


def watched(
    model: Model,
    seen: Live,
    names: Iterable[str],
    outcomes: Path | None,
    groups: pd.Series,
    past: str = "",
    wording: Wording = NO_WORDING,
) -> Watched:
    """The model on these lines; `groups` is the country group of each destination. Raises OutcomesRefused."""
    by_month, inputs = months(model, seen), stability(model, seen)
    found = None if outcomes is None else closed.closed(model, seen, outcomes, groups, wording)
    checks = tuple(drifted(model, by_month, inputs, limits(model, seen)))
    if found is not None and len(found.lines):
        checks += tuple(closed.outcome_checks(model, found))
    return Watched(
        names=tuple(names),
        lines=len(seen.matrix),
        undated=int(seen.month.isna().sum()),
        learnt=0 if found is None else found.learnt,
        checks=checks,
        months=by_month,
        inputs=inputs,
        flags=closed.hit_rates(model, seen, found),
        hits=pd.DataFrame() if found is None else closed.by_month(found.lines),
        past=past,
    )
