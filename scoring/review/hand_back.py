"""Decisions go back to the order system: posted to its address, or dropped as files into a folder of it.

A delivery holds what the receiver does not know yet: new decisions, and those that no longer stand because their case
was opened again. It is named by its content: sent again it has the same key, and each row its own `decision_id`, so
that a receiver who gets it twice does nothing twice. What was delivered, and what could not be, stands in the log; a
failed delivery is made again by the next run, never in the words of a decision that changed since.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import Connection, select

from scoring.review import log
from scoring.review.exports import for_the_order_system, write
from scoring.review.log import Actor
from scoring.review.outcomes import standing
from scoring.review.people import need
from scoring.review.store import QueueRefused, Store
from scoring.review.tables import CASES, EVENTS

FORMAT = 1
DONE, FAILED = "handed back", "hand-back failed"
AT_ONCE = 500  # decisions a delivery
SECONDS = 30  # that a receiver may take to answer
SHORTEST_SECRET = 32  # characters
LOCAL = ("127.0.0.1", "localhost", "::1")
REOPENED = "reopened"
"""The word in place of a decision that was delivered and does not stand any more: the goods may not ship by it."""


@dataclass(frozen=True)
class HandedBack:
    """Decisions that were delivered, those that wait for the next run, and why they wait (None when none does)."""

    delivered: int
    pending: int
    fault: str | None


Row = dict[str, str]
Line = tuple[int, str]  # case and line_no


def hand_back(store: Store, actor: Actor, to: str, secret: str = "") -> HandedBack:
    """Delivers to an https address (http on this machine only) or into a folder, each delivery an event.

    A post is signed with `secret` (HMAC-SHA256 of the body, in X-Signature-256), carries its key as Idempotency-Key and
    follows no redirect; any answer but 2xx is a failure. Raises QueueRefused for an address that may not be used.
    """
    need(actor, "export")
    address = _address(to, secret)
    place = f"{address.scheme}://{address.netloc}{address.path}" if address else str(Path(to).resolve())
    with store.reading() as connection:
        news = list(_news(connection, place))
    delivered = 0
    for rows in _batches(news):
        body = _body([row for _, row in rows])
        key = log.sha256(place + body)
        fault = _post(address, body, key, secret) if address else _drop(Path(to), body, key)
        told: dict[str, Any] = {
            "to": place,
            "key": key,
            "decisions": [[*line, row["decision_id"]] for line, row in rows],
        }
        with store.writing() as connection:
            log.append(connection, actor, FAILED if fault else DONE, None, told | ({"why": fault} if fault else {}),
                       store.now())  # fmt: skip
        if fault:
            return HandedBack(delivered, len(news) - delivered, fault)
        delivered += len(rows)
    return HandedBack(delivered, 0, None)


def _news(connection: Connection, place: str) -> Iterator[tuple[Line, Row]]:
    """What the receiver does not know, decisions in the order in which they were made, then those that fell."""
    known = _known(connection, place)
    stands = {(int(each["case_id"]), str(each["line_no"])): for_the_order_system(each) for each in standing(connection)}
    for line, row in sorted(stands.items(), key=lambda each: (int(each[1]["decision_id"]), each[0])):
        if known.get(line) != row["decision_id"]:
            yield line, row
    fallen = {line: told for line, told in known.items() if line not in stands and REOPENED not in told}
    orders = dict(connection.execute(select(CASES.c.id, CASES.c.order_id)).all()) if fallen else {}
    for line, told in sorted(fallen.items()):
        yield line, {
            "decision_id": f"{told} {REOPENED}", "order_id": orders[line[0]], "line_no": line[1], "decision": REOPENED,
            "may_ship": "no", "decided_at": "", "reviewer": "", "second": "no",
        }  # fmt: skip


def _known(connection: Connection, place: str) -> dict[Line, str]:
    """The decision_id that the receiver was told last of each line."""
    known: dict[Line, str] = {}
    done = select(EVENTS.c.body).where(EVENTS.c.kind == DONE, EVENTS.c.body != "").order_by(EVENTS.c.seq)
    for body in connection.execute(done).scalars():
        told = log.body_of(body)
        if told["to"] == place:
            known |= {(case, line): decision for case, line, decision in told["decisions"]}
    return known


def _batches(news: list[tuple[Line, Row]]) -> Iterator[list[tuple[Line, Row]]]:
    rest = iter(news)
    while rows := list(islice(rest, AT_ONCE)):
        yield rows


def _body(rows: list[Row]) -> str:
    """The same decisions give the same text."""
    return log.canonical({"format": FORMAT, "decisions": rows})


def _address(to: str, secret: str) -> SplitResult | None:
    """The parts of an address; None for a folder. What could leak decisions or a password is refused."""
    parts = urlsplit(to)
    if parts.scheme not in ("http", "https"):
        if not Path(to).is_dir():
            raise QueueRefused(f"--to {to}: is neither an https address nor a folder that is there")
        return None
    faults = (
        [] if parts.scheme == "https" or parts.hostname in LOCAL else ["--to: http only to this machine; use https"]
    )
    if not parts.hostname or parts.username or parts.password or parts.query or parts.fragment:
        faults.append("--to: write https://HOST/PATH alone; the signature says who sends, no password or query does")
    if len(secret) < SHORTEST_SECRET:
        faults.append(f"a post is signed: give --secret-file, a file of at least {SHORTEST_SECRET} characters")
    if faults:
        raise QueueRefused(*faults)
    return parts


def signature(body: str, secret: str) -> str:
    """What a receiver computes itself and compares: the HMAC-SHA256 (RFC 2104) of the body.

    >>> signature("{}", "key")[:23]
    'sha256=a777724d943eb48d'
    """
    return "sha256=" + hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()


def _post(address: SplitResult, body: str, key: str, secret: str) -> str | None:
    """Posts one delivery and returns what went wrong, without what the receiver said: it may hold anything."""
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    line = kind(str(address.hostname), address.port, timeout=SECONDS)
    headers = {
        "Content-Type": "application/json", "Idempotency-Key": key, "X-Signature-256": signature(body, secret),
    }  # fmt: skip
    try:
        line.request("POST", address.path or "/", body.encode(), headers)
        status = line.getresponse().status
    except (OSError, http.client.HTTPException) as fault:
        return f"no answer ({type(fault).__name__})"
    finally:
        line.close()
    return None if 200 <= status < 300 else f"answer {status}"


def _drop(folder: Path, body: str, key: str) -> str | None:
    """Puts one delivery into the folder, whole, under a name of its content."""
    try:
        write(folder / f"decisions-{key[:16]}.json", body)
    except QueueRefused as refusal:
        return str(refusal)
    return None
