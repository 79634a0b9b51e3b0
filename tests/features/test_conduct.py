"""How the buyer behaves: statements of end use, haste, packing, what is declined."""

from collections.abc import Callable

import pytest

from features.conduct import (
    declines_installation_or_support,
    end_use_is_a_placeholder,
    end_use_statement_is_missing,
    end_use_statement_is_old,
    in_a_hurry,
    repackaging_is_requested,
)

Value = Callable[..., object]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"end_use_statement": "none"}, True, id="said to be missing"),
        pytest.param({}, False, id="signed"),
        pytest.param({"end_use_statement": "received"}, False, id="received"),
        pytest.param({"end_use_statement": ""}, None, id="an empty cell is asked about, not counted"),
        pytest.param({"end_use_statement": "none", "order_date": ""}, True, id="no table is asked: any day"),
    ],
)
def test_end_use_statement_is_missing(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(end_use_statement_is_missing, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"end_use_statement_date": "2025-06-11"}, True, id="signed a year and a day before the order"),
        pytest.param({"end_use_statement_date": "2025-06-12"}, False, id="signed a year before"),
        pytest.param({}, False, id="signed this month"),
        pytest.param(
            {"end_use_statement_date": "2026-07-02", "ship_date": "2026-07-01", "order_status": "shipped"},
            True,
            id="signed the day after shipment",
        ),
        pytest.param(
            {"end_use_statement_date": "2026-07-01", "ship_date": "2026-07-01", "order_status": "shipped"},
            False,
            id="signed on the day of shipment",
        ),
        pytest.param(
            {"end_use_statement_date": "2026-07-02", "ship_date": "2026-07-01", "order_status": "open"},
            False,
            id="not shipped yet",
        ),
        pytest.param({"order_status": "shipped"}, None, id="shipped on a day that is not stated"),
        pytest.param({"end_use_statement_date": ""}, None, id="no date of the statement"),
        pytest.param({"order_date": ""}, None, id="no order date"),
    ],
)
def test_end_use_statement_is_old(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(end_use_statement_is_old, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"end_use_text": "Computer parts"}, True, id="the goods, not the use"),
        pytest.param({"end_use_text": "TBD"}, True, id="to be determined"),
        pytest.param({"end_use_text": "Various."}, True, id="various"),
        pytest.param({"end_use_text": "商业用途"}, True, id="commercial use, in Chinese"),
        pytest.param({}, False, id="a use"),
        pytest.param({"end_use_text": "Computer parts for our training cluster in Ulm"}, False, id="words that go on"),
        pytest.param({"end_use_text": ""}, None, id="an empty cell is asked about, not counted"),
        pytest.param({"end_use_text": "Computer parts", "order_date": ""}, None, id="no date"),
        pytest.param({"end_use_text": "TBD", "order_date": ""}, True, id="a placeholder has no date"),
        pytest.param({"end_use_text": "Computer parts", "order_date": "1999-12-31"}, None, id="before the list"),
        pytest.param({"end_use_text": "Computer parts", "order_date": "2000-01-01"}, True, id="from its first day"),
    ],
)
def test_end_use_is_a_placeholder(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(end_use_is_a_placeholder, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"urgency_flag": "Y"}, True, id="pressing"),
        pytest.param({}, False, id="not pressing"),
        pytest.param({"urgency_flag": ""}, None, id="not stated"),
        pytest.param({"urgency_flag": "Y", "order_date": ""}, True, id="no table is asked: any day"),
    ],
)
def test_in_a_hurry(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(in_a_hurry, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"repackaging_requested": "Y"}, True, id="asked for"),
        pytest.param({"repackaging_requested": "N"}, False, id="not asked for"),
        pytest.param({"repackaging_requested": ""}, None, id="not stated"),
        pytest.param({"repackaging_requested": "Y", "order_date": ""}, True, id="no table is asked: any day"),
    ],
)
def test_repackaging_is_requested(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(repackaging_is_requested, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"installation_declined": "Y", "support_declined": ""}, True, id="installation declined"),
        pytest.param({"installation_declined": "N", "support_declined": "Y"}, True, id="support declined"),
        pytest.param({}, False, id="both taken"),
        pytest.param({"support_declined": ""}, None, id="one taken, one not stated"),
        pytest.param({"installation_declined": "", "support_declined": ""}, None, id="neither stated"),
        pytest.param({"support_declined": "Y", "order_date": "2021-01-01"}, True, id="no table is asked: any day"),
    ],
)
def test_declines_installation_or_support(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(declines_installation_or_support, cells) == expected
