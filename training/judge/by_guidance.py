"""Orders as published guidance describes a diversion: what the model has kept of what the guidance alone would find.

A simulated world has its own mind about which sign tells of what. Here nothing but the guidance has: some honest orders
of the test period are given more flags, each as much more often as its weight says, and those have to be found. The
guidance ranks them as well as anything can, so its own figure is the mark; a model far below it has learnt its world.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.model import Input
from training.evaluate import ranked
from training.judge.beds import GUIDED, orders_of
from training.judge.figure import Figure, exact, figures
from training.judge.teach import Bench, Lot, scored
from training.judge.world import World

Truths = npt.NDArray[np.bool_]
SHARE = 0.02  # of the honest orders, which are given flags; judgement, as rare as in world "common"
SELDOM = 0.01  # share of honest lines with a flag that the world never draws; judgement


def by_guidance(bench: Bench, world: World, lots: list[Lot]) -> Iterator[Figure]:
    """All contenders on the honest test orders, of which some show flags as the guidance says."""
    draw = np.random.default_rng(bench.seed)
    orders = pd.Index(world.rows["order_id"].unique())
    drawn = pd.Series(draw.random(len(orders)) < SHARE, index=orders)
    told = []
    for lot in lots:
        index = lot.side.test[~world.diverted.loc[lot.side.test].to_numpy()]
        chosen = drawn.loc[world.rows.loc[index, "order_id"]].to_numpy(dtype=bool)
        told.append(scored(lot.scorers, flagged(bench.inputs, world.matrix.loc[index], chosen, draw)))
    found = orders_of(world, pd.concat(told).sort_index())
    found = found.assign(label=drawn.loc[found.index].astype(int))
    counted = {"test/orders": exact(len(found)), "test/flagged_orders": exact(found["label"].sum())}
    yield from figures(GUIDED, world.name, ranked(found, bench.names, draws=bench.draws) | counted)


def flagged(inputs: tuple[Input, ...], matrix: pd.DataFrame, chosen: Truths, draw: np.random.Generator) -> pd.DataFrame:
    """The matrix with flags turned from no to yes on the chosen rows: the odds of a yes rise as the guidance says.

    What is not evaluated stays so, and a flag without weight stays as it is.
    """
    made = {}
    for each in inputs:
        answer = matrix[each.name]
        if each.kind != "flag" or each.offsets[2] <= 0 or not answer.notna().any():
            continue
        honest = max(SELDOM, float(answer.mean()))
        more = float(np.exp(each.offsets[2])) - 1.0
        turned = chosen & (draw.random(len(matrix)) < honest * more / (1.0 + honest * more))
        made[each.name] = answer.mask(answer.eq(False).fillna(False) & turned, True)
    return matrix.assign(**made)
