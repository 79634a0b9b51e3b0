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
FLAGS_A_STEP = 16
"""Three states of 16 flags (3**16) times a billion distinct rows still fit 64 bits."""


@cache
def measured() -> tuple[tuple[Feature, RedFlag], ...]:
    """The flag features with the red flag that each measures, in the order of the matrix."""
    return tuple((each, red_flags()[each.flag]) for each in FEATURES if each.kind == "flag")


@dataclass(frozen=True)
class Patterns:
    """The distinct combinations of flag states, class and leg in a matrix: texts are made once for each.

    `codes` is the place of each row's combination; `rows` holds one entry a combination: (states, applies), each
    an array over `measured()`; a state is 0 no, 1 yes, -1 not evaluated.
    """

    codes: npt.NDArray[np.intp]
    rows: tuple[tuple[States, Bools], ...]


def patterns(matrix: pd.DataFrame, classes: pd.Series, legs: pd.Series) -> Patterns:
    """The patterns of a matrix; `classes` and `legs` decide which flags apply to a line."""
    states: States = np.column_stack(
        [matrix[each.name].astype("boolean").to_numpy(dtype=np.int8, na_value=-1) for each, _ in measured()]
    )
    kinds, named = pd.factorize(classes + "|" + legs)
    codes, keys = pd.factorize(combined(states, kinds))
    first = np.zeros(len(keys), dtype=np.intp)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    applying = {kind: _applies(*kind.split("|")) for kind in named}
    rows = tuple((states[at], applying[named[kinds[at]]]) for at in first)
    return Patterns(codes, rows)


def combined(states: States, kinds: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
    """One number a row, equal where kind and every state are; numbered anew every few flags, so that none overflows."""
    key = kinds.astype(np.int64)
    for begin in range(0, states.shape[1], FLAGS_A_STEP):
        digits = states[:, begin : begin + FLAGS_A_STEP].astype(np.int64) + 1
        key, _ = pd.factorize(key * 3 ** digits.shape[1] + digits @ 3 ** np.arange(digits.shape[1]))
    return key


def _applies(chip_class: str, leg: str) -> Bools:
    return np.array([chip_class in flag.classes and leg in flag.legs for _, flag in measured()])


def seen(found: Patterns, index: pd.Index) -> pd.Series:
    """Keys of the flags that are a yes, heaviest first, "; "-separated; empty text where none is."""
    return _texts(found, index, [states == 1 for states, _ in found.rows], [flag.key for _, flag in measured()])


def not_evaluated(found: Patterns, index: pd.Index) -> pd.Series:
    """Keys of the flags that apply and could not be evaluated, heaviest first, each with the fields it reads."""
    told = [f"{flag.key} ({', '.join(each.fields)})" for each, flag in measured()]
    return _texts(found, index, [(states == -1) & applies for states, applies in found.rows], told)


def completeness(found: Patterns, index: pd.Index) -> pd.Series:
    """Share (0–1) of the weight of the flags that apply to the line which could be evaluated; 1 where none applies.

    Weight is the flag's declared log-odds. Flags that no feature measures are not counted: the catalogue lists them.
    """
    weight = np.array([flag.log_odds for _, flag in measured()])
    shares = [_share(weight, states, applies) for states, applies in found.rows]
    return pd.Series(np.array(shares, dtype=np.float64)[found.codes], index=index)


def _share(weight: npt.NDArray[np.float64], states: States, applies: Bools) -> float:
    whole = float(weight[applies].sum())
    return float(weight[applies & (states >= 0)].sum()) / whole if whole > 0 else 1.0


@cache
def _by_weight() -> tuple[int, ...]:
    return tuple(sorted(range(len(measured())), key=lambda place: -measured()[place][1].log_odds))


def _texts(found: Patterns, index: pd.Index, chosen: list[Bools], told: list[str]) -> pd.Series:
    """For each row what is told of the flags chosen in its pattern, heaviest first; joined for all patterns at once."""
    heaviest = np.array(_by_weight(), dtype=np.intp)
    marks = np.reshape(chosen, (len(chosen), len(heaviest)))[:, heaviest]
    ends = np.append(0, np.cumsum(marks.sum(axis=1)))
    each = pa.array([told[place] for place in heaviest], pa.large_string()).take(pa.array(np.nonzero(marks)[1]))
    texts = pc.binary_join(pa.ListArray.from_arrays(pa.array(ends, pa.int32()), each), pa.scalar(SEPARATOR, each.type))
    return pd.Series(texts, dtype="str").take(found.codes).set_axis(index)
