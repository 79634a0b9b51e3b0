"""What buyers were used to before a day, asked by the keys of their names: the rows of a buyer lie in one bucket."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.hashed import Keys, cells_as_keys
from features.links_seen import Ints, days_of
from features.links_successors import Bought, habits
from features.past.by_key import empty, met_on
from features.past.narrow import category, stacked

HABIT = ("buyer_name", "part")


def used(past: pd.DataFrame) -> pd.DataFrame:
    """The days on which buyers, by name, took a part."""
    return past[list(HABIT)].assign(order_date=met_on(past)).drop_duplicates()


def used_to(past: list[pd.DataFrame], asked: pd.DataFrame) -> pd.DataFrame:
    """`links_successors.habits` by rows of `used`; `asked` has the key of a buyer (`buyer`), part and order date."""
    rows = stacked([used(empty(0)), *past])
    buyer = _codes(cells_as_keys(rows["buyer_name"]), asked["buyer"].to_numpy())
    part = _codes(cells_as_keys(rows["part"]), cells_as_keys(category(asked["part"])))
    bought = Bought(buyer[0], part[0], days_of(rows["order_date"]))
    return habits(bought, buyer[1], days_of(asked["order_date"]), part[1]).set_axis(asked.index)


def _codes(one: Keys, other: Keys) -> tuple[Ints, Ints]:
    """The same code for the same key; -1 for none."""
    every = np.unique(np.append(one, other))
    return np.where(one > 0, np.searchsorted(every, one), -1), np.where(other > 0, np.searchsorted(every, other), -1)
