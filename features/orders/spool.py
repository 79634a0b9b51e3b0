"""The records of a long file go to the parts of their orders as they come; then each part is read as a book."""

# Over 150 lines: the two passes share what is known of the file, and must agree on every record.

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.orders import countries
from features.orders.batches import Batch, Unusual
from features.orders.book import Book, by_record, in_columns, mapped, set_apart
from features.orders.cells import column_text
from features.orders.cleaning import TEXTS, read_text
from features.orders.codes import IDENTIFIERS
from features.orders.currencies import AMOUNTS, DOLLAR, dollars_used, which_dollar
from features.orders.delimited import all_empty
from features.orders.fields import fields, of_kind
from features.orders.keys import number_lines, repeated_keys
from features.orders.lines import Decided, Source, decide, of_currency, questions, typed_lines, whole_column
from features.orders.mapping import Mapping as HeadingMap
from features.orders.mapping import map_headings
from features.orders.problems import Problem
from features.orders.profiles import Profile, differences
from features.orders.questions import Question
from features.orders.reading import Opened
from features.orders.sheet import Flags, Places, Sheet, trimmed
from features.orders.shelf import PLACES, RECORD, ROW, STATES, STATUS, Shelf, status_codes
from features.orders.styles import LOOKED_AT, styles
from features.orders.telling import COUNTRIES, FEW, WRITTEN, Telling, told

KIND: Literal["orders"] = "orders"
HEAD = LOOKED_AT * 5  # records by which the kind of a column is judged
Kind = tuple[str, str | None, str]


