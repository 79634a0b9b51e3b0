"""Seventy-eight weeks of review with a kind of diversion that starts in week 40: what each way to fill the queue finds.

The simulated book plays the orders; a review finds the truth and is known four weeks later. The first six weeks are
reviewed whole. A queue that only takes its highest scores cannot see what it misses, so each way is also asked what
it believes of itself: the share diverted of all orders, and its own share found, estimated from what it drew by lot.

    python benchmarks/review_weeks.py --lines 60000
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from features.matrix import FEATURES
from scoring.model import margins
from training.baseline import guidance, guidance_margin
from training.fit import fit
from training.judge import World, simulated_world

WEEKS, WHOLE, NEW_FROM, DELAY, RETRAIN, LAST = 78, 6, 40, 4, 6, 13
BUDGET = 0.05  # of a week's orders
NEW = ("T6", "T7", "T9")  # operators, payers and successors: kinds whose signs are not those of fronts and routes
WAYS: Mapping[str, tuple[float, float, float, float]] = {  # by score, score x severity, least known segments, by lot
    "exploit only": (1.0, 0.0, 0.0, 0.0),
    "90 / 10 random": (0.9, 0.0, 0.0, 0.1),
    "80 / 10 coverage / 10 random": (0.8, 0.0, 0.1, 0.1),
    "40 score / 40 severity / 10 / 10": (0.4, 0.4, 0.1, 0.1),
}
INPUTS = guidance(FEATURES)


@dataclass
class Run:
    """What one way has reviewed so far: the week of each order's review, and which were drawn by lot."""

    reviewed: pd.Series
    by_lot: pd.Series
    found: list[dict[str, float]] = field(default_factory=list)


def main() -> None:
    """Prints one row a way, the mean over the draws."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--lines", type=int, default=60_000)
    asked.add_argument("--draws", type=int, default=2)
    told = asked.parse_args()
    rows = [
        {"way": way, **row}
        for draw in range(told.draws)
        for book in [simulated_world("home", told.lines, 11 + draw, date(2026, 11, 25))]
        for way, row in judged(book, draw)
    ]
    with pd.option_context("display.width", 250, "display.max_columns", 30):
        print(pd.DataFrame(rows).groupby("way", sort=False).mean().round(3).T.to_string())


def judged(book: World, seed: int) -> Iterator[tuple[str, dict[str, float]]]:
    """Each way with its figures, on the same orders."""
    orders = orders_of(book)
    for way, shares in WAYS.items():
        yield way, figures(orders, weeks(book, orders, shares, seed))


def orders_of(book: World) -> pd.DataFrame:
    """One row an order of the last 78 weeks: week, diverted, new kind, customer segment and severity.

    Orders that show a new kind are left out before the week in which it starts.
    """
    rows, facts = book.rows, book.facts
    shown = np.logical_or.reduce([book.shows(code).to_numpy() for code in NEW])
    first = rows["ordered_on"].max() - pd.Timedelta(weeks=WEEKS)
    segment = facts["chip_class"].astype(str) + facts["destination_country"].astype(str)
    lines = pd.DataFrame(
        {
            "order_id": rows["order_id"],
            "week": (rows["ordered_on"] - first).dt.days // 7,
            "diverted": book.diverted,
            "new": shown,
            "segment": segment + book.lines["delivery_place_type"].astype(str),
            "severity": np.log10(1.0 + facts["tpp_total"].fillna(0.0)),
        }
    )
    grouped = lines.groupby("order_id")
    orders = grouped[["week", "diverted", "new", "severity"]].max().join(grouped[["segment"]].first())
    kept = (orders["week"] >= 0) & (orders["week"] < WEEKS) & ~(orders["new"] & (orders["week"] < NEW_FROM))
    return orders[kept]


def weeks(book: World, orders: pd.DataFrame, shares: tuple[float, float, float, float], seed: int) -> Run:
    """Week after week: the model of what is known by then, the queue's choice, and its review."""
    rng = np.random.default_rng(seed)
    run = Run(pd.Series(-1, index=orders.index), pd.Series(False, index=orders.index))
    lines = book.rows[book.rows["order_id"].isin(orders.index)]
    score = pd.Series(guidance_margin(INPUTS, book.matrix.loc[lines.index]), index=lines.index)
    for week in range(WEEKS):
        if week >= WHOLE + DELAY and (week - WHOLE - DELAY) % RETRAIN == 0:
            score = taught(book, lines, orders, run, week, seed)
        mine = orders[orders["week"] == week]
        if week < WHOLE:
            run.reviewed[mine.index] = week
            continue
        best = score[lines.index[lines["order_id"].isin(mine.index)]]
        chances = best.groupby(lines["order_id"]).max().reindex(mine.index)
        chosen, lot = queue(mine, chances, shares, orders, run, week, rng)
        run.reviewed[chosen] = week
        run.by_lot[lot] = True
        run.found.append(believed(mine, chosen, lot, week))
    return run


