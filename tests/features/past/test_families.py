"""What travels of a past follows the members and days of a key, not its lines."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from features.known import Known, known_on
from features.past import by_key
from features.past.asof import LARGEST
from features.past.by_key import Family, empty, gathered
from features.past.columns import CATEGORIES
from features.past.families import FAMILIES
from features.past.identity import keys
from features.past.narrow import category

LINES, DAYS, FIRMS = 4_000, 10, 5
ROW_BY_ROW = "customer"  # what is asked of a customer reads a dozen columns of every line


@pytest.fixture(scope="module")
def known() -> Known:
    """Tables, and one decided line."""
    decided = pd.DataFrame({"order_id": ["O-1"], "line_no": ["1"], "decision": "refused", "label_class": "x"})
    return replace(known_on(date(2026, 11, 25)), decisions=decided.assign(decided_on=pd.Timestamp(2026, 1, 1)))


@pytest.fixture(scope="module")
def past() -> pd.DataFrame:
    """Many lines of few firms on few days: one country, one forwarder, one part."""
    draw = np.random.default_rng(3)
    firm = pd.Series(draw.integers(0, FIRMS, LINES)).astype("str")
    cells = {name: category("RU" + firm * 0) for name in CATEGORIES}
    cells |= {name: category("firm " + firm) for name in ("buyer", "buyer_name", "ult_consignee_name", "end_user_name")}
    cells["order_status"] = category(pd.Series("shipped", index=firm.index, dtype="str"))
    days = pd.Timestamp(2025, 1, 1) + pd.to_timedelta(draw.integers(0, DAYS, LINES), unit="D")
    stamps = {"order_date": days.astype("datetime64[us]"), "known_on": days.astype("datetime64[us]")}
    return empty(LINES).assign(**cells, **stamps, tpp_total=draw.integers(1, 9, LINES) * LARGEST / 4)


@pytest.mark.parametrize("family", [pytest.param(each, id=each.name) for each in FAMILIES if each.name != ROW_BY_ROW])
def test_rows_of_a_key_that_stands_on_every_line_are_those_of_its_members_and_days(
    family: Family, past: pd.DataFrame, known: Known
) -> None:
    assert 0 < len(family.told(past, known)) <= FIRMS * DAYS


@pytest.mark.parametrize("family", [pytest.param(each, id=each.name) for each in FAMILIES])
def test_rows_that_came_from_several_buckets_say_what_they_say_together(
    family: Family, past: pd.DataFrame, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_key, "ASKED", 3)
    pieces = [
        family.told(past.iloc[begin : begin + 500].reset_index(drop=True), known) for begin in range(0, LINES, 500)
    ]
    together, whole = gathered(family, pieces, known), gathered(family, [family.told(past, known)], known)
    names = list(whole)
    one, other = (each.astype(dict.fromkeys(each.select_dtypes("category"), "str")) for each in (together, whole))
    pd.testing.assert_frame_equal(
        one.sort_values(names, ignore_index=True), other.sort_values(names, ignore_index=True), check_exact=True
    )


def test_a_sum_of_a_day_cuts_each_line_at_the_largest_amount_and_not_the_sum(past: pd.DataFrame, known: Known) -> None:
    destination = next(each for each in FAMILIES if each.name == "destination")
    cut = past["tpp_total"].clip(upper=LARGEST).sum()
    assert destination.told(past, known)["amount"].sum() == cut < past["tpp_total"].sum()


def test_decided_lines_travel_each_for_itself(past: pd.DataFrame, known: Known) -> None:
    forwarder = next(each for each in FAMILIES if each.name == "forwarder")
    key = int(keys(pd.DataFrame({"order_id": ["O-1"], "line_no": ["1"]}, dtype="str"))[0])
    told = forwarder.told(past.assign(key=np.where(past.index < 7, key, past["key"]).astype("uint64")), known)
    assert (told["key"] == key).sum() == 7
