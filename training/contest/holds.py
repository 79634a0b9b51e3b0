"""Gates on what a model promises whatever the outcomes: flags never lower a score, blanks never help, bags agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from scoring.explain import apart, by_family
from scoring.model import NOT_EVALUATED, Floats, Input, Model, filled, margins, margins_at
from training.contest.bed import Bed
from training.contest.check import Check, held, unevaluated
from training.contest.finds import FEWEST, NO_CHAMPION, replaced
from training.intervals import SEED, drawn
from training.ranking import ranking

ROWS = 1000
"""Lines on which the promises are tried, evenly drawn from all."""

ROUNDING = 1e-9  # log-odds: a margin is a sum of floats
SPREAD = 0.02  # of the precision at capacity, between bags of other seeds
ALIKE = 0.7  # rank correlation with the champion
SAME_REASON = 0.8  # share of the top whose leading family of red flags two halves of the bag agree on
PRECISION = "precision_reviewing_capacity_percent"
MEDIANS, RARE = 200, 0.05  # draws of customers for an honest median, and the share of them that counts as chance
TOP_LINES = 200  # explained for that: contributions cost a hundred predictions


def promises(model: Model, bed: Bed) -> Iterator[Check]:
    """Raising a flag never lowers a margin, on any of the lines; leaving a cell blank never does better than a plain
    honest answer (design: unknown is not low)."""
    sample = bed.matrix.iloc[np.unique(np.linspace(0, len(bed.matrix) - 1, ROWS).astype(int))]
    levels = filled(model.inputs, sample)
    lowered = [each.name for place, each in enumerate(model.inputs) if _falls(model, levels, place, each)]
    rising = sum(each.kind == "flag" and each.risk != "unsigned" for each in model.inputs)
    says = f"{rising} flags raised on {len(sample):,} lines" + (f"; lowered by {', '.join(lowered)}" if lowered else "")
    yield held("raising_a_flag", len(lowered), "at most 0", not lowered, says)
    yield _blanks(model, bed, levels)


def steady(orders: pd.DataFrame, budget: float) -> Check:
    """How the precision at capacity varies with the seed of the bag: its boosters' spread over root of their number.

    An estimate: the boosters of a bag differ in seed and in the customers they saw. `orders` has a column for each
    booster, `bag_0` and on.
    """
    name, bound = "bag_stability", f"at most {SPREAD:g}"
    bag = [column for column in orders if str(column).startswith("bag_")]
    if len(bag) < 2 or orders["label"].sum() < FEWEST:
        return unevaluated(name, bound, "a bag of one, or too few confirmed orders")
    found = [ranking(orders["label"], orders[each].to_numpy(), budgets={"capacity": budget})[PRECISION] for each in bag]
    spread = float(np.std(found, ddof=1) / np.sqrt(len(bag)))
    return held(name, spread, bound, spread <= SPREAD, f"standard deviation, from the {len(bag)} boosters of the bag")


def alike(orders: pd.DataFrame, budget: float) -> Check:
    """Rank correlation (Spearman) with the champion over orders, and the share of its top that would be replaced."""
    name, bound = "agreement_with_champion", f"at least {ALIKE:g}"
    if "champion" not in orders:
        return unevaluated(name, bound, NO_CHAMPION)
    found = float(orders["champion"].rank().corr(orders["challenger"].rank()))
    says = f"rank correlation; {replaced(orders, budget):.0%} of the champion's top {budget:.1%} is replaced"
    return held(name, found, bound, found >= ALIKE, says)


def same_reasons(model: Model, bed: Bed, margin: pd.Series) -> Check:
    """Share of the top lines whose leading family of red flags is the same by two disjoint halves of the bag."""
    name, bound = "leading_reasons", f"at least {SAME_REASON:g}"
    if len(model.boosters) < 2:
        return unevaluated(name, bound, "a bag of one has no halves")
    top = bed.matrix.loc[margin.nlargest(TOP_LINES).index]
    halves = [_leading(replace(model, boosters=model.boosters[begin::2]), top) for begin in (0, 1)]
    found = float((halves[0] == halves[1]).mean())
    says = f"{len(top)} lines of highest score, halves of the bag; models of other reviews agree less (docs/recipe.md)"
    return held(name, found, bound, found >= SAME_REASON, says)


def each_of_the_bag(model: Model, bed: Bed) -> pd.DataFrame:
    """Margins of every line by each booster alone, columns `bag_0` and on."""
    alone = {f"bag_{at}": replace(model, boosters=(each,)) for at, each in enumerate(model.boosters)}
    return pd.DataFrame({name: margins(each, bed.matrix) for name, each in alone.items()}, index=bed.matrix.index)


def _falls(model: Model, levels: Floats, place: int, each: Input) -> bool:
    """Whether a flag that is raised from no to not evaluated to yes lowers any margin."""
    if each.kind != "flag" or each.risk == "unsigned":
        return False
    steps = (0.0, NOT_EVALUATED, 1.0) if each.risk == "rises" else (1.0, NOT_EVALUATED, 0.0)
    no, unknown, yes = (_at(model, levels, place, step) for step in steps)
    return bool(((unknown < no - ROUNDING) | (yes < unknown - ROUNDING)).any())


def _blanks(model: Model, bed: Bed, levels: Floats) -> Check:
    """Whether a blank number stands below the median of honest stated ones: not evaluated where few customers, each
    with many lines, could have made that median by chance."""
    name, bound = "leaving_a_cell_blank", "at most 0"
    honest = (bed.rows["label"] != 1).to_numpy()  # those cleared in review are larger than most
    helped: list[str] = []
    doubtful: list[str] = []
    for place, each in enumerate(model.inputs):
        stated = bed.matrix.loc[honest, each.name].dropna()
        if each.kind != "number" or each.risk == "unsigned" or not len(stated):
            continue
        median, least = usual(stated, bed.rows.loc[stated.index, "customer"], each.risk)
        if _above(model, levels, place, median, each.neutral):
            (helped if _above(model, levels, place, least, each.neutral) else doubtful).append(each.name)
    says = "numbers blank against their honest median" + (f"; better blank: {', '.join(helped)}" if helped else "")
    if doubtful and not helped:
        says += f"; better blank, but no more than by chance: {', '.join(doubtful)}"
        return Check(name, float(len(doubtful)), bound, "not evaluated", says)
    return held(name, len(helped), bound, not helped, says)


def usual(stated: pd.Series, customer: pd.Series, risk: str) -> tuple[float, float]:
    """The median of the stated values, and its least risky one over draws of whole customers (1 in 20 lies beyond)."""
    values = stated.astype("Float64").to_numpy(dtype=np.float64)
    order = np.argsort(values, kind="stable")
    middles = []
    for weights in drawn(customer, MEDIANS, SEED):
        mass = np.cumsum(weights[:, order], axis=1)
        middles.append(values[order][(2 * mass >= mass[:, -1:]).argmax(axis=1)])
    found = np.concatenate(middles)
    return float(found[0]), float(np.quantile(found[1:], RARE if risk == "rises" else 1 - RARE))


def _above(model: Model, levels: Floats, place: int, stated: float, blank: float) -> bool:
    """Whether the stated value scores above a blank on any of the lines."""
    return bool((_at(model, levels, place, blank) < _at(model, levels, place, stated) - ROUNDING).any())


def _at(model: Model, levels: Floats, place: int, value: float) -> Floats:
    changed = levels.copy()
    changed[:, place] = value
    return margins_at(model, changed)


def _leading(model: Model, matrix: pd.DataFrame) -> pd.Series:
    """The family of red flags that adds most to each row, as its first reason tells it."""
    return by_family(model, apart(model, matrix)).idxmax(axis=1)
