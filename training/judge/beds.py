"""The test beds: seen kinds, one kind left out, another world; reported side by side, never averaged."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from scoring.model import Floats, margins, probabilities, usable_cores
from training.evaluate import AMOUNTS, HeldOut, calibration, of_orders, ranked
from training.intervals import Interval, Measure, bootstrap
from training.judge.figure import Figure, exact, figures
from training.judge.teach import Bench, Lot, scored, scorers
from training.judge.world import World, rotations, unseen_customers, without
from training.ranking import measure
from training.split import Split, first_test_day

TRUTH, REVIEWED = "out_of_time", "reviewed_orders"
QUARTER, KIND, OTHER, BLANKED, PUBLIC, ALARM = (
    "by_quarter",
    "left_out_typology",
    "other_world",
    "blanked_cells",
    "public_cases",
    "alarms",
)
ONE_PERCENT = {"1": 0.01}
FOUND = "found_reviewing_1_percent"


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
    high = pd.concat(
        [
            world.rows.loc[lot.side.test, ["order_id"]].assign(
                high=lot.scorers["model"](world.matrix.loc[lot.side.test]) >= lot.model.thresholds[1]
            )
            for lot in lots
        ]
    )
    alerts = 1000.0 * float(high.groupby("order_id")["high"].any().mean())
    counted = {"orders": len(orders), "diverted_orders": orders["label"].sum()}
    told = {"model/alerts_per_1000_orders": exact(alerts)}
    yield from figures(TRUTH, world.name, told | {f"test/{name}": exact(value) for name, value in counted.items()})
    for quarter, part in orders.groupby(orders["ordered_on"].dt.to_period("Q").astype(str), sort=True):
        found = ranked(part, ("model",), draws=bench.draws)
        found |= {"test/orders": exact(len(part)), "test/diverted_orders": exact(part["label"].sum())}
        yield from figures(QUARTER, world.name, found, str(quarter))


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
    told = {"test/orders": exact(label.sum())}
    for name in bench.names:
        if after[name].notna().all():
            drawn = bootstrap(_pair(label, before[name], after[name]), before["customer"], draws=bench.draws)
            told |= {f"{name}/{figure}": each for figure, each in drawn.items()}
    return told


def _pair(label: Floats, taught: pd.Series, untaught: pd.Series) -> Measure:
    """Both recalls and their ratio on the same draws; no ratio where nothing was found before."""
    one, other = (measure(label, each.to_numpy(dtype=np.float64), {}, ONE_PERCENT) for each in (taught, untaught))

    def figures_of(weights: Floats) -> dict[str, Floats]:
        before, after = one(weights)[FOUND], other(weights)[FOUND]
        ratio = np.divide(after, before, out=np.full(len(before), np.nan), where=before > 0)
        return {"found_when_taught": before, "found_when_left_out": after, "ratio": ratio}

    return figures_of


def other_world(bench: Bench, home: World, other: World) -> Iterator[Figure]:
    """Taught on everything before the cut at home, judged on the other world's orders of the test period."""
    cut = first_test_day(home.rows)
    side = rotations(home, bench.seed)[0]
    early = home.rows["ordered_on"] < cut - pd.Timedelta(days=side.days)
    known = ~(home.rows["decided_on"] >= cut)
    made = scorers(bench, home.taught(home.rows.index[early & known]))
    asked = other.rows.index[other.rows["ordered_on"] >= cut]
    found = ranked(orders_of(other, scored(made, other.matrix.loc[asked])), bench.names, draws=bench.draws)
    yield from figures(OTHER, other.name, found, f"taught on {home.name}")
