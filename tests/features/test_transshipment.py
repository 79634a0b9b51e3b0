"""How the goods get there: hubs of the day, forwarders at the end, routes the buyer controls."""

from collections.abc import Callable

import pytest

from features.transshipment import (
    a_later_export_is_intended,
    countries_after_the_seller,
    delivered_where_nobody_installs,
    goods_stay_in_a_hub_without_a_site,
    passes_a_hub,
    passes_d5_or_macau_on_the_way,
    port_of_unlading_is_outside_the_destination,
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
    ("cells", "expected"),
    [
        pytest.param({"delivery_place_type": "warehouse"}, True, id="a warehouse"),
        pytest.param({"delivery_place_type": "free zone"}, True, id="a free zone"),
        pytest.param({"delivery_place_type": "virtual office"}, True, id="a virtual office"),
        pytest.param({"ftz_id": "FTZ 049"}, True, id="the number of a trade zone"),
        pytest.param({"ult_consignee_address": "P.O. Box 12, Ulm"}, True, id="a post box"),
        pytest.param({"ult_consignee_address": "Postfach 30 12, Ulm"}, True, id="a post box in German"),
        pytest.param({"ult_consignee_address": "東京都港区 私書箱12号"}, True, id="a post box in Japanese"),
        pytest.param({"ult_consignee_address": "北京市邮政信箱 9 号"}, True, id="a post box in Chinese"),
        pytest.param({"ult_consignee_address": "B.P. 4012, Dakar"}, True, id="a post box in French, as letters"),
        pytest.param({"ult_consignee_address": "BP House, London 4"}, False, id="such letters without a number"),
        pytest.param({"ult_consignee_address": "Apartado 55, Lisboa"}, True, id="a post box in Portuguese"),
        pytest.param({"ult_consignee_address": "Caixa Postal 3"}, True, id="a post box in Brazil"),
        pytest.param({"ult_consignee_address": "ص.ب 123 دبي"}, True, id="a post box in Arabic"),
        pytest.param({"ult_consignee_address": "上海市外高桥保税区 12 号"}, True, id="a bonded zone in Chinese"),
        pytest.param({"ult_consignee_address": "5 Boxer Street, Ulm"}, False, id="a street that begins so"),
        pytest.param({"delivery_place_type": "", "order_date": ""}, None, id="the words are not looked up undated"),
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
        pytest.param(
            {"seller_country": "PR", "transit_countries": "US"}, 1.0, id="a territory is its parent's country"
        ),
        pytest.param({"order_date": "2021-01-01"}, 1.0, id="no table is asked: any day"),
    ],
)
def test_countries_after_the_seller(value: Value, cells: dict[str, str], expected: float | None) -> None:
    assert value(countries_after_the_seller, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"transit_countries": "HK"}, True, id="Hong Kong is treated as China"),
        pytest.param({"transit_countries": "NL;MO"}, True, id="Macau among the stops"),
        pytest.param({"inter_consignee_country": "CN"}, True, id="somebody in China takes possession"),
        pytest.param({"transit_countries": "SG"}, False, id="a hub that is in no such group"),
        pytest.param({"transit_countries": "direct"}, False, id="a direct route"),
        pytest.param(
            {"transit_countries": "HK", "destination_country": "CN"}, False, id="bound for such a place anyway"
        ),
        pytest.param({"transit_countries": "HK", "destination_country": "HK"}, False, id="the destination itself"),
        pytest.param({"transit_countries": "HK", "seller_country": "HK"}, False, id="the seller's own place"),
        pytest.param(
            {"transit_countries": "HK", "destination_country": ""}, True, id="a blank destination excuses nothing"
        ),
        pytest.param({}, None, id="no route"),
        pytest.param({"transit_countries": "NL;Atlantis"}, None, id="a stop that is not known"),
        pytest.param(
            {"transit_countries": "KH", "order_date": "2026-02-02"}, True, id="Cambodia on its last day in D:5"
        ),
        pytest.param({"transit_countries": "KH", "order_date": "2026-02-03"}, False, id="Cambodia the day after"),
        pytest.param({"transit_countries": "HK", "order_date": ""}, None, id="no date"),
    ],
)
def test_passes_d5_or_macau_on_the_way(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(passes_d5_or_macau_on_the_way, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(
            {
                "destination_country": "SG",
                "delivery_place_type": "warehouse",
                "dc_name": "",
                "dc_infrastructure_confirmed": "",
            },
            True,
            id="a store in Singapore",
        ),
        pytest.param(
            {"destination_country": "SG", "dc_name": "TBD", "dc_infrastructure_confirmed": ""},
            True,
            id="a site to be determined",
        ),
        pytest.param(
            {
                "destination_country": "SG",
                "delivery_place_type": "office",
                "dc_name": "",
                "dc_infrastructure_confirmed": "",
            },
            None,
            id="nothing said of a site: ask",
        ),
        pytest.param({"destination_country": "SG"}, False, id="a named site in Singapore"),
        pytest.param(
            {"destination_country": "SG", "delivery_place_type": "warehouse", "dc_name": ""},
            False,
            id="a site that was visited",
        ),
        pytest.param(
            {
                "destination_country": "SG",
                "delivery_place_type": "warehouse",
                "dc_name": "",
                "dc_infrastructure_confirmed": "stated",
            },
            True,
            id="a site merely stated is not named",
        ),
        pytest.param(
            {"dc_name": "", "delivery_place_type": "warehouse", "dc_infrastructure_confirmed": ""},
            False,
            id="a store elsewhere",
        ),
        pytest.param(
            {
                "destination_country": "",
                "delivery_place_type": "warehouse",
                "dc_name": "",
                "dc_infrastructure_confirmed": "",
            },
            None,
            id="no destination",
        ),
        pytest.param(
            {
                "destination_country": "SG",
                "delivery_place_type": "warehouse",
                "dc_name": "",
                "dc_infrastructure_confirmed": "",
                "order_date": "2025-02-26",
            },
            False,
            id="the day before it is listed",
        ),
        pytest.param(
            {
                "destination_country": "SG",
                "delivery_place_type": "warehouse",
                "dc_name": "",
                "dc_infrastructure_confirmed": "",
                "order_date": "2025-02-27",
            },
            True,
            id="the day it is listed",
        ),
    ],
)
def test_goods_stay_in_a_hub_without_a_site(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(goods_stay_in_a_hub_without_a_site, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"port_of_unlading": "SGSIN"}, True, id="a port in another country"),
        pytest.param({"port_of_unlading": "sg sin"}, True, id="written apart, in lower case"),
        pytest.param({"port_of_unlading": "NLRTM", "destination_country": "NL"}, False, id="a port at the destination"),
        pytest.param({}, False, id="Hamburg for Germany"),
        pytest.param({"port_of_unlading": "USMIA", "destination_country": "PR"}, False, id="the parent of a territory"),
        pytest.param({"port_of_unlading": "57035"}, None, id="a number of Schedule K"),
        pytest.param({"port_of_unlading": "Tokyo"}, None, id="a name that looks like a code"),
        pytest.param({"port_of_unlading": "HAM"}, None, id="an airport by three letters"),
        pytest.param({"port_of_unlading": ""}, None, id="not stated"),
        pytest.param({"port_of_unlading": "SGSIN", "destination_country": ""}, None, id="no destination"),
        pytest.param({"port_of_unlading": "SGSIN", "order_date": ""}, True, id="no table is asked: any day"),
    ],
)
def test_port_of_unlading_is_outside_the_destination(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(port_of_unlading_is_outside_the_destination, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"reexport_intended": "Y"}, True, id="meant to go on"),
        pytest.param({}, False, id="meant to stay"),
        pytest.param({"reexport_intended": "unknown"}, None, id="said to be unknown"),
        pytest.param({"reexport_intended": ""}, None, id="not stated"),
        pytest.param({"reexport_intended": "Y", "order_date": ""}, True, id="no table is asked: any day"),
    ],
)
def test_a_later_export_is_intended(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(a_later_export_is_intended, cells) == expected
