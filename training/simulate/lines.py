"""An order holds one main line and companions: cables, cards, drives; rings repeat a part as anybody does."""

import numpy as np
import pandas as pd

from training.simulate.draws import Numbers, Places, Truths, Words, around, chance
from training.simulate.world import World

MAIN_SIZE = {"system": 1.0, "card": 6.0, "rack": 0.12, "small": 10.0}  # assumption: units for one eight-chip system
MONTH = pd.Timedelta(days=31)


def lines(world: World, rng: np.random.Generator, deals: pd.DataFrame, firms: pd.DataFrame) -> pd.DataFrame:
    """One row a line: `deal` (position), `number`, `part` (position in the parts), quantity and price factor free."""
    count = 1 + np.minimum(rng.poisson(world.rates["book"]["lines_per_order"] - 1, len(deals)), 7)
    deal = np.repeat(np.arange(len(deals)), count)
    number = np.arange(len(deal)) - np.repeat(np.cumsum(count) - count, count) + 1
    main = number == 1
    like_main = main | chance(rng, 0.60, len(deal))  # assumption: a second line of the same class
    item = np.where(like_main, deals["item"].to_numpy()[deal], "neither")
    taste = firms["taste"].to_numpy()[deals["firm"].to_numpy()[deal]]
    usual = np.where(chance(rng, world.rates["book"]["reorder"], len(deal)), taste, rng.random(len(deal)))
    part = _parts(world, usual, item, pd.DatetimeIndex(deals["date"].to_numpy()[deal]))
    frame = pd.DataFrame({"deal": deal, "number": number, "part": part})
    return frame.assign(quantity=_quantities(world, rng, frame, deals, firms))


def _parts(world: World, usual: Numbers, item: Words, days: pd.DatetimeIndex) -> Places:
    """A part of each line's class that is sold on its day; `usual`, 0 to 1, is a place in the range of such parts."""
    month = days.to_period("M").to_timestamp()
    drawn = np.zeros(len(item), dtype=np.int64)
    parts = world.parts
    for first in month.unique():
        sold = (parts["sold_from"] <= first) & (parts["sold_to"].isna() | (parts["sold_to"] + MONTH >= first))
        for name in ("a", "b", "neither"):
            mine = (month == first) & (item == name)
            ours = np.flatnonzero(sold & (parts["class"] == name) & (parts["weight"] > 0))
            share = np.cumsum(parts["weight"].to_numpy()[ours])
            drawn[mine] = ours[np.searchsorted(share, usual[mine] * share[-1], side="right")]
    return drawn


def _quantities(
    world: World, rng: np.random.Generator, frame: pd.DataFrame, deals: pd.DataFrame, firms: pd.DataFrame
) -> Places:
    """Pieces a line: the buyer's usual number of systems, in units of the part's form."""
    deal, size = frame["deal"].to_numpy(), len(frame)
    form = world.parts["form"].to_numpy()[frame["part"]]
    median = firms["servers"].to_numpy()[deals["firm"].to_numpy()]
    ring = deals["ring"].to_numpy() >= 0
    wants = np.array([world.rates["rings"]["servers"].get(method, 0.0) for method in deals["method"]])
    median = np.where(ring, wants, median) * deals["part"].to_numpy()
    factor = np.array([MAIN_SIZE[word] for word in form])
    return np.maximum(1, np.round(around(rng, median[deal] * factor, 0.75, size))).astype(np.int64)


def cut(rows: pd.DataFrame, lines: int, rng: np.random.Generator, kept: "Truths | None" = None) -> pd.DataFrame:
    """Exactly `lines` lines: whole orders taken by lot, the last one shortened; first those that are to be kept."""
    orders = rng.permutation(rows["deal"].max() + 1)
    place = np.argsort(orders)[rows["deal"].to_numpy()]
    place = place if kept is None else np.where(kept, -1, place)
    ranked = rows.assign(place=place).sort_values(["place", "number"], kind="stable").head(lines)
    return ranked.drop(columns="place").sort_index()
