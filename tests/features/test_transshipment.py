"""How the goods get there: hubs of the day, forwarders at the end, routes the buyer controls."""

from collections.abc import Callable

import pytest

from features.transshipment import (
    a_forwarder_is_the_last_named_party,
    countries_after_the_seller,
    delivered_where_nobody_installs,
    passes_a_hub,
    repackaging_is_requested,
    the_buyer_controls_the_carriage,
)

Value = Callable[..., object]
NO_PLACE = {"delivery_place_type": "", "ult_consignee_address": ""}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"transit_countries": "HK"}, True, id="a listed hub on the way is a detour"),
        pytest.param({"transit_countries": "FR > MY > NL"}, True, id="one hub among several stops"),
        pytest.param({"inter_consignee_country": "SG"}, True, id="somebody takes possession in a hub"),
        pytest.param({"transit_countries": "FR"}, False, id="a stop that is no hub"),
        pytest.param({"transit_countries": "SG", "destination_country": "SG"}, False, id="the destination itself"),
        pytest.param({"transit_countries": "SG", "seller_country": "SG"}, False, id="the seller's own country"),
        pytest.param({"transit_countries": "SG", "seller_country": ""}, True, id="a blank seller excuses no hub"),
        pytest.param({"transit_countries": "SG", "destination_country": ""}, True, id="a blank destination neither"),
        pytest.param({}, None, id="a route not stated is unknown, not direct"),
        pytest.param({"transit_countries": "direct"}, False, id="a route stated to be direct passes no hub"),
        pytest.param({"transit_countries": "HK", "order_date": ""}, None, id="no date"),
        pytest.param({"transit_countries": "SG", "order_date": "2025-02-26"}, False, id="the day before it is listed"),
        pytest.param({"transit_countries": "SG", "order_date": "2025-02-27"}, True, id="the day it is listed"),
        pytest.param({"transit_countries": "SG", "order_date": "2025-02-28"}, True, id="the day after it is listed"),
        pytest.param({"transit_countries": "HK", "order_date": "2024-06-17"}, True, id="Hong Kong under the old note"),
        pytest.param({"transit_countries": "HK", "order_date": "2024-06-18"}, True, id="Hong Kong under the new one"),
        pytest.param({"transit_countries": "HK", "order_date": "2022-06-27"}, None, id="before hubs are listed at all"),
        pytest.param(
            {"transit_countries": "HK", "order_date": "2022-06-28"}, False, id="from the first day of the list"
        ),
    ],
)
def test_passes_a_hub(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(passes_a_hub, cells) == expected


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
        pytest.param({"delivery_place_type": "warehouse"}, True, id="a warehouse"),
        pytest.param({"delivery_place_type": "free zone"}, True, id="a free zone"),
        pytest.param({"delivery_place_type": "virtual office"}, True, id="a virtual office"),
        pytest.param({"ftz_id": "FTZ 049"}, True, id="the number of a trade zone"),
        pytest.param({"ult_consignee_address": "P.O. Box 12, Ulm"}, True, id="a post box"),
        pytest.param({"ult_consignee_address": "Hall 3, Jebel Free Zone"}, True, id="a free zone in the address"),
        pytest.param({}, False, id="a data centre with a street"),
        pytest.param({"delivery_place_type": ""}, False, id="a street alone"),
        pytest.param({"ult_consignee_address": ""}, False, id="a data centre without a street"),
        pytest.param({"delivery_place_type": "unknown", "ult_consignee_address": ""}, None, id="said to be unknown"),
        pytest.param(NO_PLACE, None, id="no place"),
        pytest.param({"delivery_place_type": "warehouse", "order_date": "2021-01-01"}, True, id="no table is asked"),
    ],
)
def test_delivered_where_nobody_installs(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(delivered_where_nobody_installs, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"repackaging_requested": "Y"}, True, id="asked for"),
        pytest.param({"repackaging_requested": "N"}, False, id="not asked for"),
        pytest.param({"repackaging_requested": ""}, None, id="not stated"),
        pytest.param({"repackaging_requested": "Y", "order_date": ""}, True, id="no table is asked: any day"),
    ],
)
def test_repackaging_is_requested(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(repackaging_is_requested, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({}, 1.0, id="one country besides the seller's"),
        pytest.param({"transit_countries": "NL;FR"}, 3.0, id="two stops and the destination"),
        pytest.param({"transit_countries": "NL;DE;NL"}, 2.0, id="a country counts once"),
        pytest.param({"transit_countries": "US;NL"}, 2.0, id="the seller's own country does not count"),
        pytest.param({"inter_consignee_country": "CH", "end_user_country": "FR"}, 3.0, id="parties count too"),
        pytest.param({"seller_country": "", "transit_countries": "NL"}, 2.0, id="a blank seller takes nothing off"),
        pytest.param(
            {"destination_country": "US", "ult_consignee_country": "US", "end_user_country": "US"}, 0.0, id="home"
        ),
        pytest.param({"end_user_country": ""}, None, id="no stop, no intermediary, no end user"),
        pytest.param({"order_date": "2021-01-01"}, 1.0, id="no table is asked: any day"),
    ],
)
def test_countries_after_the_seller(value: Value, cells: dict[str, str], expected: float | None) -> None:
    assert value(countries_after_the_seller, cells) == expected
