"""The jobs behind `promote` and `rollback`: the trial shown gate by gate, then decided by a person."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan, nan
from pathlib import Path

import pandas as pd
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from diversion.work import decided
from features.orders.book import NO_PROFILE
from features.orders.profiles import load as load_profile
from scoring import own_bands
from scoring.champion import Chosen, chosen
from scoring.model import ModelRefused, digest
from training import promote as room
from training.bands import CAPACITY
from training.contest.bed import NAMES, SIMULATED_LINES
from training.contest.check import Check
from training.gates import Files, Trial, tried
from training.interleaved import NO_TALLY, Tally, tallied
from training.material import Before
from training.outcomes import read
from training.promotions import BASELINE
from training.shadow import picked, seen
from training.wording import load as load_words

WIDE = 160  # columns of a table in a pipe or a file, where nobody can widen a window
OUT = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
STYLES = {"pass": "green", "not evaluated": "yellow", "fail": "bold red"}
KNOWN = ("order_id", "label_class", "decided_on")  # of a decision, whoever tells it
Say = Callable[[str], None]


@dataclass(frozen=True)
class Decision:
    """What a person said beforehand: who they are, why failed gates may pass, and that open gates are known."""

    by: str = ""
    override: str = ""
    acknowledged: bool = False

    def allows(self, trial: Trial) -> bool:
        """Whether it covers every gate that does not hold or was not evaluated."""
        overridden = bool(self.by and self.override)
        return (not trial.failed or overridden) and (
            not trial.open or overridden or bool(self.by and self.acknowledged)
        )


def trial(
    mlruns: Path,
    home: Path,
    version: str,
    as_of: date,
    say: Say,
    *,
    files: Files | None = None,
    cases: Path | None = None,
    lines: int | None = None,
    history: Sequence[Path] = (),
    profile: str | None = None,
    db: str | None = None,
) -> Trial:
    """The version against the model that scores now; raises PromoteRefused, ModelRefused, or what the files raise."""
    model, sha256 = room.challenger(mlruns, version)
    champion = _champion(home, mlruns, say)
    return tried(
        None if champion is None else champion.model,
        model,
        as_of=as_of,
        files=files,
        cases=cases,
        lines=lines or SIMULATED_LINES,
        budget=capacity(home),
        shadow=seen(home, sha256),
        tally=NO_TALLY if champion is None else picks_found(home, digest(champion.folder), sha256, files, db),
        before=told_before(home, history, profile),
        say=say,
    )


def told_before(home: Path, history: Sequence[Path], profile: str | None) -> Before:
    """What training may know beside its files, with the stored profile of their source; raises OrdersRefused."""
    return Before(home, history, load_profile(home, profile) if profile else NO_PROFILE)


def capacity(home: Path) -> float:
    """Share (0–1) of orders that reviewers can work: of the bands fitted here, else what the model was trained for."""
    bands = own_bands.load(home)
    return CAPACITY["high"] if bands is None else bands.capacity_per_week * bands.weeks / bands.orders


def show(found: Trial) -> None:
    """Both models on the same orders; then every gate, those that do not hold last, where they are read."""
    shown = Table("on the same orders", "figure", "champion", "challenger", box=None)
    for row in found.both:
        figures = (_figure(row.get(name, nan)) for name in NAMES)
        shown.add_row(row["on"], escape(row["what"]), *figures)
    OUT.print(shown)
    table = Table("gate", "figure", "bound", "result", "what it says", box=None)
    for each in sorted(found.checks, key=_rank):
        figure = _figure(each.figure)
        result = f"[{STYLES[each.result]}]{each.result}[/]"
        table.add_row(each.name.replace("_", " "), figure, escape(each.bound), result, escape(each.says))
    OUT.print(table)


def what_stops(found: Trial, said: Decision) -> list[str]:
    """Why this may not be promoted as it was called, a sentence each; empty where nothing stops it."""
    if said.allows(found):
        return []
    told = []
    if found.failed and not (said.override and said.by):
        told.append(f"{_names(found.failed)} failed: --override REASON --by NAME lets a named person answer for it")
    if found.open and not said.by:
        told.append(f"{_names(found.open)} not evaluated: --acknowledge --by NAME says that a named person knows")
    elif found.open and not said.acknowledged:
        told.append(f"{_names(found.open)} not evaluated: --acknowledge says that {said.by} knows")
    return told


def promote(mlruns: Path, home: Path, version: str, found: Trial, said: Decision, on: date) -> None:
    """Makes the version the champion, with the trial and the person who answers for it on record."""
    room.promote(mlruns, home, version, room.Approval(found, on.isoformat(), said.by, said.override))


def rollback(mlruns: Path, home: Path, on: date, by: str, reason: str, say: Say) -> None:
    """Brings back the version before; raises PromoteRefused."""
    version = room.rollback(mlruns, home, on=on.isoformat(), by=by, reason=reason)
    name = "the shipped baseline (nothing was promoted before)" if version == BASELINE else f"version {version}"
    say(f"rolled back: {name} scores from now on")


def confirmed(version: str) -> bool:
    """Whether the person at the terminal wants it."""
    return typer.confirm(f"Let version {version} score from now on?")


def picks_found(home: Path, champion: str, challenger: str, files: Files | None, db: str | None) -> Tally:
    """What was found of the orders that both picked in shadow: by the outcome file, and by the queue."""
    batches = picked(home, champion, challenger)
    if not batches:
        return NO_TALLY
    told = [] if files is None else [read(files[2], load_words(home))[list(KNOWN)]]
    told += [] if (queued := decided(home, db)) is None else [queued]
    return tallied(batches, pd.concat(told, ignore_index=True) if told else None)


def _champion(home: Path, mlruns: Path, say: Say) -> Chosen | None:
    """The model that scores now; a lost pointer is no reason not to promote, which mends it."""
    try:
        return chosen(None, home, mlruns)
    except ModelRefused as fault:
        say(f"nothing to compare with: {fault}")
        return None


def _rank(each: Check) -> int:
    return list(STYLES).index(each.result)


def _figure(number: float) -> str:
    return "–" if isnan(number) else f"{number:.3f}"


def _names(checks: tuple[Check, ...]) -> str:
    return ", ".join(each.name for each in checks)
