"""How much is ordered: performance, chips and dollars of the line and of its order."""

from __future__ import annotations

import pandas as pd

from features.declare import feature
from features.known import Known

TPP_OF_A_LINE = 250_000.0
TPP_OF_AN_ORDER = 1_000_000.0
USD_OF_AN_ORDER = 1_100_000.0
"""What a missing sum counts as: no safer than the median of honest stated values (simulated order book)."""


@feature(
    kind="number",
    unit="TPP",
    risk="rises",
    flag="large-order",
    fields=("quantity",),
    revision=2,
    neutral=TPP_OF_A_LINE,
)
def tpp_of_the_line(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Total processing performance the line adds; missing for a part that is not in the chip table."""
    return _added(lines, lines["tpp_total"])


@feature(
    kind="number",
    unit="chips",
    risk="rises",
    flag="many-chips",
    fields=("quantity", "chips_per_unit"),
    revision=2,
    neutral=25.0,
)
def chips_of_the_line(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Accelerators the line adds; missing for a part that is not in the chip table."""
    return _added(lines, lines["chips"])


@feature(
    kind="number",
    unit="TPP",
    risk="rises",
    flag="large-whole-order",
    fields=("quantity",),
    revision=2,
    neutral=TPP_OF_AN_ORDER,
)
def tpp_of_the_order(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Total processing performance of the order's lines; missing while that of one is, unless the rest is large."""
    return _of_the_order(lines, _added(lines, lines["tpp_total"]), TPP_OF_AN_ORDER)


@feature(
    kind="number",
    unit="USD",
    risk="rises",
    flag="costly-order",
    fields=("line_value", "unit_price", "quantity", "currency", "value_usd"),
    revision=2,
    neutral=USD_OF_AN_ORDER,
)
def usd_of_the_order(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Value of the order's lines; missing while that of one is, unless the rest is large."""
    return _of_the_order(lines, lines["usd"].clip(lower=0.0), USD_OF_AN_ORDER)


def _added(lines: pd.DataFrame, amount: pd.Series) -> pd.Series:
    """What a line adds: nothing for a return, nor for a part under no control that is no chip."""
    return amount.where(lines["chip"].notna() | (lines["chip_class"] != "neither"), 0.0).clip(lower=0.0)


def _of_the_order(lines: pd.DataFrame, amount: pd.Series, neutral: float) -> pd.Series:
    """Sum over the lines of the order, in whole units, so that the order of lines does not change it.

    What could be summed beside a missing line counts where it is above the neutral level: more can only be added.
    """
    alone = lines["order_id"].isna()
    order = lines["order_id"].fillna("")
    whole = amount.round()
    total = whole.groupby(order).transform("sum").where(~alone, whole)
    complete = whole.notna().groupby(order).transform("all").where(~alone, whole.notna())
    return total.where(complete | (total > neutral))


FEATURES = (tpp_of_the_line, chips_of_the_line, tpp_of_the_order, usd_of_the_order)
