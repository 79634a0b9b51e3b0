"""How a model stands on its own test side, for its card: kinds it misses, country groups, look-alikes, promises."""

from __future__ import annotations

from typing import Any

import pandas as pd

from scoring.model import Model, probabilities
from training.bands import CAPACITY
from training.contest.bed import Bed, orders, scores
from training.contest.holds import each_of_the_bag, promises, same_reasons, steady
from training.contest.said import asked_of, by_group, calibrated
from training.public_cases import wilson

DIGITS = 6


def standing(model: Model, bed: Bed) -> dict[str, Any]:
    """The entry `standing` of a model's facts: checks, share of each typology's orders that reach the band high, and
    the probability said against the share confirmed in each country group. JSON; the same bed gives the same bytes."""
    scored = scores(bed, None, model).join(each_of_the_bag(model, bed))
    found = orders(bed, scored)
    rows = asked_of(bed.rows[bed.decided])
    said = probabilities(model, scored.loc[rows.index, "challenger"].to_numpy())
    parts = (rows["label"], said, rows["weight"], rows["customer"])
    checks = (
        *calibrated(*parts),
        steady(found, CAPACITY["high"]),
        *promises(model, bed),
        same_reasons(model, bed, scored["challenger"]),
    )
    queue = found["challenger"] >= model.thresholds[1]
    groups = {str(whose): _table(by_group(group, *parts)) for whose, group in bed.groups.loc[rows.index].items()}
    kinds = pd.DataFrame(index=rows.index) if bed.kinds is None else bed.kinds.loc[rows.index].astype("str")
    return {
        "checks": [each.told() for each in checks],
        "country_groups": groups,
        "kinds": {str(by): _table(by_group(kind, *parts)) for by, kind in kinds.items()},
        "look_alikes": _reaching(queue[found["look_alike"] == 1]),
        "typologies": {} if bed.codes is None else _typologies(bed, queue),
    }


def _typologies(bed: Bed, queue: pd.Series) -> dict[str, Any]:
    """For each typology the orders that show it and how many of them the queue holds."""
    assert bed.codes is not None, "asked only where the truth is known"  # noqa: S101  (cannot happen)
    codes = bed.codes.groupby(bed.rows["order_id"]).max().reindex(queue.index)
    kinds = sorted(set(codes[codes != ""].str.split(";").explode()))
    shows = {code: (";" + codes + ";").str.contains(f";{code};", regex=False) for code in kinds}
    return {code: _reaching(queue[each]) for code, each in shows.items()}


def _reaching(queue: pd.Series) -> dict[str, float]:
    """How many orders there are, how many reach the queue, and the Wilson ends (95 %) of that share."""
    hits, count = int(queue.sum()), len(queue)
    low, high = wilson(hits, count) if count else (0.0, 1.0)
    return {"orders": count, "found": hits, "low": round(low, DIGITS), "high": round(high, DIGITS)}


def _table(groups: pd.DataFrame) -> dict[str, Any]:
    """The rows as JSON can hold them: a missing figure is null."""
    return {
        str(name): {key: None if pd.isna(value) else round(float(value), DIGITS) for key, value in row.items()}
        for name, row in groups.iterrows()
    }
