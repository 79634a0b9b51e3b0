"""An honest book that public cases stand in, so that past and links of both sides come from the same orders.

Each case takes the place of the honest customer whose cells fill what no source states: that customer leaves the book
with its orders, and the book's days are counted from the place of the one that was asked. So a case's buyer is a new
customer there, several orders of a case see those before them, and an order of 2015 meets as long a past as an honest
one. The rules are those of the case's own day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from features.history_facts import remembered
from features.known import Known, known_on
from features.lines import with_facts
from features.links_facts import linked
from features.matrix import measure
from features.orders.book import from_frame
from features.orders.fields import Kind
from features.past.gathered import Earlier, with_own
from training.case_files import PROVEN
from training.simulate import SimulatedBook
from training.simulate.donors import Donors
from training.simulate.filling import placed
from training.simulate.twins import twins


@dataclass(frozen=True)
class Measured:
    """Order lines of one side and their matrix, of one index."""

    lines: pd.DataFrame
    matrix: pd.DataFrame


def measured(
    book: SimulatedBook, cases: pd.DataFrame, masters: pd.DataFrame, *, as_of: date, seed: int, twinned: bool = False
) -> tuple[Measured, Measured]:
    """The book's own lines, all customers in it, and the cases' lines in their places.

    `cases` and `masters` as for `filling.placed`; `twinned` adds the lines of the twins of the proven cases.
    """
    lines, facts, known = told(book, as_of)
    filled = placed(cases, masters, book, seed)
    filled = with_twins(filled, book, seed) if twinned else filled
    return Measured(lines, measure(facts, known)), in_place(book, known, *filled)


Filled = tuple[pd.DataFrame, pd.DataFrame, Donors]
"""Order lines, customer file and donors, as `filling.placed` gives them."""


def with_twins(filled: Filled, book: SimulatedBook, seed: int) -> Filled:
    """Filled cases, and below them the twins of those that are proven; the donors' places are taken by both."""
    orders, customers, donors = filled
    others, files = twins(orders[orders["use"].isin(PROVEN)], book, seed, donors)
    below = [pd.concat(pair, ignore_index=True) for pair in ((orders, others), (customers, files))]
    return below[0], below[1], donors


def told(book: SimulatedBook, as_of: date) -> tuple[pd.DataFrame, pd.DataFrame, Known]:
    """The book's lines, the same with their facts, and what is known in it, its past included."""
    lines = _typed(book.orders)
    known = replace(known_on(as_of, _typed(book.customers, "customers"), backtest=True), decisions=_decisions(book))
    facts = with_facts(lines, known)
    return lines, facts, with_own(Earlier(), facts, known)


def in_place(
    book: SimulatedBook, known: Known, orders: pd.DataFrame, customers: pd.DataFrame, donors: Donors
) -> Measured:
    """The lines of filled cases (as `filling.placed` gives them) in the book of which `known` holds the past."""
    theirs = book.customers["customer_id"].isin([*donors.asked, *customers["customer_id"]])
    master = _typed(pd.concat([customers, book.customers[~theirs]], ignore_index=True), "customers")
    known = replace(known, customers=master)
    lines = _typed(orders)
    facts = with_facts(lines, known)
    days = facts.select_dtypes("datetime")
    moved = facts.assign(**days.sub(_away(orders, donors).set_axis(facts.index), axis=0))
    past = known.past[~known.past["order_id"].isin(named_in(book, donors))]
    known = with_own(_told(past), moved, known)
    seen = linked(remembered(moved, known), known)
    return Measured(lines, measure(facts.join(seen[seen.columns.difference(facts.columns)]), known))


def named_in(book: SimulatedBook, donors: Donors) -> set[str]:
    """The orders that the donors placed, or that go to one of them."""
    names = book.customers.loc[book.customers["customer_id"].isin(donors.asked), "legal_name"]
    cells = book.orders[["ult_consignee_name", "end_user_name"]]
    theirs = book.orders["buyer_id"].isin(donors.asked) | cells.isin(set(names)).any(axis=1)
    return set(book.orders.loc[theirs, "order_id"])


def _away(orders: pd.DataFrame, donors: Donors) -> pd.Series:
    """How far each line's case stands from its place in the book: from the day that its first order takes there."""
    first = orders.sort_values("order_date", kind="stable").drop_duplicates("case_id").set_index("case_id")
    away = pd.to_datetime(first["order_date"]) - pd.to_datetime(first["order_id"].map(donors.day))
    return orders["case_id"].map(away)


def _told(past: pd.DataFrame) -> Earlier:
    """Rows of a past as if told before this file, each once."""
    told = pd.DataFrame({"content": past["key"], "recorded_on": past["known_on"], "key": past["key"], "source": 1})
    return Earlier(past.reset_index(drop=True), told.reset_index(drop=True))


def _typed(cells: pd.DataFrame, kind: Kind = "orders") -> pd.DataFrame:
    return from_frame(cells.astype("str").replace("nan", ""), kind).lines


def _decisions(book: SimulatedBook) -> pd.DataFrame:
    """What reviewers found in the book, each known from the day it was decided."""
    told = book.outcomes[["order_id", "line_no", "decision", "label_class", "decided_on"]]
    return told.assign(decided_on=pd.to_datetime(told["decided_on"]).astype("datetime64[us]"))
