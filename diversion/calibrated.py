"""The job behind `calibrate`: the user's own orders scored, bands fitted to what their reviewers can work, and kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from diversion.monitor_cli import As, measured
from diversion.work import Say, choose
from features.matrix import FEATURES
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
    model: str | None,
    home: Path,
    mlruns: Path,
    say: Say,
    said: As,
) -> Kept:
    """Fits the bands and writes `bands.json` into the home; raises CapacityRefused, OrdersRefused or ModelRefused.

    The orders are measured with all that `score` knows of them: lists, decisions and past of the home.
    """
    a_week = per_week(capacity)
    choice = choose(model, home, mlruns, customers is not None)
    say(choice.said)
    check_features(choice.model, FEATURES)
    seen = measured([file], customers, home, said, say)
    before, lines = choice.model.thresholds, seen.facts
    margin = margins(choice.model, seen.matrix)
    fitted = fit(lines["order_id"], lines["order_date"], margin, a_week, before, said.as_of)
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
        fingerprint=seen.sha256,
        customers=seen.customers,
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
