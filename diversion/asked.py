"""What `score` and `explain` are asked: the order file, and all that it is read, judged and written by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from features.known import AffiliatesRule
    from scoring.batch import Reasons


@dataclass(frozen=True)
class Asked:
    """One run over an order file, as its options say it.

    The result goes to `out`, or beside the file in `format`; `as_of` is the day whose rules decide, in a `backtest` the
    day of each order. `reasons` are the lines that get reasons; `base_rate` is that of the model where it is None.
    `profile`, `answers` and `encoding` say how the files are read. The past is the history of the home, the files of
    `history`, and what reviewers decided by the queue of the home or at `db`.
    """

    file: Path
    customers: Path | None
    as_of: date
    home: Path
    mlruns: Path
    out: Path | None = None
    format: str | None = None
    backtest: bool = False
    reasons: Reasons = "needed"
    base_rate: float | None = None
    model: str | Path | None = None
    profile: str | None = None
    answers: tuple[str, ...] = ()
    encoding: str | None = None
    affiliates_rule: AffiliatesRule = "as dated"
    history: Sequence[Path] = ()
    db: str | None = None
