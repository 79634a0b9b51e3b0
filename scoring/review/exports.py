"""What leaves the queue: the log as JSON lines for an auditor, a case file to print, decisions for the order system."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from sqlalchemy import Connection, select

from features.orders.problems import shown
from scoring.atomic import whole_file
from scoring.result import ResultRefused
from scoring.result import write as write_table
from scoring.review import log
from scoring.review.cases import Row, read
from scoring.review.log import Actor
from scoring.review.outcomes import standing
from scoring.review.people import need
from scoring.review.store import QueueRefused, Store
from scoring.review.tables import CASES, EVENTS, FILES, FROZEN, HEAD
from scoring.review.upright import upright
from scoring.review.words import words

FORMAT = 1
HERE = Path(__file__).parent
GOES = ("cleared", "cleared_with_conditions")
DECISION = ("decision_id", "order_id", "line_no", "decision", "may_ship", "decided_at", "reviewer", "second")
"""A row of the file for the order system; `decision_id` is the event in the log, `may_ship` yes or no."""


def export_log(store: Store, actor: Actor, path: Path, case_id: int | None = None) -> int:
    """Writes the events of a case, or all, with frozen records and file hashes, as JSON lines; returns how many lines.

    Each event stands with its body as the text whose hash (`content`) is chained, so that anybody can recompute the
    chain, over tombstones too; the first line holds the head. The export itself is an event.
    """
    need(actor, "export")
    with store.reading() as connection:
        records = list(_records(connection, case_id))
    text = "".join(json.dumps(each, sort_keys=True, ensure_ascii=True) + "\n" for each in records)
    write(path, text)
    _told(store, actor, "exported", case_id, text)
    return len(records)


def _records(connection: Connection, case_id: int | None) -> Iterator[Row]:
    head = connection.execute(select(HEAD.c.seq, HEAD.c.hash)).one()
    yield {"record": "head", "format": FORMAT, "seq": head.seq, "hash": head.hash, "case_id": case_id}
    frozen: set[str] = set()
    wanted = select(EVENTS).order_by(EVENTS.c.seq)
    for row in connection.execute(wanted if case_id is None else wanted.where(EVENTS.c.case_id == case_id)):
        yield {"record": "event", **log.of_row(row)}
        frozen |= set(log.body_of(row.body).get("frozen", {}).values())
    for name in sorted(frozen):
        body = connection.execute(select(FROZEN.c.body).where(FROZEN.c.sha256 == name)).scalar_one()
        yield {"record": "frozen", "sha256": name, "body": body}
    files = select(FILES.c.case_id, FILES.c.name, FILES.c.sha256, FILES.c.size).order_by(FILES.c.id)
    for row in connection.execute(files if case_id is None else files.where(FILES.c.case_id == case_id)):
        yield {"record": "file", **log.of_row(row)}


def case_file(store: Store, actor: Actor, case_id: int) -> str:
    """The case as a page to print: what was scored, shown, asked, answered and decided, by whom and when."""
    need(actor, "export")
    told = read(store, actor, case_id, reveal=True)
    room = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=upright,
    )
    room.filters |= {"shown": shown, "json": lambda value: json.dumps(value, ensure_ascii=False, sort_keys=True)}
    style = HERE.joinpath("case_file.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    sheet = Markup(style)  # noqa: S704  (our own file; the browser accepts the sheet of this very hash only)
    page = room.get_template("case_file.html.jinja").render(
        told=told, words=words(), style=sheet, style_hash=digest, head=log.head(store), printed=store.now()
    )
    _told(store, actor, "case file made", case_id, page)
    return page


def export_decisions(store: Store, actor: Actor, path: Path) -> int:
    """Writes every decision that stands, for the order system (.csv, .jsonl, .xlsx), whole; returns how many.

    The same decisions give the same bytes, so the file can be taken in again and again.
    """
    need(actor, "export")
    with store.reading() as connection:
        rows = sorted(
            (for_the_order_system(each) for each in standing(connection)),
            key=lambda each: (each["order_id"], each["line_no"]),
        )
    frame = pd.DataFrame(rows, columns=list(DECISION), dtype="str")
    latest = max((each["decided_at"][:10] for each in rows), default="1970-01-01")
    try:
        write_table(frame, path, as_of=date.fromisoformat(latest))
    except ResultRefused as refusal:
        raise QueueRefused(str(refusal)) from None
    _told(store, actor, "decisions exported", None, json.dumps(rows))
    return len(rows)


def for_the_order_system(row: Row) -> dict[str, str]:
    """A decision that stands as the order system takes it: columns DECISION, all text."""
    return {
        "decision_id": str(row["seq"]), "order_id": row["order_id"], "line_no": row["line_no"],
        "decision": row["decision"], "may_ship": "yes" if row["decision"] in GOES else "no", "decided_at": row["at"],
        "reviewer": row["pseudonym"], "second": "yes" if row["second"] else "no",
    }  # fmt: skip


def write(path: Path, text: str) -> None:
    """The text at `path`, whole or not at all; raises QueueRefused when it cannot stand there."""
    try:
        with whole_file(path) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")
    except OSError as fault:
        raise QueueRefused(f"{path}: not written: {fault.strerror}; check the folder") from None


def _told(store: Store, actor: Actor, kind: str, case_id: int | None, text: str) -> None:
    """The event that something left the queue, with the hash of what did."""
    with store.writing() as connection:
        log.append(connection, actor, kind, case_id, {"sha256": log.sha256(text)}, store.now())


def kept(store: Store, actor: Actor, today: date) -> list[Row]:
    """Decided cases whose five years are over and which no legal hold keeps: order_id and keep_until, oldest first."""
    need(actor, "export")
    with store.reading() as connection:
        rows = connection.execute(
            select(CASES.c.id, CASES.c.order_id, CASES.c.keep_until)
            .where(CASES.c.keep_until < today.isoformat(), CASES.c.legal_hold.is_(False))
            .order_by(CASES.c.keep_until, CASES.c.id)
        )
        return [log.of_row(row) for row in rows]
