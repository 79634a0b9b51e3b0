"""The log: every change and every reading is an event, chained by hash; altering, removing or cutting one shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from scoring.review.store import NO_EVENT, QueueRefused, Store
from scoring.review.tables import CASES, DECISIONS, EVENTS, FROZEN, HEAD, LINES

Via = Literal["score", "cli", "page", "api", "import"]


@dataclass(frozen=True)
class Actor:
    """Who acts, in which role, and by which door; "system" acts when an order file is scored or a draw is made.

    `scopes` narrows the rights of the role to those of an API token; None narrows nothing.
    """

    name: str
    role: str
    via: Via = "cli"
    scopes: frozenset[str] | None = None


HASHED = ("seq", "at", "actor", "via", "case_id", "kind", "content", "prev")
TAKEN_OUT = "content taken out"
"""The event after which the bodies of the earlier events of its case may be empty: their hashes stay in the chain."""
SYSTEM = Actor("system", "system", "score")


def canonical(value: object) -> str:
    """One text for one value: keys sorted, no blanks, ASCII; what is hashed.

    >>> canonical({"b": 1, "a": None})
    '{"a":null,"b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def sha256(text: str) -> str:
    """Hexadecimal digest of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def append(
    connection: Connection, actor: Actor, kind: str, case_id: int | None, body: Mapping[str, Any], at: str
) -> int:
    """Writes one event inside the caller's writing transaction and returns its number; the head moves with it."""
    return extend(connection, actor, [(kind, case_id, body)], at)


def extend(
    connection: Connection, actor: Actor, news: Iterable[tuple[str, int | None, Mapping[str, Any]]], at: str
) -> int:
    """Writes several events (kind, case, body) of one moment and returns the number of the last."""
    seq, last = connection.execute(select(HEAD.c.seq, HEAD.c.hash)).one()
    rows = []
    for kind, case_id, body in news:
        seq += 1
        text = canonical({"role": actor.role, **body})
        row = {
            "seq": seq, "at": at, "actor": actor.name, "via": actor.via, "case_id": case_id, "kind": kind,
            "body": text, "content": sha256(text), "prev": last,
        }  # fmt: skip
        last = digest(row)
        rows.append(row | {"hash": last})
    if rows:
        connection.execute(insert(EVENTS), rows)
        connection.execute(update(HEAD).values(seq=seq, hash=last))
    return int(seq)


def digest(row: Mapping[str, Any]) -> str:
    """The hash of an event: of its columns HASHED, the hashes of its body and of the event before among them."""
    return sha256(canonical({name: row[name] for name in HASHED}))


def streamed(connection: Connection, wanted: Select[Any]) -> Iterator[dict[str, Any]]:
    """The rows of a query as dictionaries, some at a time: a log may be larger than memory."""
    with connection.execute(wanted, execution_options={"yield_per": 1000}) as found:
        for row in found:
            yield of_row(row)


def events_of(connection: Connection, case_id: int | None = None) -> Iterator[dict[str, Any]]:
    """The events of a case, or all, oldest first; the body as a dictionary, empty once it was taken out."""
    wanted = select(EVENTS).order_by(EVENTS.c.seq)
    if case_id is not None:
        wanted = wanted.where(EVENTS.c.case_id == case_id)
    for row in streamed(connection, wanted):
        yield {**row, "body": body_of(row["body"])}


@dataclass(frozen=True)
class Verified:
    """What a check of the whole log found: how many events, the head, and the first fault (None when there is none).

    `taken_out` counts the events that are tombstones: their hash is in the chain, their content is gone, and a later
    event says who took it out and why.
    """

    events: int
    head: str
    fault: str | None
    taken_out: int = 0


def head(store: Store) -> str:
    """Number and hash of the last event, "NUMBER:HASH": kept elsewhere, it shows a log that was cut or written anew."""
    with store.reading() as connection:
        seq, last = connection.execute(select(HEAD.c.seq, HEAD.c.hash)).one()
    return f"{seq}:{last}"


def verify(store: Store, expected: str | None = None) -> Verified:
    """Recomputes the chain and holds cases, decisions and frozen records against it; names the first event that fails.

    `expected` is a head noted earlier ("NUMBER:HASH"), which must still be part of the chain.
    """
    noted = _noted(expected)
    with store.reading() as connection:
        seq, last = connection.execute(select(HEAD.c.seq, HEAD.c.hash)).one()
        fault = _chain_fault(connection, int(seq), str(last), noted) or _content_fault(connection)
        gone = connection.execute(select(func.count()).select_from(EVENTS).where(EVENTS.c.body == "")).scalar_one()
    return Verified(int(seq), f"{seq}:{last}", fault, int(gone))


