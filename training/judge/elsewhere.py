"""Other worlds than home: what is found there when taught at home and when taught inside; worlds that are too easy."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from training.alarms import Alarm
from training.evaluate import alerting, ranked
from training.intervals import bootstrap
from training.judge.beds import OTHER, TRUTH, alarmed, orders_of
from training.judge.figure import Figure, exact, figures
from training.judge.teach import Bench, Lot, scored, scorers, taught
from training.judge.world import World, rotations
from training.split import OUTCOME_DAYS, Split, first_test_day

AT_HOME, INSIDE = "taught at home", "taught inside"
EASY = 0.9  # average precision of the weakest contender above which a world tells nothing of a model; judgement
LEARNERS = ("model", "plain_lightgbm", "logistic_regression", "counted_flags")


def taught_at_home(bench: Bench, home: World) -> Lot:
    """Every contender taught on all that was known at home before the cut."""
    rows, cut = home.rows, first_test_day(home.rows)
    early = (rows["ordered_on"] < cut - pd.Timedelta(days=OUTCOME_DAYS)) & ~(rows["decided_on"] >= cut)
    return taught(bench, home, Split(rows.index[early], rows.index[:0], cut, OUTCOME_DAYS, {}))


def elsewhere(bench: Bench, made: Lot, other: World) -> Iterator[Figure]:
    """The other world's orders of the test period, by those taught at home and by those taught inside.

    Inside, training is earlier and by other customers, as at home; a contender taught too little there has no figure.
    """
    asked = other.rows.index[other.rows["ordered_on"] >= made.side.cut]
    yield from _judged(bench, other, scored(made.scorers, other.matrix.loc[asked]), AT_HOME, made)
    sides = rotations(other, bench.seed)
    parts = [
        scored(scorers(bench, other.taught(side.train)), other.matrix.loc[side.test])
        for side in sides
        if len(side.test)
    ]
    yield from _judged(bench, other, pd.concat(parts).sort_index(), INSIDE)


def _judged(bench: Bench, world: World, found: pd.DataFrame, case: str, lot: Lot | None = None) -> Iterator[Figure]:
    """The figures of each contender that has a score everywhere; alerts by the thresholds of the lot's model."""
    able = tuple(name for name in bench.names if found[name].notna().all())
    orders = orders_of(world, found[list(able)])
    told = ranked(orders, able, draws=bench.draws)
    if lot is not None:
        high = alarmed(lot, world, found.index).loc[orders.index]
        told |= bootstrap(alerting(high), orders["customer"], draws=bench.draws)
    counted = {"lines": len(world.lines), "orders": len(orders), "diverted_orders": orders["label"].sum()}
    told |= {f"test/{name}": exact(value) for name, value in counted.items()}
    yield from figures(OTHER, world.name, told, case)


def too_easy(found: pd.DataFrame) -> list[Alarm]:
    """An alarm a world: the lowest average precision of all that learn or count, taught inside it, must not be high."""
    inside = (found["bed"] == TRUTH) | ((found["bed"] == OTHER) & (found["case"] == INSIDE))
    rows = found[inside & (found["metric"] == "average_precision") & found["contender"].isin(LEARNERS)]
    says = "every contender finds nearly all: rebuild the world, it does not tell a good model from a bad one"
    lowest = rows.groupby("world", sort=False)["value"].min()
    return [Alarm(f"too_easy_{name}", float(each), EASY, bool(each > EASY), says) for name, each in lowest.items()]
