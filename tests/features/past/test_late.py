"""An order that is recorded late touches the later lines of its parties, and no others."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from features.past.late import late, touched
from features.past.store import load, record

OTHER = {
    "buyer_id": "C-9", "buyer_name": "Vesthavn Data", "ult_consignee_name": "Vesthavn Data",
    "end_user_name": "Vesthavn Data", "dc_location": "1 Kaiweg, Kiel",
}  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "orders_touched"),
    [
        pytest.param({"order_date": "2026-05-01"}, ["A-1", "A-2"], id="an earlier order of the customer"),
        pytest.param({"order_date": "2026-06-12"}, ["A-2"], id="an order of the same day is no past of that day"),
        pytest.param({"order_date": "2026-08-01"}, [], id="a later order comes in time"),
        pytest.param(OTHER | {"order_date": "2026-05-01"}, [], id="an earlier order of somebody else"),
        pytest.param(
            OTHER | {"order_date": "2026-05-01", "dc_location": "4 Rosengasse, Ulm"}, ["A-1", "A-2"], id="the same site"
        ),
    ],
)
def test_late_orders_touch(
    tmp_path: Path, orders: Callable[..., pd.DataFrame], cells: dict[str, str], orders_touched: list[str]
) -> None:
    record(tmp_path, orders({}, {"order_date": "2026-07-01"}), date(2026, 7, 1))
    record(tmp_path, orders({"order_id": "L-1"} | cells), date(2026, 8, 2))
    stored = load(tmp_path).lines
    found = touched(stored)
    assert found["order_id"].tolist() == orders_touched
    assert set(found["touched_by"]) <= {2}
    assert late(stored).tolist() == [False, False, cells["order_date"] < "2026-07-01"]
