"""From margins to probabilities, on customers the scoring boosters never saw: one line (Platt), stored as knots.

Beside it stands how far the same lines leave the probability open (Venn-Abers): where the ends lie apart the model
should not be believed, whatever the line between them says.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from scoring.model import Floats, Input, Model, moved
from training.blocks import Matrix, margins_of, of_frame
from training.fit import Grow, TrainingRefused, fit_blocks
from training.split import folds

FOLDS = 5
FEWEST_CUSTOMERS = 5
"""Customers with a confirmed diversion below which no fold of unseen customers can be told from another."""

FEWEST_OF_A_FOLD = 5
"""Confirmed lines left to learn from, when the customers of a fold are held out, below which its margins are noise."""

SHARES = np.linspace(0.0, 1.0, 17)  # of all lines, and of the confirmed ones, at whose margins an interval is kept
REACH = 25.0  # margins beyond this are shown as the probability at it: closer to 0 or 1 nothing can be known
Knots = tuple[tuple[float, float], ...]


def out_of_fold(
    inputs: tuple[Input, ...],
    matrix: pd.DataFrame | Matrix,
    label: pd.Series,
    weight: pd.Series,
    customer: pd.Series,
    *,
    seed: int,
    bag: int,
    grow: Grow | None = None,
    guided: bool = True,
) -> Floats:
    """Margins of each row by a bag that saw none of its customer's rows; as `fit_blocks`, which says what is raised.

    Rows of a fold whose rest holds one class only stay missing. Refused too: confirmed lines of so few customers that a
    fold would be learnt without enough of them.
    """
    fold = refuse_few(label, customer, seed)
    found = np.full(len(label), np.nan)
    blocks = matrix if isinstance(matrix, Matrix) else of_frame(matrix)
    for number in range(FOLDS):
        held, rest = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        told = [each.iloc[rest].reset_index(drop=True) for each in (label, weight, customer)]
        if len(held) and (told[0] == 1).nunique() == 2:
            part = blocks.taken(rest)
            model = fit_blocks(inputs, part, *told, seed=seed, bag=bag, fewest=1, grow=grow, guided=guided)
            found[held] = margins_of(model, blocks.taken(held))
    return found


def refuse_few(label: pd.Series, customer: pd.Series, seed: int) -> NDArray[np.int64]:
    """The fold of each row; raises TrainingRefused where the confirmed lines are of too few customers."""
    _refuse_few_customers(label, customer)
    fold = folds(customer, FOLDS, seed)
    _refuse_poor_folds(label, fold)
    return fold


def _refuse_few_customers(label: pd.Series, customer: pd.Series) -> None:
    told = customer[label == 1].fillna("").nunique()
    if told < FEWEST_CUSTOMERS:
        raise TrainingRefused(
            f"{told} customers have all the confirmed diversions, at least {FEWEST_CUSTOMERS} are needed to calibrate "
            "on unseen customers: go on with the current model"
        )


def _refuse_poor_folds(label: pd.Series, fold: NDArray[np.int64]) -> None:
    confirmed = (label == 1).to_numpy()
    left = min(int(confirmed[fold != number].sum()) for number in range(FOLDS))
    if left < FEWEST_OF_A_FOLD:
        raise TrainingRefused(
            f"{left} of {int(confirmed.sum())} confirmed diversions are left when the customers of one fold are held "
            f"out, at least {FEWEST_OF_A_FOLD} are needed: a few customers have most; go on with the current model"
        )


def calibrated(model: Model, margin: Floats, label: pd.Series, weight: pd.Series) -> Model:
    """The model with knots and intervals fitted on the given out-of-fold margins, and the base rate they hold at.

    The base rate is the weighted share of confirmed diversions among the reviewed lines used here. It is the rate
    within what was reviewed, not among all orders.
    """
    seen = np.isfinite(margin)
    rate = float(np.average(label[seen], weights=weight[seen]))
    parts = margin[seen], label[seen], weight[seen]
    return replace(model, knots=platt(*parts), intervals=intervals(*parts), base_rate=rate)


def at_base_rate(model: Model, rate: float) -> Model:
    """The same model with its probabilities told at another share of confirmed diversions (Elkan, 2001).

    Ranking, bands and reasons stay. Raises TrainingRefused unless 0 < rate < 1.
    """
    if not 0.0 < rate < 1.0:
        raise TrainingRefused(f"a base rate of {rate} is none: give a share between 0 and 1")
    further = float(np.log(rate / (1 - rate)) - np.log(model.base_rate / (1 - model.base_rate)))
    knots = tuple((at, log_odds + further) for at, log_odds in model.knots)
    ends = np.reshape(model.intervals, (-1, 3))
    ends[:, 1:] = moved(ends[:, 1:], float(np.exp(further)))
    told = tuple((float(at), float(low), float(high)) for at, low, high in ends)
    return replace(model, knots=knots, intervals=told, base_rate=rate)


def intervals(margin: Floats, label: pd.Series, weight: pd.Series) -> tuple[tuple[float, float, float], ...]:
    """Margin, lowest and highest probability at margins spread over the calibration lines; neither end ever falls."""
    at = np.unique([np.quantile(some, SHARES) for some in (margin, margin[label.to_numpy() == 1])])
    told = np.array([interval(pd.Series(margin), label, weight, float(each)) for each in at])
    ends = np.maximum.accumulate(told, axis=0).round(6)
    return tuple((float(place), float(low), float(high)) for place, (low, high) in zip(at, ends, strict=True))


def interval(margin: pd.Series, label: pd.Series, weight: pd.Series, asked: float) -> tuple[float, float]:
    """The Venn-Abers interval of one more line: its probability were it false, and were it confirmed (Vovk, 2015).

    Two isotonic fits on the calibration lines and the line itself. A wide interval says that few lines like it were
    ever decided: the probability between the ends is then a guess.
    """
    found = []
    for outcome in (0.0, 1.0):
        fitted = IsotonicRegression(y_min=0.0, y_max=1.0).fit(
            np.append(margin, asked), np.append(label, outcome), sample_weight=np.append(weight, 1.0)
        )
        found.append(float(fitted.predict([asked])[0]))
    return found[0], found[1]


def platt(margin: Floats, label: pd.Series, weight: pd.Series) -> Knots:
    """Two knots of the line log-odds = slope * margin + level of least weighted log-loss, slope never below 0.

    Targets are pulled off 0 and 1 as in Platt (1999), so that a perfect separation stays finite.
    """
    target = np.where(label == 1, (label.sum() + 1) / (label.sum() + 2), 1 / ((1 - label).sum() + 2))
    both, shares = np.concatenate([margin, margin]), np.concatenate([weight * target, weight * (1 - target)])
    outcome = np.repeat([1, 0], len(margin))
    line = LogisticRegression(C=1e6, solver="newton-cholesky", tol=1e-10)
    line.fit(both[:, None], outcome, sample_weight=shares)
    slope, level = float(line.coef_[0, 0]), float(line.intercept_[0])
    if slope < 0:  # the margin ranks backwards on unseen customers: it says nothing, so every line gets the mean
        mean = float(np.average(target, weights=weight))
        slope, level = 0.0, float(np.log(mean / (1 - mean)))
    return (-REACH, level - slope * REACH), (REACH, level + slope * REACH)


def said(knots: Knots, margin: pd.Series) -> pd.Series:
    """The probability of each margin by the knots, as `scoring.model` tells it."""
    at, log_odds = np.transpose(np.array(knots, dtype=np.float64))
    told: Floats = 1.0 / (1.0 + np.exp(-np.interp(margin, at, log_odds)))
    return pd.Series(told, index=margin.index)
