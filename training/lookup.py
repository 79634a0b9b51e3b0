"""What needs no learning and a model must beat: remembering records seen before, and the single best rule."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd

from scoring.model import Floats
from training.intervals import Interval, Measure, bootstrap
from training.ranking import measure, ranking

SHRINK = 1.0
"""Reviews that the overall share counts as, beside those of a record: one repeat is believed by half."""


def remembered(seen: pd.Series, label: pd.Series, weight: pd.Series, asked: pd.Series) -> Floats:
    """The weighted share confirmed among equal records of training, shrunk to the share of all; unseen: that share.

    Records are given by their keys, one a row (`keys`).
    """
    rate = float(np.average(label, weights=weight))
    sums = pd.DataFrame({"hits": label * weight, "mass": weight}).groupby(seen.to_numpy()).sum()
    shares = (sums["hits"] + SHRINK * rate) / (sums["mass"] + SHRINK)
    return asked.map(shares).fillna(rate).to_numpy(dtype=np.float64)


def keys(table: pd.DataFrame) -> pd.Series:
    """One key a row, equal for rows whose every cell is equal; blank cells are equal to blank cells."""
    return cast(pd.Series, pd.util.hash_pandas_object(table, index=False))


def rows_of(levels: Floats) -> pd.Series:
    """One key a row of levels."""
    return keys(pd.DataFrame(levels))


def one_rule(levels: Floats, label: pd.Series) -> int:
    """The place of the column that alone ranks the training rows best, upwards (by average precision)."""
    found = [ranking(label, levels[:, place])["average_precision"] for place in range(levels.shape[1])]
    return int(np.argmax(found))


def compared(label: pd.Series, customer: pd.Series, first: Floats, second: Floats) -> dict[str, Interval]:
    """The average precision of two scores of the same rows (first, second) and the first's lead (gained).

    The lead is paired: both rank the same draws of customers, so its interval leaves out what is hard for both.
    """
    told = label.to_numpy(dtype=np.float64)
    return bootstrap(_paired(measure(told, first, {}, {}), measure(told, second, {}, {})), customer)


def _paired(one: Measure, other: Measure) -> Measure:
    """Both average precisions and their difference, under the same weights."""

    def figures(weights: Floats) -> dict[str, Floats]:
        first, second = (each(weights)["average_precision"] for each in (one, other))
        return {"first": first, "second": second, "gained": first - second}

    return figures
