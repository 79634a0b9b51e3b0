"""Of all pairs of a party and a trace only those travel that can tie two parties."""

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from features.hashed import cells_as_keys, keys_of
from features.links import AT_MOST, coded
from features.links_seen import FIRST_DAY, NEVER, days_of
from features.links_successors import candidates
from features.links_ties import hops, others_in_the_group, ties, under_other_names, years_linked
from features.links_web import web
from features.past.by_key import bucket, empty, since
from features.past.by_tie import as_keys, asked_pairs, pairs, shared
from features.past.knitted import around, knit
from features.past.narrow import category


def told_pairs(*told: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(told, columns=["trace", "party", "day"]).assign(kind="address")


MANY = tuple(("hall", f"firm-{at:02}", at) for at in range(30))


@pytest.mark.parametrize(
    ("told", "left"),
    [
        pytest.param([("quay", "a", 1), ("quay", "a", 5)], [], id="a trace of one party ties nobody"),
        pytest.param([("quay", "a", 3), ("quay", "b", 5)], [("a", 3), ("b", 5)], id="a trace of two parties does"),
        pytest.param(
            [("quay", "a", 5), ("quay", "b", 9), ("quay", "a", 3)], [("a", 3), ("b", 9)], id="from first days"
        ),
        pytest.param([("quay", "a", 3), ("quay", "b", NEVER)], [("a", 3)], id="a line that asks ties nobody yet"),
        pytest.param(MANY, [each[1:] for each in MANY[: AT_MOST + 1]], id="of many the first, and one who ends it"),
        pytest.param(
            [*MANY[:AT_MOST], ("hall", "x", 99), ("hall", "y", 99), ("hall", "z", 100)],
            [*(each[1:] for each in MANY[:AT_MOST]), ("x", 99), ("y", 99)],
            id="of one day all, whatever their names",
        ),
    ],
)
def test_what_can_tie_is_kept(told: list[tuple[str, str, int]], left: list[tuple[str, int]]) -> None:
    kept = shared(told_pairs(*told))
    assert sorted(zip(kept["party"], kept["day"], strict=True)) == sorted(left)


FIRMS = [
    "quarnholt|DE",
    "quarnholt|FR",
    "veldmere|DE",
    "astrowick|SG",
    "brimhollow|SG",
    *(f"firm {at}|DE" for at in range(12)),
]
FIRST = int((np.datetime64("2026-01-20") - FIRST_DAY).astype(int))
cells = st.fixed_dictionaries(
    {
        "day": st.integers(FIRST, FIRST + 80),
        "buyer_name": st.sampled_from([*FIRMS, None]),
        "ult_consignee_name": st.sampled_from([*FIRMS[:6], None]),
        "end_user_name": st.sampled_from([*FIRMS[:4], None]),
        "forwarder_name": st.sampled_from([*FIRMS[3:6], None]),
        "buyer": st.sampled_from(["id:1", "id:2", "id:3", None]),
        "buyer_address": st.sampled_from(["quay 1", "quay 2", None]),
        "end_user_address": st.sampled_from(["quay 1", "quay 3", None]),
        "buyer_registration": st.sampled_from(["r1", "r2", None]),
        "part": st.sampled_from(["h100", "h200", None]),
    }
)
OWNERS = pd.Series(dict.fromkeys(("quarnholt|DE", "veldmere|DE", "astrowick|SG"), "astrowick|SG"))
REFUSED = pd.Series({"veldmere|DE": FIRST + 10, "nobody met it|DE": 0, "firm 3|DE": FIRST + 30})


NOTHING = {
    "ult_consignee_name": "brimhollow|SG", "end_user_name": None, "forwarder_name": None, "buyer": None,
    "buyer_address": None, "end_user_address": None, "buyer_registration": None, "part": None,
}  # fmt: skip
CROWD = [{**NOTHING, "day": FIRST + min(at, 8), "buyer_name": f"firm {at}|DE"} for at in range(12)]
"""More buyers at one consignee than are asked about, several of them first met on one day."""


def as_rows(book: list[dict[str, Any]]) -> pd.DataFrame:
    told = pd.DataFrame(book)
    days = pd.Series(FIRST_DAY + told.pop("day").to_numpy(dtype="timedelta64[D]")).astype("datetime64[us]")
    cells = {str(name): category(told[name].astype("str")) for name in told}
    return empty(len(told)).assign(**cells, order_date=days, known_on=days, list_gate="clear")


@settings(max_examples=80, deadline=None)
@example([{**NOTHING, "day": FIRST, "buyer_name": "firm 1|DE"}], [{**NOTHING, "day": FIRST + 9, "buyer_name": None}], 1)
@example(CROWD, [{**NOTHING, "day": FIRST + 60, "buyer_name": "quarnholt|DE"}], 2)
@given(st.lists(cells, min_size=1, max_size=40), st.lists(cells, min_size=1, max_size=12), st.integers(1, 3))
def test_the_web_of_what_travelled_says_the_same_as_that_of_all_rows(
    book: list[dict[str, Any]], others: list[dict[str, Any]], buckets: int
) -> None:
    rows, lines = as_rows(book), as_rows([*book, *others])
    day, new = days_of(lines["order_date"]), np.ones(len(lines), dtype=bool)
    past, asked = coded(rows, lines, day, OWNERS)
    whole = web(past, since(past.titles, REFUSED))
    tied = ties(asked, whole.found)
    met = pd.concat([pairs(rows, days_of(rows["order_date"]), OWNERS), asked_pairs(lines, OWNERS)])
    place = bucket(met["trace"], buckets)
    woven = knit((as_keys(shared(met[place == number])) for number in range(buckets)), REFUSED)
    near = around(lines, day, woven, OWNERS, new)
    expected = {
        "net_hops": hops(asked, whole, tied),
        "net_link_years": years_linked(tied, len(day)),
        "net_group": others_in_the_group(asked, whole, tied),
        "net_other_names": under_other_names(asked, whole, tied),
    }
    pd.testing.assert_frame_equal(near.signs, pd.DataFrame(expected), check_dtype=False)
    may = candidates(asked, whole, tied, new)
    keys = keys_of(past.titles[may["party"].to_numpy(dtype=np.int64)])
    own = cells_as_keys(lines["buyer_name"])[may["line"].to_numpy(dtype=np.int64)]
    told = zip(may["line"], keys, own, may["contact"], may["consignee"], strict=True)
    found = zip(*(near.pairs[name] for name in ("line", "theirs", "own", "contact", "consignee")), strict=True)
    assert sorted(found) == sorted(told)


def test_nothing_that_goes_to_every_part_can_be_read() -> None:
    rows = as_rows(
        [{"day": FIRST + at, "buyer_name": firm, "buyer_address": "quay 1"} for at, firm in enumerate(FIRMS)]
    )
    knitted = knit([as_keys(shared(pairs(rows, days_of(rows["order_date"]), OWNERS)))], REFUSED)
    sent = pickle.dumps(knitted)
    assert len(knitted.traces) > 0
    assert not any(text in sent for text in (b"quay", b"quarnholt"))
