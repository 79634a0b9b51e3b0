"""What reviewers found, as training takes it: one row a decided line, with source, chance of review, and dates."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, select

from scoring.review import log
from scoring.review.log import Actor, body_of
from scoring.review.people import need
from scoring.review.states import Slot, State
from scoring.review.store import Store
from scoring.review.tables import CASES, DECISIONS, FROZEN, PEOPLE

COLUMNS = (
    "order_id", "line_no", "decision", "label_class", "verification", "source", "propensity", "ordered_on",
    "decided_on", "reviewer",
)  # fmt: skip
KNOWN = ("order_id", "line_no", "decision", "label_class", "decided_on")
REPEATED = re.compile(r" \(\d+\)$")


@dataclass(frozen=True)
class Outcomes:
    """The rows of the contract, in the order of their keys, and how many decided lines were left out and why."""

    rows: tuple[dict[str, str], ...]
    left_out: Counter[str]

    def text(self) -> str:
        """The file: the same decisions give the same bytes."""
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue()


def outcomes(store: Store, actor: Actor) -> Outcomes:
    """Every decision that stands; General Prohibition 10 cases never train the model and are left out.

    `source` is audit for orders drawn at random, else review; reviewers stand as pseudonyms. That they left the queue
    is an event.
    """
    need(actor, "outcomes")
    left_out: Counter[str] = Counter()
    rows = []
    with store.reading() as connection:
        for row in standing(connection):
            told, reason = _told(row)
            if reason is None:
                rows.append(told)
            else:
                left_out[reason] += 1
    rows.sort(key=lambda each: (each["order_id"], each["line_no"]))
    found = Outcomes(tuple(rows), left_out)
    with store.writing() as connection:
        body = {"rows": len(rows), "sha256": log.sha256(found.text())}
        log.append(connection, actor, "outcomes exported", None, body, store.now())
    return found


def decisions(store: Store) -> pd.DataFrame:
    """What the signals of the past may know of earlier orders (`features.known.Known.decisions`), as of now.

    Columns order_id, line_no, decision, label_class (text) and decided_on (day); a person's decisions only.
    """
    with store.reading() as connection:
        rows = [{name: row[name] for name in KNOWN} for row in standing(connection)]
    told = pd.DataFrame(rows, columns=list(KNOWN), dtype="str")
    return told.assign(decided_on=pd.to_datetime(told["decided_on"]).astype("datetime64[us]"))


def standing(connection: Connection) -> Iterable[dict[str, Any]]:
    """The decisions in force: the last of each line of a case that is decided, with the case and the frozen record."""
    newest = (
        select(func.max(DECISIONS.c.id))
        .where(DECISIONS.c.stage == "final")
        .group_by(DECISIONS.c.case_id, DECISIONS.c.line_no)
    )
    wanted = (
        select(
            DECISIONS, CASES.c.order_id, CASES.c.queue, CASES.c.slot, CASES.c.propensity, CASES.c.opened_at,
            CASES.c.ordered, PEOPLE.c.pseudonym, FROZEN.c.body,
        )
        .join(CASES, (CASES.c.id == DECISIONS.c.case_id) & (CASES.c.round == DECISIONS.c.round))
        .join(PEOPLE, PEOPLE.c.name == DECISIONS.c.by)
        .outerjoin(FROZEN, FROZEN.c.sha256 == DECISIONS.c.frozen)
        .where(DECISIONS.c.id.in_(newest), CASES.c.state.in_([State.DECIDED, State.BLIND]))
        .order_by(DECISIONS.c.id)
    )  # fmt: skip
    yield from log.streamed(connection, wanted)


def _told(row: dict[str, Any]) -> tuple[dict[str, str], str | None]:
    """The row of the contract, and why it is left out, if it is."""
    order = body_of(row["body"])["order"] if row["body"] else {}
    ordered = str(order.get("order_date") or row["ordered"] or "")
    told = {
        "order_id": row["order_id"], "line_no": row["line_no"], "decision": row["decision"],
        "label_class": row["label_class"], "verification": row["verification"],
        "source": "audit" if row["slot"] == Slot.RANDOM else "review",
        "propensity": f"{row['propensity']:.9g}", "ordered_on": ordered, "decided_on": row["decided_on"],
        "reviewer": row["pseudonym"],
    }  # fmt: skip
    if row["queue"] == "gp10":
        return told, "General Prohibition 10"
    if row["body"] == "":
        return told, "the content of the case was taken out"
    if not order.get("order_id"):
        return told, "the record has no order_id"
    if REPEATED.search(row["line_no"]):
        return told, "the line number stands twice in its order"
    if not ordered:
        return told, "the order has no date"
    return told, "decided before its order date" if ordered > told["decided_on"] else None
