"""A small matrix of three flags and a number whose truth is known, for tests that need no order book."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from features.declare import Feature, feature
from features.known import Known
from scoring.model import Input
from training.baseline import guidance


def _flag(name: str, flag: str) -> Feature:
    def build(lines: pd.DataFrame, known: Known) -> pd.Series:
        """Whether the line shows it."""
        return lines[name]

    build.__name__ = name
    return feature(kind="flag", unit="yes/no", risk="rises", flag=flag, fields=(), revision=1)(build)


@feature(kind="number", unit="days", risk="falls", flag="headquarters-unknown", fields=(), revision=1, neutral=30.0)
def days_known(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Days since the first order."""
    return lines["days_known"]


FEATURES = (
    _flag("headquarters_in_d5", "headquarters-d5-macau"),
    _flag("parent_in_d5", "headquarters-d5-macau"),
    _flag("headquarters_missing", "headquarters-unknown"),
    days_known,
)


@dataclass(frozen=True)
class World:
    """A matrix, what reviewers found on each row, and whose row it is."""

    inputs: tuple[Input, ...]
    matrix: pd.DataFrame
    label: pd.Series
    weight: pd.Series
    customer: pd.Series


def made(rows: int = 1500, seed: int = 1) -> World:
    """Rows whose log-odds are -3, plus 3 for a first flag that says yes, less a hundredth a day known."""
    draw = np.random.default_rng(seed)
    flags = {
        each.name: pd.Series(draw.random(rows) < 0.3, dtype="boolean").mask(pd.Series(draw.random(rows) < 0.3))
        for each in FEATURES
        if each.kind == "flag"
    }
    matrix = pd.DataFrame({**flags, "days_known": draw.integers(0, 300, rows).astype("float64")})
    log_odds = -2.0 + 3.0 * matrix["headquarters_in_d5"].fillna(False) - 0.01 * matrix["days_known"]
    label = pd.Series(draw.random(rows) < 1 / (1 + np.exp(-log_odds.to_numpy(dtype="float64")))).astype("int64")
    customer = pd.Series(draw.integers(0, 200, rows)).astype(str)
    return World(guidance(FEATURES), matrix, label, pd.Series(1.0, index=label.index), customer)


@pytest.fixture(scope="session")
def world() -> World:
    return made()
