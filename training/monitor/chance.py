"""How far a month may lie from the training lines by chance: a few customers with many lines always differ."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from training.monitor.reference import bins_of, psi_of_counts

DRAWS, SEED = 200, 0  # of the month's customers, with replacement
RARELY = 0.95  # of the draws lie below the limit
FEWEST_CUSTOMERS = 5
"""Customers of a month below which draws of them say nothing of others."""


def by_chance(binned: dict[str, Any], values: pd.Series, customer: pd.Series) -> float:
    """The stability index that 1 in 20 draws of the month's customers exceeds, each held against the month itself.

    A month of the same population lies about as far from training as such draws lie from it. `binned` is the stored
    input or score, whose bins are used; a line without a customer is a customer of its own.
    """
    places, bins = bins_of(binned, values)
    named = customer.astype("str").where(customer.notna(), "line " + pd.Series(values.index.astype(str), values.index))
    whose, names = pd.factorize(named)
    counts = np.zeros((len(names), bins))
    np.add.at(counts, (whose, places), 1)
    weights = np.random.default_rng(SEED).multinomial(len(names), np.full(len(names), 1 / len(names)), size=DRAWS)
    return float(np.quantile(psi_of_counts(counts.sum(axis=0), weights @ counts), RARELY))
