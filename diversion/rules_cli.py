"""The verbs of rules: `diversion rules list | trials | diff`. They import their rooms when they run."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

PARTIAL = 1
HERE, RUNS = Path("var"), Path("mlruns")
DAY = ["%Y-%m-%d"]

rules = typer.Typer(
    no_args_is_help=True, help="The dated rules, and what a change of them would do: list, trials, diff."
)


class Shown(StrEnum):
    """How the rules are printed."""

    table = "table"
    json = "json"
    csv = "csv"


@rules.command("list")
def list_(
    on: Annotated[datetime | None, typer.Option(formats=DAY, help="Only rows in force on this day.")] = None,
    table: Annotated[str | None, typer.Option(help="Only this table.")] = None,
    format: Annotated[Shown, typer.Option(help="Print as a table, or for a program.")] = Shown.table,
) -> None:
    """List every dated rule, ceiling, threshold, switch and country group that a trial can change."""
    import pandas as pd

    from diversion import rules_show
    from diversion.rules_list import listed
    from features.reference.tables import load

    rows = listed(load(), None if on is None else pd.Timestamp(on), table)
    match format:
        case Shown.table:
            rules_show.rules(rows)
        case Shown.json:
            typer.echo(rows.to_json(orient="records", force_ascii=False, indent=1))
        case Shown.csv:
            typer.echo(rows.to_csv(index=False, lineterminator="\n"), nl=False)


@rules.command()
def trials(
    name: Annotated[str | None, typer.Argument(help="Print this one, to be copied and changed.")] = None,
) -> None:
    """List the trials that are shipped, or print one."""
    from diversion.rules_diff import SHIPPED, chosen

    if name is None:
        for path in sorted(SHIPPED.glob("*.toml")):
            typer.echo(f"{path.stem}: {chosen(path.stem).title}")
        return
    chosen(name)
    typer.echo((SHIPPED / f"{name}.toml").read_text(encoding="utf-8"), nl=False)


@rules.command()
def diff(
    file: Annotated[Path, typer.Argument(help="Order file, or - for standard input.", show_default=False)],
    trial: Annotated[str, typer.Option("--rules", help="Trial: a TOML file, or the name of a shipped one.")],
    customers: Annotated[Path | None, typer.Option(help="Customer master.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write every line that changes; the suffix says the format.")] = None,
    report: Annotated[Path | None, typer.Option(help="Also write the same as a page.")] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=DAY, help="Day whose rules decide (default: today).")
    ] = None,
    backtest: Annotated[
        bool, typer.Option("--backtest", help="Judge each order by the rules of its own date.")
    ] = False,
    model: Annotated[str | None, typer.Option(metavar="FOLDER|models:/…", help="Score with this model.")] = None,
    profile: Annotated[str | None, typer.Option(help="Mapping profile of the source of the files.")] = None,
    answer: Annotated[list[str] | None, typer.Option(help="COLUMN=VALUE, an answer; repeatable.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of the order file, when it is not UTF-8.")] = None,
    history: Annotated[
        list[Path] | None, typer.Option(help="File of earlier orders; repeatable. The store of the home counts anyway.")
    ] = None,
    home: Annotated[Path, typer.Option(help="Folder of what this installation remembers.")] = HERE,
    mlruns: Annotated[Path, typer.Option(help="Tracking store and the pointer to the promoted model.")] = RUNS,
) -> None:
    """Show which orders change gate, score or action under a change of rules, and where, in USD and in TPP."""
    from diversion import rules_show
    from diversion.progress import bar
    from diversion.rules_work import diff_file

    said = (profile, tuple(answer or ()), encoding)
    day = as_of.date() if as_of else date.today()
    with bar() as watch:
        found, sums = diff_file(
            file,
            trial,
            customers,
            out,
            report,
            day,
            backtest,
            model,
            home,
            mlruns,
            _say,
            *said,
            history=history or (),
            watch=watch,
        )
    rules_show.difference(found, sums)
    if found.past:
        _say(found.past)
    for place in filter(None, (out, report)):
        _say(f"written: {place}")
    rejected = int((found.book.status == "rejected").sum())
    if rejected:
        _say(f"{rejected:,} records could not be read and were not compared: 'diversion check' says why")
        raise typer.Exit(PARTIAL)


def _say(text: str) -> None:
    typer.echo(text, err=True)
