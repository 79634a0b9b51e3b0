"""What the papers of a line say of the goods: words, codes, brand, weight and money, with the clerk's mistakes."""

import numpy as np
import pandas as pd

from training.simulate.deals import happens
from training.simulate.draws import Numbers, Words, among, chance
from training.simulate.world import World

SHORT = {"system": "GPU SERVER", "card": "GPU CARD", "rack": "RACK SYSTEM", "small": "ACCESSORY"}
VAGUE = ("computer parts", "electronic components", "computer components", "IT equipment", "adapter modules")
OTHER_HEADINGS = ("847130", "847141", "847180", "850440", "853690", "854231", "851762")
OTHER_CLASSES = ("5A992.c", "EAR99", "4A994.b", "5A992.c", "3A991.p")
OTHER_BRANDS = ("", "", "OEM", "Harlow Pike", "Brennick", "Supermicro")
TAIL = {6: ("",), 8: ("00", "90", "50"), 10: ("0000", "9000", "5000", "0100")}
IN_OTHER_UNITS = (2.205, 1000.0)  # pounds, grams


def papers(
    world: World, rng: np.random.Generator, lines: pd.DataFrame, deals: pd.DataFrame, rates: pd.DataFrame
) -> pd.DataFrame:
    """Maker, words, classification and tariff code of each line; index of `lines`."""
    deal, size = lines["deal"].to_numpy(), len(lines)
    part = world.parts.iloc[lines["part"]]
    controlled = (part["class"] != "neither").to_numpy()
    vague, brief = happens(rng, rates, "vague_description")[deal], happens(rng, rates, "short_description")[deal]
    short = np.array([SHORT[form] for form in part["form"]], dtype=object)
    words = np.select([vague, brief], [among(rng, VAGUE, size), short], part["description"])
    wrong = {name: happens(rng, rates, name)[deal] for name in ("wrong_hs", "wrong_eccn", "wrong_brand")}
    heading = np.where(wrong["wrong_hs"], among(rng, OTHER_HEADINGS, size), part["hs"]).astype(object)
    cells = {
        "manufacturer": np.where(wrong["wrong_brand"], among(rng, OTHER_BRANDS, size), part["manufacturer"]),
        "item_description": words,
        "eccn": np.where(wrong["wrong_eccn"] & controlled, among(rng, OTHER_CLASSES, size), part["eccn"]),
        "hs_code": _codes(world, rng, heading, deals["seller"].to_numpy()[deal]),
    }
    return pd.DataFrame({name: np.asarray(cell, dtype=object) for name, cell in cells.items()}, index=lines.index)


def _codes(world: World, rng: np.random.Generator, headings: Words, sellers: Numbers) -> Words:
    """Tariff codes as long as the seller's system holds them."""
    digits = np.array(world.rates["sellers"]["digits"])[sellers]
    tails = [
        TAIL[int(long)][draw % len(TAIL[int(long)])]
        for long, draw in zip(digits, rng.integers(0, 60, len(digits)), strict=True)
    ]
    return np.asarray(headings + np.array(tails, dtype=object), dtype=object)


def weights(
    world: World, rng: np.random.Generator, lines: pd.DataFrame, rates: pd.DataFrame
) -> tuple[Numbers, Numbers]:
    """Net weight of each line and gross weight of its order, in kilograms but for slips of unit or count."""
    deal, size = lines["deal"].to_numpy(), len(lines)
    quantity = lines["quantity"].to_numpy()
    net = world.parts["kg"].to_numpy()[lines["part"]] * quantity * rng.uniform(0.95, 1.2, size)
    gross = np.bincount(deal, net, len(rates)) * rng.uniform(1.04, 1.3, len(rates))
    slip = happens(rng, rates, "wrong_weight")[deal]
    other = np.where(
        chance(rng, 0.5, size), 1 / np.maximum(quantity, 1), np.array(IN_OTHER_UNITS)[rng.integers(0, 2, size)]
    )
    return np.where(slip, net * other, net), np.where(chance(rng, 0.02, len(rates)), gross * 2.205, gross)[deal]


def currencies(world: World, rng: np.random.Generator, deals: pd.DataFrame, firms: pd.DataFrame) -> Words:
    """US dollars, the seller's own money, or the buyer's where a US seller writes in it."""
    told = world.rates["sellers"]
    seller = deals["seller"].to_numpy()
    own = np.array(told["currency"], dtype=object)[seller]
    buyer = firms["country"].to_numpy(dtype=object)[deals["firm"]]
    theirs = np.array([told["money_of"].get(country, "USD") for country in buyer], dtype=object)
    local = np.where(own == "USD", theirs, own)
    rate = np.array(told["local_currency"])[seller]
    rate = np.where((own == "USD") & (theirs != "USD"), 8 * rate, rate)
    return np.where(chance(rng, rate, len(deals)), local, "USD").astype(object)
