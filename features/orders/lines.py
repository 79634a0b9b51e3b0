"""The scored records as typed lines: every field of the kind a column, every doubt a problem with row and column."""

# Over 150 lines: typing a column and telling what was wrong with it read the same cells.

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.orders import amounts, days
from features.orders.addresses import COUNTRY_OF, FROM_ADDRESS, filled_countries
from features.orders.agreement import OPEN, agreed
from features.orders.cells import Doubt, Fault
from features.orders.cleaning import TEXTS, Column, Ways, missing_column, typed_column
from features.orders.codes import normal_eccns
from features.orders.currencies import AMOUNTS, filled_currency, stated_currency
from features.orders.fields import Field, Kind, fields, of_kind
from features.orders.mapping import Mapping as HeadingMap
from features.orders.mapping import heading_key
from features.orders.problems import Level, Problem
from features.orders.questions import SAMPLES, Answers, Question, check_answers
from features.orders.sheet import Places, Sheet, trimmed

BLANK = "the cell is blank"
FILL_IN = "fill it in; the line is scored without it"
LONG_NUMBER = Fault("has more digits than a workbook number keeps", "format the column as text and enter it again")
A_DATE = Fault(
    "is a date in the workbook, which the column does not hold", "format the column as text and enter it again"
)
TIMES_OFF = 9.5  # a misread separator makes a value ten, a hundred or a thousand times another
OFF = Fault("is ten times or more away from quantity times unit price", "compare the three on the document")


@dataclass(frozen=True)
class Typed:
    """The typed frame, indexed by position in the raw table, the problems of cells and columns, and the questions.

    `left_open` counts by field the cells that are missing without a fault of their own.
    """

    lines: pd.DataFrame
    problems: list[Problem]
    questions: list[Question]
    left_open: dict[str, int]


@dataclass(frozen=True)
class Decided:
    """What holds of the columns of a file, decided over the whole of it: how each is read, and what is unsure."""

    ways: dict[str, Ways]
    doubts: dict[str, tuple[Doubt, ...]]


@dataclass(frozen=True)
class Source:
    """Where the cells of a field come from: sheet, mapping, the places of the scored records, and answers."""

    sheet: Sheet
    found: HeadingMap
    file: str
    scored: Places
    answers: Answers

    def cells(self, name: str) -> Any:
        """The text of a field; the columns that go on with it stand below its first line, one line each."""
        places = (self.found.positions[name], *self.found.continued.get(name, ()))
        every = len(self.scored) == len(self.sheet.rows)
        parts = [self.sheet.cells[at] if every else self.sheet.cells[at].take(pa.array(self.scored)) for at in places]
        return parts[0] if len(parts) == 1 else _joined(parts)

    def said(self, field: Field) -> tuple[str, ...]:
        """The answers given for a field, by its name or by its heading; raises OrdersRefused on one it cannot take."""
        heading = heading_key(self.sheet.headings[self.found.positions[field.name]])
        given = [each for name, each in self.answers.items() if name == field.name or heading_key(name) == heading]
        found = tuple(answer for each in given for answer in each if answer not in fields() and answer != "ignore")
        check_answers(field, found, self.file)
        return found

    def said_of_currency(self) -> tuple[str, ...]:
        """The answers given for the currency, which a file may state beside its amounts only."""
        said = self.said(fields()["currency"]) if "currency" in self.found.positions else ()
        return said or self.answers.get("currency", ())


def _joined(parts: list[Any]) -> Any:
    """The lines of an address below each other, blank ones left out."""
    filled = [trimmed(part) for part in parts]
    lines = [pc.if_else(pc.equal(pc.binary_length(part), 0), pa.scalar(None, part.type), part) for part in filled]
    newline = pa.scalar("\n", parts[0].type)
    return pc.fill_null(pc.binary_join_element_wise(*lines, newline, null_handling="skip"), "")


def typed_lines(source: Source, kind: Kind, aliases: Mapping[str, str], decided: Decided | None = None) -> Typed:
    """The records typed; `aliases` is the table of countries.

    With `decided` the records are a part of a file: what is unsure of whole columns is not told again, and a lone
    dollar sign is left for the whole file to settle.
    """
    sheet, found, scored = source.sheet, source.found, source.scored
    columns: dict[str, Any] = {}
    typed = Typed(pd.DataFrame(), [], [], {})
    absent = {type_: missing_column(type_, len(scored)) for type_ in {field.type for field in of_kind(kind)}}
    for field in of_kind(kind):
        if field.name not in found.positions:
            columns[field.name] = absent[field.type][:]  # a view: dozens of columns share one empty memory
            continue
        cells = source.cells(field.name)
        if decided is None:
            column, _ = _read(field, cells, aliases, source)
        else:
            column = typed_column(field, cells, aliases, decided.ways[field.name])
            if decided.doubts[field.name]:
                typed.left_open[field.name] = _left_open(column, cells)
        column = _without_spoiled(column, sheet, found.positions[field.name], field, scored)
        columns[field.name] = column[0]
        typed.problems.extend(_faulty_cells(column, cells, field, source))
        typed.problems.extend(_blank_cells(column, cells, field, source))
        if column[3]:
            typed.problems.extend(whole_column(column[3], field.name, _left_open(column, cells), source.file))
            typed.questions.extend(questions(column[3], field.name))
    lines = pd.DataFrame(columns, index=pd.Index(scored), copy=False)
    return _completed(replace(typed, lines=lines), source, kind, aliases, part=decided is not None)


