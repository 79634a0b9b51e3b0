"""The steps of a job: each reads what came to a number, and says what goes to which; the same under every runner.

A number is a part of the book; the first numbers are buckets of keys besides. What a step does not pop stays where it
is. No step reads a kind of thing that it passes on itself.
"""

# Over 150 lines: seven steps that pass things on to each other, told one after the other.

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from features.history_facts import STAMP, of_the_order
from features.known import Known
from features.lines import with_facts
from features.links import coded
from features.links_facts import COLUMNS, covered
from features.links_seen import NEVER, Ints, days_of
from features.links_successors import most_marks
from features.links_verdicts import decided, refused_since, told
from features.orders.book import Book
from features.orders.problems import OrdersRefused
from features.past import by_habit, by_key, by_tie, elsewhere, identity, knitted
from features.past.asof import days
from features.past.by_key import HOME, LINE, cut, dealt, met_on, questions
from features.past.columns import no_past
from features.past.families import FAMILIES
from features.past.gathered import contents_of_repeated, past_of
from features.past.narrow import CARRIED, stacked
from features.past.same_day import orders_by_day
from scoring.atomic import whole_file
from scoring.cluster.job import Job, book, customers, earlier, first_days, job, master
from scoring.first_pass import ASKED_BY, REPORTED
from scoring.parts import RECORD, share_of
from scoring.pieces import SUMMED_UP, piece
from scoring.result import COLUMNS as RESULT
from scoring.result import ResultRefused, own_columns
from scoring.table import as_arrow, once_each

EVERYONE = -1
"""What goes to every number."""

KNITS = 0
"""The number at which all ties come together."""


class Held(Protocol):
    """What came to a number, by kind."""

    def __contains__(self, kind: object, /) -> bool: ...
    def __getitem__(self, kind: str, /) -> list[Any]: ...
    def get(self, kind: str, default: list[Any], /) -> list[Any]: ...
    def pop(self, kind: str, default: list[Any], /) -> Iterable[Any]: ...


Passed = tuple[int, str, Any]
Step = Callable[[Path, int, Held], Iterator[Passed]]

TOLD = ["content", "recorded_on", "source"]
DEALT = "past of buyers"


def taken(step: Step, room: Path, number: int, came: Sequence[Passed]) -> list[Passed]:
    """What a number passes on after a step, given what came to it; the order of what came does not matter."""
    held: dict[str, list[Any]] = {}
    for _, kind, thing in came:
        held.setdefault(kind, []).append(thing)
    made = list(step(room, number, held))
    if step is judge:  # nothing is asked after it
        return made
    made += [(number, kind, thing) for kind, things in held.items() for thing in things]
    every = range(job(room).parts)
    return [(to, kind, thing) for each, kind, thing in made for to in (every if each == EVERYONE else (each,))]


def read(room: Path, number: int, held: Held) -> Iterator[Passed]:
    """Lines of the part with their facts stay; they ask, and are told as part of the past, by their keys."""
    at, whole = job(room), _part(room, number)
    known, parts = at.settings.known, at.buckets
    facts = with_facts(whole.lines, replace(known, customers=customers(room)), master(room))
    told, part = by_key.asked(facts, known, number), share_of(whole, at.shard)
    lines, asks = (facts, told) if part is whole else (each.loc[part.lines.index] for each in (facts, told))
    yield number, "part", replace(part, lines=part.lines.iloc[:0])
    yield number, "lines", lines
    yield number, "asks", asks[[*knitted.ASKS]]
    if at.here:
        yield from _by("buyer", "day", orders_by_day(lines.assign(**{f"{CARRIED}buyer": asks["buyer"]})), parts)
    if at.settings.flags:
        yield number, "shown", lines[[*ASKED_BY, *REPORTED]]
    for family in FAMILIES:
        different, which = questions(family, asks)
        yield number, f"which {family.name}", which.astype(np.int32)
        for to, rows in dealt(different, family.keys, parts):
            yield to, f"ask {family.name}", rows
    yield from _by("trace", "pair", by_tie.asked_pairs(asks, at.owners), parts)
    yield from _by("subject", "ask sum", elsewhere.subjects(lines, number), parts)
    serials = elsewhere.serials(lines[["serial_numbers"]].assign(**{HOME: number}))
    yield from _by("serial", "ask serial", serials.drop_duplicates(), parts)
    yield EVERYONE, "dates", np.unique(days_of(facts["order_date"].dropna()))
    dated = told[told["order_date"].notna()].drop(columns=[*by_key.BESIDES])
    stamps: dict[str, Any] = {"recorded_on": pd.Timestamp(known.as_of).as_unit("us"), "source": at.source}
    own = whole.lines.loc[dated.index]
    content = contents_of_repeated(own, dated["key"].to_numpy()) if at.alone else identity.contents(own)
    yield from _told(dated.assign(content=content, **stamps), number, at)
    before = earlier(room, number)
    if len(before.rows):
        yield from _told(before.rows.assign(**{HOME: -1}, **before.told[TOLD]), number, at)


