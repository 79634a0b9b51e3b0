"""Champion and challenger side by side on the very same orders: what each finds, not only by how much they differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from scoring.model import Floats
from training.contest.bed import NAMES
from training.contest.finds import TOP
from training.evaluate import calibration_error
from training.ranking import ranking

Row = dict[str, Any]


def found(orders: pd.DataFrame, budget: float, of: str) -> Iterator[Row]:
    """Ranking, precision and share found at the budget (0–1) by each model, of the orders (`bed.orders`)."""
    told = {name: _ranked(orders["label"], orders[name], budget) for name in NAMES if name in orders}
    words = {
        "average_precision": "average precision",
        "precision_reviewing_capacity_percent": f"precision reviewing {budget:.1%}",
        "found_reviewing_capacity_percent": f"share found reviewing {budget:.1%}",
    }
    for key, what in words.items():
        yield {"on": of, "what": what} | {name: each[key] for name, each in told.items()}


def kinds(orders: pd.DataFrame, codes: pd.Series, budget: float, of: str) -> Iterator[Row]:
    """Orders of each typology, and look-alikes, that each model puts into the queue, as a share of them."""
    size = max(1, int(np.ceil(budget * len(orders))))
    queues = {name: orders.index.isin(orders[name].nlargest(size).index) for name in NAMES if name in orders}
    told = {code: (";" + codes + ";").str.contains(f";{code};", regex=False) for code in _all(codes)}
    groups = {f"{code} found": each for code, each in told.items()} | {
        "look-alikes in the queue": orders["look_alike"] == 1
    }
    for what, group in groups.items():
        count = int(group.sum())
        shares = {name: float(queue[group].mean()) if count else np.nan for name, queue in queues.items()}
        yield {"on": of, "what": f"{what} (of {count})"} | shares


def public(champion: pd.DataFrame, challenger: pd.DataFrame, honest: int) -> Iterator[Row]:
    """Public cases and lawful look-alikes in the top 5 % of the honest orders; tables as `public_cases.ranks`."""
    for use, what in (("positive", "diversions"), ("negative", "lawful look-alikes")):
        rows = challenger["use"].str.startswith(use)
        tops = {
            name: float((each.loc[rows, "model"] <= TOP * honest).mean())
            for name, each in zip(NAMES, (champion, challenger), strict=True)
        }
        yield {"on": "public cases", "what": f"{what} in the top {TOP:.0%} (of {int(rows.sum())})"} | tops


def said(label: pd.Series, probability: dict[str, Floats], weight: pd.Series, of: str) -> Iterator[Row]:
    """Probability said on average, and how far it lies from what was found."""
    confirmed = float(np.average(label, weights=weight)) if len(label) else np.nan
    means = {name: float(np.average(each, weights=weight)) for name, each in probability.items() if len(label)}
    yield {"on": of, "what": f"mean probability said (confirmed: {confirmed:.3f})"} | means
    errors = {name: calibration_error(label, each, weight) for name, each in probability.items() if len(label)}
    yield {"on": of, "what": "calibration error"} | errors


def _all(codes: pd.Series) -> list[str]:
    return sorted(set(codes[codes != ""].str.split(";").explode()))


def _ranked(label: pd.Series, score: pd.Series, budget: float) -> dict[str, float]:
    return ranking(label, score.to_numpy(dtype=np.float64), budgets={"capacity": budget})
