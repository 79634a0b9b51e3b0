"""One check of a model: what was measured, the bound it is held against, and whether it holds."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from training.intervals import Interval

Result = Literal["pass", "fail", "not evaluated"]


@dataclass(frozen=True)
class Check:
    """`figure` against `bound`; missing (NaN) where nothing could be measured. `says` tells a person what it means.

    "not evaluated" is neither pass nor fail: a person has to know of it before relying on the rest.
    """

    name: str
    figure: float
    bound: str
    result: Result
    says: str

    def told(self) -> dict[str, Any]:
        """The check as JSON can hold it: a missing figure is null."""
        return asdict(self) | {"figure": None if math.isnan(self.figure) else self.figure}


def unevaluated(name: str, bound: str, why: str) -> Check:
    """A check that could not be made, and why."""
    return Check(name, math.nan, bound, "not evaluated", why)


def held(name: str, figure: float, bound: str, holds: bool, says: str) -> Check:
    """A check that could be made."""
    return Check(name, float(figure), bound, "pass" if holds else "fail", says)


def within(name: str, found: Interval, low: float, high: float, says: str) -> Check:
    """Passes inside the bounds, fails where the whole interval lies outside; between the two nobody can tell yet.

    >>> within("ratio", Interval(1.4, 1.1, 1.9), 0.8, 1.25, "said over found").result
    'not evaluated'
    """
    bound, told = f"{low:g} to {high:g}", f"{says} (90 % interval {found.low:.3f} to {found.high:.3f})"
    if low <= found.value <= high:
        return Check(name, found.value, bound, "pass", told)
    if found.low > high or found.high < low:
        return Check(name, found.value, bound, "fail", told)
    return Check(name, found.value, bound, "not evaluated", f"{told}: outside, but too few cases to tell")


def failed(checks: Iterable[Check]) -> tuple[Check, ...]:
    """Those that do not hold."""
    return tuple(each for each in checks if each.result == "fail")


def open_ones(checks: Iterable[Check]) -> tuple[Check, ...]:
    """Those that were not evaluated."""
    return tuple(each for each in checks if each.result == "not evaluated")
