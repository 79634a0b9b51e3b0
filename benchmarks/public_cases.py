"""Ranks the public cases of training/cases among honest simulated orders: the model, its guidance, a flag count.

python benchmarks/public_cases.py [--model FOLDER] [--draws 20] [--honest 2000]

With `--leave-out 5` cases also teach (training/case_lessons.py): they are dealt into five groups, a case whole with its
twins, and each group is ranked by a model of the simulated book that was taught the other groups alone. Beside it
stand the same fit without any case, the twins (what rises with them rises because it was told like a case, not because
it was diverted), and what both find of the simulated test side.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from features.matrix import FEATURES
from scoring.model import Model, load, margins
from training.baseline import guidance, guidance_margin
from training.blocks import Matrix, of_frame
from training.case_files import CASES, PROVEN, public_cases
from training.case_lessons import CaseLessons, case_lessons, parts_of
from training.contest.paired import between, minus
from training.fit import BAG, fit_blocks
from training.intervals import Interval, Measure
from training.material import from_simulator, signals
from training.matrices import blocks_of
from training.public_cases import DRAWS, HONEST, TOLD, Contender, ranks, shares
from training.ranking import measure
from training.split import Split, split
from training.train import LINES, SEED, lessons_of

HERE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Home:
    """The simulated book that every model of this file is taught in."""

    matrix: Matrix
    rows: pd.DataFrame
    truth: pd.Series
    sides: Split
    seed: int
    bag: int


def main() -> None:
    """Prints one row a case, then the shares with their intervals; of models that cases taught what it costs too."""
    given = argparse.ArgumentParser()
    given.add_argument("--model", type=Path, default=HERE / "scoring" / "baseline")
    given.add_argument("--draws", type=int, default=DRAWS)
    given.add_argument("--honest", type=int, default=HONEST)
    given.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 11, 25))
    given.add_argument("--leave-out", type=int, default=0, metavar="GROUPS")
    given.add_argument("--lines", type=int, default=LINES)
    given.add_argument("--bag", type=int, default=BAG)
    told = given.parse_args()
    cases, shipped = public_cases(CASES), load(told.model)
    place = partial(
        ranks, cases.orders, cases.customers, as_of=told.as_of, first=cases.first, last=cases.last, draws=told.draws,
        honest=told.honest,
    )  # fmt: skip
    if told.leave_out:
        table = _left_out(shipped, place, dealt(cases.orders["case_id"], told.leave_out), told)
    else:
        table = place(shipped)
    with pd.option_context("display.width", 180, "display.max_rows", 500, "display.float_format", "{:.3g}".format):
        print(table.sort_values(["use", table.columns[len(TOLD)]]).to_string())
        print(shares(table, told.honest).to_string(index=False))
        if told.leave_out:
            print("above its own twins:", above_twins(table), sep="\n")


def dealt(case_id: pd.Series, groups: int) -> pd.Series:
    """The group (0 … groups-1) of each case, by its id; groups differ by one case at most."""
    cases = sorted(set(case_id))
    return pd.Series({case: number % groups for number, case in enumerate(cases)})


def by_the_unseen(table: pd.DataFrame, group: pd.Series) -> pd.DataFrame:
    """The table of ranks with, for `left_out_0`, `left_out_1`, …, one column: of the model that never saw the case."""
    names = [f"left_out_{number}" for number in range(group.max() + 1)]
    own = table["case_id"].map(group).to_numpy()
    taught = table[names].to_numpy()[np.arange(len(table)), own]
    return table.drop(columns=names).assign(taught=taught)


def above_twins(table: pd.DataFrame) -> pd.DataFrame:
    """For each use and contender the share of pairs, of an order of a case and a twin of that case, in which the order
    stands above; a half where the contender tells nothing that only the case states. Equals count a half."""
    names = [name for name in table.columns if name not in TOLD]
    twins = table.loc[table["use"] == "twin", ["case_id", *names]]
    pairs = table[table["use"].isin(PROVEN)].merge(twins, on="case_id", suffixes=("", "_twin"))
    own, other = pairs[names], pairs[[f"{name}_twin" for name in names]].set_axis(names, axis=1)
    return ((own < other) + 0.5 * (own == other)).groupby(pairs["use"]).mean()


def _left_out(
    shipped: Model, place: Callable[..., pd.DataFrame], group: pd.Series, told: argparse.Namespace
) -> pd.DataFrame:
    home = _home(told.lines, told.bag, told.as_of)
    end = home.sides.cut - pd.Timedelta(days=home.sides.days)
    stories = case_lessons(public_cases(CASES), as_of=told.as_of, seed=home.seed).before(end)
    print("taught:", stories.told(), "before", end.date())
    groups = range(group.max() + 1)
    without = {n: stories.of(stories.rows["case_id"].map(group) != n) for n in groups}
    none, every = _fit(home, None), _fit(home, stories)
    models = {"shipped": shipped, "none": none} | {f"left_out_{n}": _fit(home, without[n]) for n in groups}
    _costs(home, {"shipped": shipped, "none": none, "taught": every})
    ranking: dict[str, Contender] = {name: partial(_margins, each) for name, each in models.items()}
    ranking["guidance"] = lambda matrix: guidance_margin(shipped.inputs, matrix)
    return by_the_unseen(place(ranking, twinned=True), group)


def _home(lines: int, bag: int, as_of: date) -> Home:
    """The simulated book of the shipped model, measured and split as its training does."""
    material = from_simulator(lines, SEED)
    assert material.truth is not None, "a simulated book knows its truth"  # noqa: S101  (cannot happen)
    matrix = of_frame(signals(material, as_of)[2])
    return Home(matrix, material.rows, material.truth, split(material.rows, seed=SEED), SEED, bag)


def _fit(home: Home, stories: CaseLessons | None) -> Model:
    """The model of the training side and the stories; not calibrated, for it only ranks."""
    inputs = guidance(FEATURES)
    taught = lessons_of(inputs, home.matrix, home.rows, home.sides)
    parts = parts_of(inputs, blocks_of(home.matrix, home.rows, taught.index), taught, stories, home.seed)
    return fit_blocks(*parts, seed=home.seed, bag=home.bag)


def _costs(home: Home, models: dict[str, Model]) -> None:
    """Prints what each finds of the simulated test side against the truth, and how far it is from the fit of none."""
    test = home.sides.test
    frame = blocks_of(home.matrix, home.rows, test).frame([each.name for each in FEATURES]).set_axis(test)
    lines = home.rows.loc[test, ["order_id", "customer"]].assign(label=(home.truth[test] != "").astype(float))
    lines = lines.assign(**{name: _margins(each, frame) for name, each in models.items()})
    orders = lines.groupby("order_id").agg({"customer": "first", "label": "max", **dict.fromkeys(models, "max")})
    of = {name: measure(orders["label"].to_numpy(), orders[name].to_numpy(), {}) for name in models}
    print(f"simulated test side: {len(orders):,} orders, {int(orders['label'].sum())} diverted")
    for name in models:
        print(name, *(f"{key} {_said(each)}" for key, each in _asked(of[name], orders).items()), sep="; ")
    paired = _asked(minus(of["taught"], of["none"]), orders)
    print("taught less none", *(f"{key} {_said(each)}" for key, each in paired.items()), sep="; ")


def _asked(what: Measure, orders: pd.DataFrame) -> dict[str, Interval]:
    found = between(what, orders["customer"].fillna(""))
    return {name: found[name] for name in ("average_precision", "found_reviewing_1_percent")}


def _said(each: Interval) -> str:
    return f"{each.value:.3f} ({each.low:.3f} to {each.high:.3f})"


def _margins(model: Model, matrix: pd.DataFrame) -> np.ndarray:
    return margins(model, matrix, threads=1)


if __name__ == "__main__":
    main()
