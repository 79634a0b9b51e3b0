"""Every diverter leaves out the cells that told most on him: what the queue still finds."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from features.lines import with_facts
from features.matrix import FEATURES, measure
from scoring.model import contributions
from training.evaluate import ranked
from training.judge.beds import BLANKED, orders_of
from training.judge.figure import Figure, figures
from training.judge.teach import Bench, Lot, scored
from training.judge.world import World

TELLING = 3
KEPT = frozenset({"order_id", "line_no", "version", "order_date"})  # no order can be entered without them


def blanked_cells(bench: Bench, world: World, lots: list[Lot], seen: pd.DataFrame) -> Iterator[Figure]:
    """All contenders after the diverters blanked the order fields behind the model's three largest contributions."""
    after = seen.copy()
    for lot in lots:
        index = lot.side.test[world.diverted.loc[lot.side.test].to_numpy()]
        order = world.rows.loc[index, "order_id"]
        fields = telling_fields(lot, world.matrix.loc[index], order)
        gone = {name: order.map(fields).map(lambda told, name=name: name in told) for name in sorted(_all(fields))}
        after.loc[index] = scored(lot.scorers, blanked(world, index, gone))
    yield from figures(BLANKED, world.name, ranked(orders_of(world, after), bench.names, draws=bench.draws))


def telling_fields(lot: Lot, matrix: pd.DataFrame, order: pd.Series) -> dict[str, frozenset[str]]:
    """For each order, the fields read by the three inputs that raise its highest line most."""
    parts = contributions(lot.model, matrix, threads=1).drop(columns="intercept")
    highest = parts.sum(axis=1).groupby(order).idxmax()
    read = {each.name: frozenset(each.fields) - KEPT for each in FEATURES}
    found = {}
    for name, row in parts.loc[highest].set_axis(highest.index).iterrows():
        raised = row[row > 0].nlargest(TELLING)
        found[str(name)] = frozenset[str]().union(*(read[str(each)] for each in raised.index))
    return found


def blanked(world: World, index: pd.Index, gone: dict[str, pd.Series]) -> pd.DataFrame:
    """The matrix of these lines with cells blank: for each field of the order file, a truth a line."""
    lines = world.lines.loc[index].copy()
    for name, blank in gone.items():
        if name in lines:
            lines[name] = lines[name].mask(blank)
    return measure(with_facts(lines, world.known), world.known)


def _all(fields: dict[str, frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*fields.values())
