"""Where the goods go: legal status of places and owners on the day of the order, nothing else about them."""

from collections.abc import Callable

import pytest

from features.destination_tier import (
    a_party_is_headquartered_in_d5_or_macau,
    a_party_is_registered_elsewhere_than_it_trades,
    a_party_sits_in_a_licence_group,
    destination_diffusion_tier,
    destination_is_in_a_licence_group,
    end_user_is_outside_the_destination,
    goods_go_to_d5_or_macau,
    headquarters_of_a_known_party_is_not_stated,
)

Value = Callable[..., object]
Parties = list[dict[str, str]] | None
OTHER_END_USER = {"end_user_name": "Vesthavn Data", "end_user_country": "DK"}
VESTHAVN = {"customer_id": "C-2", "legal_name": "Vesthavn Data", "party_country": "DK", "hq_country": "DK"}


def party(**cells: str) -> list[dict[str, str]]:
    """The master with the plain party alone, some of its cells changed."""
    return [cells]


@pytest.mark.parametrize(
    ("place", "date", "expected"),
    [
        pytest.param("CN", "2026-06-12", True, id="China"),
        pytest.param("HK", "2026-06-12", True, id="Hong Kong is treated as China"),
        pytest.param("MO", "2026-06-12", True, id="Macau is named beside the groups"),
        pytest.param("VN", "2026-06-12", True, id="a D:1 country"),
        pytest.param("SA", "2026-06-12", True, id="a D:4 country"),
        pytest.param("DE", "2026-06-12", False, id="an A:5 country"),
        pytest.param("TW", "2026-06-12", False, id="A:6 spares a place in D:3"),
        pytest.param("IL", "2026-06-12", False, id="A:6 spares a place in D:4"),
        pytest.param("MY", "2026-06-12", False, id="a hub is not a licence group"),
        pytest.param("PR", "2026-06-12", False, id="Puerto Rico is the United States"),
        pytest.param("KH", "2026-02-02", True, id="Cambodia on its last day in D:5"),
        pytest.param("KH", "2026-02-03", True, id="Cambodia out of D:5 and still in D:1"),
        pytest.param("AE", "2026-07-13", True, id="the Emirates in D:4"),
        pytest.param("AE", "2026-07-14", True, id="the Emirates in A:5 and still named"),
        pytest.param("CN", "2022-10-06", None, id="the groups are not known before October 2022"),
        pytest.param("CN", "2022-10-07", True, id="the groups from their first known day"),
        pytest.param("MO", "2021-06-16", None, id="a named place is not named before there was a rule"),
        pytest.param("", "2026-06-12", None, id="no destination"),
        pytest.param("CN", "", None, id="no date"),
        pytest.param("AE", "", None, id="no date for a named place"),
    ],
)
def test_destination_is_in_a_licence_group(value: Value, place: str, date: str, expected: bool | None) -> None:
    cells = {"destination_country": place, "order_date": date}
    assert value(destination_is_in_a_licence_group, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"end_user_country": "HK"}, True, id="an end user in such a group stands in"),
        pytest.param({"ult_consignee_country": "CN", "end_user_country": ""}, True, id="a consignee stands in"),
        pytest.param({"end_user_country": "DE"}, None, id="a German end user clears nothing"),
        pytest.param({"end_user_country": "HK", "order_date": ""}, None, id="not without a date"),
        pytest.param({"end_user_country": "HK", "destination_country": "DE"}, False, id="a stated destination decides"),
    ],
)
def test_a_blank_destination_hides_nobody(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(destination_is_in_a_licence_group, {"destination_country": ""} | cells) == expected


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param({}, party(), False, id="one party with headquarters and parent in Germany"),
        pytest.param({}, party(hq_country="CN"), True, id="headquarters in China"),
        pytest.param({}, party(ultimate_parent_country="CN"), True, id="a parent in China"),
        pytest.param({}, party(hq_country="HK"), True, id="headquarters in Hong Kong"),
        pytest.param({}, party(ultimate_parent_country="MO"), True, id="a parent in Macau"),
        pytest.param({}, party(hq_country="VN"), False, id="D:1 is not D:5"),
        pytest.param({}, party(hq_country=""), None, id="headquarters not stated"),
        pytest.param({}, party(hq_country="", ultimate_parent_country="CN"), True, id="one yes is enough"),
        pytest.param({}, None, None, id="no master"),
        pytest.param({"buyer_id": "", "buyer_country": "FR"}, party(), None, id="a buyer who is not in the master"),
        pytest.param(OTHER_END_USER, party(), None, id="an end user who is not in the master"),
        pytest.param(
            OTHER_END_USER,
            [{}, VESTHAVN | {"ultimate_parent_country": "CN"}],
            True,
            id="the end user's parent counts though the buyer is German",
        ),
        pytest.param(
            OTHER_END_USER, [{}, VESTHAVN | {"ultimate_parent_country": "DK"}], False, id="two parties, both known"
        ),
        pytest.param({"order_date": "2026-02-02"}, party(hq_country="KH"), True, id="Cambodia while in D:5"),
        pytest.param({"order_date": "2026-02-03"}, party(hq_country="KH"), False, id="Cambodia after it left D:5"),
        pytest.param({"order_date": "2022-10-06"}, party(hq_country="CN"), None, id="before the groups are known"),
        pytest.param({"order_date": ""}, party(hq_country="MO"), None, id="no date"),
    ],
)
def test_a_party_is_headquartered_in_d5_or_macau(
    value: Value, cells: dict[str, str], parties: list[dict[str, str]] | None, expected: bool | None
) -> None:
    assert value(a_party_is_headquartered_in_d5_or_macau, cells, parties) == expected


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param({}, party(hq_country=""), True, id="no headquarters in the master"),
        pytest.param({}, party(ultimate_parent_country=""), True, id="no parent in the master"),
        pytest.param({}, party(), False, id="both stated"),
        pytest.param(
            OTHER_END_USER,
            [{}, VESTHAVN | {"ultimate_parent_country": ""}],
            True,
            id="the end user's parent is not stated",
        ),
        pytest.param({}, None, None, id="no master"),
        pytest.param({"buyer_id": "C-9", "buyer_name": "Nobody"}, party(legal_name="X"), None, id="no party is found"),
        pytest.param({"order_date": "2021-01-01"}, party(hq_country=""), True, id="no table is asked: any day"),
    ],
)
def test_headquarters_of_a_known_party_is_not_stated(
    value: Value, cells: dict[str, str], parties: list[dict[str, str]] | None, expected: bool | None
) -> None:
    assert value(headquarters_of_a_known_party_is_not_stated, cells, parties) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({}, False, id="everybody at the destination"),
        pytest.param({"end_user_country": "FR"}, True, id="an end user next door"),
        pytest.param({"ult_consignee_country": "FR"}, True, id="a consignee next door"),
        pytest.param({"destination_country": "CN", "end_user_country": "HK"}, True, id="Hong Kong is not on the way"),
        pytest.param({"end_user_country": ""}, False, id="the consignee alone is at the destination"),
        pytest.param({"end_user_country": "", "ult_consignee_country": ""}, None, id="neither is stated"),
        pytest.param({"destination_country": ""}, None, id="no destination"),
        pytest.param({"destination_country": "", "end_user_country": "FR"}, True, id="apart whatever the destination"),
        pytest.param({"destination_country": "PR", "end_user_country": "US"}, True, id="the consignee stayed at home"),
        pytest.param(
            {"destination_country": "PR", "end_user_country": "US", "ult_consignee_country": "PR"},
            False,
            id="a territory is its parent's country",
        ),
        pytest.param({"order_date": "2021-01-01", "end_user_country": "FR"}, True, id="no table is asked: any day"),
    ],
)
def test_end_user_is_outside_the_destination(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(end_user_is_outside_the_destination, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"destination_country": "CN"}, True, id="China"),
        pytest.param({"destination_country": "HK"}, True, id="Hong Kong is treated as China"),
        pytest.param({"destination_country": "MO"}, True, id="Macau is named beside the groups"),
        pytest.param({"destination_country": "VN"}, False, id="D:1 is not D:5"),
        pytest.param({}, False, id="Germany"),
        pytest.param({"destination_country": ""}, None, id="no destination"),
        pytest.param({"destination_country": "CN", "order_date": ""}, None, id="no date"),
        pytest.param(
            {"destination_country": "KH", "order_date": "2026-02-02"}, True, id="Cambodia on its last day in D:5"
        ),
        pytest.param({"destination_country": "KH", "order_date": "2026-02-03"}, False, id="Cambodia the day after"),
    ],
)
def test_goods_go_to_d5_or_macau(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(goods_go_to_d5_or_macau, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"buyer_country": "CN"}, True, id="a Chinese buyer of goods that go to Germany"),
        pytest.param({"end_user_country": "SA"}, True, id="an end user in a D:4 country"),
        pytest.param({"ult_consignee_country": "AE"}, True, id="a consignee in the Emirates"),
        pytest.param({}, False, id="everybody in Germany"),
        pytest.param({"buyer_country": "SG"}, False, id="a hub is not a licence group"),
        pytest.param(
            {"buyer_country": "CN", "destination_country": "CN"}, False, id="the goods go there: told by another flag"
        ),
        pytest.param({"buyer_country": "CN", "destination_country": ""}, True, id="a blank destination clears nobody"),
        pytest.param({"end_user_country": ""}, None, id="an end user of unknown country"),
        pytest.param({"end_user_country": "", "buyer_country": "CN"}, True, id="one yes is enough"),
        pytest.param({"buyer_country": "CN", "order_date": ""}, None, id="no date"),
        pytest.param({"buyer_country": "CN", "order_date": "2022-10-06"}, None, id="before the groups are known"),
        pytest.param({"buyer_country": "CN", "order_date": "2022-10-07"}, True, id="from their first day"),
    ],
)
def test_a_party_sits_in_a_licence_group(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(a_party_sits_in_a_licence_group, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({}, 1.0, id="Germany"),
        pytest.param({"destination_country": "US"}, 1.0, id="the United States count as tier 1"),
        pytest.param({"destination_country": "SG"}, 2.0, id="Singapore"),
        pytest.param({"destination_country": "MO"}, 3.0, id="Macau"),
        pytest.param({"destination_country": "PR"}, 1.0, id="a territory follows its parent"),
        pytest.param({"destination_country": ""}, None, id="no destination"),
        pytest.param({"order_date": ""}, None, id="no date"),
        pytest.param({"order_date": "2025-01-12"}, None, id="nobody had a tier the day before the rule"),
        pytest.param({"order_date": "2025-01-13"}, 1.0, id="from the day of the rule"),
        pytest.param({"order_date": "2025-05-14"}, 1.0, id="a label still, when the rule was given up"),
    ],
)
def test_destination_diffusion_tier(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(destination_diffusion_tier, cells) == expected


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param({}, [{"incorporation_country": "VG"}], True, id="a German address and an island register"),
        pytest.param({}, [{}], False, id="registered where it trades"),
        pytest.param(
            {},
            [{"incorporation_country": "US", "party_country": "PR"}],
            False,
            id="a territory is its parent's country",
        ),
        pytest.param({}, [{"incorporation_country": ""}], None, id="register not stated"),
        pytest.param({}, [{"party_country": ""}], None, id="address not stated"),
        pytest.param({}, None, None, id="no master"),
        pytest.param(
            {"end_user_name": "Vesthavn Data", "end_user_country": "DK"},
            [{}],
            None,
            id="an end user who is not in the master",
        ),
        pytest.param(
            {"end_user_name": "Vesthavn Data", "end_user_country": "DK"},
            [
                {},
                {
                    "customer_id": "C-2",
                    "legal_name": "Vesthavn Data",
                    "party_country": "DK",
                    "incorporation_country": "SC",
                },
            ],
            True,
            id="the end user alone",
        ),
        pytest.param({"order_date": ""}, [{"incorporation_country": "VG"}], True, id="no table is asked: any day"),
    ],
)
def test_a_party_is_registered_elsewhere_than_it_trades(
    value: Value, cells: dict[str, str], parties: Parties, expected: object
) -> None:
    assert value(a_party_is_registered_elsewhere_than_it_trades, cells, parties) == expected
