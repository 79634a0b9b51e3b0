"""From orders with known outcomes to a model folder: split, fit, calibrate, band, test, save, track."""

# `train` and `_run` are long because they are the list of what happens, in order, and of what is shown of it.

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from features.known import Known
from features.matrix import FEATURES
from scoring.atomic import whole_folder
from scoring.model import Input, Model, filled, load, margins, probabilities, save
from scoring.version import RELEASED, code_digest
from training.alarms import Alarm, check, refuse, side_of
from training.audit import audited, calibrates, measured
from training.bands import thresholds
from training.baseline import counted_flags, guidance, guidance_margin
from training.blocks import Matrix, margin_before_trees, margins_of
from training.calibrate import at_base_rate, calibrated, out_of_fold
from training.card import card
from training.case_files import public_cases
from training.case_lessons import CaseLessons, case_lessons, parts_of, with_stories
from training.contest.bed import Bed, groups_of
from training.evaluate import AMOUNTS, HeldOut, evaluate, of_orders, ranked
from training.facts import Made, facts, version_of
from training.figures import figures
from training.fit import BAG, Grow, TrainingRefused, fit_blocks
from training.intervals import spread
from training.labels import lessons, weighed
from training.material import Before, Material, fingerprint
from training.matrices import blocks_of, frame_of, lines_of
from training.monitor.reference import reference
from training.on_dask import growing_at
from training.recipe import HELP, MANY, help_of_guidance, helps
from training.split import Split, split
from training.standing import standing
from training.track import Logged, Run, log, open_store
from training.unreviewed import soft_labels

LINES = 60_000
SEED = 20231117  # the day the performance-density rule took effect; any number would do
MINIMUM_COMPLETENESS = 0.3
"""Share of applicable flag weight evaluated for a release; judgement: the order file alone shows a minority."""

CONTENDERS = ("model", "counted_flags", "guidance")


@dataclass(frozen=True)
class Trained:
    """The model as loaded back from its folder, its card, its metrics, and the run that logged it, if one did."""

    model: Model
    card: str
    metrics: dict[str, float]
    split: Split
    logged: Logged | None


def train(
    orders: Path | None = None,
    customers: Path | None = None,
    outcomes: Path | None = None,
    *,
    as_of: date,
    lines: int = LINES,
    seed: int = SEED,
    bag: int = BAG,
    base_rate: float | None = None,
    before: Before | None = None,
    blocks: Path | None = None,
    scheduler: str | None = None,
    cases: Path | None = None,
    out: Path | None = None,
    mlruns: Path = Path("mlruns"),
    track: bool = True,
) -> Trained:
    """A model from the given files, or from a simulated book of `lines` lines when no orders are given.

    `base_rate` is the share of confirmed diversions that its probabilities are told at (default: that of the lines they
    were fitted on).

    `before` is what the installation knew beside the given files, as scoring did; a simulated book knows nothing.

    `blocks` is a folder that the measured lines are put into, part by part, and learnt from: for orders that no memory
    holds; one made of the same files is read again (`in_blocks`). The model has the same bytes. With `scheduler` the
    workers of a Dask cluster grow the trees from those blocks; then they differ in the last digits (`on_dask`).

    `cases` is a folder of encoded public cases to teach as well, with benign twins (`case_lessons`): those ordered
    before the training ends, as any order of it. A model that was taught them is not judged on them.

    The folder `out` appears whole or not at all. Raises TrainingRefused, OrdersRefused, OutcomesRefused,
    ResultRefused (no such scheduler) or TrackingRefused.
    """
    _refuse_place(out)
    material, known, told, matrix = lines_of(
        (orders, customers, outcomes), blocks, scheduler, as_of, before, lines, seed
    )
    rows = material.rows.join(told[[*AMOUNTS]])
    sides = split(rows, seed=seed)
    stories = None if cases is None else _stories(cases, known, sides, as_of, seed)
    if stories is not None:
        material = replace(material, fingerprint=fingerprint((material.fingerprint, stories.digest)))
    with growing_at(scheduler) as grow:
        parts = guidance(FEATURES), matrix, rows, sides
        model, metrics, held_out = fitted(*parts, seed=seed, bag=bag, grow=grow, stories=stories)
    metrics |= of_known_customers(model, matrix, rows, sides)
    model = model if base_rate is None else at_base_rate(model, base_rate)
    decided = frame_of(matrix, rows, rows.index[rows["label"].notna()])
    tested = frame_of(matrix, rows, sides.test)
    alarms = alarmed(model, material, decided, sides, seed)
    files = () if orders is None or outcomes is None else (orders, customers, outcomes)
    history, profile = (tuple(before.history), before.profile.name) if before and files else ((), "")
    made = Made(
        files, lines, seed, bag, as_of, base_rate, history, profile, scheduler is not None, public=cases is not None
    )
    shipped = material.simulated and (lines, seed, bag, base_rate, cases) == (LINES, SEED, BAG, None, None)
    model = replace(
        model,
        version=version_of(material, shipped),
        facts=facts(material, made, known.tables.version, sides, metrics, alarms)
        | {"code": RELEASED if shipped else code_digest()}
        | {"past": known.past_version, "screened": known.lists.version if known.lists else "no list"}
        | {"weights": weighed(with_stories(lessons(rows.loc[sides.train], sides.cut), stories))}
        | ({} if stories is None else {"public_cases": stories.told()})
        | {"reference": reference(model, told.loc[sides.train], blocks_of(matrix, rows, sides.train))}
        | {"standing": standing(model, _tested(material, tested, told, known, sides))},
    )
    text = card(model, metrics)
    if track:
        open_store(mlruns)  # a store that cannot be used is refused before anything is written
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room, "model")
        model = _saved(model, text, folder, tested)
        if out is not None:
            out.parent.mkdir(parents=True, exist_ok=True)
            with whole_folder(out) as place:
                save(model, place, text)
        logged = log(mlruns, folder, _run(model, text, metrics, held_out, decided, material, sides)) if track else None
    return Trained(model, text, metrics, sides, logged)


