"""The classification on the papers, and foreign-made items with a chip."""

from collections.abc import Callable

import pytest

from features.classification import a_foreign_item_with_a_chip_is_not_classified, the_papers_carry_no_classification

Value = Callable[..., object]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"eccn": "TBD"}, True, id="the cell says nothing"),
        pytest.param({"itn": "NOEEI 30.37(a)"}, True, id="a controlled item left by an exemption from filing"),
        pytest.param({"itn": "NOEEI 30.37(a)", "eccn": ""}, True, id="by an exemption, and without ECCN"),
        pytest.param(
            {"itn": "NOEEI 30.37(a)", "part_number": "USB cable", "eccn": "EAR99"}, False, id="a cable by one"
        ),
        pytest.param({}, False, id="an ECCN"),
        pytest.param({"itn": "X20260612000001"}, False, id="an ECCN and a filing number"),
        pytest.param({"eccn": "", "itn": ""}, None, id="neither"),
        pytest.param(
            {"itn": "NOEEI 30.37(a)", "order_date": "2022-10-06"}, False, id="the day before chips were controlled"
        ),
    ],
)
def test_the_papers_carry_no_classification(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(the_papers_carry_no_classification, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"country_of_origin": "TW", "eccn": ""}, True, id="made abroad, and nobody classified it"),
        pytest.param({"country_of_origin": "TW", "eccn": "to follow"}, True, id="the cell classifies nothing"),
        pytest.param({"country_of_origin": "TW"}, False, id="made abroad and classified"),
        pytest.param({"country_of_origin": "US", "eccn": ""}, False, id="made in the United States"),
        pytest.param({"country_of_origin": "PR", "eccn": ""}, False, id="made in a territory of the United States"),
        pytest.param(
            {"country_of_origin": "TW", "eccn": "EAR99", "part_number": "USB cable", "item_description": "cable"},
            False,
            id="no chip in it",
        ),
        pytest.param({"country_of_origin": "", "eccn": ""}, None, id="origin not stated"),
        pytest.param({"country_of_origin": ""}, False, id="origin not stated, yet classified"),
        pytest.param(
            {"country_of_origin": "TW", "eccn": "", "part_number": "X-1", "item_description": "GPU server"},
            None,
            id="a part that nobody knows",
        ),
        pytest.param(
            {"country_of_origin": "TW", "eccn": "", "order_date": "2022-10-06"},
            False,
            id="before chips were controlled",
        ),
    ],
)
def test_a_foreign_item_with_a_chip_is_not_classified(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(a_foreign_item_with_a_chip_is_not_classified, cells) == expected
