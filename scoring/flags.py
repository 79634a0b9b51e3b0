"""What each line's flags say: seen, not seen, not evaluated; and the share of their weight that could be evaluated."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.declare import Feature
from features.matrix import FEATURES
from features.red_flags import RedFlag, red_flags

Bools = npt.NDArray[np.bool_]
States = npt.NDArray[np.int8]
SEPARATOR = "; "


@cache
def measured() -> tuple[tuple[Feature, RedFlag], ...]:
    """The flag features with the red flag that each measures, in the order of the matrix."""
    return tuple((each, red_flags()[each.flag]) for each in FEATURES if each.kind == "flag")


@dataclass(frozen=True)
class Answers:
    """What the flags of each line say, and which of them apply to it.

    `states` are lines × `measured()`: 0 no, 1 yes, -1 not evaluated. `kinds` is the kind of each line (its class and
    leg) by its place in `applying`, which is kinds × `measured()`.
    """

    states: States
    kinds: npt.NDArray[np.intp]
    applying: Bools

    @property
    def apply(self) -> Bools:
        """Where a flag applies to the line; lines × `measured()`."""
        return self.applying[self.kinds]


def answers(matrix: pd.DataFrame, classes: pd.Series, legs: pd.Series) -> Answers:
    """The answers of a matrix; `classes` and `legs` decide which flags apply to a line."""
    states: States = np.column_stack(
        [matrix[each.name].astype("boolean").to_numpy(dtype=np.int8, na_value=-1) for each, _ in measured()]
    )
    (of_class, named), (of_leg, legs_named) = pd.factorize(classes), pd.factorize(legs)
    applying = [_applies(chip_class, leg) for chip_class in named for leg in legs_named]
    kinds = of_class * len(legs_named) + of_leg
    return Answers(states, kinds, np.array(applying, dtype=bool).reshape(-1, len(measured())))


def _applies(chip_class: str, leg: str) -> Bools:
    return np.array([chip_class in flag.classes and leg in flag.legs for _, flag in measured()])


def seen(found: Answers, index: pd.Index) -> pd.Series:
    """Keys of the flags that are a yes, heaviest first, "; "-separated; empty text where none is."""
    return _texts(found.states == 1, index, [flag.key for _, flag in measured()])


def not_evaluated(found: Answers, index: pd.Index) -> pd.Series:
    """Keys of the flags that apply and could not be evaluated, heaviest first, each with the fields it reads."""
    told = [f"{flag.key} ({', '.join(each.fields)})" for each, flag in measured()]
    return _texts((found.states == -1) & found.apply, index, told)


def completeness(found: Answers, index: pd.Index) -> pd.Series:
    """Share (0–1) of the weight of the flags that apply to the line which could be evaluated; 1 where none applies.

    Weight is the flag's declared log-odds. Flags that no feature measures are not counted: the catalogue lists them.
    """
    whole, evaluated = _weight(found.applying)[found.kinds], _weight(found.apply & (found.states >= 0))
    return pd.Series(np.divide(evaluated, whole, out=np.ones(len(index)), where=whole > 0), index=index)


def _weight(chosen: Bools) -> npt.NDArray[np.float64]:
    """The weight of the flags chosen in each row."""
    weight = np.array([flag.log_odds for _, flag in measured()])
    return np.array([weight[each].sum() for each in chosen], dtype=np.float64)


@cache
def _by_weight() -> tuple[int, ...]:
    return tuple(sorted(range(len(measured())), key=lambda place: -measured()[place][1].log_odds))


def _texts(chosen: Bools, index: pd.Index, told: list[str]) -> pd.Series:
    """What is told of the flags chosen on each line, heaviest first; joined for all lines at once."""
    heaviest = np.array(_by_weight(), dtype=np.intp)
    marks = chosen[:, heaviest]
    ends = np.append(0, np.cumsum(marks.sum(axis=1)))
    each = pa.array([told[place] for place in heaviest], pa.large_string()).take(pa.array(np.nonzero(marks)[1]))
    texts = pc.binary_join(pa.ListArray.from_arrays(pa.array(ends, pa.int32()), each), pa.scalar(SEPARATOR, each.type))
    return pd.Series(texts, dtype="str").set_axis(index)
