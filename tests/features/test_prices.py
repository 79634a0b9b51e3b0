"""What does not fit the price: far below, far above, and a value that does not follow from it."""

from collections.abc import Callable

import pytest

from features.prices import price_is_above_range, price_is_below_range, value_does_not_follow_from_price

Value = Callable[..., object]
UNKNOWN_PART = {"part_number": "XQ-1", "item_description": "", "eccn": "", "hs_code": "", "manufacturer": ""}
NOT_JUDGED = [
    pytest.param({"currency": "EUR"}, id="euros without a dollar value"),
    pytest.param({"unit_price": ""}, id="no price"),
    pytest.param({"quantity": "-8"}, id="a return"),
    pytest.param({"quantity": "", "unit_price": "8000", "currency": "EUR"}, id="a unit's price in euros"),
    pytest.param({"quantity": "", "unit_price": ""}, id="neither price nor quantity"),
    pytest.param({"part_number": "B100"}, id="a chip of no known price"),
    pytest.param(UNKNOWN_PART, id="a part nobody knows"),
]


@pytest.mark.parametrize(
    ("cells", "below", "above"),
    [
        pytest.param({}, False, False, id="within the range"),
        pytest.param({"unit_price": "8000"}, True, False, id="under a third of the low end"),
        pytest.param({"unit_price": "8400"}, False, False, id="a third of the low end"),
        pytest.param({"unit_price": "130000"}, False, True, id="over three times the high end"),
        pytest.param({"unit_price": "119000"}, False, False, id="within three times the high end"),
        pytest.param({"part_number": "DGX H100", "unit_price": "270000"}, False, False, id="a server, by its chips"),
        pytest.param({"unit_price": "", "line_value": "24000"}, True, False, id="by the value of the line"),
        pytest.param({"currency": "EUR", "value_usd": "240000"}, False, False, id="euros with a dollar value"),
        pytest.param({"quantity": "", "unit_price": "8000"}, True, False, id="the price of a unit needs no quantity"),
        pytest.param({"unit_price": "0"}, True, False, id="for nothing"),
        pytest.param(
            {"order_date": "2021-06-16", "unit_price": "8000"}, True, False, id="in a year before the controls"
        ),
    ],
)
def test_the_price_of_a_chip(value: Value, cells: dict[str, str], below: bool, above: bool) -> None:
    assert (value(price_is_below_range, cells), value(price_is_above_range, cells)) == (below, above)


@pytest.mark.parametrize("cells", NOT_JUDGED)
def test_a_price_that_cannot_be_judged(value: Value, cells: dict[str, str]) -> None:
    assert value(price_is_below_range, cells) is None
    assert value(price_is_above_range, cells) is None


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"line_value": "240000"}, False, id="price times quantity"),
        pytest.param({"line_value": "324000"}, False, id="with freight and tax"),
        pytest.param({"line_value": "178000"}, False, id="with a discount"),
        pytest.param({"line_value": "24000"}, True, id="a tenth"),
        pytest.param({"line_value": "30000"}, True, id="the price of one unit"),
        pytest.param({"line_value": "-240000"}, True, id="the other sign"),
        pytest.param({"line_value": "-240000", "quantity": "-8"}, False, id="a return"),
        pytest.param({"line_value": "240000", "currency": "EUR"}, False, id="in any currency"),
        pytest.param({}, None, id="no value"),
        pytest.param({"line_value": "240000", "unit_price": ""}, None, id="no price"),
        pytest.param({"line_value": "240000", "quantity": ""}, None, id="no quantity"),
        pytest.param({"line_value": "240000", "quantity": "0"}, None, id="no unit at all"),
        pytest.param({"line_value": "24000", "order_date": "2021-06-16"}, True, id="on any day"),
    ],
)
def test_value_does_not_follow_from_price(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(value_does_not_follow_from_price, cells) == expected
