"""What a queue of limited capacity would find: counted on orders, for the model and for what it has to beat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.model import Floats
from training.intervals import DRAWS, Interval, Measure, bootstrap, spread
from training.ranking import BUDGETS, METRICS, measure, ranking

BINS = 15  # of equal mass, for the calibration error
AMOUNTS = {"usd": "value", "tpp_total": "tpp"}
"""Amounts of a line, by the name they have in the metrics ("value_found_reviewing_1_percent")."""


@dataclass(frozen=True)
class HeldOut:
    """The lines of a test: order_id, customer, ordered_on, label, weight, and one column of scores a contender.

    Where they are known, usd and tpp_total of each line stand beside them. `probability` is the model's calibrated
    one, line by line.
    """

    lines: pd.DataFrame
    contenders: tuple[str, ...]
    probability: Floats


def evaluate(held_out: HeldOut, alerts: pd.Series, *, draws: int = DRAWS) -> dict[str, float]:
    """Every metric by "contender/name", its interval by "…_low" and "…_high" (95 %, whole customers drawn).

    `alerts` says of each order of the period, reviewed or not, if it is high. "random" is what a draw of orders would
    find. Calibration is the model's alone: the others give no probability.
    """
    found = ranked(of_orders(held_out), held_out.contenders, draws=draws)
    said = calibration(held_out.lines["label"], held_out.probability, held_out.lines["weight"])
    found |= bootstrap(said, held_out.lines["customer"], draws=draws)
    orders = held_out.lines.groupby("order_id")["label"].max()
    return spread(found) | {
        "model/alerts_per_1000_orders": 1000.0 * float(alerts.mean()) if len(alerts) else 0.0,
        "test/orders": float(len(orders)),
        "test/confirmed_orders": float(orders.sum()),
    }


def ranked(orders: pd.DataFrame, contenders: tuple[str, ...], *, draws: int = DRAWS) -> dict[str, Interval]:
    """Every figure of the contenders' rankings of orders (see `of_orders`) and of a random one: "contender/figure"."""
    return bootstrap(_ranked(orders, (*contenders, "random")), orders["customer"], draws=draws)


def by_quarter(held_out: HeldOut, *, draws: int = DRAWS) -> pd.DataFrame:
    """One row a quarter of order dates: orders, confirmed orders, and the model's figures in it with their intervals.

    A pooled figure hides a quarter in which the model stopped finding anything.
    """
    orders = of_orders(held_out)
    rows = {}
    for quarter, part in orders.groupby(orders["ordered_on"].dt.to_period("Q").astype(str), sort=True):
        told = spread(bootstrap(_ranked(part, ("model",)), part["customer"], draws=draws))
        rows[str(quarter)] = {"orders": float(len(part)), "confirmed_orders": float(part["label"].sum()), **told}
    return pd.DataFrame.from_dict(rows, orient="index")


def of_orders(held_out: HeldOut) -> pd.DataFrame:
    """One row an order: its highest label and scores, its summed amounts, its customer and first day; and random."""
    grouped = held_out.lines.groupby("order_id", sort=True)
    orders = grouped[["label", *held_out.contenders]].max().join(grouped[["customer", "ordered_on"]].first())
    stated = [name for name in AMOUNTS if name in held_out.lines]
    return orders.join(grouped[stated].sum()).assign(random=0.0)


def _ranked(orders: pd.DataFrame, names: tuple[str, ...]) -> Measure:
    """The figures of every contender's ranking under one draw of weights."""
    label = orders["label"].to_numpy(dtype=np.float64)
    stated = {word: orders[name].to_numpy(dtype=np.float64) for name, word in AMOUNTS.items() if name in orders}
    measures = {name: measure(label, orders[name].to_numpy(dtype=np.float64), stated) for name in names}
    return lambda weights: {
        f"{name}/{figure}": values for name, each in measures.items() for figure, values in each(weights).items()
    }


def alerting(high: pd.Series) -> Measure:
    """Alerts per 1,000 orders under any weights; `high` says of each order if it is one."""
    told = high.to_numpy(dtype=np.float64)
    return lambda weights: {"model/alerts_per_1000_orders": 1000.0 * (weights @ told) / weights.sum(axis=1)}


def calibration(label: pd.Series, probability: Floats, weight: pd.Series) -> Measure:
    """Brier score and calibration error of the model under any weights; bins stay those of the lines as they are."""
    told, mass = label.to_numpy(dtype=np.float64), weight.to_numpy(dtype=np.float64)
    inside = np.eye(BINS)[_bins(probability, mass)]

    def figures(weights: Floats) -> dict[str, Floats]:
        weighed = weights * mass
        whole = np.maximum(weighed.sum(axis=1), 1e-12)
        gaps = np.abs((weighed * (probability - told)) @ inside).sum(axis=1)
        brier = (weighed * (probability - told) ** 2).sum(axis=1)
        return {"model/brier": brier / whole, "model/calibration_error": gaps / whole}

    return figures


def calibration_table(label: pd.Series, probability: Floats, weight: pd.Series) -> pd.DataFrame:
    """Mean probability said and share confirmed in each of 15 bins of equal mass (columns said, confirmed, mass)."""
    mass = weight.to_numpy(dtype=np.float64)
    parts = pd.DataFrame({"mass": mass, "said": mass * probability, "confirmed": mass * label.to_numpy(np.float64)})
    sums = parts.groupby(_bins(probability, mass)).sum()
    return pd.DataFrame(
        {"said": sums["said"] / sums["mass"], "confirmed": sums["confirmed"] / sums["mass"], "mass": sums["mass"]}
    )


def calibration_error(label: pd.Series, probability: Floats, weight: pd.Series) -> float:
    """Mean gap between said and confirmed over the bins, weighted by their mass (ECE)."""
    found = calibration(label, probability, weight)(np.ones((1, len(label))))
    return float(found["model/calibration_error"][0])


def _bins(probability: Floats, mass: Floats) -> npt.NDArray[np.intp]:
    """The bin of each line, 0 the lowest: bins of equal mass."""
    order = np.argsort(probability, kind="stable")
    middle = (np.cumsum(mass[order]) - mass[order] / 2) / mass.sum()
    bins = np.empty(len(mass), dtype=np.intp)
    bins[order] = np.minimum((middle * BINS).astype(np.intp), BINS - 1)
    return bins


__all__ = [
    "BUDGETS",
    "METRICS",
    "HeldOut",
    "alerting",
    "by_quarter",
    "calibration_table",
    "evaluate",
    "of_orders",
    "ranked",
    "ranking",
]
