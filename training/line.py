"""The guidance as reviews correct it: a logistic regression whose every step goes the declared way.

Before any review a flag adds what the guidance says. Reviews move that amount, never below nothing; how far one has to
be sure to move it is the ridge. An answer that no review has seen goes on adding what the guidance says of it. The
boosters start from this line and learn what no sum of signs can say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.linalg import block_diag, cholesky, solve_triangular
from scipy.optimize import brentq, nnls
from scipy.special import expit

from scoring.model import NOT_EVALUATED, Floats, Input
from training.blocks import Matrix
from training.design import Column, Design, design

RIDGE = 3.0
"""How firmly the guidance is held: moving an answer by one log-odds has to gain half of it in log-loss of all reviews.

Chosen among 1, 3 and 10 by what is found of kinds of diversion that were never taught. Flags of one family are held one
by one: held by their sum they rank worse where the mix of orders is another (docs/recipe.md).
"""

SHARES = np.linspace(0.05, 0.95, 7)  # of the stated values of a number, where its line has a knot
PLACES = 4  # decimals of the log-odds kept: finer ones say nothing, and differ between machines
STEPS, SETTLED = 50, 1e-9
FAR = 500.0  # log-odds within which any intercept lies

Bends = tuple[Floats, Floats]
"""Levels, rising, and the share of the coefficient that each of them adds."""


def corrected(
    inputs: tuple[Input, ...],
    matrix: Matrix,
    label: pd.Series,
    weight: pd.Series,
    *,
    ridge: float = RIDGE,
) -> tuple[tuple[Input, ...], float]:
    """The inputs with their lines, and the intercept; an input without a direction has none.

    A flag's line has a step from no to not evaluated and one from there to yes; a number's runs evenly over the
    quantiles of its stated values and adds nothing at its neutral level. All steps are fitted together, by least
    weighted log-loss plus half the ridge times the squared distance from the guidance, taken answer by answer: what yes
    adds is held by itself, so it does not fall because not evaluated turned out to say little.
    """
    bends = [_bends(each, matrix) for each in inputs]
    design = _design(inputs, matrix, bends)
    steps = np.array([step for each, bend in zip(inputs, bends, strict=True) for step in _guided(each) if bend])
    answers = block_diag(*(np.tril(np.ones((len(bend), len(bend)))) for bend in bends))  # the sums of their steps
    held = ridge * (answers.T @ answers)[: len(steps), : len(steps)]
    intercept, amounts = _fitted(design, label.to_numpy(np.float64), weight.to_numpy(np.float64), steps, held)
    rest, made = list(amounts), []
    for each, bend in zip(inputs, bends, strict=True):
        mine, rest = rest[: len(bend)], rest[len(bend) :]
        drawn = _line(each, bend, mine)
        intercept += sum(mine) * float(np.interp(each.neutral, *bend[0])) if each.kind == "number" and bend else 0.0
        made.append(replace(each, line=drawn))
    return tuple(made), round(intercept, PLACES)


def _design(inputs: tuple[Input, ...], matrix: Matrix, bends: list[tuple[Bends, ...]]) -> Design:
    """The steps of each row, beside an intercept in two columns, for it may be negative.

    A flag has taken a step or it has not.
    """

    def columns(levels: Floats) -> Iterator[Column]:
        yield np.ones(len(levels), dtype=bool)
        yield -np.ones(len(levels))
        for place, each in enumerate(bends):
            level = np.ascontiguousarray(levels[:, place])
            for bend in each:
                yield level >= bend[0][-1] if inputs[place].kind == "flag" else np.interp(level, *bend)

    return design(list(columns(levels)) for levels in matrix.levels(inputs))


def _bends(each: Input, matrix: Matrix) -> tuple[Bends, ...]:
    """The steps of an input: two of a flag, one of a number; none without a direction or without stated values."""
    if each.risk == "unsigned":
        return ()
    if each.kind == "flag":
        step, no, half = np.array([0.0, 1.0]), np.array([0.0, NOT_EVALUATED]), np.array([NOT_EVALUATED, 1.0])
        return (no, step), (half, step)
    stated = matrix.column(each.name).astype("Float64").dropna().to_numpy(dtype=np.float64)
    if not len(stated):
        return ()
    at, first = np.unique(np.quantile(stated, SHARES), return_index=True)
    up: Floats = (SHARES[first] - SHARES[0]) / (SHARES[-1] - SHARES[0])
    return ((at.astype(np.float64), up if each.risk == "rises" else 1.0 - up),)


def _guided(each: Input) -> tuple[float, ...]:
    """What the guidance says of each step."""
    no, unknown, yes = each.offsets
    return (unknown - no, yes - unknown) if each.kind == "flag" else (0.0,)


def _line(each: Input, bends: tuple[Bends, ...], amounts: list[float]) -> tuple[tuple[float, float], ...]:
    """The knots of an input, rounded; what a number adds is counted from its neutral level."""
    if not bends:
        return ()
    at = np.unique(
        np.concatenate([levels for levels, _ in bends] + ([[each.neutral]] if each.kind == "number" else []))
    )
    added = sum(amount * np.interp(at, *bend) for amount, bend in zip(amounts, bends, strict=True))
    neutral = 0.0 if each.kind == "flag" else np.interp(each.neutral, at, added)
    return tuple(
        (float(level), round(float(amount), PLACES)) for level, amount in zip(at, added - neutral, strict=True)
    )


def _fitted(design: Design, label: Floats, weight: Floats, guided: Floats, held: Floats) -> tuple[float, Floats]:
    """Intercept and steps of least penalised log-loss, no step below 0: Newton's steps, each a least-squares problem
    without negative answers (Lawson and Hanson, 1974), halved while they overshoot."""
    firm = block_diag(np.diag([1e-9, 1e-9]), held)
    aim = np.concatenate([_started(design.times(np.concatenate([[0.0, 0.0], guided])), label, weight), guided])

    def told(at: Floats) -> tuple[Floats, float]:
        margin = design.times(at)
        missed = weight @ (np.logaddexp(0.0, margin) - label * margin)
        return margin, float(missed + (at - aim) @ firm @ (at - aim) / 2)

    at, (margin, now) = aim, told(aim)
    for _ in range(STEPS):
        said = expit(margin)
        curve, slope = design.sums(weight * np.maximum(said * (1.0 - said), 1e-6), weight * (said - label))
        curve = curve + firm + 1e-8 * np.eye(len(at))
        slope = slope + firm @ (at - aim)
        root = cholesky(curve)
        towards, _ = nnls(root, solve_triangular(root, curve @ at - slope, trans="T"))
        for step in 0.5 ** np.arange(20.0):
            tried = at + step * (towards - at)
            margin, after = told(tried)
            if step < 1e-5 or after <= now:
                break
        at, before, now = tried, now, after
        if before - now <= SETTLED * max(1.0, abs(before)):
            break
    return float(at[0] - at[1]), at[2:]


def _started(margin: Floats, label: Floats, weight: Floats) -> Floats:
    """The intercept (as its two parts above and below 0) under which the guidance says the share that is confirmed."""
    found = float(brentq(lambda at: weight @ (expit(margin + at) - label), -FAR, FAR))
    return np.maximum([found, -found], 0.0)
