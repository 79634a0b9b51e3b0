"""Who ranks orders: the model, and everything simpler that it has to beat, taught on the same rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from scoring.model import Floats, Input, Model, filled, margins
from training.baseline import counted_flags, guidance_margin
from training.fit import BAG, TrainingRefused, fit
from training.lookup import one_rule, remembered, rows_of

PLAIN = {
    "objective": "binary",
    "boost_from_average": False,
    "seed": 0,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
"""LightGBM as it comes, but for what makes it repeatable: 31 leaves, 0.1 a step, 20 rows a leaf."""

PLAIN_TREES = 100  # LightGBM's own default
Scorer = Callable[[pd.DataFrame], Floats]


@dataclass(frozen=True)
class Taught:
    """Decided rows to learn from, of one index."""

    matrix: pd.DataFrame
    label: pd.Series
    weight: pd.Series
    customer: pd.Series

    def of(self, kept: pd.Series) -> Taught:
        """The rows that are kept (a truth a row)."""
        return Taught(self.matrix[kept], self.label[kept], self.weight[kept], self.customer[kept])


Recipe = Callable[[tuple[Input, ...], Taught, int], Model]
Contender = Callable[[tuple[Input, ...], Taught, int], Scorer]


def product(inputs: tuple[Input, ...], taught: Taught, seed: int, *, bag: int = BAG) -> Model:
    """The product's own: a bag of monotone boosters on the guidance; raises TrainingRefused as `fit` does."""
    return fit(inputs, taught.matrix, taught.label, taught.weight, taught.customer, seed=seed, bag=bag)


def plain(inputs: tuple[Input, ...]) -> tuple[Input, ...]:
    """The same columns without guidance and without a direction."""
    return tuple(replace(each, risk="unsigned", offsets=(0.0, 0.0, 0.0)) for each in inputs)


def plain_lightgbm(inputs: tuple[Input, ...], taught: Taught, seed: int) -> Model:
    """One booster of LightGBM's own settings on all rows, without guidance or constraints."""
    parts = (taught.matrix, taught.label, taught.weight, taught.label.index.to_series().astype(str))
    return fit(plain(inputs), *parts, seed=seed, bag=1, fewest=1, trees=PLAIN_TREES, given=PLAIN)


def logistic_regression(inputs: tuple[Input, ...], taught: Taught, seed: int) -> Scorer:
    """A ridge logistic regression on the filled, scaled matrix; raises TrainingRefused where one class is taught."""
    if taught.label.nunique() < 2:
        raise TrainingRefused("one class only: confirmed diversions and false positives are needed to learn from")
    line = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000, random_state=seed))
    line.fit(filled(inputs, taught.matrix), taught.label, logisticregression__sample_weight=taught.weight)
    return lambda matrix: np.asarray(line.decision_function(filled(inputs, matrix)), dtype=np.float64)


def record_look_up(inputs: tuple[Input, ...], taught: Taught, seed: int) -> Scorer:
    """The share confirmed among taught rows with the very same levels."""
    seen = rows_of(filled(inputs, taught.matrix))
    return lambda matrix: remembered(seen, taught.label, taught.weight, rows_of(filled(inputs, matrix)))


def best_rule(inputs: tuple[Input, ...], taught: Taught, seed: int) -> Scorer:
    """The one column that ranks the taught rows best."""
    place = one_rule(filled(inputs, taught.matrix), taught.label)
    return lambda matrix: np.asarray(filled(inputs, matrix)[:, place], dtype=np.float64)


def _by_guidance(inputs: tuple[Input, ...], taught: Taught, seed: int) -> Scorer:
    return lambda matrix: guidance_margin(inputs, matrix)


def _by_count(inputs: tuple[Input, ...], taught: Taught, seed: int) -> Scorer:
    return counted_flags


def of_recipe(recipe: Recipe) -> Contender:
    """A recipe for a model as a contender: ranks by the model's margin."""

    def contender(inputs: tuple[Input, ...], taught: Taught, seed: int) -> Scorer:
        model = recipe(inputs, taught, seed)
        return lambda matrix: margins(model, matrix, threads=1)

    return contender


SIMPLER: Mapping[str, Contender] = MappingProxyType(
    {
        "one_rule": best_rule,
        "record_look_up": record_look_up,
        "counted_flags": _by_count,
        "guidance": _by_guidance,
        "logistic_regression": logistic_regression,
        "plain_lightgbm": of_recipe(plain_lightgbm),
    }
)
"""What the model has to beat, by name; a random order is one more."""
