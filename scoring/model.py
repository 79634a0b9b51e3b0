"""The one loader and the one predictor: neutral levels, what inputs add, a bag of boosters, calibration.

Training calls the same functions, so a score is computed in one place only. A model folder holds `booster-0.txt …`
(LightGBM's own text), `model.json` and `card.md`; nothing in it is pickled. Longer than 250 lines: what is written,
what is read back and what is refused of one folder belong beside the model they make.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any, Literal

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import pandas as pd

from features.declare import Feature

FORMAT = 3
READ = (1, 2, 3)  # format 1 knew no `line`: its inputs add the offsets of the guidance; format 2 knew no `intervals`
NOT_EVALUATED = 0.5
"""A flag enters as 0 (no), 0.5 (not evaluated) or 1 (yes); it is never missing."""

WORTH_THREADS = 256  # rows: some 5 ms of a booster

Band = Literal["low", "elevated", "high", "critical"]
BANDS: tuple[Band, ...] = ("low", "elevated", "high", "critical")
Floats = npt.NDArray[np.float64]


class ModelRefused(Exception):
    """A model folder cannot be used with this version; says what differs and what to do."""


@dataclass(frozen=True)
class Input:
    """One feature as the model was trained on it.

    `neutral` is the level of a missing value. `offsets` are what the guidance alone adds to the log-odds for
    no, not evaluated and yes, in that order and never falling; a number has none (0, 0, 0). `line` is what reviews
    made of it: levels, rising, and what each adds, straight in between and flat outside, never against `risk`; where
    it is empty the offsets stand.
    """

    name: str
    kind: Literal["flag", "number"]
    unit: str
    risk: Literal["rises", "falls", "unsigned"]
    flag: str
    revision: int
    neutral: float
    offsets: tuple[float, float, float] = (0.0, 0.0, 0.0)
    line: tuple[tuple[float, float], ...] = ()

    @property
    def adds(self) -> tuple[tuple[float, float], ...]:
        """What the input adds to the log-odds at its levels, before the trees."""
        return self.line or tuple(zip((0.0, NOT_EVALUATED, 1.0), self.offsets, strict=True))

    @property
    def reach(self) -> float:
        """What it adds at its worst answer less what it adds at its best, before the trees."""
        added = [amount for _, amount in self.adds]
        return max(added) - min(added)


@dataclass(frozen=True)
class Model:
    """A model as scored with: margin = intercept + what the inputs add + mean of the boosters' margins.

    `knots` map margin to log-odds of confirmed diversion at `base_rate`; `thresholds` are margins at which the bands
    elevated, high and critical begin; `own_bands` marks those fitted to the user's own orders (empty for the model's
    own) and is never stored in the folder. `facts` is all that a reader or an auditor wants to know besides (versions
    of tables and libraries, data fingerprint, metrics, capacity, the command that made it). `intervals` hold, for some
    margins, rising, the lowest and highest probability that the calibration lines allow; empty where none were kept.
    """

    version: str
    inputs: tuple[Input, ...]
    boosters: tuple[lgb.Booster, ...]
    intercept: float
    knots: tuple[tuple[float, float], ...]
    base_rate: float
    thresholds: tuple[float, float, float]
    minimum_completeness: float
    facts: Mapping[str, Any]
    own_bands: str = ""
    intervals: tuple[tuple[float, float, float], ...] = ()


def input_of(feature: Feature, offsets: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Input:
    """The feature as an input of a model: its declaration without its function."""
    neutral = NOT_EVALUATED if feature.neutral is None else feature.neutral
    return Input(
        feature.name, feature.kind, feature.unit, feature.risk, feature.flag, feature.revision, neutral, offsets
    )


def filled(inputs: tuple[Input, ...], matrix: pd.DataFrame) -> Floats:
    """The matrix as the boosters see it: float64, rows × inputs, missing values at their neutral level."""
    columns = [_column(matrix[each.name], each.neutral) for each in inputs]
    return np.column_stack(columns) if columns else np.empty((len(matrix), 0))


def _column(cells: pd.Series, neutral: float) -> Floats:
    """A column as floats, missing cells at the neutral level."""
    if cells.dtype == np.float64:
        stated = cells.to_numpy()
        return np.where(np.isnan(stated), neutral, stated)
    if cells.dtype != "boolean":
        cells = cells.astype("Float64")
    found: Floats = cells.to_numpy(dtype=np.float64, na_value=neutral)
    return found


def offset_parts(inputs: tuple[Input, ...], levels: Floats) -> Floats:
    """What guidance and reviews add to each row's log-odds before the trees, one column an input."""
    parts = np.zeros_like(levels)
    for place, each in enumerate(inputs):
        if each.reach > 0:
            parts[:, place] = np.interp(levels[:, place], *np.transpose(each.adds))
    return parts


def margins(model: Model, matrix: pd.DataFrame, *, threads: int | None = None) -> Floats:
    """Log-odds scale of each row before calibration; ranking and bands use it. Same alone or in a batch."""
    return margins_at(model, filled(model.inputs, matrix), threads=threads)


