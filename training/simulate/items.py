"""Part, words, quantity, price and claimed authorisation of each line, as the clerk writes them.

`items` is longer than most: it lists the cells of a line.
"""

import numpy as np
import pandas as pd

from training.simulate.deals import happens
from training.simulate.draws import Truths, among
from training.simulate.world import World

SHORT = {"system": "GPU SERVER", "card": "GPU CARD", "rack": "RACK SYSTEM", "small": "ACCESSORY"}
VAGUE = ("computer parts", "electronic components", "computer components", "IT equipment", "adapter modules")


def items(
    world: World, rng: np.random.Generator, lines: pd.DataFrame, deals: pd.DataFrame, rates: pd.DataFrame
) -> pd.DataFrame:
    """The cells of each line: part, words, quantity, price, weight; index of `lines`."""
    deal, size = lines["deal"].to_numpy(), len(lines)
    part = world.parts.iloc[lines["part"]]
    style = np.where(
        happens(rng, rates, "vague_description"), 2, np.where(happens(rng, rates, "short_description"), 1, 0)
    )[deal]
    short = np.array([SHORT[form] for form in part["form"]], dtype=object)
    words = np.select([style == 1, style == 2], [short, among(rng, VAGUE, size)], part["description"]).astype(object)
    controlled = (part["class"] != "neither").to_numpy()
    dear = np.where(happens(rng, rates, "premium"), rng.uniform(1.1, 1.6, len(deals)), 1.0)
    cheap = np.where(happens(rng, rates, "bargain"), rng.uniform(0.4, 0.85, len(deals)), 1.0)
    low, high = part["low"].to_numpy(), part["high"].to_numpy()
    price = (low + (high - low) * rng.beta(2, 2, size)) * np.where(controlled, (dear * cheap)[deal], 1.0)
    price = np.where(price > 1000, price.round(-1), price.round(2))
    quantity = lines["quantity"].to_numpy()
    weight = part["kg"].to_numpy() * quantity * rng.uniform(0.95, 1.2, size)
    chips = part["chips"].map(lambda count: "" if np.isnan(count) else f"{count:.0f}")
    cells = {
        "line_no": lines["number"].astype(str),
        "part_number": part["part"],
        "manufacturer": part["manufacturer"],
        "item_description": words,
        "eccn": part["eccn"],
        "hs_code": part["hs"],
        "country_of_origin": among(rng, ("TW", "TW", "US", "MX", "MY"), size),
        "quantity": quantity.astype(str),
        "uom": np.where(part["form"] == "rack", "RACK", np.where(part["form"] == "system", "SYS", "EA")),
        "chips_per_unit": chips,
        "unit_price": pd.Series(price).map(lambda amount: f"{amount:.2f}"),
        "line_value": pd.Series(price * quantity).map(lambda amount: f"{amount:.2f}"),
        "currency": np.full(size, "USD", dtype=object),
        "net_weight": pd.Series(weight).map(lambda kilos: f"{kilos:.1f}"),
    }
    return pd.DataFrame({name: np.asarray(cell, dtype=object) for name, cell in cells.items()}, index=lines.index)


def licences(
    rng: np.random.Generator,
    lines: pd.DataFrame,
    deals: pd.DataFrame,
    firms: pd.DataFrame,
    controlled: Truths,
) -> pd.DataFrame:
    """The authorisation claimed: a licence where the buyer holds one, else "no licence required"; none at home."""
    deal = lines["deal"].to_numpy()
    number = firms["licence"].to_numpy(dtype=object)[deals["firm"].to_numpy()[deal]]
    held = controlled & (number != "") & deals["export"].to_numpy()[deal]
    return pd.DataFrame(
        {
            "licence_code": np.where(held, "C30", np.where(deals["export"].to_numpy()[deal], "C33", "")),
            "licence_number": np.where(held, number, ""),
        },
        index=lines.index,
    )
