"""Ranks the public cases of training/cases among honest simulated orders: the model, its guidance, a flag count.

python benchmarks/public_cases.py [--model FOLDER] [--draws 20] [--honest 2000]
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from scoring.model import load
from training.public_cases import DRAWS, HONEST, ranks, shares

HERE = Path(__file__).parents[1]
FIRST, LAST = "2023-12", "2026-10"  # the months of the simulated world (training/simulate/world.toml)


def main() -> None:
    """Prints one row a case, then the shares with their intervals."""
    given = argparse.ArgumentParser()
    given.add_argument("--model", type=Path, default=HERE / "scoring" / "baseline")
    given.add_argument("--draws", type=int, default=DRAWS)
    given.add_argument("--honest", type=int, default=HONEST)
    given.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 11, 25))
    told = given.parse_args()
    cases, masters = (_read(HERE / "training" / "cases" / name) for name in ("cases.csv", "cases_customers.csv"))
    table = ranks(
        cases, masters, load(told.model), as_of=told.as_of, first=FIRST, last=LAST, draws=told.draws, honest=told.honest
    )
    with pd.option_context("display.width", 160, "display.max_rows", 500, "display.float_format", "{:.3g}".format):
        print(table.sort_values(["use", "model"]).to_string())
        print(shares(table, told.honest).to_string(index=False))


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False).replace("", np.nan)


if __name__ == "__main__":
    main()
