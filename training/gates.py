"""The gates of a promotion: champion and challenger on the same unseen orders, typologies and public cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from features.matrix import FEATURES
from scoring.model import Floats, Model, ModelRefused, check_features, probabilities
from training.alarms import result_of
from training.bands import CAPACITY
from training.case_files import public_cases
from training.contest import bed as beds
from training.contest import both, finds, holds, said
from training.contest.bed import Bed
from training.contest.check import Check, failed, held, open_ones, unevaluated
from training.interleaved import ENOUGH, NO_TALLY, Tally, in_turn
from training.material import Before
from training.public_cases import ranks
from training.shadow import SHADOW_DAYS, Span

TAUGHT = " (fits that leave each case out rank them: benchmarks/public_cases.py --leave-out 5)"
HONEST, DRAWN = 200, 3  # of the public cases: honest orders each is ranked among, draws of what is not stated
Files = tuple[Path, Path | None, Path]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Trial:
    """Every gate, what the models were tried on, and the share (0–1) of orders taken as reviewed.

    `both` shows the two on the same orders, a figure a row: on, what, champion (where there is one) and challenger.
    """

    checks: tuple[Check, ...]
    beds: tuple[str, ...]
    budget: float
    both: tuple[both.Row, ...] = ()

    @property
    def failed(self) -> tuple[Check, ...]:
        """The gates that do not hold."""
        return failed(self.checks)

    @property
    def open(self) -> tuple[Check, ...]:
        """The gates that were not evaluated."""
        return open_ones(self.checks)

    def told(self) -> dict[str, Any]:
        """The trial as JSON can hold it."""
        return {
            "beds": list(self.beds),
            "budget": self.budget,
            "both": [{key: None if value != value else value for key, value in row.items()} for row in self.both],
            "checks": [each.told() for each in self.checks],
        }


def tried(
    champion: Model | None,
    challenger: Model,
    *,
    as_of: date,
    files: Files | None = None,
    cases: Path | None = None,
    lines: int = beds.SIMULATED_LINES,
    budget: float = CAPACITY["high"],
    shadow: Span | None = None,
    tally: Tally = NO_TALLY,
    before: Before | None = None,
    say: Say = lambda _: None,
) -> Trial:
    """Both models held against every gate; `files` are reviewed orders, customers or None, and outcomes.

    `before` is what the installation knew of them, `tally` what was found of the orders that both picked in turn.
    Without files a simulated book stands in, and the trial says so. A champion that was trained on other features is
    taken as none. Raises ModelRefused when the challenger was, and what reading the files raises.
    """
    check_features(challenger, FEATURES)
    champion = _comparable(champion, say)
    models = [each for each in (champion, challenger) if each is not None]
    world = beds.simulated(models, as_of, lines)
    tested = world if files is None else beds.reviewed(*files, models, as_of, before)
    told = tuple(dict.fromkeys((tested.told, world.told)))
    for each in told:
        say(f"tried on {each}")
    scored = beds.scores(tested, champion, challenger).join(holds.each_of_the_bag(challenger, tested))
    simulated = scored if tested is world else beds.scores(world, champion, challenger)
    unfit = _why_no_public_cases(cases, models)
    ranked = None if unfit or cases is None or champion is None else _ranks(champion, challenger, cases, as_of)
    checks = (
        _alarms(challenger),
        _on_record(challenger),
        *_ranking(tested, world, scored, simulated, budget),
        *(finds.no_public_cases(unfit) if ranked is None else finds.public_cases(*ranked, HONEST)),
        *_probabilities(tested, champion, challenger, scored),
        *holds.promises(challenger, tested),
        holds.same_reasons(challenger, tested, scored["challenger"]),
        in_shadow(shadow, tally),
        in_turn(tally, shadow is not None and shadow.days >= SHADOW_DAYS),
    )
    return Trial(
        checks, told, budget, tuple(_both(tested, world, champion, challenger, scored, simulated, ranked, budget))
    )


def in_shadow(span: Span | None, tally: Tally = NO_TALLY) -> Check:
    """Whether the challenger scored live batches beside the champion for four weeks, or 200 of their picks are decided.

    Weeks are those of the order dates.
    """
    name, bound = "shadow", f"at least {SHADOW_DAYS} days, or {ENOUGH} decided picks"
    if span is None:
        return unevaluated(name, bound, "never scored a live batch beside the champion: 'diversion shadow' does it")
    says = f"{span.lines:,} lines in {span.batches} batches, order dates {span.first} to {span.last}"
    if span.days < SHADOW_DAYS and 2 * tally.slots < ENOUGH:
        return Check(name, float(span.days), bound, "not evaluated", f"{says}: too short to count")
    return held(name, span.days, bound, True, says)


def _comparable(champion: Model | None, say: Say) -> Model | None:
    try:
        if champion is not None:
            check_features(champion, FEATURES)
    except ModelRefused as fault:
        say(f"nothing to compare with: {fault}")
        return None
    return champion


def _alarms(model: Model) -> Check:
    """The flattery alarms of the training: on record, and all evaluated; a model that raised one was refused."""
    name, alarms = "training_alarms", model.facts.get("alarms", {})
    if not alarms:
        return unevaluated(name, "on record", "the model keeps no record of its flattery alarms: train it again")
    unknown = [f"{each} ({told['says']})" for each, told in alarms.items() if result_of(told) == "not evaluated"]
    if unknown:
        return Check(name, len(alarms), "on record", "not evaluated", f"not evaluated: {'; '.join(unknown)}")
    return held(name, len(alarms), "on record", True, "alarms tried in training, none raised: " + ", ".join(alarms))


def _on_record(model: Model) -> Check:
    """Whether the model says what it was made of: files, code and seed."""
    name, bound = "made_of", "on record"
    missing = [what for what in ("fingerprint", "code", "seed") if what not in model.facts]
    if missing:
        return unevaluated(name, bound, f"the model keeps no record of its {', '.join(missing)}: train it again")
    told = (f"{what} {str(model.facts[what])[:12]}" for what in ("fingerprint", "code", "seed"))
    return held(name, 3.0, bound, True, ", ".join(told))


def _ranking(tested: Bed, world: Bed, scored: pd.DataFrame, simulated: pd.DataFrame, budget: float) -> Iterator[Check]:
    """What the queue holds: on the tested orders, and by typology and look-alike in the simulated book."""
    assert world.codes is not None, "a simulated book knows its typologies"  # noqa: S101  (cannot happen)
    found, drawn = beds.orders(tested, scored), beds.orders(world, simulated)
    yield from finds.queue(found, budget)
    yield finds.of_the_drawn(beds.drawn_orders(tested, scored, budget))
    codes = world.codes.groupby(world.rows["order_id"]).max().reindex(drawn.index)
    yield from finds.typologies(drawn, codes, budget)
    yield from finds.look_alikes(drawn, budget)
    yield holds.steady(found, budget)
    yield holds.alike(found, budget)


def _ranks(champion: Model, challenger: Model, cases: Path, as_of: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Where the public cases stand by each model, on the same draws."""
    told = public_cases(cases)
    before, after = (
        ranks(
            told.orders, told.customers, each, as_of=as_of, first=told.first, last=told.last, draws=DRAWN, honest=HONEST
        )
        for each in (champion, challenger)
    )
    return before, after


