"""Rows and lines are dealt out so that all rows of a key are together, and nothing is lost on the way."""

import numpy as np
import pandas as pd
import pytest

from features.links_facts import COLUMNS
from features.past.by_key import FAMILIES, HOME, LINE, bucket, dealt, empty, filled
from features.past.columns import DTYPES
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


def test_a_line_that_has_no_key_is_answered_at_home() -> None:
    asks = rows(buyer=[None]).assign(**{HOME: 3, LINE: 17})
    assert [(number, some[LINE].tolist()) for number, some in dealt(asks, ("buyer",), 5)] == [(3, [17])]


@pytest.mark.parametrize("parts", [0, 1, 2])
def test_rows_that_travelled_are_rows_of_a_past(parts: int) -> None:
    came = [rows(buyer=["a", "b"]).assign(counted=True)] * parts
    past = filled(came)
    assert past[list(DTYPES)].dtypes.astype("str").to_dict() == DTYPES
    assert past["counted"].sum() == 2 * parts, "a row that stands for none counts for nobody"
    assert np.isnan(empty(4)["chips"]).tolist() == [True] * 4
