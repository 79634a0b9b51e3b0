"""What is judged: the model's recipe and everything simpler, taught anew on the training side of every rotation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from scoring.model import Floats, Input, Model, margins
from training.bands import thresholds
from training.calibrate import FOLDS, calibrated
from training.contenders import SIMPLER, Contender, Recipe, Scorer, Taught, of_recipe, product
from training.fit import TrainingRefused
from training.intervals import DRAWS
from training.judge.world import World
from training.split import Split, folds


@dataclass(frozen=True)
class Bench:
    """Who is judged, and how: the inputs, the recipe of the model, what it has to beat, seed and bootstrap draws."""

    inputs: tuple[Input, ...]
    recipe: Recipe = product
    simpler: Mapping[str, Contender] = field(default_factory=lambda: SIMPLER)
    seed: int = 1
    draws: int = DRAWS

    @property
    def names(self) -> tuple[str, ...]:
        """The contenders, the model first."""
        return ("model", *self.simpler)


@dataclass(frozen=True)
class Lot:
    """One rotation: its sides, the model of its training side, calibrated and banded, and every contender's scorer."""

    side: Split
    model: Model
    scorers: Mapping[str, Scorer]


def taught(bench: Bench, world: World, side: Split) -> Lot:
    """The model and the contenders of one training side; raises TrainingRefused when it teaches too little."""
    rows = world.taught(side.train)
    model = bench.recipe(bench.inputs, rows, bench.seed)
    model = calibrated(model, _out_of_fold(bench, rows), rows.label, rows.weight)
    model = replace(model, thresholds=thresholds(margins(model, world.matrix.loc[side.train], threads=1)))
    simpler = {name: contender(bench.inputs, rows, bench.seed) for name, contender in bench.simpler.items()}
    return Lot(side, model, {"model": lambda matrix: margins(model, matrix, threads=1), **simpler})


def scorers(bench: Bench, rows: Taught) -> dict[str, Scorer | None]:
    """Every contender taught on these rows, without calibration; None for one that they teach too little."""
    return {
        name: _or_none(contender, bench, rows)
        for name, contender in {"model": of_recipe(bench.recipe), **bench.simpler}.items()
    }


def scored(made: Mapping[str, Scorer | None], matrix: pd.DataFrame) -> pd.DataFrame:
    """The score of each row by each scorer; missing where there is none."""
    nothing = np.full(len(matrix), np.nan)
    return pd.DataFrame(
        {name: nothing if each is None else each(matrix) for name, each in made.items()}, index=matrix.index
    )


def _out_of_fold(bench: Bench, rows: Taught) -> Floats:
    """Margins of the taught rows by models without their customers; missing where a fold teaches too little."""
    fold = folds(rows.customer, FOLDS, bench.seed)
    found = np.full(len(rows.label), np.nan)
    for number in range(FOLDS):
        held = fold == number
        made = _or_none(of_recipe(bench.recipe), bench, rows.of(pd.Series(~held, index=rows.label.index)))
        if made is not None and held.any():
            found[held] = made(rows.matrix[held])
    if not np.isfinite(found).any():
        raise TrainingRefused("no fold of customers teaches enough to calibrate on the others: judge more orders")
    return found


def _or_none(contender: Contender, bench: Bench, rows: Taught) -> Scorer | None:
    try:
        return contender(bench.inputs, rows, bench.seed)
    except TrainingRefused:
        return None
