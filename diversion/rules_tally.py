"""What a trial does to an order book, summed: moves of action and gate, and the countries, customers and chips hit."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from diversion.rules_diff import Difference
from features.verdict import GATES
from scoring.ranked import ACTIONS

SHOWN = 15
"""Countries, customers or chips on terminal and page; the file holds every line."""

NOT_STATED = "not stated"


@dataclass(frozen=True)
class Sum:
    """Lines that change, under one heading; USD and TPP leave out lines without, and are NaN when none has any."""

    name: str
    orders: int
    lines: int
    harder: int
    easier: int
    usd: float
    tpp: float


@dataclass(frozen=True)
class Tally:
    """All sums of a difference: of the whole, by move, and by what the lines are."""

    whole: Sum
    lines: int
    orders: int
    moves: dict[str, tuple[Sum, ...]]
    by: dict[str, tuple[Sum, ...]]
    left_out: dict[str, int]
    without_usd: int
    without_tpp: int
    rescored: int


def tally(of: Difference) -> Tally:
    """The sums of a difference; a line is harder when its action is more pressing, or, where that stays, its gate."""
    lines = of.changed.assign(**{side: _pressing(of.changed, side) for side in ("before", "after")})
    keys = {"country": _names(of), "customer": lines["customer"], "chip": lines["chip"]}
    grouped = {name: _sums(lines, key.fillna(NOT_STATED)) for name, key in keys.items()}
    every = of.after.lines["order_id"]
    return Tally(
        whole=_sum("all", lines),
        lines=len(of.after.lines),
        orders=int(every.nunique() + every.isna().sum()),
        moves={name: _moves(lines, name) for name in ("action", "gate", "authorisation", "band")},
        by={name: sums[:SHOWN] for name, sums in grouped.items()},
        left_out={name: max(len(sums) - SHOWN, 0) for name, sums in grouped.items()},
        without_usd=int(lines["usd"].isna().sum()),
        without_tpp=int(lines["tpp"].isna().sum()),
        rescored=int((lines["score_before"] != lines["score_after"]).sum()),
    )


def _pressing(lines: pd.DataFrame, side: str) -> pd.Series:
    """How pressing a line is: its action first, then its gate."""
    action = lines[f"action_{side}"].map({name: len(ACTIONS) - at for at, name in enumerate(ACTIONS)})
    return action.astype("int64") * len(GATES) + lines[f"gate_{side}"].map(GATES.index).astype("int64")


def _names(of: Difference) -> pd.Series:
    """Countries as "Malaysia (MY)"."""
    table = of.after.known.tables.frames["countries"].drop_duplicates("iso2").set_index("iso2")["name"]
    codes = of.changed["country"]
    return codes.map(
        {code: f"{table[code]} ({code})" if code in table.index else code for code in codes.dropna().unique()}
    )


def _sums(lines: pd.DataFrame, key: pd.Series) -> tuple[Sum, ...]:
    """One sum a value, most orders first."""
    sums = [_sum(str(name), group) for name, group in lines.groupby(key, sort=True)]
    return tuple(sorted(sums, key=lambda each: (-each.orders, each.name)))


def _moves(lines: pd.DataFrame, name: str) -> tuple[Sum, ...]:
    """One sum for each pair of before and after that differs."""
    moved = lines[lines[f"{name}_before"] != lines[f"{name}_after"]]
    return _sums(moved, moved[f"{name}_before"] + " → " + moved[f"{name}_after"])


def _sum(name: str, lines: pd.DataFrame) -> Sum:
    return Sum(
        name,
        int(lines["order"].nunique()),
        len(lines),
        int((lines["after"] > lines["before"]).sum()),
        int((lines["after"] < lines["before"]).sum()),
        float(lines["usd"].sum(min_count=1)),
        float(lines["tpp"].sum(min_count=1)),
    )
