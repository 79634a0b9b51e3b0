"""What to ask next: first what keeps the gate open, then the missing inputs that could move the score most."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.orders.fields import fields
from scoring.flags import Patterns, measured
from scoring.model import Model

QUESTIONS = 3


def questions(model: Model, found: Patterns, lacks: pd.Series) -> pd.DataFrame:
    """`ask_1 … ask_3` of each line, index of `lacks` (input fields whose absence keeps the gate open, ";"-separated).

    A missing input moves the score by what its flag's yes adds over its no. When fewer than three inputs are missing,
    the questions of the flags that were seen follow. Computed once for each distinct pattern.
    """
    codes, kinds = pd.factorize(lacks)
    pairs, distinct = pd.factorize(found.codes.astype(np.int64) * max(len(kinds), 1) + codes)
    moves = {each.name: each.offsets[2] - each.offsets[0] for each in model.inputs}
    places = range(len(measured()))
    order = sorted(places, key=lambda place: -moves[measured()[place][0].name])
    heaviest = sorted(places, key=lambda place: -measured()[place][1].log_odds)
    width = max(len(kinds), 1)
    asked = [
        _first(_candidates(*found.rows[pair // width], str(kinds[pair % width]), order, heaviest))
        for pair in distinct.tolist()
    ]
    names = [f"ask_{place}" for place in range(1, QUESTIONS + 1)]
    return pd.DataFrame(asked, columns=names, dtype="str").take(pairs).set_axis(lacks.index)


def _candidates(
    states: npt.NDArray[np.int8], applies: npt.NDArray[np.bool_], lacks: str, order: list[int], heaviest: list[int]
) -> Iterator[str]:
    for name in filter(None, lacks.split(";")):
        yield fields()[name].question
    for place in order:
        if states[place] == -1 and applies[place]:
            yield fields()[measured()[place][0].fields[0]].question
    for place in heaviest:
        if states[place] == 1:
            yield measured()[place][1].ask


def _first(asked: Iterator[str]) -> list[str | None]:
    distinct: list[str | None] = []
    for question in asked:
        if question not in distinct:
            distinct.append(question)
        if len(distinct) == QUESTIONS:
            break
    return [*distinct, *[None] * (QUESTIONS - len(distinct))]
