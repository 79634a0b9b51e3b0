"""A challenger on live batches beside the champion: what would change, kept in the home, without any effect."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scoring.atomic import whole_file
from scoring.model import Model, ModelRefused, bands, margins, probabilities
from scoring.result import write
from training.interleaved import picks

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
    """One batch by both models: a row a line (keys, score, band and place of each), the sums of it, and which orders
    the two picked in turn (`interleaved.picks`)."""

    lines: pd.DataFrame
    summary: dict[str, Any]
    picks: list[tuple[str, str]] = field(default_factory=list)


def beside(
    champion: Model, challenger: Model, orders: pd.DataFrame, matrix: pd.DataFrame, budget: float, batch: str = ""
) -> Shadow:
    """The same matrix by both models; `budget` (0–1) is the share of orders that a queue takes, `batch` names the file.

    `orders` has order_id, line_no and order_date, the index of the matrix. A line without order_id is an order of its
    own; nobody picks it, for no decision could be found again.
    """
    lines = orders[["order_id", "line_no"]].copy()
    order = orders["order_id"].fillna("line " + pd.Series(orders.index.astype(str), index=orders.index))
    for name, model in (("champion", champion), ("challenger", challenger)):
        margin = margins(model, matrix)
        highest = pd.Series(margin, index=matrix.index).groupby(order).max()
        lines[f"{name}_score"] = probabilities(model, margin)
        lines[f"{name}_band"] = bands(model, margin)
        lines[f"{name}_place"] = order.map(highest.rank(ascending=False, method="min")).astype("int64")
    summary = _summary(lines, order, orders["order_date"], budget)
    named = lines[lines["order_id"].notna()].groupby("order_id")[["champion_place", "challenger_place"]].first()
    return Shadow(lines, summary, picks(named, summary["top_orders"], batch))


def keep(shadow: Shadow, home: Path, batch: str, champion: str, challenger: str, as_of: date) -> Path:
    """Writes the differing lines, the picked orders and the summary into the home; says where the differences stand.

    The picked orders stand beside them as NAME.review.csv, without a word of who picked them. `batch` is the sha256 of
    the order file, `champion` and `challenger` those of the model folders: the same batch by the same models is kept
    once. Raises ResultRefused.
    """
    room = home / ROOM
    room.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(f"{batch}{champion}{challenger}".encode()).hexdigest()[:16]
    lines = shadow.lines
    changed = (lines["champion_band"] != lines["challenger_band"]) | (
        lines["champion_place"] != lines["challenger_place"]
    )
    write(lines[changed], room / f"{name}.csv", as_of=as_of)
    picked = sorted(order for pair in shadow.picks for order in pair)
    write(pd.DataFrame({"order_id": picked}, dtype="str"), room / f"{name}.review.csv", as_of=as_of)
    models = {"champion": champion, "challenger": challenger}
    told = {"format": FORMAT, "batch": batch, **models, "as_of": str(as_of), "picks": shadow.picks, **shadow.summary}
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


def picked(home: Path, champion: str, challenger: str) -> list[dict[str, Any]]:
    """The batches that these two models (sha256 of their folders) picked orders of; raises ModelRefused as `seen`."""
    told = map(_read, sorted((home / ROOM).glob("*.json")))
    return [
        each for each in told if (each["champion"], each["challenger"]) == (champion, challenger) and "picks" in each
    ]


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
        known = (
            told["format"] == FORMAT and {"batch", "champion", "challenger", "first", "last", "lines"} <= told.keys()
        )
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise ModelRefused(f"{path} cannot be read ({type(fault).__name__}): delete it and its .csv") from fault
    if not known:
        raise ModelRefused(f"{path} has another format than {FORMAT}: install the version that wrote it, or delete it")
    return told
