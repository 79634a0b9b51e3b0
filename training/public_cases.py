"""Where public cases would stand in the queue: each ranked among honest orders of the same class of item.

A case is encoded from what its sources state; the other cells are drawn from an honest book, anew in each draw, and
nothing is taken from what was visible only later (design: public cases). Past and links of cases and honest orders
come from that book too (`case_book`). No model was fitted or tuned on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from math import sqrt
from typing import Literal

import numpy as np
import pandas as pd

from scoring.model import Floats, Model, margins
from training.baseline import counted_flags, guidance_margin
from training.case_book import Measured, measured
from training.case_files import PROVEN
from training.simulate import SimulatedBook
from training.simulate.book import honest_book
from training.simulate.honest import Item, orders_of
from training.simulate.twins import copied, twin_id

HONEST = 2000
"""Honest orders each case is ranked among."""

DRAWS = 20
LINES, LEAST = 12, 6_000
"""Lines of the book for each honest order ranked among, and in all: three orders in eight hold a chip of class .a."""

CLASSES: tuple[Item, ...] = ("a", "b", "neither")
TOP = {"top_1_percent": 0.01, "top_5_percent": 0.05}
SIDES: tuple[Literal["right"], Literal["left"]] = ("right", "left")
NORMAL_95 = 1.96  # standard errors on either side of a 95 % interval

TOLD = ("case_id", "use", "item")
Contender = Callable[[pd.DataFrame], Floats]


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
    ranking: Model | Mapping[str, Contender],
    *,
    as_of: date,
    first: str,
    last: str,
    draws: int = DRAWS,
    honest: int = HONEST,
    seed: int = 1,
    twinned: bool = False,
) -> pd.DataFrame:
    """One row a case (its order): case_id, use, and of each contender the median rank over the draws.

    `ranking` are the contenders by name, or a model, with what it has to beat (`contenders`). `twinned` adds the
    orders of the benign twins, use "twin".

    Rank 1 is the top; a case's order scores as its highest line, ties stand in the middle of their place. `cases` has
    the columns of an order file and order_id, case_id, use, item; `first` and `last` are the months of the book.
    """
    window = pd.Timestamp(first), pd.Timestamp(last) + pd.offsets.MonthEnd(0)
    ranking = contenders(ranking) if isinstance(ranking, Model) else ranking
    size = max(LEAST, LINES * honest)
    told = cases.drop_duplicates("order_id").set_index("order_id")[[*TOLD]]
    told = pd.concat([told, _of_twins(cases)]) if twinned else told
    drawn: list[pd.DataFrame] = []
    for draw in range(seed, seed + draws):
        book = honest_book(size, draw, window)
        ours, theirs = measured(book, cases, masters, as_of=as_of, seed=draw, twinned=twinned)
        highest = _scores(theirs, ranking).groupby(theirs.lines["order_id"]).max()
        drawn.append(_places(told, highest, _among(book, _scores(ours, ranking), honest, draw), honest))
    medians = np.median(np.array([places.to_numpy() for places in drawn]), axis=0)
    return told.assign(**dict(zip(ranking, medians.T, strict=True)))


def _of_twins(cases: pd.DataFrame) -> pd.DataFrame:
    """TOLD of the orders of the twins of the proven cases, by order_id."""
    proven = cases[cases["use"].isin(PROVEN)]
    rows = [
        {"order_id": twin_id(order["order_id"].iloc[0], number), "use": "twin"}
        | {name: order[name].iloc[0] for name in ("case_id", "item")}
        for order, number in copied(proven)
    ]
    return pd.DataFrame(rows).set_index("order_id")[[*TOLD]]


def shares(table: pd.DataFrame, honest: int = HONEST) -> pd.DataFrame:
    """For each use of a case and each contender: how many cases stand in the top, with a Wilson interval of 95 %."""
    return pd.DataFrame(_shares(table, honest))


def _shares(table: pd.DataFrame, honest: int) -> Iterator[dict[str, object]]:
    names = [name for name in table.columns if name not in TOLD]
    for use, rows in table.groupby("use", sort=True):
        for name in names:
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


def _scores(side: Measured, ranking: Mapping[str, Contender]) -> pd.DataFrame:
    """Each line's score by each contender."""
    return pd.DataFrame({name: rank(side.matrix) for name, rank in ranking.items()}, index=side.lines.index)


def _among(book: SimulatedBook, scores: pd.DataFrame, honest: int, seed: int) -> dict[str, pd.DataFrame]:
    """Of each class the scores of so many honest orders drawn by lot (fewer where the book has fewer), a line each.

    A case tells one line of most of its orders, so an honest order stands with one too: its first of the class.
    """
    lines = {item: orders_of(book, item).index for item in CLASSES}
    return {
        item: scores.loc[mine.to_series().sample(min(honest, len(mine)), random_state=seed)]
        for item, mine in lines.items()
    }


def _places(told: pd.DataFrame, scores: pd.DataFrame, among: dict[str, pd.DataFrame], honest: int) -> pd.DataFrame:
    """The place of each case's order by each contender among the honest orders of its class, as if of so many."""
    places = {
        name: pd.concat(
            [
                _place(scores.loc[mine.index, name], among[str(item)][name], honest)
                for item, mine in told.groupby("item")
            ]
        )
        for name in scores.columns
    }
    return pd.DataFrame(places).loc[told.index]


def _place(scores: pd.Series, honest: pd.Series, of: int) -> pd.Series:
    """The place of each score among honest ones, 1 at the top; equals stand in the middle."""
    ordered = np.sort(honest.to_numpy())
    right, left = (np.searchsorted(ordered, scores.to_numpy(), side=side) for side in SIDES)
    return pd.Series(1 + (len(ordered) - right + (right - left) / 2) * of / len(ordered), index=scores.index)
