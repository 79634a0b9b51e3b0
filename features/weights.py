"""What does not fit the weight: the count of chips, by orders of magnitude."""

from __future__ import annotations

import pandas as pd

from features.declare import feature, three_valued
from features.known import Known
from features.reference.tables import Tables

WEIGHT_FACTOR = 3.0  # the ranges are rules of thumb, net and packed: only an order of magnitude says anything


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="weight-mismatch",
    fields=("net_weight", "gross_weight", "quantity"),
    revision=1,
)
def weight_does_not_fit_the_count(lines: pd.DataFrame, known: Known) -> pd.Series:
    """A unit weighs under a third or over three times of what its form weighs; not evaluated without weight or chip.

    The weight of a whole shipment counts only where its order has one line. A return is not judged, nor are goods
    counted in kilograms.
    """
    order = lines["order_id"].fillna("")
    alone = lines["order_id"].isna() | (order.groupby(order).transform("size") == 1)
    weight = lines["net_weight"].fillna(lines["gross_weight"].where(alone))
    counted = lines["quantity"].where((lines["quantity"] > 0) & (lines["uom"] != "KG").fillna(True))
    unit = weight.where(weight > 0) / counted
    light, heavy = _range(lines, known.tables)
    far = (unit < light / WEIGHT_FACTOR) | (unit > heavy * WEIGHT_FACTOR)
    return three_valued(far, (unit.notna() & light.notna()) | (lines["chip_class"] == "neither"))


def _range(lines: pd.DataFrame, tables: Tables) -> tuple[pd.Series, pd.Series]:
    """Light and heavy end of one unit of each line, kg; missing for a form that the table does not hold."""
    light = pd.Series(float("nan"), index=lines.index)
    heavy = light.copy()
    for row in tables.frames["unit_weights"].to_dict("records"):
        holds = lines["per_unit"].between(float(row["chips_from"]), float(row["chips_to"]))
        form = (lines["unit"] == row["unit"]) & holds
        light, heavy = light.mask(form, float(row["kg_low"])), heavy.mask(form, float(row["kg_high"]))
    return light, heavy


FEATURES = (weight_does_not_fit_the_count,)
