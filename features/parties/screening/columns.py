"""What screening adds to an order line, and what stands there when no list is kept: light, for every run needs it."""

from __future__ import annotations

import pandas as pd

NO_LIST = "none"

COLUMNS = {
    "list_hits": "str",
    "list_gate": "str",
    "list_reasons": "str",
    "list_possible": "boolean",
    "list_version": "str",
    "list_same_address": "boolean",
    "list_near_miss": "boolean",
    "list_not_screened": "boolean",
}
"""One row a line. `list_gate` is stop, licence, unknown or flag, "" for nothing found; missing without a list."""


def unscreened(index: pd.Index) -> pd.DataFrame:
    """COLUMNS of lines that were held against no list: nothing is said of them but that."""
    table = pd.DataFrame({name: pd.Series(index=index, dtype=kind) for name, kind in COLUMNS.items()})
    return table.assign(list_hits="", list_version=NO_LIST).astype({"list_hits": "str", "list_version": "str"})
