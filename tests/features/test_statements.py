"""What the customer says of later export, and of altering the item."""

from collections.abc import Callable

import pytest

from features.statements import denies_an_export_that_its_places_show, end_use_speaks_of_altering_the_item

Value = Callable[..., object]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"end_user_country": "VN"}, True, id="no export, yet an end user abroad"),
        pytest.param({"dc_country": "VN"}, True, id="no export, yet a site abroad"),
        pytest.param({"dc_country": "VN", "end_user_country": ""}, True, id="a site abroad, end user not stated"),
        pytest.param({"end_user_country": "VN", "reexport_intended": "Y"}, False, id="a plain answer"),
        pytest.param(
            {"end_user_country": "", "dc_country": "", "reexport_intended": "Y"}, False, id="a plain yes alone"
        ),
        pytest.param({}, False, id="no export, and none is seen"),
        pytest.param({"end_user_country": "", "dc_country": ""}, None, id="no export, and no place is stated"),
        pytest.param({"end_user_country": "VN", "reexport_intended": ""}, None, id="not asked"),
        pytest.param(
            {"destination_country": "US", "end_user_country": "PR", "dc_country": ""}, False, id="a territory"
        ),
    ],
)
def test_denies_an_export_that_its_places_show(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(denies_an_export_that_its_places_show, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"end_use_text": "Desoldering and reballing of modules"}, True, id="chips are taken off"),
        pytest.param({"end_use_text": "改装显卡"}, True, id="in Chinese"),
        pytest.param({"end_use_text": "auslöten und weiterverkaufen"}, True, id="in German"),
        pytest.param({}, False, id="another use"),
        pytest.param({"end_use_text": "TBD"}, None, id="no words of use"),
        pytest.param({"end_use_text": ""}, None, id="not stated"),
        pytest.param({"end_use_text": "Desoldering", "order_date": ""}, None, id="no date"),
        pytest.param({"end_use_text": "Desoldering", "order_date": "2015-12-31"}, None, id="before the table"),
        pytest.param({"end_use_text": "Desoldering", "order_date": "2016-01-01"}, True, id="from its first day"),
    ],
)
def test_end_use_speaks_of_altering_the_item(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(end_use_speaks_of_altering_the_item, cells) == expected
