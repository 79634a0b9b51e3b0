"""D6, D7, C3: what a column leaves open, the other columns of its file decide when they agree, and it is told."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pandas as pd
import pytest

from features.orders.book import Book, from_frame
from features.orders.problems import Level
from features.orders.profiles import Profile

Columns = dict[str, list[str]]
MISSING = None
POINTS = {"unit_price": ["12.50", "3.25"]}
COMMAS = {"unit_price": ["12,50", "3,25"]}
DAYS = {"ship_date": ["13/04/2026", "14/04/2026"]}


def lines_of(columns: Columns, **answers: str) -> Book:
    """The book of order lines with these columns."""
    lines = range(len(next(iter(columns.values()))))
    plain = {"order_id": [f"A-{at}" for at in lines], "part_number": ["X" for _ in lines]}
    given = {name: (answer,) for name, answer in answers.items()}
    return from_frame(pd.DataFrame({**plain, **columns}, dtype="str"), profile=Profile(answers=given))


def cells(book: Book, field: str) -> list[Any]:
    """The typed cells, days as text and missing as None."""
    column = book.lines[field]
    column = column.dt.strftime("%Y-%m-%d") if column.dtype.kind == "M" else column
    return [None if pd.isna(cell) else cell for cell in column.astype(object)]


DECIDED = [
    pytest.param({"quantity": ["1,250", "2"], **POINTS}, "quantity", [1250.0, 2.0], "unit_price",
                 id="D6: thousands among the decimal points of another column"),
    pytest.param({"quantity": ["1.250", "2"], **COMMAS}, "quantity", [1250.0, 2.0], "unit_price",
                 id="D6: thousands among the decimal commas of another column"),
    pytest.param({"net_weight": ["1,250", "2,125"], **COMMAS}, "net_weight", [1.25, 2.125], "unit_price",
                 id="D7: decimal commas"),
    pytest.param({"line_value": ["1.250", "2.500"], **COMMAS}, "line_value", [1250.0, 2500.0], "unit_price",
                 id="D7: a point that alone would be the decimal one"),
    pytest.param({"order_date": ["03/04/2026", "05/04/2026"], **DAYS}, "order_date", ["2026-04-03", "2026-04-05"],
                 "ship_date", id="C3: the order of day and month"),
    pytest.param({"order_date": ["03/04/2026", "03/05/2026"], "ship_date": ["04/13/2026", "04/14/2026"]}, "order_date",
                 ["2026-03-04", "2026-03-05"], "ship_date", id="C3: the month first"),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "field", "expected", "by"), DECIDED)
def test_another_column_decides_and_a_note_names_it(columns: Columns, field: str, expected: list[Any], by: str) -> None:
    book = lines_of(columns)
    assert cells(book, field) == expected
    assert book.questions == ()
    (note,) = [problem for problem in book.problems if "decide" in problem.what]
    assert (note.level, note.column, f"'{by}'" in note.what) == (Level.NOTE, field, True)


OPEN = [
    pytest.param({"line_value": ["1,250", "2"], **POINTS, "value_usd": ["1,5", "2,5"]}, "line_value",
                 id="columns that contradict each other"),
    pytest.param({"line_value": ["1.250", "2"], **POINTS, "value_usd": ["1,5", "2,5"]}, "line_value",
                 id="and then no point is taken for the decimal one either"),
    pytest.param({"net_weight": ["2.125", "1,5", "1.5"], "unit_price": ["1.5", "2.5", "7"]}, "net_weight",
                 id="a column whose own cells are one and the other"),
    pytest.param({"quantity": ["1.250", "2"], **POINTS}, "quantity", id="one and a quarter of a counted thing"),
    pytest.param({"order_date": ["03.04.2026", "05.04.2026"], **DAYS}, "order_date",
                 id="dates with other marks between their numbers"),
    pytest.param({"order_date": ["03/04/2026", "05/04/2026"], **DAYS, "requested_date": ["04/13/2026", ""]},
                 "order_date", id="date columns that contradict each other"),
    pytest.param({"order_date": ["13/04/2026", "04/13/2026"], **DAYS}, "order_date",
                 id="a date column that contradicts itself"),
    pytest.param({"order_date": ["03/04/2026", ""], "ship_date": ["2026-04-13", ""]}, "order_date",
                 id="ISO dates, which show no order"),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "field"), OPEN)
def test_what_no_other_column_decides_stays_a_question(columns: Columns, field: str) -> None:
    book = lines_of(columns)
    assert [question.column for question in book.questions] == [field]
    assert not [problem for problem in book.problems if "decide" in problem.what and problem.level is Level.NOTE]


def test_an_answer_goes_before_the_other_columns() -> None:
    book = lines_of({"line_value": ["1,250", "2"], **POINTS}, line_value="decimal-comma")
    assert cells(book, "line_value") == [1.25, 2.0]
    assert not [problem for problem in book.problems if "decide" in problem.what]


def test_numbers_of_a_workbook_do_not_show_how_its_writer_writes(read: Callable[..., Book]) -> None:
    book = openpyxl.Workbook()
    for row in (["order_id", "mpn", "unit_price", "line_value", "net_weight"], ["A", "X", 12.5, "1,250", 1.125]):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    found = read(stream.getvalue(), "o.xlsx")
    assert [question.column for question in found.questions] == ["line_value"]
    assert cells(found, "net_weight") == [1.125]
    assert not [problem for problem in found.problems if problem.column == "net_weight"]