class Spool:
    """Takes the batches of a file one after the other (`add`), then reads what it holds (`read`)."""

    def __init__(self, empty: Sheet, file: str, size: int, room: Path, profile: Profile) -> None:
        self.empty, self.file, self.size, self.room, self.profile = empty, file, size, room, profile
        self.found = map_headings(empty.headings, KIND, file, profile.mapping)
        self.begun = Begun()
        self.schema = pa.schema([])
        self.records, self.blank_rows = 0, 0
        self.filled = np.zeros(len(empty.headings), dtype=bool)
        self.floats: set[int] = set()
        self.hours: set[int] = set()
        self.head: list[tuple[Any, ...]] = []
        self.noted: dict[int, list[Problem]] = {}
        self.every = {at: Telling(None) for at in self.found.ambiguous}
        self.typed_by_cells = {at for at, names in self.found.ambiguous.items() if _typed(names)}
        self.telling = {
            name: Telling(None if at in self.typed_by_cells else fields()[name])
            for name, at in self.found.positions.items()
            if _tells(name) or at in self.typed_by_cells
        }
        self.shelf = Shelf(room, 0, _nothing(file, profile), DOLLAR)

    def add(self, batch: Batch) -> None:
        """Sends the records of a batch to their parts, and looks at what they tell of whole columns."""
        sheet, length = batch.sheet, len(batch.sheet.rows)
        status, again = set_apart(sheet, KIND, self.file)
        records = np.arange(self.records, self.records + length)
        begins = self._begins(sheet, status == "scored", records)
        numbers = begins // self.size
        for problem in (*sheet.problems, *again):
            assert problem.record is not None, "a batch tells of records"  # noqa: S101
            number, record = int(numbers[problem.record]), int(records[problem.record])
            self.noted.setdefault(number, []).append(replace(problem, record=record))
        self._look(sheet, status == "scored")
        for at, column in enumerate(batch.own.columns):
            if pa.types.is_integer(column.type) and column.null_count:
                self.floats.add(at)  # as pandas reads them
            if pa.types.is_timestamp(column.type) and not _midnights(column):
                self.hours.add(at)
        places = {RECORD: records, ROW: sheet.rows, STATUS: status_codes(pd.Series(status))}
        whole = pa.table({**places, **dict(zip(batch.own.column_names, batch.own.columns, strict=True))})
        self.schema = whole.schema
        for number in np.unique(numbers).tolist():
            mine = numbers == number
            self.shelf.put_own(number, whole if mine.all() else whole.filter(pa.array(mine)))
        self.records += length
        self.blank_rows += sheet.blank_rows

    def read(self, file: Opened) -> tuple[Book, Shelf, list[int]]:
        """The book of the whole file, its parts, and the columns that are used; raises OrdersRefused."""
        used = [at for at, heading in enumerate(self.empty.headings) if heading or self.filled[at]]
        sheet = _only(told(self.empty, {at: each.words() for at, each in self.every.items()}), used)
        found, asked, notes = mapped(sheet, KIND, self.file, countries.shipped(), self.profile)
        decided = self._decided(found, used)
        count = -(-self.records // self.size)
        whole = Whole(self, replace(self.shelf, count=count), found, decided, used)
        for number in range(count):
            self.shelf.put_own(
                number, self.schema.empty_table()
            )  # a part may have lost all its records to earlier ones
            whole.read(number)
        mapping = in_columns(found, sheet.headings)
        head = [pa.chunked_array([chunk for part in self.head for chunk in part[at].chunks]) for at in used]
        types = styles(sheet.headings, tuple(column.slice(0, HEAD) for column in head))
        unlike = differences(self.profile, types, mapping, self.file)
        dollar, of_columns, more = whole.told()
        problems = [*file.notes, *self.empty.problems, *found.problems, *notes, *unlike, *of_columns, *whole.kinds()]
        book = replace(
            self.shelf.like,
            raw=pd.DataFrame(index=range(self.records)),
            rows=pd.Series(whole.rows),
            status=pd.Series(pd.Categorical.from_codes(pd.Index(whole.status), pd.Index(STATES))),
            mapping=mapping,
            unmapped=found.unmapped,
            problems=tuple(problems),
            sha256=file.sha256,
            blank_rows=self.blank_rows,
            questions=(*asked, *more),
            types=types,
            shape=found.shape,
        )
        like = replace(
            book, raw=self.shelf.like.raw, rows=book.rows[:0], status=book.status[:0], problems=(), questions=()
        )
        return book, Shelf(self.room, count, like, dollar), used

    def _begins(self, sheet: Sheet, scored: Flags, records: Places) -> Places:
        """The record with which the order of each record begins: the record itself where it has none."""
        begins = records.copy()
        if "order_id" in self.found.positions:
            typed, *_ = read_text(trimmed(sheet.cells[self.found.positions["order_id"]]))
            orders = pd.Series(typed)[scored].dropna()
            begins[orders.index] = self.begun.at(orders, records[orders.index])
        return begins

    def _look(self, sheet: Sheet, scored: Flags) -> None:
        for at, each in self.every.items():
            if at in self.typed_by_cells or each.size < FEW:
                each.add(sheet.cells[at])
        kept = None if scored.all() else pa.array(scored)
        for name, each in self.telling.items():
            cells = sheet.cells[self.found.positions[name]]
            each.add(cells if kept is None else cells.filter(kept))
        for at in np.flatnonzero(~self.filled).tolist():
            self.filled[at] = not all_empty(sheet.cells[at])
        if self.records < HEAD:
            self.head.append(sheet.cells)

    def _decided(self, found: HeadingMap, used: list[int]) -> Decided:
        """How the columns are read; raises Unusual where their cells have made others of them than was looked for."""
        before = {name: used.index(at) for name, at in self.found.positions.items()}
        other = {name for name, at in found.positions.items() if before.get(name) != at}
        if "order_id" in other or (before.keys() - found.positions.keys()) & {"order_id"}:
            raise Unusual
        if any(_tells(name) and used[found.positions[name]] not in self.typed_by_cells for name in other):
            raise Unusual
        columns = {self.found.positions[name]: each.words() for name, each in self.telling.items()}
        sheet = _only(told(self.empty, columns), used)
        source = Source(sheet, found, self.file, np.arange(len(sheet.rows)), self.profile.answers)
        return decide(source, countries.shipped())


class Whole:
    """Reads the parts one after the other, and gathers what only all of them can tell."""

    def __init__(self, spool: Spool, shelf: Shelf, found: HeadingMap, decided: Decided, used: list[int]) -> None:
        self.spool, self.shelf, self.found, self.decided, self.used = spool, shelf, found, decided, used
        self.rows = np.zeros(spool.records, dtype=np.int64)
        self.status = np.zeros(spool.records, dtype=np.int8)
        self.left_open: Counter[str] = Counter()
        self.dollars: set[str] = set()
        self.bare, self.unnamed = False, 0
        self.first: dict[Kind, tuple[tuple[int, int], Problem]] = {}
        self.alike: Counter[Kind] = Counter()

    def read(self, number: int) -> None:
        """Types a part and puts it by."""
        own = self.shelf.own(number)
        records, status = own[RECORD].to_numpy(), own[STATUS].to_numpy()
        self.rows[records], self.status[records] = own[ROW].to_numpy(), status
        sheet = replace(
            _only(self.spool.empty, self.used),
            cells=tuple(column_text(own[str(at)]) for at in self.used),
            rows=own[ROW].to_numpy(),
            rejected=status == STATES.index("rejected"),
        )
        source = Source(sheet, self.found, self.spool.file, np.flatnonzero(status == 0), self.spool.profile.answers)
        typed = typed_lines(source, KIND, countries.shipped(), self.decided)
        numbered, lines = number_lines(typed.lines, self.unnamed)
        repeats = repeated_keys(sheet, lines, numbered, KIND, self.spool.file)
        cells = [_of_record(problem, records) for problem in (*typed.problems, *repeats)]
        problems = by_record([*self.spool.noted.get(number, ()), *cells])
        self.unnamed += int(lines["order_id"].isna().sum())
        self.left_open.update(typed.left_open)
        self.dollars |= dollars_used(lines)
        self.bare = self.bare or bool((lines["currency"] == DOLLAR).any())
        for place, problem in enumerate(problems):
            self._count(problem, place)
        self.shelf.put(number, own.select(list(PLACES)), lines.set_axis(records[lines.index]), list(problems))

    def told(self) -> tuple[str | float, list[Problem], list[Question]]:
        """What a lone dollar sign stands for; and the problems and questions of whole columns."""
        file, problems, asked = self.spool.file, list[Problem](), list[Question]()
        for field in of_kind(KIND):
            doubts = self.decided.doubts.get(field.name, ())
            problems.extend(whole_column(doubts, field.name, self.left_open[field.name], file))
            asked.extend(questions(doubts, field.name))
        if not self.bare or not self.found.positions.keys() & {"currency", *AMOUNTS}:
            return DOLLAR, problems, asked
        said = Source(self.spool.empty, self.found, file, np.arange(0), self.spool.profile.answers).said_of_currency()
        dollar, of_dollar = which_dollar(said, self.dollars)
        return dollar, [*problems, *of_currency(of_dollar, file)], [*asked, *questions(of_dollar, "currency")]

    def kinds(self) -> list[Problem]:
        """The first problem of each kind, and how many there are."""
        ordered = sorted(self.first.items(), key=lambda pair: pair[1][0])
        return [replace(problem, alike=self.alike[kind]) for kind, (_, problem) in ordered]

    def _count(self, problem: Problem, place: int) -> None:
        kind, at = (problem.level, problem.column, problem.what), (problem.record or 0, place)
        self.alike[kind] += 1
        if kind not in self.first or at < self.first[kind][0]:
            self.first[kind] = (at, problem)


class Begun:
    """The record with which each order begins, by a number of its own; two orders of one number share a part."""

    def __init__(self) -> None:
        self.keys, self.records = np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)

    def at(self, orders: "pd.Series[Any]", records: Places) -> Places:
        """Where the order of each record begins; `records` ascend."""
        codes, distinct = pd.factorize(orders)
        keys = pd.util.hash_array(np.asarray(distinct, dtype=object))
        first = records[np.unique(codes, return_index=True)[1]]
        place = np.searchsorted(self.keys, keys)
        known = np.append(self.keys, 0)[place] == keys
        known &= place < len(self.keys)
        first[known] = self.records[place[known]]
        order = np.argsort(keys[~known], kind="stable")
        new, where = keys[~known][order], place[~known][order]
        self.keys = np.insert(self.keys, where, new)
        self.records = np.insert(self.records, where, first[~known][order])
        return first[codes]


