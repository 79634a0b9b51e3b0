"""Order lines that neither model learnt from: reviewed orders of the user, else a simulated book drawn for this."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from features.known import Known
from scoring.model import Model, margins
from training.audit import measured
from training.baseline import counted_flags
from training.judge.world import simulated_world
from training.material import Before, from_files, signals
from training.simulate.world import HOME
from training.split import TEST_CUSTOMERS, dealt

SIMULATED_LINES = 20_000
"""Lines of the book drawn for a comparison: about 190 diverted orders, in a quarter of a minute."""

HELD_OUT_SEED = 41  # of that book; the next free one where a model was trained on it
NAMES = ("champion", "challenger")
GROUPS = ("E:1", "E:2", "D:5", "D:1", "A:5", "A:1", "B")
"""EAR country groups in the order in which a country with several is counted: the most restricted first."""


@dataclass(frozen=True)
class Bed:
    """Lines with their matrix and what is known of each (as `Material.rows`), one index.

    `groups` holds the EAR country group of destination and buyer. `codes` holds the typology codes of a simulated
    line, blank when honest; None where nobody knows the truth. `told` says what this is, for the report. `kinds` holds
    what else a card tells lines apart by: class of chip and leg of trade. `again` are lines of the same months by
    customers that a model learnt from, no near-copies of earlier ones: a number beside, which says nothing of new
    customers.
    """

    told: str
    matrix: pd.DataFrame
    rows: pd.DataFrame
    groups: pd.DataFrame
    codes: pd.Series | None
    kinds: pd.DataFrame | None = None
    again: Bed | None = None

    @property
    def decided(self) -> pd.Series:
        """Whether each line has a label."""
        return self.rows["label"].notna()


def reviewed(
    orders: Path,
    customers: Path | None,
    outcomes: Path,
    models: Iterable[Model],
    as_of: date,
    before: Before | None = None,
) -> Bed:
    """The reviewed orders of these files, without the lines that a model may have learnt from.

    Public cases and simulated orders among them have no label here: they are no sample of orders. Raises OrdersRefused,
    OutcomesRefused or TrainingRefused as training does.
    """
    models = tuple(models)
    material = from_files(orders, customers, outcomes, before=before)
    known, facts, matrix = signals(material, as_of, before)
    whole = material.rows.assign(label=material.rows["label"].where(measured(material.rows)))
    groups = groups_of(facts, known)

    def part(kept: np.ndarray, told: str, again: Bed | None = None) -> Bed:
        return Bed(told, matrix[kept], whole[kept], groups[kept], None, again=again)

    kept = np.logical_and.reduce([unseen(whole, each) for each in models])
    count = whole.loc[kept & whole["label"].notna(), "order_id"].nunique()
    told = f"{count:,} reviewed orders of {orders.name} that neither model learnt from"
    later = np.logical_and.reduce([_later(whole, each) for each in models])
    again = later & ~kept & ~whole["copy"].isin(whole.loc[~later, "copy"]).to_numpy()
    return part(kept, told, part(again, "customers learnt from") if whole["label"][again].eq(1).any() else None)


def simulated(models: Iterable[Model], as_of: date, lines: int = SIMULATED_LINES) -> Bed:
    """A simulated book of a seed that no model was trained on: shows only that a model did not get worse there."""
    taken, seed = {each.facts.get("seed") for each in models}, HELD_OUT_SEED
    while seed in taken:
        seed += 1
    world = simulated_world(HOME, lines, seed, as_of)
    told = f"a simulated book of {lines:,} lines (seed {seed}): shows only that a model did not get worse there"
    return Bed(told, world.matrix, world.rows, groups_of(world.facts, world.known), world.codes)


def unseen(rows: pd.DataFrame, model: Model) -> np.ndarray:
    """Whether the model never learnt from each row: any, if it learnt from a simulated book; else its own test side."""
    if model.facts["simulated"]:
        return np.ones(len(rows), dtype=bool)
    return _later(rows, model) & dealt(rows["customer"], TEST_CUSTOMERS, model.facts["seed"], "test")


def _later(rows: pd.DataFrame, model: Model) -> np.ndarray:
    """Whether each row lies in the model's test period; any, if it learnt from a simulated book."""
    if model.facts["simulated"]:
        return np.ones(len(rows), dtype=bool)
    late: np.ndarray = (rows["ordered_on"] >= pd.Timestamp(model.facts["split"]["cut"])).to_numpy()
    return late


def groups_of(lines: pd.DataFrame, known: Known) -> pd.DataFrame:
    """EAR country group of destination and of the buyer's address on the order date; "not known" without a country."""
    found = {}
    for name, column in (("destination", "destination_country"), ("buyer", "buyer_country")):
        row = known.tables.on("countries", lines[column], lines["order_date"])
        texts = row["groups"].where(row["known"])
        first = {each: _first(str(each)) for each in texts.dropna().unique()}
        found[name] = texts.map(first).astype("str").fillna("not known")
    return pd.DataFrame(found, index=lines.index)


def _first(groups: str) -> str:
    return next((each for each in GROUPS if each in groups.split(";")), "no group")


def scores(bed: Bed, champion: Model | None, challenger: Model) -> pd.DataFrame:
    """Margins of every line by both models; without a champion that can score, only the challenger's."""
    models = {"champion": champion, "challenger": challenger}
    return pd.DataFrame(
        {name: margins(each, bed.matrix) for name, each in models.items() if each is not None}, index=bed.matrix.index
    )


def orders(bed: Bed, scored: pd.DataFrame) -> pd.DataFrame:
    """One row an order: label, customer, look-alike, typology codes, and its highest score by each model.

    Of a simulated book every order counts, by the truth; of a real one those that were decided. A look-alike is an
    honest order among the tenth of honest ones that show most red flags.
    """
    lines = bed.rows[["order_id", "customer", "label"]].join(scored).assign(flags=counted_flags(bed.matrix))
    lines = lines[bed.decided] if bed.codes is None else lines.assign(label=(bed.codes != "").astype(float))
    grouped = lines.groupby("order_id", sort=True)
    found = grouped[["label", "flags", *scored.columns]].max().join(grouped["customer"].first())
    honest = found["label"] == 0
    most = found.loc[honest, "flags"].quantile(0.9) if honest.any() else np.inf
    return found.assign(look_alike=(honest & (found["flags"] >= most) & (found["flags"] > 0)).astype(float))


def drawn_orders(bed: Bed, scored: pd.DataFrame, budget: float) -> pd.DataFrame:
    """One row a decided order that was drawn by lot: label, customer, how many orders it stands for (`times`), and for
    each model whether its queue would hold the order when `budget` (0–1) of all orders of the bed are reviewed."""
    lines = bed.rows[["order_id", "customer", "label", "propensity"]].join(scored)
    whole = lines.groupby("order_id")[list(scored.columns)].max()
    drawn = lines[(bed.rows["source"] == "audit") & bed.decided]
    found = drawn.groupby("order_id").agg(label=("label", "max"), customer=("customer", "first"))
    found["times"] = 1.0 / drawn.groupby("order_id")["propensity"].first()
    held = whole >= whole.quantile(1 - budget)
    return found.join(held.loc[found.index].astype("float64"))
