"""Of orders in other parts of a file only sums by day and the serial numbers that are asked for travel."""

from datetime import date

import pandas as pd

from features.known import known_on
from features.past.by_key import HOME, empty
from features.past.elsewhere import (
    NUMBER,
    OTHERS,
    SUBJECT,
    days_told,
    named,
    serials,
    serials_for,
    sums,
    sums_for,
    whole,
)
from features.past.narrow import category

DAY, LATER = pd.Timestamp(2025, 3, 1), pd.Timestamp(2025, 3, 2)


def past() -> pd.DataFrame:
    """Three rows that count, in two parts of a file, and a quotation."""
    cells = {
        "buyer": ["a", "a", "b", "a"],
        "order_status": [None, None, None, "quote"],
        "serial_numbers": ["S1;S2", "S2"],
    }
    cells["serial_numbers"] += [None, None]
    texts = {name: category(pd.Series(each, dtype="str")) for name, each in cells.items()}
    days = [DAY, DAY, LATER, DAY]
    return empty(4).assign(**texts, order_date=days, tpp_total=[1.0, 2.0, 4.0, 8.0], **{HOME: [0, 1, 1, 1]})


def test_sums_are_of_all_orders_but_those_of_the_part() -> None:
    wanted = pd.DataFrame({"column": "buyer", "subject": ["a"], HOME: 0})
    told, asked = named(sums(past(), known_on(date(2026, 11, 25))), wanted, SUBJECT)
    found = sums_for(0, told, asked)
    assert found[["buyer", "order_date", "tpp_total"]].astype({"buyer": "str"}).to_numpy().tolist() == [["a", DAY, 2.0]]
    assert sums_for(1, told, asked).empty, "part 1 asked for nobody"


def test_serial_numbers_come_from_other_parts_where_they_are_asked_for() -> None:
    told, asked = named(serials(past()), pd.DataFrame({"serial": ["S2", "S3"], HOME: [0, 0]}), NUMBER)
    assert serials_for(0, told, asked)["serial_numbers"].tolist() == ["S2"]
    assert serials_for(1, told, asked).empty


def test_a_part_knows_since_when_there_is_a_past_though_none_of_its_rows_came() -> None:
    first = days_told(past())
    here = whole([], [], first)
    assert here["order_date"].min() == DAY
    assert set(here["order_id"]) == {OTHERS}
    assert here["serial_numbers"].notna().any(), "some line stated a serial number"
    assert here["tpp_total"].isna().all(), "and nothing is counted"
