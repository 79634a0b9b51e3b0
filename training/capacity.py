"""Bands fitted to an order book: as many orders a week reach high or critical as the reviewers can work."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from scoring.model import BANDS, Floats
from training.bands import CAPACITY, reached_by

FEWEST_ORDERS = 100
"""Dated orders a fit needs: below, the orders that reach critical are one or two, and where it begins is chance."""

FEWEST_WEEKS = 4
"""Weeks with orders a fit needs: one busy week says nothing of the next (both are the founders' judgement)."""

Ends = tuple[float, float, float]


class CapacityRefused(Exception):
    """Bands cannot be fitted to these orders or this capacity; says why and what to do."""


@dataclass(frozen=True)
class Fitted:
    """Thresholds that fill the queue, and the orders, weeks and days they come from.

    `a_week` holds for each band of BANDS the orders a week under the old and the new thresholds; an order stands in the
    band of its highest line.
    """

    thresholds: Ends
    orders: int
    weeks: int
    first: str
    last: str
    left_out: int
    a_week: pd.DataFrame


def per_week(text: str) -> float:
    """Orders a week from "25/week", or "25"; raises CapacityRefused.

    >>> per_week("25/week")
    25.0
    """
    number, _, unit = text.partition("/")
    try:
        capacity = float(number)
    except ValueError:
        capacity = math.nan
    if unit.strip() not in ("", "week") or not (math.isfinite(capacity) and capacity > 0):
        raise CapacityRefused(
            f"--capacity '{text}': give the orders that can be reviewed in a week, a number above 0, such as 25/week"
        )
    return capacity


def fit(
    order_ids: pd.Series, order_dates: pd.Series, margin: Floats, capacity: float, before: Ends, as_of: date
) -> Fitted:
    """Bands whose high and critical orders fill `capacity` a week on average over the weeks that have orders.

    Critical and elevated keep their proportion to high (`training.bands.CAPACITY`). Orders without a date, or dated
    after `as_of`, are left out and counted. Raises CapacityRefused for too few orders or weeks, or a capacity that is
    the whole book.
    """
    orders = _orders(order_ids, order_dates, margin)
    dated = orders[orders["order_date"] <= pd.Timestamp(as_of)]
    weeks = dated["order_date"].dt.to_period("W").nunique()
    _refuse(len(dated), len(orders), weeks, capacity)
    shares = {name: capacity * weeks * share / CAPACITY["high"] for name, share in CAPACITY.items()}
    elevated, high, critical = (int(each) for each in shares.values())
    highest = dated["margin"].to_numpy(dtype=np.float64)
    thresholds = reached_by(highest, (elevated, high, critical))
    counts = {name: _a_week(highest, ends, weeks) for name, ends in (("before", before), ("fitted", thresholds))}
    days = dated["order_date"]
    first, last = (day.date().isoformat() for day in (days.min(), days.max()))
    return Fitted(
        thresholds, len(dated), weeks, first, last, len(orders) - len(dated), pd.DataFrame(counts, index=list(BANDS))
    )


def _orders(order_ids: pd.Series, order_dates: pd.Series, margin: Floats) -> pd.DataFrame:
    """Each order with its first date and its highest line's margin; a line without order_id is an order of its own."""
    names = order_ids.fillna("line " + pd.Series(order_ids.index.astype(str), index=order_ids.index))
    lines = pd.DataFrame({"order_date": order_dates, "margin": margin}, index=order_ids.index)
    return lines.groupby(names).agg({"order_date": "min", "margin": "max"})


def _refuse(dated: int, orders: int, weeks: int, capacity: float) -> None:
    if dated < FEWEST_ORDERS or weeks < FEWEST_WEEKS:
        raise CapacityRefused(
            f"{dated:,} of {orders:,} orders have a date that counts, in {weeks} weeks: a fit needs {FEWEST_ORDERS} "
            f"orders in {FEWEST_WEEKS} weeks; give a longer book, or keep the bands of the model"
        )
    if capacity >= dated / weeks:
        raise CapacityRefused(
            f"a capacity of {capacity:g} a week is the whole book ({dated / weeks:,.1f} orders a week): "
            "give a smaller one, or review every order"
        )


def _a_week(highest: Floats, ends: Ends, weeks: int) -> Floats:
    """Orders a week in each band."""
    places = np.searchsorted(ends, highest, side="right")
    counted: Floats = np.bincount(places, minlength=len(BANDS)) / weeks
    return counted
