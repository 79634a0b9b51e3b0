"""The job behind `calibrate`: the user's own orders scored, bands fitted to what their reviewers can work, and kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from diversion.files import read_files
from diversion.work import Say, choose
from features.known import known_on
from features.lines import with_facts
from features.matrix import FEATURES, measure
from features.past.gathered import Earlier, with_own
from scoring.model import check_features, digest, margins
from scoring.own_bands import OwnBands, save
from scoring.result import ResultRefused, why
from training.capacity import Fitted, fit, per_week


@dataclass(frozen=True)
class Kept:
    """What was fitted, what it replaces, and where it stands."""

    bands: OwnBands
    fitted: Fitted
    place: Path


def calibrated(
    file: Path,
    customers: Path | None,
    capacity: str,
    as_of: date,
    model: str | None,
    home: Path,
    mlruns: Path,
    say: Say,
    profile: str | None = None,
    answers: tuple[str, ...] = (),
    encoding: str | None = None,
) -> Kept:
    """Fits the bands and writes `bands.json` into the home; raises CapacityRefused, OrdersRefused or ModelRefused."""
    a_week = per_week(capacity)
    choice = choose(model, home, mlruns, customers is not None)
    say(choice.said)
    check_features(choice.model, FEATURES)
    book, master = read_files(file, customers, home, profile, answers, encoding)
    known = known_on(as_of, master.lines if master else None, backtest=True)
    told = with_facts(book.lines, known)
    matrix = measure(told, with_own(Earlier(), told, known))
    before = choice.model.thresholds
    lines = book.lines
    fitted = fit(lines["order_id"], lines["order_date"], margins(choice.model, matrix), a_week, before, as_of)
    bands = OwnBands(
        model_version=choice.model.version,
        model_sha256=digest(choice.folder),
        thresholds=fitted.thresholds,
        before=before,
        capacity_per_week=a_week,
        orders=fitted.orders,
        weeks=fitted.weeks,
        first=fitted.first,
        last=fitted.last,
        fingerprint=book.sha256,
        customers=master.sha256 if master else "",
    )
    try:
        return Kept(bands, fitted, save(bands, home))
    except OSError as fault:
        raise ResultRefused(why(fault, home / "bands.json")) from fault


def table(kept: Kept) -> pd.DataFrame:
    """Bands from critical to low: where each began and begins (a margin), and its orders a week, then and now."""
    ends = {"began at": kept.bands.before, "begins at": kept.bands.thresholds}
    found = kept.fitted.a_week.iloc[::-1]
    return pd.DataFrame(
        {
            **{name: pd.Series([*reversed(each), float("nan")], index=found.index) for name, each in ends.items()},
            "orders a week before": found["before"],
            "orders a week now": found["fitted"],
        }
    )
