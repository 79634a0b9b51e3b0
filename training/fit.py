"""A bag of small monotone boosters that starts from the guidance as reviews correct it (`training.line`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import lightgbm as lgb
import numpy as np
import pandas as pd

from scoring.model import Floats, Input, Model
from training.blocks import Drawn, Matrix, dataset, margin_before_trees, of_frame
from training.line import corrected
from training.neutral import no_safer
from training.recipe import MINIMUM_POSITIVES, stage
from training.split import dealt

DRAWN_CUSTOMERS = 0.8  # share of the customers each booster of the bag sees
BAG = 5
TREES = 80
DIRECTIONS = {"rises": 1, "unsigned": 0, "falls": -1}
SETTINGS = {
    "objective": "cross_entropy",  # the log-loss, of labels between 0 and 1 too
    "boost_from_average": False,  # the start is the line, given as init_score
    "learning_rate": 0.05,
    "num_leaves": 12,
    "min_data_in_leaf": 20,
    "min_sum_hessian_in_leaf": 0.5,
    "lambda_l2": 5.0,
    "monotone_constraints_method": "advanced",
    "feature_pre_filter": False,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,  # one thread: the same bytes everywhere on one architecture
    "verbosity": -1,
}


Grow = Callable[
    [dict[str, object], int, tuple[Input, ...], Matrix, Drawn, Mapping[str, Floats]],
    lgb.Booster,
]
"""One booster of: parameters, trees, inputs, the whole matrix, which rows are drawn, what is told of the drawn ones."""


class TrainingRefused(Exception):
    """The outcomes or the matrix cannot be learnt from; says why and what to do."""


def fit(
    inputs: tuple[Input, ...],
    matrix: pd.DataFrame,
    label: pd.Series,
    weight: pd.Series,
    customer: pd.Series,
    *,
    seed: int,
    bag: int = BAG,
    fewest: int = MINIMUM_POSITIVES,
    trees: int = TREES,
    given: Mapping[str, object] = SETTINGS,
) -> Model:
    """A model not yet calibrated (its probability is its margin) and without thresholds, on rows of one index.

    `trees` and `given`, LightGBM's settings, are for contenders and other tasks; the product's own are the defaults.
    Raises TrainingRefused: columns missing, values not finite, one class, or too few confirmed diversions.
    """
    missing = [each.name for each in inputs if each.name not in matrix]
    if missing:
        raise TrainingRefused(f"the matrix lacks {', '.join(missing)}: build it with this version's features")
    told = (label.reset_index(drop=True), weight.reset_index(drop=True), customer.reset_index(drop=True))
    return fit_blocks(inputs, of_frame(matrix), *told, seed=seed, bag=bag, fewest=fewest, trees=trees, given=given)


def fit_blocks(
    inputs: tuple[Input, ...],
    matrix: Matrix,
    label: pd.Series,
    weight: pd.Series,
    customer: pd.Series,
    *,
    seed: int,
    bag: int = BAG,
    fewest: int = MINIMUM_POSITIVES,
    trees: int = TREES,
    given: Mapping[str, object] = SETTINGS,
    grow: Grow | None = None,
    guided: bool = True,
) -> Model:
    """As `fit`, of a matrix that need not be in memory (`blocks.of_parts`); the same rows give the same model.

    Unless `guided`, the line starts from nothing instead of from the guidance. `grow` makes one booster of the drawn
    rows: here by default, or on a cluster (`on_dask.growing`).
    """
    if bag < 1:
        raise TrainingRefused(f"a bag of {bag} boosters holds none: give 1 or more")
    refuse_labels(label, weight, fewest)
    _refuse_matrix(inputs, matrix)
    said = {each.name: each.offsets for each in inputs}  # what the guidance says stays on record
    inputs, intercept = corrected(_starting(no_safer(inputs, matrix, label), guided), matrix, label, weight)
    inputs = tuple(replace(each, offsets=said[each.name]) for each in inputs)
    told = {
        "label": label.to_numpy(dtype=np.float64),
        "weight": weight.to_numpy(dtype=np.float64),
        "init_score": margin_before_trees(matrix, inputs, intercept),
    }

    def booster(number: int) -> lgb.Booster:
        drawn = _drawn(customer, label, seed + number)
        rows = {name: each[drawn] for name, each in told.items()}
        return (grow or _grown)(settings(inputs, seed + number, given), trees, inputs, matrix, drawn, rows)

    boosters = tuple(map(booster, range(bag)))
    rate = float(np.average(label, weights=weight))
    straight = ((-25.0, -25.0), (25.0, 25.0))
    return Model("unnamed", inputs, boosters, intercept, straight, rate, (np.inf, np.inf, np.inf), 0.0, {})


def _starting(inputs: tuple[Input, ...], guided: bool) -> tuple[Input, ...]:
    """The inputs with what their line starts from."""
    return inputs if guided else tuple(replace(each, offsets=(0.0, 0.0, 0.0)) for each in inputs)


def without_trees(model: Model) -> Model:
    """The same model without its trees: what the guidance says after the reviews."""
    return replace(model, boosters=())


def settings(inputs: tuple[Input, ...], seed: int, given: Mapping[str, object] = SETTINGS) -> dict[str, object]:
    """LightGBM's parameters: constraints from the declared directions, everything else as given."""
    return {**given, "seed": seed, "monotone_constraints": [DIRECTIONS[each.risk] for each in inputs]}


def _grown(
    parameters: dict[str, object],
    trees: int,
    inputs: tuple[Input, ...],
    matrix: Matrix,
    drawn: Drawn,
    rows: Mapping[str, Floats],
) -> lgb.Booster:
    """One booster of the bag in this process."""
    data = dataset(matrix, inputs, drawn, params=parameters, **rows)
    return lgb.train(parameters, data, num_boost_round=trees)


def _drawn(customer: pd.Series, label: pd.Series, seed: int) -> Drawn:
    """The rows of the drawn customers; all rows when a draw would leave one class only."""
    drawn = dealt(customer, DRAWN_CUSTOMERS, seed, "bag")
    return drawn if (label[drawn] == 1).nunique() == 2 else np.ones(len(label), dtype=bool)


def _refuse_matrix(inputs: tuple[Input, ...], matrix: Matrix) -> None:
    """Everything in a matrix that LightGBM would take silently, or die of."""
    finite = np.ones(len(inputs), dtype=bool)
    for levels in matrix.levels(inputs):
        finite &= np.isfinite(levels).all(axis=0)
    broken = [each.name for each, good in zip(inputs, finite, strict=True) if not good]
    if broken:
        raise TrainingRefused(f"values that are not finite in {', '.join(broken)}: correct the feature")


def refuse_labels(label: pd.Series, weight: pd.Series, fewest: int) -> None:
    """Raises TrainingRefused: one class, too few of the rare one, or weights that are none."""
    if not (np.isfinite(weight) & (weight > 0)).all():
        raise TrainingRefused("a weight is not a positive number: correct the labels")
    positives = int((label == 1).sum())
    if positives < fewest:
        raise TrainingRefused(
            f"{positives} confirmed diversions in the training period, at least {fewest} are needed: "
            f"{stage(positives)}; go on with the current model and retrain when more orders have been decided"
        )
    if label.min() == 1:
        raise TrainingRefused("every outcome is a confirmed diversion: false positives are needed to learn from")