def remember(room: Path, number: int, held: Held) -> Iterator[Passed]:
    """The lines of some orders become their past, each version once; its rows go where their keys are asked."""
    at, told_here = job(room), "told" in held
    came, dates = held.pop("told", []), held.pop("dates", [])
    if not told_here or (at.alone and len(np.unique(np.concatenate([*dates]))) == 1):
        return
    known, parts = at.settings.known, at.buckets
    past = _past(came)
    for family in FAMILIES:
        for to, some in dealt(family.told(past, known), family.keys, parts):
            yield to, f"past {family.name}", some
    yield from ((to, DEALT, some) for to, some in dealt(by_habit.used(past), ("buyer_name",), parts))
    day = days_of(met_on(past))
    yield from _by("trace", "pair", by_tie.pairs(past, day, at.owners), parts)
    yield from _by("subject", "sum", elsewhere.sums(past, known), parts)
    yield from _by("serial", "serial", elsewhere.serials(past), parts)
    if known.decisions is not None:
        yield EVERYONE, "refused", _refused(past, known)
    yield EVERYONE, "days", np.unique(day)
    yield EVERYONE, "first", elsewhere.days_told(past)
    yield from _to_homes("own", past[[*elsewhere.OWN]], past[HOME])


def answer(room: Path, number: int, held: Held) -> Iterator[Passed]:
    """What the rows that share a key say of the lines that have it goes back to them; shared ties go to one number."""
    at = job(room)
    known, there = at.settings.known, "first" in held
    for family in FAMILIES:
        asked = there and f"ask {family.name}" in held
        came, asks = held.pop(f"past {family.name}", []), held.pop(f"ask {family.name}", [])
        if asked:
            past = by_key.gathered(family, came, known)
            for said in by_key.answered(family, past, asks, known, _since(at, held)):
                yield from _to_homes(f"said {family.name}", said, said[HOME])
    pairs = held.pop("pair", [])
    if not there:
        return
    if met := [*pairs]:
        yield KNITS, "tie", by_tie.as_keys(by_tie.shared(pd.concat(met, ignore_index=True)))
    for kind, by, chosen in (
        ("sum", elsewhere.SUBJECT, elsewhere.sums_for),
        ("serial", elsewhere.NUMBER, elsewhere.serials_for),
    ):
        wanted = [*held.pop(f"ask {kind}", [])] or [pd.DataFrame(columns=[HOME, "column", "subject", "serial"])]
        if not (stated := [*held.pop(kind, [])]):
            continue
        rows, asking = pd.concat(stated, ignore_index=True), pd.concat(wanted, ignore_index=True)
        rows, asking = elsewhere.named(rows, asking, by)
        for part in range(at.parts):
            found = chosen(part, rows, asking)
            if len(found):
                yield part, "other", found


def knit(room: Path, number: int, held: Held) -> Iterator[Passed]:
    """One number makes of what it was told the web of all shared ties, and the days of the past, for everyone."""
    if number == KNITS and "first" in held:
        yield EVERYONE, "web", knitted.knit(held.pop("tie", []), _since(job(room), held))
        first = pd.concat(held["first"]).min().to_frame().T.astype("datetime64[us]")
        yield EVERYONE, "span", (first, np.unique(np.concatenate(held["days"])))


def look_around(room: Path, number: int, held: Held) -> Iterator[Passed]:
    """What shared ties say of the lines; the habits of buyers that are gone, and of the new ones, are asked."""
    yield from looked_around(room, {number: held})


