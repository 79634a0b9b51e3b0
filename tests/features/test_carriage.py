"""Who carries the goods and how: forwarders, notify parties, means of transport, filings."""

from collections.abc import Callable

import pytest

from features.carriage import (
    a_forwarder_is_the_last_named_party,
    delivered_to_the_forwarders_address,
    filed_after_departure,
    forwarder_is_in_a_third_country,
    notify_party_is_no_party_of_the_order,
    sent_by_hand_or_mail,
    the_buyer_controls_the_carriage,
)

Value = Callable[..., object]


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param({"ult_consignee_name": "Norrhall Logistics GmbH"}, [{}], True, id="a name of the trade"),
        pytest.param({"ult_consignee_name": "OSTWIND Spedition."}, [{}], True, id="the forwarder of the same order"),
        pytest.param({"ult_consignee_name": "锦程国际货运有限公司"}, [{}], True, id="a Chinese name of the trade"),
        pytest.param({"delivery_place_type": "forwarder"}, [{}], True, id="delivered to a forwarder"),
        pytest.param({}, [{"business_type": "forwarder"}], True, id="the master says so"),
        pytest.param({}, [{"business_type": "trading_company"}], True, id="a trader"),
        pytest.param({}, [{}], False, id="a cloud company as consignee"),
        pytest.param({}, None, False, id="no master, and a name that is not of the trade"),
        pytest.param({"ult_consignee_name": ""}, [{}], None, id="no consignee"),
        pytest.param({"ult_consignee_name": "TBD"}, [{}], None, id="a placeholder is no consignee"),
        pytest.param({"ult_consignee_name": "TBD", "forwarder_name": "TBD"}, [{}], None, id="two blanks are not alike"),
        pytest.param({"order_date": "2021-01-01"}, [{}], False, id="no table is asked: any day"),
    ],
)
def test_a_forwarder_is_the_last_named_party(
    value: Value, cells: dict[str, str], parties: list[dict[str, str]] | None, expected: bool | None
) -> None:
    assert value(a_forwarder_is_the_last_named_party, cells, parties) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"routed_transaction": "Y", "incoterm": "EXW"}, True, id="routed, ex works"),
        pytest.param({"routed_transaction": "Y", "incoterm": "fca"}, True, id="routed, free carrier"),
        pytest.param({"routed_transaction": "Y", "incoterm": "DDP"}, False, id="routed, yet the seller delivers"),
        pytest.param({"routed_transaction": "N", "incoterm": "EXW"}, False, id="not routed"),
        pytest.param({"routed_transaction": "", "incoterm": "EXW"}, None, id="not said whether routed"),
        pytest.param({"routed_transaction": "Y", "incoterm": ""}, None, id="no term"),
        pytest.param({"routed_transaction": "", "incoterm": ""}, None, id="neither"),
        pytest.param({"routed_transaction": "", "incoterm": "DDP"}, False, id="the term alone rules it out"),
        pytest.param(
            {"routed_transaction": "Y", "incoterm": "EXW", "order_date": "2021-01-01"}, True, id="no table is asked"
        ),
    ],
)
def test_the_buyer_controls_the_carriage(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(the_buyer_controls_the_carriage, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"forwarder_country": "HK"}, True, id="a forwarder in neither country"),
        pytest.param({}, False, id="a forwarder at the destination"),
        pytest.param({"forwarder_country": "US"}, False, id="a forwarder in the seller's country"),
        pytest.param({"forwarder_country": "PR"}, False, id="a territory is its parent"),
        pytest.param(
            {"forwarder_country": "HK", "destination_country": "CN"}, True, id="Hong Kong stays itself on a route"
        ),
        pytest.param(
            {"forwarder_country": "HK", "destination_country": ""}, None, id="no destination: it may be the same"
        ),
        pytest.param(
            {"destination_country": "", "forwarder_country": "US"}, False, id="the seller's country is enough"
        ),
        pytest.param({"forwarder_country": ""}, None, id="not stated"),
        pytest.param({"forwarder_country": "HK", "order_date": ""}, True, id="no table is asked: any day"),
    ],
)
def test_forwarder_is_in_a_third_country(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(forwarder_is_in_a_third_country, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(
            {"ult_consignee_address": "7, Hafen-Weg / HAMBURG"}, True, id="the forwarder's address in another spelling"
        ),
        pytest.param({}, False, id="another address"),
        pytest.param({"forwarder_address": ""}, None, id="the forwarder's address is not stated"),
        pytest.param({"ult_consignee_address": ""}, None, id="the consignee's address is not stated"),
        pytest.param(
            {"ult_consignee_address": "Hamburg", "forwarder_address": "Hamburg"}, None, id="a town is no address"
        ),
        pytest.param(
            {"ult_consignee_address": "7 Hafenweg, Hamburg", "order_date": ""}, True, id="no table is asked: any day"
        ),
    ],
)
def test_delivered_to_the_forwarders_address(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(delivered_to_the_forwarders_address, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"notify_party_name": "Pearl Bridge Holding"}, True, id="somebody who has no other part"),
        pytest.param({}, False, id="the consignee"),
        pytest.param({"notify_party_name": "NORRHALL COMPUTE GmbH"}, False, id="the consignee in another spelling"),
        pytest.param({"notify_party_name": "Ostwind Spedition"}, False, id="the forwarder of the order"),
        pytest.param({"notify_party_name": "Same as consignee"}, False, id="the same as the consignee"),
        pytest.param({"notify_party_name": "Adler Customs Brokers"}, None, id="a broker clears the goods for others"),
        pytest.param({"notify_party_name": ""}, None, id="nobody is stated"),
        pytest.param({"notify_party_name": "TBD"}, None, id="a placeholder is nobody"),
        pytest.param(
            {"notify_party_name": "Pearl Bridge Holding", "order_date": ""}, True, id="no table is asked: any day"
        ),
    ],
)
def test_notify_party_is_no_party_of_the_order(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(notify_party_is_no_party_of_the_order, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"mode_of_transport": "hand carry"}, True, id="in somebody's hands"),
        pytest.param({"mode_of_transport": "50"}, True, id="by mail, as its code"),
        pytest.param({}, False, id="by air"),
        pytest.param({"mode_of_transport": "other"}, None, id="another mode is not told"),
        pytest.param({"mode_of_transport": ""}, None, id="not stated"),
        pytest.param({"mode_of_transport": "mail", "order_date": ""}, True, id="no table is asked: any day"),
    ],
)
def test_sent_by_hand_or_mail(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(sent_by_hand_or_mail, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"filing_option": "4"}, True, id="option 4 for a class a item"),
        pytest.param({"filing_option": "Option 4"}, True, id="the option in words"),
        pytest.param({"filing_option": "Post-departure"}, True, id="filed after departure"),
        pytest.param({}, False, id="option 2"),
        pytest.param(
            {"filing_option": "4", "part_number": "CBL-1", "eccn": "EAR99", "item_description": "cable"},
            False,
            id="an item under no control",
        ),
        pytest.param(
            {"filing_option": "4", "part_number": "XQ-1", "eccn": "", "item_description": "module"},
            None,
            id="a class that is not known",
        ),
        pytest.param({"filing_option": "4", "order_date": "2021-06-16"}, False, id="before there was a control"),
        pytest.param({"filing_option": "4", "order_date": ""}, None, id="no date, no class"),
        pytest.param({"filing_option": "9"}, None, id="no such option"),
        pytest.param({"filing_option": ""}, None, id="not stated"),
    ],
)
def test_filed_after_departure(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(filed_after_departure, cells) == expected
