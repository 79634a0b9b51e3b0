"""Words, codes, price and weight of a public case's part."""

from collections.abc import Hashable
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from training.simulate.world import World

Cells: TypeAlias = dict[Hashable, Any]
OF_THE_PART = {"eccn": "eccn", "hs_code": "hs", "manufacturer": "manufacturer", "item_description": "description"}


def goods(here: World, rng: np.random.Generator, cells: Cells, given: Cells, donor: Cells) -> Cells:
    """The cells of the part, as often filled as in the honest order; an unknown part keeps only what is stated.

    Where a source states a value and no quantity, the value buys as many as it does at a usual price.
    """
    parts = here.parts.set_index("part")
    known = parts[parts.index == given["part_number"]].to_dict("records")
    part = known[0] if known else None
    for name, column in OF_THE_PART.items():
        if name in cells and name not in given and donor["part_number"] != given["part_number"]:
            cells[name] = "" if part is None else part[column]
    for name in (
        "chips_per_unit",
        "net_weight",
        "gross_weight",
        "uom",
        "unit_price",
        "line_value",
        "licence_exception",
    ):
        cells[name] = given.get(name, "")
    cells["currency"] = given.get("currency", "USD")
    quantity = float(cells.get("quantity", 1))
    if part is not None and not {"line_value", "quantity"} <= given.keys():
        price = float(part["low"] + (part["high"] - part["low"]) * rng.beta(2, 2))
        price = round(price, -1 if price > 1000 else 2)
    elif "line_value" not in given:
        return {name: value for name, value in cells.items() if value != ""}
    if "line_value" in given:
        if part is not None and "quantity" not in given:
            quantity = max(1.0, round(float(given["line_value"]) / price))
            cells["quantity"] = f"{quantity:.0f}"
        price = float(given["line_value"]) / quantity
    cells["unit_price"] = given.get("unit_price", f"{price:.2f}")
    cells["line_value"] = given.get("line_value", f"{price * quantity:.2f}")
    if part is not None:
        cells["uom"] = given.get("uom", {"rack": "RACK", "system": "SYS"}.get(part["form"], "EA"))
        chips = "chips_per_unit"
        cells[chips] = f"{part['chips']:.0f}" if not pd.isna(donor[chips]) and part["chips"] > 0 else ""
        kilos = part["kg"] * quantity * rng.uniform(0.95, 1.2)
        for weight, more in (("net_weight", 1.0), ("gross_weight", rng.uniform(1.04, 1.3))):
            cells[weight] = given.get(weight, "" if pd.isna(donor[weight]) else f"{kilos * more:.1f}")
    return {name: value for name, value in cells.items() if value != ""}
