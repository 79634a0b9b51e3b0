"""Flattery alarms: what would make a model look better on its own test than it is; run on every training set."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.model import Floats, Input, Model, filled, margins
from training.contenders import Taught, plain_lightgbm
from training.contest.check import Result
from training.figures import gain
from training.fit import TrainingRefused
from training.lookup import compared, keys, one_rule, remembered, rows_of
from training.outcomes import KEY
from training.ranking import ranking
from training.split import folds

NUMBERED = [*KEY, "version"]  # cells that number an order line and say nothing of it
OVERLAP = 0.01  # share of test records that may stand in training too
TELLING = 0.95  # area under the curve above which one feature alone knows too much
DRAWS = 5  # permutations
ERRORS = 3.0  # standard errors of a ranking by chance
FEWEST_CUSTOMERS = 5  # with a confirmed order in the test, for a difference of two rankings to have an interval
DRIFTED = 0.25  # population stability index from which a score is taken to mean something else than it did
TENTHS = 10
DEALS = 200  # of customers to two sides
SIMULATED_SEEN = 0.80  # area under the curve above which simulated orders are told from real ones
SHARED_GAIN = 0.30  # share of the model's gain in features that tell simulated from real; both are judgement


@dataclass(frozen=True)
class Side:
    """One side of a split, rows of one index: the cells as ordered, the matrix, label, weight, customer and period.

    `records` leaves out what numbers an order or a line; `period` is what labels are permuted within (the quarter).
    """

    records: pd.DataFrame
    matrix: pd.DataFrame
    label: pd.Series
    weight: pd.Series
    customer: pd.Series
    period: pd.Series


def side_of(lines: pd.DataFrame, matrix: pd.DataFrame, rows: pd.DataFrame, index: pd.Index) -> Side:
    """The decided lines of one side of a split; raises TrainingRefused when there are none."""
    decided = rows.loc[index]
    decided = decided[decided["label"].notna()]
    if not len(decided):
        raise TrainingRefused("one side of the split holds no decided order: give more orders")
    cells = lines.loc[decided.index].drop(columns=NUMBERED, errors="ignore")
    period = decided["ordered_on"].dt.to_period("Q").astype(str)
    parts = (decided["label"].astype(int), decided["weight"], decided["customer"], period)
    return Side(cells, matrix.loc[decided.index], *parts)


@dataclass(frozen=True)
class Alarm:
    """One thing that was looked at: its figure, the limit, whether it failed, and what that means.

    One that could not be looked at has no figure (NaN) and no result: neither quiet nor raised.
    """

    name: str
    value: float
    limit: float
    failed: bool
    says: str
    evaluated: bool = True

    @property
    def result(self) -> Result:
        """Whether it is quiet (pass), raised (fail), or was not evaluated."""
        if not self.evaluated:
            return "not evaluated"
        return "fail" if self.failed else "pass"

    def told(self) -> dict[str, Any]:
        """The alarm as JSON can hold it, but for its name: a missing figure is null."""
        value = None if math.isnan(self.value) else self.value
        return {"value": value, "limit": self.limit, "says": self.says, "result": self.result}


def check(train: Side, test: Side, model: Model, *, seed: int, real: pd.DataFrame | None = None) -> list[Alarm]:
    """Every alarm of a training set and the model made of it; `real` is a matrix of real orders, when there are any."""
    found = [overlap(train, test), telling(model.inputs, train), *baselines(train, test, model)]
    found.append(drifted(train, test, model))
    found.append(permuted(model.inputs, train, test, seed))
    return found if real is None else [*found, told_apart(model, train, real, seed)]


def result_of(told: Mapping[str, Any]) -> Result:
    """The result of an alarm in a model's facts; older folders said it in words, and none holds a raised one."""
    unknown: bool = str(told["says"]).startswith("not evaluated")
    found: Result = told.get("result", "not evaluated" if unknown else "pass")
    return found


def refuse(alarms: Iterable[Alarm]) -> None:
    """Raises TrainingRefused naming every alarm that failed."""
    failed = [f"{each.name} {each.value:.3f} (limit {each.limit:.3f}): {each.says}" for each in alarms if each.failed]
    if failed:
        raise TrainingRefused("the training set flatters its model. " + "; ".join(failed))


