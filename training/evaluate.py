"""What a queue of limited capacity would find: counted on orders, for the model and for what it has to beat."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score

from scoring.model import Floats

BUDGETS = {"0_5": 0.005, "1": 0.01, "2": 0.02, "5": 0.05}
"""Shares of orders that a team could review, by their names in the metrics ("found_reviewing_2_percent")."""

BINS = 15  # of equal mass, for the calibration error
METRICS = (
    "average_precision",
    *(f"precision_reviewing_{name}_percent" for name in BUDGETS),
    *(f"found_reviewing_{name}_percent" for name in BUDGETS),
)


@dataclass(frozen=True)
class HeldOut:
    """The lines of a test: order_id, label, weight, and one column of scores a contender.

    `probability` is the model's calibrated one, line by line.
    """

    lines: pd.DataFrame
    contenders: tuple[str, ...]
    probability: Floats


def evaluate(held_out: HeldOut, alerts: pd.Series) -> dict[str, float]:
    """Every metric by "contender/name"; `alerts` says of each order of the period, reviewed or not, if it is high.

    "random" is what a draw of orders would find. Calibration is the model's alone: the others give no probability.
    """
    orders = held_out.lines.groupby("order_id", sort=True)[["label", *held_out.contenders]].max()
    found = {
        f"{name}/{metric}": value
        for name in held_out.contenders
        for metric, value in ranking(orders["label"], orders[name].to_numpy(dtype=np.float64)).items()
    }
    found |= {f"random/{name}": value for name, value in ranking(orders["label"], np.zeros(len(orders))).items()}
    label, weight = held_out.lines["label"], held_out.lines["weight"]
    found["model/brier"] = float(np.average((held_out.probability - label) ** 2, weights=weight))
    found["model/calibration_error"] = calibration_error(label, held_out.probability, weight)
    found["model/alerts_per_1000_orders"] = 1000.0 * float(alerts.mean()) if len(alerts) else 0.0
    found["test/orders"] = float(len(orders))
    found["test/confirmed_orders"] = float(orders["label"].sum())
    return found


def ranking(label: pd.Series, score: Floats) -> dict[str, float]:
    """Average precision, and precision and share found at each review budget, of orders ranked by score.

    Orders of equal score are taken in random order: the mean over all such orders is given, so a coarse score gains
    nothing by luck. A budget is at least one order.
    """
    found = {"average_precision": float(average_precision_score(label, score)) if label.any() else 0.0}
    for name, share in BUDGETS.items():
        reviewed = max(1, ceil(share * len(label)))
        hits = expected_hits(label, score, reviewed)
        found[f"precision_reviewing_{name}_percent"] = hits / reviewed
        found[f"found_reviewing_{name}_percent"] = hits / max(1, int(label.sum()))
    return found


def expected_hits(label: pd.Series, score: Floats, reviewed: int) -> float:
    """Confirmed orders among the `reviewed` highest, ties in random order."""
    last = np.sort(score)[::-1][min(reviewed, len(score)) - 1]
    above, level = score > last, score == last
    places = min(reviewed, len(score)) - above.sum()
    return float(label[above].sum() + places * label[level].mean())


def calibration_table(label: pd.Series, probability: Floats, weight: pd.Series) -> pd.DataFrame:
    """Mean probability said and share confirmed in each of 15 bins of equal mass (columns said, confirmed, mass)."""
    order = np.argsort(probability, kind="stable")
    mass = weight.to_numpy(dtype=np.float64)[order]
    middle = (np.cumsum(mass) - mass / 2) / mass.sum()
    bins = pd.Series(np.minimum((middle * BINS).astype(int), BINS - 1))
    sums = (
        pd.DataFrame(
            {
                "mass": mass,
                "said": mass * probability[order],
                "confirmed": mass * label.to_numpy(dtype=np.float64)[order],
            }
        )
        .groupby(bins.to_numpy())[["mass", "said", "confirmed"]]
        .sum()
    )
    return pd.DataFrame(
        {"said": sums["said"] / sums["mass"], "confirmed": sums["confirmed"] / sums["mass"], "mass": sums["mass"]}
    )


def calibration_error(label: pd.Series, probability: Floats, weight: pd.Series) -> float:
    """Mean gap between said and confirmed over the bins, weighted by their mass (ECE)."""
    table = calibration_table(label, probability, weight)
    return float(np.average((table["said"] - table["confirmed"]).abs(), weights=table["mass"]))