def _tested(material: Material, matrix: pd.DataFrame, told: pd.DataFrame, known: Known, sides: Split) -> Bed:
    """The test side, `matrix`, as a bed; of a simulated book with the truth, which the fit never saw."""
    lines, at = told.loc[sides.test], sides.test
    codes = None if material.truth is None else material.truth.loc[at]
    kinds = lines[["chip_class", "leg"]]
    return Bed("the test side", matrix, material.rows.loc[at], groups_of(lines, known), codes, kinds)


def fitted(
    inputs: tuple[Input, ...],
    matrix: Matrix,
    rows: pd.DataFrame,
    sides: Split,
    *,
    seed: int,
    bag: int,
    grow: Grow | None = None,
    stories: CaseLessons | None = None,
) -> tuple[Model, dict[str, float], HeldOut]:
    """The model of the training side, and what it does on the other: metrics, and the decided test lines.

    `stories` teach beside the training side; nothing is calibrated, banded or tested on them.
    """
    taught = lessons_of(inputs, matrix, rows, sides)
    parts = parts_of(inputs, blocks_of(matrix, rows, taught.index), taught, stories, seed)
    model = fit_blocks(*parts, seed=seed, bag=bag, grow=grow)
    margin = out_of_fold(*parts, seed=seed, bag=bag, grow=grow)[: len(taught)]
    tried, known = {}, rows.loc[taught.index]
    if (taught["label"] == 1).sum() > MANY:
        other = out_of_fold(*parts, seed=seed, bag=bag, grow=grow, guided=False)[: len(taught)]
        real = measured(known)
        gained = help_of_guidance(margin[real], other[real], known[real])
        tried = spread({HELP: gained})
        if not helps(gained):
            model, margin = fit_blocks(*parts, seed=seed, bag=bag, grow=grow, guided=False), other
    asked = calibrates(known)
    model = calibrated(model, margin[asked], taught.loc[asked, "label"], taught.loc[asked, "weight"])
    model = replace(model, thresholds=thresholds(margins_of(model, blocks_of(matrix, rows, sides.train))))
    model = replace(model, minimum_completeness=MINIMUM_COMPLETENESS)
    asked_of = rows.loc[sides.test]
    asked_of = asked_of.assign(label=asked_of["label"].where(measured(asked_of)))
    tested = frame_of(matrix, rows, sides.test)
    held_out, alerts = judged(model, tested, asked_of)
    said = margins(model, tested, threads=1)
    return model, evaluate(held_out, alerts) | audited(asked_of, said, probabilities(model, said)) | tried, held_out


def of_known_customers(model: Model, matrix: Matrix, rows: pd.DataFrame, sides: Split) -> dict[str, float]:
    """What the model finds of later orders by customers it learnt from ("known_customers/…"), beside its test of new
    ones: a queue meets both. Empty where none of those orders is confirmed."""
    lines = rows.loc[sides.again]
    lines = lines[measured(lines)]
    if not (lines["label"] == 1).any():
        return {}
    margin = margins(model, frame_of(matrix, rows, lines.index), threads=1)
    orders = of_orders(HeldOut(lines.assign(model=margin), ("model",), margin))
    found = spread(ranked(orders, ("model",)))
    told = {"orders": float(len(orders)), "confirmed_orders": float(orders["label"].sum())} | {
        name.removeprefix("model/"): value for name, value in found.items() if name.startswith("model/")
    }
    return {f"known_customers/{name}": value for name, value in told.items()}


