"""Do reasons hold still: two bags taught on disjoint customers, and what each names first on the top of the queue.

The training customers are dealt into two halves, each with its own reviews and its own bag. Both explain the same top
of the test orders, as ranked by a model of all customers, as `scoring.explain` does: against the usual line.

    python benchmarks/reasons.py --lines 60000 --deals 3
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.families import families
from features.matrix import FEATURES
from scoring.explain import NEAR, apart, by_family
from scoring.model import Model, margins
from training.baseline import guidance
from training.fit import fit
from training.intervals import bootstrap, spread
from training.labels import lessons
from training.material import from_simulator, signals
from training.monitor.reference import reference
from training.split import dealt, split

TOP = 0.02  # of the test lines
INPUTS = guidance(FEATURES)
GROUPED = {
    "input": [each.name for each in FEATURES],
    "red flag": [each.flag for each in FEATURES],
    "family": [families()[each.flag] for each in FEATURES],
}
FIRST_FEW = 3


def main() -> None:
    """Prints the share of the top lines that both bags lead with the same input, red flag and family; a row a deal."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--lines", type=int, default=60_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--deals", type=int, default=3)
    told = asked.parse_args()
    material = from_simulator(told.lines, told.seed)
    _, facts, matrix = signals(material, date(2026, 11, 25))
    found = pd.DataFrame(agreements(facts, matrix, material.rows, told.seed, told.deals))
    print(found.round(3).to_string(index=False))


def agreements(
    facts: pd.DataFrame, matrix: pd.DataFrame, rows: pd.DataFrame, seed: int, deals: int
) -> Iterator[dict[str, float]]:
    """One row a deal of the customers: confirmed lines of the poorer half, top lines, and the shares of `alike`."""
    sides = split(rows, seed=seed)
    taught = lessons(rows.loc[sides.train], sides.cut)
    asked = matrix.loc[sides.test]
    whole = margins(_bag(matrix, taught, seed), asked, threads=1)
    top = asked[whole >= np.quantile(whole, 1 - TOP)]
    for deal in range(deals):
        first = dealt(taught["customer"], 0.5, seed + deal, "reasons")
        halves = (taught[first], taught[~first])
        bags = [_told(_bag(matrix, half, seed), facts.loc[sides.train], matrix.loc[sides.train]) for half in halves]
        fewest = min(int(half["label"].sum()) for half in halves)
        yield {"confirmed": fewest, "lines": len(top), **alike(bags, top, rows.loc[top.index, "customer"])}


def alike(bags: list[Model], top: pd.DataFrame, customer: pd.Series) -> dict[str, float]:
    """The share of lines that both bags lead with the same input, red flag and family, with intervals.

    "in few" is the share whose leading input of the first bag is among the first three of the second; "as much" the
    share whose leading family of the first bag leads in the second too, or adds as much as the one that does; "chance"
    that of lines dealt at random which would lead with the same family.
    """
    parts = [apart(bag, top, threads=1) for bag in bags]
    same = {level: np.equal(*(_leading(each, names) for each in parts)) for level, names in GROUPED.items()}
    place = parts[1].rank(axis=1, ascending=False, method="first").to_numpy()
    first = parts[0].to_numpy().argmax(axis=1)
    same["in few"] = place[np.arange(len(top)), first] <= FIRST_FEW
    sums = [by_family(bag, each) for bag, each in zip(bags, parts, strict=True)]
    leads = sums[0].to_numpy().argmax(axis=1)
    second = sums[1].to_numpy()
    same["as much"] = second[np.arange(len(top)), leads] >= second.max(axis=1) - NEAR
    found = bootstrap(
        lambda weights: {level: weights @ each / np.maximum(weights.sum(axis=1), 1.0) for level, each in same.items()},
        customer,
    )
    counts = [np.bincount(each.to_numpy().argmax(axis=1), minlength=second.shape[1]) / len(top) for each in sums]
    return spread(found) | {"chance": float(counts[0] @ counts[1])}


def _leading(parts: pd.DataFrame, names: list[str]) -> npt.NDArray[np.str_]:
    """The group of inputs that adds most to each line, summed over the group."""
    sums = parts.T.groupby(names).sum().T
    found: npt.NDArray[np.str_] = np.asarray(sums.columns, dtype=np.str_)[sums.to_numpy().argmax(axis=1)]
    return found


def _told(model: Model, facts: pd.DataFrame, matrix: pd.DataFrame) -> Model:
    """The model with what its training lines usually answer."""
    return replace(model, facts={"reference": reference(model, facts, matrix)})


def _bag(matrix: pd.DataFrame, taught: pd.DataFrame, seed: int) -> Model:
    return fit(INPUTS, matrix.loc[taught.index], taught["label"], taught["weight"], taught["customer"], seed=seed)


if __name__ == "__main__":
    main()
