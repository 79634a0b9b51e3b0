"""What to ask next: first what keeps the gate open, then the missing inputs that could move the score most."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.matrix import FEATURES
from features.orders.fields import fields
from scoring.flags import Answers, measured
from scoring.model import Floats, Model, filled
from scoring.moves import STATED, asked_fields, moves, reaches

QUESTIONS = 3
NONE = -1
HAIR = 1e-6
"""Log-odds: far above the noise of adding up trees, far below what sets two questions apart."""

Texts = npt.NDArray[np.int16]
"""Questions by their places in `_texts`; NONE where there is none."""


def questions(
    model: Model,
    matrix: pd.DataFrame,
    lines: pd.DataFrame,
    found: Answers,
    lacks: pd.Series,
    *,
    threads: int | None = None,
) -> pd.DataFrame:
    """`ask_1 … ask_3` of each line; `lacks` are input fields whose absence keeps its gate open, ";"-separated.

    A missing input counts by how far its answer could move this line's margin (`moves`), which is computed for those
    alone that could be among the first. When fewer than three inputs are missing, the questions of the flags that were
    seen follow.
    """
    asks = asked_fields(matrix, lines)
    told = _keeping_open(lacks)
    asked = _of_inputs(asks, told)
    least, most = reaches(model)
    _, last = _filled_up(told, asked, least)
    likely = np.where(most >= last[:, np.newaxis] - HAIR, asked, np.int16(NONE))
    moved = moves(model, filled(model.inputs, matrix), np.where(likely == NONE, np.int8(STATED), asks), threads=threads)
    told, _ = _filled_up(told, likely, moved)
    short = told[:, -1] == NONE
    told[short], _ = _filled_up(told[short], *_of_flags(found.states[short]))
    names = [f"ask_{number}" for number in range(1, QUESTIONS + 1)]
    texts = pd.Series([*_texts(), None], dtype="str")  # NONE is the last
    return pd.DataFrame(
        {name: texts.take(told[:, at]).set_axis(lacks.index) for at, name in enumerate(names)}, index=lacks.index
    )


@cache
def _texts() -> dict[str, int]:
    """Every question that may be asked, once, with its place: those for a field and those of a flag."""
    asked = [each.question for each in fields().values()] + [flag.ask for _, flag in measured()]
    return {text: place for place, text in enumerate(dict.fromkeys(asked))}


def _filled_up(told: Texts, asked: Texts, weight: Floats) -> tuple[Texts, Floats]:
    """`told` with its free places filled by the heaviest of what is asked, the first of equals; each question once.

    Beside it the weight of what fills the last place: endless where it was not free, and below all where nothing does.
    """
    told, every = told.copy(), np.arange(len(told))
    rest = np.where(asked == NONE, -np.inf, weight)
    last = np.full(len(told), np.inf)
    for place in range(QUESTIONS):
        free, heaviest = told[:, place] == NONE, rest.argmax(axis=1)
        last = np.where(free, rest[every, heaviest], np.inf)
        told[:, place] = np.where(free & (last > -np.inf), asked[every, heaviest], told[:, place])
        rest[asked == told[:, [place]]] = -np.inf
    return told, last


def _keeping_open(lacks: pd.Series) -> Texts:
    """The first questions for the fields that keep the gate of each line open; lines × QUESTIONS."""
    codes, distinct = pd.factorize(lacks)
    first = [_first(filter(None, each.split(";"))) for each in distinct]
    return np.array(first, dtype=np.int16).reshape(-1, QUESTIONS)[codes]


def _first(names: Iterable[str]) -> list[int]:
    """The questions for the first of these fields, each once, then NONE."""
    asked = list(dict.fromkeys(_texts()[fields()[name].question] for name in names))
    return (asked + [NONE] * QUESTIONS)[:QUESTIONS]


def _of_inputs(asks: npt.NDArray[np.int8], told: Texts) -> Texts:
    """The question for the field of each of FEATURES that is asked for, lines × FEATURES; not one told already."""
    width = max(len(each.fields) for each in FEATURES) + 1
    place = np.full((len(FEATURES), width), NONE, dtype=np.int16)  # a field that is STATED is the last
    for at, each in enumerate(FEATURES):
        place[at, : len(each.fields)] = [_texts()[fields()[name].question] for name in each.fields]
    asked = place[np.arange(len(FEATURES)), asks]
    for already in told.T:
        asked[asked == already[:, np.newaxis]] = NONE
    return asked


def _of_flags(states: npt.NDArray[np.int8]) -> tuple[Texts, Floats]:
    """The questions of the flags that were seen, lines × flags, and the weights of the flags."""
    asked = np.array([_texts()[flag.ask] for _, flag in measured()], dtype=np.int16)
    return np.where(states == 1, asked, np.int16(NONE)), np.array([flag.log_odds for _, flag in measured()])
