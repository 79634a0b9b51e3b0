"""One figure of the judge, with where it was measured; page, plots and tracking read the same table of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

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