def _noted(expected: str | None) -> tuple[int, str] | None:
    if expected is None:
        return None
    number, _, told = expected.partition(":")
    if not number.isdigit() or len(told) != len(NO_EVENT):
        raise QueueRefused("the expected head is no NUMBER:HASH; copy the one that an earlier `queue verify` printed")
    return int(number), told


def _chain_fault(connection: Connection, seq: int, last: str, noted: tuple[int, str] | None) -> str | None:
    at, before = 0, NO_EVENT
    emptied: dict[int | None, int] = {}  # case to its last event without a body that no tombstone has told of yet
    for row in streamed(connection, select(EVENTS).order_by(EVENTS.c.seq)):
        at += 1
        if row["seq"] != at:
            return f"event {at} is missing"
        whole = row["body"] == "" or sha256(row["body"]) == row["content"]
        if row["prev"] != before or digest(row) != row["hash"] or not whole:
            return f"event {at} was altered"
        if row["kind"] == TAKEN_OUT:
            emptied.pop(row["case_id"], None)
        if row["body"] == "":
            emptied[row["case_id"]] = at
        before = row["hash"]
        if noted and noted[0] == at and noted[1] != before:
            return f"event {at} is not the one noted earlier: the log was written anew"
    if noted and noted[0] > at:
        return f"event {at + 1} is missing: an earlier head was event {noted[0]}"
    if at != seq or before != last:
        return f"event {min(at, seq) + 1} is missing: the head is event {seq}"
    return f"event {min(emptied.values())} was emptied, and no later event says so" if emptied else None


def _content_fault(connection: Connection) -> str | None:
    """Tables that follow from the log, held against it."""
    empty = set()
    for row in streamed(connection, select(FROZEN)):
        if row["body"] == "":
            empty.add(row["sha256"])
        elif sha256(row["body"]) != row["sha256"]:
            return f"frozen record {row['sha256'][:12]} was altered"
    states: dict[int, tuple[str, int]] = {}
    lines: dict[int, tuple[dict[str, str], int]] = {}
    decided: dict[int, int] = {}
    columns = (EVENTS.c.seq, EVENTS.c.case_id, EVENTS.c.kind, EVENTS.c.body)
    for row in streamed(connection, select(*columns).order_by(EVENTS.c.seq)):
        body = body_of(row["body"])
        if row["kind"] == TAKEN_OUT:
            lines.pop(row["case_id"], None)
        if gone := empty & set(body.get("frozen", {}).values()):
            return f"event {row['seq']} froze record {min(gone)[:12]}, which was emptied"
        if "state" in body:
            states[row["case_id"]] = (body["state"], row["seq"])
        if "frozen" in body:
            lines[row["case_id"]] = (body["frozen"], row["seq"])
        if "decided" in body:
            decided[row["seq"]] = len(body["decided"])
            if (wrong := _decision_fault(connection, row["seq"], body["decided"])) is not None:
                return wrong
    for case_id, state in connection.execute(select(CASES.c.id, CASES.c.state)):
        if case_id in states and states[case_id][0] != state:
            return f"event {states[case_id][1]} left its case {states[case_id][0]}, and the case is {state}"
    kept: dict[int, dict[str, str]] = {}
    for case_id, line, frozen in connection.execute(
        select(LINES.c.case_id, LINES.c.line_no, LINES.c.frozen).where(LINES.c.frozen.is_not(None))
    ):
        kept.setdefault(case_id, {})[line] = frozen
    for case_id, (told, seq) in lines.items():
        if kept.get(case_id) != told:
            return f"event {seq} froze other records than its case shows"
    whole = select(func.count()).select_from(DECISIONS.join(EVENTS, EVENTS.c.seq == DECISIONS.c.seq))
    held = connection.execute(whole.where(EVENTS.c.body != "")).scalar_one()
    return None if held == sum(decided.values()) else "there are decisions that no event tells of"


def _decision_fault(connection: Connection, seq: int, told: list[dict[str, Any]]) -> str | None:
    found = connection.execute(select(DECISIONS).where(DECISIONS.c.seq == seq).order_by(DECISIONS.c.id)).mappings()
    rows = [{name: row[name] for name in DECIDED} for row in found]
    return None if rows == told else f"event {seq} tells of other decisions than are kept"


DECIDED = (
    "line_no",
    "stage",
    "decision",
    "label_class",
    "verification",
    "reasons",
    "comment",
    "decided_on",
    "by",
    "second",
    "frozen",
)
"""What the event of a decision holds of each line."""


def of_row(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    """A row as a dictionary."""
    return dict(row._mapping)


def body_of(text: str) -> dict[str, Any]:
    """A frozen record, or the body of an event, as it was written; nothing where it was taken out."""
    body: dict[str, Any] = json.loads(text) if text else {}
    return body
