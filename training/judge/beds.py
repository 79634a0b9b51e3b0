"""The test beds at home: seen kinds, later attempts, one kind left out; reported side by side, never averaged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from scoring.model import Floats, margins, probabilities, usable_cores
from training.evaluate import AMOUNTS, HeldOut, alerting, calibration, of_orders, ranked
from training.intervals import Interval, Measure, bootstrap
from training.judge.figure import Figure, exact, figures
from training.judge.teach import Bench, Lot, scored, scorers
from training.judge.world import World, unseen_customers, without
from training.ranking import share_found
from training.split import Split

TRUTH, REVIEWED = "out_of_time", "reviewed_orders"
QUARTER, KIND, OTHER, BLANKED, GUIDED, PUBLIC, ALARM = (
    "by_quarter",
    "left_out_typology",
    "other_world",
    "blanked_cells",
    "by_guidance",
    "public_cases",
    "alarms",
)
ONE_PERCENT = 0.01  # of the orders: the budget at which kinds and attempts are compared


def seen_kinds(lots: list[Lot], world: World) -> pd.DataFrame:
    """The scores of every test line, by the model of its own rotation."""
    return pd.concat([scored(lot.scorers, world.matrix.loc[lot.side.test]) for lot in lots]).sort_index()


def orders_of(world: World, found: pd.DataFrame) -> pd.DataFrame:
    """One row a test order: label (truly diverted or not), scores, customer, first day, value and TPP."""
    rows = world.rows.loc[found.index, ["order_id", "customer", "ordered_on"]]
    rows = rows.assign(label=world.diverted.loc[found.index].astype(int)).join(world.facts[list(AMOUNTS)])
    return of_orders(HeldOut(rows.join(found), tuple(found.columns), np.empty(0)))


def out_of_time(bench: Bench, world: World, lots: list[Lot], orders: pd.DataFrame) -> Iterator[Figure]:
    """All orders of the test period against the truth, found by reviewers or not, pooled and by quarter."""
    yield from figures(TRUTH, world.name, ranked(orders, bench.names, draws=bench.draws))
    high = pd.concat([alarmed(lot, world, lot.side.test) for lot in lots])
    told = bootstrap(alerting(high.loc[orders.index]), orders["customer"], draws=bench.draws)
    told |= later_attempts(bench, world, orders)
    counted = {"lines": len(world.lines), "orders": len(orders), "diverted_orders": orders["label"].sum()}
    yield from figures(TRUTH, world.name, told | {f"test/{name}": exact(value) for name, value in counted.items()})
    for quarter, part in orders.groupby(orders["ordered_on"].dt.to_period("Q").astype(str), sort=True):
        found = ranked(part, ("model",), draws=bench.draws)
        found |= {"test/orders": exact(len(part)), "test/diverted_orders": exact(part["label"].sum())}
        yield from figures(QUARTER, world.name, found, str(quarter))


def alarmed(lot: Lot, world: World, index: pd.Index) -> pd.Series:
    """Whether each order of these lines has a line that reaches the high band of the lot's model."""
    high = lot.scorers["model"](world.matrix.loc[index]) >= lot.model.thresholds[1]
    return pd.Series(high, index=index).groupby(world.rows.loc[index, "order_id"]).any()


def later_attempts(bench: Bench, world: World, orders: pd.DataFrame) -> dict[str, Interval]:
    """The share of first attempts found at a 1 % budget, that of attempts changed after a refusal, and their ratio."""
    attempt = world.attempts.groupby(world.rows["order_id"]).max().loc[orders.index].to_numpy()
    first, later = ((attempt == 1).astype(np.float64), (attempt > 1).astype(np.float64))
    told = {"test/first_attempts": exact(first.sum()), "test/later_attempts": exact(later.sum())}
    asked = {name: (first, orders[name], later, orders[name]) for name in bench.names}
    words = ("first_attempts_found", "later_attempts_found", "later_to_first_ratio")
    return told | bootstrap(_compared(asked, words), orders["customer"], draws=bench.draws)


