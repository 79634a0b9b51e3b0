"""What does not fit the price: the usual range of the chip, and the value of the line."""

from __future__ import annotations

import pandas as pd

from features.declare import feature, three_valued
from features.known import Known
from features.lines import DOLLARS

PRICE_FACTOR = 3.0  # the price ranges are coarse: only an order of magnitude says anything (regulation 5)

VALUE_FACTOR = 1.35  # freight, taxes and discounts move the value of a line less than this


def price_a_chip(lines: pd.DataFrame) -> pd.Series:
    """USD a chip: value of the line over its chips; without quantity the unit's price, where it is in dollars.

    Missing for a return, and for a line of no chip.
    """
    of_a_unit = lines["unit_price"].where(lines["currency"].str.upper().isin(DOLLARS) & lines["quantity"].isna())
    price = (lines["usd"] / lines["chips"]).fillna(of_a_unit / lines["per_unit"])
    return price.where(~(lines["chips"] <= 0))


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="undervalued",
    fields=("unit_price", "line_value", "currency", "value_usd"),
    revision=1,
)
def price_is_below_range(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The price a chip is under a third of its known range; not evaluated without price or range, nor for a return."""
    price, low = price_a_chip(lines), lines["price_low_usd"] / PRICE_FACTOR
    return three_valued(price < low, price.notna() & low.notna())


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="price-out-of-range",
    fields=("unit_price", "line_value", "currency", "value_usd"),
    revision=1,
)
def price_is_above_range(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The price a chip is over three times its known range; not evaluated without price or range, nor for a return."""
    price, high = price_a_chip(lines), lines["price_high_usd"] * PRICE_FACTOR
    return three_valued(price > high, price.notna() & high.notna())


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="value-mismatch",
    fields=("line_value", "unit_price", "quantity"),
    revision=1,
)
def value_does_not_follow_from_price(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The value of the line is far from price times quantity; not evaluated while one of the three is not stated."""
    computed, stated = lines["unit_price"] * lines["quantity"], lines["line_value"]
    ratio = stated / computed
    return three_valued(
        ~ratio.between(1.0 / VALUE_FACTOR, VALUE_FACTOR), stated.notna() & computed.notna() & (computed != 0)
    )


FEATURES = (price_is_below_range, price_is_above_range, value_does_not_follow_from_price)
