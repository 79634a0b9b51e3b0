"""What a workbook says beside its cells is not lost: errors, formulas without results, merges, the date system."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from features.orders.book import Book, from_frame
from features.orders.problems import Level

Read = Callable[..., Book]
SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)
CALCEXT = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
HEAD = ["order_id", "mpn", "qty", "order date"]
NOT_A_VALUE = "is an error of a spreadsheet and no value"


def xlsx(rows: list[list[Any]], since_1904: bool = False) -> bytes:
    """An XLSX workbook; a text such as #N/A becomes an error cell, one such as =1/0 a formula without its result."""
    book = openpyxl.Workbook()
    if since_1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def ods(rows: list[str], settings: str = "", repeated: int = 1) -> bytes:
    """An ODS workbook of one sheet; each row is the XML of its cells, and the last stands there so many times."""
    table = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows[:-1])
    table += f'<table:table-row table:number-rows-repeated="{repeated}">{rows[-1]}</table:table-row>'
    body = f"<office:body><office:spreadsheet>{settings}<table:table table:name='S'>{table}</table:table>"
    content = f"<office:document-content {SPACES} {CALCEXT}>{body}</office:spreadsheet></office:body>"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
        packed.writestr("content.xml", f"{content}</office:document-content>")
    return stream.getvalue()


def texts(*cells: str, more: str = "") -> str:
    """Text cells of an ODS row, with further attributes."""
    cell = '<table:table-cell {} office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    return "".join(cell.format(more, text) for text in cells)


def error(shown: str, kept: str, more: str = "") -> str:
    """An ODS error cell, which keeps something else as its value."""
    return f'<table:table-cell calcext:value-type="error" {kept} {more}><text:p>{shown}</text:p></table:table-cell>'


def problems(book: Book, words: str) -> list[tuple[int | None, str | None, str | None]]:
    """Row, column and value of the problems that say these words."""
    return [(each.row, each.column, each.value) for each in book.problems if words in each.what]


ERRORS = [
    pytest.param(
        "o.xlsx", xlsx([HEAD, ["A", "#N/A", "#DIV/0!"], ["B", "X", "#REF!"], ["C", "Y", 8]]), id="an XLSX workbook"
    ),
    pytest.param(
        "o.ods",
        ods(
            [
                texts(*HEAD),
                texts("A")
                + error("#N/A", 'office:value-type="string" office:string-value=""')
                + error("#DIV/0!", 'office:value-type="float" office:value="0"'),
                texts("B", "X") + error("#REF!", 'office:value-type="float" office:value="0"'),
                texts("C", "Y", "8"),
            ]
        ),
        id="an ODS workbook",
    ),
    pytest.param("o.csv", b"order_id,mpn,qty,order date\nA,#N/A,#DIV/0!,\nB,X,#REF!,\nC,Y,8,\n", id="a text file"),
]


@pytest.mark.parametrize(("name", "content"), ERRORS)
def test_an_error_cell_keeps_its_text_and_is_told_and_is_no_value(read: Read, name: str, content: bytes) -> None:
    book = read(content, name)
    assert book.raw.iloc[:, 1].tolist() == ["#N/A", "X", "Y"]
    assert book.raw.iloc[:, 2].tolist() == ["#DIV/0!", "#REF!", "8"]
    assert book.lines["part_number"].fillna("").tolist() == ["", "X", "Y"]
    assert book.lines["quantity"].fillna(0.0).tolist() == [0.0, 0.0, 8.0]
    assert problems(book, NOT_A_VALUE) == [
        (2, "part_number", "#N/A"),
        (2, "quantity", "#DIV/0!"),
        (3, "quantity", "#REF!"),
    ]


@pytest.mark.parametrize("word", ["#N/A", "#NV", "#BEZUG!", "#VALEUR!", "#¿NOMBRE?", "#SPILL!", "#####"])
def test_an_error_is_known_in_the_words_of_other_languages_and_is_never_a_country(word: str) -> None:
    frame = pd.DataFrame(
        {"order_id": ["A"], "mpn": ["X"], "destination": [word], "transit_countries": [f"HK > {word}"]}
    )
    book = from_frame(frame)
    assert book.lines["destination_country"].isna().all()
    assert set(book.lines.loc[0, "transit_countries"].split(";")) == {"HK", "ZZ"}
    assert (2, "destination_country", word) in problems(book, NOT_A_VALUE)


@pytest.mark.parametrize("name", ["Suite #4", "#4", "#1 Cargo!", "C#"])
def test_a_name_with_a_number_sign_is_no_error(name: str) -> None:
    book = from_frame(pd.DataFrame({"order_id": ["A"], "mpn": ["X"], "buyer_name": [name]}))
    assert book.lines["buyer_name"].tolist() == [name]