def taught(book: World, lines: pd.DataFrame, orders: pd.DataFrame, run: Run, week: int, seed: int) -> pd.Series:
    """The score of every line by a model of the reviews known in this week."""
    known = orders.index[(run.reviewed >= 0) & (run.reviewed <= week - DELAY)]
    rows = lines[lines["order_id"].isin(known)]
    label = rows["order_id"].map(orders["diverted"]).astype(int)
    weight = 1.0 / rows.groupby("order_id")["order_id"].transform("size")
    model = fit(
        INPUTS, book.matrix.loc[rows.index], label, weight, rows["customer"], seed=seed, bag=1, fewest=1, trees=40
    )
    return pd.Series(margins(model, book.matrix.loc[lines.index], threads=1), index=lines.index)


def queue(
    mine: pd.DataFrame,
    chances: pd.Series,
    shares: tuple[float, float, float, float],
    orders: pd.DataFrame,
    run: Run,
    week: int,
    rng: np.random.Generator,
) -> tuple[pd.Index, pd.Index]:
    """The orders of a week that are reviewed, and those of them that were drawn by lot."""
    slots = max(4, round(BUDGET * len(mine)))
    part = rng.random()  # of a slot: a share of two slots and a half is two in one week and three in another
    lot, cover, severe = (int(share * slots + part) if share else 0 for share in (shares[3], shares[2], shares[1]))
    drawn = mine.index[rng.permutation(len(mine))[:lot]]
    recent = orders[(run.reviewed > week - LAST) & (run.reviewed >= 0)]["segment"].value_counts()
    rest = mine.drop(drawn)
    least = rest["segment"].map(recent).fillna(0) + rng.random(len(rest))
    covered = least.nsmallest(cover).index
    rest = rest.drop(covered)
    grave = (rest["severity"] / (1.0 + np.exp(-chances[rest.index]))).nlargest(severe).index
    best = chances[rest.index.difference(grave)].nlargest(slots - lot - cover - severe).index
    return drawn.union(covered).union(grave).union(best), drawn


def believed(mine: pd.DataFrame, chosen: pd.Index, lot: pd.Index, week: int) -> dict[str, float]:
    """What the week's reviews hold: orders, hits, and hits and size of the part drawn by lot; naively, all of it."""
    hits = mine["diverted"]
    return {
        "week": week,
        "orders": len(mine),
        "reviewed": len(chosen),
        "hits": hits[chosen].sum(),
        "lot": len(lot),
        "lot_hits": hits[lot].sum(),
    }


def figures(orders: pd.DataFrame, run: Run) -> dict[str, float]:
    """Share found of all diverted orders and of the new kind, and how far the queue's own estimates are off."""
    after = orders["week"] >= WHOLE
    true, seen, new = orders["diverted"] & after, (run.reviewed >= 0) & after, orders["new"]
    told, last = pd.DataFrame(run.found), orders["week"] >= WEEKS - LAST
    share = (
        told["lot_hits"].sum() / told["lot"].sum() if told["lot"].sum() else told["hits"].sum() / told["reviewed"].sum()
    )
    actual = float(orders.loc[after, "diverted"].mean())
    said_found = told["hits"].sum() / max(share * after.sum(), 1e-9)
    return {
        "hits": float((true & seen).sum()),
        "share found": float((true & seen).sum() / true.sum()),
        "new kind found": float((new & seen).sum() / new.sum()),
        "new kind found, first 13 weeks": _share(seen, new & (orders["week"] < NEW_FROM + LAST)),
        "new kind found, last 13 weeks": _share(seen, new & last),
        "precision, last 13 weeks": float(orders.loc[seen & last, "diverted"].mean()),
        "diverted share, true": actual,
        "diverted share, as the queue believes": float(share),
        "share found, as the queue believes": float(min(1.0, said_found)),
        "orders drawn by lot": float(told["lot"].sum()),
    }


def _share(seen: pd.Series, of: pd.Series) -> float:
    return float((seen & of).sum() / max(1, of.sum()))


if __name__ == "__main__":
    main()
