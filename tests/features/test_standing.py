"""What the seller's own files say of a party: due diligence, owners, links, sites."""

from collections.abc import Callable

import pytest

from features.standing import (
    a_listed_party_owns_a_share,
    a_party_has_a_military_or_state_link,
    an_address_sounds_military,
    due_diligence_is_old,
    due_diligence_rated_it_high,
)

Value = Callable[..., object]
Parties = list[dict[str, str]] | None


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param({}, [{"kyc_date": "2025-06-11"}], True, id="a year and a day ago"),
        pytest.param({}, [{"kyc_date": "2025-06-12"}], False, id="a year ago to the day"),
        pytest.param({}, [{"kyc_date": "2025-06-13"}], False, id="a day less than a year"),
        pytest.param({}, [{"kyc_date": "2026-07-01"}], False, id="reviewed after the order"),
        pytest.param({}, [{"kyc_date": ""}], None, id="no review"),
        pytest.param({}, None, None, id="no master"),
        pytest.param(
            {"end_user_name": "Vesthavn Data", "end_user_country": "DK"}, [{}], None, id="an end user nobody reviewed"
        ),
        pytest.param({"order_date": ""}, [{"kyc_date": "2020-01-01"}], None, id="no order date"),
    ],
)
def test_due_diligence_is_old(value: Value, cells: dict[str, str], parties: Parties, expected: object) -> None:
    assert value(due_diligence_is_old, cells, parties) == expected


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param({}, [{"kyc_risk_rating": "high"}], True, id="rated high"),
        pytest.param({}, [{"kyc_risk_rating": "prohibited"}], True, id="rated prohibited"),
        pytest.param({}, [{"kyc_risk_rating": "medium"}], False, id="rated medium"),
        pytest.param({}, [{"kyc_risk_rating": ""}], None, id="not rated"),
        pytest.param({}, None, None, id="no master"),
        pytest.param({"order_date": ""}, [{"kyc_risk_rating": "high"}], True, id="no table is asked: any day"),
    ],
)
def test_due_diligence_rated_it_high(value: Value, cells: dict[str, str], parties: Parties, expected: object) -> None:
    assert value(due_diligence_rated_it_high, cells, parties) == expected


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param({}, [{"listed_ownership_pct": "1.5"}], True, id="a small share"),
        pytest.param({}, [{"listed_ownership_pct": "50"}], True, id="half of it"),
        pytest.param({}, [{}], False, id="no share"),
        pytest.param({}, [{"listed_ownership_pct": ""}], None, id="not stated"),
        pytest.param({}, None, None, id="no master"),
        pytest.param(
            {"inter_consignee_name": "Ostwind Spedition"}, [{}], None, id="an intermediate consignee nobody looked up"
        ),
        pytest.param(
            {"end_user_name": "Vesthavn Data", "end_user_country": "DK"},
            [{"listed_ownership_pct": "10"}],
            True,
            id="one yes is enough",
        ),
        pytest.param({"order_date": ""}, [{"listed_ownership_pct": "10"}], True, id="no table is asked: any day"),
    ],
)
def test_a_listed_party_owns_a_share(value: Value, cells: dict[str, str], parties: Parties, expected: object) -> None:
    assert value(a_listed_party_owns_a_share, cells, parties) == expected


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param({}, [{"military_or_state_link": "confirmed"}], True, id="confirmed"),
        pytest.param({}, [{"military_or_state_link": "suspected"}], True, id="suspected"),
        pytest.param({}, [{}], False, id="none"),
        pytest.param({}, [{"military_or_state_link": ""}], None, id="not stated"),
        pytest.param({}, None, None, id="no master"),
        pytest.param(
            {"order_date": ""}, [{"military_or_state_link": "confirmed"}], True, id="no table is asked: any day"
        ),
    ],
)
def test_a_party_has_a_military_or_state_link(
    value: Value, cells: dict[str, str], parties: Parties, expected: object
) -> None:
    assert value(a_party_has_a_military_or_state_link, cells, parties) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"end_user_address": "Gate 2, Naval Base, Kiel"}, True, id="a naval base"),
        pytest.param({"ult_consignee_address": "Войсковая часть 12345"}, True, id="a unit in Russian"),
        pytest.param({"dc_location": "某部队大院 3 号"}, True, id="a unit in Chinese"),
        pytest.param({"end_user_address": "12 Barracks Street, Ulm"}, False, id="a street named after a barracks"),
        pytest.param({}, False, id="a street"),
        pytest.param(
            {"ult_consignee_address": "", "dc_location": "", "end_user_address": "Gate 2, Naval Base, Kiel"},
            True,
            id="one address is enough",
        ),
        pytest.param({"ult_consignee_address": "", "dc_location": "", "end_user_address": ""}, None, id="no address"),
        pytest.param({"end_user_address": "Gate 2, Naval Base, Kiel", "order_date": ""}, None, id="no date"),
        pytest.param(
            {"end_user_address": "Gate 2, Naval Base, Kiel", "order_date": "1999-12-31"},
            None,
            id="before the words are known",
        ),
    ],
)
def test_an_address_sounds_military(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(an_address_sounds_military, cells) == expected
