"""Cleared orders that look wrong to a model that never saw their customer: a queue for a second reviewer.

The rule is that of confident learning (Northcutt, Jiang and Chuang, 2021): a line is doubtful when it looks at least as
much like a diversion as confirmed ones do on average. Nothing is relabelled: a person looks again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from features.matrix import FEATURES
from scoring.atomic import whole_file
from scoring.model import Input
from training.audit import measured
from training.baseline import guidance, guidance_margin
from training.calibrate import interval, out_of_fold, platt, said
from training.fit import BAG
from training.labels import lessons
from training.material import Before, from_files, signals
from training.unreviewed import soft_labels

MOST = 20
"""Lines worth a second look: among the twenty most doubtful a few per cent to a quarter were missed in trials."""

COLUMNS = ("order_id", "line_no", "decided_on", "probability", "lowest", "highest", "usual_of_confirmed", "doubtful")


@dataclass(frozen=True)
class Doubts:
    """The queue, most doubtful first; how many cleared lines were looked at, and how many of all are doubtful."""

    queue: pd.DataFrame
    cleared: int
    doubtful: int


def second_look(
    orders: Path,
    customers: Path | None,
    outcomes: Path,
    out: Path,
    *,
    as_of: date,
    seed: int,
    bag: int = BAG,
    most: int = MOST,
    before: Before | None = None,
) -> Doubts:
    """Writes the queue as CSV, whole or not at all; raises OrdersRefused, OutcomesRefused or TrainingRefused."""
    material = from_files(orders, customers, outcomes, before=before)
    _, _, matrix = signals(material, as_of, before)
    rows = material.rows.assign(line_no=material.lines["line_no"])
    found = doubts(guidance(FEATURES), matrix, rows, as_of=as_of, seed=seed, bag=bag, most=most)
    with whole_file(out) as place:
        found.queue.to_csv(place, index=False, lineterminator="\n", date_format="%Y-%m-%d")
    return found


def doubts(
    inputs: tuple[Input, ...],
    matrix: pd.DataFrame,
    rows: pd.DataFrame,
    *,
    as_of: date,
    seed: int,
    bag: int,
    most: int = MOST,
) -> Doubts:
    """The most doubtful cleared lines, each judged by a bag that saw none of its customer's rows.

    `lowest` and `highest` are the Venn-Abers interval of the probability: where it is wide the model does not know, and
    the second look is only a guess.
    """
    taught = lessons(rows, pd.Timestamp(as_of), soft_labels(guidance_margin(inputs, matrix), rows))
    parts = (matrix.loc[taught.index], taught["label"], taught["weight"], taught["customer"])
    margin = pd.Series(out_of_fold(inputs, *parts, seed=seed, bag=bag), index=taught.index)
    asked = taught[measured(rows.loc[taught.index]).to_numpy() & np.isfinite(margin.to_numpy(np.float64))]
    at = np.asarray(margin[asked.index], dtype=np.float64)
    probability = said(platt(at, asked["label"], asked["weight"]), margin[asked.index])
    usual = float(np.average(probability[asked["label"] == 1], weights=asked.loc[asked["label"] == 1, "weight"]))
    cleared = probability[asked["label"] == 0].sort_values(ascending=False, kind="stable")
    top = cleared.head(most)
    ends = [
        interval(margin[asked.index].drop(at), asked["label"].drop(at), asked["weight"].drop(at), margin[at])
        for at in top.index
    ]
    queue = rows.loc[top.index, ["order_id", "line_no", "decided_on"]].assign(
        probability=top.round(4),
        lowest=[round(low, 4) for low, _ in ends],
        highest=[round(high, 4) for _, high in ends],
        usual_of_confirmed=round(usual, 4),
        doubtful=np.where(top >= usual, "yes", "no"),
    )
    return Doubts(queue[list(COLUMNS)], len(cleared), int((cleared >= usual).sum()))
