"""The first of two passes over a large book: the facts of each part, put by on disk, and the past of the whole file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from features.history_facts import remembered
from features.known import Known
from features.lines import with_facts
from features.links_facts import linked
from features.orders.book import Book
from features.parties.master import master_of
from features.past.columns import TRACED
from features.past.gathered import Earlier, joined, with_own
from features.past.narrow import narrow
from scoring.parts import Places, lines_of

KEPT = (
    "leg", "chip", "chip_class", "chips", "tpp_total", "usd", "list_gate", "buyer_customer_since",
    *(f"{role}_{fact}" for role in ("buyer", "end_user") for fact in ("dc_power_mw",)),
    *(f"{role}_{fact}" for role in TRACED for fact in ("registration_number", "incorporation_country", "website")),
)  # fmt: skip
"""The facts that the past, the report and the warnings read of every line; the others stay on disk."""


@dataclass(frozen=True)
class Prepared:
    """What the second pass stands on: the past within `known`, and per line what the past says of it.

    `lines` are the typed lines with KEPT; `signs` the columns that `remembered` and `linked` add, of the lines asked
    for; `facts` the file of each part's other facts. All but the files have the index of the book's lines.
    """

    known: Known
    lines: pd.DataFrame
    signs: pd.DataFrame
    facts: tuple[Path, ...]


def prepared(
    book: Book, known: Known, earlier: Earlier, parts: Sequence[Places], asked: Places, room: Path
) -> Prepared:
    """Reads every part of the file once; `asked` are the records to be judged, ascending: the past counts all."""
    master = None if known.customers is None else master_of(known.customers, known.tables)
    facts, thin, rows = [], [], []
    for number, records in enumerate(parts):
        own = lines_of(book.lines, records)
        told = with_facts(own, known, master)
        rows.append(narrow(told[told["order_date"].notna()], known.tables))
        added = told.drop(columns=own.columns)
        thin.append(added[list(KEPT)])
        facts.append(room / f"{number:06d}.facts")
        added.reset_index(names="at").to_feather(facts[-1])
    lines = pd.concat([book.lines, pd.concat(thin).reindex(book.lines.index)], axis=1)
    known = with_own(earlier, lines, known, _sorted(rows))
    judged = lines_of(lines, asked)
    signs = linked(remembered(judged, known), known).drop(columns=judged.columns)
    return Prepared(known, judged, signs, tuple(facts))


def facts_of(book: Book, ready: Prepared, number: int, records: Places) -> pd.DataFrame:
    """The lines of a part with all their facts, those of the past included; of the records asked for."""
    own = lines_of(book.lines, records)
    facts = pd.read_feather(ready.facts[number]).set_index("at").rename_axis(None)
    return pd.concat([own, facts.loc[own.index], ready.signs.loc[own.index]], axis=1)


def _sorted(rows: list[pd.DataFrame]) -> pd.DataFrame:
    """The narrow rows of all parts in the order of the file."""
    order = np.argsort(np.concatenate([each.index.to_numpy() for each in rows]), kind="stable")
    return joined(rows).take(order)