def decide(source: Source, aliases: Mapping[str, str]) -> Decided:
    """How the columns of a file are read, by the cells that tell it (`telling`), which are those of the source."""
    ways: dict[str, Ways] = {}
    doubts: dict[str, tuple[Doubt, ...]] = {}
    for name in source.found.positions:
        field, cells = fields()[name], source.cells(name)
        column, way = _read(field, cells, aliases, source)
        words, doubts[name] = trimmed(cells), column[3]
        words = words.filter(pc.greater(pc.binary_length(words), 0))
        more: tuple[str, ...] = ()
        if field.type == "number":
            asked = frozenset(doubt.key for doubt in column[3] if doubt.answers)
            more = amounts.decided(words, field, asked)
        elif field.type == "date":
            more = days.decided(words.to_pylist())
        ways[name] = replace(way, answers=(*way.answers, *more), settled=True)
    return Decided(ways, doubts)


def _read(field: Field, cells: Any, aliases: Mapping[str, str], source: Source) -> tuple[Column, Ways]:
    """The column of a field, as the other columns of the file are written where it leaves that open, and how so."""
    sheet, at = source.sheet, source.found.positions[field.name]
    sure = ("decimal-point",) if field.type == "number" and at in sheet.numeric else ()
    ways = Ways(sheet.decimal_comma, sheet.system, (*source.said(field), *sure))
    column = typed_column(field, cells, aliases, ways)
    if any(doubt.key in OPEN for doubt in column[3]):
        return _as_others(column, field, cells, aliases, ways, source)
    return column, ways


def _as_others(
    column: Column, field: Field, cells: Any, aliases: Mapping[str, str], ways: Ways, source: Source
) -> tuple[Column, Ways]:
    """The column read as the other columns of the file are written, with a note, where they decide what is open."""
    doubt = next(doubt for doubt in column[3] if doubt.key in OPEN)
    found = agreed(field, doubt, _others(field, source))
    if found is None:
        return column, ways
    if found.answer is None:  # others show points and commas: no usual mark then
        ways = replace(ways, decimal_comma=True)
        return typed_column(field, cells, aliases, ways), ways
    ways = replace(ways, answers=(*ways.answers, found.answer))
    again = typed_column(field, cells, aliases, ways)
    return (*again[:3], (*again[3], found.note(doubt))), ways


def _others(field: Field, source: Source) -> Iterator[tuple[str, Field, Any]]:
    """Heading, field and cells of the other columns of the same type that show how their writer writes."""
    for other, at in source.found.positions.items():
        if other != field.name and fields()[other].type == field.type and at not in source.sheet.typed:
            yield source.sheet.headings[at], fields()[other], source.cells(other)


def questions(doubts: tuple[Doubt, ...], column: str) -> Iterator[Question]:
    """The doubts that a person can settle, as they are asked."""
    for doubt in doubts:
        if doubt.answers:
            yield Question(doubt.key, column, doubt.asked, doubt.answers, doubt.samples[:SAMPLES])


def _completed(typed: Typed, source: Source, kind: Kind, aliases: Mapping[str, str], part: bool) -> Typed:
    """The lines with what follows from several cells: countries from addresses, currencies, classification numbers."""
    lines, problems, asked = typed.lines, list(typed.problems), list(typed.questions)
    for address, country in COUNTRY_OF.items():
        if address in source.found.positions:
            new, told = _countries_of(lines, country, address, source, aliases)
            lines, problems = lines.assign(**{country: new}), [*problems, *told]
    if kind == "orders" and source.found.positions.keys() & {"currency", *AMOUNTS}:
        texts = {name: _text(source, name, lines) for name in AMOUNTS if name in source.found.positions}
        if part:
            lines = lines.assign(currency=stated_currency(lines, texts))
        else:
            currency, doubts = filled_currency(lines, texts, source.said_of_currency())
            lines = lines.assign(currency=currency)
            asked.extend(questions(doubts, "currency"))
            problems.extend(of_currency(doubts, source.file))
    if "eccn" in source.found.positions:
        lines = lines.assign(eccn=normal_eccns(lines["eccn"]))
    return replace(typed, lines=lines, problems=[*problems, *_times_off(lines, source)], questions=asked)


def of_currency(doubts: tuple[Doubt, ...], file: str) -> Iterator[Problem]:
    """What is unsure of the currency, once for the file."""
    for doubt in doubts:
        if doubt.fault:
            what, remedy = doubt.fault.what, doubt.fault.remedy
            yield Problem(file, None, "currency", doubt.samples[0], what, remedy, Level.PROBLEM)


