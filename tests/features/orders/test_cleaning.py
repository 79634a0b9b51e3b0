"""Each type reads what can mean one thing, asks about what can mean two, and keeps nothing it cannot read."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from features.orders.book import Book, from_frame
from features.orders.fields import of_kind
from features.orders.problems import Level

Build = Callable[..., Book]
MISSING = None


def cells(book: Book, field: str) -> list[Any]:
    """The typed cells, missing as None."""
    return [None if pd.isna(cell) else cell for cell in book.lines[field].astype(object)]


def told(book: Book, field: str) -> list[tuple[int | None, Level]]:
    """Row and level of the problems of a field."""
    return [(problem.row, problem.level) for problem in book.problems if problem.column == field]


NUMBERS = [
    pytest.param(["1.355,90 €", "12,50 €"], [1355.90, 12.50], id="decimal commas"),
    pytest.param(["1,355.90", "$12.50", "USD 7"], [1355.90, 12.50, 7.0], id="decimal points, signs and codes"),
    pytest.param(["1,250", "1,300.50"], [1250.0, 1300.50], id="thousands that another cell of the column shows"),
    pytest.param(["1,250", "0,5"], [1.25, 0.5], id="a comma is decimal when another cell shows it"),
    pytest.param(["1.299,99"], [1299.99], id="both separators decide alone"),
    pytest.param(["1,2345,6789", "12,34,567"], [123456789.0, 1234567.0], id="groups of four and of two"),
    pytest.param(["1 250,5", "1'250.5"], [1250.5, 1250.5], id="spaces and apostrophes part thousands"),
    pytest.param(["(3.5)", "3.5-", "-3.5", "−3.5"], [-3.5] * 4, id="brackets and minus signs of all kinds"),
    pytest.param(["1e3", "2.5E-1"], [1000.0, 0.25], id="exponents"),
    pytest.param(["１２.５"], [12.5], id="full-width digits"),
    pytest.param([" 7\u00a0"], [7.0], id="no-break spaces around it"),
]


@pytest.mark.parametrize(("values", "expected"), NUMBERS)
def test_a_number_is_read(book: Build, values: list[str], expected: list[float]) -> None:
    found = book(line_value=values)
    assert cells(found, "line_value") == expected
    assert told(found, "line_value") == []


def test_a_lone_point_is_a_decimal_point_and_told(book: Build) -> None:
    found = book(line_value=["1.125", "2"])
    assert cells(found, "line_value") == [1.125, 2.0]
    assert told(found, "line_value") == [(None, Level.NOTE)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(["1,250"], [MISSING], id="1,250 alone could be 1250 or one and a quarter"),
        pytest.param(["1,000", "2,000", "7"], [MISSING, MISSING, 7.0], id="thousands without other evidence"),
        pytest.param(["1,250", "1.5", "2,5"], [MISSING, 1.5, 2.5], id="cells that contradict each other"),
    ],
)
def test_an_undecided_separator_is_one_question_for_the_column(
    book: Build, values: list[str], expected: list[float | None]
) -> None:
    found = book(line_value=values)
    assert cells(found, "line_value") == expected
    assert told(found, "line_value") == [(None, Level.PROBLEM)]


def test_a_count_with_a_lone_point_before_three_digits_is_a_question(book: Build) -> None:
    assert cells(book(quantity=["1.250"]), "quantity") == [MISSING]


def test_in_a_semicolon_file_a_lone_point_is_a_question(read: Build) -> None:
    found = read("order_id;part_number;line_value\nB-1;X;12.125\n")
    assert cells(found, "line_value") == [MISSING]
    assert told(found, "line_value") == [(None, Level.PROBLEM)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("line_value", "nan", id="nan"),
        pytest.param("line_value", "inf", id="infinity"),
        pytest.param("line_value", "1e400", id="too large"),
        pytest.param("line_value", "about 12", id="words"),
        pytest.param("line_value", "1.2.3", id="two points"),
        pytest.param("line_value", ".", id="a separator alone"),
        pytest.param("line_value", "--3", id="two minus signs"),
        pytest.param("quantity", "2026-06-15", id="a range that a spreadsheet made a date"),
        pytest.param("quantity", "0", id="nothing ordered"),
        pytest.param("quantity", "$5", id="money where pieces belong"),
        pytest.param("quantity", "2 racks", id="another unit than pieces"),
        pytest.param("unit_price", "-5", id="below the bounds of the field"),
        pytest.param("dc_power_mw", "0", id="no power at all"),
        pytest.param("payment_prepaid_share", "150%", id="a share above one"),
        pytest.param("value_usd", "100 EUR", id="euros in a column of dollars"),
        pytest.param("net_weight", "50%", id="a percentage of kilograms"),
    ],
)
def test_no_number_is_a_problem_and_a_missing_cell(book: Build, field: str, value: str) -> None:
    found = book(**{field: [value]})
    assert cells(found, field) == [MISSING]
    assert told(found, field) == [(2, Level.PROBLEM)]
    assert found.status.tolist() == ["scored"]


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        pytest.param("payment_prepaid_share", "50%", 0.5, id="a percentage of a share"),
        pytest.param("payment_prepaid_share", "0.5", 0.5, id="a share"),
        pytest.param("dc_power_mw", "500 kW", 0.5, id="kilowatts"),
        pytest.param("dc_power_mw", "12MW", 12.0, id="megawatts"),
        pytest.param("net_weight", "100 lb", 45.359237, id="pounds"),
        pytest.param("quantity", "8 pcs", 8.0, id="pieces"),
        pytest.param("value_usd", "US$ 100", 100.0, id="dollars"),
    ],
)
def test_a_unit_in_the_cell_is_converted(book: Build, field: str, value: str, expected: float) -> None:
    assert cells(book(**{field: [value]}), field) == [expected]


def test_a_percentage_of_ownership_stays_a_percentage(aliases: dict[str, str]) -> None:
    frame = pd.DataFrame({"customer_id": ["1"], "legal_name": ["N"], "listed_ownership_pct": ["50%"]}, dtype="str")
    assert cells(from_frame(frame, "customers", aliases=aliases), "listed_ownership_pct") == [50.0]


def test_a_negative_quantity_is_kept_as_a_return_and_noted(book: Build) -> None:
    found = book(quantity=["-4"])
    assert cells(found, "quantity") == [-4.0]
    assert told(found, "quantity") == [(2, Level.NOTE)]


@pytest.mark.parametrize(
    ("values", "days"),
    [
        pytest.param(["2026-01-12", "2026-1-2"], ["2026-01-12", "2026-01-02"], id="ISO"),
        pytest.param(["2026-01-12T23:30:00+08:00", "2026-01-12 10:00"], ["2026-01-12"] * 2, id="ISO with a time"),
        pytest.param(["2026/01/12", "20260112"], ["2026-01-12"] * 2, id="year first"),
        pytest.param(["2026年1月12日"], ["2026-01-12"], id="Chinese and Japanese"),
        pytest.param(["12.01.2026", "01.02.2026", "15.04.2026"], ["2026-01-12", "2026-02-01", "2026-04-15"], id="day"),
        pytest.param(["01/12/2026", "01/31/2026"], ["2026-01-12", "2026-01-31"], id="month first, as one cell shows"),
        pytest.param(["04/04/2026"], ["2026-04-04"], id="the same either way"),
        pytest.param(["12 Jan 2026", "Jan 12, 2026", "12-January-2026", "Sept 3 2026"],
                     ["2026-01-12"] * 3 + ["2026-09-03"], id="month names"),
        pytest.param(["1897-05-04"], ["1897-05-04"], id="before 1900"),
    ],
)  # fmt: skip
def test_a_date_is_read(book: Build, values: list[str], days: list[str]) -> None:
    found = book(order_date=values)
    assert found.lines["order_date"].dt.strftime("%Y-%m-%d").tolist() == days
    assert found.lines["order_date"].dtype == "datetime64[us]"
    assert told(found, "order_date") == []


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        pytest.param(["03/04/2026"], [True], id="no cell decides"),
        pytest.param(["03/04/2026", "13/04/2026", "04/13/2026"], [True] * 3, id="cells contradict each other"),
        pytest.param(["03/04/2026", "2026-01-01"], [True, False], id="an ISO date beside it decides nothing"),
    ],
)
def test_an_undecided_order_of_day_and_month_is_one_question_for_the_column(
    book: Build, values: list[str], missing: list[bool]
) -> None:
    found = book(order_date=values)
    assert found.lines["order_date"].isna().tolist() == missing
    assert told(found, "order_date") == [(None, Level.PROBLEM)]


@pytest.mark.parametrize("value", ["2026-02-30", "460", "2026", "soon", "31/31/26", "2026-13-01", "0000-01-01"])
def test_no_date_is_a_problem_and_a_missing_cell(book: Build, value: str) -> None:
    found = book(order_date=[value])
    assert found.lines["order_date"].isna().all()
    assert told(found, "order_date") == [(2, Level.PROBLEM)]


def test_a_year_alone_dates_an_incorporation_to_its_first_day_with_a_note(aliases: dict[str, str]) -> None:
    frame = pd.DataFrame({"customer_id": ["1"], "legal_name": ["N"], "incorporation_date": ["1998"]}, dtype="str")
    found = from_frame(frame, "customers", aliases=aliases)
    assert cells(found, "incorporation_date") == [pd.Timestamp("1998-01-01")]
    assert told(found, "incorporation_date") == [(2, Level.NOTE)]


def test_yes_and_no_are_read_in_many_words_and_unknown_is_missing_without_a_problem(book: Build) -> None:
    found = book(routed_transaction=["Y", "yes", "TRUE", "1", "n", "No", "false", "0", "unknown", "", "maybe"])
    assert cells(found, "routed_transaction") == [True] * 4 + [False] * 4 + [None] * 3
    assert told(found, "routed_transaction") == [(12, Level.PROBLEM)]
    assert found.lines["routed_transaction"].dtype == "boolean"


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        pytest.param("transaction_type", "Repair return", "repair_return", id="a space for an underscore"),
        pytest.param("transaction_type", "STOCK-TRANSFER", "stock_transfer", id="capitals and a hyphen"),
        pytest.param("ult_consignee_type", "R", "r", id="a letter"),
        pytest.param("ult_consignee_type", "Direct Consumer", "d", id="the word for a letter"),
        pytest.param("mode_of_transport", "40", "air", id="a code of the filing"),
        pytest.param("incoterm", "EXW Hsinchu", "EXW", id="the rule without its place"),
        pytest.param("incoterm", "fob", "FOB", id="the rule in small letters"),
        pytest.param("uom", "pieces", "PCS", id="a unit by its word"),
        pytest.param("delivery_place_type", "data center", "data_centre", id="American spelling"),
    ],
)
def test_a_category_is_read(book: Build, field: str, value: str, expected: str) -> None:
    assert cells(book(**{field: [value]}), field) == [expected]


def test_a_word_outside_the_list_is_a_problem_that_names_the_list(book: Build) -> None:
    found = book(payment_method=["barter"])
    assert cells(found, "payment_method") == [MISSING]
    (problem,) = [problem for problem in found.problems if problem.column == "payment_method"]
    assert (problem.value, problem.row, problem.level) == ("barter", 2, Level.PROBLEM)
    assert "wire, card, cash" in problem.remedy


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("  Norrhall\u00a0", "Norrhall", id="white space around it goes"),
        pytest.param("Cafe\u0301", "Café", id="composed form"),
        pytest.param("00417-B", "00417-B", id="leading zeros stay"),
        pytest.param("100E10", "100E10", id="an exponent in a part number stays text"),
        pytest.param("865640023012945678", "865640023012945678", id="eighteen digits stay"),
        pytest.param("NA", "NA", id="no word is missing"),
        pytest.param("null", "null", id="not even null"),
        pytest.param(" \u200b\ufeff ", MISSING, id="only white and invisible characters are nothing"),
    ],
)
def test_text_is_as_read(book: Build, value: str, expected: str | None) -> None:
    assert cells(book(part_number=[value]), "part_number") == [expected]


def test_a_part_number_that_a_spreadsheet_has_shortened_is_a_problem(book: Build) -> None:
    found = book(part_number=["1.2E+11"])
    assert cells(found, "part_number") == [MISSING]
    assert told(found, "part_number") == [(2, Level.PROBLEM)]


def test_a_name_that_turns_the_reading_direction_is_kept_and_noted(book: Build) -> None:
    found = book(buyer_name=["Norrhall\u202etupmoc"])
    assert cells(found, "buyer_name") == ["Norrhall\u202etupmoc"]
    assert told(found, "buyer_name") == [(2, Level.NOTE)]


def test_a_text_over_the_limit_is_missing_and_stays_in_the_raw_column(book: Build) -> None:
    found = book(buyer_name=["x" * 100_001], buyer_address=["y" * 100_000])
    assert cells(found, "buyer_name") == [MISSING]
    assert cells(found, "buyer_address") == ["y" * 100_000]
    assert len(found.raw.loc[0, "buyer_name"]) == 100_001
    assert told(found, "buyer_name") == [(2, Level.PROBLEM)]


@pytest.mark.parametrize("field", ["quantity", "order_date", "buyer_country", "uom", "routed_transaction"])
def test_a_page_of_text_in_a_short_field_is_a_problem(book: Build, field: str) -> None:
    found = book(**{field: ["7" * 1001]})
    assert cells(found, field) == [MISSING]
    assert told(found, field) == [(2, Level.PROBLEM)]


def test_every_field_is_a_column_of_its_dtype_even_when_the_file_lacks_it(book: Build) -> None:
    lines = book(quantity=["8"]).lines
    dtypes = {"number": "float64", "date": "datetime64[us]", "boolean": "boolean"}
    assert list(lines.columns) == [field.name for field in of_kind("orders")]
    assert {field.name: str(lines[field.name].dtype) for field in of_kind("orders")} == {
        field.name: dtypes.get(field.type, "str") for field in of_kind("orders")
    }


def test_empty_columns_do_not_share_what_is_written_into_them(book: Build) -> None:
    lines = book(quantity=["8"]).lines.copy()
    lines.loc[0, "eccn"] = "4A090.a"
    assert lines["hs_code"].isna().all()
    assert np.isnan(lines.loc[0, "tpp"])


def test_the_apostrophe_that_our_own_export_sets_before_a_formula_is_not_part_of_the_value() -> None:
    frame = pd.DataFrame(
        {"order_id": ["'=B-1", "'B-2"], "part_number": ["H100", "H100"], "contact_phone": ["'+65 1", "+65 1"]}
    )
    lines = from_frame(frame).lines
    assert list(lines["order_id"]) == ["=B-1", "'B-2"]
    assert list(lines["contact_phone"]) == ["+65 1", "+65 1"]
