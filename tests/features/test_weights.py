"""What does not fit the weight: a server as light as a card, a card as heavy as a server, and nothing finer."""

from collections.abc import Callable

import pandas as pd
import pytest

from features.known import Known
from features.lines import with_facts
from features.weights import weight_does_not_fit_the_count

Value = Callable[..., object]
SERVER = {"part_number": "DGX H100", "quantity": "1"}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"net_weight": "24"}, False, id="eight modules of three kilos"),
        pytest.param({"net_weight": "5"}, False, id="light modules"),
        pytest.param({"net_weight": "0.4"}, True, id="eight modules of fifty grams"),
        pytest.param({"net_weight": "1040"}, True, id="eight modules as heavy as servers"),
        pytest.param(SERVER | {"net_weight": "130"}, False, id="a server"),
        pytest.param(SERVER | {"net_weight": "3"}, True, id="a server as light as a card"),
        pytest.param({"part_number": "GB200 NVL72", "quantity": "1", "net_weight": "1360"}, False, id="a rack"),
        pytest.param({"part_number": "GB200 NVL72", "quantity": "1", "net_weight": "20"}, True, id="an empty rack"),
        pytest.param({"part_number": "DGX Spark", "quantity": "2", "net_weight": "2.4"}, False, id="a desktop box"),
        pytest.param({"gross_weight": "40"}, False, id="the weight of a shipment of one line"),
        pytest.param({"gross_weight": "0.1"}, True, id="a shipment that weighs nothing"),
        pytest.param({}, None, id="no weight"),
        pytest.param({"net_weight": "0"}, None, id="a weight of nought is not stated"),
        pytest.param({"net_weight": "24", "quantity": ""}, None, id="no quantity"),
        pytest.param({"net_weight": "24", "quantity": "-8"}, None, id="a return"),
        pytest.param({"net_weight": "24", "uom": "KG"}, None, id="goods counted in kilograms"),
        pytest.param({"part_number": "XQ-1", "item_description": "", "net_weight": "1"}, None, id="an unknown part"),
        pytest.param(
            {"part_number": "CBL-1", "item_description": "cable", "eccn": "EAR99", "hs_code": "8544"},
            False,
            id="a cable",
        ),
        pytest.param({"net_weight": "0.4", "order_date": "2021-06-16"}, True, id="on any day"),
    ],
)
def test_weight_does_not_fit_the_count(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(weight_does_not_fit_the_count, cells) == expected


def test_a_shipment_of_several_lines_is_not_weighed(
    orders: Callable[..., pd.DataFrame], known: Callable[..., Known]
) -> None:
    lines = orders({"gross_weight": "0.1"}, {"order_id": "A-1", "line_no": "2", "gross_weight": "0.1"})
    found = weight_does_not_fit_the_count(with_facts(lines, known()), known())
    assert found.isna().all()