def _text(source: Source, name: str, lines: pd.DataFrame) -> "pd.Series[Any]":
    return source.cells(name).to_pandas().set_axis(lines.index)  # type: ignore[no-any-return]


def _countries_of(
    lines: pd.DataFrame, country: str, address: str, source: Source, aliases: Mapping[str, str]
) -> "tuple[pd.Series[str], list[Problem]]":
    """The countries with those that addresses end in, where none is stated, and a note for each."""
    stated = lines[country]
    if country in source.found.positions:  # a stated country that cannot be read is no reason to look elsewhere
        empty = _lengths(source.cells(country), np.arange(len(lines))) == 0
        stated = stated.mask(~empty & stated.isna(), "")
    filled = filled_countries(lines.assign(**{country: stated}), country, address, aliases)
    told = []
    for record in lines.index[filled.notna()] if country in source.found.positions else ():
        row, value = int(source.sheet.rows[record]), str(lines.loc[record, address])
        what, remedy, level = FROM_ADDRESS.what, FROM_ADDRESS.remedy, FROM_ADDRESS.level
        told.append(Problem(source.file, row, country, value, what, remedy, level, int(record)))
    return lines[country].fillna(filled), told


def _times_off(lines: pd.DataFrame, source: Source) -> Iterator[Problem]:
    """Values that are an order of magnitude away from quantity times unit price: a separator may be misread."""
    if not {"line_value", "unit_price", "quantity"} <= source.found.positions.keys():
        return
    expected = (lines["quantity"] * lines["unit_price"]).abs()
    ratio = lines["line_value"].abs() / expected.where(expected > 0)
    off = lines["line_value"][(ratio >= TIMES_OFF) | ((ratio > 0) & (ratio <= 1 / TIMES_OFF))]
    for record, amount in zip(off.index.to_numpy(), off, strict=True):
        value, row = f"{amount:g}", int(source.sheet.rows[record])
        yield Problem(source.file, row, "line_value", value, OFF.what, OFF.remedy, OFF.level, int(record))


def _without_spoiled(column: Column, sheet: Sheet, at: int, field: Field, scored: Places) -> Column:
    """Workbook numbers too long to be exact, and dates, are no identifiers: missing, with a fault."""
    for places, fault in ((sheet.spoiled, LONG_NUMBER), (sheet.dated, A_DATE)):
        records = [record for record, place in places if place == at] if field.type in TEXTS else []
        column = _with_fault(column, np.isin(scored, records), fault) if records else column
    return column


def _with_fault(column: Column, hit: Any, fault: Fault) -> Column:
    typed, numbers, faults, whole = column
    number = max(faults, default=-1) + 1
    typed = pd.Series(typed).mask(hit).array
    return typed, np.where(hit, number, numbers), faults | {number: fault}, whole


def _faulty_cells(column: Column, cells: Any, field: Field, source: Source) -> Iterator[Problem]:
    _, numbers, faults, _ = column
    for at in np.flatnonzero(numbers >= 0):
        fault = faults[int(numbers[at])]
        value, record = cells[int(at)].as_py(), int(source.scored[at])
        row = int(source.sheet.rows[record])
        yield Problem(source.file, row, field.name, value, fault.what, fault.remedy, fault.level, record)


def _blank_cells(column: Column, cells: Any, field: Field, source: Source) -> Iterator[Problem]:
    """Must-fields without a cell."""
    if field.required == "must":
        unread = _unread(column)
        empty = unread[_lengths(cells, unread) == 0]
        for record in map(int, source.scored[empty]):
            row = int(source.sheet.rows[record])
            yield Problem(source.file, row, field.name, None, BLANK, FILL_IN, Level.PROBLEM, record)


def whole_column(doubts: tuple[Doubt, ...], name: str, left_open: int, file: str) -> Iterator[Problem]:
    """Each doubt about a column, told once for all its cells; `left_open` of them are missing by it."""
    for doubt in doubts:
        if doubt.fault is not None:
            left = f"cells of the column left missing: {left_open}" if doubt.answers else ""
            like = f"distinct cells like it: {len(doubt.samples)}" if not doubt.answers else ""
            what = f"{doubt.fault.what} ({left or like})"
            yield Problem(file, None, name, doubt.samples[0], what, doubt.fault.remedy, doubt.fault.level)


def _left_open(column: Column, cells: Any) -> int:
    """How many filled cells are missing without a fault of their own."""
    return int((_lengths(cells, _unread(column)) > 0).sum())


def _unread(column: Column) -> Places:
    """The cells that are missing without a fault of their own."""
    return np.flatnonzero(np.asarray(pd.isna(column[0])) & (column[1] < 0))


def _lengths(cells: Any, places: Places) -> Places:
    return pc.binary_length(trimmed(cells.take(pa.array(places)))).to_numpy()  # type: ignore[no-any-return]
