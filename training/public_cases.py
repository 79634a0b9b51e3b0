"""Where public cases would stand in the queue: each ranked among honest orders of the same class of item and months.

A case is encoded from what its sources state; the other cells are drawn from honest orders, anew in each draw, and
nothing is taken from what was visible only later (design: public cases). No model was fitted or tuned on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import cast

import numpy as np
import pandas as pd

from features.known import known_on
from features.matrix import build
from features.orders.book import from_frame
from scoring.model import Floats, Model, margins
from training.baseline import counted_flags, guidance_margin
from training.simulate import honest_cells
from training.simulate.filling import filled
from training.simulate.honest import Item

HONEST = 2000
"""Honest orders each case is ranked among."""

DRAWS = 20
HALF_YEARS = pd.offsets.DateOffset(months=6)
TOP = {"top_1_percent": 0.01, "top_5_percent": 0.05}
NORMAL_95 = 1.96  # standard errors on either side of a 95 % interval

Contender = Callable[[pd.DataFrame], Floats]


@dataclass(frozen=True)
class Window:
    """Six months of orders for one class of item: the first day, and the class."""

    item: Item
    start: pd.Timestamp

    @property
    def months(self) -> tuple[str, str]:
        """First and last month, as the simulator takes them."""
        last = self.start + pd.offsets.DateOffset(months=5)
        return self.start.strftime("%Y-%m"), last.strftime("%Y-%m")


def contenders(model: Model) -> dict[str, Contender]:
    """What ranks: the model, its guidance without trees, and the plain count of flags."""
    return {
        "model": lambda matrix: margins(model, matrix, threads=1),
        "guidance": lambda matrix: guidance_margin(model.inputs, matrix),
        "counted_flags": counted_flags,
    }


def ranks(
    cases: pd.DataFrame,
    masters: pd.DataFrame,
    model: Model,
    *,
    as_of: date,
    first: str,
    last: str,
    draws: int = DRAWS,
    honest: int = HONEST,
    seed: int = 1,
) -> pd.DataFrame:
    """One row a case (its order): case_id, use, and of each contender the median rank over the draws.

    Rank 1 is the top; an order scores as its highest line, ties stand in the middle of their place. `cases` has the
    columns of an order file and order_id, case_id, use, item; `first` and `last` are the months the simulator knows.
    """
    told = cases.drop_duplicates("order_id").set_index("order_id")
    windows = {str(order): _window(row["item"], row["order_date"], first, last) for order, row in told.iterrows()}
    ranking = contenders(model)
    among = {window: _honest(window, honest, seed, ranking, as_of) for window in dict.fromkeys(windows.values())}
    drawn = [_scores(*filled(cases, masters, seed + draw), ranking, as_of) for draw in range(draws)]
    table = told[["case_id", "use", "item"]].copy()
    for name in ranking:
        places = [
            [
                _place(score, among[windows[str(order)]][name])
                for order, score in scores[name].reindex(told.index).items()
            ]
            for scores in drawn
        ]
        table[name] = np.median(np.array(places), axis=0)
    return table


def shares(table: pd.DataFrame, honest: int = HONEST) -> pd.DataFrame:
    """For each use of a case and each contender: how many cases stand in the top, with a Wilson interval of 95 %."""
    return pd.DataFrame(_shares(table, honest))


def _shares(table: pd.DataFrame, honest: int) -> Iterator[dict[str, object]]:
    for use, rows in table.groupby("use", sort=True):
        for name in ("model", "guidance", "counted_flags"):
            told: dict[str, object] = {"use": use, "contender": name, "cases": len(rows), "median": rows[name].median()}
            for label, share in TOP.items():
                hits = int((rows[name] <= share * honest).sum())
                low, high = wilson(hits, len(rows))
                told |= {label: hits / len(rows), f"{label}_low": low, f"{label}_high": high}
            yield told


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """The 95 % interval of a share (E. B. Wilson, 1927).

    >>> [round(end, 3) for end in wilson(3, 10)]
    [0.108, 0.603]
    """
    share, square = hits / trials, NORMAL_95**2
    middle = (share + square / (2 * trials)) / (1 + square / trials)
    half = NORMAL_95 / (1 + square / trials) * sqrt(share * (1 - share) / trials + square / (4 * trials**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def _window(item: str, day: str, first: str, last: str) -> Window:
    """The half-year of the simulated world in which, or nearest to which, the day lies."""
    begin, end = pd.Timestamp(first), pd.Timestamp(last)
    steps = max(0, (pd.Timestamp(day).year - begin.year) * 12 + pd.Timestamp(day).month - begin.month) // 6
    most = ((end.year - begin.year) * 12 + end.month - begin.month - 5) // 6
    return Window(cast(Item, item), begin + HALF_YEARS * min(steps, most))


def _honest(window: Window, count: int, seed: int, ranking: dict[str, Contender], as_of: date) -> dict[str, Floats]:
    orders, customers = honest_cells(count, seed, window.item, window.months)
    scores = _scores(orders, customers, ranking, as_of)
    return {name: np.sort(scores[name].to_numpy(dtype=np.float64)) for name in ranking}


def _scores(orders: pd.DataFrame, customers: pd.DataFrame, ranking: dict[str, Contender], as_of: date) -> pd.DataFrame:
    """Each order's highest score by each contender, index order_id."""
    lines = from_frame(orders.astype("str").replace("nan", "")).lines
    master = from_frame(customers.astype("str").replace("nan", ""), "customers").lines
    matrix = build(lines, known_on(as_of, master, backtest=True))
    scored = pd.DataFrame({name: rank(matrix) for name, rank in ranking.items()}, index=lines.index)
    return scored.groupby(lines["order_id"]).max()


def _place(score: float, honest: Floats) -> float:
    """The place of a score among the honest ones, 1 at the top; equals stand in the middle."""
    above = len(honest) - np.searchsorted(honest, score, side="right")
    level = np.searchsorted(honest, score, side="right") - np.searchsorted(honest, score, side="left")
    return float(1 + above + level / 2)
