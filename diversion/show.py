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
from diversion.work import Done, Story
from features.orders.problems import Level, Problem, shown
from features.orders.profiles import Profile

if TYPE_CHECKING:
    from training.promote import Promoted
    from training.train import Trained

Say = Callable[[str], None]
SHOWN_PROBLEMS = 10
OUT = Console(highlight=False, soft_wrap=True)
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
    days = sorted(set(results["rules_date"].dropna())) or ["no day"]
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
    say(f"result: {done.out}")


def _problems(problems: tuple[Problem, ...], say: Say) -> None:
    """One line a kind of problem, with its number and its first place; notes are left to `check`."""
    kinds: dict[tuple[str, str | None, str], list[Problem]] = {}
    for problem in problems:
        if problem.level is not Level.NOTE:
            kinds.setdefault((problem.level, problem.column, problem.what), []).append(problem)
    for (level, _, _), found in islice(kinds.items(), SHOWN_PROBLEMS):
        more = f" (and {len(found) - 1:,} more)" if len(found) > 1 else ""
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
    """A profile: its version, mapping, answers, encoding and the kinds of its columns."""
    OUT.print(f"[bold]{found.name}[/bold]: version {found.version}, encoding {found.encoding or 'as found'}")
    for heading, field in found.mapping.items():
        OUT.print(f"  {escape(shown(heading))} is {field}")
    for column, answers in found.answers.items():
        OUT.print(f"  {escape(shown(column))}: answered {escape(', '.join(answers))}")
    for heading, kind in found.types.items():
        OUT.print(f"  {escape(shown(heading))} held {escape(kind)}", style="dim")


def story(story: Story) -> None:
    """One line's whole story: gate with its reasons, every signal with contribution and source, and the questions."""
    from features.matrix import FEATURES
    from features.red_flags import red_flags
    from scoring.explain import cited, spoken
    from scoring.model import contributions

    row = story.result
    OUT.print(f"\n[bold]Order {escape(story.key)}[/bold]: action [bold]{row['action']}[/bold]")
    OUT.print(
        f"gate {row['gate']}, authorisation {row['authorisation']}, rules of {row['rules_date']}, leg {row['leg']}"
    )
    for reason in row["gate_reasons"].split(" | "):
        OUT.print(f"  - {escape(reason)}")
    chip = story.lines["chip"] if pd.notna(story.lines["chip"]) else "not in the chip table"
    OUT.print(f"item: {escape(str(chip))}, class {row['chip_class']}, TPP {row['tpp_total']:,.0f}")
    OUT.print(f"score {row['score']:.4f} (band {row['band']}), completeness {row['completeness']:.0%}")
    added = contributions(story.model, story.matrix).iloc[0]
    values = story.matrix.to_dict("records")[0]
    OUT.print("what moves the score (log-odds, from a start of " + f"{added['intercept']:+.2f}):")
    quiet: dict[str, list[str]] = {}
    for each in sorted(FEATURES, key=lambda each: -added[each.name]):
        value = spoken(values[each.name], each.unit)
        flag = red_flags()[each.flag]
        if value == "no":
            quiet.setdefault("evaluated, not seen", []).append(flag.key)
        elif value == "not evaluated":
            quiet.setdefault("not evaluated", []).append(f"{flag.key} (from {', '.join(each.fields)})")
        else:
            said = flag.title if each.kind == "flag" else each.meaning
            OUT.print(f"  {added[each.name]:+.2f}  {escape(said.rstrip('.'))}: {each.name} = {value}")
            OUT.print(f"         {escape(f'[{flag.key}; {cited(flag)}]')}", style="dim")
    for title, keys in quiet.items():
        OUT.print(f"{title}: {escape('; '.join(keys))}")
    for place in range(1, 4):
        if pd.notna(row[f"ask_{place}"]):
            OUT.print(f"ask: {escape(row[f'ask_{place}'])}")


def trained(trained: Trained, out: Path | None, mlruns: Path, say: Say) -> None:
    """What was trained and how it did on customers and months it had not seen."""
    table = Table("metric (held-out customers and months)", "value", box=None)
    for name, value in sorted(trained.metrics.items()):
        table.add_row(name, f"{value:,.4f}")
    OUT.print(table)
    if trained.model.facts["simulated"]:
        OUT.print("Figures of a simulated world: they prove the machinery, not the detection of real diversion.")
    if trained.logged is not None:
        say(f"version {trained.logged.version} in {mlruns}, alias challenger: 'diversion promote' lets it score")
    if out is not None:
        say(f"model folder: {out}")


def side_by_side(found: Promoted) -> None:
    """Champion and challenger, metric by metric."""
    before = f"champion (version {found.before})" if found.before else "champion (none)"
    table = Table("metric", before, f"challenger (version {found.version})", box=None)
    for name, row in found.metrics.iterrows():
        table.add_row(str(name), *(f"{value:,.4f}" if pd.notna(value) else "–" for value in row))
    OUT.print(table)


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
