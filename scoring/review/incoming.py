"""A scored file enters the queue: cases open, change, wake or open again; what did not change does not come back."""

# Over 150 lines: comparing with what is stored and writing what differs are one act.

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from features.known import Known
from features.orders.book import Book
from scoring.batch import ALARMING, Scored
from scoring.model import Model
from scoring.ranked import ACTIONS
from scoring.review import chips, log
from scoring.review.arrivals import Line, Part, Whole, arrivals, judged_by
from scoring.review.freezing import frozen
from scoring.review.ranking import band_rank, due, place, value
from scoring.review.sample import COVERED_WEEKS, SEED, Candidate, Draw, draws
from scoring.review.states import Slot, State
from scoring.review.store import Store, stamp
from scoring.review.tables import CASES, FROZEN, LINES

AT_ONCE = 500  # orders a transaction: others wait for it less than a second
REPEATED = " ({})"
"""What follows the number of a line that stands in its order more than once."""

CAUSES = {"order": "order changed", "customers": "customers", "lists": "lists", "model": "model", "tables": "rules"}
"""Input of a line to the cause that a reviewer is told when it differs."""


@dataclass(frozen=True)
class Enqueued:
    """What a scored file did to the queue: orders by what became of each, and how many were drawn for the sample."""

    orders: Counter[str] = field(default_factory=Counter)
    drawn: int = 0


@dataclass(frozen=True)
class Entry:
    """An order of the file: its lines, the draw if it was drawn, and the frozen records of its lines (sha256, text)."""

    order: str
    lines: tuple[Line, ...]
    draw: Draw | None
    frozen: Mapping[str, tuple[str, str]]

    @property
    def wanted(self) -> bool:
        """Whether it calls for a person: any line that is not released, or whose band alarms."""
        return wanted(self.lines)


def wanted(lines: Iterable[Line]) -> bool:
    """Every line that is not `release`, and every high or critical band whatever its action."""
    return any(each.action != "release" or each.band in ALARMING for each in lines)


def enqueue(store: Store, book: Book, scored: Scored, known: Known, model: Model, *, seed: int = SEED) -> Enqueued:
    """As `enqueue_parts`, of a file that was scored in one piece."""
    return enqueue_parts(store, book, [Whole(book, scored)], known, model, seed=seed)


def enqueue_parts(
    store: Store, book: Book, parts: Sequence[Part], known: Known, model: Model, *, seed: int = SEED
) -> Enqueued:
    """Opens or updates a case for each order; the same file again changes nothing.

    Every order is stored, released ones too; of these some are drawn for review (see `sample`), among all parts of
    the file at once. Written in steps of whole orders: after a crash the same call goes on where it stopped.
    """
    shared = judged_by(known, model)
    with store.reading() as connection:
        covered = _covered(connection, store)
        found = [_compared(connection, _orders(arrivals(part.facts(), shared))) for part in parts]
    taken = sum(each.taken for each in found)
    drawn = draws((candidate for each in found for candidate in each.released), taken, covered, seed)
    done = Enqueued(Counter({"unchanged": sum(each.unchanged for each in found)}), len(drawn))
    entries = (
        entry
        for part, each in zip(parts, found, strict=True)
        if each.news
        for entry in _entries(part, each, drawn, known, model)
    )
    for chunk in _steps(entries):
        done.orders.update(_write(store, chunk, book, seed))
    return done


@dataclass(frozen=True)
class _Compared:
    """A part held against the store: `news` says of each order that differs whether it is frozen undrawn too.

    `released` are the new orders that call for nobody; `taken` counts the new ones that do, `unchanged` all the rest.
    """

    news: Mapping[str, bool]
    released: tuple[Candidate, ...]
    taken: int
    unchanged: int


def _compared(connection: Connection, orders: Mapping[str, Sequence[Line]]) -> _Compared:
    before = _stored(connection, list(orders))
    news = {key: lines for key, lines in orders.items() if _differs(lines, before.get(key))}
    calls = {key: wanted(lines) for key, lines in news.items()}
    return _Compared(
        {key: calls[key] or (key in before and before[key].state != State.RELEASED) for key in news},
        tuple(_candidate(lines) for key, lines in news.items() if key not in before and not calls[key]),
        sum(calls[key] for key in news if key not in before),
        len(orders) - len(news),
    )


