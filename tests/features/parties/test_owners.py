"""Owners followed by name through the customer master: a chain ends, a ring is unsettled, a contradiction too."""

from collections.abc import Callable

import pandas as pd
import pytest

from features.parties.names import name_keys
from features.parties.owners import LONGEST_CHAIN, owners
from features.reference.tables import Tables

Read = Callable[..., pd.DataFrame]


def told(read: Read, tables: Tables, *rows: dict[str, str]) -> list[tuple[str, bool]]:
    """Owner countries of each customer, and whether its owners are unsettled; customers are named by letters."""
    master = read([{"customer_id": row["legal_name"]} | row for row in rows], "customers")
    by_name = pd.Series(master.index, index=name_keys(master["legal_name"]))
    found = owners(master, by_name, tables)
    return list(zip(found["owner_countries"], found["owners_unsettled"], strict=True))


def party(name: str, parent: str = "", **cells: str) -> dict[str, str]:
    return {"legal_name": name, "ultimate_parent_name": parent, **cells}


def test_a_chain_of_owners_is_followed_to_its_end(read: Read, tables: Tables) -> None:
    chain = [party("A", "B"), party("B", "C", hq_country="SG"), party("C", hq_country="CN")]
    assert told(read, tables, *chain) == [("CN;SG", False), ("CN", False), ("", False)]


@pytest.mark.parametrize(
    ("rows", "unsettled"),
    [
        pytest.param([party("A", "A")], [False], id="its own ultimate parent is no ring"),
        pytest.param([party("A", "B"), party("B", "A")], [True, True], id="two that name each other"),
        pytest.param([party("A", "B"), party("B", "C"), party("C", "A")], [True, True, True], id="a ring of three"),
        pytest.param([party("A", "B"), party("B", "C"), party("C", "B")], [True, True, True], id="below a ring"),
        pytest.param([party("A", "Z")], [False], id="an owner that the master does not hold"),
        pytest.param([party("A")], [False], id="no owner named"),
    ],
)
def test_a_ring_of_owners_is_unsettled(
    read: Read, tables: Tables, rows: list[dict[str, str]], unsettled: list[bool]
) -> None:
    assert [open_ for _, open_ in told(read, tables, *rows)] == unsettled


@pytest.mark.parametrize(
    ("stated", "own", "unsettled"),
    [
        pytest.param("SG", "SG", False, id="as the parent's own row says"),
        pytest.param("SG", "CN", True, id="another country than the parent's own row"),
        pytest.param("US", "PR", False, id="a territory is its country"),
        pytest.param("", "CN", False, id="no country stated"),
        pytest.param("SG", "", False, id="a parent whose own row states none"),
    ],
)
def test_a_stated_parent_country_is_compared(
    read: Read, tables: Tables, stated: str, own: str, unsettled: bool
) -> None:
    rows = [party("A", "B", ultimate_parent_country=stated), party("B", hq_country=own)]
    assert told(read, tables, *rows)[0][1] == unsettled


def test_a_contradicted_owner_is_not_followed(read: Read, tables: Tables) -> None:
    """It may be a namesake: a wrong owner is worse than an open question."""
    rows = [party("A", "B", ultimate_parent_country="SG"), party("B", hq_country="CN")]
    assert told(read, tables, *rows)[0] == ("", True)


def test_a_chain_longer_than_any_group_is_unsettled(read: Read, tables: Tables) -> None:
    rows = [party(f"N{at}", f"N{at + 1}") for at in range(LONGEST_CHAIN + 2)]
    assert told(read, tables, *rows)[0][1]
    assert not told(read, tables, *rows)[5][1]
