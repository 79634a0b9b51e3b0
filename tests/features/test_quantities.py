"""How much a line and its order add; what is missing is never small."""

from collections.abc import Callable

import pandas as pd
import pytest

from features.declare import Feature
from features.known import Known
from features.lines import with_facts
from features.quantities import (
    TPP_OF_AN_ORDER,
    chips_of_the_line,
    tpp_of_the_line,
    tpp_of_the_order,
    usd_of_the_order,
)

H100 = 15832.0
UNKNOWN_PART = {"part_number": "XQ-1", "item_description": "", "eccn": "", "hs_code": "", "manufacturer": ""}
SECOND = {"order_id": "A-1", "line_no": "2"}
Orders = Callable[..., pd.DataFrame]


@pytest.mark.parametrize(
    ("cells", "tpp", "chips"),
    [
        pytest.param({}, 8 * H100, 8.0, id="eight H100"),
        pytest.param({"part_number": "DGX H100"}, 64 * H100, 64.0, id="eight servers"),
        pytest.param(
            {"part_number": "DGX H100", "chips_per_unit": "1"}, 64 * H100, 64.0, id="whatever the file counts"
        ),
        pytest.param({"quantity": "-8"}, 0.0, 0.0, id="a return adds nothing"),
        pytest.param({"quantity": ""}, None, None, id="no quantity"),
        pytest.param(UNKNOWN_PART, None, None, id="an unknown part is not small"),
        pytest.param(UNKNOWN_PART | {"eccn": "EAR99"}, 0.0, 0.0, id="an uncontrolled part adds nothing"),
        pytest.param(UNKNOWN_PART | {"tpp": "2000"}, 16000.0, 8.0, id="the file's own figure"),
        pytest.param({"order_date": "2021-06-16"}, 8 * H100, 8.0, id="before the controls it counts as much"),
    ],
)
def test_what_a_line_adds(
    value: Callable[..., object], cells: dict[str, str], tpp: float | None, chips: float | None
) -> None:
    assert (value(tpp_of_the_line, cells), value(chips_of_the_line, cells)) == (tpp, chips)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([{}, SECOND], [16 * H100] * 2, id="two lines of one order"),
        pytest.param([{}, {}], [8 * H100] * 2, id="two orders"),
        pytest.param([{"order_id": ""}, {"order_id": ""}], [8 * H100] * 2, id="lines without an order are no order"),
        pytest.param([{}, SECOND | {"quantity": "-8"}], [8 * H100] * 2, id="a return takes nothing off"),
        pytest.param([{}, SECOND | {"quantity": ""}], [None] * 2, id="a line that is not known keeps the sum open"),
        pytest.param(
            [{"quantity": "800"}, SECOND | {"quantity": ""}], [800 * H100] * 2, id="but not one that is large already"
        ),
        pytest.param([{}, SECOND | UNKNOWN_PART | {"eccn": "EAR99"}], [8 * H100] * 2, id="a cable beside it"),
    ],
)
def test_tpp_of_the_order(
    orders: Orders, known: Callable[..., Known], rows: list[dict[str, str]], expected: list[float | None]
) -> None:
    assert answers(tpp_of_the_order, orders(*rows), known()) == expected
    assert 8 * H100 < TPP_OF_AN_ORDER < 800 * H100


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([{}, SECOND], [480_000.0] * 2, id="two lines of one order"),
        pytest.param([{}, {}], [240_000.0] * 2, id="two orders"),
        pytest.param([{}, SECOND | {"quantity": "-8"}], [240_000.0] * 2, id="a return takes nothing off"),
        pytest.param([{}, SECOND | {"unit_price": ""}], [None] * 2, id="a line without price keeps the sum open"),
        pytest.param(
            [{"quantity": "80"}, SECOND | {"unit_price": ""}], [2_400_000.0] * 2, id="but not one that is large already"
        ),
        pytest.param([{"currency": "EUR"}], [None], id="euros"),
        pytest.param([{"currency": "EUR", "value_usd": "260000"}], [260_000.0], id="euros with stated dollars"),
        pytest.param([{"order_date": "2021-06-16"}], [240_000.0], id="on any day"),
    ],
)
def test_usd_of_the_order(
    orders: Orders, known: Callable[..., Known], rows: list[dict[str, str]], expected: list[float | None]
) -> None:
    assert answers(usd_of_the_order, orders(*rows), known()) == expected


def answers(feature: Feature, lines: pd.DataFrame, known: Known) -> list[float | None]:
    return [None if pd.isna(each) else float(each) for each in feature(with_facts(lines, known), known)]