def _why_no_public_cases(cases: Path | None, models: list[Model]) -> str:
    """Why the models cannot be held against the public cases; blank where they can.

    A model that was taught public cases is never judged on them: they were its training rows, or stories of the same.
    """
    if cases is None:
        return "no folder of public cases was given (--cases)"
    if any("public" in each.facts.get("weights", {}) for each in models):
        return "a model was taught public cases: no case is a training row of the model that is judged on it" + TAUGHT
    return "" if len(models) == len(beds.NAMES) else finds.NO_CHAMPION


def _both(
    tested: Bed,
    world: Bed,
    champion: Model | None,
    challenger: Model,
    scored: pd.DataFrame,
    simulated: pd.DataFrame,
    ranked: tuple[pd.DataFrame, pd.DataFrame] | None,
    budget: float,
) -> Iterator[both.Row]:
    """Both models on the tested orders, the public cases, and the typologies of the simulated book."""
    assert world.codes is not None, "a simulated book knows its typologies"  # noqa: S101  (cannot happen)
    of = "simulated book" if tested is world else "reviewed orders"
    yield from both.found(beds.orders(tested, scored), budget, of)
    if tested.again is not None:
        again = beds.scores(tested.again, champion, challenger)
        yield from both.found(beds.orders(tested.again, again), budget, tested.again.told)
    rows = said.asked_of(tested.rows[tested.decided])
    models = {name: each for name, each in zip(beds.NAMES, (champion, challenger), strict=True) if each is not None}
    told = {name: probabilities(each, scored.loc[rows.index, name].to_numpy()) for name, each in models.items()}
    yield from both.said(rows["label"], told, rows["weight"], of)
    if ranked is not None:
        yield from both.public(*ranked, HONEST)
    drawn = beds.orders(world, simulated)
    codes = world.codes.groupby(world.rows["order_id"]).max().reindex(drawn.index)
    yield from both.kinds(drawn, codes, budget, "simulated book")


def _probabilities(tested: Bed, champion: Model | None, challenger: Model, scored: pd.DataFrame) -> Iterator[Check]:
    """On the lines drawn by lot once there are enough, else on all decided ones: as a whole, and by country group."""
    rows = said.asked_of(tested.rows[tested.decided])
    margin = scored.loc[rows.index]
    told = probabilities(challenger, margin["challenger"].to_numpy())
    before: Floats | None = None if champion is None else probabilities(champion, margin["champion"].to_numpy())
    yield from said.calibrated(rows["label"], told, rows["weight"], rows["customer"])
    yield said.brier(rows["label"], before, told, rows["weight"], rows["customer"])
    for whose, group in tested.groups.loc[rows.index].items():
        table = said.by_group(group, rows["label"], told, rows["weight"], rows["customer"])
        yield said.fair(table, str(whose))
