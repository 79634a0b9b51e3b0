"""What a threshold costs: the share of names, and of orders with all their parties, that would alert."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.parties.screening.lists import Lists
from features.parties.screening.match import FLOOR, POSSIBLE, matches

THRESHOLDS = (*(round(float(each), 2) for each in np.arange(FLOOR, 1.001, 0.05)), POSSIBLE)


def alert_rates(names: pd.Series, lists: Lists, orders: pd.Series | None = None) -> pd.DataFrame:
    """For each threshold the alerts among names known to be clean: threshold, names, share, orders, share_of_orders.

    `orders` says to which order each name belongs; an order alerts when one of its names does.
    """
    kept = names.dropna()
    codes, distinct = pd.factorize(kept)
    best = matches(list(distinct), lists.names, lists.spelling).groupby("name")["score"].max()
    score = best.reindex(range(len(distinct))).fillna(0.0)
    of_order = None if orders is None else score.reindex(codes).groupby(orders.reindex(kept.index).to_numpy()).max()
    rows = []
    for threshold in sorted(set(THRESHOLDS)):
        alerts = int((score >= threshold).sum())
        row: dict[str, float] = {"threshold": threshold, "names": alerts, "share": alerts / max(len(score), 1)}
        if of_order is not None:
            alerted = int((of_order >= threshold).sum())
            row |= {"orders": alerted, "share_of_orders": alerted / max(len(of_order), 1)}
        rows.append(row)
    return pd.DataFrame(rows)
