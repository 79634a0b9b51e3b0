"""Orders fall on working days; each year is busier than the last, and a rule date casts its rush ahead."""

from typing import TypeAlias

import numpy as np
import pandas as pd

from training.simulate.draws import Words
from training.simulate.world import World

Days: TypeAlias = "pd.Series[pd.Timestamp]"


def order_days(world: World, rng: np.random.Generator, first: Days, last: Days) -> pd.DatetimeIndex:
    """One working day between two days each; later years and the rush before a rule date are busier."""
    told = world.rates["book"]
    if first.empty:
        return pd.DatetimeIndex([])
    floor, ceiling = min(first.min(), world.start), max(last.max(), world.end)
    days = pd.date_range(floor, ceiling)
    weight = (1 + told["growth"]) ** ((days - world.start).days / 365.25) * (days.day_of_week < 5)
    for start, end in told["rushes"]:
        weight *= np.where((days >= pd.Timestamp(start)) & (days <= pd.Timestamp(end)), told["rush_factor"], 1.0)
    total = np.cumsum(weight)
    low = total[np.searchsorted(days, first.to_numpy())]
    high = total[np.searchsorted(days, last.to_numpy())]
    return pd.DatetimeIndex(days[np.searchsorted(total, low + rng.random(len(first)) * (high - low))])


def later(days: Days, day: "Days | pd.Timestamp") -> Days:
    """The later of two days each."""
    return days.where(days > day, day)


def earlier(days: Days, day: "Days | pd.Timestamp") -> Days:
    """The earlier of two days each."""
    return days.where(days < day, day)


def dates(days: Days) -> Words:
    """Dates as ISO text."""
    return np.asarray(days.dt.strftime("%Y-%m-%d"), dtype=object)
