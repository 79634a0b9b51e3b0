"""Places on a day: groups, hubs, countries that are one country, ports."""

import pandas as pd
import pytest

from features.known import Known
from features.places import any_in_d5_or_macau, apart, country_of_port, in_d5_or_macau
from features.reference.tables import Tables


@pytest.fixture(scope="module")
def here(tables: Tables) -> Known:
    return Known(tables, pd.Timestamp("2026-11-25").date())


def texts(*cells: str | None) -> pd.Series:
    return pd.Series(cells, dtype="str")


def days(*cells: str | None) -> pd.Series:
    return pd.Series(pd.to_datetime(list(cells))).astype("datetime64[us]")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("DE", "FR", True, id="two countries"),
        pytest.param("DE", "DE", False, id="one country"),
        pytest.param("PR", "US", False, id="a territory is its parent"),
        pytest.param("GU", "PR", False, id="two territories of one parent"),
        pytest.param("HK", "CN", True, id="Hong Kong stays itself"),
        pytest.param("DE", None, None, id="one is not stated"),
        pytest.param(None, None, None, id="neither is stated"),
    ],
)
def test_apart(tables: Tables, one: str | None, other: str | None, expected: bool | None) -> None:
    answer = apart(texts(one), texts(other), tables).iloc[0]
    assert (None if pd.isna(answer) else answer) == expected


@pytest.mark.parametrize(
    ("port", "country"),
    [
        ("SGSIN", "SG"),
        (" nl rtm ", "NL"),
        ("DE-HAM", "DE"),
        ("QQXXX", None),
        ("Paris", None),
        ("57035", None),
        ("Port Klang", None),
        (None, None),
    ],
)
def test_country_of_port(tables: Tables, port: str | None, country: str | None) -> None:
    answer = country_of_port(texts(port), tables).iloc[0]
    assert (None if pd.isna(answer) else answer) == country


@pytest.mark.parametrize(
    ("listed", "day", "expected"),
    [
        pytest.param("US;CN", "2026-06-12", True, id="one of them"),
        pytest.param("US;DE", "2026-06-12", False, id="none of them"),
        pytest.param("HK", "2026-06-12", True, id="Hong Kong is treated as China"),
        pytest.param("KH;US", "2026-02-03", False, id="Cambodia after it left D:5"),
        pytest.param("KH;US", "2026-02-02", True, id="and before"),
        pytest.param("CN", "2022-10-06", None, id="before the groups are known"),
        pytest.param("CN", None, None, id="no date"),
        pytest.param(None, "2026-06-12", None, id="no list"),
    ],
)
def test_any_in_d5_or_macau(here: Known, listed: str | None, day: str | None, expected: bool | None) -> None:
    answer = any_in_d5_or_macau(texts(listed), days(day), here).iloc[0]
    assert (None if pd.isna(answer) else answer) == expected


def test_many_places_are_answered_in_their_rows(here: Known) -> None:
    places = texts("CN", None, "DE", "CN").set_axis([4, 4, 9, 1])
    dates = days("2026-06-12", "2026-06-12", "2026-06-12", None).set_axis(places.index)
    answer = in_d5_or_macau(places, dates, here)
    assert answer.index.tolist() == [4, 4, 9, 1]
    assert answer.tolist() == [True, pd.NA, False, pd.NA]
