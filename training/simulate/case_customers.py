"""The customer file's rows for the buyer of a public case and for the end user that an honest order names."""

from typing import Any

import numpy as np
import pandas as pd

from training.simulate.goods import Cells

MASTER_DATES = ("incorporation_date", "customer_since", "kyc_date")


def customer_row(
    rng: np.random.Generator,
    masters: pd.DataFrame,
    customers: pd.DataFrame,
    case: "pd.Series[Any]",
    donor: Cells,
    today: str,
) -> Cells:
    """The buyer's row of the customer file: what the case states, else as the honest buyer's, none later than today."""
    mine = masters[masters["customer_id"] == case["buyer_id"]].iloc[0]
    given: Cells = {name: value for name, value in mine.items() if not pd.isna(value)}
    theirs = customers[customers["customer_id"] == donor["buyer_id"]].iloc[0]
    cells: Cells = {name: value for name, value in theirs.items() if not pd.isna(value)} | given
    shift = pd.Timestamp(case["order_date"]) - pd.Timestamp(donor["order_date"])
    for name in MASTER_DATES:
        if name in cells and name not in given:
            cells[name] = min(moved(cells[name], shift), today)
    if "customer_since" in cells and "customer_since" not in given:
        cells["customer_since"] = _not_before(rng, cells, case["order_date"])
    for name in ("incorporation_country", "hq_country", "ultimate_parent_country", "dc_country"):
        if name not in given and cells.get(name) == theirs["party_country"]:
            cells[name] = given["party_country"]
    word = str(given["legal_name"]).split()[0]
    for name, text in (
        ("website", f"{word.lower()}.example"),
        ("ultimate_parent_name", f"{word} Group"),
        ("dc_name", f"{word} DC1"),
    ):
        if name in cells and name not in given:
            cells[name] = text
    return cells


def end_user_row(customers: pd.DataFrame, donor: Cells, line: Cells, today: str) -> dict[str, Cells]:
    """The honest order's end user, when the filled line names it and the customer file knows it; days move too."""
    name = donor["end_user_name"]
    known = customers[customers["legal_name"] == name]
    if pd.isna(name) or line.get("end_user_name") != name or known.empty:
        return {}
    row = {column: value for column, value in known.iloc[0].items() if not pd.isna(value)}
    shift = pd.Timestamp(line["order_date"]) - pd.Timestamp(donor["order_date"])
    row |= {column: min(moved(row[column], shift), today) for column in MASTER_DATES if column in row}
    return {
        str(row["customer_id"]): row | {"party_country": line.get("end_user_country", row.get("party_country", ""))}
    }


def moved(day: Any, shift: pd.Timedelta) -> str:
    """A day moved by a span."""
    return (pd.Timestamp(str(day)) + shift).strftime("%Y-%m-%d")


def _not_before(rng: np.random.Generator, cells: Cells, order_date: str) -> str:
    """The day of the customer file; some day between founding and order where the honest firm's would lie earlier."""
    since, founded = pd.Timestamp(cells["customer_since"]), pd.Timestamp(cells.get("incorporation_date", "1900"))
    if since < founded:
        since = founded + (pd.Timestamp(order_date) - founded) * float(rng.random())
    return since.strftime("%Y-%m-%d")