def overlap(train: Side, test: Side) -> Alarm:
    """The share of test records that are in training too, cell by cell."""
    share = float(keys(test.records).isin(set(keys(train.records))).mean()) if len(test.records) else 0.0
    says = "test records repeat training records: group them, or the test measures memory"
    return Alarm("record_overlap", share, OVERLAP, share >= OVERLAP, says)


def telling(inputs: tuple[Input, ...], train: Side) -> Alarm:
    """The largest area under the curve of a single feature, upwards or downwards, in training."""
    levels = filled(inputs, train.matrix)
    found = [ranking(train.label, levels[:, place])["auc"] for place in range(len(inputs))]
    most = int(np.argmax([max(auc, 1 - auc) for auc in found]))
    value = max(found[most], 1 - found[most])
    says = f"{inputs[most].name} alone nearly knows the outcome: it was probably written after it"
    return Alarm("single_feature_auc", value, TELLING, value > TELLING, says)


def baselines(train: Side, test: Side, model: Model) -> list[Alarm]:
    """How far the model's average precision on the test lies above a look-up of records and the best rule of training.

    Each figure is the upper end of the 95 % interval of the difference, over customers drawn: an alarm fails when the
    model is worse by more than chance, or no better in any draw. Not evaluated where fewer than 5 customers of the test
    have a confirmed order.
    """
    score = margins(model, test.matrix, threads=1)
    levels, asked = filled(model.inputs, train.matrix), filled(model.inputs, test.matrix)
    memory = remembered(rows_of(levels), train.label, train.weight, rows_of(asked))
    place = one_rule(levels, train.label)
    marks = {
        "above_record_look_up": (memory, "a look-up of rows seen before"),
        "above_one_rule": (asked[:, place], f"{model.inputs[place].name} alone"),
    }
    return [_above(name, test, score, by, whom) for name, (by, whom) in marks.items()]


def _above(name: str, test: Side, score: Floats, by: Floats, whom: str) -> Alarm:
    """The alarm of a model that finds less than something simpler does."""
    if test.customer[test.label == 1].nunique() < FEWEST_CUSTOMERS:
        says = f"fewer than {FEWEST_CUSTOMERS} customers of the test have a confirmed order: not held against {whom}"
        return Alarm(name, math.nan, 0.0, False, says, evaluated=False)
    found = compared(test.label, test.customer, score, by)
    says = (
        f"upper end of the gain over {whom}: average precision {found['first'].value:.3f} against "
        f"{found['second'].value:.3f}, difference {found['gained'].low:.3f} to {found['gained'].high:.3f}"
    )
    return Alarm(name, found["gained"].high, 0.0, found["gained"].high <= 0.0, says)


def drifted(train: Side, test: Side, model: Model) -> Alarm:
    """How far the scores of the later orders lie from those of training; the input that moved most is named.

    The limit is that of another population, or what customers dealt to the two sides at random differ by, whichever is
    larger: few customers always differ.
    """
    early, late = filled(model.inputs, train.matrix), filled(model.inputs, test.matrix)
    moved = [stability(early[:, place], late[:, place]) for place in range(len(model.inputs))]
    before, after = (margins(model, side.matrix, threads=1) for side in (train, test))
    value = stability(before, after)
    limit = max(DRIFTED, _stability_by_chance(before, after, pd.concat([train.customer, test.customer])))
    most = int(np.argmax(moved))
    says = f"later orders are another population; {model.inputs[most].name} moved most ({moved[most]:.2f})"
    return Alarm("score_drift", value, limit, value > limit, says)


def stability(before: Floats, after: Floats) -> float:
    """The population stability index over tenths of the values before: 0 when alike, above 0.25 another population.

    Empty bins count as half a row, so that a small sample stays finite.
    """
    edges = _tenths(before)
    counts = [np.bincount(np.searchsorted(edges, each), minlength=len(edges) + 1) for each in (before, after)]
    return float(_index(*counts))


def _tenths(values: Floats) -> Floats:
    return np.unique(np.quantile(values, np.linspace(0, 1, TENTHS + 1)[1:-1]))


def _index(before: NDArray[np.int_], after: NDArray[np.int_]) -> float:
    first, second = (np.maximum(count, 0.5) / np.maximum(count, 0.5).sum() for count in (before, after))
    return float(((second - first) * np.log(second / first)).sum())


