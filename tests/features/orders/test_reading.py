"""Files of one content give the same lines whatever their format; every record is accounted for by its row."""

import datetime as dt
import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from features.orders.book import Book, read_orders
from features.orders.problems import Level, OrdersRefused

Read = Callable[..., Book]
HEAD = "order_id,line_no,part_number,quantity\n"


def workbook(rows: list[list[object]], title: list[list[object]] | None = None) -> openpyxl.Workbook:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    for row in (title or []) + rows:
        book.active.append(row)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


FORMATS = ["csv", "semicolon", "tab", "utf-16", "xlsx", "parquet"]


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_content_gives_the_same_lines(form: str, tmp_path: Path, aliases: dict[str, str]) -> None:
    typed = pd.DataFrame(
        {
            "order_id": ["00417", "00418", "00419"],
            "line_no": [1, 2, 1],
            "order_date": pd.to_datetime(["2026-01-12", "2026-01-13", "2026-02-01"]).astype("datetime64[us]"),
            "Customer": ["Norrhall Compute", "星桥算力有限公司", "Tarn"],
            "buyer_country": ["NA", "HK", "DE"],
            "part_number": ["100E10", "900-21001", "12E5-RX"],
            "quantity": [8, 1250, -4],
            "unit_price": [1355.9, 12.25, 0.125],
            "routed": [True, False, True],
            "destination": ["SG", "Korea, Republic of", "UK"],
        }
    )
    text = typed.assign(order_date=typed["order_date"].dt.strftime("%Y-%m-%d"))
    path = tmp_path / {"xlsx": "o.xlsx", "parquet": "o.parquet"}.get(form, "o.csv")
    if form == "xlsx":
        typed.to_excel(path, index=False)
    elif form == "parquet":
        typed.to_parquet(path, index=False)
    else:
        separator = {"semicolon": ";", "tab": "\t"}.get(form, ",")
        text.to_csv(path, index=False, sep=separator, encoding="utf-16" if form == "utf-16" else "utf-8-sig")
    plain = tmp_path / "plain.csv"
    text.to_csv(plain, index=False)
    found, expected = read_orders(path, aliases), read_orders(plain, aliases)
    pd.testing.assert_frame_equal(found.lines, expected.lines)
    assert found.lines["quantity"].tolist() == [8.0, 1250.0, -4.0]
    assert found.lines["buyer_name"].tolist() == typed["Customer"].tolist()
    assert found.rows.tolist() == [2, 3, 4]
    assert [problem.what for problem in found.problems] == [problem.what for problem in expected.problems]


def test_parquet_keeps_its_own_types_in_the_raw_columns(tmp_path: Path, aliases: dict[str, str]) -> None:
    frame = pd.DataFrame({"order_id": ["A"], "part_number": ["X"], "quantity": [8]})
    frame.to_parquet(tmp_path / "o.parquet")
    book = read_orders(tmp_path / "o.parquet", aliases)
    assert book.raw["quantity"].dtype == "int64"


def test_rows_are_those_of_the_spreadsheet_and_blank_ones_are_counted(read: Read) -> None:
    book = read("\n\n" + HEAD + 'A,1,"X\nY",8\n\n,,,\n   \nB,1,Z,9\n')
    assert book.rows.tolist() == [4, 8]
    assert book.blank_rows == 3
    assert book.raw["part_number"].tolist() == ["X\nY", "Z"]


def test_a_record_that_does_not_fit_is_rejected_in_its_place_and_keeps_its_cells(read: Read) -> None:
    book = read(HEAD + "A,1,X,8\nB,1,Y\nC,1,Z,7,extra\nD,1,W,6\n")
    assert book.status.tolist() == ["scored", "rejected", "rejected", "scored"]
    assert book.rows.tolist() == [2, 3, 4, 5]
    assert book.raw.iloc[1].tolist() == ["B", "1", "Y", ""]
    assert book.raw.iloc[2].tolist() == ["C", "1", "Z", "7"]
    assert book.lines.index.tolist() == [0, 3]
    rejected = [problem for problem in book.problems if problem.level is Level.REJECTED]
    assert [(problem.row, problem.record) for problem in rejected] == [(3, 1), (4, 2)]
    assert "3 cells under 4 headings" in rejected[0].what


def test_headings_repeated_inside_the_file_are_skipped_and_told(read: Read) -> None:
    book = read(HEAD + "A,1,X,8\n" + HEAD + "B,1,Y,9\n")
    assert book.status.tolist() == ["scored", "skipped", "scored"]
    (problem,) = [problem for problem in book.problems if problem.level is Level.SKIPPED]
    assert (problem.row, problem.record) == (3, 1)


@pytest.mark.parametrize(
    ("record", "row"),
    [
        pytest.param('B,1,Y,"9\nC,1,Z,7\n', 3, id="to the end of the file"),
        pytest.param('B,1,"Y,9\nC,1,"Z",7\nD,1,W,6\n', 3, id="to the next quotation mark"),
    ],
)
def test_a_quotation_mark_that_is_not_closed_is_told_where_it_opens(read: Read, record: str, row: int) -> None:
    book = read(HEAD + "A,1,X,8\n" + record)
    rejected = [problem for problem in book.problems if problem.level is Level.REJECTED]
    assert [problem.row for problem in rejected][:1] == [row]
    assert book.status.tolist()[:2] == ["scored", "rejected"]


