"""Who pays, from where, how, and how much before delivery."""

from collections.abc import Callable

import pytest

from features.payment import (
    goods_go_to_the_bank_of_the_credit,
    paid_from_a_third_country,
    paid_from_d5_or_macau,
    paid_from_outside_the_country_of_registration,
    paid_in_cash_or_crypto,
    paid_in_full_in_advance,
    paid_through_a_hub,
    payer_is_no_party_of_the_order,
)

Value = Callable[..., object]
Parties = list[dict[str, str]] | None
NOTHING = {"payment_prepaid_share": "", "payment_terms": "", "payment_method": ""}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"payer_country": "HK"}, True, id="money from a country no party is in"),
        pytest.param({}, False, id="money from the buyer's country"),
        pytest.param({"payer_country": "FR", "end_user_country": "FR"}, False, id="money from the end user's country"),
        pytest.param({"payer_country": "FR", "ult_consignee_country": "FR"}, False, id="from the consignee's country"),
        pytest.param({"payer_country": "US"}, False, id="money from the seller's country"),
        pytest.param({"payer_country": "HK", "end_user_country": ""}, True, id="a blank party is not the payer's"),
        pytest.param({"payer_country": "PR"}, False, id="a territory of the seller's country"),
        pytest.param({"payer_country": ""}, None, id="no payer's country"),
        pytest.param({"payer_country": "HK", "buyer_country": ""}, True, id="a blank buyer is not the payer's"),
        pytest.param({"payer_country": "HK", "order_date": "2021-01-01"}, True, id="on any day"),
    ],
)
def test_paid_from_a_third_country(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(paid_from_a_third_country, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"payer_name": "Pearl Bridge Trading"}, True, id="somebody else pays"),
        pytest.param({"payer_name": "NORRHALL-COMPUTE GmbH"}, False, id="the buyer in another spelling"),
        pytest.param({"payer_name": "Vesthavn", "end_user_name": "Vesthavn A/S"}, False, id="the end user pays"),
        pytest.param({"payer_name": ""}, None, id="no payer"),
        pytest.param({"payer_name": "TBD", "end_user_name": "TBD"}, None, id="two placeholders are not one party"),
        pytest.param({"payer_name": "Pearl Bridge Trading", "order_date": ""}, True, id="on any day"),
    ],
)
def test_payer_is_no_party_of_the_order(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(payer_is_no_party_of_the_order, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"payment_prepaid_share": "100%"}, True, id="paid in full"),
        pytest.param({"payment_prepaid_share": "0.95"}, True, id="all but fees"),
        pytest.param({"payment_prepaid_share": "0.94"}, False, id="just under"),
        pytest.param({"payment_method": "cash"}, False, id="cash is told by a flag of its own"),
        pytest.param(NOTHING | {"payment_terms": "Cash in advance"}, True, id="the terms say in advance"),
        pytest.param(NOTHING | {"payment_terms": "100% T/T prior to shipment"}, True, id="all by wire beforehand"),
        pytest.param(NOTHING | {"payment_terms": "100% prepayment"}, True, id="all prepaid"),
        pytest.param(NOTHING | {"payment_terms": "款到发货 预付"}, True, id="prepaid, in Chinese"),
        pytest.param(NOTHING | {"payment_terms": "30% in advance, 70% on delivery"}, False, id="a part in advance"),
        pytest.param(NOTHING | {"payment_terms": "30 % T/T advance payment"}, False, id="a part by wire"),
        pytest.param(
            {"payment_terms": "in advance", "payment_prepaid_share": "0.3"}, False, id="a stated share decides"
        ),
        pytest.param({}, False, id="thirty days net"),
        pytest.param(NOTHING | {"payment_method": "wire"}, None, id="a wire says nothing of the day"),
        pytest.param(NOTHING, None, id="nothing said"),
        pytest.param({"payment_prepaid_share": "1", "order_date": ""}, True, id="on any day"),
    ],
)
def test_paid_in_full_in_advance(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(paid_in_full_in_advance, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"payer_country": "MY"}, True, id="money from a hub that no party is in"),
        pytest.param({"payer_country": "MY", "buyer_country": "MY"}, False, id="a buyer in the hub"),
        pytest.param({"payer_country": "FR"}, False, id="a third country that is no hub"),
        pytest.param({}, False, id="the buyer's own country"),
        pytest.param({"payer_country": ""}, None, id="no payer's country"),
        pytest.param({"payer_country": "MY", "buyer_country": ""}, True, id="no buyer's country explains it"),
        pytest.param({"payer_country": "MY", "order_date": "2025-05-12"}, False, id="the day before it is listed"),
        pytest.param({"payer_country": "MY", "order_date": "2025-05-13"}, True, id="the day it is listed"),
        pytest.param({"payer_country": "MY", "order_date": "2022-06-27"}, None, id="before hubs are listed"),
        pytest.param({"payer_country": "MY", "order_date": ""}, None, id="no date"),
    ],
)
def test_paid_through_a_hub(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(paid_through_a_hub, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"payer_country": "CN"}, True, id="money from China for an order in Germany"),
        pytest.param({"payer_country": "HK"}, True, id="Hong Kong is treated as China"),
        pytest.param({"payer_country": "HK", "end_user_country": "HK"}, False, id="a party is there"),
        pytest.param({"payer_country": "SG"}, False, id="a third country in no such group"),
        pytest.param({}, False, id="the buyer's own country"),
        pytest.param({"payer_country": ""}, None, id="no payer's country"),
        pytest.param({"payer_country": "CN", "order_date": ""}, None, id="no date"),
        pytest.param({"payer_country": "KH", "order_date": "2026-02-02"}, True, id="Cambodia on its last day in D:5"),
        pytest.param({"payer_country": "KH", "order_date": "2026-02-03"}, False, id="Cambodia the day after"),
    ],
)
def test_paid_from_d5_or_macau(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(paid_from_d5_or_macau, cells) == expected


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param({"payer_country": "HK"}, [{}], True, id="the buyer pays from abroad"),
        pytest.param({}, [{}], False, id="the buyer pays from home"),
        pytest.param({"payer_country": "HK", "payer_name": ""}, [{}], True, id="nobody else is said to pay"),
        pytest.param(
            {"payer_country": "HK", "payer_name": "Pearl Bridge"},
            [{}],
            None,
            id="another payer's register is not known",
        ),
        pytest.param(
            {"payer_country": "PR"}, [{"incorporation_country": "US"}], False, id="a territory is its parent's country"
        ),
        pytest.param({"payer_country": ""}, [{}], None, id="no payer's country"),
        pytest.param({}, [{"incorporation_country": ""}], None, id="no register"),
        pytest.param({}, None, None, id="no master"),
        pytest.param({"payer_country": "HK", "order_date": ""}, [{}], True, id="no table is asked: any day"),
    ],
)
def test_paid_from_outside_the_country_of_registration(
    value: Value, cells: dict[str, str], parties: Parties, expected: object
) -> None:
    assert value(paid_from_outside_the_country_of_registration, cells, parties) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"payment_method": "cash"}, True, id="cash"),
        pytest.param({"payment_method": "bitcoin"}, True, id="a crypto currency by its name"),
        pytest.param({}, False, id="a wire"),
        pytest.param({"payment_method": "other"}, None, id="another method is not told"),
        pytest.param({"payment_method": ""}, None, id="not stated"),
        pytest.param({"payment_method": "cash", "order_date": ""}, True, id="no table is asked: any day"),
    ],
)
def test_paid_in_cash_or_crypto(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(paid_in_cash_or_crypto, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(
            {"payment_method": "L/C", "ult_consignee_name": "Handelsbank of Ulm", "end_user_name": ""},
            False,
            id="a word that only holds the word bank",
        ),
        pytest.param(
            {"payment_method": "L/C", "ult_consignee_name": "Harbour Bank Ltd", "end_user_name": ""},
            True,
            id="a bank as consignee, and nobody behind it",
        ),
        pytest.param(
            {"payment_method": "L/C", "ult_consignee_name": "招远银行", "end_user_name": "TBD"},
            True,
            id="a Chinese bank, and a placeholder",
        ),
        pytest.param(
            {"payment_method": "L/C", "ult_consignee_name": "Harbour Bank Ltd"}, False, id="an end user is named"
        ),
        pytest.param(
            {
                "payment_method": "L/C",
                "ult_consignee_name": "Harbour Bank Ltd",
                "buyer_name": "Harbour Bank",
                "end_user_name": "",
            },
            False,
            id="a bank that buys for itself",
        ),
        pytest.param({"ult_consignee_name": "Harbour Bank Ltd", "end_user_name": ""}, False, id="paid by wire"),
        pytest.param({"payment_method": "L/C", "end_user_name": ""}, False, id="a company as consignee"),
        pytest.param(
            {"payment_method": "", "ult_consignee_name": "Harbour Bank Ltd", "end_user_name": ""}, None, id="no method"
        ),
        pytest.param({"payment_method": "L/C", "ult_consignee_name": "", "end_user_name": ""}, None, id="no consignee"),
        pytest.param(
            {"payment_method": "L/C", "ult_consignee_name": "Harbour Bank Ltd", "end_user_name": "", "order_date": ""},
            True,
            id="no table is asked: any day",
        ),
    ],
)
def test_goods_go_to_the_bank_of_the_credit(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(goods_go_to_the_bank_of_the_credit, cells) == expected
