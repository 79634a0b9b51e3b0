"""The verbs of the order history: `diversion history status`, and what `score` says of the past."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:  # it costs half a second, and --help needs none of it
    import pandas as pd

SHOWN = 20  # lines to score again that are named; more are counted
SHOWN_DAYS, SHOWN_ORDERS = 3, 5  # customer-days with several orders that are named, and orders of each

history = typer.Typer(no_args_is_help=True, help="The order history of a home: what is recorded, what to score again.")

Home = Annotated[Path, typer.Option(help="Folder of what this installation remembers.")]
HERE = Path("var")


@history.callback()
def _of_history() -> None:
    """Keeps `status` a verb of its own."""


@history.command()
def status(
    home: Home = HERE,
    out: Annotated[Path | None, typer.Option(help="Also write the lines to score again as CSV.")] = None,
) -> None:
    """Show what the history holds, and which lines came before orders that were recorded late."""
    from features.past.late import late, touched
    from features.past.store import load

    stored = load(home)
    if stored.lines.empty:
        typer.echo(f"no history under '{home}': 'diversion score FILE --record' begins it")
        return
    for sentence in _held(stored.lines, stored.version):
        typer.echo(sentence)
    again = touched(stored.lines)
    typer.echo(f"recorded late: {int(late(stored.lines).sum()):,} lines; to score again: {len(again):,}")
    shown = again.head(SHOWN)
    for order, line, day, by in zip(
        shown["order_id"], shown["line_no"], shown["order_date"], shown["touched_by"], strict=True
    ):
        typer.echo(f"  {order} line {line} of {day:%Y-%m-%d}, for recording {by}")
    if len(again) > SHOWN:
        typer.echo(f"  … and {len(again) - SHOWN:,} more" + ("" if out else ": --out FILE.csv writes them all"))
    if out:
        _write(again, out)


def _held(lines: pd.DataFrame, version: str) -> list[str]:
    """What a history holds, in sentences."""
    keys = lines.duplicated(["order_id", "line_no"])
    days = lines["order_date"]
    recordings = lines.groupby("batch")["recorded_on"].first()
    return [
        f"history {version}: {int((~keys).sum()):,} lines, {int(keys.sum()):,} later versions",
        f"orders of {days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}",
        f"{len(recordings):,} recordings, the last for {recordings.iloc[-1]:%Y-%m-%d}",
    ]


def _write(again: pd.DataFrame, out: Path) -> None:
    from scoring.result import check_place, write

    check_place(out)
    write(again[["order_id", "line_no", "order_date", "touched_by"]], out, as_of=date.today())
    typer.echo(f"lines to score again: {out}", err=True)


def recorded(home: Path, lines: Callable[[], Iterable[pd.DataFrame]], day: date) -> str:
    """Adds scored lines, some at a time and asked for twice, to the history and says what became of them."""
    from features.past.store import record_parts

    done = record_parts(home, lines, day)
    changed = f" ({done.changed:,} of them changed lines)" if done.changed else ""
    out = f", {done.left_out:,} without a key or date of their own left out" if done.left_out else ""
    return f"history: {done.added:,} lines added{changed}, {done.already:,} were there{out}"


def in_file_order(parts: Iterable[pd.DataFrame], size: int) -> Iterator[pd.DataFrame]:
    """The lines of the parts of a long book in the order of the file: those that come too early wait for their turn.

    Part k holds the orders that begin in the k-th `size` records (`LongBook`).
    """
    import pandas as pd

    waiting: list[pd.DataFrame] = []
    for number, lines in enumerate(parts, start=1):
        whole = pd.concat([*waiting, lines]).sort_index() if waiting else lines
        due = whole.index < number * size
        yield whole[due]
        waiting = [] if due.all() else [whole[~due]]
    yield from waiting


def on_one_day(found: pd.DataFrame) -> list[str]:
    """A warning of orders of one customer on one day (`past.same_day`), of which the past of a line holds none."""
    largest = found.head(SHOWN_DAYS)
    said = [
        f"  {day:%Y-%m-%d}: {_named(orders)}: {tpp:,.0f} TPP together"
        for day, orders, tpp in zip(largest["order_date"], largest["orders"], largest["tpp"], strict=True)
    ]
    if not said:
        return []
    return [f"{len(found):,} times one customer placed several orders on one day; the largest:", *said]


def _named(orders: str) -> str:
    """The orders of one day: "orders A-1, A-2 and 3 more"."""
    ids = orders.split(";")
    more = f" and {len(ids) - SHOWN_ORDERS:,} more" if len(ids) > SHOWN_ORDERS else ""
    return f"orders {', '.join(ids[:SHOWN_ORDERS])}{more}"
