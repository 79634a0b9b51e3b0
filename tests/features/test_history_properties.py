"""Any book at all: what comes later changes nothing, nor does the place of a line, nor where the book is cut."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features import history, history_changes, history_site, network
from features.history_facts import remembered
from features.known import Known
from features.lines import with_facts
from features.links_facts import linked
from features.past.gathered import Earlier, earlier, with_own
from features.past.store import record

FEW = settings(deadline=None, max_examples=5)  # a book takes about a fifth of a second, whatever its length
SIGNALS = (*history.FEATURES, *history_site.FEATURES, *history_changes.FEATURES, *network.FEATURES)
FIRMS = ["Norrhall", "Vesthavn", "Pearl", "Kaiser"]
CELLS = {
    "order_date": [
        "2022-03-01",
        "2023-10-20",
        "2025-04-20",
        "2025-05-05",
        "2026-01-12",
        "2026-01-13",
        "2026-06-12",
        "",
    ],
    "buyer_id": ["", "C-1", "C-2"],
    "buyer_name": FIRMS,
    "ult_consignee_name": FIRMS,
    "end_user_name": [*FIRMS, ""],
    "payer_name": [*FIRMS, "", "TBD"],
    "payer_country": ["", "CN", "DE", "KH"],
    "destination_country": ["DE", "SG", "RU", "HK"],
    "dc_location": ["", "4 Rosengasse, Ulm", "7 Hafenweg, Hamburg"],
    "dc_power_mw": ["", "0.05", "2"],
    "quantity": ["8", "20", "400", "-8", ""],
    "part_number": ["NVIDIA H100 SXM5 80GB", "DGX H100", "L4", "CBL-1"],
    "order_status": ["", "shipped", "cancelled", "quote"],
    "ship_date": ["", "2025-05-20"],
    "location_verification": ["", "none", "technical"],
    "post_delivery_check_date": ["", "2026-01-01"],
    "serial_numbers": ["", "S1;S2", "S2", "S3"],
    "order_id": [f"O-{number}" for number in range(40)],
}
POOL = 200
PLACES = st.lists(st.integers(0, POOL - 1), min_size=3, max_size=25, unique=True)


@pytest.fixture(scope="module")
def pool(orders: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    """Typed lines of few firms, sites and days, read once; each has a key of its own."""
    draw = np.random.default_rng(20221007)
    rows = [{name: str(draw.choice(cells)) for name, cells in CELLS.items()} for _ in range(POOL)]
    return orders(*(row | {"line_no": str(at)} for at, row in enumerate(rows)))


@pytest.fixture(scope="module")
def here(known: Callable[..., Known]) -> Known:
    """A master of one customer."""
    return known()


def built(lines: pd.DataFrame, here: Known, before: Earlier | None = None) -> pd.DataFrame:
    """The signals of the past of a file, its own lines included."""
    facts = with_facts(lines, here)
    told = with_own(before or Earlier(), facts, here)
    facts = linked(remembered(facts, told), told)
    return pd.DataFrame({each.name: each(facts, told).astype("Float64") for each in SIGNALS}, index=lines.index)


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one, other, check_exact=True)


@FEW
@given(places=PLACES, day=st.sampled_from(CELLS["order_date"][:-1]))
def test_later_lines_change_nothing_of_earlier_ones(pool: pd.DataFrame, here: Known, places: Any, day: str) -> None:
    lines = pool.iloc[places]
    early = lines[lines["order_date"] <= day]
    lines = lines[
        ~lines["order_id"].isin(early["order_id"]) | lines.index.isin(early.index)
    ]  # lines of an order go with it
    same(built(lines, here).loc[early.index], built(early, here))


@FEW
@given(places=PLACES, order=st.randoms(use_true_random=False))
def test_the_place_of_a_line_changes_nothing(pool: pd.DataFrame, here: Known, places: Any, order: Any) -> None:
    lines = pool.iloc[places]
    shuffled = list(lines.index)
    order.shuffle(shuffled)
    same(built(lines.loc[shuffled], here).loc[lines.index], built(lines, here))


@FEW
@given(places=PLACES, day=st.sampled_from(CELLS["order_date"][1:-1]))
def test_a_book_cut_between_days_and_recorded_is_what_it_is_whole(
    pool: pd.DataFrame, here: Known, places: Any, day: str
) -> None:
    lines = pool.iloc[places]
    lines = lines[lines["order_date"].notna()]
    lines = lines[~lines.duplicated(["order_id"])]  # lines of one order stand in one file
    one, two = lines[lines["order_date"] < day], lines[lines["order_date"] >= day]
    with tempfile.TemporaryDirectory() as home:
        parts = []
        for part in (one, two):
            parts.append(built(part, here, earlier(Path(home), (), here)))
            record(Path(home), part, here.as_of)
    same(pd.concat(parts), built(lines, here).loc[[*one.index, *two.index]])