def _stability_by_chance(before: Floats, after: Floats, customer: pd.Series) -> float:
    """The index that one in twenty draws exceeds, when as many customers as the later rows have are drawn from all."""
    values, edges = np.concatenate([before, after]), _tenths(before)
    whose, names = pd.factorize(customer)
    bins = np.zeros((len(names), len(edges) + 1), dtype=int)
    np.add.at(bins, (whose, np.searchsorted(edges, values)), 1)
    later, rng = len(np.unique(whose[len(before) :])), np.random.default_rng(0)
    drawn = [bins[rng.permutation(len(names))[:later]].sum(axis=0) for _ in range(DEALS)]
    return float(np.quantile([_index(bins.sum(axis=0) - each, each) for each in drawn], 0.95))


def permuted(inputs: tuple[Input, ...], train: Side, test: Side, seed: int) -> Alarm:
    """The mean area under the curve when outcomes are dealt anew within each period, equal records alike: a half.

    Trees without guidance learn the permuted labels of training and are judged on the permuted labels of the test;
    what they still know is repeats on both sides. The limit is three standard errors of a ranking by chance.
    """
    both = pd.concat([keys(side.records) for side in (train, test)], ignore_index=True)
    period = pd.concat([train.period, test.period], ignore_index=True)
    label = pd.concat([train.label, test.label], ignore_index=True)
    found = [_chance(inputs, train, test, dealt_anew(label, both, period, seed + draw), seed) for draw in range(DRAWS)]
    hits = max(1.0, float(test.label.sum()))
    error = np.sqrt((len(test.label) + 1) / (12 * hits * max(1.0, len(test.label) - hits))) / np.sqrt(DRAWS)
    away, limit = float(np.mean(found)) - 0.5, float(ERRORS * error)
    says = "outcomes dealt at random are still foreseen: something of the test is known in training"
    return Alarm("permuted_labels_auc", 0.5 + away, 0.5 + limit, away > limit, says)


def dealt_anew(label: pd.Series, record: pd.Series, period: pd.Series, seed: int) -> pd.Series:
    """The labels permuted among the distinct records of each period; a record's rows go on sharing one label."""
    first = pd.DataFrame({"record": record, "period": period.astype(str), "label": label}).drop_duplicates("record")
    rng = np.random.default_rng(seed)
    first["label"] = first.groupby("period")["label"].transform(lambda each: rng.permutation(each.to_numpy()))
    return record.map(first.set_index("record")["label"])


def told_apart(model: Model, train: Side, real: pd.DataFrame, seed: int) -> Alarm:
    """How well simulated orders are told from real ones, and how much of the score's gain is in what tells them."""
    matrix = pd.concat([train.matrix, real], ignore_index=True)
    simulated = pd.Series(np.repeat([1, 0], [len(train.matrix), len(real)]))
    row = pd.Series(np.arange(len(simulated))).astype(str)
    half = folds(row, 2, seed)
    scores, gains = np.zeros(len(row)), np.zeros(len(model.inputs))
    for held in (half == 0, half == 1):
        rest = Taught(matrix[~held], simulated[~held], simulated[~held] * 0.0 + 1.0, row[~held])
        teller = plain_lightgbm(model.inputs, rest, seed)
        scores[held] = margins(teller, matrix[held], threads=1)
        gains += gain(teller).reindex([each.name for each in model.inputs]).to_numpy() / 2
    shared = float(np.minimum(gain(model).reindex([each.name for each in model.inputs]).to_numpy(), gains).sum())
    auc = ranking(simulated, scores)["auc"]
    most = ", ".join(model.inputs[place].name for place in np.argsort(-gains)[:5])
    says = f"simulated orders are told from real ones by {most}; {shared:.0%} of the score's gain is shared with that"
    return Alarm("simulated_against_real_auc", auc, SIMULATED_SEEN, auc > SIMULATED_SEEN and shared > SHARED_GAIN, says)


def _chance(inputs: tuple[Input, ...], train: Side, test: Side, label: pd.Series, seed: int) -> float:
    """The area under the curve on the test of plain trees taught and judged on the given labels (train, then test)."""
    taught = label.iloc[: len(train.label)].set_axis(train.label.index)
    asked = label.iloc[len(train.label) :]
    model = plain_lightgbm(inputs, Taught(train.matrix, taught, train.weight, train.customer), seed)
    return ranking(asked, margins(model, test.matrix, threads=1))["auc"]
