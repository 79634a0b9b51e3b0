"""Odd files after the public trackers of pandas, openpyxl and their kin: each id names the thread that told of it.

Rebuilt small from the descriptions with invented content; what is asserted is what such a file should give here.
"""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from features.orders.book import Book
from features.orders.problems import OrdersRefused

Read = Callable[..., Book]
Cells = list[list[Any]]
LINES: Cells = [["order_id", "mpn", "qty"], ["A", "X", 8], ["B", "Y", 9]]


def workbook(rows: Cells, *changes: tuple[str, str, str], empty: tuple[str, ...] = ()) -> bytes:
    """A workbook of these rows, and of empty sheets; `changes` are (part, pattern, text) put in its XML."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name in empty:
        book.create_sheet(name, 0)
    stream, changed = io.BytesIO(), io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as packed, zipfile.ZipFile(changed, "w") as target:
        for part in packed.namelist():
            xml = packed.read(part)
            for wanted, pattern, text in changes:
                if part == wanted:
                    new, times = re.subn(pattern, text, xml.decode(), flags=re.DOTALL)
                    assert times == 1
                    xml = new.encode()
            target.writestr(part, xml)
    return changed.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
FILTER = (
    '<autoFilter ref="A1:C3"><filterColumn colId="1"><customFilters><customFilter operator="notEqual" val=" "/>'
    "</customFilters></filterColumn></autoFilter>"
)
GUIDED = '<c r="B2" t="inlineStr"><is><t>東京計算</t><rPh sb="0" eb="4"><t>トウキョウケイサン</t></rPh></is></c>'
BOLD = '<r><rPr><b/></rPr><t xml:space="preserve">H100 </t></r>'
RUNS = f'<c r="B2" t="inlineStr"><is>{BOLD}<r><t>SXM5</t></r></is></c>'

READ = [
    pytest.param(
        workbook(LINES, (SHEET, '<dimension ref="[^"]*" ?/>', '<dimension ref="A1"/>')),
        ["X", "Y"],
        id="pandas #39001, dify #1039: a worksheet that claims to be one cell is read whole",
    ),
    pytest.param(
        workbook(LINES, (SHEET, '<dimension ref="[^"]*" ?/>', "")),
        ["X", "Y"],
        id="pandas #39486: a worksheet that does not say how large it is",
    ),
    pytest.param(
        workbook(LINES, empty=("Cover", "Notes")),
        ["X", "Y"],
        id="pandas #6403, #11711: empty worksheets before the one with the orders",
    ),
    pytest.param(
        workbook(LINES, (SHEET, "</sheetData>", f"</sheetData>{FILTER}")),
        ["X", "Y"],
        id="pandas #51557, openpyxl #1967: a filter that hides blank cells",
    ),
    pytest.param(
        workbook(LINES, (SHEET, '<c r="B2".*?</c>', GUIDED)),
        ["東京計算", "Y"],
        id="openxlsx #374, spreadsheet-parsexlsx #72: the guide to the reading of a name is no part of it",
    ),
    pytest.param(
        workbook(LINES, (SHEET, '<c r="B2".*?</c>', RUNS)),
        ["H100 SXM5", "Y"],
        id="xlsxir #138: a cell whose letters are formatted in two ways is one text",
    ),
    pytest.param(
        workbook([["order_id", "mpn", "qty"], ["A", "02", 8], ["B", "'03", 9]]),
        ["02", "'03"],
        id="pandas #12186, #11927, #20828: digits in a text cell keep their zero",
    ),
    pytest.param(
        workbook([["order_id", "mpn", "qty"], ["A", "1234e", 8], ["B", "7E", 9]]),
        ["1234e", "7E"],
        id="pandas #8272: digits and an e at the end are no number",
    ),
    pytest.param(
        workbook(LINES, (SHEET, '<row r="3"', '<row r="3" hidden="true"')),
        ["X", "Y"],
        id="EPPlus #70: a hidden row is a record like the others",
    ),
    pytest.param(
        b"order_id,mpn,qty\n\n\nA,X,8\nB,Y,9\n",
        ["X", "Y"],
        id="pandas #28071: blank lines between headings and records",
    ),
    pytest.param(
        b"order_id,mpn,qty\nA,X,8,\nB,Y,9,\n",
        ["X", "Y"],
        id="pandas #14124, #38830: a delimiter at the end of each record shifts no column",
    ),
    pytest.param(
        b"order_id;mpn;qty;\nA;X;8\nB;Y;9\n",
        None,
        id="pandas #41304: a delimiter at the end of the headings alone loses no record in silence",
    ),
    pytest.param(
        b"order_id,mpn,qty\rA,X,8\rB,Y,9\r",
        ["X", "Y"],
        id="pandas #9079, readr #1236: lines that end in a carriage return alone",
    ),
    pytest.param(
        b'order_id,mpn,qty\nA,"X\rZ",8\nB,Y,9\n',
        ["X\rZ", "Y"],
        id="pandas #10018: a carriage return within quotes is part of the cell",
    ),
    pytest.param(
        b"order_id,mpn,qty\nA,X \nB,Y,9\n",
        None,
        id="pandas #8983: a short record that ends in a blank takes no other with it",
    ),
]


@pytest.mark.parametrize(("content", "parts"), READ)
def test_an_odd_file_is_read_whole(read: Read, content: bytes, parts: list[str] | None) -> None:
    book = read(content, "o.xlsx" if content.startswith(b"PK") else "o.csv")
    assert len(book.raw) == 2
    if parts is not None:
        assert book.lines["part_number"].tolist() == parts
        assert book.lines["order_id"].tolist() == ["A", "B"]
        assert book.lines["quantity"].tolist() == [8.0, 9.0]
    told = {problem.record for problem in book.problems}
    assert set(book.status.index[book.status != "scored"]) <= told


NUL = [
    pytest.param(b"order_id,mpn\nA,X\x00Z\n", id="within a cell"),
    pytest.param(b"order_id,mpn\nA,\x00\x00\x00\nB,Y\n", id="for a value that a database did not have"),
    pytest.param(b"order_id,mpn\nA,X\n" + b"\x00" * 64, id="at the end of a file that a full disk cut off"),
]


@pytest.mark.parametrize("content", NUL)
def test_pandas_2741_and_19886_nothing_behind_a_zero_byte_is_dropped_in_silence(read: Read, content: bytes) -> None:
    with pytest.raises(OrdersRefused, match=r"neither text nor a workbook|breaks off"):
        read(content)


def test_pandas_10018_a_bare_carriage_return_without_quotes_loses_no_record_in_silence(read: Read) -> None:
    book = read(b"order_id,mpn,qty\nA,X\rZ,8\nB,Y,9\n")
    assert [cell for cell in book.raw.iloc[:, 0] if cell in ("A", "B")] == ["A", "B"]
    rejected = book.status.index[book.status == "rejected"]
    assert {problem.record for problem in book.problems} >= set(rejected)
    assert len(rejected) or book.lines["part_number"].tolist() == ["X\rZ", "Y"]


def test_exceltable_46_a_control_character_written_as_its_code_is_no_part_of_the_name(read: Read) -> None:
    cell = '<c r="B2" t="inlineStr"><is><t>H100_x000D__x000A_SXM5</t></is></c>'
    book = read(workbook(LINES, (SHEET, '<c r="B2".*?</c>', cell)), "o.xlsx")
    assert "_x000" not in book.lines["part_number"].tolist()[0]
