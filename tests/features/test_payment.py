"""Who pays, from where, and how much before delivery. No dated table is asked: the day changes nothing."""

from collections.abc import Callable

import pytest

from features.payment import paid_from_a_third_country, paid_in_full_in_advance, payer_is_no_party_of_the_order

Value = Callable[..., object]
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
        pytest.param({"payer_country": ""}, None, id="no payer's country"),
        pytest.param({"payer_country": "HK", "buyer_country": ""}, None, id="no buyer's country"),
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
        pytest.param({"payment_method": "cash"}, True, id="cash"),
        pytest.param({"payment_method": "crypto"}, True, id="a crypto currency"),
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
        pytest.param(NOTHING | {"payment_method": "wire"}, False, id="a wire alone"),
        pytest.param(NOTHING, None, id="nothing said"),
        pytest.param({"payment_method": "cash", "order_date": ""}, True, id="on any day"),
    ],
)
def test_paid_in_full_in_advance(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(paid_in_full_in_advance, cells) == expected
