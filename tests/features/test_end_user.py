"""Who will use the goods: name, age, trade, size, address."""

from collections.abc import Callable

import pandas as pd
import pytest

from features.end_user import (
    a_party_was_founded_after_november_2023,
    a_party_was_founded_after_the_controls,
    age_of_the_youngest_party,
    an_address_is_a_home_or_a_letter_box,
    business_does_not_use_such_chips,
    end_user_is_a_placeholder,
    end_user_is_the_reseller_itself,
    order_usd,
    order_value_a_head,
    order_value_against_revenue,
    two_parties_share_an_address,
    years_as_a_customer,
)
from features.known import Known
from features.lines import with_facts

Value = Callable[..., object]
Parties = list[dict[str, str]] | None
OTHER_END_USER = {"end_user_name": "Vesthavn Data", "end_user_country": "DK"}
VESTHAVN = {"customer_id": "C-2", "legal_name": "Vesthavn Data", "party_country": "DK"}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"end_user_name": "T.B.D."}, True, id="to be determined"),
        pytest.param({"end_user_name": "Various customers"}, True, id="various customers"),
        pytest.param({"end_user_name": "- stock -"}, True, id="stock"),
        pytest.param({"end_user_name": "Stock Exchange of Ulm"}, False, id="a name that holds such a word"),
        pytest.param({}, False, id="a name"),
        pytest.param({"end_user_name": ""}, None, id="an empty cell is asked about, not counted"),
        pytest.param({"end_user_name": "TBD", "order_date": "2021-01-01"}, True, id="no table is asked: any day"),
    ],
)
def test_end_user_is_a_placeholder(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(end_user_is_a_placeholder, cells) == expected


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param({}, [{"incorporation_date": "2022-10-06"}], False, id="founded the day before the controls"),
        pytest.param({}, [{"incorporation_date": "2022-10-07"}], True, id="founded on the day of the controls"),
        pytest.param({}, [{"incorporation_date": "2022-10-08"}], True, id="founded the day after the controls"),
        pytest.param({}, [{"incorporation_date": ""}], None, id="no founding date"),
        pytest.param({}, None, None, id="no master"),
        pytest.param(OTHER_END_USER, [{}], None, id="an old buyer says nothing of an unknown end user"),
        pytest.param(
            OTHER_END_USER, [{}, VESTHAVN | {"incorporation_date": "2024-02-01"}], True, id="a young end user"
        ),
        pytest.param({}, [{"incorporation_date": "2026-06-13"}], None, id="founded after the order: a wrong date"),
        pytest.param({"order_date": ""}, [{"incorporation_date": "2024-02-01"}], None, id="no order date"),
    ],
)
def test_a_party_was_founded_after_the_controls(
    value: Value, cells: dict[str, str], parties: Parties, expected: bool | None
) -> None:
    assert value(a_party_was_founded_after_the_controls, cells, parties) == expected


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param({}, [{"incorporation_date": "2022-06-12"}], 1461 / 365.25, id="four years to the day"),
        pytest.param({}, [{"incorporation_date": "2026-06-12"}], 0.0, id="founded on the day of the order"),
        pytest.param(
            OTHER_END_USER,
            [{}, VESTHAVN | {"incorporation_date": "2024-06-12"}],
            730 / 365.25,
            id="the younger of buyer and end user",
        ),
        pytest.param({}, [{"incorporation_date": ""}], None, id="no founding date"),
        pytest.param({}, None, None, id="no master"),
        pytest.param({}, [{"incorporation_date": "2026-06-13"}], None, id="founded after the order: a wrong date"),
        pytest.param({"order_date": ""}, [{}], None, id="no order date"),
    ],
)
def test_age_of_the_youngest_party(
    value: Value, cells: dict[str, str], parties: Parties, expected: float | None
) -> None:
    assert value(age_of_the_youngest_party, cells, parties) == (expected and pytest.approx(expected))


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param({}, [{"business_type": "forwarder"}], True, id="a forwarder"),
        pytest.param({}, [{"business_type": "trading company"}], True, id="a trader"),
        pytest.param({}, [{"business_type": "university"}], False, id="a university"),
        pytest.param({}, [{"business_type": "reseller"}], None, id="a reseller is neither raised nor cleared"),
        pytest.param({}, [{"business_type": "unknown"}], None, id="a trade said to be unknown"),
        pytest.param({}, [{"business_type": ""}], None, id="no trade"),
        pytest.param({}, None, None, id="no master"),
        pytest.param(OTHER_END_USER, [{}], None, id="a fitting buyer says nothing of an unknown end user"),
        pytest.param(
            OTHER_END_USER, [{}, VESTHAVN | {"business_type": "trading_company"}], True, id="the end user is a trader"
        ),
        pytest.param({"order_date": "2022-10-06"}, [{"business_type": "forwarder"}], None, id="before it was judged"),
        pytest.param({"order_date": "2022-10-07"}, [{"business_type": "forwarder"}], True, id="from its first day"),
        pytest.param({"order_date": ""}, [{"business_type": "forwarder"}], None, id="no date"),
    ],
)
def test_business_does_not_use_such_chips(
    value: Value, cells: dict[str, str], parties: Parties, expected: bool | None
) -> None:
    assert value(business_does_not_use_such_chips, cells, parties) == expected


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param({"delivery_place_type": "residential"}, [{}], True, id="delivered to a home"),
        pytest.param({}, [{"address_type": "registered agent"}], True, id="the buyer sits at a registered agent"),
        pytest.param({}, [{"address_type": "virtual office"}], True, id="the buyer has a virtual office"),
        pytest.param(OTHER_END_USER, [{}, VESTHAVN | {"address_type": "residential"}], True, id="the end user's home"),
        pytest.param({}, [{}], False, id="an office and a data centre"),
        pytest.param({"delivery_place_type": ""}, [{"address_type": "unknown"}], None, id="said to be unknown"),
        pytest.param({"delivery_place_type": ""}, [{"address_type": ""}], None, id="no type at all"),
        pytest.param({"delivery_place_type": ""}, None, None, id="no type and no master"),
        pytest.param({"delivery_place_type": "residential", "order_date": ""}, [{}], True, id="no table is asked"),
    ],
)
def test_an_address_is_a_home_or_a_letter_box(
    value: Value, cells: dict[str, str], parties: Parties, expected: bool | None
) -> None:
    assert value(an_address_is_a_home_or_a_letter_box, cells, parties) == expected


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param({}, [{"business_type": "reseller"}], True, id="a reseller as end user"),
        pytest.param({}, [{"business_type": "distributor"}], True, id="a distributor"),
        pytest.param({}, [{"business_type": "trading company"}], True, id="a trader"),
        pytest.param({}, [{}], False, id="a cloud company"),
        pytest.param(
            {"end_user_name": "Vesthavn Data", "end_user_country": "DK"},
            [{"business_type": "reseller"}],
            None,
            id="a reseller who names an unknown customer",
        ),
        pytest.param({}, [{"business_type": "unknown"}], None, id="a trade said to be unknown"),
        pytest.param({"end_user_name": ""}, [{"business_type": "reseller"}], None, id="no end user"),
        pytest.param({}, None, None, id="no master"),
        pytest.param({"order_date": ""}, [{"business_type": "reseller"}], True, id="no table is asked: any day"),
    ],
)
def test_end_user_is_the_reseller_itself(
    value: Value, cells: dict[str, str], parties: Parties, expected: object
) -> None:
    assert value(end_user_is_the_reseller_itself, cells, parties) == expected


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param({}, [{"incorporation_date": "2023-11-16"}], False, id="founded the day before"),
        pytest.param({}, [{"incorporation_date": "2023-11-17"}], True, id="founded on the day of the second controls"),
        pytest.param({}, [{"incorporation_date": "2023-11-18"}], True, id="founded the day after"),
        pytest.param({}, [{"incorporation_date": ""}], None, id="no founding date"),
        pytest.param({}, None, None, id="no master"),
        pytest.param({}, [{"incorporation_date": "2026-06-13"}], None, id="founded after the order: a wrong date"),
    ],
)
def test_a_party_was_founded_after_november_2023(
    value: Value, cells: dict[str, str], parties: Parties, expected: object
) -> None:
    assert value(a_party_was_founded_after_november_2023, cells, parties) == expected


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param({}, [{"customer_since": "2024-06-12"}], 1.998631074606434, id="two years"),
        pytest.param({}, [{"customer_since": "2026-06-12"}], 0.0, id="since the day of the order"),
        pytest.param({}, [{"customer_since": "2026-06-13"}], None, id="a customer only later: a wrong date"),
        pytest.param({}, [{"customer_since": ""}], None, id="not stated"),
        pytest.param({}, None, None, id="no master"),
        pytest.param({"order_date": ""}, [{}], None, id="no order date"),
    ],
)
def test_years_as_a_customer(value: Value, cells: dict[str, str], parties: Parties, expected: object) -> None:
    assert value(years_as_a_customer, cells, parties) == (expected and pytest.approx(expected))


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param({}, [{}], 2000.0, id="240,000 dollars and 120 people"),
        pytest.param({}, [{"employees": "0"}], 240000.0, id="nobody employed counts as one"),
        pytest.param({"currency": "EUR"}, [{}], None, id="euros are not converted"),
        pytest.param({}, [{"employees": ""}], None, id="no staff"),
        pytest.param({}, None, None, id="no master"),
        pytest.param({"order_date": ""}, [{}], 2000.0, id="no table is asked: any day"),
    ],
)
def test_order_value_a_head(value: Value, cells: dict[str, str], parties: Parties, expected: object) -> None:
    assert value(order_value_a_head, cells, parties) == expected


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param({}, [{}], 0.006, id="240,000 of 40 million dollars"),
        pytest.param({}, [{"annual_revenue": "100"}], 1000.0, id="no more than a thousand years"),
        pytest.param({}, [{"annual_revenue": "0"}], None, id="a company without revenue yet"),
        pytest.param({}, [{"annual_revenue": ""}], None, id="not stated"),
        pytest.param({"unit_price": ""}, [{}], None, id="no value"),
        pytest.param({}, None, None, id="no master"),
        pytest.param({"order_date": ""}, [{}], 0.006, id="no table is asked: any day"),
    ],
)
def test_order_value_against_revenue(value: Value, cells: dict[str, str], parties: Parties, expected: object) -> None:
    assert value(order_value_against_revenue, cells, parties) == (expected and pytest.approx(expected))


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param({}, [480_000.0, 480_000.0], id="the lines of an order count together"),
        pytest.param({"quantity": "-8"}, [240_000.0, 240_000.0], id="a return takes nothing off"),
        pytest.param({"order_id": "A-2"}, [240_000.0, 240_000.0], id="another order's lines do not"),
        pytest.param({"unit_price": ""}, [None, None], id="a line without value leaves the order open"),
        pytest.param({"order_id": ""}, [240_000.0, 240_000.0], id="a line without an order stands alone"),
    ],
)
def test_order_usd(
    orders: Callable[..., pd.DataFrame],
    known: Callable[..., Known],
    second: dict[str, str],
    expected: list[float | None],
) -> None:
    found = order_usd(with_facts(orders({}, {"order_id": "A-1"} | second), known()))
    assert [None if pd.isna(each) else each for each in found] == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(
            {"end_user_name": "Vesthavn Data", "buyer_address": "4, Rosen-Gasse ULM"},
            True,
            id="buyer and end user under one roof",
        ),
        pytest.param({"ult_consignee_name": "Pearl Works"}, True, id="consignee and end user under one roof"),
        pytest.param({}, False, id="one company"),
        pytest.param(
            {
                "end_user_name": "Vesthavn Data",
                "end_user_address": "9 Havnevej, Odense",
                "ult_consignee_name": "Vesthavn Data",
            },
            False,
            id="two companies at two places",
        ),
        pytest.param(
            {"ult_consignee_name": "Ostwind Spedition", "forwarder_address": "4 Rosengasse, Ulm"},
            False,
            id="the forwarder's address is told elsewhere",
        ),
        pytest.param({"end_user_name": "Vesthavn Data", "end_user_address": ""}, None, id="an address is not stated"),
        pytest.param({"end_user_name": ""}, None, id="an end user is not named"),
        pytest.param(
            {"end_user_name": "Vesthavn Data", "end_user_address": "Ulm", "buyer_address": "Ulm"},
            None,
            id="a town is no address",
        ),
        pytest.param({"ult_consignee_name": "Pearl Works", "order_date": ""}, True, id="no table is asked: any day"),
    ],
)
def test_two_parties_share_an_address(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(two_parties_share_an_address, cells) == expected
