"""The customer's own past as of the order date: when it began, how often, how much, in which steps."""

from collections.abc import Callable

import pytest

from features.declare import Feature
from features.history import (
    FEATURES,
    began_after_the_controls,
    chips_over_its_largest_day,
    hurries_before_a_rule_date,
    orders_far_more_than_before,
    outgrows_its_destination,
    returns_after_a_long_silence,
    splits_an_order,
    times_faster_than_its_rhythm,
    tpp_of_the_customers_year,
    tpp_over_its_largest_day,
)

Rows = list[dict[str, str]]
H100 = 15_832.0  # TPP of one (table of chips)


def on(day: str, **cells: str) -> dict[str, str]:
    """An order of that day."""
    return {"order_date": day, **cells}


MONTHLY = [on("2026-01-12"), on("2026-02-12"), on("2026-03-12")]
SMALL = [on("2026-05-20", quantity="25"), on("2026-06-01", quantity="25")]
A_YEAR = [on(f"2024-{month:02}-20", quantity="8") for month in range(1, 13)]
ABROAD = [on("2025-09-01", destination_country="SG"), on("2026-02-01", destination_country="SG")]

LONG: list[tuple[str, Feature, Rows, object]] = [
    ("first chips after the controls", began_after_the_controls, [on("2026-06-12")], True),
    ("the same chips long before them", began_after_the_controls, [on("2021-06-12"), on("2026-06-12")], False),
    ("other goods before are no chips", began_after_the_controls,
     [on("2021-06-12", part_number="CBL-1", eccn="EAR99"), on("2026-06-12")], True),
    ("an order before the controls", began_after_the_controls, [on("2022-10-06")], False),
    ("a cable", began_after_the_controls, [on("2026-06-12", part_number="CBL-1", eccn="EAR99")], None),
    ("no date", began_after_the_controls, [on("")], None),
    ("back after 366 days", returns_after_a_long_silence, [on("2025-06-11"), on("2026-06-12")], True),
    ("back after a year", returns_after_a_long_silence, [on("2025-06-12"), on("2026-06-12")], False),
    ("nobody came before", returns_after_a_long_silence, [on("2026-06-12")], None),
    ("a quote is no order", returns_after_a_long_silence,
     [on("2025-06-11"), on("2026-06-01", order_status="quote"), on("2026-06-12")], True),
    ("nor is a return", returns_after_a_long_silence,
     [on("2025-06-11"), on("2026-06-01", quantity="-8"), on("2026-06-12")], True),
    ("a later order is not known yet", returns_after_a_long_silence,
     [on("2026-07-01"), on("2025-06-11"), on("2026-06-12")], True),
    ("twice the usual pace", times_faster_than_its_rhythm, [*MONTHLY, on("2026-03-26", quantity="8")], 29.5 / 14),
    ("two earlier days are no habit", times_faster_than_its_rhythm, [*MONTHLY[:2], on("2026-03-26")], None),
    ("two orders of one day are one", times_faster_than_its_rhythm, [*MONTHLY[:2], MONTHLY[1], on("2026-03-26")], None),
    ("three times the largest day", tpp_over_its_largest_day, [*MONTHLY, on("2026-06-12", quantity="24")], 3.0),
    ("a day is counted whole", tpp_over_its_largest_day,
     [on("2026-01-12"), on("2026-01-12"), on("2026-06-12", quantity="24")], 1.5),
    ("an order is counted whole", tpp_over_its_largest_day,
     [*MONTHLY, on("2026-06-12", order_id="two"), on("2026-06-12", order_id="two", line_no="2")], 2.0),
    ("a return does not lower it", tpp_over_its_largest_day,
     [*MONTHLY, on("2026-04-01", quantity="-8"), on("2026-06-12", quantity="24")], 3.0),
    ("more than twenty times is twenty", chips_over_its_largest_day,
     [*MONTHLY, on("2026-06-12", quantity="999")], 20.0),
    ("servers are counted in chips", chips_over_its_largest_day,
     [*MONTHLY, on("2026-06-12", part_number="DGX H100", quantity="2")], 2.0),
    ("no chips before", chips_over_its_largest_day,
     [on("2026-01-12", part_number="CBL-1", eccn="EAR99"), on("2026-06-12")], None),
    ("no quantity", chips_over_its_largest_day, [*MONTHLY, on("2026-06-12", quantity="")], None),
    ("five times the largest day", orders_far_more_than_before, [*MONTHLY, on("2026-06-12", quantity="40")], True),
    ("less than that", orders_far_more_than_before, [*MONTHLY, on("2026-06-12", quantity="39")], False),
    ("five times, of two days", orders_far_more_than_before, [*MONTHLY[:2], on("2026-06-12", quantity="40")], None),
    ("five times a day that is still to come", orders_far_more_than_before,
     [on("2026-08-01", quantity="800"), *MONTHLY, on("2026-06-12", quantity="40")], True),
    ("a year and this order", tpp_of_the_customers_year, [*MONTHLY, on("2026-06-12")], 4 * 8 * H100),
    ("what lies a year back is out", tpp_of_the_customers_year, [on("2025-06-11"), on("2026-06-12")], 8 * H100),
    ("a cancelled order is out", tpp_of_the_customers_year,
     [on("2026-05-12", order_status="cancelled"), on("2026-06-12")], 8 * H100),
    ("three small ones make a large one", splits_an_order, [*SMALL, on("2026-06-12", quantity="25")], True),
    ("two do not", splits_an_order, [SMALL[0], on("2026-06-12", quantity="30")], False),
    ("nor do small ones of two months", splits_an_order,
     [on("2026-04-20"), on("2026-05-01"), on("2026-06-12", quantity="20")], False),
    ("nor small ones that stay small", splits_an_order, [on("2026-05-20"), on("2026-06-01"), on("2026-06-12")], False),
    ("a large one hides nothing", splits_an_order, [*SMALL, on("2026-06-12", quantity="80")], False),
    ("by three buyers for one consignee", splits_an_order, [
        *(each | {"buyer_id": f"X-{at}", "buyer_name": f"Straw {at}"} for at, each in enumerate(SMALL)),
        on("2026-06-12", quantity="25")], True),
    ("no quantity to split", splits_an_order, [*SMALL, on("2026-06-12", quantity="")], None),
    ("twice the usual before a rule date", hurries_before_a_rule_date,
     [*A_YEAR, on("2025-05-01", quantity="24")], True),
    ("the usual before a rule date", hurries_before_a_rule_date, [*A_YEAR, on("2025-05-01", quantity="8")], False),
    ("no rule was near", hurries_before_a_rule_date, [*A_YEAR, on("2025-03-20", quantity="800")], False),
    ("given up, the rule is near no more", hurries_before_a_rule_date,
     [*A_YEAR, on("2025-05-13", quantity="800")], False),
    ("a rule not announced yet", hurries_before_a_rule_date, [
        on("2022-11-01"), on("2023-02-01"), on("2023-10-16", quantity="800")], False),
    ("and on the day it was", hurries_before_a_rule_date, [
        on("2022-11-01"), on("2023-02-01"), on("2023-10-17", quantity="800")], True),
    ("before the table begins", hurries_before_a_rule_date, [*A_YEAR, on("2022-10-06")], None),
    ("no year to compare with", hurries_before_a_rule_date, [on("2025-05-01", quantity="24")], None),
    ("grows alone", outgrows_its_destination, [
        *ABROAD, on("2025-09-02", destination_country="SG", buyer_id="O", quantity="92"),
        on("2026-02-02", destination_country="SG", buyer_id="O", quantity="92"),
        on("2026-06-12", destination_country="SG")], 2.0),
    ("grows with all others", outgrows_its_destination, [
        on("2025-09-01", destination_country="MY"), on("2026-02-01", destination_country="MY", quantity="16"),
        on("2026-06-12", destination_country="MY", quantity="1")], 17 / 16),
    ("nothing in the half year before", outgrows_its_destination,
     [on("2026-02-01", destination_country="TH"), on("2026-06-12", destination_country="TH")], None),
]  # fmt: skip