def looked_around(room: Path, came: Mapping[int, Held]) -> Iterator[Passed]:
    """As `look_around`, of several numbers: what ties say is worked out once for all of them."""
    asks = {number: held["asks"][0] for number, held in came.items() if "web" in held}
    asks = {number: lines for number, lines in asks.items() if len(lines)}
    if not asks:
        return
    at, held = job(room), came[next(iter(asks))]  # what goes to everyone is the same for all
    new = [_said(came[each], "customer", lines.index)["net_new_buyer"] for each, lines in asks.items()]
    whole, begin = stacked([*asks.values()]), 0
    near = knitted.around(
        whole, days_of(whole["order_date"]), held["web"][0], at.owners, pd.concat(new).to_numpy(dtype=bool)
    )
    for number, lines in asks.items():
        yield from _around(number, near.of(begin, lines.index), at)
        begin += len(lines)


def _around(number: int, near: knitted.Around, at: Job) -> Iterator[Passed]:
    """What shared ties say of the lines of a part, and the habits that it asks for."""
    yield number, "around", near
    for whose in ("theirs", "own"):
        where: dict[str, Any] = {HOME: number, LINE: np.arange(len(near.pairs))}
        rows = near.pairs[["part", "order_date"]].assign(
            part=near.pairs["part"].astype("str"), buyer=near.pairs[whose], **where
        )
        place = (rows["buyer"].to_numpy(np.uint64) % np.uint64(at.buckets)).astype(np.int64)
        yield from ((to, f"habit {whose}", some) for to, some in cut(rows, place))


def recall(room: Path, number: int, held: Held) -> Iterator[Passed]:
    """The habits of the buyers that were asked for."""
    past = [*held.pop(DEALT, [])]
    for whose in ("theirs", "own"):
        if came := [*held.pop(f"habit {whose}", [])]:
            asked: pd.DataFrame = pd.concat(came, ignore_index=True)
            found = by_habit.used_to(past, asked).set_axis(asked[LINE])
            yield from _to_homes(f"habits {whose}", found, asked[HOME])


def judge(room: Path, number: int, held: Held) -> Iterator[Passed]:
    """The result of the part, a table as of `pieces.piece`; what a summary counts of it where a folder takes it."""
    at, part = job(room), held["part"][0]
    lines, known = informed(at, held)
    table = piece(replace(at.settings, known=known), part, lines, known.past)
    if at.out is not None:
        _kept(at.out / f"part-{number:05d}.parquet", as_arrow(own_columns(part.raw)), table)
        table = table.select([RECORD, *SUMMED_UP])
    yield number, "result", table


def informed(at: Job, held: Held) -> tuple[pd.DataFrame, Known]:
    """The lines of a part with all that the past says of them, and what else of the past they are judged by."""
    lines: pd.DataFrame = held["lines"][0]
    known = replace(at.settings.known, lists=None, past=no_past(), past_version=at.past_version)
    if "span" not in held:
        return lines, known
    first, days_met = held["span"][0]
    if len(lines):
        lines = pd.concat([lines, _signs(lines, first["all"].iloc[0], days_met, at, held)], axis=1)
    return lines, replace(known, past=elsewhere.whole(held.get("own", []), held.get("other", []), first))


PAST: tuple[Step, ...] = (read, remember, answer, knit, look_around, recall)
"""The steps that find out what the past says; then each part can be judged alone."""

STEPS = (*PAST, judge)


def _part(room: Path, number: int) -> Book:
    """The part of the book; raises ResultRefused, without any cell, where it cannot be read."""
    try:
        return book(room, number)
    except OrdersRefused as refusal:  # workers write what is raised into their logs
        raise ResultRefused(str(refusal)) from None


def _by(key: str, kind: str, rows: pd.DataFrame, parts: int) -> Iterator[Passed]:
    """Rows dealt out by a text that all of them have."""
    if len(rows):
        yield from ((number, kind, some) for number, some in cut(rows, by_key.bucket(rows[key], parts)))


def _to_homes(kind: str, rows: pd.DataFrame, homes: pd.Series) -> Iterator[Passed]:
    """Rows back to the parts that they belong to; those of no part go nowhere."""
    yield from ((home, kind, some) for home, some in cut(rows, homes.to_numpy()))


