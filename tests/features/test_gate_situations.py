"""gate_situations.csv, read by a lawyer: leg, item, owner, day and claim, and what the gate must answer.

Each row is one order of eight units to one buyer, who is consignee and end user too. `further` holds other cells of the
order, or of the buyer's row in the customer master; `says` stands in the reasons. The order is of that day.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from features.gate import gate
from features.known import Known
from features.lines import with_facts
from features.reference.tables import Tables

TABLE = pd.read_csv(Path(__file__).with_name("gate_situations.csv"), dtype=str, keep_default_na=False)
SITUATIONS = TABLE.to_dict("records")
OF_THE_MASTER = ("listed_ownership_pct",)


def pairs(row: dict[str, str], *, master: bool) -> dict[str, str]:
    """The cells of "end_use_text=Stock; quantity=1" that belong to the order, or to the master."""
    cells = dict(each.split("=", 1) for each in row["further"].split("; ")) if row["further"] else {}
    return {name: cell for name, cell in cells.items() if (name in OF_THE_MASTER) == master}


def order(row: dict[str, str]) -> dict[str, str]:
    seller, destination = (place.replace("?", "") for place in row["leg"].split(" → "))
    return {
        "order_id": f"A-{row['no']}",
        "order_date": row["day"],
        "seller_country": seller,
        "buyer_id": f"C-{row['no']}",
        **dict.fromkeys(("buyer_name", "ult_consignee_name", "end_user_name"), f"Norrhall {row['no']}"),
        "destination_country": destination,
        "part_number": row["item"],
        "quantity": "8",
        "licence_code": row["claim"],
        **pairs(row, master=False),
    }


def party(row: dict[str, str]) -> dict[str, str]:
    return {
        "customer_id": f"C-{row['no']}",
        "legal_name": f"Norrhall {row['no']}",
        "hq_country": row["headquarters"],
        "ultimate_parent_country": row["parent"],
        **pairs(row, master=True),
    }


@pytest.fixture(scope="session")
def answers(read: Callable[..., pd.DataFrame], tables: Tables) -> pd.DataFrame:
    """The gate of every situation, judged at once: an order is what it is alone."""
    customers = read([party(row) for row in SITUATIONS], "customers")
    known = Known(tables, date(2026, 11, 25), customers, backtest=True)
    return gate(with_facts(read([order(row) for row in SITUATIONS]), known), known).set_axis(TABLE["no"])


@pytest.mark.parametrize("row", SITUATIONS, ids=TABLE["no"] + " " + TABLE["because"])
def test_the_gate_of_an_order(answers: pd.DataFrame, row: dict[str, str]) -> None:
    found = answers.loc[row["no"]]
    answer = (found["gate_class"], found["gate"], found["authorisation"], found["rules_date"])
    assert answer == (row["class"], row["gate"], row["authorisation"], row["day"])
    assert row["says"] in found["gate_reasons"]
    assert found["gate_reasons"]


def test_the_table_holds_every_leg_class_gate_and_authorisation() -> None:
    assert len(TABLE) >= 40
    assert not TABLE["because"].duplicated().any()
    assert set(TABLE["class"]) == {"a", "b", "neither", "unknown"}
    assert set(TABLE["gate"]) == {"clear", "licence", "stop", "unknown"}
    assert set(TABLE["authorisation"]) == {"not_needed", "claimed", "missing", "unusable", "unknown"}
