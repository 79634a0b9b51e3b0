"""How far a figure could lie from what was measured: each is taken again on customers drawn with replacement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scoring.model import Floats

DRAWS = 2000
SEED = 1
LEVEL = 0.95
AT_ONCE = 2_000_000  # cells of draws × rows held at a time: 16 MB

Measure = Callable[[Floats], Mapping[str, Floats]]
"""Takes weights (draws × rows) and gives each figure of every draw."""


@dataclass(frozen=True)
class Interval:
    """A figure as measured and the ends of its 95 % interval; missing ends where no draw could give it."""

    value: float
    low: float
    high: float


def bootstrap(measure: Measure, customer: pd.Series, *, draws: int = DRAWS, seed: int = SEED) -> dict[str, Interval]:
    """Every figure of the rows with a percentile interval over draws of whole customers (Efron, 1979).

    The same customers and seed give the same draws, so figures of two models on the same rows can be paired. Rows
    without a customer are drawn together: they may be one.
    """
    parts: dict[str, list[Floats]] = {}
    for weights in drawn(customer, draws, seed):
        for name, values in measure(weights).items():
            parts.setdefault(name, []).append(values)
    return {name: interval(np.concatenate(values)) for name, values in parts.items()}


def drawn(customer: pd.Series, draws: int, seed: int) -> Iterator[Floats]:
    """Weights of each row, some draws at a time: the very first draw is the rows as they are, once each."""
    codes, names = pd.factorize(customer.fillna("").astype(str), sort=True)
    rng = np.random.default_rng(seed)
    yield np.ones((1, len(codes)))
    step = max(1, AT_ONCE // max(1, len(codes)))
    for begin in range(0, draws if len(names) else 0, step):
        size = min(step, draws - begin)
        chosen = rng.integers(0, len(names), (size, len(names))) + len(names) * np.arange(size)[:, None]
        times = np.bincount(chosen.ravel(), minlength=size * len(names)).reshape(size, len(names))
        yield times.astype(np.float64)[:, codes]


def interval(values: Floats) -> Interval:
    """The first value, and the middle 95 % of the others that are numbers; no ends where the first is none."""
    others = values[1:][np.isfinite(values[1:]) & np.isfinite(values[0])]
    low, high = np.quantile(others, ((1 - LEVEL) / 2, (1 + LEVEL) / 2)) if len(others) else (np.nan, np.nan)
    return Interval(float(values[0]), float(low), float(high))


def spread(found: Mapping[str, Interval]) -> dict[str, float]:
    """Each figure under its name, and its ends under name_low and name_high where there are any."""
    told = {name: each.value for name, each in found.items()}
    for name, each in found.items():
        told |= {f"{name}_low": each.low, f"{name}_high": each.high} if np.isfinite(each.low) else {}
    return told