def _told(rows: pd.DataFrame, number: int, at: Job) -> Iterator[Passed]:
    """Lines dealt out by order; one without an order stays. Parts of a long book have whole orders, and stay whole."""
    if at.shelf and at.alone:
        place = np.full(len(rows), number * at.orders // at.parts)
    else:
        place = by_key.bucket(rows["order_id"], at.orders)
    yield from ((to, "told", some) for to, some in cut(rows, np.where(place < 0, number, place)))


def _past(came: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The past that lines make which were told."""
    rows = _at_home(stacked([*came]))
    return past_of(rows.drop(columns=TOLD), rows[["key", *TOLD]])


def _at_home(rows: pd.DataFrame) -> pd.DataFrame:
    """Earlier lines of an order of this book belong where it stands; raises ResultRefused if it stands in two parts."""
    own = rows[(rows[HOME] >= 0) & rows["order_id"].notna()]
    places = own.groupby("order_id")[HOME].agg(["min", "max"])
    split = int((places["min"] != places["max"]).sum())
    if split:
        raise ResultRefused(f"{split:,} orders stand in several files of the data set; write each order into one file")
    home = rows["order_id"].map(places["min"]).fillna(rows[HOME]).astype("int64")
    return rows.assign(**{HOME: home})


def _refused(past: pd.DataFrame, known: Known) -> pd.Series:
    """Since when parties are refused, by the decisions on these lines."""
    rows, _ = coded(past, past.iloc[:0], np.zeros(0, dtype=np.int64), by_key.NOBODY)
    day = pd.Series(refused_since(rows, decided(replace(known, past=past))), index=rows.titles)
    found: pd.Series = day[day < NEVER]
    return found


def _since(at: Job, held: Held) -> pd.Series:
    told_here = [at.refused, *held.get("refused", [])]
    return first_days([(pd.Series(each.index, dtype="str"), each.to_numpy(dtype=np.int64)) for each in told_here])


def _said(held: Held, name: str, lines: pd.Index) -> pd.DataFrame:
    family = next(each for each in FAMILIES if each.name == name)
    return by_key.together(family, held[f"said {name}"], held[f"which {name}"][0], lines)


def _signs(lines: pd.DataFrame, first: pd.Timestamp, days_met: Ints, at: Job, held: Held) -> pd.DataFrame:
    """The columns of `history_facts.remembered` and `links_facts.linked`."""
    day, known = days_of(lines["order_date"]), at.settings.known
    families = pd.concat([_said(held, each.name, lines.index) for each in FAMILIES], axis=1)
    around: knitted.Around = held["around"][0]
    new = families["net_new_buyer"].astype("float64")
    net = pd.concat([families.filter(regex="^net_"), around.signs], axis=1).assign(
        net_covered=covered(days_met, day),
        net_told=told(known),
        net_overlaps=_overlaps(around, held, len(lines)),
        net_part_of_refused=families["net_part_of_refused"] * new,
    )
    net = net[list(COLUMNS)].astype("float64").where(pd.Series(day < NEVER, index=lines.index), np.nan)
    order = pd.DataFrame(of_the_order(lines), index=lines.index).assign(**{STAMP: _reach(lines, first)})
    return pd.concat([order, families.filter(regex="^past_"), net], axis=1)


def _reach(lines: pd.DataFrame, first: pd.Timestamp) -> np.ndarray:
    """Days that the past reaches back; missing where it does not."""
    day, begin = days(lines["order_date"]), int(days(pd.Series([first]))[0])
    return np.where(day > begin, (day - begin).astype(np.float64), np.nan)


def _overlaps(around: knitted.Around, held: Held, lines: int) -> np.ndarray:
    pairs = around.pairs
    if pairs.empty:
        return np.zeros(lines)
    theirs: pd.DataFrame = pd.concat(held["habits theirs"]).sort_index()
    own: pd.DataFrame = pd.concat(held["habits own"]).sort_index()
    return most_marks(pairs, theirs, own["gap"].to_numpy(), pairs["refused"].to_numpy(dtype=bool), lines)


def _kept(place: Path, own: pa.Table, table: pa.Table) -> None:
    """The user's columns and ours as a file of the result."""
    ours = table.select(RESULT)
    whole = pa.Table.from_arrays([*own.columns, *ours.columns], names=[*own.column_names, *ours.column_names])
    with whole_file(place) as temporary:
        pyarrow.parquet.write_table(once_each(whole), temporary, compression="zstd")


def places(came: Sequence[Sequence[Passed]], to: int) -> list[Passed]:
    """What all numbers passed on to one."""
    return [each for made in came for each in made if each[0] == to]