def margins_at(model: Model, levels: Floats, *, threads: int | None = None) -> Floats:
    """Log-odds scale of rows given as `filled` makes them."""
    guidance: Floats = model.intercept + offset_parts(model.inputs, levels).sum(axis=1)
    return guidance + trees_at(model, levels, threads=threads)


def trees_at(model: Model, levels: Floats, *, threads: int | None = None) -> Floats:
    """What the trees alone add to rows given as `filled` makes them; 0 without boosters."""
    if not len(levels) or not model.boosters:
        return np.zeros(len(levels))
    cores = threads or cores_for(len(levels))
    bag = [each.predict(levels, raw_score=True, num_threads=cores) for each in model.boosters]
    trees: Floats = np.mean(bag, axis=0)
    return trees


def probabilities(model: Model, margin: Floats, base_rate: float | None = None) -> Floats:
    """Probability that a review would confirm diversion, at the model's base rate or the one given (0 < rate < 1)."""
    at, log_odds = np.transpose(model.knots)
    calibrated = np.interp(margin, at, log_odds)
    if base_rate is not None:
        calibrated = calibrated + _log_odds(base_rate) - _log_odds(model.base_rate)
    probability: Floats = 1.0 / (1.0 + np.exp(-calibrated))
    return probability


def interval(model: Model, margin: Floats, base_rate: float | None = None) -> tuple[Floats, Floats]:
    """The lowest and highest probability of each margin (Venn-Abers); not a number where the model keeps none.

    A wide one says that few lines like it were ever decided: what `probabilities` says between the ends is a guess. At
    another base rate the ends move as the probability does; an end at 0 or 1 stays there.
    """
    if not model.intervals:
        return np.full(len(margin), np.nan), np.full(len(margin), np.nan)
    at, *ends = np.transpose(model.intervals)
    more = 1.0 if base_rate is None else float(np.exp(_log_odds(base_rate) - _log_odds(model.base_rate)))
    lowest, highest = (np.interp(margin, at, end) for end in ends)
    return moved(lowest, more), moved(highest, more)


def doubtful(model: Model, margin: Floats) -> npt.NDArray[np.bool_]:
    """Whether a band under high may well be high: of decided lines that rank like it, as many may be confirmed as
    where high begins. A model that keeps no interval (format 2) cannot say so of any line."""
    _, highest = interval(model, margin)
    begins = np.array(model.thresholds[BANDS.index("high") - 1])
    found: npt.NDArray[np.bool_] = (margin < begins) & (highest >= probabilities(model, begins))
    return found


def moved(probability: Floats, more: float) -> Floats:
    """Probabilities whose odds are so many times as high; 0 and 1 stay.

    >>> moved(np.array([0.0, 0.5, 1.0]), 3.0).tolist()
    [0.0, 0.75, 1.0]
    """
    return probability * more / (1.0 + probability * (more - 1.0))


def bands(model: Model, margin: Floats) -> npt.NDArray[np.str_]:
    """The band of each margin: the number of thresholds it reaches."""
    return np.array(BANDS)[np.searchsorted(model.thresholds, margin, side="right")]


def contributions(model: Model, matrix: pd.DataFrame, *, threads: int | None = None) -> pd.DataFrame:
    """What each input adds to each row's margin (log-odds; trees and line together), index of the matrix.

    The trees' common base value stands in the column `intercept`; a row sums to its margin. Costs about a hundred
    times a prediction: ask for the rows that need reasons only.
    """
    levels = filled(model.inputs, matrix)
    parts = np.column_stack([offset_parts(model.inputs, levels), np.full(len(levels), model.intercept)])
    if len(levels) and model.boosters:
        each = [
            booster.predict(levels, pred_contrib=True, num_threads=threads or usable_cores())
            for booster in model.boosters
        ]
        parts = parts + np.mean(each, axis=0)
    return pd.DataFrame(parts, index=matrix.index, columns=[*(i.name for i in model.inputs), "intercept"])


def check_features(model: Model, features: tuple[Feature, ...]) -> None:
    """Refuses a model whose inputs differ from the features this version builds, naming the differences."""
    built = {each.name: each.revision for each in features}
    trained = {each.name: each.revision for each in model.inputs}
    faults = [f"no longer built: {', '.join(sorted(trained.keys() - built.keys()))}"] if trained.keys() - built else []
    if built.keys() - trained.keys():
        faults.append(f"built but unknown to the model: {', '.join(sorted(built.keys() - trained.keys()))}")
    changed = sorted(name for name in trained.keys() & built.keys() if trained[name] != built[name])
    if changed:
        faults.append(f"values changed since: {', '.join(changed)}")
    if faults:
        raise ModelRefused(
            f"model {model.version} was trained on {len(trained)} features, this version builds {len(built)} "
            f"({'; '.join(faults)}): retrain with 'diversion train', or install the version that made it"
        )


