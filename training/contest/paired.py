"""Two models on the same draws of customers: how far their difference could lie from what was measured."""

from __future__ import annotations

import numpy as np
import pandas as pd

from training.intervals import DRAWS, SEED, Interval, Measure, drawn

LEVEL = 0.90
"""Of every interval a gate looks at: the chance of a harmful change passing is then 1 in 20, on one side."""


def between(measure: Measure, customer: pd.Series, *, draws: int = DRAWS) -> dict[str, Interval]:
    """Every figure with the middle 90 % of its values over draws of whole customers."""
    parts: dict[str, list[np.ndarray]] = {}
    for weights in drawn(customer, draws, SEED):
        for name, values in measure(weights).items():
            parts.setdefault(name, []).append(values)
    return {name: _middle(np.concatenate(values)) for name, values in parts.items()}


def minus(other: Measure, one: Measure) -> Measure:
    """The first less the second, figure by figure, on the same weights."""

    def figures(weights: np.ndarray) -> dict[str, np.ndarray]:
        more, less = other(weights), one(weights)
        return {name: more[name] - less[name] for name in more}

    return figures


def half_width(found: Interval) -> float:
    """Half the interval: what a difference may be by chance."""
    return (found.high - found.low) / 2


def _middle(values: np.ndarray) -> Interval:
    others = values[1:][np.isfinite(values[1:])]
    low, high = np.quantile(others, ((1 - LEVEL) / 2, (1 + LEVEL) / 2)) if len(others) else (np.nan, np.nan)
    return Interval(float(values[0]), float(low), float(high))
