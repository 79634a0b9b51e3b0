"""What a person sees on the terminal: tables and sentences, made from what the rooms returned."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from diversion.understood import Joined, Understood
from diversion.understood import Table as Rows
from diversion.work import Done
from features.orders.problems import Level, Problem, shown
from features.orders.profiles import Profile

if TYPE_CHECKING:
    from diversion.calibrated import Kept
    from training.promote import Promoted
    from training.train import Trained

Say = Callable[[str], None]
SHOWN_PROBLEMS = 10
OUT = Console(highlight=False, soft_wrap=True)
OF_AMOUNTS, ENDS = ("value_", "tpp_"), ("_low", "_high")  # metrics left to MLflow's page
ACTIONS = ("stop", "licence", "review", "ask", "release")


def summary(done: Done, say: Say) -> None:
    """Counts by gate, action and band, what could not be read and what was not screened, on stderr."""
    results = done.scored.results
    counts = results["status"].value_counts()
    told = ", ".join(f"{counts[name]:,} {name}" for name in ("scored", "rejected", "skipped") if name in counts)
    blank = f", {done.book.blank_rows:,} blank rows passed over" if done.book.blank_rows else ""
    say(f"{done.book.file}: {len(results):,} records = {told}{blank}")
    for column in ("action", "gate", "band"):
        found = results[column].value_counts()
        say(f"  {column}: " + ", ".join(f"{name} {count:,}" for name, count in found.items()))
    days = sorted(results["rules_date"].dropna().unique()) or ["no day"]
    span = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]} (a shipped order is judged by the rules of its day)"
    say(f"  rules of {span}; {results['lists_version'].iloc[0]}")
    if done.master is None:
        say("  no customer master given: headquarters and parents are not known (--customers FILE)")
    for book in filter(None, (done.book, done.master)):
        _problems(book.problems, say)
        if book.questions:
            say(f"  {len(book.questions)} questions about {book.file}: 'diversion check' says how to answer them")
    for note in done.notes:
        say(f"  {note}")
    if done.report is not None:
        say(f"report: {done.report}")
    say(f"result: {done.out}")


def _problems(problems: tuple[Problem, ...], say: Say) -> None:
    """One line a kind of problem, with its number and its first place; notes are left to `check`."""
    kinds: dict[tuple[str, str | None, str], list[Problem]] = {}
    for problem in problems:
        if problem.level is not Level.NOTE:
            kinds.setdefault((problem.level, problem.column, problem.what), []).append(problem)
    for (level, _, _), found in islice(kinds.items(), SHOWN_PROBLEMS):
        others = sum(each.alike for each in found) - 1
        more = f" (and {others:,} more)" if others else ""
        say(f"  {level}: {found[0].text()}{more}")
    if len(kinds) > SHOWN_PROBLEMS:
        say(f"  … and {len(kinds) - SHOWN_PROBLEMS:,} more kinds: see the column 'problems', or 'diversion check'")


def understood(told: Understood) -> None:
    """What was read of a file: each field with its heading and sample values, dates, counts, questions and problems."""
    OUT.print(f"[bold]{escape(told.title)}[/bold]: {told.counts}")
    _table(told.columns, flexible="sample values")
    for sentence in told.sentences:
        OUT.print(escape(sentence))
    for column, asked, cells, options in told.questions.rows:
        OUT.print(f"question: {escape(f'{column}: {asked} (cells: {cells})')}")
        for option in options.splitlines():
            OUT.print(f"    {escape(option)}")
    for level, problem in told.problems.rows:
        OUT.print(f"{level}: {escape(problem)}")


def joins(found: Joined) -> None:
    """How the parties of the orders were found in the customer master."""
    OUT.print("[bold]parties of the orders among the customers[/bold]")
    _table(found.table, flexible="lines")
    if found.missing:
        OUT.print("not among the customers (lines): " + escape("; ".join(found.missing)))


def _table(of: Rows, flexible: str) -> None:
    """A table whose columns are as wide as their cells, headings up to 24; the flexible one takes what is left."""
    table = Table(box=None)
    for at, title in enumerate(of.headings):
        width = None if title == flexible else min(24, max((len(row[at]) for row in of.rows), default=0))
        table.add_column(title, no_wrap=True, overflow="ellipsis", min_width=width and max(width, len(title)))
    for row in of.rows:
        table.add_row(*map(escape, row))
    OUT.print(table)


def profile(found: Profile) -> None:
    """A profile: its version, and what it says of the order file and of the customer file."""
    OUT.print(f"[bold]{found.name}[/bold]: version {found.version}")
    for file, part in (("order file", found), ("customer file", found.customers)):
        if part is not None:
            OUT.print(f"{file}: encoding {escape(part.encoding or 'as found')}")
            _said_of(part)


def _said_of(part: Profile) -> None:
    """Mapping, answers and the kinds of the columns of one file."""
    for heading, field in part.mapping.items():
        OUT.print(f"  {escape(shown(heading))} is {field}")
    for column, answers in part.answers.items():
        OUT.print(f"  {escape(shown(column))}: answered {escape(', '.join(answers))}")
    for heading, kind in part.types.items():
        OUT.print(f"  {escape(shown(heading))} held {escape(kind)}", style="dim")


def trained(trained: Trained, out: Path | None, mlruns: Path, say: Say) -> None:
    """What was trained and how it did on customers and months it had not seen; the card has the intervals."""
    from training.evaluate import METRICS

    contenders = list(dict.fromkeys(name.partition("/")[0] for name in trained.metrics if "/" in name))
    named = [each for each in contenders if f"{each}/average_precision" in trained.metrics]
    table = Table("held-out customers and months", *(each.replace("_", " ") for each in named), box=None)
    for metric in METRICS:
        table.add_row(
            metric.replace("_percent", " %").replace("0_5", "0.5").replace("_", " "),
            *(f"{trained.metrics[f'{each}/{metric}']:.3f}" for each in named),
        )
    OUT.print(table)
    told = ", ".join(f"{source} {weight:,.1f}" for source, weight in trained.model.facts["weights"].items())
    OUT.print(f"What each source weighed: {told}.")
    OUT.print(f"What decides: {trained.model.facts['lines']['what decides']}.")
    for name, each in trained.model.facts["alarms"].items():
        if each["result"] == "not evaluated":
            OUT.print(escape(f"Alarm {name} was not evaluated: {each['says']}."))
    if trained.model.facts["simulated"]:
        OUT.print("Figures of a simulated world: they prove the machinery, not the detection of real diversion.")
    if trained.logged is not None:
        say(f"version {trained.logged.version} in {mlruns}, alias challenger: 'diversion promote' lets it score")
    if out is not None:
        say(f"model folder: {out}")


def calibrated(kept: Kept, say: Say) -> None:
    """Old and new bands, the orders a week in each, and what the fit rests on."""
    from diversion.calibrated import table

    rows = Table("band", *table(kept).columns, box=None)
    for name, row in table(kept).iterrows():
        ends, counts = row.iloc[:2], row.iloc[2:]
        rows.add_row(
            str(name), *(f"{each:+.3f}" if pd.notna(each) else "–" for each in ends), *map("{:,.1f}".format, counts)
        )
    OUT.print(rows)
    found = kept.fitted
    left_out = f"; {found.left_out:,} without a date that counts left out" if found.left_out else ""
    say(f"{found.orders:,} orders in {found.weeks:,} weeks with orders, {found.first} to {found.last}{left_out}")
    say(f"{kept.bands.mark} in {kept.place}: 'diversion score' uses them with model {kept.bands.model_version}")


def side_by_side(found: Promoted) -> None:
    """What each found on the test of its own training; of a champion that is no registered version its card says it."""
    before = f"champion (version {found.before})" if found.before else "champion (the shipped model)"
    table = Table("each on its own test", before, f"challenger (version {found.version})", box=None)
    for name, row in found.metrics.iterrows():
        kind, _, metric = str(name).partition("/")
        if kind == "model" and not metric.startswith(OF_AMOUNTS) and not metric.endswith(ENDS):
            words = metric.replace("_percent", " %").replace("0_5", "0.5").replace("_", " ")
            table.add_row(words, *(f"{value:,.4f}" if pd.notna(value) else "–" for value in row))
    OUT.print(table)
    OUT.print("Other orders each: not comparable. What follows holds both against the same orders.")


def flags() -> None:
    """Every red flag: what measures it, or why an order line cannot show it."""
    from features.matrix import FEATURES
    from features.red_flags import red_flags
    from scoring.explain import cited

    unseen = 0
    for flag in red_flags().values():
        by = [f"{each.name}, from {', '.join(each.fields)}" for each in FEATURES if each.flag == flag.key]
        unseen += not by
        OUT.print(f"[bold]{flag.key}[/bold]: {escape(flag.title)}")
        OUT.print("  " + (f"measured by {'; '.join(by)}" if by else f"unseen: {escape(str(flag.unseen))}"))
        OUT.print(f"  source: {escape(cited(flag))}", style="dim")
    OUT.print(f"{len(red_flags())} red flags: {len(red_flags()) - unseen} measured, {unseen} unseen")


def features() -> None:
    """Every feature as declared."""
    from features.matrix import FEATURES

    for each in FEATURES:
        OUT.print(f"[bold]{each.name}[/bold] ({each.unit}, risk {each.risk}, revision {each.revision})")
        OUT.print(f"  {escape(each.meaning)}")
        OUT.print(f"  red flag {each.flag}, from {', '.join(each.fields)}", style="dim")
    OUT.print(f"{len(FEATURES)} features")
