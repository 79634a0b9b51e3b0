"""The first of two passes over a long book: the facts of each part, put by on disk, and the past of the whole file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from features.history_facts import remembered
from features.known import Known
from features.lines import with_facts
from features.links_facts import linked
from features.orders.book import Book
from features.orders.long import LongBook
from features.orders.shelf import Shelf
from features.parties.master import master_of
from features.past.columns import CATEGORIES, no_past
from features.past.gathered import Earlier, as_told, past_of
from features.past.narrow import CARRIED, category_columns, narrow, stacked
from features.past.same_day import same_day
from scoring.memory import give_back
from scoring.parts import share, share_of
from scoring.pieces import Load
from scoring.ways import Shard, Ways

ASKED_BY = ("order_id", "order_date", "chips", "tpp_total", "list_gate", "buyer_customer_since")
"""What the past is asked by, besides the categories of a line, and what is told of the orders of one day."""

REPORTED = (
    "buyer_name", "usd", "leg", "chip_class", "seller_country", "destination_country", "transit_countries",
    "inter_consignee_country",
)  # fmt: skip
"""What a report reads of every line besides."""

AT_ONCE = 12
"""Parts whose lines are asked of the past together: more need more memory, fewer sort the past more often."""

TOGETHER = 6  # parts that may hold the same names each for itself before they are kept once


@dataclass(frozen=True)
class Ready:
    """What a part is judged on: its records, its facts and what the past says of its lines, on disk; and the past."""

    shelf: Shelf
    room: Path
    shard: Shard | None
    past: pd.DataFrame

    def facts(self, number: int, what: str) -> Path:
        """The file of the "facts" or "signs" of a part."""
        return self.room / f"{number:06d}.{what}"

    def __call__(self, number: int) -> tuple[Book, pd.DataFrame, pd.DataFrame]:
        """The part, its lines with all their facts, those of the past included, and the past."""
        part = share_of(self.shelf.part(number), self.shard)
        added = [_read(self.facts(number, what)) for what in ("facts", "signs")]
        return part, pd.concat([part.lines, *(each.loc[part.lines.index] for each in added)], axis=1), self.past


@dataclass(frozen=True)
class Prepared:
    """What the second pass reads of the parts that hold records asked for, `numbers`; and what is told of all of them.

    `one_day` are the orders of one day (`past.same_day`); `lines` is empty without a report.
    """

    load: Load
    numbers: tuple[int, ...]
    one_day: pd.DataFrame
    lines: pd.DataFrame


def prepared(long: LongBook, known: Known, earlier: Earlier, room: Path, ways: Ways) -> Prepared:
    """Reads every part of the file once; only the lines of the shard are asked about: the past counts all."""
    shard, report = ways.shard, ways.report
    ready = Ready(long.shelf, room, shard, no_past())
    kept = (*ASKED_BY, *(REPORTED if report else ()))
    master = None if known.customers is None else master_of(known.customers, known.tables)
    thin, keys, rows, told = [], [], [], []
    for number in range(long.shelf.count):
        own = long.shelf.lines(number)
        lines = with_facts(own, known, master)
        _put(lines.drop(columns=own.columns), ready.facts(number, "facts"))
        keys.append(category_columns(lines, known.tables))
        dated = pd.concat([lines, keys[-1].add_prefix(CARRIED)], axis=1)[lines["order_date"].notna()]
        plain = narrow(dated, known.tables)
        told.append(as_told(dated, plain, earlier, known))
        rows.append(plain.drop(columns=list(CATEGORIES)).copy())  # a view would hold all columns of the part
        thin.append(lines[list(kept)].copy().assign(number=number))
        if len(keys) > TOGETHER:
            keys = [stacked(keys)]
        del own, lines, dated, plain
        give_back()
    lines = pd.concat(thin)
    categories = stacked(keys).set_axis(lines.index)
    del thin, keys
    known = _with_past(known, earlier, lines, categories, rows, told)
    give_back()
    asked = [
        share(long.shelf.records(number), lines.loc[lines["number"] == number, "order_id"], shard)
        for number in range(long.shelf.count)
    ]
    lines = pd.concat([lines, categories.add_prefix(CARRIED)], axis=1).sort_index()
    del categories
    if shard is not None:
        lines = lines.loc[lines.index.isin(np.concatenate(asked))]
    numbers = tuple(number for number, records in enumerate(asked) if len(records))
    lines = _told_by_the_past(ready, lines, known)
    shown = lines.drop(columns=f"{CARRIED}buyer") if report else lines.iloc[:0, :0]
    return Prepared(replace(ready, past=known.past), numbers, same_day(lines), shown)


def _with_past(
    known: Known,
    earlier: Earlier,
    lines: pd.DataFrame,
    categories: pd.DataFrame,
    rows: list[pd.DataFrame],
    told: list[pd.DataFrame],
) -> Known:
    """`known` with the past of the file; lines of one day that nobody told anything before have none."""
    dates = lines["order_date"]
    if earlier.rows.empty and (dates.isna().all() or dates.min() == dates.max()):
        return replace(known, past=no_past(), past_version=earlier.version)
    plain = pd.concat(rows)
    rows.clear()
    order = plain.index.argsort()
    past = pd.concat([plain, categories[dates.notna()]], axis=1)[list(no_past())].iloc[order]
    past = stacked([earlier.rows, past]) if len(earlier.rows) else past
    whole = pd.concat([earlier.told, pd.concat(told).iloc[order]], ignore_index=True)
    return replace(known, past=past_of(past, whole), past_version=earlier.version)


def _told_by_the_past(ready: Ready, lines: pd.DataFrame, known: Known) -> pd.DataFrame:
    """What is told of the lines; what the past says of them goes to the disk, part by part."""
    if "destination_country" not in lines:
        lines = lines.assign(destination_country=lines[f"{CARRIED}destination_country"])
    for first in range(0, ready.shelf.count, AT_ONCE):
        asked = lines[lines["number"].between(first, first + AT_ONCE - 1).to_numpy()]
        signs = linked(remembered(asked, known), known).drop(columns=asked.columns)
        for number in range(first, min(first + AT_ONCE, ready.shelf.count)):
            _put(signs[(asked["number"] == number).to_numpy()], ready.facts(number, "signs"))
        del asked, signs
        give_back()
    kept = [name for name in lines if not str(name).startswith(CARRIED) or name == f"{CARRIED}buyer"]
    return lines[kept].drop(columns="number")


def _put(frame: pd.DataFrame, path: Path) -> None:
    frame.reset_index(names="at").to_feather(path, compression="lz4")


def _read(path: Path) -> pd.DataFrame:
    return pd.read_feather(path).set_index("at").rename_axis(None)
