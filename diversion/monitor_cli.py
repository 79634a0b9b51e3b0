"""The jobs behind `monitor` and `shadow`: orders read and measured once, then watched, or scored by two models."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from diversion.files import read_files
from diversion.promoted import STYLES, WIDE, capacity, rollback
from diversion.work import choose, known_here
from features.known import AffiliatesRule, Known
from features.lines import with_facts
from features.matrix import FEATURES, measure
from features.past.columns import ALONE
from features.past.gathered import earlier, with_own
from scoring import report as report_place
from scoring.champion import Chosen
from scoring.model import check_features, digest
from training.contest.bed import groups_of
from training.contest.check import Check
from training.monitor.live import live
from training.monitor.page import page
from training.monitor.repeated import Watch, again, kept
from training.monitor.watch import watched
from training.outcomes import KEY
from training.promote import PromoteRefused
from training.shadow import SHADOW_DAYS, beside, keep
from training.shadow import seen as shadowed_so_far
from training.wording import load

OUT = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
Say = Callable[[str], None]


@dataclass(frozen=True)
class As:
    """How the files are read and judged, as `score` is told it: day, rules, past, queue, profile, answers, encoding."""

    as_of: date
    backtest: bool = True
    affiliates: AffiliatesRule = "as dated"
    history: Sequence[Path] = ()
    db: str | None = None
    profile: str | None = None
    answers: tuple[str, ...] = ()
    encoding: str | None = None


@dataclass(frozen=True)
class RollBack:
    """A standing order: after so many watches with the same alarm the version before scores again, by this word."""

    after: int
    by: str


@dataclass(frozen=True)
class Measured:
    """Order lines with facts, matrix and destination group, one index; what was known; the sha256 of the first file and
    of the customer file (blank without one)."""

    facts: pd.DataFrame
    matrix: pd.DataFrame
    groups: pd.Series
    sha256: str
    known: str
    customers: str = ""


def measured(files: list[Path], customers: Path | None, home: Path, said: As, say: Say) -> Measured:
    """The lines of all files with what `score` knows of them: lists, decisions and past, all files included.

    With `said.backtest` each line stands under the rules and lists of its own day, as in training and as when it came
    in. A line told again counts as last told. Raises OrdersRefused or HistoryRefused.
    """
    books = [read_files(file, customers, home, said.profile, said.answers, said.encoding) for file in files]
    known = known_here(said.as_of, books[0][1], said.backtest, said.affiliates, home, said.db)
    lines = pd.concat([book.lines for book, _ in books], ignore_index=True)
    lines = lines[~(lines.duplicated(KEY, keep="last") & lines[KEY].notna().all(axis=1))]
    facts = with_facts(lines, known)
    told = [read_files(file, None, home, said.profile, (), said.encoding)[0] for file in said.history]
    known = with_own(earlier(home, told, known), facts, known)
    told_of = _known(known)
    say(told_of)
    (first, master), groups = books[0], groups_of(facts, known)["destination"]
    return Measured(facts, measure(facts, known), groups, first.sha256, told_of, master.sha256 if master else "")


def _known(known: Known) -> str:
    """What was known of earlier orders; what was not makes signals look shifted that a training with it had."""
    lists = known.lists.version if known.lists else "none kept, nothing was screened"
    decided = "none known, so that nothing is near a refused party (--db)"
    decided = decided if known.decisions is None else f"{len(known.decisions):,} of the queue"
    more = " (--history adds files)" if known.past_version == ALONE else ""
    return f"past: {known.past_version}{more}; decisions: {decided}; lists: {lists}"


def monitored(
    files: list[Path],
    customers: Path | None,
    outcomes: Path | None,
    report: Path | None,
    model: str | None,
    home: Path,
    mlruns: Path,
    say: Say,
    said: As,
    ordered: RollBack | None = None,
) -> bool:
    """Shows what is watched, writes the page, and says whether no alarm is raised; refuses as `score` does.

    With a standing order the watch is kept in the home, and the model that scores goes back when its alarm came again.
    """
    if report is not None:
        report_place.check_place(report)
    choice = _chosen(model, home, mlruns, customers, say)
    seen = measured(files, customers, home, said, say)
    names = [file.name for file in files]
    now = live(choice.model, seen.facts, seen.matrix)
    found = watched(choice.model, now, names, outcomes, seen.groups, seen.known, load(home))
    _show(found.checks)
    if report is not None:
        with report_place.whole(page(found, choice.model, said.as_of), report):
            pass
        say(f"report: {report}")
    say(f"{len(found.alarms)} alarms" + "".join(f"; {each.name}: {each.says}" for each in found.alarms))
    if ordered is not None:
        _act(
            ordered,
            kept(home, said.as_of, digest(choice.folder), [each.name for each in found.alarms]),
            home,
            mlruns,
            say,
        )
    return not found.alarms


def _act(ordered: RollBack, watches: tuple[Watch, ...], home: Path, mlruns: Path, say: Say) -> None:
    """Brings back the version before where an alarm came as often as was ordered, or says that there is none."""
    repeated = again(watches, ordered.after)
    if not repeated:
        return
    days = ", ".join(each.on for each in watches[-ordered.after :])
    reason = f"{', '.join(repeated)}: alarm in {ordered.after} watches running ({days})"
    try:
        rollback(mlruns, home, date.fromisoformat(watches[-1].on), f"{ordered.by} (standing order)", reason, say)
    except PromoteRefused as fault:
        say(f"not rolled back, although {reason}: {fault}")


def shadowed(
    file: Path,
    customers: Path | None,
    challenger: str,
    home: Path,
    mlruns: Path,
    say: Say,
    said: As,
) -> None:
    """Both models on one batch; differences and sums are kept in the home. Refuses as `score` does."""
    choice = _chosen(None, home, mlruns, customers, say)
    other = _chosen(challenger, home, mlruns, customers, say)
    seen = measured([file], customers, home, said, say)
    found = beside(choice.model, other.model, seen.facts, seen.matrix, capacity(home), seen.sha256)
    place = keep(found, home, seen.sha256, digest(choice.folder), digest(other.folder), said.as_of)
    told = found.summary
    alike = "–" if told["rank_correlation"] is None else f"{told['rank_correlation']:.3f}"
    band = "–" if told["same_band"] is None else f"{told['same_band']:.1%}"
    say(f"{told['lines']:,} lines in {told['orders']:,} orders: same band {band}, ranks {alike}")
    say(f"of the champion's top {told['top_orders']:,} orders, {told['top_replaced']:.0%} would be replaced")
    if span := shadowed_so_far(home, digest(other.folder)):
        counts = f"{span.batches} batches, order dates {span.first} to {span.last}"
        say(f"in shadow so far: {counts}, {span.days} days of the {SHADOW_DAYS} that promotion asks for")
    worked = place.with_suffix(".review.csv")
    say(f"picked in turn, {2 * len(found.picks):,} orders to review for a fair comparison: {worked}")
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
