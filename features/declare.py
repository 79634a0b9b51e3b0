"""A feature is a function declared once: what it measures, in which unit, which way risk goes, from which fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.known import Known
from features.orders.fields import fields as order_fields
from features.red_flags import red_flags

Kind = Literal["flag", "number"]
Risk = Literal["rises", "falls", "unsigned"]
Build = Callable[[pd.DataFrame, Known], pd.Series]

MAY_BE_UNSIGNED = frozenset({"part_number", "item_description", "eccn", "order_date"})
"""Only the part and the dates may enter without a declared direction: else blanking a cell could lower a score."""


class DeclarationRefused(Exception):
    """A feature's declaration contradicts the catalogue of flags or the vocabulary of fields; says each fault."""


@dataclass(frozen=True)
class Feature:
    """One declared signal. Flags build "boolean" columns (missing = not evaluated); numbers build float64 columns.

    `neutral` is the level a missing number takes in the model: no safer than the median of honest stated values.
    """

    build: Build
    name: str
    meaning: str
    kind: Kind
    unit: str
    risk: Risk
    flag: str
    fields: tuple[str, ...]
    revision: int
    neutral: float | None

    def __call__(self, lines: pd.DataFrame, known: Known) -> pd.Series:
        """The column of this feature for the given lines, same index."""
        return self.build(lines, known)


def feature(
    *,
    kind: Kind,
    unit: str,
    risk: Risk,
    flag: str,
    fields: tuple[str, ...],
    revision: int,
    neutral: float | None = None,
) -> Callable[[Build], Feature]:
    """Declares the function below as a feature; its name and the first line of its docstring are taken from it."""

    def declared(build: Build) -> Feature:
        meaning = (build.__doc__ or "").strip().partition("\n")[0]
        return Feature(build, build.__name__, meaning, kind, unit, risk, flag, fields, revision, neutral)

    return declared


def three_valued(yes: pd.Series, evaluated: pd.Series) -> pd.Series:
    """Yes or no where it could be evaluated, missing elsewhere: no < not evaluated < yes."""
    if not yes.index.equals(evaluated.index):
        return yes.fillna(False).astype("boolean").where(evaluated.fillna(False).astype(bool))
    answer = pd.arrays.BooleanArray(_truth(yes).copy(), ~_truth(evaluated))
    return pd.Series(answer, index=yes.index, name=yes.name)


def _truth(answers: pd.Series) -> npt.NDArray[np.bool_]:
    """Where the answer is yes."""
    if answers.dtype != bool:
        answers = answers.fillna(False).astype(bool)
    return answers.to_numpy()


def any_of(answers: Iterable[pd.Series]) -> pd.Series:
    """Yes if one answer is yes, no if all are no, otherwise not evaluated (Kleene's or)."""
    first, *others = answers
    for answer in others:
        first = first | answer
    return first


def check(features: tuple[Feature, ...]) -> None:
    """Refuses declarations that contradict each other, the flag catalogue or the vocabulary; names every fault."""
    faults = [fault for feature in features for fault in _faults(feature)]
    names = [feature.name for feature in features]
    faults += [f"{name}: declared twice" for name in sorted({name for name in names if names.count(name) > 1})]
    measured = {feature.flag for feature in features}
    faults += _shared_flags(features)
    for flag in red_flags().values():
        if flag.unseen is None and flag.key not in measured:
            faults.append(f"red flag {flag.key}: no feature measures it and it does not say why it is unseen")
        if flag.unseen is not None and flag.key in measured:
            faults.append(f"red flag {flag.key}: says it is unseen, but a feature measures it")
    if faults:
        raise DeclarationRefused("; ".join(faults))


def _shared_flags(features: tuple[Feature, ...]) -> Iterable[str]:
    telling = Counter(feature.flag for feature in features if feature.kind == "flag")
    for key in sorted(key for key, count in telling.items() if count > 1):
        several = ", ".join(each.name for each in features if each.flag == key and each.kind == "flag")
        yield f"red flag {key}: measured by more than one flag ({several}); give each an entry of its own"


def _faults(feature: Feature) -> Iterable[str]:
    if feature.flag not in red_flags():
        yield f"{feature.name}: red flag '{feature.flag}' is not in red_flags.toml"
    for name in feature.fields:
        if name not in order_fields():
            yield f"{feature.name}: field '{name}' is not in the vocabulary"
    if not feature.meaning:
        yield f"{feature.name}: has no docstring"
    if (feature.kind == "number") != (feature.neutral is not None and np.isfinite(feature.neutral)):
        yield f"{feature.name}: a number declares a finite neutral level, and only a number does"
    if feature.risk == "unsigned" and not MAY_BE_UNSIGNED.issuperset(feature.fields):
        yield f"{feature.name}: unsigned, yet it reads more than the part and dates"
    if feature.kind == "flag" and feature.risk != "rises":
        yield f"{feature.name}: a red flag only ever raises risk"
