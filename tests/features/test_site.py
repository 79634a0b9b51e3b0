"""The site the goods go to: power, name, address, country, operator, proof of place."""

from collections.abc import Callable

import pandas as pd
import pytest

from features.known import Known
from features.lines import with_facts
from features.reference.tables import Tables
from features.site import (
    data_centre_is_outside_the_destination,
    kilowatts_a_chip,
    location_is_not_verified,
    power_the_order_needs,
    site_address_is_vague,
    the_operator_is_not_the_end_user,
    the_site_cannot_power_the_order,
    the_site_is_a_placeholder,
    the_site_is_not_confirmed,
)

Value = Callable[..., object]
Parties = list[dict[str, str]] | None


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
        pytest.param(
            {"quantity": "", "line_no": "2"}, [None, None], id="a line without quantity leaves the order open"
        ),
        pytest.param(
            {"quantity": "", "line_no": "2", "part_number": "CBL-1", "eccn": "EAR99"},
            [False, None],
            id="a cable without quantity leaves nothing open",
        ),
        pytest.param(
            {"quantity": "", "line_no": "2", "dc_power_mw": "0.1"}, [None, None], id="nor does its own power help"
        ),
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
        pytest.param({"quantity": "1600"}, [{}], 1.0, id="1600 H100 draw what the site has"),
        pytest.param({"quantity": "160"}, [{}], 0.1, id="a tenth of it"),
        pytest.param({"dc_power_mw": "", "quantity": "1600"}, [{"dc_power_mw": "4"}], 0.5, id="power from the master"),
        pytest.param({"quantity": "-8"}, [{}], 0.0, id="a return draws nothing"),
        pytest.param({"dc_power_mw": "0.00001", "quantity": "5000"}, [{}], 100.0, id="no more than a hundred times"),
        pytest.param({"dc_power_mw": ""}, [{}], None, id="no power"),
        pytest.param({"quantity": ""}, [{}], None, id="no quantity"),
        pytest.param({"part_number": "XQ-1"}, [{}], None, id="no chip"),
        pytest.param({"quantity": "1600", "order_date": ""}, [{}], 1.0, id="the rule of thumb has no date"),
    ],
)
def test_power_the_order_needs(value: Value, cells: dict[str, str], parties: Parties, expected: object) -> None:
    assert value(power_the_order_needs, cells, parties) == (expected and pytest.approx(expected))


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
    ("cells", "parties", "expected"),
    [
        pytest.param({"dc_country": "MY"}, [{}], True, id="a site in another country"),
        pytest.param({}, [{}], False, id="a site at the destination"),
        pytest.param({"dc_country": ""}, [{"dc_country": "MY"}], True, id="the master knows the site"),
        pytest.param(
            {"dc_country": "US", "destination_country": "PR"}, [{}], False, id="a territory is its parent's country"
        ),
        pytest.param({"dc_country": ""}, [{}], None, id="no site"),
        pytest.param({"dc_country": "MY", "destination_country": ""}, [{}], None, id="no destination"),
        pytest.param({"dc_country": "MY", "order_date": ""}, [{}], True, id="no table is asked: any day"),
    ],
)
def test_data_centre_is_outside_the_destination(
    value: Value, cells: dict[str, str], parties: Parties, expected: object
) -> None:
    assert value(data_centre_is_outside_the_destination, cells, parties) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"dc_name": "TBD"}, True, id="to be determined"),
        pytest.param({"dc_name": "- various -"}, True, id="various"),
        pytest.param({}, False, id="a name"),
        pytest.param({"dc_name": ""}, None, id="an empty cell is asked about, not counted"),
        pytest.param({"dc_name": "TBD", "order_date": ""}, True, id="no table is asked: any day"),
    ],
)
def test_the_site_is_a_placeholder(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(the_site_is_a_placeholder, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"dc_location": "Kuala Lumpur"}, True, id="a town"),
        pytest.param({"dc_location": "as per order"}, True, id="a placeholder"),
        pytest.param({"dc_location": "Hall 3"}, True, id="too short for a street"),
        pytest.param({}, False, id="a street and a number"),
        pytest.param({"dc_location": "48.40, 9.99"}, False, id="coordinates"),
        pytest.param({"dc_location": "", "end_user_address": "Ulm, Germany"}, True, id="the end user's town stands in"),
        pytest.param({"dc_location": "", "end_user_address": ""}, None, id="no address"),
        pytest.param({"dc_location": "Kuala Lumpur", "order_date": ""}, True, id="no table is asked: any day"),
    ],
)
def test_site_address_is_vague(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(site_address_is_vague, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"location_verification": "none"}, True, id="no proof of place"),
        pytest.param({}, False, id="by telemetry"),
        pytest.param({"location_verification": "audited"}, False, id="by an audit"),
        pytest.param({"location_verification": "attested"}, None, id="merely attested"),
        pytest.param({"location_verification": ""}, None, id="not stated"),
        pytest.param({"location_verification": "none", "order_date": ""}, True, id="no table is asked: any day"),
    ],
)
def test_location_is_not_verified(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(location_is_not_verified, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"dc_operator": "Pearl Colocation"}, True, id="another operator"),
        pytest.param({}, False, id="the end user runs it"),
        pytest.param(
            {"dc_operator": "NORRHALL COMPUTE GmbH", "end_user_name": "Vesthavn"}, False, id="the buyer runs it"
        ),
        pytest.param({"dc_operator": ""}, None, id="not stated"),
        pytest.param({"dc_operator": "TBD"}, None, id="a placeholder runs nothing"),
        pytest.param({"dc_operator": "Pearl Colocation", "order_date": ""}, True, id="no table is asked: any day"),
    ],
)
def test_the_operator_is_not_the_end_user(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(the_operator_is_not_the_end_user, cells) == expected


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param({"quantity": "800"}, [1.0, 1.0], id="two lines of an order draw together"),
        pytest.param({"quantity": ""}, [None, None], id="a line without quantity leaves the order open"),
        pytest.param({"quantity": "800", "order_id": "A-2"}, [0.5, 0.5], id="another order's lines do not"),
    ],
)
def test_the_power_of_an_order_is_that_of_its_lines(
    orders: Callable[..., pd.DataFrame],
    known: Callable[..., Known],
    second: dict[str, str],
    expected: list[float | None],
) -> None:
    found = power_the_order_needs(
        with_facts(orders({"quantity": "800"}, {"order_id": "A-1"} | second), known()), known()
    )
    assert [None if pd.isna(each) else each for each in found] == expected


def test_what_is_too_much_stays_too_much(orders: Callable[..., pd.DataFrame], known: Callable[..., Known]) -> None:
    lines = with_facts(orders({"quantity": "3200"}, {"order_id": "A-1", "quantity": ""}), known())
    assert power_the_order_needs(lines, known()).iloc[0] == pytest.approx(2.0)