def save(model: Model, folder: Path, card: str) -> None:
    """Writes the model folder; the same model gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, booster in enumerate(model.boosters):
        _write(folder / f"booster-{number}.txt", booster.model_to_string())
    document = {
        "format": FORMAT,
        "version": model.version,
        "inputs": [asdict(each) for each in model.inputs],
        "intercept": model.intercept,
        "knots": [list(knot) for knot in model.knots],
        "intervals": [list(each) for each in model.intervals],
        "base_rate": model.base_rate,
        "thresholds": list(model.thresholds),
        "minimum_completeness": model.minimum_completeness,
        "facts": dict(model.facts),
    }
    _write(folder / "model.json", json.dumps(document, indent=1, sort_keys=True, allow_nan=False) + "\n")
    _write(folder / "card.md", card)


def load(folder: Path) -> Model:
    """The model of a folder; raises ModelRefused when the folder is not whole, newer, or names other inputs."""
    document = _document(folder)
    if document.get("format") not in READ:
        raise ModelRefused(
            f"{folder}: format {document.get('format')} of model.json is none that this version reads "
            f"({', '.join(map(str, READ))}); "
            "install the version that wrote it, or retrain"
        )
    try:
        inputs = tuple(_input(each) for each in document["inputs"])
        model = Model(
            version=document["version"],
            inputs=inputs,
            boosters=_boosters(folder),
            intercept=float(document["intercept"]),
            knots=tuple((float(at), float(log_odds)) for at, log_odds in document["knots"]),
            base_rate=float(document["base_rate"]),
            thresholds=_three(document["thresholds"]),
            minimum_completeness=float(document["minimum_completeness"]),
            facts=_facts(document["facts"]),
            intervals=tuple(_three(each) for each in document.get("intervals", ())),
        )
    except (KeyError, TypeError, ValueError, lgb.basic.LightGBMError) as fault:
        raise ModelRefused(f"{folder}: the model folder is damaged ({fault}); copy it again or retrain") from fault
    _check_boosters(model, folder)
    return model


def digest(folder: Path) -> str:
    """sha256 over the folder's files in name order: the identity that a promotion records."""
    total = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        content = path.read_bytes() if path.is_file() else b""  # a folder has no place there, and changes the digest
        total.update(path.name.encode() + b"\0" + content + b"\0")
    return total.hexdigest()


def usable_cores() -> int:
    """Cores this process may run on, not those the machine has: threads beyond them only wait for each other."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def cores_for(rows: int) -> int:
    """Threads that a prediction of so many rows gains by: waking one costs more than a few rows do."""
    return usable_cores() if rows >= WORTH_THREADS else 1


def _document(folder: Path) -> dict[str, Any]:
    path = folder / "model.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as fault:
        raise ModelRefused(f"{folder}: no model.json there; give the folder that 'diversion train' wrote") from fault
    except (OSError, ValueError) as fault:
        raise ModelRefused(f"{path}: cannot be read as JSON ({type(fault).__name__}); copy the folder again") from fault
    if not isinstance(document, dict):
        raise ModelRefused(f"{path}: is not a model description; copy the folder again")
    return document


def _input(told: Mapping[str, Any]) -> Input:
    line = tuple((float(level), float(amount)) for level, amount in told.get("line", ()))
    return Input(**{**told, "offsets": tuple(told["offsets"]), "line": line})


def _boosters(folder: Path) -> tuple[lgb.Booster, ...]:
    paths = iter(folder / f"booster-{number}.txt" for number in count())
    found = []
    while (path := next(paths)).exists():
        found.append(lgb.Booster(model_str=_whole(path)))
    return tuple(found)


def _whole(path: Path) -> str:
    """The text of a booster whose trees are as long as it says: LightGBM ends the process over a cut one."""
    text = path.read_text(encoding="utf-8")
    head, _, trees = text.partition("Tree=0")
    sizes = next((line for line in head.splitlines() if line.startswith("tree_sizes=")), "")
    length = sum(map(int, sizes.removeprefix("tree_sizes=").split())) - len("Tree=0")
    if not sizes or not trees[max(length, 0) :].startswith("end of trees"):
        raise ValueError(f"{path.name} is cut or changed")
    return text


def _facts(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts, when they hold what scoring itself reads: how many boosters, and whether the world was simulated."""
    boosters, simulated = told["boosters"], told["simulated"]
    if type(boosters) is not int or type(simulated) is not bool:
        raise ValueError("facts: boosters is a number, simulated is true or false")
    return told


def _three(numbers: list[float]) -> tuple[float, float, float]:
    first, second, third = map(float, numbers)
    return first, second, third


def _check_boosters(model: Model, folder: Path) -> None:
    """LightGBM scores reordered columns without a word, so the order is checked here."""
    names = [each.name for each in model.inputs]
    if len(model.boosters) != model.facts["boosters"]:
        raise ModelRefused(f"{folder}: booster files are missing; copy the folder again")
    for number, booster in enumerate(model.boosters):
        if booster.feature_name() != names:
            raise ModelRefused(f"{folder}: booster-{number}.txt was trained on other columns than model.json names")


def _log_odds(rate: float) -> float:
    return float(np.log(rate / (1.0 - rate)))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
