"""The verbs of the review queue: take, see, answer, decide, hand on, bring in, give out, check.

Longer than 250 lines: each verb is a few lines, and the sentences that its options show in `--help`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from diversion.queue_records import add_records
from diversion.queue_users import By, Db, Home, Note, Order, acting, opened, users

if TYPE_CHECKING:  # they cost a second, and --help needs none of them
    from diversion.work import Enqueue
    from features.known import Known
    from features.orders.book import Book
    from scoring.model import Model
    from scoring.review.arrivals import Part
    from scoring.review.cases import Shown

PARTIAL, FAILED = 1, 3
HERE = Path("var")

queue = typer.Typer(no_args_is_help=True, help="The review queue: take, see, answer, decide, check, give out.")
queue.add_typer(users, name="user")
add_records(queue)

Json = Annotated[bool, typer.Option("--json", help="As JSON lines, for another program.")]
Out = Annotated[Path, typer.Option(help="The file to write.", show_default=False)]


class What(StrEnum):
    """What an export holds."""

    log = "log"
    case = "case"
    decisions = "decisions"


def enqueuing(home: Path, db: str | None, say: Callable[[str], None]) -> Enqueue:
    """What `score --enqueue` does with a scored file; a store that cannot be used is refused before scoring."""
    from scoring.review.incoming import enqueue_parts

    store = opened(home, db)

    def put(book: Book, parts: Sequence[Part], known: Known, model: Model) -> None:
        done = enqueue_parts(store, book, parts, known, model)
        counts = ", ".join(f"{number:,} {what}" for what, number in sorted(done.orders.items()) if number)
        drawn = f"; {done.drawn:,} released orders drawn for the standing sample" if done.drawn else ""
        say(f"queue: {counts or 'no orders'}{drawn}")

    return put


@queue.command("next")
def next_(
    by: By, name: Annotated[str, typer.Option("--queue", help="diversion, or gp10.")] = "diversion",
    as_json: Json = False, home: Home = HERE, db: Db = None,
) -> None:  # fmt: skip
    """Take the next case and lock it for half an hour; nobody else gets it."""
    from scoring.review import cases, taking

    store, actor = acting(home, db, by)
    found = taking.take_next(store, actor, name)
    if found is None:
        typer.echo("nothing waits for you", err=True)
        return
    _tell(cases.read(store, actor, found), as_json)


@queue.command("list")
def list_(
    by: By,
    words: Annotated[str, typer.Option(help="Parts of names, numbers or addresses; all must be found.")] = "",
    state: Annotated[
        list[str] | None, typer.Option(help="waiting, open, proposed, snoozed, decided, released.")
    ] = None,
    band: Annotated[list[str] | None, typer.Option(help="low, elevated, high, critical.")] = None,
    action: Annotated[list[str] | None, typer.Option(help="stop, licence, review, ask, release.")] = None,
    chip: Annotated[str, typer.Option(help='Name of a chip, or words of it: "H100"; "not known" for none.')] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only cases past their day.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Cases to show.")] = 50,
    as_json: Json = False,
    home: Home = HERE,
    db: Db = None,
) -> None:
    """List cases in the order of the queue, each with the reason for its place."""
    from scoring.review.cases import Filter, search

    store, actor = acting(home, db, by)
    wanted = Filter(
        words=words, state=tuple(state or ["waiting"]), band=tuple(band or ()), action=tuple(action or ()),
        chip=chip, overdue=overdue,
    )  # fmt: skip
    rows, total = search(store, actor, wanted, limit=limit)
    for row in rows:
        told = json.dumps(row, sort_keys=True) if as_json else _short(row)
        typer.echo(told)
    typer.echo(f"{len(rows):,} of {total:,} cases", err=True)


def _short(row: dict[str, Any]) -> str:
    who = f"; {row['lock_by'] or row['assignee']}" if row["lock_by"] or row["assignee"] else ""
    return f"{row['order_id']}  {row['action']}  {row['state']}{who}  ({row['place']})"


@queue.command()
def show(
    order: Order,
    by: By,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show contact persons; the log says so.")] = False,
    as_json: Json = False,
    home: Home = HERE,
    db: Db = None,
) -> None:
    """Show one case whole; that it was read is an event."""
    from scoring.review import cases

    store, actor = acting(home, db, by)
    _tell(cases.read(store, actor, cases.find(store, order), reveal=reveal), as_json)


@queue.command()
def answer(
    order: Order,
    flag: Annotated[str, typer.Argument(help="Key of a flag that the case shows.")],
    word: Annotated[str, typer.Argument(help="explained, confirmed or open.")],
    by: By,
    note: Note,
    home: Home = HERE,
    db: Db = None,
) -> None:
    """Answer a flag: what was asked of whom, and what came back."""
    from scoring.review import acts, cases

    store, actor = acting(home, db, by)
    acts.answer(store, actor, cases.find(store, order), flag, word, note)


@queue.command()
def decide(
    order: Order,
    decision: Annotated[
        str, typer.Argument(help="cleared, cleared_with_conditions, hold, licence_required, refused …")
    ],
    label: Annotated[str, typer.Option(help="confirmed_diversion, false_positive, justified_alert …")],
    by: By,
    reason: Annotated[list[str], typer.Option(help="Key of a reason; repeatable.")],
    verification: Annotated[str, typer.Option(help="none, paper, delivery or end_use.")] = "none",
    comment: Annotated[str, typer.Option(help="Needed to clear and to refuse.")] = "",
    line: Annotated[list[str] | None, typer.Option(help="Only this line; repeatable.")] = None,
    home: Home = HERE,
    db: Db = None,
) -> None:
    """Decide a case, or some of its lines; above the limits a second person must approve."""
    from scoring.review import acts, cases
    from scoring.review.desk import Decision

    store, actor = acting(home, db, by)
    made = Decision(decision, label, verification, tuple(reason), comment, tuple(line or ()))
    state = acts.decide(store, actor, cases.find(store, order), made)
    typer.echo(f"{order}: {'open' if state == 'open' else 'decided' if state != 'proposed' else _WAITS}")


_WAITS = "proposed; a second person must approve it"


@queue.command()
def approve(
    order: Order, by: By, comment: Annotated[str, typer.Option(help="A comment.")] = "",
    home: Home = HERE, db: Db = None,
) -> None:  # fmt: skip
    """Approve what another person proposed."""
    from scoring.review import acts, cases

    store, actor = acting(home, db, by)
    typer.echo(f"{order}: {acts.approve(store, actor, cases.find(store, order), comment)}")


@queue.command("return")
def return_(order: Order, by: By, note: Note, home: Home = HERE, db: Db = None) -> None:
    """Send a proposed decision back to the person who made it."""
    from scoring.review import acts, cases

    store, actor = acting(home, db, by)
    acts.send_back(store, actor, cases.find(store, order), note)


@queue.command()
def comment(order: Order, by: By, note: Note, home: Home = HERE, db: Db = None) -> None:
    """Note something on a case."""
    from scoring.review import acts, cases

    store, actor = acting(home, db, by)
    acts.comment(store, actor, cases.find(store, order), note)


@queue.command()
def assign(
    orders: Annotated[list[str], typer.Argument(help="order_id of each case.", show_default=False)],
    by: By,
    to: Annotated[str | None, typer.Option(help="Name of a person (default: free for everybody).")] = None,
    home: Home = HERE,
    db: Db = None,
) -> None:
    """Give cases to a person, or hand an own case over."""
    from scoring.review import cases, taking

    store, actor = acting(home, db, by)
    changed = taking.assign(store, actor, [cases.find(store, each) for each in orders], to)
    typer.echo(f"{changed:,} cases changed hands")


@queue.command()
def release(order: Order, by: By, home: Home = HERE, db: Db = None) -> None:
    """Put a case back that you hold."""
    from scoring.review import cases, taking

    store, actor = acting(home, db, by)
    taking.release(store, actor, cases.find(store, order))


@queue.command()
def escalate(
    order: Order, by: By, note: Note, level: Annotated[str, typer.Option(help="senior or counsel.")] = "senior",
    home: Home = HERE, db: Db = None,
) -> None:  # fmt: skip
    """Raise a case to a higher level; it never comes down."""
    from scoring.review import acts, cases

    store, actor = acting(home, db, by)
    acts.escalate(store, actor, cases.find(store, order), level, note)


@queue.command()
def snooze(
    order: Order,
    by: By,
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Day it comes back, at most 180 days away.")],
    reason: Annotated[str, typer.Option(help="waiting_for_customer, waiting_for_licence …")],
    note: Annotated[str, typer.Option(help="A note.")] = "",
    home: Home = HERE,
    db: Db = None,
) -> None:
    """Let a case rest until a day; any change wakes it."""
    from scoring.review import acts, cases

    store, actor = acting(home, db, by)
    acts.snooze(store, actor, cases.find(store, order), reason, until.date(), note)


@queue.command()
def reopen(
    order: Order, by: By, note: Note, reason: Annotated[str, typer.Option(help="new_information, wrong_decision …")],
    home: Home = HERE, db: Db = None,
) -> None:  # fmt: skip
    """Open a decided case again; the earlier decision stays on record."""
    from scoring.review import acts, cases

    store, actor = acting(home, db, by)
    acts.reopen(store, actor, cases.find(store, order), reason, note)


@queue.command()
def attach(
    order: Order, file: Annotated[Path, typer.Argument(help="PDF, picture, text or office file.")], by: By,
    home: Home = HERE, db: Db = None,
) -> None:  # fmt: skip
    """Keep a document with a case."""
    from scoring.review import attachments, cases
    from scoring.review.store import QueueRefused

    store, actor = acting(home, db, by)
    try:
        content = file.read_bytes()
    except OSError as fault:
        raise QueueRefused(f"{file}: cannot be read ({fault.strerror}); check the path") from None
    typer.echo(f"sha256 {attachments.attach(store, actor, cases.find(store, order), file.name, content)}")


@queue.command()
def hold(
    order: Order, by: By, note: Note, end: Annotated[bool, typer.Option("--end", help="End the hold.")] = False,
    home: Home = HERE, db: Db = None,
) -> None:  # fmt: skip
    """Put a case under legal hold: it is kept whatever its five years say."""
    from scoring.review import cases, retention

    store, actor = acting(home, db, by)
    retention.hold(store, actor, cases.find(store, order), not end, note)


@queue.command("date")
def date_(
    order: Order,
    what: Annotated[str, typer.Argument(help="exported, reexported, transferred, diverted or ended.")],
    on: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="The day.")],
    by: By,
    home: Home = HERE,
    db: Db = None,
) -> None:
    """Note a day from which the five years of keeping run (15 CFR 762.6)."""
    from scoring.review import cases, retention

    store, actor = acting(home, db, by)
    retention.note_day(store, actor, cases.find(store, order), what, on.date())


@queue.command()
def limit(
    name: Annotated[str, typer.Argument(help="four_eyes_usd, four_eyes_tpp or four_eyes_band.")],
    by: By,
    value: Annotated[float | None, typer.Argument(help="The limit (default: the shipped one).")] = None,
    home: Home = HERE,
    db: Db = None,
) -> None:
    """Set from where on a decision takes two people."""
    from scoring.review.desk import set_limit

    store, actor = acting(home, db, by)
    set_limit(store, actor, name, value)


@queue.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV or JSON lines of decisions.")], by: By,
    home: Home = HERE, db: Db = None,
) -> None:  # fmt: skip
    """Bring in decisions made elsewhere, under the rules of the desk; the same file twice changes nothing."""
    from scoring.review.imports import import_decisions

    store, actor = acting(home, db, by)
    done = import_decisions(store, actor, file)
    for problem in done.problems:
        typer.echo(problem.text(), err=True)
    told = f"{done.decided:,} decided, {done.proposed:,} proposed, {done.already:,} there already"
    typer.echo(f"{told}, {len({each.row for each in done.problems}):,} rows refused")
    raise typer.Exit(PARTIAL if done.problems else 0)


@queue.command()
def export(
    what: Annotated[What, typer.Argument(help="The log as JSON lines, a case as a page to print, or all decisions.")],
    out: Out,
    by: By,
    order: Annotated[str | None, typer.Option(help="Only this order; a case needs it.")] = None,
    home: Home = HERE,
    db: Db = None,
) -> None:
    """Write the log for an auditor, a case file to print, or the decisions for the order system."""
    from scoring.review import cases, exports
    from scoring.review.store import QueueRefused

    store, actor = acting(home, db, by)
    case_id = None if order is None else cases.find(store, order)
    match what:
        case What.log:
            typer.echo(f"{exports.export_log(store, actor, out, case_id):,} records: {out}")
        case What.decisions:
            typer.echo(f"{exports.export_decisions(store, actor, out):,} decisions: {out}")
        case What.case:
            if case_id is None:
                raise QueueRefused("a case file needs --order ORDER_ID")
            exports.write(out, exports.case_file(store, actor, case_id))
            typer.echo(f"case file: {out}")


@queue.command()
def outcomes(out: Out, by: By, home: Home = HERE, db: Db = None) -> None:
    """Write what reviewers found as `diversion train --outcomes` takes it."""
    from scoring.review import exports
    from scoring.review.outcomes import outcomes

    store, actor = acting(home, db, by)
    found = outcomes(store, actor)
    exports.write(out, found.text())
    for reason, number in sorted(found.left_out.items()):
        typer.echo(f"{number:,} lines left out: {reason}", err=True)
    typer.echo(f"{len(found.rows):,} outcomes: {out}")


@queue.command()
def metrics(by: By, home: Home = HERE, db: Db = None) -> None:
    """Show ageing, overdue, hits of each flag, agreement, time to decide and what the threshold misses, as JSON."""
    from dataclasses import asdict

    from scoring.review.metrics import metrics

    store, actor = acting(home, db, by)
    typer.echo(json.dumps(asdict(metrics(store, actor)), indent=1))


@queue.command()
def verify(
    expect: Annotated[str | None, typer.Option(help="Head noted earlier, NUMBER:HASH, still to be there.")] = None,
    home: Home = HERE,
    db: Db = None,
) -> None:  # fmt: skip
    """Recompute the whole log; name the first event that was altered, removed or cut off."""
    from scoring.review import log

    found = log.verify(opened(home, db), expect)
    if found.fault is not None:
        typer.echo(f"the log does not hold: {found.fault}")
        raise typer.Exit(FAILED)
    gone = f", the content of {found.taken_out:,} taken out as other events say" if found.taken_out else ""
    typer.echo(f"{found.events:,} events, none altered{gone}; head {found.head}")


@queue.command()
def upgrade(home: Home = HERE, db: Db = None) -> None:
    """Bring the store of an earlier version to this one; a SQLite file is copied first."""
    from scoring.review.store import upgrade

    backup = upgrade(home, db)
    typer.echo("the queue is of this version" + (f"; as it was before: {backup}" if backup else ""))


def _tell(told: Shown, as_json: bool) -> None:
    """A case on the terminal: why it is there, what to answer, what was decided."""
    if as_json:
        from dataclasses import asdict

        typer.echo(json.dumps(asdict(told), sort_keys=True))
        return
    from features.orders.problems import visible  # a note may hold what moves the cursor

    case = told.case
    typer.echo(f"{case['order_id']}: {case['action']}, {case['state']} ({told.place})")
    if told.two and case["state"] == "open":
        typer.echo(f"  a decision takes two people: {'; '.join(told.two)}")
    for line in told.lines:
        typer.echo(
            f"  line {line['line_no']}: {line['action']}, gate {line['gate']}, band {line['band']} ({line['place']})"
        )
        result = (line["body"] or {}).get("result", {})
        for name in ("gate_reasons", *(f"reason_{place}" for place in range(1, 6)), "list_hits"):
            if result.get(name):
                typer.echo(f"    {name}: {result[name]}")
        for hit in (line["body"] or {}).get("hits", []):
            typer.echo(f"    hit: entry {hit['entry_key']} party {hit['party']}: {hit['kind']}, {hit['role']}")
    for flag in told.flags:
        given = flag["answer"]
        said = f"{given['answer']}: {visible(given['note'])}" if given else f"to answer: {flag['ask']}"
        typer.echo(f"  flag {flag['key']}: {flag['title']}; {said}")
    for each in told.decisions:
        typer.echo(
            f"  line {each['line_no']} {each['stage']}: {each['decision']}, {each['label_class']}, by {each['by']}"
        )
    kept = f", kept until {case['keep_until']}" if case["keep_until"] else ""
    typer.echo(f"  {len(told.files)} documents, {len(told.events)} events{kept}; today {date.today()}")