def _entries(part: Part, compared: _Compared, drawn: Mapping[str, Draw], known: Known, model: Model) -> Iterator[Entry]:
    """The orders of a part that differ, with the frozen records of those that somebody may see, some at a time."""
    orders = _orders(arrivals(part.facts(), judged_by(known, model)))
    news = {key: orders[key] for key in compared.news}
    del orders
    seen = {key for key, undrawn in compared.news.items() if undrawn or key in drawn}
    working = part.working() if seen else None
    names = iter(news)
    while some := list(islice(names, AT_ONCE)):
        bodies: dict[str, dict[str, tuple[str, str]]] = {key: {} for key in some}
        shown = [line for key in some if key in seen for line in news[key]]
        for line, body in frozen(*working, known, model, shown) if working and shown else ():
            bodies[line.order][line.line_no] = _kept(body)
        for key in some:
            yield Entry(key, tuple(news[key]), drawn.get(key), bodies[key])


def _steps(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """The orders AT_ONCE at a time; one that stands in two parts under names that read alike comes in two steps."""
    step: dict[str, Entry] = {}
    for entry in entries:
        if len(step) == AT_ONCE or entry.order in step:
            yield list(step.values())
            step = {}
        step[entry.order] = entry
    if step:
        yield list(step.values())


def _orders(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """The lines of each order; an identical repeat counts once, other lines of one number are told apart: "1 (2)"."""
    orders: dict[str, dict[str, Line]] = {}
    for line in lines:
        own, number, name = orders.setdefault(line.order, {}), 1, line.line_no
        while name in own and own[name].inputs != line.inputs:
            number += 1
            name = f"{line.line_no}{REPEATED.format(number)}"
        own.setdefault(name, replace(line, line_no=name))
    return {order: list(own.values()) for order, own in orders.items()}


@dataclass
class _Before:
    state: str
    lines: dict[str, tuple[str, dict[str, str]]]


def _stored(connection: Connection, keys: Sequence[str]) -> dict[str, _Before]:
    """Judgement and inputs of each stored line of these orders."""
    found: dict[str, _Before] = {}
    for start in range(0, len(keys), AT_ONCE):
        rows = connection.execute(
            select(CASES.c.order_id, CASES.c.state, LINES.c.line_no, LINES.c.judgement, LINES.c.inputs)
            .join(LINES, LINES.c.case_id == CASES.c.id)
            .where(CASES.c.order_id.in_(keys[start : start + AT_ONCE]))
        )
        for row in rows:
            found.setdefault(row.order_id, _Before(row.state, {})).lines[row.line_no] = (
                row.judgement,
                json.loads(row.inputs),
            )
    return found


def _covered(connection: Connection, store: Store) -> dict[str, int]:
    """Cases opened in each segment in the last weeks."""
    since = stamp(store.clock() - timedelta(weeks=COVERED_WEEKS))
    counted = select(CASES.c.segment, func.count()).where(CASES.c.opened_at >= since).group_by(CASES.c.segment)
    return {str(segment): int(number) for segment, number in connection.execute(counted)}


def _differs(lines: Iterable[Line], before: _Before | None) -> bool:
    return before is None or any(
        before.lines.get(each.line_no) != (each.judgement, dict(each.inputs)) for each in lines
    )


def _candidate(lines: Sequence[Line]) -> Candidate:
    highest = max(lines, key=lambda each: band_rank(each.band))
    return Candidate(highest.order, highest.band, highest.segment)


def _kept(body: Mapping[str, Any]) -> tuple[str, str]:
    text = log.canonical(body)
    return log.sha256(text), text


def _write(store: Store, entries: Sequence[Entry], book: Book, seed: int) -> Counter[str]:
    """One transaction: cases, lines, frozen records, and their events."""
    at = store.now()
    with store.writing() as connection:
        _freeze(connection, entries)
        rows = connection.execute(select(CASES).where(CASES.c.order_id.in_([each.order for each in entries])))
        before = {row.order_id: log.of_row(row) for row in rows}
        new = _new(connection, [each for each in entries if each.order not in before], at)
        told = [new.get(each.order) or _changed(connection, each, before[each.order], at) for each in entries]
        batch = {
            "file": log.sha256(book.file + book.sha256),
            "orders": len(entries),
            "records": log.sha256(log.canonical([[e.order, e.line_no, e.judgement] for n in entries for e in n.lines])),
            "seed": seed,
            "drawn": {n.order: [n.draw.slot, n.draw.propensity] for n in entries if n.draw},
        }
        events = [event for _, event in told if event is not None]
        log.extend(connection, log.SYSTEM, [("scored", None, batch), *events], at)
    return Counter(what for what, _ in told)


Event = tuple[str, int | None, dict[str, Any]]


def _freeze(connection: Connection, entries: Iterable[Entry]) -> None:
    """Frozen records are named by their content: the same record again is already there."""
    kind = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    rows = [
        {"sha256": name, "order_id": each.order, "body": text}
        for each in entries
        for name, text in each.frozen.values()
    ]
    if rows:
        put = kind(FROZEN)
        emptied = FROZEN.c.body == ""  # it was taken out, and is needed again
        again = put.on_conflict_do_update(index_elements=["sha256"], set_={"body": put.excluded.body}, where=emptied)
        connection.execute(again, rows)


def _new(connection: Connection, entries: Sequence[Entry], at: str) -> dict[str, tuple[str, Event | None]]:
    """Cases for orders that none is known of, by order."""
    if not entries:
        return {}
    lines = [[_row(line, each) for line in each.lines] for each in entries]
    rows = [_case(each, own, at) for each, own in zip(entries, lines, strict=True)]
    keys = connection.scalars(insert(CASES).returning(CASES.c.id, sort_by_parameter_order=True), rows).all()
    connection.execute(
        insert(LINES), [{"case_id": k, **row} for k, own in zip(keys, lines, strict=True) for row in own]
    )
    told: dict[str, tuple[str, Event | None]] = {}
    for each, row, key in zip(entries, rows, keys, strict=True):
        shown = {name: kept[0] for name, kept in each.frozen.items()}
        opened = ("opened", int(key), _body(each, row, "new", State.OPEN, shown))
        told[each.order] = ("released", None) if row["state"] == State.RELEASED else ("opened", opened)
    return told


def _case(entry: Entry, lines: Sequence[Mapping[str, Any]], at: str) -> dict[str, Any]:
    """A new case as it is stored."""
    opens = entry.wanted or entry.draw is not None
    return _facts(lines, entry.lines, at) | {
        "order_id": entry.order, "state": State.OPEN if opens else State.RELEASED, "level": 0, "round": 1,
        "slot": entry.draw.slot if entry.draw else Slot.EXPLOITED,
        "propensity": 1.0 if entry.wanted else entry.draw.propensity if entry.draw else None,
        "cause": "new", "opened_at": at if opens else None, "scored_at": at, "legal_hold": False,
    }  # fmt: skip


def _row(line: Line, entry: Entry) -> dict[str, Any]:
    """The line as it is stored."""
    names = ("line_no", "action", "band", "gate", "score", "usd", "tpp", "place", "judgement")
    kept = entry.frozen.get(line.line_no)
    inputs = log.canonical(dict(line.inputs))
    return {name: getattr(line, name) for name in names} | {"inputs": inputs, "frozen": kept[0] if kept else None}


def _changed(connection: Connection, entry: Entry, before: dict[str, Any], at: str) -> tuple[str, Event | None]:
    """What a new judgement of a known order does: the case keeps its history, and comes back only if it must."""
    key = int(before["id"])
    stored = {row.line_no: log.of_row(row) for row in connection.execute(select(LINES).where(LINES.c.case_id == key))}
    arrived = {each.line_no: _row(each, entry) | {"case_id": key} for each in entry.lines}
    if all(stored.get(name) == row for name, row in arrived.items()):
        return "unchanged", None  # another process brought the same file in
    moved = [name for name, row in arrived.items() if row["judgement"] != stored.get(name, {}).get("judgement")]
    causes = ", ".join(_causes(arrived, stored, moved))
    connection.execute(delete(LINES).where(LINES.c.case_id == key, LINES.c.line_no.in_(list(arrived))))
    connection.execute(insert(LINES), list(arrived.values()))
    whole = [*(row for name, row in stored.items() if name not in arrived), *arrived.values()]
    state, what = _next_state(State(before["state"]), bool(moved), _calls(whole))
    facts = _facts(whole, entry.lines, before["opened_at"] or at) | {"scored_at": at, "state": state}
    if len(whole) > len(arrived):
        facts |= _of_the_rest(facts, before, value(whole))
    if moved:
        facts["cause"] = causes
    if state == State.OPEN and before["state"] != State.OPEN:
        facts |= {"opened_at": at, "snoozed_until": None, "lock_by": None, "lock_until": None}
    if what == "opened":  # it was released, and calls for a person now
        facts |= {"slot": Slot.EXPLOITED, "propensity": 1.0}
    if what == "reopened":
        facts |= {"round": before["round"] + 1, "first_by": None, "decided_at": None, "keep_until": None}
    connection.execute(update(CASES).where(CASES.c.id == key).values(facts))
    if state == State.RELEASED:
        return "released again", None
    return what, (what, key, _body(entry, facts, causes, state, _shown(connection, key)))


def _causes(arrived: Mapping[str, Any], stored: Mapping[str, Any], moved: Sequence[str]) -> Iterator[str]:
    """Why lines were judged anew: the inputs that differ, or the rules of another day when none does."""
    found: set[str] = set()
    for name in moved or arrived:
        now, then = json.loads(arrived[name]["inputs"]), json.loads(stored[name]["inputs"]) if name in stored else {}
        found |= {part for part in CAUSES if now[part] != then.get(part)} if then else {"order"}
    if "order" in found:  # other parties have other master rows
        found.discard("customers")
    yield from (cause for part, cause in CAUSES.items() if part in found) if found else iter([CAUSES["tables"]])


def _calls(rows: Iterable[Mapping[str, Any]]) -> bool:
    return any(row["action"] != "release" or row["band"] in ALARMING for row in rows)


def _next_state(state: State, moved: bool, calls: bool) -> tuple[State, str]:
    """Where a changed order goes, and what is said of it."""
    if not moved or (state == State.RELEASED and not calls):
        return state, "rescored"
    match state:
        case State.RELEASED:
            return State.OPEN, "opened"
        case State.SNOOZED:
            return State.OPEN, "woken"
        case State.OPEN:
            return State.OPEN, "rescored"
        case State.PROPOSED | State.BLIND | State.DECIDED:
            return (State.OPEN, "reopened") if calls or state == State.PROPOSED else (state, "rescored")


def _facts(rows: Sequence[Mapping[str, Any]], lines: Sequence[Line], opened: str) -> dict[str, Any]:
    """What a case shows of its lines: worst action, highest band and score, sums of USD and TPP, earliest ship date."""
    band = max((row["band"] for row in rows), key=band_rank)
    score = max((row["score"] for row in rows if row["score"] is not None), default=None)
    usd, tpp = (_sum(row[name] for row in rows) for name in ("usd", "tpp"))
    ships = min((each.ships for each in lines if each.ships), default=None)
    first = max(lines, key=lambda each: band_rank(each.band))
    return {
        "queue": "gp10" if any(each.gp10 for each in lines) else "diversion",
        "action": min((row["action"] for row in rows), key=ACTIONS.index),
        "band": band, "score": score, "usd": usd, "tpp": tpp,
        **place(band, score, value(rows), due(ships, band, date.fromisoformat(opened[:10]))), "ships": ships,
        "ordered": min((each.ordered for each in lines if each.ordered), default=None),
        "buyer": first.buyer, "destination": first.destination, "segment": first.segment,
        "chips": chips.stored(each.chip for each in lines),
        "words": " ".join(dict.fromkeys(each.words for each in lines)),
    }  # fmt: skip


def _of_the_rest(facts: Mapping[str, Any], before: Mapping[str, Any], worth: float) -> dict[str, Any]:
    """What a file that holds only some lines of an order must not take from its case."""
    kept: dict[str, Any] = {"words": " ".join(dict.fromkeys([before["words"], facts["words"]]))}
    kept["chips"] = chips.stored([*chips.names(before["chips"]), *chips.names(facts["chips"])])
    if before["queue"] == "gp10":
        kept["queue"] = "gp10"
    if before["ships"] and (not facts["ships"] or before["ships"] < facts["ships"]):
        kept |= {"ships": before["ships"], **place(facts["band"], facts["score"], worth, before["ships"])}
    return kept


def _sum(values: Iterable[float | None]) -> float | None:
    stated = [each for each in values if each is not None]
    return sum(stated) if stated else None


def _shown(connection: Connection, key: int) -> dict[str, str]:
    """The frozen record of each line of a case."""
    rows = connection.execute(
        select(LINES.c.line_no, LINES.c.frozen).where(LINES.c.case_id == key, LINES.c.frozen.is_not(None))
    )
    return {str(line): str(name) for line, name in rows}


def _body(entry: Entry, facts: Mapping[str, Any], cause: str, state: State, shown: dict[str, str]) -> dict[str, Any]:
    told = {name: facts[name] for name in ("action", "band", "score")}
    return {"cause": cause, "state": state, "lines": [each.line_no for each in entry.lines], "frozen": shown, **told}
