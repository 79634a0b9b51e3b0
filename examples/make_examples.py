"""Writes orders.csv and customers.csv: public cases among ordinary lines, and the usual dirt. Same bytes each run.

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
ORDINARY = {"a": 112, "b": 24, "neither": 96}  # honest lines of each class of item
NOT_FIELDS = ["case_id", "use", "item", "invented"]
NOTE = "Orders from May 2025 on were re-keyed after the change of system"

DIRT: tuple[tuple[int, str, object], ...] = (  # place among the ordinary lines, column, what stands there instead
    (5, "ult_consignee_name", np.nan),
    (11, "quantity", np.nan),
    (17, "buyer_country", np.nan),
    (23, "destination_country", "Freedonia"),
    (29, "end_user_name", "N/A"),
    (34, "end_user_name", "tbd"),
    (39, "end_user_name", "various customers"),
    (46, "payer_name", "unknown"),
    (52, "forwarder_name", "-"),
    (58, "order_date", "2025-02-30"),
    (64, "ship_date", "0000-00-00"),
    (71, "destination_country", "Germany"),
    (78, "buyer_country", "U.S.A."),
    (84, "ult_consignee_country", "us"),
    (90, "part_number", "9.0021E+11"),
    (97, "quantity", "1,200.00"),
    (103, "quantity", "24 pcs"),
    (110, "line_value", "USD 18,400.00"),
    (117, "eccn", "3A090a"),
    (123, "hs_code", "8473.30.00"),
    (130, "contact_email", "n.a."),
    (138, "incoterm", "FCA Rotterdam"),
    (145, "quantity", "two"),
    (151, "currency", "US$"),
    (158, "payment_prepaid_share", "50%"),
)
SPACED = ((8, "buyer_name"), (26, "part_number"), (61, "ult_consignee_name"), (99, "end_user_name"), (141, "eccn"))
RETURNED, REPEATED, NOTED = 31, 75, 120  # places among the ordinary lines


def read(name: str) -> pd.DataFrame:
    """A file of the encoded public cases as text, blank cells missing."""
    return pd.read_csv(HERE.parent / "training" / "cases" / name, dtype=str, keep_default_na=False).replace("", np.nan)


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
    orders, customers = numbered(orders, pd.concat(files, ignore_index=True))
    return soiled(orders), customers


def soiled(orders: pd.DataFrame) -> pd.DataFrame:
    """The orders with dirt on ordinary lines: odd cells, stray spaces, a return, a line told twice, and a note."""
    dirty = orders.astype(object)
    lines = list(dirty.index[dirty["origin"] == "ordinary"])
    for place, column, cell in DIRT:
        dirty.loc[lines[place], column] = cell
    for place, column in SPACED:
        row = lines[place]
        dirty.loc[row, column] = f" {dirty.loc[row, column]}  " if pd.notna(dirty.loc[row, column]) else "  "
    back = lines[RETURNED]
    dirty.loc[back, ["quantity", "line_value"]] = ["-2", f"{-2 * float(str(dirty.loc[back, 'unit_price'])):.2f}"]
    note = pd.DataFrame([{"order_id": NOTE}], columns=dirty.columns, index=[lines[NOTED] + 0.5])
    again = dirty.loc[[lines[REPEATED]]].set_axis([lines[REPEATED] + 0.5])
    return pd.concat([dirty, again, note]).sort_index().reset_index(drop=True)


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
