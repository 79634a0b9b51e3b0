"""Rows and lines are dealt out so that all rows of a key are together, and nothing is lost on the way."""

import numpy as np
import pandas as pd
import pytest

from features.links_facts import COLUMNS
from features.past.by_key import HOME, LINE, bucket, dealt, empty, filled, questions
from features.past.columns import DTYPES
from features.past.families import FAMILIES
from features.past.narrow import category

HERE = {"net_covered", "net_told", "net_hops", "net_link_years", "net_group", "net_other_names", "net_overlaps"}
"""Columns that a part of a file finds for itself, of days, ties and habits that came to it."""


def rows(**columns: list[str | None]) -> pd.DataFrame:
    return pd.DataFrame({name: category(pd.Series(cells, dtype="str")) for name, cells in columns.items()})


def test_the_families_give_every_column_of_the_network_once() -> None:
    given = [name for family in FAMILIES for name in family.gives]
    assert len(given) == len(set(given))
    assert {name for name in given if name.startswith("net_")} == set(COLUMNS) - HERE


def test_a_key_has_one_bucket_whatever_stands_beside_it() -> None:
    one = bucket(category(pd.Series(["norrhall|DE", "pearl|HK", None], dtype="str")), 7)
    other = bucket(category(pd.Series(["pearl|HK", "norrhall|DE"], dtype="str")), 7)
    assert one.tolist() == [other[1], other[0], -1]


def test_every_row_goes_where_each_of_its_keys_belongs_and_the_other_key_is_blank_there() -> None:
    told = rows(buyer=["a", "b", None, "d"], end_user_name=["e", None, None, "d"])
    places = {name: bucket(told[name], 5) for name in told}
    met: dict[int, list[tuple[str, str]]] = {}
    for number, some in dealt(told, ("buyer", "end_user_name"), 5):
        for name in told:
            cells = some[name].dropna()
            assert all(places[name][at] == number for at in cells.index)
            for at, cell in cells.items():
                met.setdefault(int(str(at)), []).append((name, str(cell)))
    assert {at: sorted(found) for at, found in met.items()} == {
        0: [("buyer", "a"), ("end_user_name", "e")],
        1: [("buyer", "b")],
        3: [("buyer", "d"), ("end_user_name", "d")],
    }


@pytest.mark.parametrize("home", [3, 8])
def test_a_question_without_a_key_is_answered_in_one_bucket_also_where_there_are_fewer_than_parts(home: int) -> None:
    asks = rows(buyer=[None]).assign(**{HOME: home, LINE: 17})
    assert [(number, some[LINE].tolist()) for number, some in dealt(asks, ("buyer",), 5)] == [(3, [17])]


def test_lines_that_ask_the_same_ask_once() -> None:
    part = next(family for family in FAMILIES if family.name == "part")
    asks = rows(part=["x", "x", None, "x"], buyer_name=["a", "a", "a", "b"])
    asks = asks.assign(order_date=pd.Timestamp(2026, 1, 12), **{HOME: 4})
    different, number = questions(part, asks)
    assert number.tolist() == [0, 0, 1, 2]
    assert different[[HOME, LINE]].to_numpy().tolist() == [[4, 0], [4, 1], [4, 2]]


@pytest.mark.parametrize("parts", [0, 1, 2])
def test_rows_that_travelled_are_rows_of_a_past(parts: int) -> None:
    came = [rows(buyer=["a", "b"]).assign(counted=True)] * parts
    past = filled(came)
    assert past[list(DTYPES)].dtypes.astype("str").to_dict() == DTYPES
    assert past["counted"].sum() == 2 * parts, "a row that stands for none counts for nobody"
    assert np.isnan(empty(4)["chips"]).tolist() == [True] * 4
