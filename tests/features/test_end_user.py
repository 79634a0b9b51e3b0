"""Who will use the goods, and where: age, trade, web, address, power of the site."""

from collections.abc import Callable

import pandas as pd
import pytest

from features.end_user import (
    a_party_was_founded_after_the_controls,
    age_of_the_youngest_party,
    an_address_is_a_home_or_a_letter_box,
    business_does_not_use_such_chips,
    declines_installation_or_support,
    end_user_is_a_placeholder,
    kilowatts_a_chip,
    no_web_presence,
    the_site_cannot_power_the_order,
    the_site_is_not_confirmed,
)
from features.known import Known
from features.lines import with_facts
from features.reference.tables import Tables

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
        pytest.param({"contact_email": "mei@gmail.com"}, [{"website": ""}], True, id="free mail and no website"),
        pytest.param({"contact_email": "Mei <MEI@Gmail.com>"}, [{"website": ""}], True, id="with a display name"),
        pytest.param({"contact_email": "mei@gmail.com; a@b.example"}, [{"website": ""}], True, id="the first of two"),
        pytest.param({"contact_email": "mei@gmail.com"}, None, True, id="free mail and nobody looked for a website"),
        pytest.param({"contact_email": "mei@gmail.com"}, [{}], False, id="free mail, yet a website"),
        pytest.param({}, [{"website": ""}], False, id="company mail without a website"),
        pytest.param({"contact_email": ""}, [{}], False, id="a website without mail"),
        pytest.param({"contact_email": ""}, [{"website": ""}], None, id="neither mail nor website"),
        pytest.param({"contact_email": "by phone"}, [{"website": ""}], None, id="no mail address in the cell"),
        pytest.param({"contact_email": "mei@gmail.com", "order_date": ""}, [{"website": ""}], None, id="no date"),
        pytest.param(
            {"contact_email": "mei@gmail.com", "order_date": "1999-12-31"},
            [{"website": ""}],
            None,
            id="before the list",
        ),
    ],
)
def test_no_web_presence(value: Value, cells: dict[str, str], parties: Parties, expected: bool | None) -> None:
    assert value(no_web_presence, cells, parties) == expected


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
        pytest.param({"quantity": "1601"}, [{}], True, id="1601 H100 draw more than two megawatts"),
        pytest.param({"quantity": "1600"}, [{}], False, id="1600 H100 draw two megawatts"),
        pytest.param({"part_number": "DGX H100", "quantity": "201"}, [{}], True, id="servers are counted in chips"),
        pytest.param({"dc_power_mw": "", "quantity": "1601"}, [{"dc_power_mw": "2"}], True, id="power from the master"),
        pytest.param({"dc_power_mw": "500 kW", "quantity": "500"}, [{}], True, id="kilowatts are read as such"),
        pytest.param({"dc_power_mw": ""}, [{}], None, id="no power"),
        pytest.param({"quantity": ""}, [{}], None, id="no quantity"),
        pytest.param({"part_number": "XQ-1"}, [{}], None, id="no chip"),
        pytest.param({"quantity": "1601", "order_date": ""}, [{}], True, id="the rule of thumb has no date"),
    ],
)
def test_the_site_cannot_power_the_order(
    value: Value, cells: dict[str, str], parties: Parties, expected: bool | None
) -> None:
    assert value(the_site_cannot_power_the_order, cells, parties) == expected


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param({"quantity": "801"}, [True, True], id="two lines of an order draw together"),
        pytest.param({"quantity": "801", "order_id": "A-2"}, [False, False], id="another order's lines do not"),
        pytest.param({"quantity": "", "line_no": "2"}, [False, None], id="a line without quantity is not evaluated"),
        pytest.param({"quantity": "-800"}, [False, False], id="a return draws nothing"),
    ],
)
def test_the_lines_of_an_order_draw_together(
    orders: Callable[..., pd.DataFrame],
    known: Callable[..., Known],
    second: dict[str, str],
    expected: list[bool | None],
) -> None:
    lines = with_facts(orders({"quantity": "800"}, {"order_id": "A-1"} | second), known())
    answer = the_site_cannot_power_the_order(lines, known())
    assert [None if pd.isna(each) else each for each in answer] == expected


def test_a_return_does_not_make_room_for_another_line(
    orders: Callable[..., pd.DataFrame], known: Callable[..., Known]
) -> None:
    lines = with_facts(orders({"quantity": "1601"}, {"order_id": "A-1", "quantity": "-1601"}), known())
    assert the_site_cannot_power_the_order(lines, known()).iloc[0]


@pytest.mark.parametrize(
    ("chip", "kilowatts"),
    [
        pytest.param("A100 SXM4 80GB", 6.5 / 8, id="A100 is not A10"),
        pytest.param("A10", 1.5 / 8, id="A10"),
        pytest.param("L40S", 4.5 / 8, id="L40S is not L4"),
        pytest.param("L4", 1.5 / 8, id="L4"),
        pytest.param("H200 SXM 141GB", 10 / 8, id="H200 is not H20 and draws the same"),
        pytest.param("GB200 (per GPU)", 125 / 72, id="GB200 is not B200"),
        pytest.param("GH200 Grace Hopper", 1.0, id="GH200 is not H200"),
        pytest.param("Ascend 910C", 10 / 8, id="a chip without a rule of thumb takes the default"),
        pytest.param(None, None, id="no chip"),
    ],
)
def test_kilowatts_a_chip(tables: Tables, chip: str | None, kilowatts: float | None) -> None:
    answer = kilowatts_a_chip(pd.Series([chip], dtype="str"), tables).iloc[0]
    assert (None if pd.isna(answer) else answer) == (kilowatts and pytest.approx(kilowatts))


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param({"dc_infrastructure_confirmed": "no"}, [{}], True, id="not confirmed"),
        pytest.param({"dc_infrastructure_confirmed": "visited"}, [{}], False, id="visited"),
        pytest.param({"dc_infrastructure_confirmed": "documented"}, [{}], False, id="documented"),
        pytest.param({"dc_infrastructure_confirmed": "stated"}, [{}], None, id="merely stated"),
        pytest.param({"dc_infrastructure_confirmed": ""}, [{}], None, id="nothing said"),
        pytest.param(
            {"dc_infrastructure_confirmed": ""}, [{"dc_infrastructure_confirmed": "no"}], True, id="the master says no"
        ),
        pytest.param({"dc_infrastructure_confirmed": "no", "order_date": ""}, [{}], True, id="no table is asked"),
    ],
)
def test_the_site_is_not_confirmed(
    value: Value, cells: dict[str, str], parties: Parties, expected: bool | None
) -> None:
    assert value(the_site_is_not_confirmed, cells, parties) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"installation_declined": "Y", "support_declined": ""}, True, id="installation declined"),
        pytest.param({"installation_declined": "N", "support_declined": "Y"}, True, id="support declined"),
        pytest.param({}, False, id="both taken"),
        pytest.param({"support_declined": ""}, None, id="one taken, one not stated"),
        pytest.param({"installation_declined": "", "support_declined": ""}, None, id="neither stated"),
        pytest.param({"support_declined": "Y", "order_date": "2021-01-01"}, True, id="no table is asked: any day"),
    ],
)
def test_declines_installation_or_support(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(declines_installation_or_support, cells) == expected
