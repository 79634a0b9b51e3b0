"""The encoded public cases: what sources state of each order, read as text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import training
from training.fit import TrainingRefused
from training.simulate.world import world

CASES = Path(training.__file__).parent / "cases"
"""The cases that come with the project."""

PROVEN = ("positive", "positive_other_items")
"""Uses of a case that are proven diversions (indictments, settlements, convictions) and may teach."""


@dataclass(frozen=True)
class PublicCases:
    """The encoded cases with their customer file, and the months of the simulated world that they are set among."""

    orders: pd.DataFrame
    customers: pd.DataFrame
    first: str
    last: str

    @property
    def window(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """The first and the last day of those months."""
        return pd.Timestamp(self.first), pd.Timestamp(self.last) + pd.offsets.MonthEnd(0)


def public_cases(folder: Path) -> PublicCases:
    """The encoded public cases of a folder; raises TrainingRefused when a file is missing."""
    tables = []
    for name in ("cases.csv", "cases_customers.csv"):
        if not (folder / name).is_file():
            raise TrainingRefused(f"{folder}: no {name} there; give the folder of the encoded public cases")
        tables.append(pd.read_csv(folder / name, dtype=str, keep_default_na=False).replace("", np.nan))
    here = world()
    return PublicCases(tables[0], tables[1], here.start.strftime("%Y-%m"), here.end.strftime("%Y-%m"))