SHORT: list[tuple[str, Feature, Rows, object]] = [
    ("the past begins too late to tell", began_after_the_controls, [on("2026-06-12")], None),
    ("but it is a customer since then", began_after_the_controls, [on("2026-06-12", buyer_id="since-2023")], True),
    (
        "an old customer may have bought before",
        began_after_the_controls,
        [on("2026-06-12", buyer_id="since-2019")],
        None,
    ),
    ("a sum of less than a year", tpp_of_the_customers_year, [on("2026-06-12")], None),
    ("unless it is much already", tpp_of_the_customers_year, [on("2026-06-12", quantity="1000")], 1000 * H100),
    ("a month that the past does not cover", splits_an_order, [on("2026-06-12")], None),
    ("unless it is split already", splits_an_order, [*SMALL, on("2026-06-12", quantity="25")], True),
    ("no day before the first", returns_after_a_long_silence, [on("2026-05-19")], None),
]
SINCE = [
    {"customer_id": f"since-{year}", "legal_name": f"Since {year}", "customer_since": f"{year}-03-01"}
    for year in (2019, 2023)
]


@pytest.fixture(scope="module")
def found(after: Callable[..., list[object]]) -> dict[str, object]:
    """What the last row of each case says, by the name of the case."""
    long = after([(feature, rows) for _, feature, rows, _ in LONG], "2015-01-01")
    short = after([(feature, rows) for _, feature, rows, _ in SHORT], "2026-05-19", SINCE)
    return dict(zip([name for name, *_ in (*LONG, *SHORT)], [*long, *short], strict=True))


@pytest.mark.parametrize(
    ("name", "expected"), [pytest.param(name, value, id=name) for name, _, _, value in (*LONG, *SHORT)]
)
def test_the_last_order_says(found: dict[str, object], name: str, expected: object) -> None:
    assert found[name] == (pytest.approx(expected) if isinstance(expected, float) else expected)


@pytest.mark.parametrize("each", FEATURES, ids=lambda each: each.name)
def test_without_any_past_nothing_is_said(each: Feature, value: Callable[..., object]) -> None:
    assert value(each, {}) is None
