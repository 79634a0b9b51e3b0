"""Orders in, one declared column a feature out; the same `build` serves training and scoring."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from features import (
    ai_training,
    carriage,
    classification,
    conduct,
    contact,
    destination_tier,
    end_user,
    history,
    history_changes,
    history_site,
    listed,
    mismatches,
    network,
    payment,
    prices,
    quantities,
    shells,
    site,
    standing,
    statements,
    transshipment,
    weights,
)
from features.declare import Feature, check
from features.history_facts import remembered
from features.known import Known
from features.lines import with_facts
from features.links_facts import linked

FEATURES: tuple[Feature, ...] = (
    *destination_tier.FEATURES,
    *transshipment.FEATURES,
    *carriage.FEATURES,
    *end_user.FEATURES,
    *standing.FEATURES,
    *contact.FEATURES,
    *conduct.FEATURES,
    *site.FEATURES,
    *ai_training.FEATURES,
    *payment.FEATURES,
    *listed.FEATURES,
    *mismatches.FEATURES,
    *prices.FEATURES,
    *weights.FEATURES,
    *quantities.FEATURES,
    *history.FEATURES,
    *history_site.FEATURES,
    *history_changes.FEATURES,
    *network.FEATURES,
    *classification.FEATURES,
    *statements.FEATURES,
    *shells.FEATURES,
)
"""Every feature, in the order of the model's columns; adding one means adding it to its module's tuple."""


BOOLEAN, FLOAT = pd.BooleanDtype(), np.dtype(np.float64)


def build(orders: pd.DataFrame, known: Known) -> pd.DataFrame:
    """The feature matrix of typed order lines: same index, one column a feature; `orders` is left as it was.

    Flags are "boolean" (missing = not evaluated), numbers float64 (missing stays missing).
    """
    return measure(with_facts(orders, known), known)


def measure(lines: pd.DataFrame, known: Known) -> pd.DataFrame:
    """The feature matrix of lines that already carry their facts (`lines.with_facts`)."""
    _checked()
    lines = linked(remembered(lines, known), known)
    return pd.DataFrame({each.name: _typed(each, each(lines, known)) for each in FEATURES}, index=lines.index)


def _typed(feature: Feature, values: pd.Series) -> pd.Series:
    kind = BOOLEAN if feature.kind == "flag" else FLOAT
    return values if values.dtype == kind else values.astype(kind)


@cache
def _checked() -> None:
    check(FEATURES)
