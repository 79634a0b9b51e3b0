"""Writes orders.csv and customers.csv: public cases among ordinary lines, and a little dirt. Same bytes each run.

Run from the project's root: python examples/make_examples.py
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from training.simulate import honest_cells  # noqa: E402 - the project's root must be on the path first
from training.simulate.filling import filled  # noqa: E402

SEED = 2026
ORDINARY = {"a": 31, "b": 7, "neither": 27}  # honest lines of each class of item
NOT_FIELDS = ["case_id", "use", "item", "invented"]


def read(name: str) -> pd.DataFrame:
    """A file of this folder as text, blank cells missing."""
    return pd.read_csv(HERE / name, dtype=str, keep_default_na=False).replace("", np.nan)


def examples(seed: int = SEED) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The order file and the customer file of the example."""
    cases, masters = filled(read("cases.csv"), read("cases_customers.csv"), seed)
    lots, files = [cases.drop(columns=NOT_FIELDS)], [masters]
    for step, (item, size) in enumerate(ORDINARY.items()):
        orders, customers = honest_cells(size, seed + 1 + step, item)
        mark = f"{item}-"
        orders = orders.assign(
            order_id=mark + orders["order_id"], buyer_id=mark + orders["buyer_id"], origin="ordinary"
        )
        customers = customers.assign(customer_id=mark + customers["customer_id"])
        shown = customers["customer_id"].isin(orders["buyer_id"]) | customers["legal_name"].isin(
            orders["end_user_name"]
        )
        lots.append(orders)
        files.append(customers[shown])
    orders = pd.concat(lots, ignore_index=True).sort_values(["order_date", "order_id", "line_no"], ignore_index=True)
    return numbered(soiled(orders), pd.concat(files, ignore_index=True))


def soiled(orders: pd.DataFrame) -> pd.DataFrame:
    """The orders with dirt on some ordinary lines: blank cells, a country nobody knows, a return, no date at all."""
    dirty = orders.copy()
    lines = list(dirty.index[dirty["origin"] == "ordinary"])
    dirty.loc[lines[5], "ult_consignee_name"] = np.nan
    dirty.loc[lines[11], "quantity"] = np.nan
    dirty.loc[lines[17], "buyer_country"] = np.nan
    dirty.loc[lines[23], "destination_country"] = "Freedonia"
    dirty.loc[lines[31], "quantity"] = "-2"
    dirty.loc[lines[31], "line_value"] = f"{-2 * float(dirty.loc[lines[31], 'unit_price']):.2f}"
    dirty.loc[lines[41], "order_date"] = "2025-02-30"
    return dirty


def numbered(orders: pd.DataFrame, customers: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Orders numbered in the order of the file, customers in the order of their names, joined as before."""
    order = {old: f"SO-{7001 + place}" for place, old in enumerate(orders["order_id"].unique())}
    customers = customers.sort_values(["legal_name", "customer_id"], ignore_index=True)
    number = {old: f"C{2001 + place}" for place, old in enumerate(customers["customer_id"])}
    orders = orders.assign(order_id=orders["order_id"].map(order), buyer_id=orders["buyer_id"].map(number))
    return orders, customers.assign(customer_id=customers["customer_id"].map(number))


def write(folder: Path, seed: int = SEED) -> None:
    """Writes both files into a folder."""
    for name, frame in zip(("orders.csv", "customers.csv"), examples(seed), strict=True):
        frame.to_csv(folder / name, index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    write(HERE)
