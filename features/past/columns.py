"""The narrow table of the past: one row an earlier line or version of it, this file's own lines included."""

from __future__ import annotations

import pandas as pd

ROLES = ("buyer", "ult_consignee", "end_user", "payer", "forwarder", "intermediate_consignee")
"""The parties of a line that the past remembers; `<role>` is its key, `<role>_name` its name key and country."""

TRACED = ("buyer", "ult_consignee", "end_user")
"""The parties whose address, telephone, domain and registration the past remembers too."""

TRACES = ("address", "phone", "domain", "registration")

KEY = ("order_id", "line_no")

ALONE = "this file alone"
"""Version of a past that holds nothing but the file's own lines."""

DTYPES: dict[str, str] = {
    "order_id": "str",
    "line_no": "str",
    "key": "uint64",
    "version": "int64",
    "order_date": "datetime64[us]",
    "known_on": "datetime64[us]",
    "replaced_on": "datetime64[us]",
    "counted": "bool",
    "order_status": "category",
    "transaction_type": "category",
    "ship_date": "datetime64[us]",
    "part": "category",
    "chip": "category",
    "chip_class": "category",
    "chips": "float64",
    "quantity": "float64",
    "tpp_total": "float64",
    "usd": "float64",
    "seller_country": "category",
    "destination_country": "category",
    "transit_countries": "category",
    "payer_country": "category",
    **dict.fromkeys(ROLES, "category"),
    **{f"{role}_name": "category" for role in ROLES},
    **{f"{role}_{trace}": "category" for role in TRACED for trace in TRACES},
    "site": "category",
    "dc_power_mw": "float64",
    "serial_numbers": "category",
    "location_verification": "category",
    "post_delivery_check_date": "datetime64[us]",
}
"""Columns and dtypes, in order. Rows are sorted by order_date, then by key: never by place in a file.

`key` is a number for order_id and line_no (`identity.keys`). A row counts for lines dated strictly after both
`order_date` and `known_on`, until `replaced_on` (missing while nothing newer is known). `known_on` is the order date of
a first version, the day of recording for a later one. `counted` is False for a line whose key another line of the same
file has, with other cells: one of them counts. Categories are text, missing where the line states none: compare their
codes. `<role>` is the customer number where the party is the buyer and has one ("id:C-1"), else name key and country
("norrhallcompute|DE"); country codes are as in the order; `chips`, `tpp_total`, `usd` as on the line (a return is
negative); `dc_power_mw` in MW.
"""

CATEGORIES = tuple(name for name, dtype in DTYPES.items() if dtype == "category")


def no_past() -> pd.DataFrame:
    """A past without a row."""
    empty = {dtype: pd.Series(dtype=dtype).array for dtype in {*DTYPES.values()} - {"category"}}
    nobody = pd.Categorical(pd.Index([], dtype="str"))
    return pd.DataFrame({name: empty.get(dtype, nobody) for name, dtype in DTYPES.items()}, copy=False)