def test_an_address_of_several_lines_is_no_fault(read: Read) -> None:
    book = read('order_id,part_number,street,quantity\nA,X,"12 Quay, 3rd floor\nHarbour",8\nB,Y,"a\nb",9')
    assert book.status.tolist() == ["scored", "scored"]
    assert book.lines["buyer_address"].tolist() == ["12 Quay, 3rd floor\nHarbour", "a\nb"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_systems_are_read(read: Read, end: str) -> None:
    assert read((HEAD + "A,1,X,8\nB,1,Y,9\n").replace("\n", end)).lines["quantity"].tolist() == [8.0, 9.0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_by_the_headings(read: Read, delimiter: str) -> None:
    text = f"order_id{delimiter}street{delimiter}mpn\nA{delimiter}12 Harbour Rd{delimiter}X\n"
    assert read(text).lines["part_number"].tolist() == ["X"]


def test_a_semicolon_file_with_decimal_commas_is_read(read: Read) -> None:
    assert read("order;mpn;value\nB-1;X;12,50\n").lines["line_value"].tolist() == [12.5]


def test_a_heading_row_below_a_title_is_found_in_a_workbook(read: Read) -> None:
    title: list[list[object]] = [["Open orders"], []]
    rows: list[list[object]] = [["Order", "Ship-to", "Qty"], ["A", "Tarn", 8], [], ["B", "Vale", 9]]
    book = read(saved(workbook(rows, title)), "o.xlsx")
    assert book.rows.tolist() == [4, 6]
    assert book.blank_rows == 1
    assert book.lines["ult_consignee_name"].tolist() == ["Tarn", "Vale"]
    assert any(problem.level is Level.NOTE and problem.row == 3 for problem in book.problems)


def test_the_first_worksheet_with_headings_is_read(read: Read) -> None:
    book = workbook([["About this file"], ["made by hand"]])
    for row in [["order_id", "mpn"], ["A", "X"]]:
        (book["Data"] if "Data" in book.sheetnames else book.create_sheet("Data")).append(row)
    assert read(saved(book), "o.xlsx").lines["part_number"].tolist() == ["X"]


def test_a_workbook_with_the_1904_calendar_gives_the_right_day(read: Read) -> None:
    book = workbook([["order_id", "mpn", "order_date"], ["A", "X", None]])
    book.epoch = CALENDAR_MAC_1904
    book.active["C2"] = 44000
    book.active["C2"].number_format = "yyyy-mm-dd"
    assert read(saved(book), "o.xlsx").lines["order_date"].tolist() == [pd.Timestamp("2024-06-19")]


def test_dates_text_dates_and_blanks_may_share_a_workbook_column(read: Read) -> None:
    rows: list[list[object]] = [["order_id", "mpn", "ship_date"]]
    rows += [["A", "X", dt.datetime(2026, 1, 1)], ["B", "X", "2026-01-01"], ["C", "X", None]]
    lines = read(saved(workbook(rows)), "o.xlsx").lines
    assert lines["ship_date"].tolist()[:2] == [pd.Timestamp("2026-01-01")] * 2
    assert lines["ship_date"].isna().tolist() == [False, False, True]


def test_a_workbook_number_with_too_many_digits_is_no_identifier(read: Read) -> None:
    rows: list[list[object]] = [["order_id", "mpn", "serial_numbers"], ["A", "X", 865640023012945678], ["B", "X", 12]]
    book = read(saved(workbook(rows)), "o.xlsx")
    assert book.lines["serial_numbers"].isna().tolist() == [True, False]
    (problem,) = [problem for problem in book.problems if problem.column == "serial_numbers"]
    assert (problem.row, problem.level) == (2, Level.PROBLEM)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("o.csv", saved(workbook([["order_id", "mpn"], ["A", "X"]])), id="a workbook named .csv"),
        pytest.param("o.xlsx", b"order_id,mpn\nA,X\n", id="a CSV named .xlsx"),
    ],
)
def test_content_decides_over_the_name_with_a_note(read: Read, name: str, content: bytes) -> None:
    book = read(content, name)
    assert book.lines["part_number"].tolist() == ["X"]
    assert book.problems[0].level is Level.NOTE
    assert "was read as" in book.problems[0].what


def test_the_fingerprint_is_that_of_the_bytes(read: Read) -> None:
    assert read(HEAD + "A,1,X,8\n").sha256 == hashlib.sha256((HEAD + "A,1,X,8\n").encode()).hexdigest()


def test_text_that_is_not_utf8_is_refused_with_the_line_and_the_way_to_save_it(read: Read) -> None:
    for content in (b"order_id,mpn\nA,\xff\xff\n", (HEAD + "A,1,X,8\n" * 200_000).encode() + b"B,1,\xff,8\n"):
        with pytest.raises(OrdersRefused, match=r"not UTF-8.*CSV UTF-8"):
            read(content)


def test_headings_may_repeat_and_all_columns_come_back(read: Read) -> None:
    book = read("order_id,mpn,note,note\nA,X,1,2\n")
    assert list(book.raw.columns) == ["order_id", "mpn", "note", "note"]
    assert book.raw.iloc[0].tolist() == ["A", "X", "1", "2"]
