"""Verbs beside the single case: settle a list hit, close many, hand decisions back, and what is past its years."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from diversion.queue_users import By, Db, Home, Note, Order, acting

if TYPE_CHECKING:
    from scoring.review.bulk import Planned

HERE = Path("var")
PARTIAL = 1


def pair(
    order: Order,
    entry: Annotated[str, typer.Argument(help="Key of the list entry, as `queue show` names it.", show_default=False)],
    party: Annotated[str, typer.Argument(help="Key of the party, as `queue show` names it.", show_default=False)],
    verdict: Annotated[str, typer.Argument(help="cleared, confirmed or withdrawn.", show_default=False)],
    by: By,
    note: Note,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day; clearing needs one within 366 days.")
    ] = None,
    home: Home = HERE,
    db: Db = None,
) -> None:  # fmt: skip
    """Settle a list hit that a case shows: later files are screened by it until the day, or a change of either side."""
    from scoring.review import cases, pairs

    store, actor = acting(home, db, by)
    day = until.date() if until else None
    pairs.settle(store, actor, cases.find(store, order), entry, party, verdict, note, day)
    typer.echo(f"{entry} and {party}: {verdict}" + (f" until {day}" if day else ""))


def close_many(
    orders: Annotated[list[str], typer.Argument(help="order_id of each case.", show_default=False)],
    decision: Annotated[str, typer.Option(help="cleared, hold, refused …; the same for all.")],
    label: Annotated[str, typer.Option(help="confirmed_diversion, false_positive, justified_alert …")],
    by: By,
    reason: Annotated[list[str], typer.Option(help="Key of a reason; repeatable.")],
    verification: Annotated[str, typer.Option(help="none, paper, delivery or end_use.")] = "none",
    comment: Annotated[str, typer.Option(help="Needed to clear and to refuse.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only the plan is printed.")] = False,
    home: Home = HERE,
    db: Db = None,
) -> None:  # fmt: skip
    """Decide equal cases alike: prints what would become of each, and does it with --yes."""
    from scoring.review import bulk, cases
    from scoring.review.desk import Decision

    store, actor = acting(home, db, by)
    made = Decision(decision, label, verification, tuple(reason), comment)
    plans = (bulk.close if yes else bulk.preview)(store, actor, [cases.find(store, each) for each in orders], made)
    for plan in plans:
        typer.echo(_of_plan(plan))
    able = sum(not plan.faults for plan in plans)
    typer.echo(f"{able:,} of {len(plans):,} cases " + ("closed" if yes else "would be closed; --yes does it"), err=True)
    raise typer.Exit(PARTIAL if able < len(plans) else 0)


def _of_plan(plan: Planned) -> str:
    return f"{plan.order_id}: {'stays ' if plan.faults else ''}{plan.state}" + "".join(f"; {f}" for f in plan.faults)


def kept(
    by: By,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As of this day (default: today).")] = None,
    home: Home = HERE,
    db: Db = None,
) -> None:  # fmt: skip
    """List cases whose five years are over and that no legal hold keeps (15 CFR 762.6)."""
    from scoring.review import exports

    store, actor = acting(home, db, by)
    rows = exports.kept(store, actor, on.date() if on else store.clock().date())
    for row in rows:
        typer.echo(f"{row['order_id']}  was to be kept until {row['keep_until']}")
    typer.echo(f"{len(rows):,} cases are past their day", err=True)


def take_out(order: Order, by: By, note: Note, home: Home = HERE, db: Db = None) -> None:
    """Take the content of a case out for good after its five years; its hashes stay in the log."""
    from scoring.review import cases, retention

    store, actor = acting(home, db, by)
    retention.take_out(store, actor, cases.find(store, order), note)
    typer.echo(f"{order}: content taken out; the log keeps its hashes")


def hand_back(
    by: By,
    to: Annotated[str, typer.Option(help="https address of the order system, or a folder.", metavar="URL|DIR")],
    secret_file: Annotated[
        Path | None, typer.Option(help="File with the secret that signs a post (HMAC-SHA256), 32 characters or more.")
    ] = None,
    home: Home = HERE,
    db: Db = None,
) -> None:  # fmt: skip
    """Hand back what the order system does not know yet: new decisions, and those whose case was opened again.

    Posts (X-Signature-256, Idempotency-Key; no redirect is followed) or drops files. What fails waits for the next run.
    """
    from scoring.review.hand_back import hand_back
    from scoring.review.store import QueueRefused

    store, actor = acting(home, db, by)
    try:
        secret = secret_file.read_text(encoding="utf-8").strip() if secret_file else ""
    except (OSError, ValueError):
        raise QueueRefused(f"--secret-file {secret_file}: cannot be read as text; check the path") from None
    done = hand_back(store, actor, to, secret)
    typer.echo(f"{done.delivered:,} decisions handed back")
    if done.fault:
        typer.echo(f"{done.pending:,} wait for the next run: {done.fault}", err=True)
    raise typer.Exit(PARTIAL if done.fault else 0)


def add_records(queue: typer.Typer) -> None:
    """Adds these verbs to the queue's."""
    queue.command()(pair)
    queue.command("close-many")(close_many)
    queue.command()(kept)
    queue.command("take-out")(take_out)
    queue.command("hand-back")(hand_back)
