"""What changed: parties and route of the order itself, the payer, the country that the trade went to."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from features.declare import Feature
from features.history_changes import (
    FEATURES,
    parties_or_route_were_changed,
    payment_left_a_country_of_concern,
    pays_through_a_new_payer,
    trade_turned_away_from_russia,
)
from features.known import Known
from features.lines import with_facts
from features.past.gathered import earlier, with_own
from features.past.store import record

Rows = list[dict[str, str]]


def on(day: str, **cells: str) -> dict[str, str]:
    """An order of that day."""
    return {"order_date": day, **cells}


PAID = on("2026-01-12", payer_name="Vesthavn", payer_country="DE")
EAST = on("2021-06-12", destination_country="RU")

CASES: list[tuple[str, Feature, Rows, object]] = [
    ("somebody else paid before", pays_through_a_new_payer, [PAID, on("2026-06-12", payer_name="Pearl")], True),
    ("the same payer", pays_through_a_new_payer, [PAID, on("2026-06-12", payer_name="VESTHAVN Ltd")], False),
    ("the same payer, its country left out", pays_through_a_new_payer,
     [PAID, on("2026-06-12", payer_name="Vesthavn", payer_country="")], False),
    ("a payer that comes again only later", pays_through_a_new_payer,
     [PAID, on("2026-08-01", payer_name="Pearl"), on("2026-06-12", payer_name="Pearl")], True),
    ("no payer", pays_through_a_new_payer, [PAID, on("2026-06-12", payer_name="")], None),
    ("a placeholder is no payer", pays_through_a_new_payer, [PAID, on("2026-06-12", payer_name="TBD")], None),
    ("no payer before", pays_through_a_new_payer,
     [on("2026-01-12", payer_name=""), on("2026-06-12", payer_name="Pearl")], None),
    ("paid from China once, from Singapore now", payment_left_a_country_of_concern,
     [PAID | {"payer_country": "CN"}, on("2026-06-12", payer_country="SG")], True),
    ("paid from China still", payment_left_a_country_of_concern,
     [PAID | {"payer_country": "CN"}, on("2026-06-12", payer_country="CN")], False),
    ("never paid from there", payment_left_a_country_of_concern, [PAID, on("2026-06-12", payer_country="SG")], False),
    ("paid from Cambodia after it left D:5", payment_left_a_country_of_concern,
     [PAID | on("2026-03-01", payer_country="KH"), on("2026-06-12", payer_country="SG")], False),
    ("paid from Cambodia while it was in D:5", payment_left_a_country_of_concern,
     [PAID | on("2026-01-12", payer_country="KH"), on("2026-06-12", payer_country="SG")], True),
    ("no country of the payer", payment_left_a_country_of_concern,
     [PAID | {"payer_country": "CN"}, on("2026-06-12", payer_country="")], None),
    ("goods for Russia, now for Armenia", trade_turned_away_from_russia,
     [EAST, on("2026-06-12", destination_country="AM")], True),
    ("by another buyer for the same end user", trade_turned_away_from_russia,
     [EAST | {"buyer_id": "C-other"}, on("2026-06-12", destination_country="AM")], True),
    ("goods for Russia still", trade_turned_away_from_russia,
     [EAST, on("2026-06-12", destination_country="RU")], False),
    ("an old customer that never sent there", trade_turned_away_from_russia,
     [on("2021-06-12"), on("2026-06-12")], False),
    ("a customer since 2023 may have had another supplier", trade_turned_away_from_russia,
     [on("2023-06-12"), on("2026-06-12")], None),
    ("goods for Russia only later", trade_turned_away_from_russia,
     [on("2021-06-12"), EAST | on("2026-08-01"), on("2026-06-12")], False),
    ("no destination", trade_turned_away_from_russia, [EAST, on("2026-06-12", destination_country="")], None),
]  # fmt: skip


@pytest.fixture(scope="module")
def found(after: Callable[..., list[object]]) -> dict[str, object]:
    """What the last row of each case says, by the name of the case."""
    values = after([(feature, rows) for _, feature, rows, _ in CASES], "2015-01-01")
    return dict(zip([name for name, *_ in CASES], values, strict=True))


@pytest.mark.parametrize(("name", "expected"), [pytest.param(name, value, id=name) for name, _, _, value in CASES])
def test_the_last_order_says(found: dict[str, object], name: str, expected: object) -> None:
    assert found[name] == expected


@pytest.mark.parametrize("each", FEATURES, ids=lambda each: each.name)
def test_without_any_past_nothing_is_said(each: Feature, value: Callable[..., object]) -> None:
    assert value(each, {}) is None


CHANGES: list[tuple[str, dict[str, str], bool | None]] = [
    ("another consignee", {"ult_consignee_name": "Pearl Freight"}, True),
    ("another end user", {"end_user_name": "Vesthavn Data"}, True),
    ("another destination", {"destination_country": "HK"}, True),
    ("another route", {"transit_countries": "HK"}, True),
    ("a route that was not stated before", {"transit_countries": "HK;MO", "quantity": "9"}, True),
    ("another quantity", {"quantity": "16"}, False),
    ("an end user that is left out", {"end_user_name": "", "quantity": "16"}, False),
    ("nothing", {}, None),
]
ROUTED = {"transit_countries": "NL"}


@pytest.fixture(scope="module")
def changed(
    orders: Callable[..., pd.DataFrame], known: Callable[..., Known], tmp_path_factory: pytest.TempPathFactory
) -> list[object]:
    """What is said of lines that came again with changed cells, and of one that is new."""
    home: Path = tmp_path_factory.mktemp("home")
    record(home, orders(*(ROUTED for _ in CHANGES), {"order_date": "2026-06-01", **ROUTED}), date(2026, 6, 12))
    here = known(as_of=date(2026, 6, 20))
    lines = with_facts(orders(*(ROUTED | cells for _, cells, _ in CHANGES), {"order_id": "N-1"}), here)
    told = with_own(earlier(home, (), here), lines, here)
    return [None if pd.isna(each) else each for each in parties_or_route_were_changed(lines, told)]


@pytest.mark.parametrize("at", range(len(CHANGES)), ids=lambda at: CHANGES[at][0])
def test_a_line_that_came_again_with(changed: list[object], at: int) -> None:
    assert changed[at] == CHANGES[at][2]


def test_a_new_line_has_no_earlier_version(changed: list[object]) -> None:
    assert changed[-1] is None
