"""Reasons: what sets a line apart from the usual one, by family of red flags, with the answers behind each.

A single input changes place with a hundred reviewed cases more or less; what a line is about does so less, and not at
all for most lines once families that add about the same are told as such (`benchmarks/reasons.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from features.families import families
from features.red_flags import RedFlag, red_flags
from scoring.model import NOT_EVALUATED, Floats, Input, Model, contributions

REASONS = 5
LEAST = 0.05
"""Log-odds: what adds less moves the odds by under about 5 % and is no reason to look at (the founders' judgement)."""

NEAR = 0.5
"""Log-odds by which a family moves between models taught on other customers: nearer to the first, it leads as much."""

FACTS = 3  # answers told of a family
BETWEEN = " | "  # answers
SHORT = re.compile(r"^(.*?): \w+ = (.*) \(\+[\d.]+\) \[")


def reasons(model: Model, matrix: pd.DataFrame, *, threads: int | None = None) -> pd.DataFrame:
    """`reason_1 … reason_5` of each row: the families that raised its margin most; index of the matrix.

    Trees and guidance are counted together, against the usual training line: an answer that nearly every line gives is
    no reason. A family tells the answers that added most; one that does not raise the margin is left out.
    """
    parts = apart(model, matrix, threads=threads)
    sums = by_family(model, parts)
    names = [f"reason_{place}" for place in range(1, REASONS + 1)]
    whose = {title: [each for each in model.inputs if families()[each.flag] == title] for title in sums}
    rows = []
    for values, added, summed in zip(_records(matrix), _records(parts), _records(sums), strict=True):
        told = list(_told(summed, whose, values, added))[:REASONS]
        rows.append([*told, *[None] * (REASONS - len(told))])
    return pd.DataFrame(rows, columns=names, index=matrix.index, dtype="str")


def _records(frame: pd.DataFrame) -> Iterator[dict[Any, Any]]:
    """Each row by the names of its columns."""
    columns = {name: cells.tolist() for name, cells in frame.items()}
    return (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))


def apart(model: Model, matrix: pd.DataFrame, *, threads: int | None = None) -> pd.DataFrame:
    """What each input adds to each row's margin beyond what it adds to the usual training line; index of the matrix."""
    return contributions(model, matrix, threads=threads).drop(columns="intercept") - usual(model)


def by_family(model: Model, parts: pd.DataFrame) -> pd.DataFrame:
    """The contributions of each row summed by family, one column a family by its title."""
    return parts.T.groupby([families()[each.flag] for each in model.inputs]).sum().T


def usual(model: Model) -> Floats:
    """What each input adds on average over the training lines, before the trees (theirs are told against it already).

    From the shares that the folder keeps; an older folder keeps none, and the answer of no weight stands for it.
    """
    told = model.facts.get("reference")
    if told is None:
        return np.zeros(len(model.inputs))
    return np.array([_average(each, told["inputs"][each.name]) for each in model.inputs])


def _average(of: Input, kept: Mapping[str, Any]) -> float:
    """The mean of what an input adds: over its answers, or over the middles of a number's bins and its blanks."""
    if of.kind == "flag":
        levels = np.array([0.0, NOT_EVALUATED, 1.0])
    else:
        edges = np.array(kept["edges"], dtype=np.float64)
        inner = (edges[1:] + edges[:-1]) / 2
        levels = (
            np.concatenate([edges[:1], inner, edges[-1:], [of.neutral]]) if len(edges) else np.repeat(of.neutral, 2)
        )
    return float(np.dot(np.interp(levels, *np.transpose(of.adds)), kept["shares"])) if of.reach > 0 else 0.0


def _told(
    summed: Mapping[Any, float],
    whose: Mapping[Any, Sequence[Input]],
    values: Mapping[Any, object],
    added: Mapping[Any, float],
) -> Iterator[str]:
    """A sentence a family, the one that raises most first."""
    raised = sorted((pair for pair in summed.items() if pair[1] >= LEAST), key=lambda pair: -pair[1])
    for title, amount in raised:
        most = sorted((each for each in whose[title] if added[each.name] >= LEAST), key=lambda each: -added[each.name])
        facts = [_fact(each, values[each.name], added[each.name]) for each in most[:FACTS]]
        level = ", as much as the first" if title != raised[0][0] and amount > raised[0][1] - NEAR else ""
        if facts:
            yield f"{title} (+{amount:.2f} log-odds{level}): {BETWEEN.join(facts)}"


def _fact(of: Input, value: object, added: float) -> str:
    flag = red_flags()[of.flag]
    return f"{flag.title}: {of.name} = {spoken(value, of.unit)} (+{added:.2f}) [{flag.key}; {cited(flag)}]"


def in_short(reason: str) -> str:
    """A reason without its figures and sources: the titles of its flags, with the value where it is no plain yes.

    >>> in_short("Who (+0.41 log-odds): The firm is young: age = 0.5 years (+0.31) [young; Notice; our words]")
    'Who: The firm is young (0.5 years)'
    """
    family = re.match(r"(.*?) \(\+[\d.]+ log-odds[^)]*\): ", reason)
    told = [SHORT.match(each) for each in reason[family.end() :].split(BETWEEN)] if family else []
    if family is None or None in told:
        raise ValueError(f"no reason of ours: {reason}")
    facts = [each.groups() for each in told if each is not None]
    return f"{family[1]}: " + "; ".join(title if value == "yes" else f"{title} ({value})" for title, value in facts)


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
