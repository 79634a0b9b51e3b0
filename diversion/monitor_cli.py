"""The jobs behind `monitor` and `shadow`: orders read and measured once, then watched, or scored by two models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from diversion.files import read_files
from diversion.promoted import STYLES, capacity
from diversion.work import choose, decided
from features.known import known_on
from features.lines import with_facts
from features.matrix import FEATURES, measure
from features.past.gathered import earlier, with_own
from scoring import report as report_place
from scoring.champion import Chosen
from scoring.model import check_features, digest
from training.contest.bed import groups_of
from training.contest.check import Check
from training.monitor.live import live
from training.monitor.page import page
from training.monitor.watch import watched
from training.outcomes import KEY
from training.shadow import beside, keep

OUT = Console(highlight=False)
Say = Callable[[str], None]


@dataclass(frozen=True)
class Measured:
    """Order lines with facts, matrix and destination group, one index; the sha256 of the first file."""

    facts: pd.DataFrame
    matrix: pd.DataFrame
    groups: pd.Series
    sha256: str


def measured(
    files: list[Path],
    customers: Path | None,
    as_of: date,
    home: Path,
    profile: str | None,
    answers: tuple[str, ...],
    encoding: str | None,
) -> Measured:
    """The lines of all files, each by the rules of its own day as in training; a line told again counts as last told.

    Raises OrdersRefused. Kept screening lists are not used: a model is not trained with them.
    """
    told, measures, groups, sums = [], [], [], []
    for file in files:
        book, master = read_files(file, customers, home, profile, answers, encoding)
        known = replace(known_on(as_of, master.lines if master else None, backtest=True), decisions=decided(home))
        told.append(with_facts(book.lines, known))
        measures.append(measure(told[-1], with_own(earlier(home, (), known), told[-1], known)))
        groups.append(groups_of(told[-1], known)["destination"])
        sums.append(book.sha256)
    facts, matrix = pd.concat(told, ignore_index=True), pd.concat(measures, ignore_index=True)
    places = pd.concat(groups, ignore_index=True)
    again = facts.duplicated(KEY, keep="last") & facts[KEY].notna().all(axis=1)
    return Measured(facts[~again], matrix[~again], places[~again], sums[0])


def monitored(
    files: list[Path],
    customers: Path | None,
    outcomes: Path | None,
    report: Path | None,
    model: str | None,
    as_of: date,
    home: Path,
    mlruns: Path,
    say: Say,
    profile: str | None = None,
    answers: tuple[str, ...] = (),
    encoding: str | None = None,
) -> bool:
    """Shows what is watched, writes the page, and says whether no alarm is raised; refuses as `score` does."""
    if report is not None:
        report_place.check_place(report)
    choice = _chosen(model, home, mlruns, customers, say)
    seen = measured(files, customers, as_of, home, profile, answers, encoding)
    names = [file.name for file in files]
    found = watched(choice.model, live(choice.model, seen.facts, seen.matrix), names, outcomes, seen.groups)
    _show(found.checks)
    if report is not None:
        with report_place.whole(page(found, choice.model, as_of), report):
            pass
        say(f"report: {report}")
    say(f"{len(found.alarms)} alarms" + "".join(f"; {each.name}: {each.says}" for each in found.alarms))
    return not found.alarms


def shadowed(
    file: Path,
    customers: Path | None,
    challenger: str,
    as_of: date,
    home: Path,
    mlruns: Path,
    say: Say,
    profile: str | None = None,
    answers: tuple[str, ...] = (),
    encoding: str | None = None,
) -> None:
    """Both models on one batch; differences and sums are kept in the home. Refuses as `score` does."""
    choice = _chosen(None, home, mlruns, customers, say)
    other = _chosen(challenger, home, mlruns, customers, say)
    seen = measured([file], customers, as_of, home, profile, answers, encoding)
    found = beside(choice.model, other.model, seen.facts, seen.matrix, capacity(home))
    place = keep(found, home, seen.sha256, digest(choice.folder), digest(other.folder), as_of)
    told = found.summary
    alike = "–" if told["rank_correlation"] is None else f"{told['rank_correlation']:.3f}"
    say(f"{told['lines']:,} lines in {told['orders']:,} orders: same band {told['same_band'] or 0:.1%}, ranks {alike}")
    say(f"of the champion's top {told['top_orders']:,} orders, {told['top_replaced']:.0%} would be replaced")
    say(f"differences: {place}; no result was changed")


def _chosen(model: str | None, home: Path, mlruns: Path, customers: Path | None, say: Say) -> Chosen:
    choice = choose(model, home, mlruns, customers is not None)
    say(choice.said)
    check_features(choice.model, FEATURES)
    return choice


def _show(checks: tuple[Check, ...]) -> None:
    """Every watch; alarms come last, where they are read."""
    table = Table("watch", "figure", "bound", "result", "what it says", box=None)
    for each in sorted(checks, key=lambda each: list(STYLES).index(each.result)):
        figure = "–" if each.figure != each.figure else f"{each.figure:.3f}"
        word = {"pass": "quiet", "fail": "ALARM"}.get(each.result, each.result)
        result = f"[{STYLES[each.result]}]{word}[/]"
        table.add_row(each.name.replace("_", " "), figure, escape(each.bound), result, escape(each.says))
    OUT.print(table)
