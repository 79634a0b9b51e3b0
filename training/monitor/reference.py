"""What a model saw in training, in bins: the mark against which later months are held. No value of an order is kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from scoring.model import Floats, Input, Model
from training.blocks import Matrix, margins_of, of_frame

BINS = 10  # of a number: tenths of its stated values; missing is a bin of its own
NOTICED = {"route": ("seller_country", "destination_country"), "part class": ("leg", "chip_class")}
"""What may turn up that training never saw, by the columns whose combination it is."""

LATER = 1 / 3  # of the training lines, by date: what was new in it to the lines before
DIGITS = 6  # of a share


def reference(model: Model, facts: pd.DataFrame, matrix: pd.DataFrame | Matrix) -> dict[str, Any]:
    """The entry `reference` of a model's facts, from its training lines; JSON, the same lines give the same bytes.

    `facts` are the lines with their parts' facts (`features.lines.with_facts`), the rows of the matrix.
    """
    blocks = matrix if isinstance(matrix, Matrix) else of_frame(matrix)
    score = pd.Series(margins_of(model, blocks))
    inputs = {each.name: _binned(each.kind, blocks.column(each.name)) for each in model.inputs}
    named = {name: combined(facts, name) for name in NOTICED}
    return {
        "lines": len(matrix),
        "inputs": inputs,
        "score": _binned("number", score),
        "seen": {name: sorted(each.dropna().unique()) for name, each in named.items()},
        "new": {name: _news(each, facts["order_date"]) for name, each in named.items()},
    }


def combined(facts: pd.DataFrame, name: str) -> pd.Series:
    """The combination of each line, such as "US > SG"; missing where a part of it is."""
    first, second = (facts[column].astype("str") for column in NOTICED[name])
    return first + " > " + second


def shares_of(binned: dict[str, Any], values: pd.Series) -> Floats:
    """Share of the values in each bin of a stored input."""
    return _shares(*bins_of(binned, values))


def bins_of(binned: dict[str, Any], values: pd.Series) -> tuple[np.ndarray, int]:
    """The bin of each value of a stored input, and how many bins there are."""
    if "edges" not in binned:
        return _states(values), 3
    return _places(binned["edges"], values), len(binned["edges"]) + 2


def psi(before: Floats, lines_before: int, after: Floats, lines: int) -> float:
    """Population stability index of two shares by bin: 0 the same, above 0.2 by custom a shift.

    Half a line is added to each bin, so that an empty one counts as rare and not as impossible.

    >>> psi(np.array([0.5, 0.5]), 1000, np.array([0.5, 0.5]), 1000)
    0.0
    """
    return float(psi_of_counts(before * lines_before, after * lines))


def psi_of_counts(before: Floats, after: Floats) -> Floats:
    """As `psi`, of lines by bin (last axis); `after` may hold several draws."""
    was, is_now = ((each + 0.5) / (each.sum(axis=-1, keepdims=True) + 0.5 * each.shape[-1]) for each in (before, after))
    found: Floats = np.sum((is_now - was) * np.log(is_now / was), axis=-1)
    return found


def unknown_share(reference: dict[str, Any], inputs: tuple[Input, ...]) -> float:
    """Mean share (0–1) of training lines on which a flag was not evaluated, over all flags."""
    return float(np.mean([reference["inputs"][each.name]["shares"][1] for each in inputs if each.kind == "flag"]))


def _binned(kind: str, values: pd.Series) -> dict[str, Any]:
    if kind == "flag":
        return {"shares": _rounded(_shares(_states(values), 3))}
    stated = values.astype("Float64").dropna().to_numpy(dtype=np.float64)
    inner = np.quantile(stated, np.arange(1, BINS) / BINS) if len(stated) else np.empty(0)
    edges = [float(each) for each in np.unique(inner)]
    return {"edges": edges, "shares": _rounded(_shares(_places(edges, values), len(edges) + 2))}


def _states(values: pd.Series) -> np.ndarray:
    """0 no, 1 not evaluated, 2 yes."""
    return values.astype("Float64").mul(2).fillna(1).to_numpy(dtype=np.int64)


def _places(edges: list[float], values: pd.Series) -> np.ndarray:
    """The bin of each number; the last is for those missing."""
    told = values.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isnan(told), len(edges) + 1, np.searchsorted(edges, np.nan_to_num(told), side="right"))


def _shares(places: np.ndarray, bins: int) -> Floats:
    counted: Floats = np.bincount(places, minlength=bins) / max(1, len(places))
    return counted


def _rounded(shares: Floats) -> list[float]:
    return [round(float(each), DIGITS) for each in shares]


def _news(named: pd.Series, dates: pd.Series) -> float:
    """Share of the last third of the dated lines whose combination does not occur in the lines before."""
    told = named[dates.loc[named.index].sort_values(kind="stable").dropna().index].dropna()
    cut = int(len(told) * (1 - LATER))
    return round(float((~told.iloc[cut:].isin(told.iloc[:cut].unique())).mean()), DIGITS) if cut else 0.0
