"""A cell left blank is no safer than what honest orders state: held anew on the rows of every training.

A feature declares the level that a missing number counts as, by the book it was written for. Where the honest rows of a
training state more than that, an honest answer would look riskier than none; so the level moves with them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from scoring.model import Input
from training.blocks import Matrix

SHARE = 0.75
"""Of the honest stated values, how many are no riskier than a blank: half by the rule, more because later months and
other customers state more (in twelve splits of two simulated books their median lay among the lowest 0.67 of them, but
for one count that grows with the past)."""


def no_safer(inputs: tuple[Input, ...], matrix: Matrix, label: pd.Series) -> tuple[Input, ...]:
    """The inputs with neutral levels no safer than declared, nor than SHARE of what rows not confirmed state."""
    honest = (label != 1).to_numpy()
    return tuple(replace(each, neutral=_level(each, matrix, honest)) for each in inputs)


def _level(each: Input, matrix: Matrix, honest: np.ndarray) -> float:
    """The neutral level of one input; a flag, and a number without a direction, keep theirs."""
    if each.kind == "flag" or each.risk == "unsigned":
        return each.neutral
    stated = matrix.column(each.name)[honest].astype("Float64").dropna().to_numpy(dtype=np.float64)
    if not len(stated):
        return each.neutral
    if each.risk == "rises":
        return max(each.neutral, float(np.quantile(stated, SHARE)))
    return min(each.neutral, float(np.quantile(stated, 1.0 - SHARE)))
