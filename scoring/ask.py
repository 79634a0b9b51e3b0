"""What to ask next: first what keeps the gate open, then the missing inputs that could move the score most."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.orders.fields import fields
from scoring.flags import Patterns, measured
from scoring.model import Model, filled
from scoring.moves import asked_fields, moves, question

QUESTIONS = 3
Bytes = npt.NDArray[np.int8]


def questions(
    model: Model,
    matrix: pd.DataFrame,
    lines: pd.DataFrame,
    found: Patterns,
    lacks: pd.Series,
    *,
    threads: int | None = None,
) -> pd.DataFrame:
    """`ask_1 … ask_3` of each line; `lacks` are input fields whose absence keeps its gate open, ";"-separated.

    A missing input counts by how far its answer could move this line's margin (`moves`). When fewer than three inputs
    are missing, the questions of the flags that were seen follow. Computed once for each distinct row.
    """
    asks = asked_fields(matrix, lines)
    levels = filled(model.inputs, matrix)
    missing, kinds = pd.factorize(lacks.to_numpy(dtype=object))
    place, first = _distinct(model, levels, asks, found.codes, missing)
    falling = np.argsort(-moves(model, levels[first], asks[first], threads=threads), axis=1, kind="stable").tolist()
    heaviest = sorted(range(len(measured())), key=lambda at: -measured()[at][1].log_odds)
    rows = [
        _first(_candidates(kinds[missing[at]], asks[at], order, found.rows[found.codes[at]][0], heaviest))
        for at, order in zip(first.tolist(), falling, strict=True)
    ]
    names = [f"ask_{number}" for number in range(1, QUESTIONS + 1)]
    return pd.DataFrame(rows, columns=names, dtype="str").take(place).set_axis(lacks.index)


def _distinct(
    model: Model, levels: npt.NDArray[np.float64], asks: Bytes, *codes: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.integer[Any]], npt.NDArray[np.integer[Any]]]:
    """Each row's place among the distinct rows, and where each of those stands first."""
    numbers = [at for at, each in enumerate(model.inputs) if each.kind == "number"]
    parts = map(np.ascontiguousarray, (levels[:, numbers], np.column_stack(codes), asks))
    rows = np.hstack([each.view(np.uint8).reshape(len(levels), each.itemsize * each.shape[1]) for each in parts])
    place, _ = pd.factorize(np.fromiter((row.tobytes() for row in rows), dtype=object, count=len(rows)))
    return place, np.unique(place, return_index=True)[1]


def _candidates(lacks: str, asks: Bytes, falling: list[int], states: Bytes, heaviest: list[int]) -> Iterator[str]:
    for name in filter(None, lacks.split(";")):
        yield fields()[name].question
    for at in falling:
        if asks[at] >= 0:
            yield question(at, int(asks[at]))
    for at in heaviest:
        if states[at] == 1:
            yield measured()[at][1].ask


def _first(asked: Iterator[str]) -> list[str | None]:
    distinct: list[str | None] = []
    for each in asked:
        if each not in distinct:
            distinct.append(each)
        if len(distinct) == QUESTIONS:
            break
    return [*distinct, *[None] * (QUESTIONS - len(distinct))]
