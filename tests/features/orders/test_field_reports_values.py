"""The field reports on countries, codes, dates, amounts and addresses: what went wrong elsewhere goes right here."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from features.known import known_on
from features.lines import with_facts
from features.orders.addresses import country_at_end
from features.orders.book import Book, from_frame, read_orders
from features.orders.countries import shipped
from features.orders.problems import Level, shown
from features.orders.profiles import Profile
from features.parties.master import parties
from features.reference.tables import load
from features.transshipment import passes_a_hub

Cells = dict[str, list[str]]
MISSING = None


def table(columns: Cells) -> pd.DataFrame:
    """An order file of these columns with the least that makes it one."""
    length = len(next(iter(columns.values())))
    plain = {"order_id": [f"B-{at}" for at in range(1, length + 1)], "part_number": ["H100"] * length}
    return pd.DataFrame({**plain, **columns}, dtype="str")


def cells(book: Book, field: str) -> list[Any]:
    """The typed cells, days as text and missing as None."""
    column = book.lines[field]
    column = column.dt.strftime("%Y-%m-%d") if column.dtype.kind == "M" else column
    return [None if pd.isna(cell) else cell for cell in column.astype(object)]


def workbook(folder: Path, rows: list[list[Any]], since_1904: bool = False) -> Path:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    if since_1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in rows:
        book.active.append(row)
    book.save(folder / "orders.xlsx")
    return folder / "orders.xlsx"


READ = [
    pytest.param("destination_country", ["NA", "SG"], ["NA", "SG"], id="A1: NA in a country column is Namibia"),
    pytest.param("destination_country", ["NA", "NC", "NE"], ["NA", "NC", "NE"], id="A2: neighbours of Namibia too"),
    pytest.param("destination_country", ["UK", "England", "Congo, Democratic Republic of the"], ["GB", "GB", "CD"],
                 id="A10: names come from a table and never from a likeness"),
    pytest.param("destination_country", ["UK", "UKR", "U"], ["GB", "UA", MISSING], id="A11: no prefix is a country"),
    pytest.param("hs_code", ["0101210010"], ["0101210010"], id="B1: a tariff code keeps its zero"),
    pytest.param("part_number", ["00417-B"], ["00417-B"], id="B1: a part number keeps its zeros"),
    pytest.param("part_number", ["100E10", "12E5-RX"], ["100E10", "12E5-RX"], id="B6: a part number is no float"),
    pytest.param("serial_numbers", ["999032320001885", "1234567890123456", "123456789012345678"],
                 ["999032320001885", "1234567890123456", "123456789012345678"],
                 id="B9: identifiers of 15, 16 and 18 digits stay"),
    pytest.param("buyer_id", ["0112", "112"], ["0112", "112"], id="B13: ids that differ by a zero are two"),
    pytest.param("order_date", ["12.01.2026", "01.02.2026", "15.04.2026"], ["2026-01-12", "2026-02-01", "2026-04-15"],
                 id="C3: one cell decides the order of day and month for the column"),
    pytest.param("order_date", ["1897-05-04"], ["1897-05-04"], id="C8: a day before 1900 stays"),
    pytest.param("line_value", ["1.355,90 €", "12,50 €"], [1355.90, 12.50], id="D1: points part, commas are decimal"),
    pytest.param("line_value", ["2,40"], [2.40], id="D2: two decimals after a comma"),
    pytest.param("unit_price", ["1.299,99"], [1299.99], id="D5: a grouping point before a decimal comma"),
    pytest.param("line_value", ["1,250", "7.50"], [1250.0, 7.5], id="D6: 1,250 among decimal points"),
    pytest.param("line_value", ["1,250", "7,50"], [1.25, 7.5], id="D6: 1,250 among decimal commas"),
    pytest.param("line_value", ["1,2345,6789", "12,34,567"], [123456789.0, 1234567.0], id="D8: groups of four and two"),
    pytest.param("quantity", ["-4"], [-4.0], id="Also: a negative quantity is kept as a return"),
    pytest.param("eccn", ["3A090 a", "3A090.a", "3a090A", "ear99"], ["3A090.a", "3A090.a", "3A090.a", "EAR99"],
                 id="Also: one classification number is written in one way"),
    pytest.param("buyer_name", ["N" * 4000], ["N" * 4000], id="Also: a name of 4,000 letters is kept whole"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "given", "expected"), READ)
def test_a_column_is_read(field: str, given: list[str], expected: list[Any]) -> None:
    assert cells(from_frame(table({field: given})), field) == expected


ASKED = [
    pytest.param("destination_country", ["America"], "country", "US", ["US"], id="A10: America is asked"),
    pytest.param("destination_country", ["Korea", "Congo", "SG"], "country", "KR", ["KR", MISSING, "SG"],
                 id="A10: Korea is asked once for the column"),
    pytest.param("destination_country", ["n/a"], "country", "NA", ["NA"], id="A1: n/a may be Namibia or nothing"),
    pytest.param("order_date", ["03/04/2026"], "date order", "day-first", ["2026-04-03"],
                 id="C3: a column that nothing decides is asked"),
    pytest.param("order_date", ["12-Jan-26"], "century", "20yy", ["2026-01-12"], id="C3: two digits of a year"),
    pytest.param("order_date", ["44000"], "date system", "serial-1904", ["2024-06-19"],
                 id="C5: a day number counts from 1904 where that is the answer"),
    pytest.param("order_date", ["44000"], "date system", "serial-1900", ["2020-06-18"],
                 id="C5: a day number counts from 1900 where that is the answer"),
    pytest.param("order_date", ["2026-01-01", "46023"], "date system", "serial-1900", ["2026-01-01", "2026-01-01"],
                 id="C7: text and day number in one column are the same day"),
    pytest.param("line_value", ["1,250"], "decimal mark", "decimal-point", [1250.0], id="D6: 1,250 alone is asked"),
    pytest.param("line_value", ["1,000", "2,000"], "decimal mark", "decimal-comma", [1.0, 2.0],
                 id="D7: a column of thousands is asked"),
    pytest.param("payment_prepaid_share", ["50", "0"], "share", "percent", [0.5, 0.0],
                 id="D7: a share of 50 is asked: percent or fraction"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "given", "key", "answer", "expected"), ASKED)
def test_a_doubt_is_one_question_of_the_column_and_its_answer_settles_it(
    field: str, given: list[str], key: str, answer: str, expected: list[Any]
) -> None:
    book = from_frame(table({field: given}))
    (question,) = book.questions
    assert (question.key, question.column) == (key, field)
    assert answer in question.answers
    assert f"--answer {field}={answer}" in question.options()
    assert question.samples[0] in given
    answered = from_frame(table({field: given}), profile=Profile(answers={field: (answer,)}))
    assert cells(answered, field) == expected
    assert not [each for each in answered.questions if answer in each.answers]


def test_b12_a_code_sent_as_a_number_is_told() -> None:
    frame = pd.DataFrame({"order_id": ["A", "B"], "part_number": ["H100"] * 2, "hs": [84, 85]})
    problems = [problem for problem in from_frame(frame).problems if problem.column == "hs_code"]
    assert ["zero in front may be lost" in problem.what for problem in problems] == [True]
    right = pd.DataFrame({"order_id": ["A"], "part_number": ["H100"], "eccn": ["4A090"], "hs": ["0084"]})
    assert not [problem for problem in from_frame(right).problems if problem.column in ("hs_code", "eccn")]


WARNED = [
    pytest.param("hs_code", ["0101210010", "8473301180", "101290010", "8542310000"], "9 of 10 digits", Level.PROBLEM,
                 id="B3: a code one digit short has lost a zero"),
    pytest.param("serial_numbers", ["123456789012345000", "123456789012346000"], "ends in zeros", Level.PROBLEM,
                 id="B8: long identifiers that end in zeros have lost their digits"),
    pytest.param("buyer_id", ["0112", "112"], "only by zeros in front", Level.NOTE, id="B13: look-alikes are noted"),
    pytest.param("part_number", ["2026-06-15"], "is a date where a code belongs", Level.PROBLEM,
                 id="C6: a range that became a date is reported"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "given", "said", "level"), WARNED)
def test_damage_to_a_column_is_told_once(field: str, given: list[str], said: str, level: Level) -> None:
    found = [problem for problem in from_frame(table({field: given})).problems if problem.column == field]
    assert [(problem.row, problem.level, said in problem.what) for problem in found] == [(None, level, True)]


@pytest.mark.parametrize(
    ("address", "country"),
    [
        pytest.param("12 Harbour Rd, Busan, Korea, Republic of", "KR", id="A14: a name that holds a comma"),
        pytest.param("9 Jin Road, 201900 SHANGHAI P.R. CHINA", "CN", id="J2: P.R. China after the city"),
        pytest.param("9 Jin Road, Shanghai, PR of China", "CN", id="J2: another way to write it"),
        pytest.param("ул. Мира 5, Москва, Российская Федерация", "RU", id="J4: a name in its own script"),
        pytest.param("山东青岛香港东路6号", MISSING, id="J5: a road named for Hong Kong is not Hong Kong"),
        pytest.param("5 Peach St, Atlanta, Georgia", MISSING, id="J5: Georgia may be a state"),
        pytest.param("5 Bay St, Sacramento, CA", MISSING, id="J5: two letters may be a state"),
        pytest.param("5 Quay, Korea", MISSING, id="A14: a name of two countries is none"),
    ],
)
def test_a_country_is_found_only_at_the_end_of_an_address(address: str, country: str | None) -> None:
    assert country_at_end(address, shipped()) == country


def test_a14_the_country_of_an_address_fills_an_empty_cell_with_a_note_and_never_a_stated_one() -> None:
    book = from_frame(
        table({"buyer_country": ["", "DE", "Atlantis"], "buyer_address": ["1 Quay, Busan, South Korea"] * 3})
    )
    assert cells(book, "buyer_country") == ["KR", "DE", MISSING]
    assert [p.level for p in book.problems if p.row == 2 and p.column == "buyer_country" and p.value] == [Level.NOTE]


def test_j3_address_lines_in_columns_are_joined_by_a_line_break() -> None:
    book = from_frame(table({"Address line 1": ["Queens Road", "1 Quay"], "Address line 2": ["Central, HK", ""]}))
    assert cells(book, "buyer_address") == ["Queens Road\nCentral, HK", "1 Quay"]
    assert book.unmapped == ()


def test_a3_a_workbook_and_a_text_file_of_the_same_cells_give_the_same_lines(tmp_path: Path) -> None:
    headings = ["order_id", "part_number", "region", "dest country"]
    rows = [headings, *([f"B-{code}", "H100", code, "NA"] for code in ("APAC", "EUR", "NA"))]
    path = workbook(tmp_path, rows)
    (tmp_path / "orders.csv").write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    books = [read_orders(path), read_orders(tmp_path / "orders.csv")]
    pd.testing.assert_frame_equal(books[0].lines, books[1].lines)
    assert cells(books[0], "buyer_region") == ["APAC", "EUR", "NA"]


def test_a4_the_shipped_tables_hold_namibia_and_every_code() -> None:
    codes = set(load().frames["countries"]["iso2"])
    assert {"NA", "XK"} <= codes
    assert len(codes - {"XK"}) >= 249


def test_b7_a_workbook_number_of_more_than_15_digits_is_no_key(tmp_path: Path) -> None:
    book = read_orders(workbook(tmp_path, [["order_id", "mpn", "serial"], ["B-1", "H100", 865640023012945678]]))
    assert cells(book, "serial_numbers") == [MISSING]
    assert [problem.level for problem in book.problems if problem.column == "serial_numbers"] == [Level.PROBLEM]


def test_b9_a_text_cell_of_15_digits_is_the_same_in_a_workbook(tmp_path: Path) -> None:
    book = read_orders(workbook(tmp_path, [["order_id", "mpn", "serial"], ["B-1", "H100", "999032320001885"]]))
    assert cells(book, "serial_numbers") == ["999032320001885"]


def test_b10_a_blank_key_leaves_the_other_keys_whole(tmp_path: Path) -> None:
    orders = from_frame(table({"cust_id": ["1001", "", "1002"]}).rename(columns={"cust_id": "customer no"})).lines
    master = pd.DataFrame({"customer_id": [1001.0, None], "legal_name": ["Tarn", "Vale"]})
    found = parties(orders, from_frame(master, "customers").lines, load())["buyer"]
    assert [None if pd.isna(how) else how for how in found["found_by"]] == ["id", None, None]
    assert orders["buyer_id"].dropna().tolist() == ["1001", "1002"]


@pytest.mark.parametrize("since_1904", [False, True])
def test_c5_a_date_cell_is_its_day_under_either_date_system(tmp_path: Path, since_1904: bool) -> None:
    rows = [["order_id", "mpn", "order date"], ["B-1", "H100", date(2024, 6, 19)]]
    assert cells(read_orders(workbook(tmp_path, rows, since_1904)), "order_date") == ["2024-06-19"]


def test_c6_a_quantity_that_became_a_date_is_no_number() -> None:
    book = from_frame(table({"quantity": ["2026-06-15"]}))
    assert cells(book, "quantity") == [MISSING]
    assert [problem.row for problem in book.problems if problem.column == "quantity"] == [2]


def test_c7_date_text_and_number_in_a_workbook_column_are_the_same_day(tmp_path: Path) -> None:
    days = [date(2026, 1, 1), "2026-01-01", 46023]
    rows = [["order_id", "mpn", "order date"], *([f"B-{at}", "H100", day] for at, day in enumerate(days))]
    book = read_orders(workbook(tmp_path, rows), profile=Profile(answers={"order_date": ("serial-1900",)}))
    assert cells(book, "order_date") == ["2026-01-01"] * 3


def test_d1_the_currency_beside_an_amount_is_the_currency_of_a_line_that_states_none() -> None:
    book = from_frame(table({"line_value": ["1.355,90 €", "12,50 €"], "currency": ["", "usd"]}))
    assert cells(book, "currency") == ["EUR", "USD"]


def test_d1_a_bare_dollar_sign_is_asked_where_parties_use_several_dollars() -> None:
    columns = {"line_value": ["$12.50"], "destination_country": ["SG"]}
    book = from_frame(table(columns))
    (question,) = book.questions
    assert (question.key, question.answers) == ("dollar", ("SGD", "USD"))
    assert cells(book, "currency") == [MISSING]
    assert cells(from_frame(table(columns), profile=Profile(answers={"currency": ("SGD",)})), "currency") == ["SGD"]
    assert cells(from_frame(table({**columns, "destination_country": ["DE"]})), "currency") == ["USD"]


def test_d2_a_value_a_hundred_times_off_is_told_and_kept() -> None:
    book = from_frame(table({"quantity": ["2", "2"], "unit_price": ["1.20", "1.20"], "line_value": ["2.40", "240"]}))
    assert cells(book, "line_value") == [2.40, 240.0]
    assert [problem.row for problem in book.problems if problem.column == "line_value"] == [3]


def test_also_a_long_name_is_cut_on_screen_only() -> None:
    assert len(shown("N" * 4000)) < 100


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        pytest.param("direct", False, id="a route stated to be direct passes no hub"),
        pytest.param("HK > Atlantis", True, id="a known hub counts beside an unknown stop"),
        pytest.param("FR > Atlantis", MISSING, id="an unknown stop may be a hub"),
        pytest.param("", MISSING, id="a route not stated is unknown, not direct"),
    ],
)
def test_also_a_route_word_keeps_what_it_says(route: str, expected: bool | None) -> None:
    frame = table({"transit_countries": [route], "order_date": ["2026-06-12"], "destination_country": ["DE"]})
    known = known_on(date(2026, 11, 25), None)
    answer = passes_a_hub(with_facts(from_frame(frame).lines, known), known).iloc[0]
    assert (None if pd.isna(answer) else bool(answer)) == expected


def test_also_a_report_of_filings_is_known_by_its_columns_and_keyed_by_its_reference() -> None:
    frame = pd.DataFrame(
        {
            "AES ITN": ["X20260101000001"],
            "Shipment Reference Number": ["SRN-1"],
            "USPPI Name": ["Harlow Pike"],
            "Ultimate Consignee Name": ["Norrhall"],
            "Country of Ultimate Destination": ["SG"],
            "Schedule B Number": ["8473301180"],
            "Commodity Description": ["GPU module"],
            "1st Quantity": ["8"],
            "Value of Goods": ["240000"],
            "Routed Export Transaction Indicator": ["N"],
            "Related Party Indicator": ["N"],
        },
        dtype="str",
    )
    book = from_frame(frame)
    assert book.shape == "filings"
    assert book.unmapped == ()
    assert cells(book, "order_id") == ["SRN-1"]
    assert any("AES/EEI report" in problem.what for problem in book.problems)
