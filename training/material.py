"""What a model is trained on: order lines, customer master and labels, from files or from the simulator."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from features.known import Known, known_on
from features.lines import with_facts
from features.matrix import measure
from features.orders.book import NO_PROFILE, read_customers, read_orders
from features.orders.profiles import Profile
from features.parties.screening.store import FOLDER as LISTS
from features.past.gathered import Earlier, earlier, with_own
from training.customers import customer_of
from training.fit import TrainingRefused
from training.labels import labelled, near_copies, refuse_lone_reviewers
from training.outcomes import KEY, Labels, labels, read
from training.simulate import simulate, write
from training.wording import load


@dataclass(frozen=True)
class Material:
    """Typed lines; the master or None; one row a line of what is known of it; and where all this came from.

    `decisions` are what reviewers found of the lines, each known from its `decided_on`. `rows` has order_id, customer,
    ordered_on, decided_on, label, weight (missing where undecided), `source` and `propensity` of the decision,
    `reviewed` (whether any line of the order has an outcome, also one that teaches nothing) and `copy` (equal where
    lines are near-copies of each other), index of `lines`. `truth` holds the typology codes of a simulated line, blank
    when honest, for a judge only: nothing that is measured or taught reads it. `labelled` says who decided.
    """

    lines: pd.DataFrame
    master: pd.DataFrame | None
    rows: pd.DataFrame
    left_out: dict[str, int]
    fingerprint: str
    simulated: bool
    decisions: pd.DataFrame | None = None
    truth: pd.Series | None = None
    labelled: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Before:
    """What an installation knows beside the files: lists, history and outcome words of its home, files of earlier
    orders, and the profile of their source, which all order files and the customer file are read by."""

    home: Path
    history: Sequence[Path] = ()
    profile: Profile = NO_PROFILE


def from_files(
    orders: Path,
    customers: Path | None,
    outcomes: Path,
    *,
    simulated: bool = False,
    before: Before | None = None,
) -> Material:
    """The material of three files, read by the ordinary readers as `before` says, if anything.

    Raises OrdersRefused, OutcomesRefused, or TrainingRefused when no outcome belongs to a line of the orders.
    """
    profile = NO_PROFILE if before is None else before.profile
    book = read_orders(orders, profile=profile)
    master = None if customers is None else read_customers(customers, profile=profile.customers or NO_PROFILE)
    decided = read(outcomes) if before is None else read(outcomes, load(before.home))
    found = labels(decided)
    refuse_lone_reviewers(found.outcomes)
    parts = (book.sha256, "" if master is None else master.sha256, hashlib.sha256(outcomes.read_bytes()).hexdigest())
    lines = book.lines.drop_duplicates(KEY, keep="last")  # a line told again: the outcome is of what it became
    rows, left_out = known_of(lines, near_copies(lines), found)
    owners = None if master is None else master.lines
    told = labelled(decided)
    return Material(lines, owners, rows, left_out, fingerprint(parts), simulated, decisions(decided), labelled=told)


def fingerprint(digests: Iterable[str]) -> str:
    """The identity of the files of a training: orders, customers ("" without), outcomes, each by its SHA-256."""
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def decisions(outcomes: pd.DataFrame) -> pd.DataFrame:
    """What a feature may know of the outcomes."""
    return outcomes[[*KEY, "decision", "label_class", "decided_on"]].reset_index(drop=True)


def signals(material: Material, as_of: date, before: Before | None = None) -> tuple[Known, pd.DataFrame, pd.DataFrame]:
    """What was known of the lines on their own days, the lines with their facts, and their matrix.

    The past is what `before` tells, if anything, and the material itself, and a decision counts from its day on: what
    scoring will know of a later order. Each line meets the lists that were kept on its day. Raises HistoryRefused or
    OrdersRefused.
    """
    known = without_past(material.master, material.decisions, as_of, before)
    facts = with_facts(material.lines, known)
    known = with_own(told_before(before, known), facts, known)
    return known, facts, measure(facts, known)


def without_past(
    master: pd.DataFrame | None, decisions: pd.DataFrame | None, as_of: date, before: Before | None
) -> Known:
    """What is known of the lines of a training but for their past: tables, master, decisions, lists of the home."""
    known = replace(known_on(as_of, master, backtest=True), decisions=decisions)
    return known if before is None else kept_lists(known, before.home)


def told_before(before: Before | None, known: Known) -> Earlier:
    """What the installation was told before the files of the training."""
    if before is None:
        return Earlier()
    return earlier(before.home, [read_orders(file, profile=before.profile) for file in before.history], known)


def kept_lists(known: Known, home: Path) -> Known:
    """`known` with the screening lists of the home; the matcher is loaded only where one is kept."""
    if not (home / LISTS).is_dir():
        return known
    from features.parties.screening.lists import load_for

    return replace(known, lists=load_for(home, known.tables, known.as_of, backtest=known.backtest))


def from_simulator(lines: int, seed: int) -> Material:
    """The material of a simulated order book, written to files and read back as anybody's would be; with its truth."""
    drawn = simulate(lines, seed)
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        write(drawn, room)
        read_back = from_files(room / "orders.csv", room / "customers.csv", room / "outcomes.csv", simulated=True)
    return replace(read_back, truth=codes_of(read_back.lines, drawn.truth))


def codes_of(lines: pd.DataFrame, truth: pd.DataFrame) -> pd.Series:
    """The typology codes of each line by order_id and line_no, joined by ";"; blank when honest."""
    codes = truth["typologies"].fillna("").set_axis(pd.MultiIndex.from_frame(truth[KEY].astype(str)))
    return codes.reindex(pd.MultiIndex.from_frame(lines[KEY].astype(str))).fillna("").set_axis(lines.index)


def known_of(lines: pd.DataFrame, copy: pd.Series, found: Labels) -> tuple[pd.DataFrame, dict[str, int]]:
    """What is known of each line (`Material.rows`), and how many outcomes teach nothing, by reason.

    Of the lines it reads KEY, order_date, buyer_id and buyer_name; `copy` is that of `labels.near_copies`.
    """
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
    rows["copy"] = copy
    missing = int((~told.index.isin(keys)).sum())
    return rows, {**found.left_out, **({"no such order line": missing} if missing else {})}
