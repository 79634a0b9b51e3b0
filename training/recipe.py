"""What decides the score, by how many confirmed diversions taught it: one recipe, of which reviews take over a share.

There is no other recipe for few cases: the ridge leaves the guidance where it stands. With many, each training tries
whether the guidance still helps, and drops it where it harms.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from scoring.model import Floats
from training.contest.paired import between, half_width, minus
from training.intervals import Interval
from training.ranking import measure

MINIMUM_POSITIVES = 20
"""Confirmed diversions below which trees learn names of customers, not signs of diversion (learning on few cases)."""

FEW, MANY = 30, 300
"""Below FEW a model is not to be believed before it was tried beside the one in use; beyond MANY the guidance has to
show that it still helps."""

HELP = "guidance/average_precision_gained"
"""Metric of a training: average precision with the guidance less without it, beside its interval."""


def help_of_guidance(with_it: Floats, without: Floats, rows: pd.DataFrame) -> Interval:
    """Average precision of the margins with the guidance less without it, over draws of customers (90 % interval).

    `rows`, a decided line each, have order_id, customer and label; the models saw no row of the customer's.
    Orders rank by their highest line; lines without a margin are left out.
    """
    lines = rows.assign(one=with_it, other=without).dropna(subset=["one", "other"])
    orders = lines.groupby("order_id")[["label", "one", "other"]].max()
    of = lines.groupby("order_id")["customer"].first()
    label = orders["label"].to_numpy(dtype="float64")
    one, other = (measure(label, orders[name].to_numpy(dtype="float64"), {}) for name in ("one", "other"))
    return between(minus(one, other), of)["average_precision"]


def helps(found: Interval) -> bool:
    """Whether the guidance stays: unless it costs more than half its interval.

    A tie keeps it: it is all that is known of signs that no review has seen yet.
    """
    return found.value >= -half_width(found)


def stage(confirmed: int, metrics: Mapping[str, float] | None = None) -> str:
    """Who decides with so many confirmed lines, in words for the run, the card and a refusal; `metrics` are the run's.

    >>> stage(7)
    'guidance alone decides (7 confirmed, fewer than 20)'
    >>> stage(45)
    'guidance as 45 confirmed lines correct it'
    """
    if confirmed < MINIMUM_POSITIVES:
        return f"guidance alone decides ({confirmed} confirmed, fewer than {MINIMUM_POSITIVES})"
    corrected = f"guidance as {confirmed} confirmed lines correct it"
    if confirmed < FEW:
        return f"{corrected}: few, so score live batches beside the model in use before promoting it"
    if confirmed <= MANY:
        return corrected
    if metrics is None or HELP not in metrics:
        return f"{corrected}: whether they still need the guidance was not tried"
    found = Interval(metrics[HELP], metrics[f"{HELP}_low"], metrics[f"{HELP}_high"])
    tried = f"average precision {found.value:+.3f} ({found.low:+.3f} to {found.high:+.3f}) by it, on unseen customers"
    return f"{corrected}: {tried}" if helps(found) else f"{confirmed} confirmed lines without the guidance: {tried}"