def _midnights(times: Any) -> bool:
    """Whether each is a day without an hour."""
    return times.type.tz is None and bool(
        pc.all(pc.equal(pc.floor_temporal(times, unit="day"), times), min_count=0).as_py()
    )


def _typed(names: tuple[str, ...]) -> bool:
    """Whether the cells of a column may decide that it is one field of those, and not text."""
    return len([name for name in names if fields()[name].type not in TEXTS]) == 1


def _tells(name: str) -> bool:
    """Whether all cells of a field together decide how each is read, or what is told of them."""
    return fields()[name].type in (*WRITTEN, *COUNTRIES) or name in IDENTIFIERS


def _of_record(problem: Problem, records: Places) -> Problem:
    assert problem.record is not None, "a part tells of its records"  # noqa: S101
    return replace(problem, record=int(records[problem.record]))


def _only(sheet: Sheet, used: list[int]) -> Sheet:
    """The sheet with these columns."""
    return replace(
        sheet,
        headings=tuple(sheet.headings[at] for at in used),
        cells=tuple(sheet.cells[at] for at in used),
        typed=frozenset(place for place, at in enumerate(used) if at in sheet.typed),
        numeric=frozenset(place for place, at in enumerate(used) if at in sheet.numeric),
    )


def _nothing(file: str, profile: Profile) -> Book:
    """A book of orders without a record."""
    none = pd.DataFrame(index=range(0))
    return Book(
        file, KIND, none, pd.Series(dtype="int64"), pd.Series(dtype="str"), none, {}, (), (), "", 0,
        profile=profile,
    )  # fmt: skip
