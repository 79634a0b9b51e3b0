"""Part, words, quantity, price and claimed authorisation of each line, as the clerk writes them.

`items` is longer than most: it lists the cells of a line.
"""

import numpy as np
import pandas as pd

from training.simulate.deals import happens
from training.simulate.draws import Numbers, Places, Truths, among
from training.simulate.papers import currencies, papers, weights
from training.simulate.world import World

EXCEPTIONS = ("NAC", "TMP", "RPL", "GOV", "ENC")  # assumption: symbols that clerks write


def items(
    world: World,
    rng: np.random.Generator,
    lines: pd.DataFrame,
    deals: pd.DataFrame,
    rates: pd.DataFrame,
    firms: pd.DataFrame,
) -> tuple[pd.DataFrame, Numbers]:
    """The cells of each line (part, words, quantity, price, weight; index of `lines`), and its value in USD."""
    deal, size = lines["deal"].to_numpy(), len(lines)
    part = world.parts.iloc[lines["part"]]
    told = papers(world, rng, lines, deals, rates)
    price = _prices(rng, part, deal, rates)
    quantity = lines["quantity"].to_numpy()
    net, gross = weights(world, rng, lines, rates)
    money = currencies(world, rng, deals, firms)[deal]
    units = np.array([world.rates["sellers"]["rates"][name] for name in money], dtype=float)
    origin = among(rng, ("TW", "TW", "US", "MX", "MY"), size)
    cells = {
        "line_no": lines["number"].astype(str),
        "part_number": part["part"],
        **told,
        "country_of_origin": origin,
        "domestic_foreign": np.where(origin == "US", "D", "F"),
        "quantity": quantity.astype(str),
        "uom": np.where(part["form"] == "rack", "RACK", np.where(part["form"] == "system", "SYS", "EA")),
        "chips_per_unit": part["chips"].map(lambda count: "" if np.isnan(count) else f"{count:.0f}"),
        "unit_price": pd.Series(price * units).map(lambda amount: f"{amount:.2f}"),
        "line_value": pd.Series(price * units * quantity).map(lambda amount: f"{amount:.2f}"),
        "currency": money,
        "net_weight": pd.Series(net).map(lambda kilos: f"{kilos:.1f}"),
        "gross_weight": pd.Series(gross).map(lambda kilos: f"{kilos:.1f}"),
    }
    table = pd.DataFrame({name: np.asarray(cell, dtype=object) for name, cell in cells.items()}, index=lines.index)
    return table, np.asarray(price * quantity, dtype=float)


def _prices(rng: np.random.Generator, part: pd.DataFrame, deal: Places, rates: pd.DataFrame) -> Numbers:
    """USD for one unit: inside the part's range, but for scarce goods over list and used or understated ones."""
    dear = np.where(happens(rng, rates, "premium"), rng.uniform(1.1, 1.6, len(rates)), 1.0)
    cheap = np.where(happens(rng, rates, "bargain"), rng.uniform(0.4, 0.85, len(rates)), 1.0)
    low, high = part["low"].to_numpy(), part["high"].to_numpy()
    controlled = (part["class"] != "neither").to_numpy()
    price = (low + (high - low) * rng.beta(2, 2, len(part))) * np.where(controlled, (dear * cheap)[deal], 1.0)
    return np.asarray(np.where(price > 1000, price.round(-1), price.round(2)), dtype=float)


def licences(
    rng: np.random.Generator,
    lines: pd.DataFrame,
    deals: pd.DataFrame,
    rates: pd.DataFrame,
    firms: pd.DataFrame,
    controlled: Truths,
) -> pd.DataFrame:
    """The authorisation claimed: a licence where the buyer holds one, else "no licence required"; none at home."""
    deal = lines["deal"].to_numpy()
    number = firms["licence"].to_numpy(dtype=object)[deals["firm"].to_numpy()[deal]]
    export = deals["export"].to_numpy()[deal]
    held = controlled & (number != "") & export
    symbol = happens(rng, rates, "exception_claimed")[deal] & export & ~held
    return pd.DataFrame(
        {
            "licence_code": np.where(held, "C30", np.where(export & ~symbol, "C33", "")),
            "licence_number": np.where(held, number, ""),
            "licence_exception": np.where(symbol, among(rng, EXCEPTIONS, len(lines)), ""),
        },
        index=lines.index,
    )
