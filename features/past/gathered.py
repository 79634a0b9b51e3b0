"""The first pass: store, history files and the file's own lines become one past, each line once, each version dated."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from features.known import Known
from features.lines import with_facts
from features.orders.book import Book
from features.past.columns import ALONE, no_past
from features.past.identity import NO_KEY, Codes, contents, keys
from features.past.narrow import narrow, stacked
from features.past.store import HistoryRefused, conflicting, load

SHOWN = 5  # rows named in a refusal; more are counted


@dataclass(frozen=True)
class Earlier:
    """Lines told before this file: narrow rows with what orders their versions, what names them, what was left out.

    `told` has, for each of `rows`, key, content, recorded_on and source (1, 2, …: the order of telling).
    """

    rows: pd.DataFrame = field(default_factory=no_past)
    told: pd.DataFrame = field(default_factory=lambda: pd.DataFrame())
    version: str = ALONE
    notes: tuple[str, ...] = ()


def earlier(home: Path, history: Sequence[Book], known: Known) -> Earlier:
    """What the store of the home and the given order files tell; raises HistoryRefused on one that contradicts itself.

    Lines without order id or date, and lines dated after `known.as_of`, are left out and said.
    """
    stored = load(home)
    frames = [stored.lines] if len(stored.lines) else []
    notes: list[str] = []
    for number, book in enumerate(history, start=1 + int(stored.lines["batch"].max() if frames else 0)):
        lines, said = _of_file(book, known)
        frames.append(lines.assign(batch=number))
        notes += said
    if not frames:
        return Earlier()
    lines = pd.concat(frames, ignore_index=True)
    rows = narrow(with_facts(lines, replace(known, lists=None)), known.tables)
    told = lines[["content", "recorded_on"]].assign(key=rows["key"], source=lines["batch"])
    named = [stored.version, *(book.sha256 for book in history)]
    digest = hashlib.sha256("\n".join(named).encode()).hexdigest()[:12] if history else stored.version
    return Earlier(rows, told, f"{digest}, {len(rows):,} earlier lines", (*notes, *_old(lines, known)))


def _of_file(book: Book, known: Known) -> tuple[pd.DataFrame, list[str]]:
    """The lines of a history file that can be placed in time, and what was left out."""
    key, content = keys(book.lines), contents(book.lines)
    wrong = conflicting(key, content)
    if wrong.any():
        rows = book.rows[book.lines.index[wrong]].tolist()
        more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
        places = ", ".join(str(row) for row in rows[:SHOWN]) + more
        raise HistoryRefused(
            f"{book.file}, rows {places}: the same order_id and line_no with other cells; give each line its own key, "
            "or keep the row that holds"
        )
    future = (book.lines["order_date"] > pd.Timestamp(known.as_of)).to_numpy()
    unplaced = (key == NO_KEY) | book.lines["order_date"].isna().to_numpy()
    notes = []
    if future.any():
        notes.append(f"{book.file}: {int(future.sum()):,} lines are dated after {known.as_of} and were left out")
    if unplaced.any():
        notes.append(f"{book.file}: {int(unplaced.sum()):,} lines have no order_id or order_date and were left out")
    kept = ~(future | unplaced)
    lines = book.lines[kept].assign(content=content[kept], recorded_on=pd.Timestamp(known.as_of))
    return lines, notes


def _old(lines: pd.DataFrame, known: Known) -> list[str]:
    """A note on lines older than the tables: they are remembered, but no rule of their day is known."""
    first = pd.Timestamp(min(card.known_from for card in known.tables.cards.values()))
    old = int((lines["order_date"] < first).sum())
    return [f"{old:,} earlier lines are dated before {first.date()}, the first day of any table"] if old else []


def with_own(before: Earlier, own: pd.DataFrame, known: Known) -> Known:
    """`known` with the past of these lines (with their facts): what was told before, and the lines themselves.

    Lines of one day that nobody told anything before have no past.
    """
    dates = own["order_date"].dropna()
    if before.rows.empty and (dates.empty or dates.min() == dates.max()):
        return replace(known, past=no_past(), past_version=before.version)
    dated = own[own["order_date"].notna()]
    rows = narrow(dated, known.tables)
    told = pd.concat([before.told, as_told(dated, rows, before, known)], ignore_index=True)
    rows = stacked([before.rows, rows]) if len(before.rows) else rows
    return replace(known, past=past_of(rows, told), past_version=before.version)


def past_of(rows: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """The past that rows told one after the other make (`told` as `Earlier.told`): each version once, dated, sorted."""
    rows = _versions(rows.reset_index(drop=True), told)
    order = np.lexsort((~rows["counted"].to_numpy(), rows["key"].to_numpy(), rows["order_date"].to_numpy()))
    return rows.take(order).reset_index(drop=True)


def told_before(before: Earlier, lines: pd.DataFrame) -> tuple[int, int]:
    """How many of the lines were told before with the same cells, and how many with others."""
    if before.told.empty:
        return 0, 0
    key = keys(lines)
    met = np.isin(key, before.told["key"].to_numpy()) & (key != NO_KEY)
    told = pd.MultiIndex.from_frame(before.told[["key", "content"]])
    same = int(pd.MultiIndex.from_arrays([key[met], contents(lines[met])]).isin(told).sum())
    return same, int(met.sum()) - same


def as_told(own: pd.DataFrame, rows: pd.DataFrame, before: Earlier, known: Known) -> pd.DataFrame:
    """What is told of the own lines, as `Earlier.told`; their content only where a key was told twice."""
    key = rows["key"].to_numpy()
    source = int(before.told["source"].max()) + 1 if len(before.told) else 1
    content = contents_of_repeated(own, key, before.told["key"] if len(before.told) else ())
    day = pd.Timestamp(known.as_of).as_unit("us")
    return pd.DataFrame({"content": content, "recorded_on": day, "key": key, "source": source})


def contents_of_repeated(lines: pd.DataFrame, key: Codes, told: Sequence[np.uint64] | pd.Series = ()) -> Codes:
    """`contents` of lines whose key another line has, or was `told` before; 0 of the others: nobody compares them."""
    repeated = (pd.Series(key).duplicated(keep=False).to_numpy() & (key != NO_KEY)) | np.isin(key, told)
    content = np.zeros(len(lines), dtype=np.uint64)
    content[repeated] = contents(lines[repeated])
    return content


def _versions(rows: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """The rows without what was told before, later versions numbered and dated, contradictions of a file set aside."""
    twice = told["key"].duplicated(keep=False) & (told["key"] != NO_KEY)
    if not twice.any():
        return rows
    again = told[twice].assign(order_date=rows["order_date"]).sort_values(["key", "source", "order_date", "content"])
    same = again.duplicated(["key", "content"])
    rows = rows.drop(index=again.index[same])
    again = again[~same]
    extra = again.duplicated(["key", "source"])
    rows.loc[again.index[extra], "counted"] = False
    again = again[~extra]
    number = again.groupby("key").cumcount() + 1
    later = again[number > 1]
    known_on = later["recorded_on"].where(later["recorded_on"] > later["order_date"], later["order_date"])
    rows.loc[number.index, "version"] = number
    rows.loc[later.index, "known_on"] = known_on
    before = pd.Series(again.index, index=again.index).shift(1).loc[later.index].astype("int64")
    rows.loc[before.to_numpy(), "replaced_on"] = known_on.to_numpy()
    return rows
