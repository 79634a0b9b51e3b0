"""What the random audit says: the only orders from which prevalence, recall and calibration can be read.

Reviewers choose by suspicion; among what they chose a model looks better, and the world worse, than it is. An order
drawn by lot stands for 1 / propensity orders.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from scoring.model import Floats
from training.intervals import DRAWS, Measure, bootstrap, spread
from training.ranking import BUDGETS

FEWEST_CONFIRMED = 20
"""Confirmed diversions in the audit below which probabilities are calibrated on all reviewed lines instead."""

MEASURED = ("review", "audit")  # sources of what an order is; public cases and simulated orders are no sample of orders


def measured(rows: pd.DataFrame) -> pd.Series:
    """Which rows may test a model: decided, and reviewed or audited; where nothing real is decided, all decided."""
    decided = rows["label"].notna()
    real = decided & rows["source"].isin(MEASURED)
    return real if real.any() else decided


def calibrates(rows: pd.DataFrame) -> pd.Series:
    """Which rows a probability is fitted on: the audit once it holds enough confirmed diversions, else all measured."""
    drawn = measured(rows) & (rows["source"] == "audit")
    return drawn if (rows.loc[drawn, "label"] == 1).sum() >= FEWEST_CONFIRMED else measured(rows)


def audited(rows: pd.DataFrame, margin: Floats, probability: Floats, *, draws: int = DRAWS) -> dict[str, float]:
    """Prevalence, share found at each budget, and said against found, of the audited orders; with intervals.

    `rows` are all lines of a test period, as `Material.rows`; margin and probability are theirs. Budgets are shares of
    all orders of the period. Empty where no audited order is decided; no share found where none is confirmed.
    """
    lines = rows.assign(margin=margin, probability=probability)
    whole = lines.groupby("order_id")["margin"].max()
    drawn = lines[(lines["source"] == "audit") & lines["label"].notna()]
    if drawn.empty:
        return {}
    orders = drawn.groupby("order_id").agg(
        label=("label", "max"),
        propensity=("propensity", "first"),
        said=("probability", "max"),
        at=("customer", "first"),
    )
    limits = {name: float(whole.quantile(1 - share)) for name, share in BUDGETS.items()}
    figures = bootstrap(_audit(orders, whole.loc[orders.index], limits), orders["at"], draws=draws)
    counts = {"audit/orders": float(len(orders)), "audit/confirmed_orders": float(orders["label"].sum())}
    return counts | {name: value for name, value in spread(figures).items() if np.isfinite(value)}


def _audit(orders: pd.DataFrame, margin: pd.Series, limits: dict[str, float]) -> Measure:
    """The figures under any weights, each order standing for those that the draw passed over."""
    label, times = orders["label"].to_numpy(np.float64), 1.0 / orders["propensity"].to_numpy(np.float64)
    said = orders["said"].to_numpy(np.float64)
    caught = {name: (margin.to_numpy(np.float64) >= limit) * label for name, limit in limits.items()}

    def figures(weights: Floats) -> dict[str, Floats]:
        mass = weights * times
        all_of, hits = np.maximum(mass.sum(axis=1), 1e-12), mass @ label
        found = {"audit/prevalence": hits / all_of, "audit/mean_probability": mass @ said / all_of}
        for name, each in caught.items():
            share = np.divide(mass @ each, hits, out=np.full(len(hits), np.nan), where=hits > 0)
            found[f"audit/found_reviewing_{name}_percent"] = share
        return found

    return figures
