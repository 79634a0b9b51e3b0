"""Rules and trials on the terminal: tables and sentences."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from rich.markup import escape
from rich.table import Table

from diversion.rules_diff import Difference
from diversion.rules_page import count
from diversion.rules_tally import Sum, Tally
from diversion.show import OUT
from features.orders.problems import shown

ROWS_SHOWN = 100
"""A longer table is shown only when it is asked for."""


def rules(rows: pd.DataFrame) -> None:
    """The rows, one table a reference table."""
    for name, group in rows.groupby("table", sort=False):
        if len(group) > ROWS_SHOWN and len(group) < len(rows):
            OUT.print(f"{name}: {len(group)} rows, shown with --table {name}\n")
            continue
        table = Table(title=str(name), title_justify="left", box=None)
        for heading in group.columns.drop("table"):
            table.add_column(heading, no_wrap=heading in ("start", "end", "sure"), overflow="fold")
        for cells in group.drop(columns="table").itertuples(index=False):
            table.add_row(*(escape(str(cell)) for cell in cells))
        OUT.print(table)
    OUT.print(f"{len(rows)} rows")


def difference(of: Difference, sums: Tally) -> None:
    """What changes: moves of action and gate, then countries, customers and chips."""
    OUT.print(f"[bold]{escape(shown(of.trial.title))}[/bold]")
    whole = sums.whole
    OUT.print(
        f"{whole.orders:,} of {sums.orders:,} orders change, with {whole.lines:,} of {sums.lines:,} lines: "
        f"{whole.harder:,} harder, {whole.easier:,} easier, {sums.rescored:,} with another score; "
        f"USD {count(whole.usd)}, TPP {count(whole.tpp)}"
    )
    if sums.without_usd or sums.without_tpp:
        OUT.print(f"sums leave out {sums.without_usd:,} lines without USD and {sums.without_tpp:,} without TPP")
    for name, rows in {**sums.moves, **sums.by}.items():
        if rows:
            _sums(name, rows, sums.left_out.get(name, 0))


def _sums(name: str, rows: Iterable[Sum], left_out: int) -> None:
    table = Table(name, box=None)
    for heading in ("orders", "lines", "harder", "easier", "USD", "TPP"):
        table.add_column(heading, justify="right")
    for each in rows:
        numbers = (each.orders, each.lines, each.harder, each.easier, each.usd, each.tpp)
        table.add_row(escape(shown(each.name)), *map(count, numbers))
    OUT.print(table)
    if left_out:
        OUT.print(f"  and {left_out:,} more", style="dim")
