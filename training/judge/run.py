"""The whole evaluation, bed after bed, as one table of figures; nothing in it was tuned on a test period."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import pandas as pd
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from scoring.model import Model
from training.alarms import Alarm, Side, check, side_of
from training.case_files import PublicCases
from training.figures import gain
from training.intervals import Interval
from training.judge import beds
from training.judge.blanks import blanked_cells
from training.judge.by_guidance import by_guidance
from training.judge.elsewhere import elsewhere, taught_at_home, too_easy
from training.judge.figure import Figure, exact, figures, table
from training.judge.teach import Bench, Lot, taught
from training.judge.world import World, rotations
from training.public_cases import ranks, shares

HONEST, DRAWN = 500, 5  # of the public cases: honest orders each is ranked among, and draws of what is not stated
Say = Callable[[str], None]


@dataclass(frozen=True)
class Judgement:
    """All figures (a row each, columns as `Figure`), the alarms, what the trees learnt from, and seconds a bed."""

    figures: pd.DataFrame
    alarms: tuple[Alarm, ...]
    learnt_from: pd.Series
    seconds: dict[str, float]


def judge(
    bench: Bench,
    worlds: Iterable[World],
    cases: PublicCases | None,
    *,
    as_of: date,
    real: pd.DataFrame | None = None,
    say: Say = lambda _: None,
) -> Judgement:
    """Every bed on the first world, and on the others what shows that the model is no child of the first.

    `real` is a matrix of real orders, to tell the simulated ones from. Raises TrainingRefused when the first world
    teaches too little.
    """
    with threadpool_limits(limits=1, user_api="blas"):  # models are taught side by side: more would wait for each other
        return _judged(bench, worlds, cases, as_of, real, say)


def _judged(
    bench: Bench,
    worlds: Iterable[World],
    cases: PublicCases | None,
    as_of: date,
    real: pd.DataFrame | None,
    say: Say,
) -> Judgement:
    home, *others = worlds
    begun = time.perf_counter()
    lots = [taught(bench, home, side) for side in rotations(home, bench.seed)]
    seconds = {"teaching": time.perf_counter() - begun}
    found: list[Figure] = []
    for name, rows in _beds(bench, home, others, lots, cases, as_of):
        begun = time.perf_counter()
        found.extend(rows)
        seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - begun
        say(f"{name}: {seconds[name]:.0f} s")
    begun = time.perf_counter()
    alarms = (*check(*_sides(home, lots[0]), lots[0].model, seed=bench.seed, real=real), *too_easy(table(found)))
    seconds[beds.ALARM] = time.perf_counter() - begun
    found.extend(figures(beds.ALARM, home.name, {f"alarm/{each.name}": exact(each.value) for each in alarms}))
    return Judgement(table(found), alarms, gain(lots[0].model), seconds)


def _beds(
    bench: Bench, home: World, others: list[World], lots: list[Lot], cases: PublicCases | None, as_of: date
) -> Iterator[tuple[str, Iterator[Figure]]]:
    """Each bed by its name, in the order in which they run; figures are computed as they are read."""
    seen = beds.seen_kinds(lots, home)
    yield beds.TRUTH, beds.out_of_time(bench, home, lots, beds.orders_of(home, seen))
    yield beds.REVIEWED, beds.reviewed(bench, home, lots)
    yield beds.KIND, beds.left_out_kinds(bench, home)
    yield beds.BLANKED, blanked_cells(bench, home, lots, seen)
    yield beds.GUIDED, by_guidance(bench, home, lots)
    if others:
        made = taught_at_home(bench, home)
        for other in others:
            yield beds.OTHER, elsewhere(bench, made, other)
    if cases is not None:
        yield beds.PUBLIC, public(cases, lots[0].model, home, as_of, bench.seed)


def public(cases: PublicCases, model: Model, world: World, as_of: date, seed: int) -> Iterator[Figure]:
    """Public cases and look-alikes: the share in the top of honest orders, by use, with Wilson intervals."""
    found = ranks(
        cases.orders,
        cases.customers,
        model,
        as_of=as_of,
        first=cases.first,
        last=cases.last,
        draws=DRAWN,
        honest=HONEST,
        seed=seed,
    )
    for row in shares(found, HONEST).to_dict("records"):
        told = {
            f"{row['contender']}/{top}": Interval(float(row[top]), float(row[f"{top}_low"]), float(row[f"{top}_high"]))
            for top in ("top_1_percent", "top_5_percent")
        }
        told |= {f"{row['contender']}/median_rank": exact(float(row["median"])), "test/cases": exact(row["cases"])}
        yield from figures(beds.PUBLIC, world.name, told, str(row["use"]))


def _sides(world: World, lot: Lot) -> tuple[Side, Side]:
    """The decided lines of both sides, as the alarms look at them."""
    told = (world.lines, world.matrix, world.rows)
    return side_of(*told, lot.side.train), side_of(*told, lot.side.test)