def lessons_of(inputs: tuple[Input, ...], matrix: Matrix, rows: pd.DataFrame, sides: Split) -> pd.DataFrame:
    """What the lines of the training side teach (`labels.lessons`)."""
    told = rows.loc[sides.train]
    start = margin_before_trees(blocks_of(matrix, rows, sides.train), inputs, 0.0)
    return lessons(told, sides.cut, soft_labels(start, told))


def _stories(folder: Path, known: Known, sides: Split, as_of: date, seed: int) -> CaseLessons:
    """The public cases of a folder that are older than the end of the training, measured against the same lists."""
    end = sides.cut - pd.Timedelta(days=sides.days)
    return case_lessons(public_cases(folder), as_of=as_of, seed=seed, known=known).before(end)


def alarmed(model: Model, material: Material, matrix: pd.DataFrame, sides: Split, seed: int) -> list[Alarm]:
    """The flattery alarms of this training; raises TrainingRefused when one of them fails."""
    taught, tested = (side_of(material.lines, matrix, material.rows, side) for side in (sides.train, sides.test))
    alarms = check(taught, tested, model, seed=seed)
    refuse(alarms)
    return alarms


def judged(model: Model, matrix: pd.DataFrame, rows: pd.DataFrame) -> tuple[HeldOut, pd.Series]:
    """The decided lines of the test side with every contender's score; and of each order whether it reaches high."""
    margin = margins(model, matrix, threads=1)
    scores = {
        "model": margin,
        "counted_flags": counted_flags(matrix),
        "guidance": guidance_margin(model.inputs, matrix),
    }
    if rows["label"].nunique() < 2:
        raise TrainingRefused(
            "the test period holds no confirmed diversion, or no false positive, of a customer kept for the test: "
            "nothing to judge a model on; give more orders, or another seed"
        )
    kept = ["order_id", "customer", "ordered_on", "label", "weight", *(name for name in AMOUNTS if name in rows)]
    lines = rows[kept].assign(**scores)
    decided = rows["label"].notna()
    alerts = lines["model"].ge(model.thresholds[1]).groupby(lines["order_id"]).any()
    return HeldOut(lines[decided], CONTENDERS, probabilities(model, margin[decided])), alerts


def _refuse_place(out: Path | None) -> None:
    if out is not None and out.exists() and not (out / "model.json").is_file():
        raise TrainingRefused(f"{out}: something that is no model folder stands there; name a new folder")


def _saved(model: Model, text: str, folder: Path, matrix: pd.DataFrame) -> Model:
    """The model as its folder gives it back; refuses a folder that scores otherwise."""
    save(model, folder, text)
    again = load(folder)
    if not np.array_equal(margins(model, matrix, threads=1), margins(again, matrix, threads=1)):
        raise TrainingRefused("the saved model scores otherwise than the one in memory: report this with your versions")
    return again


def _run(
    model: Model,
    text: str,
    metrics: dict[str, float],
    held_out: HeldOut,
    matrix: pd.DataFrame,
    material: Material,
    sides: Split,
) -> Run:
    """What the tracking server shows of this training."""
    facts = model.facts
    taught = sides.train[material.rows.loc[sides.train, "label"].notna()]
    levels = pd.DataFrame(filled(model.inputs, matrix.loc[taught]), columns=[each.name for each in model.inputs])
    named = ("seed", "as_of", "boosters", "trees", "fingerprint", "lists_version")
    settings = {
        name: facts["settings"][name] for name in ("learning_rate", "num_leaves", "min_data_in_leaf", "lambda_l2")
    }
    return Run(
        version=model.version,
        params={
            **{name: facts[name] for name in named},
            **settings,
            "cut": facts["split"]["cut"],
            **_spelt(facts["lines"]),
        },
        metrics=shown(metrics),
        figures=figures(model, held_out),
        data=levels.assign(label=material.rows.loc[taught, "label"].to_numpy()),
        fingerprint=material.fingerprint,
        tags={
            "simulated": str(material.simulated).lower(),
            "lists_version": facts["lists_version"],
            "fingerprint": material.fingerprint,
            "command": facts["command"],
            "diversion": facts["versions"]["diversion"],
            "code": code_digest(),
            **{f"alarm.{name}": each["result"] for name, each in facts["alarms"].items()},
        },
        card=text,
    )


def shown(metrics: dict[str, float]) -> dict[str, float]:
    """The metrics that a person can read side by side: intervals of the model alone; the card has the others'."""
    ends = ("_low", "_high")
    return {name: value for name, value in metrics.items() if name.startswith("model/") or not name.endswith(ends)}


def _spelt(entries: dict[str, object]) -> dict[str, object]:
    """Names as MLflow shows them side by side: without blanks."""
    return {name.replace(" ", "_"): value for name, value in entries.items()}
