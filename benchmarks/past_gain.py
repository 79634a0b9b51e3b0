"""What the signals of the past add: what a 1 % review budget finds of each typology, with and without them.

One simulated world; every order of the test period is judged once, by a model that never saw its customer.

    python benchmarks/past_gain.py [--lines 60000] [--seed 11] [--world home]
"""

from __future__ import annotations

import argparse
from datetime import date

import pandas as pd

from features import history, history_changes, history_site, network
from features.matrix import FEATURES
from scoring.model import margins
from training.baseline import guidance
from training.contenders import product
from training.evaluate import AMOUNTS
from training.fit import BAG
from training.intervals import bootstrap
from training.judge.world import World, rotations, simulated_world
from training.ranking import measure

AS_OF = date(2026, 11, 25)
BUDGET = {"1": 0.01}
PAST = {each.name for module in (history, history_changes, history_site) for each in module.FEATURES}
LINKS = {each.name for each in network.FEATURES}
SIDES = {"all signals": set(), "without links": LINKS, "without links and history": LINKS | PAST}


def main() -> None:
    """Prints average precision and, for each typology, the share found, for each set of signals."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--lines", type=int, default=60_000)
    given.add_argument("--seed", type=int, default=11)
    given.add_argument("--world", default="home")
    told = given.parse_args()
    here = simulated_world(told.world, told.lines, told.seed, AS_OF)
    found = pd.DataFrame({name: scored(here, without, told.seed) for name, without in SIDES.items()})
    print(f"world {told.world}, {told.lines:,} lines, seed {told.seed}; share found reviewing 1 % of orders")
    print(figures(here, found).to_string())


def scored(here: World, without: set[str], seed: int) -> pd.Series:
    """The margin of each test line by the model of its rotation, taught without some signals."""
    inputs = tuple(each for each in guidance(FEATURES) if each.name not in without)
    parts = []
    for side in rotations(here, seed):
        model = product(inputs, here.taught(side.train), seed, bag=BAG)
        columns = here.matrix.loc[side.test, [each.name for each in inputs]]
        parts.append(pd.Series(margins(model, columns, threads=1), index=side.test))
    return pd.concat(parts).sort_index()


def figures(here: World, found: pd.DataFrame) -> pd.DataFrame:
    """A row a figure: average precision, then each typology with its orders; a column a set of signals."""
    rows = here.rows.loc[found.index, ["order_id", "customer"]].join(here.facts[list(AMOUNTS)])
    orders = rows.join(found).groupby("order_id").agg({"customer": "first", **dict.fromkeys(found, "max")})
    diverted = here.diverted.loc[found.index].groupby(rows["order_id"]).any().reindex(orders.index)
    told = {"average precision": {name: _ap(orders, diverted, name) for name in found}}
    places = orders[list(found)].rank(ascending=False, method="first") <= max(1, round(len(orders) * BUDGET["1"]))
    for code in here.typologies():
        shows = here.shows(code).loc[found.index].groupby(rows["order_id"]).any().reindex(orders.index)
        told[f"{code} ({int(shows.sum())} orders)"] = {name: f"{places.loc[shows, name].mean():.2f}" for name in found}
    return pd.DataFrame(told).T


def _ap(orders: pd.DataFrame, diverted: pd.Series, name: str) -> str:
    label, margin = diverted.to_numpy(dtype=float), orders[name].to_numpy(dtype=float)
    each = bootstrap(measure(label, margin, {}, BUDGET), orders["customer"], draws=500)["average_precision"]
    return f"{each.value:.3f} [{each.low:.3f}, {each.high:.3f}]"


if __name__ == "__main__":
    main()
