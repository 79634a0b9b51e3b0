"""The job behind `diversion rules diff`: read, judge under both rules, sum, write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from diversion import rules_page
from diversion.files import read_files
from diversion.rules_diff import Difference, both, chosen, compared
from diversion.rules_tally import Tally, tally
from diversion.work import Say, choose, earlier_of, known_here
from features.affiliates import state_on
from features.known import known_on
from scoring import report as pages
from scoring.batch import Watch, unwatched
from scoring.result import ResultRefused, check_place, write


def diff_file(
    file: Path,
    rules: str,
    customers: Path | None,
    out: Path | None,
    report: Path | None,
    as_of: date,
    backtest: bool,
    model: str | None,
    home: Path,
    mlruns: Path,
    say: Say,
    profile: str | None = None,
    answers: tuple[str, ...] = (),
    encoding: str | None = None,
    *,
    history: Sequence[Path] = (),
    watch: Watch = unwatched,
) -> tuple[Difference, Tally]:
    """What a trial changes in an order file; writes the changed lines to `out` and the page to `report`, both or none.

    Places that cannot take them, and a trial that cannot be read or does not fit the tables, are refused before a file
    of orders is read (ResultRefused, TablesRefused).
    """
    _check_places(out, report, file, customers, Path(rules))
    trial = chosen(rules)
    both(trial, known_on(as_of))
    choice = choose(model, home, mlruns, customers is not None)
    say(choice.said)
    book, master = read_files(file, customers, home, profile, answers, encoding)
    known = known_here(as_of, master, backtest, "as dated", home)
    say(state_on(as_of, known))
    before = earlier_of(history, book, known, home, profile, encoding, say)
    found = compared(book, trial, known, choice.model, before, watch)
    if trial.affiliates_rule is not None:
        say(f"On trial: {state_on(as_of, found.after.known)}")
    sums = tally(found)
    watch("write")
    text = rules_page.page(found, sums, tuple(choice.said.splitlines())) if report else ""
    with pages.whole(text, report):
        if out is not None:
            write(found.changed.reset_index(drop=True), out, as_of=as_of)
    return found, sums


def _check_places(out: Path | None, report: Path | None, *read: Path | None) -> None:
    """Refuses places that cannot take what will be written, that are one, or that are files which are read."""
    if out is not None:
        check_place(out)
    if report is not None:
        pages.check_place(report)
    taken = {each.resolve() for each in read if each is not None}
    for place in filter(None, (out, report)):
        if place.resolve() in taken:
            raise ResultRefused(f"{place}: is a file that is read or written already; give the output another name")
        taken.add(place.resolve())
