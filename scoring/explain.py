"""Reasons: what each input added to the margin, as sentences with value, unit, flag and citation."""

from __future__ import annotations

import re

import pandas as pd

from features.matrix import FEATURES
from features.red_flags import RedFlag, red_flags
from scoring.model import Model, contributions

REASONS = 5
LEAST = 0.05
"""Log-odds: what adds less moves the odds by under about 5 % and is no reason to look at (the founders' judgement)."""


def reasons(model: Model, matrix: pd.DataFrame, *, threads: int | None = None) -> pd.DataFrame:
    """`reason_1 … reason_5` of each row: the inputs that raised its margin most; index of the matrix.

    Trees and guidance are counted together; flags that do not raise the margin are left out.
    """
    parts = contributions(model, matrix, threads=threads).drop(columns="intercept")
    names = [f"reason_{place}" for place in range(1, REASONS + 1)]
    features = {each.name: each for each in FEATURES}
    rows = []
    for values, added in zip(matrix.to_dict("records"), parts.to_dict("records"), strict=True):
        raised = sorted((pair for pair in added.items() if pair[1] >= LEAST), key=lambda pair: -pair[1])[:REASONS]
        told = [_sentence(str(name), values[name], features[str(name)].unit, amount) for name, amount in raised]
        rows.append([*told, *[None] * (REASONS - len(told))])
    return pd.DataFrame(rows, columns=names, index=matrix.index, dtype="str")


def _sentence(name: str, value: object, unit: str, added: float) -> str:
    flag = red_flags()[next(each.flag for each in FEATURES if each.name == name)]
    return f"{flag.title}: {name} = {spoken(value, unit)} (+{added:.2f} log-odds) [{flag.key}; {cited(flag)}]"


def in_short(reason: str) -> str:
    """A reason without its figures and source: the flag's title, and the value where it is no plain yes.

    >>> in_short("The firm is young: age = 0.5 years (+0.31 log-odds) [young; Notice; our words]")
    'The firm is young (0.5 years)'
    """
    told = re.match(r"(.*): \w+ = (.*) \(\+[\d.]+ log-odds\) \[", reason)
    if told is None:
        raise ValueError(f"no reason of ours: {reason}")
    title, value = told.groups()
    return title if value == "yes" else f"{title} ({value})"


def spoken(value: object, unit: str) -> str:
    """A feature's value with its unit: yes, no, not evaluated, or a number."""
    if pd.isna(value):  # type: ignore[call-overload]  # a cell of the matrix is a scalar
        return "not evaluated" if unit == "yes/no" else "not stated"
    if unit == "yes/no":
        return "yes" if value else "no"
    return f"{float(value):,.1f} {unit}".replace(".0 ", " ")  # type: ignore[arg-type]


def cited(flag: RedFlag) -> str:
    """The source of a flag as it may be shown: one from memory never reads as official text."""
    mark = {"seen": "our words", "derived": "derived by us", "memory": "from memory, not official text"}[flag.sure]
    return f"{flag.source}; {mark}"
