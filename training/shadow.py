"""A challenger on live batches beside the champion: what would change, kept in the home, without any effect."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scoring.atomic import whole_file
from scoring.model import Model, ModelRefused, bands, margins, probabilities
from scoring.result import write

FORMAT = 1  # of the summary
SHADOW_DAYS = 28  # order dates a shadow run has to span before it counts: four weeks of a book
ROOM = "shadow"  # of a home


@dataclass(frozen=True)
class Span:
    """How much a challenger has scored in shadow: batches, lines, and the order dates from first to last."""

    batches: int
    lines: int
    first: str
    last: str

    @property
    def days(self) -> int:
        """Days from the first to the last order date, both counted."""
        return (pd.Timestamp(self.last) - pd.Timestamp(self.first)).days + 1


@dataclass(frozen=True)
class Shadow:
    """One batch by both models: a row a line (keys, score, band and place of each), and the sums of it."""

    lines: pd.DataFrame
    summary: dict[str, Any]


def beside(champion: Model, challenger: Model, orders: pd.DataFrame, matrix: pd.DataFrame, budget: float) -> Shadow:
    """The same matrix by both models; `budget` (0–1) is the share of orders that a queue takes.

    `orders` has order_id, line_no and order_date, the index of the matrix. A line without order_id is an order of its
    own.
    """
    lines = orders[["order_id", "line_no"]].copy()
    order = orders["order_id"].fillna("line " + pd.Series(orders.index.astype(str), index=orders.index))
    for name, model in (("champion", champion), ("challenger", challenger)):
        margin = margins(model, matrix)
        highest = pd.Series(margin, index=matrix.index).groupby(order).max()
        lines[f"{name}_score"] = probabilities(model, margin)
        lines[f"{name}_band"] = bands(model, margin)
        lines[f"{name}_place"] = order.map(highest.rank(ascending=False, method="min")).astype("int64")
    return Shadow(lines, _summary(lines, order, orders["order_date"], budget))


def keep(shadow: Shadow, home: Path, batch: str, champion: str, challenger: str, as_of: date) -> Path:
    """Writes the differing lines and the summary into the home; says where the differences stand.

    `batch` is the sha256 of the order file, `champion` and `challenger` those of the model folders: the same batch by
    the same models is kept once. Raises ResultRefused.
    """
    room = home / ROOM
    room.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(f"{batch}{champion}{challenger}".encode()).hexdigest()[:16]
    lines = shadow.lines
    changed = (lines["champion_band"] != lines["challenger_band"]) | (
        lines["champion_place"] != lines["challenger_place"]
    )
    write(lines[changed], room / f"{name}.csv", as_of=as_of)
    told = {"format": FORMAT, "batch": batch, "champion": champion, "challenger": challenger, **shadow.summary}
    with whole_file(room / f"{name}.json") as place:
        place.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8", newline="\n")
    return room / f"{name}.csv"


def seen(home: Path, challenger: str) -> Span | None:
    """What the challenger (sha256 of its folder) has scored in shadow; a batch counts once; None where nothing.

    Raises ModelRefused for a summary that is damaged or newer.
    """
    found = {each["batch"]: each for each in map(_read, sorted((home / ROOM).glob("*.json")))}
    mine = [each for each in found.values() if each["challenger"] == challenger and each["first"]]
    if not mine:
        return None
    first, last = min(each["first"] for each in mine), max(each["last"] for each in mine)
    return Span(len(mine), sum(each["lines"] for each in mine), first, last)


def _summary(lines: pd.DataFrame, order: pd.Series, dates: pd.Series, budget: float) -> dict[str, Any]:
    """Lines, orders, share of equal bands, rank correlation, and the share of the champion's top that is replaced."""
    places = lines[["champion_place", "challenger_place"]].groupby(order).first()
    size = max(1, int(np.ceil(budget * len(places))))
    tops = [set(places[name].nsmallest(size).index) for name in places]
    days = dates.dropna()
    alike = places["champion_place"].corr(places["challenger_place"]) if len(places) > 1 else np.nan
    return {
        "lines": len(lines),
        "orders": len(places),
        "first": days.min().date().isoformat() if len(days) else "",
        "last": days.max().date().isoformat() if len(days) else "",
        "same_band": float((lines["champion_band"] == lines["challenger_band"]).mean()) if len(lines) else None,
        "rank_correlation": float(alike) if np.isfinite(alike) else None,
        "top_orders": size,
        "top_replaced": len(tops[0] - tops[1]) / size,
    }


def _read(path: Path) -> dict[str, Any]:
    try:
        told = dict(json.loads(path.read_text(encoding="utf-8")))
        known = told["format"] == FORMAT and {"batch", "challenger", "first", "last", "lines"} <= told.keys()
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise ModelRefused(f"{path} cannot be read ({type(fault).__name__}): delete it and its .csv") from fault
    if not known:
        raise ModelRefused(f"{path} has another format than {FORMAT}: install the version that wrote it, or delete it")
    return told
