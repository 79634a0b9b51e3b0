"""The orders of a scored file as a reviewer would take them: worst action first, then highest margin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from features.orders.book import Book
from features.red_flags import red_flags
from scoring.batch import Scored
from scoring.explain import REASONS, in_short
from scoring.flags import SEPARATOR

ACTIONS = ("stop", "licence", "review", "ask", "release")
"""From the most to the least pressing."""

REASONS_SHOWN = 3
SHOWN = 50  # orders on a page a person reads; the result file holds every line


@dataclass(frozen=True)
class Ranked:
    """One order: its most pressing line's action, gate, reasons and question; its highest score; its sums.

    `usd`, `chips` and `tpp` are missing (NaN) where no line states them.
    """

    order: str
    lines: int
    buyer: str
    destination: str
    action: str
    band: str
    score: float
    usd: float
    chips: float
    tpp: float
    gate: str
    authorisation: str
    gate_reason: str
    reasons: tuple[str, ...]
    ask: str


def order_of(book: Book, lines: pd.DataFrame) -> pd.Series:
    """The order each line belongs to; a line without order_id is an order of its own, named by its row."""
    row = "row " + book.rows.reindex(lines.index).astype("str")
    return lines["order_id"].fillna(row)


def by_urgency(book: Book, scored: Scored) -> pd.DataFrame:
    """One row an order, most pressing first: `at` its most pressing line, `top` its highest, action rank and sums."""
    lines = scored.lines
    found = pd.DataFrame(
        {
            "order": order_of(book, lines),
            "at": lines.index,
            "rank": scored.results.loc[lines.index, "action"].map(ACTIONS.index).astype("int64"),
            "margin": scored.margin,
            "usd": lines["usd"],
            "chips": lines["chips"],
            "tpp": lines["tpp_total"],
        },
        index=lines.index,
    ).sort_values(["rank", "margin"], ascending=[True, False], kind="stable")
    grouped = found.groupby("order", sort=False)
    first = grouped[["at", "rank"]].first()
    sums = grouped[["usd", "chips", "tpp"]].sum(min_count=1)
    highest = {"margin": grouped["margin"].max(), "top": grouped["margin"].idxmax()}
    whole = first.join(sums).assign(lines=grouped.size(), **highest).reset_index()
    return whole.sort_values(
        ["rank", "margin", "usd", "order"], ascending=[True, False, False, True], kind="stable", ignore_index=True
    )


def due(orders: pd.DataFrame, shown: int = SHOWN) -> tuple[pd.DataFrame, int]:
    """The first orders of `by_urgency` to work on, and how many more: all but those of which every line is released."""
    waiting = orders[orders["rank"] < ACTIONS.index("release")]
    return waiting.head(shown), max(len(waiting) - shown, 0)


def queue(book: Book, scored: Scored, shown: int = SHOWN) -> tuple[tuple[Ranked, ...], int]:
    """The first orders to work on, and how many more there are."""
    first, more = due(by_urgency(book, scored), shown)
    return tuple(_ranked(row, scored) for row in first.itertuples()), more


def _ranked(row: Any, scored: Scored) -> Ranked:
    line, result, top = scored.lines.loc[row.at], scored.results.loc[row.at], scored.results.loc[row.top]
    return Ranked(
        order=str(row.order),
        lines=int(row.lines),
        buyer=_text(line["buyer_name"]),
        destination=_text(line["destination_country"]),
        action=str(result["action"]),
        band=str(top["band"]),
        score=float(top["score"]),
        usd=float(row.usd),
        chips=float(row.chips),
        tpp=float(row.tpp),
        gate=str(result["gate"]),
        authorisation=str(result["authorisation"]),
        gate_reason=str(result["gate_reasons"]).split(" | ")[0],
        reasons=tuple(dict.fromkeys(_reasons(result)))[:REASONS_SHOWN],
        ask=_text(result["ask_1"]),
    )


def _reasons(result: pd.Series) -> Iterator[str]:
    """What raised the score where that was worked out; else the flags that were seen, heaviest first."""
    told = [result[f"reason_{place}"] for place in range(1, REASONS + 1)]
    if pd.notna(told[0]):
        yield from (in_short(str(each)) for each in told if pd.notna(each))
        return
    for key in filter(None, str(result["red_flags"]).split(SEPARATOR)):
        yield red_flags()[key].title


def _text(cell: object) -> str:
    return "" if pd.isna(cell) else str(cell)  # type: ignore[call-overload]  # a cell is a scalar
