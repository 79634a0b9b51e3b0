"""How far the answer to a missing input could move a line's margin: its worst answer against its best, trees included.

One rule for every line, whatever the size of the batch: two predictions a missing input and row, by the trees alone
that split on the input; the other trees say the same of both answers.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.declare import Feature
from features.matrix import FEATURES
from features.orders.fields import of_kind
from features.red_flags import red_flags
from scoring.model import Floats, Input, Model, cores_for
from scoring.spans import spans
from scoring.splitting import only_splitting_on

STATED = -1
EXTREME = 1e30
"""Beyond every split of a booster: the worst or best number an answer could be."""

DECIMALS = 9
"""Of a move in log-odds: the trees are added up in another order than for a score."""

Places = npt.NDArray[np.int8]
Rows = npt.NDArray[np.bool_]


def asked_fields(matrix: pd.DataFrame, lines: pd.DataFrame) -> Places:
    """For each row and each of FEATURES the place, among the feature's fields, of the one to ask for; else STATED.

    A feature is asked about where it could not be evaluated, applies to the line's class and leg, and one of its fields
    is not there. A number without direction is not: no answer to it is a worse or a better one.
    """
    absent = {name: _absent(name, lines) for name in {name for each in FEATURES for name in each.fields}}
    of = {each.flag: (red_flags()[each.flag].classes, red_flags()[each.flag].legs) for each in FEATURES}
    applies = {scope: _applies(*scope, lines) for scope in set(of.values())}
    columns = [_asked(each, matrix[each.name].isna().to_numpy() & applies[of[each.flag]], absent) for each in FEATURES]
    return np.column_stack(columns) if columns else np.empty((len(lines), 0), dtype=np.int8)


def _asked(feature: Feature, open_rows: Rows, absent: Mapping[str, Rows]) -> Places:
    places = np.full(len(open_rows), STATED, dtype=np.int8)
    if feature.risk != "unsigned" and open_rows.any():
        for at, name in reversed(list(enumerate(feature.fields))):
            places[open_rows & absent[name]] = at
    return places


def _applies(classes: tuple[str, ...], legs: tuple[str, ...], lines: pd.DataFrame) -> Rows:
    """Where a flag of these classes and legs is one of the line's."""
    told: Rows = lines["chip_class"].isin(classes).to_numpy() & lines["leg"].isin(legs).to_numpy()
    return told


def _absent(name: str, lines: pd.DataFrame) -> Rows:
    """Where the order states no such field; one of the customer master counts as absent while its flag is open."""
    if name not in {each.name for each in of_kind("orders")} or name not in lines:
        return np.ones(len(lines), dtype=bool)
    absent: Rows = lines[name].isna().to_numpy()
    return absent


def moves(model: Model, levels: Floats, asks: Places, *, threads: int | None = None) -> Floats:
    """Margin at the worst answer less margin at the best one, rows × FEATURES; 0 where nothing is asked.

    Rounded, so that the noise of adding up trees decides no tie.
    """
    moved, place = np.zeros(asks.shape), {each.name: at for at, each in enumerate(model.inputs)}
    for at, feature in enumerate(FEATURES):
        rows = np.flatnonzero(asks[:, at] != STATED)
        if len(rows):
            asked = model.inputs[place[feature.name]]
            trees = _of_the_trees(model, levels[rows], place[feature.name], threads)
            moved[rows, at] = (asked.reach + trees).round(DECIMALS)
    return moved


def reaches(model: Model) -> tuple[Floats, Floats]:
    """The least and the most that the answer to each of FEATURES could move any line's margin, as `moves` has it."""
    ends = tuple(map(_ends, model.inputs))
    trees = sum((spans(each, ends) for each in model.boosters), np.zeros((len(ends), 2)))
    both = trees / max(len(model.boosters), 1) + np.array([[each.reach] for each in model.inputs])
    place = {each.name: at for at, each in enumerate(model.inputs)}
    least, most = both[[place[each.name] for each in FEATURES]].T
    return least, most


def _of_the_trees(model: Model, levels: Floats, column: int, threads: int | None) -> Floats:
    """What the trees alone add at the worst answer, less what they add at the best one."""
    moved, cores = np.zeros(len(levels)), threads or cores_for(len(levels))
    concerned = list(filter(None, (only_splitting_on(each, column) for each in model.boosters)))
    for sign, answer in zip((1.0, -1.0), _ends(model.inputs[column]) if concerned else (), strict=False):
        levels[:, column] = answer
        for trees in concerned:
            moved += sign * np.asarray(trees.predict(levels, raw_score=True, num_threads=cores))
    return moved / max(len(model.boosters), 1)


def _ends(each: Input) -> tuple[float, float]:
    """The worst and the best answer: yes and no, or the ends of the numbers."""
    if each.kind == "flag":
        return 1.0, 0.0
    return (EXTREME, -EXTREME) if each.risk == "rises" else (-EXTREME, EXTREME)
