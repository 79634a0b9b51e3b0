"""What to ask next: first what keeps the gate open, then the missing inputs that could move the score most."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.declare import Feature
from features.orders.fields import fields
from features.red_flags import RedFlag
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
    width = max(len(kinds), 1)
    asked = [
        _first(_candidates(*found.rows[pair // width], str(kinds[pair % width]), moves)) for pair in distinct.tolist()
    ]
    names = [f"ask_{place}" for place in range(1, QUESTIONS + 1)]
    return pd.DataFrame(asked, columns=names, dtype="str").take(pairs).set_axis(lacks.index)


def _candidates(
    states: npt.NDArray[np.int8], applies: npt.NDArray[np.bool_], lacks: str, moves: dict[str, float]
) -> Iterator[str]:
    for name in filter(None, lacks.split(";")):
        yield fields()[name].question
    missing: list[tuple[Feature, RedFlag]] = [
        pair for place, pair in enumerate(measured()) if states[place] == -1 and applies[place]
    ]
    for each, _ in sorted(missing, key=lambda pair: -moves[pair[0].name]):
        yield fields()[each.fields[0]].question
    for place, (_, flag) in sorted(enumerate(measured()), key=lambda pair: -pair[1][1].log_odds):
        if states[place] == 1:
            yield flag.ask


def _first(asked: Iterator[str]) -> list[str | None]:
    distinct = list(dict.fromkeys(asked))[:QUESTIONS]
    return [*distinct, *[None] * (QUESTIONS - len(distinct))]
