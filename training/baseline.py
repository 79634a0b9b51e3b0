"""What published guidance alone says of a line: the start of every model, and the mark it has to beat."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import exp, log

import pandas as pd

from features.declare import Feature
from features.red_flags import SINCE_NOT_EVALUATED, red_flags
from scoring.model import Floats, Input, filled, input_of, offset_parts


def guidance(features: tuple[Feature, ...]) -> tuple[Input, ...]:
    """The features as inputs with the offsets of their red flags (log-odds of no, not evaluated, yes).

    Features that measure the same flag share its weight equally: one fact told twice does not count twice. A number
    has no offset.
    """
    telling = Counter(each.flag for each in features if each.kind == "flag")
    return tuple(
        input_of(each, offsets(red_flags()[each.flag].log_odds / telling[each.flag]))
        if each.kind == "flag"
        else input_of(each)
        for each in features
    )


def offsets(log_odds: float) -> tuple[float, float, float]:
    """What no, not evaluated and yes add: not evaluated is the mean odds when a share of such flags were a yes.

    >>> [round(level, 3) for level in offsets(2.0)]
    [0.0, 0.494, 2.0]
    """
    return 0.0, log(1.0 + SINCE_NOT_EVALUATED * (exp(log_odds) - 1.0)), log_odds


def guidance_margin(inputs: tuple[Input, ...], matrix: pd.DataFrame) -> Floats:
    """The guidance's log-odds of each row, without an intercept: what to rank by before any outcome is known."""
    untaught = tuple(replace(each, line=()) for each in inputs)
    margin: Floats = offset_parts(untaught, filled(inputs, matrix)).sum(axis=1)
    return margin


def counted_flags(matrix: pd.DataFrame) -> Floats:
    """How many flags say yes on each row: the rule a checklist applies."""
    flags = matrix.select_dtypes("boolean")
    return flags.fillna(False).sum(axis=1).to_numpy(dtype="float64")
