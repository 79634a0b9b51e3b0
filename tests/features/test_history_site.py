"""What became of earlier goods: power of the site they fill, proof that they stand there, their serial numbers."""

from collections.abc import Callable

import pytest

from features.declare import Feature
from features.history_site import (
    FEATURES,
    a_serial_number_was_shipped_before,
    earlier_goods_were_never_seen_in_place,
    power_all_orders_need,
    the_site_cannot_power_all_orders,
)

Rows = list[dict[str, str]]


def on(day: str, **cells: str) -> dict[str, str]:
    """An order of that day."""
    return {"order_date": day, **cells}


EARLIER = [on("2025-03-01", quantity="800"), on("2025-09-01", quantity="600")]  # 1.0 and 0.75 MW of 2
SHIPPED = {"order_status": "shipped", "ship_date": "2025-10-01"}
UNTOLD = {"location_verification": "", **SHIPPED}
SERIALS = {"serial_numbers": "SX100;SX101"}

LONG: list[tuple[str, Feature, Rows, object]] = [
    ("all orders draw more than it has", the_site_cannot_power_all_orders,
     [*EARLIER, on("2026-06-12", quantity="201")], True),
    ("all orders draw what it has", the_site_cannot_power_all_orders,
     [*EARLIER, on("2026-06-12", quantity="200")], False),
    ("what comes later draws nothing yet", the_site_cannot_power_all_orders,
     [*EARLIER, on("2026-06-12", quantity="200"), on("2026-06-12", quantity="200")], False),
    ("another site of the customer", the_site_cannot_power_all_orders,
     [*(each | {"dc_location": "98 Seegasse, Bonn"} for each in EARLIER), on("2026-06-12", quantity="201")], False),
    ("another customer of the site", the_site_cannot_power_all_orders,
     [*(each | {"buyer_id": "C-other"} for each in EARLIER), on("2026-06-12", quantity="201")], True),
    ("returned goods draw nothing", the_site_cannot_power_all_orders,
     [EARLIER[0], on("2025-09-01", quantity="-600"), on("2026-06-12", quantity="201")], False),
    ("no power is stated", the_site_cannot_power_all_orders,
     [*EARLIER, on("2026-06-12", quantity="201", dc_power_mw="")], None),
    ("no chip", the_site_cannot_power_all_orders, [*EARLIER, on("2026-06-12", part_number="CBL-1")], None),
    ("seven eighths, and this order", power_all_orders_need, [*EARLIER, on("2026-06-12", quantity="80")], 0.925),
    ("nobody ever looked", earlier_goods_were_never_seen_in_place,
     [on("2025-09-01", location_verification="none", **SHIPPED), on("2026-06-12")], True),
    ("somebody looked", earlier_goods_were_never_seen_in_place,
     [on("2025-09-01", post_delivery_check_date="2026-01-05", **UNTOLD), on("2026-06-12")], False),
    ("telemetry shows them", earlier_goods_were_never_seen_in_place,
     [on("2025-09-01", location_verification="technical", **SHIPPED), on("2026-06-12")], False),
    ("somebody looked only later", earlier_goods_were_never_seen_in_place,
     [on("2025-09-01", **(SHIPPED | {"location_verification": "attested", "post_delivery_check_date": "2026-07-01"})),
      on("2026-06-12")], True),
    ("nothing is due within half a year", earlier_goods_were_never_seen_in_place,
     [on("2026-03-01", location_verification="none", order_status="shipped", ship_date="2026-03-02"),
      on("2026-06-12")], None),
    ("nobody says whether anybody looked", earlier_goods_were_never_seen_in_place,
     [on("2025-09-01", **UNTOLD), on("2026-06-12")], None),
    ("one of the numbers went out before", a_serial_number_was_shipped_before,
     [on("2026-01-12", **SERIALS), on("2026-06-12", serial_numbers="SX102;sx101")], True),
    ("to whomever", a_serial_number_was_shipped_before,
     [on("2026-01-12", serial_numbers="SY1", buyer_id="C-other"), on("2026-06-12", serial_numbers="SY1")], True),
    ("and came back", a_serial_number_was_shipped_before,
     [on("2026-01-12", serial_numbers="SZ1"), on("2026-02-12", serial_numbers="SZ1", quantity="-1"),
      on("2026-06-12", serial_numbers="SZ1")], False),
    ("new numbers", a_serial_number_was_shipped_before, [on("2026-06-12", serial_numbers="SQ1;SQ2")], False),
    ("a number that goes out later", a_serial_number_was_shipped_before,
     [on("2026-07-12", serial_numbers="SP1"), on("2026-06-12", serial_numbers="SP1")], False),
    ("no numbers", a_serial_number_was_shipped_before,
     [on("2026-01-12", serial_numbers="SR1"), on("2026-06-12")], None),
]  # fmt: skip

SHORT: list[tuple[str, Feature, Rows, object]] = [
    ("less than a year is known", the_site_cannot_power_all_orders, [on("2026-06-12")], None),
    ("unless it is too much already", the_site_cannot_power_all_orders,
     [on("2026-06-01", quantity="1000"), on("2026-06-12", quantity="601")], True),
    ("a share of less than a year", power_all_orders_need, [on("2026-06-12")], None),
    ("no numbers on any earlier line", a_serial_number_was_shipped_before,
     [on("2026-06-12", serial_numbers="SQ1")], None),
]  # fmt: skip


@pytest.fixture(scope="module")
def found(after: Callable[..., list[object]]) -> dict[str, object]:
    """What the last row of each case says, by the name of the case."""
    long = after([(feature, rows) for _, feature, rows, _ in LONG], "2015-01-01")
    short = after([(feature, rows) for _, feature, rows, _ in SHORT], "2026-05-19")
    return dict(zip([name for name, *_ in (*LONG, *SHORT)], [*long, *short], strict=True))


@pytest.mark.parametrize(
    ("name", "expected"), [pytest.param(name, value, id=name) for name, _, _, value in (*LONG, *SHORT)]
)
def test_the_last_order_says(found: dict[str, object], name: str, expected: object) -> None:
    assert found[name] == (pytest.approx(expected) if isinstance(expected, float) else expected)


@pytest.mark.parametrize("each", FEATURES, ids=lambda each: each.name)
def test_without_any_past_nothing_is_said(each: Feature, value: Callable[..., object]) -> None:
    assert value(each, {"serial_numbers": "SX1"}) is None
