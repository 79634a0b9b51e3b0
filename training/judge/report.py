"""`diversion evaluate`: worlds drawn, the recipe judged, one page written and logged."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from features.matrix import FEATURES
from scoring.atomic import whole_file
from training.baseline import guidance
from training.case_files import CASES, public_cases
from training.contenders import product
from training.fit import BAG
from training.intervals import DRAWS
from training.judge.page import page
from training.judge.run import Judgement, Say, judge
from training.judge.teach import Bench
from training.judge.track import log
from training.judge.world import World, simulated_world
from training.simulate import world as settings
from training.train import LINES, SEED

OTHER_SEED = 7
ELSEWHERE = 0.5
"""Lines of another world as a share of home's: half the lines, half the time."""

WHOLE = frozenset({"rare"})
"""Worlds drawn in full: half of their lines would hold next to no diversion."""


def evaluate(
    out: Path,
    *,
    as_of: date,
    lines: int = LINES,
    seed: int = SEED,
    bag: int = BAG,
    draws: int = DRAWS,
    cases: Path = CASES,
    mlruns: Path = Path("mlruns"),
    track: bool = True,
    say: Say = lambda _: None,
) -> Judgement:
    """Judges the product's recipe on drawn worlds and writes the page; raises TrainingRefused or TrackingRefused.

    `cases` is the folder of cases.csv and cases_customers.csv, by default the cases that come with the project.
    """
    bench = Bench(guidance(FEATURES), partial(product, bag=bag), seed=seed, draws=draws)
    found = judge(bench, worlds(lines, seed, as_of), public_cases(cases), as_of=as_of, say=say)
    told = f"diversion evaluate --lines {lines} --seed {seed} --as-of {as_of} --bag {bag}"
    html = page(found, told)
    if track:
        log(mlruns, found, html, {"lines": lines, "seed": seed, "as_of": as_of, "bag": bag})
    with whole_file(out) as place:
        place.write_text(html, encoding="utf-8", newline="\n")
    return found


def worlds(lines: int, seed: int, as_of: date) -> list[World]:
    """The world of the training, and every other one, drawn apart from it and from one seed."""
    seeds = {settings.HOME: seed}
    return [simulated_world(name, size, seeds.get(name, OTHER_SEED), as_of) for name, size in sizes(lines).items()]


def sizes(lines: int) -> dict[str, int]:
    """The order lines of each world, home first."""
    whole = {settings.HOME, *WHOLE}
    return {name: lines if name in whole else round(ELSEWHERE * lines) for name in settings.worlds()}
