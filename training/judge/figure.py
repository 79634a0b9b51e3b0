"""One figure of the judge, with where it was measured; page, plots and tracking read the same table of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from training.intervals import Interval


@dataclass(frozen=True)
class Figure:
    """A figure: the test bed, the world, the case in it (a typology, a quarter …), whose, which, and its interval."""

    bed: str
    world: str
    case: str
    contender: str
    metric: str
    value: float
    low: float
    high: float


def figures(bed: str, world: str, found: Mapping[str, Interval], case: str = "") -> Iterator[Figure]:
    """The figures named "contender/metric"."""
    for name, each in found.items():
        contender, metric = name.split("/")
        yield Figure(bed, world, case, contender, metric, each.value, each.low, each.high)


def exact(value: float) -> Interval:
    """A count or a share that is what it is: no interval."""
    return Interval(float(value), float("nan"), float("nan"))


def table(found: Iterable[Figure]) -> pd.DataFrame:
    """One row a figure, columns as `Figure`."""
    return pd.DataFrame([asdict(each) for each in found])


def cell(row: pd.Series) -> str:
    """A figure and its interval as text; blank where there is none."""
    value = row["value"]
    return ("" if np.isnan(value) else f"{value:.3f}" if abs(value) < 10 else f"{value:,.0f}") + ends(row)


def ends(row: pd.Series) -> str:
    """The interval as text, after a blank; nothing where there is none."""
    if np.isnan(row["low"]):
        return ""
    return (
        f" [{row['low']:.3f}, {row['high']:.3f}]"
        if abs(row["high"]) < 10
        else f" [{row['low']:,.0f}, {row['high']:,.0f}]"
    )
