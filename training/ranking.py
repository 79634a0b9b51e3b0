"""What the top of a ranking holds: precision and share found at each review budget, by orders, value and chips."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from scoring.model import Floats
from training.intervals import Measure

BUDGETS = {"0_5": 0.005, "1": 0.01, "2": 0.02, "5": 0.05}
"""Shares of orders that a team could review, by their names in the metrics ("found_reviewing_2_percent")."""

METRICS = (
    "average_precision",
    *(f"precision_reviewing_{name}_percent" for name in BUDGETS),
    *(f"found_reviewing_{name}_percent" for name in BUDGETS),
)


def ranking(label: pd.Series, score: Floats, *, budgets: Mapping[str, float] = BUDGETS) -> dict[str, float]:
    """Every figure of orders ranked by score, as measured; see `measure`."""
    found = measure(label.to_numpy(dtype=np.float64), score, {}, budgets)(np.ones((1, len(label))))
    return {name: float(values[0]) for name, values in found.items()}


def measure(
    label: Floats, score: Floats, amounts: Mapping[str, Floats], budgets: Mapping[str, float] = BUDGETS
) -> Measure:
    """Average precision, area under the ROC curve, and at each budget precision and share found, under any weights.

    Orders of equal score are taken in random order: the mean over all such orders is given, so a coarse score gains
    nothing by luck. A budget is at least one order. Each of the amounts (of an order: USD, TPP) adds the share of the
    confirmed orders' amount that is found; an amount not stated counts as none.
    """
    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))
    confirmed = label[order]
    shares = {name: np.nan_to_num(amount[order]) * confirmed for name, amount in amounts.items()}

    def figures(weights: Floats) -> dict[str, Floats]:
        weighed = weights[:, order]
        mass, hits = _summed(weighed, ends), _summed(weighed * confirmed, ends)
        found = {"average_precision": _average_precision(mass, hits), "auc": _auc(mass, hits)}
        for name, share in budgets.items():
            reviewed = np.maximum(1.0, np.ceil(share * mass[:, -1] - 1e-9))
            within = _reached(mass, hits, reviewed)
            found[f"precision_reviewing_{name}_percent"] = within / reviewed
            found[f"found_reviewing_{name}_percent"] = _share(within, hits[:, -1])
            for amount, of_order in shares.items():
                whole = _summed(weighed * of_order, ends)
                part = _reached(mass, whole, reviewed)
                found[f"{amount}_found_reviewing_{name}_percent"] = _share(part, whole[:, -1])
        return found

    return figures


def share_found(label: Floats, score: Floats, share: float) -> Callable[[Floats], Floats]:
    """The share of the labelled orders among the top `share` (0–1) of all, under any weights; as `measure` gives it.

    Only as much of the ranking is summed as some draw reviews: for draws without number of many labels.
    """
    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))

    def shares(weights: Floats) -> Floats:
        reviewed = np.maximum(1.0, np.ceil(share * weights.sum(axis=1) - 1e-9))
        size = int(np.ceil(2 * share * len(order)))
        while True:
            top = ends[: 1 + np.searchsorted(ends, size)]
            weighed = weights[:, order[: top[-1] + 1]]
            mass = _summed(weighed, top)
            if len(top) == len(ends) or (mass[:, -1] >= reviewed).all():
                break
            size *= 2
        hits = _summed(weighed * label[order[: top[-1] + 1]], top)
        return _share(_reached(mass, hits, reviewed), weights @ label)

    return shares


def _summed(values: Floats, ends: np.ndarray) -> Floats:
    """Sums from the top to the end of each level of score, draw by draw."""
    summed: Floats = np.cumsum(values, axis=1)[:, ends]
    return summed


def _reached(mass: Floats, total: Floats, reviewed: Floats) -> Floats:
    """What of the total lies within the reviewed mass; of the level that is cut, its even part."""
    level = np.minimum((mass < reviewed[:, None] - 1e-9).sum(axis=1), mass.shape[1] - 1)
    rows = np.arange(len(mass))
    above = np.where(level > 0, mass[rows, level - 1], 0.0)
    held = np.where(level > 0, total[rows, level - 1], 0.0)
    part = np.minimum(1.0, (reviewed - above) / np.maximum(mass[rows, level] - above, 1e-12))
    within: Floats = held + part * (total[rows, level] - held)
    return within


def _average_precision(mass: Floats, hits: Floats) -> Floats:
    """Precision at each level, weighed by what the level adds to the share found; 0 where nothing is confirmed."""
    gained = np.diff(hits, axis=1, prepend=0.0)
    return _share((gained * hits / np.maximum(mass, 1e-12)).sum(axis=1), hits[:, -1])


def _auc(mass: Floats, hits: Floats) -> Floats:
    """The chance that a confirmed order stands above one that is not; a half where there are not both."""
    misses = mass - hits
    below = np.diff(misses, axis=1, prepend=0.0)
    pairs = hits[:, -1] * misses[:, -1]
    won = (below * (hits - np.diff(hits, axis=1, prepend=0.0) / 2)).sum(axis=1)
    return np.where(pairs > 0, won / np.maximum(pairs, 1e-12), 0.5)


def _share(part: Floats, whole: Floats) -> Floats:
    return np.where(whole > 0, part / np.maximum(whole, 1e-12), 0.0)