def test_errors_of_repeated_ods_rows_and_cells_stand_in_each_of_them(read: Read) -> None:
    cell = error("#N/A", 'office:value-type="float" office:value="0"', 'table:number-columns-repeated="2"')
    content = ods([texts(*HEAD), texts("A") + cell], repeated=2)
    book = read(content, "o.ods")
    assert book.raw.iloc[:, :3].to_numpy().tolist() == [["A", "#N/A", "#N/A"]] * 2


def test_a_formula_whose_result_was_never_stored_is_told(read: Read) -> None:
    book = read(xlsx([HEAD, ["A", "X", "=4+4"], ["B", "Y", "=2*4"], ["C", "Z", 8]]), "o.xlsx")
    assert book.lines["quantity"].fillna(0.0).tolist() == [0.0, 0.0, 8.0]
    (found,) = [each for each in book.problems if "formulas without their results" in each.what]
    assert (found.value, found.level, "cells: 2" in found.what) == ("qty", Level.PROBLEM, True)


def test_a_formula_with_its_result_is_its_result(read: Read) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ["A", "X"])
        sheet.write_formula(1, 2, "=4+4", None, 8)
        sheet.write_formula(1, 4, '=""', None, "")
    found = read(stream.getvalue(), "o.xlsx")
    assert found.lines["quantity"].tolist() == [8.0]
    assert not problems(found, "formulas")


def test_a_merged_ods_cell_of_the_order_stands_for_the_rows_it_spans_and_a_quantity_does_not(read: Read) -> None:
    down = 'table:number-rows-spanned="2" table:number-columns-spanned="1"'
    rows = [
        texts("order_id", "mpn", "qty"),
        texts("A", more=down) + texts("X") + texts("8", more=down),
        "<table:covered-table-cell/>" + texts("Y") + "<table:covered-table-cell/>",
        texts("B", "Z", "9"),
    ]
    book = read(ods(rows), "o.ods")
    assert book.lines["order_id"].tolist() == ["A", "A", "B"]
    assert book.lines["quantity"].fillna(0.0).tolist() == [8.0, 0.0, 9.0]
    assert book.raw["order_id"].tolist() == ["A", "", "B"]
    assert problems(book, "has merged cells") == [(None, None, "order_id")]


def test_two_rows_of_ods_headings_are_joined_by_what_their_merged_cells_span(read: Read) -> None:
    across = 'table:number-rows-spanned="1" table:number-columns-spanned="2"'
    rows = [
        texts("Order", "MPN") + texts("Ship-to", more=across) + "<table:covered-table-cell/>",
        "<table:table-cell table:number-columns-repeated='2'/>" + texts("Name", "Country"),
        texts("A", "X", "Tarn", "SG"),
    ]
    book = read(ods(rows), "o.ods")
    assert book.mapping["ult_consignee_name"] == "Ship-to – Name"


ODS_SINCE = '<table:calculation-settings><table:null-date table:date-value="{}"/></table:calculation-settings>'
SERIAL = texts("A", "X", "8") + '<table:table-cell office:value-type="float" office:value="44000"/>'
SYSTEMS = [
    pytest.param("o.xlsx", xlsx([HEAD, ["A", "X", 8, 44000]]), "2020-06-18", id="C5: XLSX, from 1900"),
    pytest.param("o.xlsx", xlsx([HEAD, ["A", "X", 8, 44000]], since_1904=True), "2024-06-19", id="C5: XLSX, from 1904"),
    pytest.param("o.ods", ods([texts(*HEAD), SERIAL]), "2020-06-18", id="C5: ODS, from 1899-12-30"),
    pytest.param(
        "o.ods", ods([texts(*HEAD), SERIAL], ODS_SINCE.format("1904-01-01")), "2024-06-19", id="C5: ODS, from 1904"
    ),
]


@pytest.mark.parametrize(("name", "content", "day"), SYSTEMS)
def test_a_day_number_is_a_day_of_the_workbooks_own_date_system(
    read: Read, name: str, content: bytes, day: str
) -> None:
    book = read(content, name)
    assert book.lines["order_date"].dt.strftime("%Y-%m-%d").tolist() == [day]
    assert book.questions == ()
    (note,) = [each for each in book.problems if "as the workbook says" in each.what]
    assert (note.column, note.level) == ("order_date", Level.NOTE)


def test_a_third_date_system_is_a_question(read: Read) -> None:
    book = read(ods([texts(*HEAD), SERIAL], ODS_SINCE.format("1900-01-01")), "o.ods")
    assert [question.key for question in book.questions] == ["date system"]


def test_c7_date_text_and_number_in_a_workbook_column_are_the_same_day_without_a_question(read: Read) -> None:
    days = [date(2026, 1, 1), "2026-01-01", 46023]
    book = read(xlsx([HEAD, *(["A", f"X{at}", 8, day] for at, day in enumerate(days))]), "o.xlsx")
    assert book.lines["order_date"].dt.strftime("%Y-%m-%d").tolist() == ["2026-01-01"] * 3
