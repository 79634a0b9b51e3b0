"""What a model is trained on: order lines, customer master and labels, from files or from the simulator."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from features.known import Known, known_on
from features.lines import with_facts
from features.matrix import measure
from features.orders.book import read_customers, read_orders
from features.past.gathered import Earlier, with_own
from training.customers import customer_of
from training.fit import TrainingRefused
from training.labels import near_copies, refuse_lone_reviewers
from training.outcomes import KEY, Labels, labels, read
from training.simulate import simulate, write


@dataclass(frozen=True)
class Material:
    """Typed lines; the master or None; one row a line of what is known of it; and where all this came from.

    `decisions` are what reviewers found of the lines, each known from its `decided_on`. `rows` has order_id, customer,
    ordered_on, decided_on, label, weight (missing where undecided), `source` and `propensity` of the decision,
    `reviewed` (whether any line of the order has an outcome, also one that teaches nothing) and `copy` (equal where
    lines are near-copies of each other), index of `lines`.
    """

    lines: pd.DataFrame
    master: pd.DataFrame | None
    rows: pd.DataFrame
    left_out: dict[str, int]
    fingerprint: str
    simulated: bool
    decisions: pd.DataFrame | None = None


def from_files(orders: Path, customers: Path | None, outcomes: Path, *, simulated: bool = False) -> Material:
    """The material of three files, read by the ordinary readers.

    Raises OrdersRefused, OutcomesRefused, or TrainingRefused when no outcome belongs to a line of the orders.
    """
    book = read_orders(orders)
    master = None if customers is None else read_customers(customers)
    decided = read(outcomes)
    found = labels(decided)
    refuse_lone_reviewers(found.outcomes)
    parts = (book.sha256, "" if master is None else master.sha256, hashlib.sha256(outcomes.read_bytes()).hexdigest())
    fingerprint = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    lines = book.lines.drop_duplicates(KEY, keep="last")  # a line told again: the outcome is of what it became
    rows, missing = known_of(lines, found)
    left_out = {**found.left_out, **({"no such order line": missing} if missing else {})}
    decisions = decided[[*KEY, "decision", "label_class", "decided_on"]].reset_index(drop=True)
    return Material(lines, None if master is None else master.lines, rows, left_out, fingerprint, simulated, decisions)


def signals(material: Material, as_of: date) -> tuple[Known, pd.DataFrame, pd.DataFrame]:
    """What was known of the lines on their own days, the lines with their facts, and their matrix.

    The material is its own past, and a decision counts from its day on: what scoring will know of a later order.
    """
    known = replace(known_on(as_of, material.master, backtest=True), decisions=material.decisions)
    facts = with_facts(material.lines, known)
    known = with_own(Earlier(), facts, known)
    return known, facts, measure(facts, known)


def from_simulator(lines: int, seed: int) -> Material:
    """The material of a simulated order book, written to files and read back as anybody's would be."""
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        write(simulate(lines, seed), room)
        return from_files(room / "orders.csv", room / "customers.csv", room / "outcomes.csv", simulated=True)


def known_of(lines: pd.DataFrame, found: Labels) -> tuple[pd.DataFrame, int]:
    """What is known of each line, and the number of labels whose line is not in the book."""
    told = found.rows.set_index(KEY)[["label", "weight", "ordered_on", "decided_on", "source", "propensity"]]
    keys = pd.MultiIndex.from_frame(lines[KEY])
    if not keys.isin(told.index).any():
        raise TrainingRefused(
            "no outcome belongs to a line of the order file: give the outcomes of these orders, with the same order_id "
            "and line_no"
        )
    rows = told.reindex(keys).set_axis(lines.index)
    rows["ordered_on"] = lines["order_date"].fillna(rows["ordered_on"])
    rows.insert(0, "order_id", lines["order_id"])
    rows.insert(1, "customer", customer_of(lines))
    rows["reviewed"] = lines["order_id"].isin(found.outcomes["order_id"])
    rows["copy"] = near_copies(lines)
    return rows, int((~told.index.isin(keys)).sum())
