"""What will run on the chips: tenants, training for others, weapons, supercomputers."""

from collections.abc import Callable

import pytest

from features.ai_training import (
    a_supercomputer_or_advanced_node_serves_d5_or_macau,
    cloud_with_tenants_in_d5_or_macau,
    end_use_speaks_of_training_for_others,
    end_use_speaks_of_weapons_or_military,
)

Value = Callable[..., object]
Parties = list[dict[str, str]] | None


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param(
            {"iaas_provider": "Y", "iaas_customer_hq_countries": "SG;CN"}, [{}], True, id="one tenant from China"
        ),
        pytest.param(
            {"iaas_provider": "Y", "iaas_customer_hq_countries": "HK"}, [{}], True, id="Hong Kong is treated as China"
        ),
        pytest.param({"iaas_provider": "", "iaas_customer_hq_countries": "CN"}, [{}], True, id="tenants make a cloud"),
        pytest.param(
            {"iaas_provider": "Y", "iaas_customer_hq_countries": "US;DE"}, [{}], False, id="tenants elsewhere"
        ),
        pytest.param({}, [{}], False, id="it rents out nothing"),
        pytest.param(
            {"iaas_provider": "Y", "iaas_customer_hq_countries": ""}, [{}], None, id="tenants not stated: ask"
        ),
        pytest.param(
            {"iaas_provider": "", "iaas_customer_hq_countries": ""}, [{}], None, id="not said whether it rents out"
        ),
        pytest.param(
            {"iaas_provider": ""},
            [{"iaas_provider": "Y", "iaas_customer_hq_countries": "MO"}],
            True,
            id="the master knows the tenants",
        ),
        pytest.param(
            {"iaas_provider": "Y", "iaas_customer_hq_countries": "KH", "order_date": "2026-02-02"},
            [{}],
            True,
            id="Cambodia on its last day in D:5",
        ),
        pytest.param(
            {"iaas_provider": "Y", "iaas_customer_hq_countries": "KH", "order_date": "2026-02-03"},
            [{}],
            False,
            id="Cambodia the day after",
        ),
        pytest.param(
            {"iaas_provider": "Y", "iaas_customer_hq_countries": "CN", "order_date": ""}, [{}], None, id="no date"
        ),
    ],
)
def test_cloud_with_tenants_in_d5_or_macau(
    value: Value, cells: dict[str, str], parties: Parties, expected: object
) -> None:
    assert value(cloud_with_tenants_in_d5_or_macau, cells, parties) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"end_use_text": "Model training for customers"}, True, id="training for customers"),
        pytest.param({}, False, id="another use"),
        pytest.param({"end_use_text": ""}, None, id="no words"),
        pytest.param({"end_use_text": "Model training for customers", "order_date": ""}, None, id="no date"),
    ],
)
def test_end_use_speaks_of_training_for_others(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(end_use_speaks_of_training_for_others, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"end_use_text": "Missile guidance research"}, True, id="weapons"),
        pytest.param({"end_use_text": "Signals intelligence"}, True, id="intelligence"),
        pytest.param({"end_use_text": "Logistics of the armed forces"}, True, id="armed forces"),
        pytest.param({}, False, id="another use"),
        pytest.param({"end_use_text": ""}, None, id="no words"),
        pytest.param({"end_use_text": "Missile guidance research", "order_date": ""}, None, id="no date"),
    ],
)
def test_end_use_speaks_of_weapons_or_military(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(end_use_speaks_of_weapons_or_military, cells) == expected


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param(
            {"end_use_text": "National supercomputer", "destination_country": "CN"},
            [{}],
            True,
            id="a supercomputer in China",
        ),
        pytest.param(
            {"end_use_text": "National supercomputer"},
            [{"hq_country": "CN"}],
            True,
            id="one in Germany, run from China",
        ),
        pytest.param({"end_use_text": "National supercomputer"}, [{}], False, id="one in Germany, run from Germany"),
        pytest.param({"destination_country": "CN"}, [{}], False, id="another use in China"),
        pytest.param(
            {"end_use_text": "National supercomputer"}, [{"hq_country": ""}], None, id="headquarters not stated"
        ),
        pytest.param({"end_use_text": "", "destination_country": "CN"}, [{}], None, id="no words"),
        pytest.param({"end_use_text": ""}, [{}], False, id="no words, and nobody near"),
        pytest.param(
            {"end_use_text": "National supercomputer", "destination_country": "KH", "order_date": "2026-02-02"},
            [{}],
            True,
            id="Cambodia on its last day in D:5",
        ),
        pytest.param(
            {"end_use_text": "National supercomputer", "destination_country": "KH", "order_date": "2026-02-03"},
            [{}],
            False,
            id="Cambodia the day after",
        ),
    ],
)
def test_a_supercomputer_or_advanced_node_serves_d5_or_macau(
    value: Value, cells: dict[str, str], parties: Parties, expected: object
) -> None:
    assert value(a_supercomputer_or_advanced_node_serves_d5_or_macau, cells, parties) == expected
