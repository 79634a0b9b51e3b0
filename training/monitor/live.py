"""Order lines as they came in after training, and how their population moved by month."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scoring import flags
from scoring.model import Floats, Model, bands, margins, probabilities
from training.contest.check import Check, held, unevaluated
from training.customers import customer_of
from training.monitor.chance import FEWEST_CUSTOMERS, by_chance
from training.monitor.reference import NOTICED, combined, psi, shares_of, unknown_share

FEWEST_LINES = 200
"""Lines of a month below which its stability index is chance: ten bins of 200 lines show 0.05 without any shift."""

SHIFT = 0.2  # stability index: by custom a shift
TWICE = 2  # months in a row that an input has to be shifted before it is an alarm
NEWS, NEWS_FLOOR = 2.0, 0.01  # times the share that was new in training, and a share not worth a look
MORE_UNKNOWN = 0.1  # added share of flags not evaluated: a source stopped filling a field (the founders' judgement)
NO_REFERENCE = "the model keeps no distribution of its training lines: train it again"


@dataclass(frozen=True)
class Live:
    """Lines with their facts, matrix, month ("2026-03", missing without a date), customer, margin and probability."""

    facts: pd.DataFrame
    matrix: pd.DataFrame
    month: pd.Series
    customer: pd.Series
    margin: pd.Series
    probability: pd.Series


def live(model: Model, facts: pd.DataFrame, matrix: pd.DataFrame) -> Live:
    """The lines by the model; the index is one a line."""
    margin = margins(model, matrix)
    month = facts["order_date"].dt.strftime("%Y-%m")
    return Live(
        facts,
        matrix,
        month,
        customer_of(facts),
        pd.Series(margin, index=matrix.index),
        pd.Series(probabilities(model, margin), index=matrix.index),
    )


def months(model: Model, seen: Live) -> pd.DataFrame:
    """One row a month: lines, stability of the score, share high or critical, completeness, what training never saw."""
    rows = {str(month): _month(model, seen, index) for month, index in seen.month.groupby(seen.month).groups.items()}
    return pd.DataFrame.from_dict(rows, orient="index")


def stability(model: Model, seen: Live) -> pd.DataFrame:
    """The stability index of every input (rows, the largest of late first) by month; missing where not evaluated."""
    told = model.facts.get("reference")
    groups = seen.month.groupby(seen.month).groups
    found = pd.DataFrame(index=[each.name for each in model.inputs], columns=list(groups), dtype="float64")
    for month, index in groups.items():
        if told is not None and len(index) >= FEWEST_LINES:
            found[month] = [_psi(told, told["inputs"][name], seen.matrix.loc[index, name]) for name in found.index]
    order = found.iloc[:, -TWICE:].max(axis=1).sort_values(ascending=False, kind="stable", na_position="last")
    return found.loc[order.index]


def limits(model: Model, seen: Live) -> pd.DataFrame:
    """The index from which an input (rows) is shifted, of the last two months: SHIFT, or what chance alone makes."""
    told = model.facts.get("reference")
    groups = seen.month.groupby(seen.month).groups
    found = pd.DataFrame(SHIFT, index=[each.name for each in model.inputs], columns=list(groups)[-TWICE:])
    if told is None:
        return found
    for month in found.columns:
        rows = groups[month]
        whose = seen.customer.loc[rows]
        chance = [by_chance(told["inputs"][name], seen.matrix.loc[rows, name], whose) for name in found.index]
        found[month] = np.maximum(SHIFT, chance)
    return found


def drifted(model: Model, by_month: pd.DataFrame, inputs: pd.DataFrame, begins: pd.DataFrame) -> Iterator[Check]:
    """Alarms on what came in: inputs, score, what was never seen or could not be evaluated; the last month counts.

    `inputs` and `begins` are as `stability` and `limits` give them.
    """
    bounds = {
        "inputs": f"{SHIFT:g}, or what its customers differ by at random, in two months running",
        "score": f"at most {SHIFT:g}",
    }
    told = model.facts.get("reference")
    if told is None or not _enough(by_month.tail(1)):
        why = f"the last month has fewer than {FEWEST_LINES} lines with a date or {FEWEST_CUSTOMERS} customers"
        why = NO_REFERENCE if told is None else why
        names = (*bounds, *(f"never seen: {name}" for name in NOTICED), "not evaluated")
        yield from (unevaluated(name, bounds.get(name, ""), why) for name in names)
        return
    last = inputs.iloc[:, -TWICE:]
    shifted = last.index[(last > begins.loc[last.index]).sum(axis=1) >= TWICE]
    worst = f"largest in the last month: {last.iloc[:, -1].idxmax()}"
    says = worst + (f"; shifted in both: {', '.join(shifted)}" if len(shifted) else "")
    yield held("inputs", float(last.iloc[:, -1].max()), bounds["inputs"], not len(shifted), says)
    now = by_month.iloc[-1]
    says = f"stability index of the score in {by_month.index[-1]}; {now['customers']:.0f} customers"
    most = now["score_limit"]
    bound = bounds["score"] if most <= SHIFT else f"at most {most:.3f}, what its customers differ by at random"
    yield held("score", now["score_psi"], bound, now["score_psi"] <= most, says)
    for name in NOTICED:
        limit = max(NEWS * told["new"][name], NEWS_FLOOR)
        share = now[f"new {name}"]
        says = f"share of lines; {told['new'][name]:.1%} were new during training"
        yield held(f"never seen: {name}", share, f"at most {limit:.3f}", share <= limit, says)
    usual = unknown_share(told, model.inputs)
    says = f"mean share of flags not evaluated; {usual:.1%} in training"
    limit = usual + MORE_UNKNOWN
    yield held("not evaluated", now["unknown"], f"at most {limit:.3f}", now["unknown"] <= limit, says)


def _month(model: Model, seen: Live, index: pd.Index) -> dict[str, float]:
    told, matrix, facts = model.facts.get("reference"), seen.matrix.loc[index], seen.facts.loc[index]
    answers = flags.answers(matrix, facts["chip_class"], facts["leg"])
    named = [each.name for each in model.inputs if each.kind == "flag"]
    high = np.isin(bands(model, seen.margin.loc[index].to_numpy()), ("high", "critical"))
    return {
        "lines": len(index),
        "customers": seen.customer[index].nunique(),
        "score_psi": _score_psi(told, seen.margin.loc[index]),
        "score_limit": _score_limit(told, seen.margin.loc[index], seen.customer[index]),
        "high": float(high.mean()),
        "completeness": float(flags.completeness(answers, index).median()),
        "unknown": float(matrix[named].isna().to_numpy().mean()),
        **{f"new {name}": _news(told, name, facts) for name in NOTICED},
    }


def _score_psi(told: dict | None, margin: pd.Series) -> float:  # type: ignore[type-arg]  # the facts are free JSON
    enough = told is not None and len(margin) >= FEWEST_LINES
    return _psi(told, told["score"], margin) if enough and told is not None else math.nan


def _score_limit(told: dict | None, margin: pd.Series, customer: pd.Series) -> float:  # type: ignore[type-arg]
    return SHIFT if told is None else max(SHIFT, by_chance(told["score"], margin, customer))


def _enough(months: pd.DataFrame) -> bool:
    """Whether there is a month, and all hold the lines and customers that an index takes."""
    if not len(months):
        return False
    return bool((months["lines"] >= FEWEST_LINES).all() and (months["customers"] >= FEWEST_CUSTOMERS).all())


def _psi(told: dict, binned: dict, values: pd.Series) -> float:  # type: ignore[type-arg]
    before: Floats = np.array(binned["shares"])
    return psi(before, told["lines"], shares_of(binned, values), len(values))


def _news(told: dict | None, name: str, facts: pd.DataFrame) -> float:  # type: ignore[type-arg]
    """Share of lines whose combination training never saw; a line that does not state it is not counted."""
    stated = combined(facts, name).dropna()
    return float((~stated.isin(told["seen"][name])).mean()) if told is not None and len(stated) else math.nan