def reviewed(bench: Bench, world: World, lots: list[Lot]) -> Iterator[Figure]:
    """The test orders that reviewers decided, with their labels: how the probabilities held."""
    said, label, weight, customer = [], [], [], []
    for lot in lots:
        rows = world.rows.loc[lot.side.test]
        rows = rows[rows["label"].notna()]
        said.append(probabilities(lot.model, margins(lot.model, world.matrix.loc[rows.index], threads=1)))
        label.append(rows["label"])
        weight.append(rows["weight"])
        customer.append(rows["customer"])
    probability, found, mass = np.concatenate(said), pd.concat(label), pd.concat(weight)
    told = bootstrap(calibration(found, probability, mass), pd.concat(customer), draws=bench.draws)
    told |= {"model/mean_probability": exact(np.average(probability, weights=mass))}
    told |= {"test/confirmed_share": exact(np.average(found, weights=mass)), "test/lines": exact(len(found))}
    yield from figures(REVIEWED, world.name, told)


def left_out_kinds(bench: Bench, world: World) -> Iterator[Figure]:
    """For each typology: its orders found at a 1 % budget when it was taught, when it was not, and the ratio.

    Not taught means that no training line shows it, whatever else that line shows. Orders of the other kinds compete
    for the same budget, as they would. Customers are unseen; months are not kept apart, or too few orders are left.
    """
    sides = unseen_customers(world, bench.seed)
    codes = world.typologies()
    nobody = pd.Series(False, index=world.lines.index)
    left_out = [nobody, *(world.shows(code) for code in codes)]
    jobs = [(side, gone) for gone in left_out for side in sides]
    with ThreadPoolExecutor(usable_cores()) as room:
        parts = list(room.map(lambda job: _without(bench, world, *job), jobs))
    step = len(sides)
    lots = [pd.concat(parts[begin : begin + step]).sort_index() for begin in range(0, len(parts), step)]
    before = orders_of(world, lots[0])
    for code, shown, scores in zip(codes, left_out[1:], lots[1:], strict=True):
        yield from figures(KIND, world.name, _kept(bench, world, shown, before, orders_of(world, scores)), code)


def _without(bench: Bench, world: World, side: Split, gone: pd.Series) -> pd.DataFrame:
    """The scores of one side's test lines by contenders taught without the lines that are gone."""
    return scored(scorers(bench, world.taught(without(side, gone).train)), world.matrix.loc[side.test])


def _kept(
    bench: Bench, world: World, shown: pd.Series, before: pd.DataFrame, after: pd.DataFrame
) -> dict[str, Interval]:
    """What each contender finds of the orders that show the kind, taught and untaught, on the same draws."""
    label = shown.groupby(world.rows["order_id"]).max().reindex(before.index).to_numpy(dtype=np.float64)
    able = [name for name in bench.names if after[name].notna().all()]
    asked = {name: (label, before[name], label, after[name]) for name in able}
    words = ("found_when_taught", "found_when_left_out", "ratio")
    drawn = bootstrap(_compared(asked, words), before["customer"], draws=bench.draws)
    return {"test/orders": exact(label.sum()), **drawn}


def _compared(asked: Mapping[str, tuple[Floats, pd.Series, Floats, pd.Series]], words: tuple[str, str, str]) -> Measure:
    """For each contender two recalls at a 1 % budget, each of a label by a score, and the second to the first, on the
    same draws; `words` name the three.

    There is no ratio where nothing was found before.
    """
    both = {
        name: tuple(
            share_found(label, score.to_numpy(dtype=np.float64), ONE_PERCENT) for label, score in (each[:2], each[2:])
        )
        for name, each in asked.items()
    }

    def figures_of(weights: Floats) -> dict[str, Floats]:
        told: dict[str, Floats] = {}
        for name, (one, other) in both.items():
            before, after = one(weights), other(weights)
            ratio = np.divide(after, before, out=np.full(len(before), np.nan), where=before > 0)
            told |= {f"{name}/{word}": each for word, each in zip(words, (before, after, ratio), strict=True)}
        return told

    return figures_of
