"""Gates on the probability said: does it hold on decided lines, in all, at both ends, and in each country group."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from scoring.model import Floats
from training.contest.check import Check, held, unevaluated, within
from training.contest.paired import between, half_width, minus
from training.evaluate import BINS, calibration
from training.intervals import Interval, Measure

ERROR = 0.03  # mean gap between said and found
RATIO = SLOPE = (0.8, 1.25)  # said over found; slope of the log-odds: 1 where neither too bold nor too shy
FAIR = (0.5, 2.0)  # said over found within one country group
FEWEST, FEWEST_OF_A_GROUP = 20, 10  # confirmed lines
FEWEST_DRAWN = 200  # decided lines of the drawn sample
DRAWS = 400  # of customers: the ends of a 90 % interval move little beyond
STEPS = 12  # of Newton's method; it has settled by then
NAMES = ("calibration_error", "calibration_ratio", "calibration_slope")


def asked_of(rows: pd.DataFrame) -> pd.DataFrame:
    """The decided rows (as `Material.rows`) that say how true a probability is, with the weight each stands for.

    The drawn sample once it holds 200 lines, 20 of them confirmed, each for the lines that the draw passed over:
    reviewers' own choice would flatter. Until then all, as they weigh.
    """
    drawn = rows[rows["source"] == "audit"]
    if len(drawn) < FEWEST_DRAWN or (drawn["label"] == 1).sum() < FEWEST:
        return rows
    return drawn.assign(weight=drawn["weight"] / drawn["propensity"])


def calibrated(
    label: pd.Series, probability: Floats, weight: pd.Series, customer: pd.Series, draws: int = DRAWS
) -> Iterator[Check]:
    """Error (ECE), ratio of said to found, and slope on decided lines; not evaluated on too few of them."""
    bounds = (f"at most {ERROR:g}", f"{RATIO[0]:g} to {RATIO[1]:g}", f"{SLOPE[0]:g} to {SLOPE[1]:g}")
    confirmed = int((label == 1).sum())
    if confirmed < FEWEST or confirmed == len(label):
        why = f"{confirmed} confirmed of {len(label)} decided lines, {FEWEST} are needed beside some that are not"
        yield from (unevaluated(name, bound, why) for name, bound in zip(NAMES, bounds, strict=True))
        return
    yield _error(label, probability, weight, bounds[0])
    told, mass = label.to_numpy(dtype=np.float64), weight.to_numpy(dtype=np.float64)
    found = between(_ratio_and_slope(told, probability, mass), customer, draws=draws)
    yield within(NAMES[1], found["ratio"], *RATIO, "mean probability said over share confirmed")
    yield within(NAMES[2], found["slope"], *SLOPE, "slope of the outcome on the log-odds said")


def brier(label: pd.Series, one: Floats | None, other: Floats, weight: pd.Series, customer: pd.Series) -> Check:
    """Brier score, challenger less champion: passes unless it is worse by more than half its interval."""
    name, bound = "brier", "not above 0 by more than half its interval"
    if one is None or (label == 1).sum() < FEWEST:
        return unevaluated(name, bound, "no champion to compare with, or too few confirmed lines")
    before, after = (calibration(label, each, weight) for each in (one, other))
    found = between(minus(after, before), customer, draws=DRAWS)["model/brier"]
    says = f"challenger less champion (90 % interval {found.low:+.4f} to {found.high:+.4f})"
    return held(name, found.value, bound, found.value <= half_width(found), says)


def by_group(
    group: pd.Series, label: pd.Series, probability: Floats, weight: pd.Series, customer: pd.Series
) -> pd.DataFrame:
    """One row a country group: decided and confirmed lines, mean said, share confirmed, their ratio and its interval.

    The ratio is missing where fewer than 10 lines are confirmed. Countries are those of addresses; nobody's
    nationality is guessed from a name.
    """
    rows = {}
    for name, part in label.groupby(group, sort=True):
        at = label.index.get_indexer(part.index)
        said, mass = probability[at], weight.to_numpy(dtype=np.float64)[at]
        told = part.to_numpy(dtype=np.float64)
        enough = int((part == 1).sum()) >= FEWEST_OF_A_GROUP
        nothing = Interval(np.nan, np.nan, np.nan)
        found = between(_ratio(told, said, mass), customer.iloc[at], draws=DRAWS)["ratio"] if enough else nothing
        rows[str(name)] = {
            "lines": len(part),
            "confirmed_lines": int((part == 1).sum()),
            "said": float(np.average(said, weights=mass)),
            "confirmed": float(np.average(told, weights=mass)),
            "ratio": found.value,
            "low": found.low,
            "high": found.high,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def fair(table: pd.DataFrame, whose: str) -> Check:
    """The country group whose probability is furthest from its outcomes; `table` is as `by_group` gives it."""
    name, told = f"fairness_by_{whose}", table.dropna(subset=["ratio"]) if len(table) else table
    if not len(told):
        bound = f"{FAIR[0]:g} to {FAIR[1]:g}"
        return unevaluated(name, bound, f"no country group has {FEWEST_OF_A_GROUP} confirmed lines")
    checks = {
        group: within(name, Interval(row["ratio"], row["low"], row["high"]), *FAIR, f"group {group}: said over found")
        for group, row in told.iterrows()
    }
    grave = ("fail", "not evaluated", "pass")
    far = np.abs(np.log(np.maximum(told["ratio"].to_numpy(), 1e-9)))
    order = sorted(zip(checks.values(), far, strict=True), key=lambda each: (grave.index(each[0].result), -each[1]))
    return order[0][0]


def _error(label: pd.Series, probability: Floats, weight: pd.Series, bound: str) -> Check:
    """ECE; not evaluated above the bound by no more than a perfect model would show by chance alone."""
    size = max(1.0, len(label) / BINS)
    chance = float(np.mean(np.sqrt(2 / np.pi * probability * (1 - probability) / size)))
    found = float(calibration(label, probability, weight)(np.ones((1, len(label))))["model/calibration_error"][0])
    says = f"{len(label):,} decided lines; {chance:.3f} would be chance alone"
    if ERROR < found <= ERROR + chance:
        return Check(NAMES[0], found, bound, "not evaluated", f"{says}: too few lines to tell")
    return held(NAMES[0], found, bound, found <= ERROR, says)


def _ratio(label: Floats, probability: Floats, mass: Floats) -> Measure:
    """Mean probability said over share confirmed under any weights; missing where nothing is confirmed."""

    def figures(weights: Floats) -> dict[str, Floats]:
        found = (weights * mass) @ label
        said = (weights * mass) @ probability
        return {"ratio": np.divide(said, found, out=np.full(len(found), np.nan), where=found > 0)}

    return figures


def _ratio_and_slope(label: Floats, probability: Floats, mass: Floats) -> Measure:
    ratio, log_odds = _ratio(label, probability, mass), np.log(probability / (1 - probability))
    return lambda weights: {**ratio(weights), "slope": _slope(weights * mass, log_odds, label)}


def _slope(weights: Floats, log_odds: Floats, label: Floats) -> Floats:
    """Slope of a logistic regression on the log-odds said, one a row of weights, by Newton's method."""
    level, slope = np.zeros(len(weights)), np.ones(len(weights))
    for _ in range(STEPS):
        margin = np.clip(level[:, None] + slope[:, None] * log_odds, -30.0, 30.0)
        said = 1.0 / (1.0 + np.exp(-margin))
        residual, bent = weights * (label - said), weights * said * (1.0 - said)
        first, second = residual.sum(axis=1), residual @ log_odds
        a, b, c = bent.sum(axis=1) + 1e-6, bent @ log_odds, bent @ log_odds**2 + 1e-6
        size = np.maximum(a * c - b * b, 1e-12)
        level = level + np.clip((c * first - b * second) / size, -5.0, 5.0)
        slope = slope + np.clip((a * second - b * first) / size, -5.0, 5.0)
    return slope
