"""Dated look-ups: the day before, the day, the day after; what is unknown; and the property behind them."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.reference.cards import Card
from features.reference.tables import Tables, load

TABLES = load()


def one(table: str, key: str | None, day: str | None) -> "pd.Series[object]":
    return TABLES.on(table, pd.Series([key], dtype="str"), pd.to_datetime(pd.Series([day]))).iloc[0]


@pytest.mark.parametrize(
    ("key", "day", "column", "expected"),
    [
        pytest.param("KH", "2026-02-02", "groups", "D:1;D:5", id="Cambodia is in D:5 until 2 February 2026"),
        pytest.param("KH", "2026-02-03", "groups", "D:1", id="and no longer from 3 February 2026"),
        pytest.param("KH", "2026-02-04", "groups", "D:1", id="nor the day after"),
        pytest.param(
            "AE", "2026-07-13", "groups", "B;D:3;D:4", id="the Emirates are in D:3 and D:4 until 13 July 2026"
        ),
        pytest.param("AE", "2026-07-14", "groups", "A:5;B", id="and in A:5 from 14 July 2026"),
        pytest.param("AE", "2026-07-14 23:59", "groups", "A:5;B", id="at any hour of that day"),
        pytest.param("NA", "2026-01-01", "name", "Namibia", id="NA is Namibia"),
        pytest.param("HK", "2026-01-01", "ear_parent", "CN", id="Hong Kong follows China"),
    ],
)
def test_a_country_is_looked_up_on_the_day_of_the_order(key: str, day: str, column: str, expected: str) -> None:
    found = one("countries", key, day)
    assert found["known"]
    assert found[column] == expected


@pytest.mark.parametrize(
    ("key", "day", "known"),
    [
        pytest.param("KH", "2022-10-06", False, id="groups before 7 October 2022 are not known"),
        pytest.param("KH", "2022-10-07", True, id="from that day they are"),
        pytest.param(None, "2026-01-01", False, id="a missing key is not known"),
        pytest.param("KH", None, False, id="a missing date is not known"),
        pytest.param("ZZ", "2026-01-01", True, id="a key the table never names is known not to be in it"),
    ],
)
def test_outside_what_is_known_the_answer_is_not_evaluated(key: str | None, day: str | None, known: bool) -> None:
    found = one("countries", key, day)
    assert bool(found["known"]) is known
    assert pd.isna(found["groups"]) or key == "KH"


@pytest.mark.parametrize(
    ("table", "day", "expected"),
    [
        pytest.param("control_thresholds", "2022-10-06", [], id="before October 2022 there is no chip control"),
        pytest.param("control_thresholds", "2022-10-07", ["october-2022"], id="then there is one limb"),
        pytest.param("control_thresholds", "2023-11-16", ["october-2022"], id="until 16 November 2023"),
        pytest.param(
            "control_thresholds",
            "2023-11-17",
            ["a-tpp", "a-density", "b-middle", "b-density"],
            id="and four from the 17th",
        ),
    ],
)
def test_the_limbs_in_force(table: str, day: str, expected: list[str]) -> None:
    assert TABLES.in_force(table, pd.Timestamp(day))["limb"].tolist() == expected


def test_a_hub_counts_from_the_day_it_was_named() -> None:
    days = pd.to_datetime(pd.Series(["2025-02-26", "2025-02-27", "2025-02-28"]))
    found = TABLES.on("transshipment_hubs", pd.Series(["SG"] * 3), days)
    assert found["basis"].notna().tolist() == [False, True, True]
    assert found["known"].all()


def test_one_date_serves_all_keys_and_the_index_is_kept() -> None:
    keys = pd.Series(["AE", None, "KH"], index=[7, 3, 7], dtype="str")
    found = TABLES.on("countries", keys, pd.Timestamp("2026-07-14"))
    assert found.index.tolist() == [7, 3, 7]
    assert found["known"].tolist() == [True, False, True]
    assert not TABLES.on("countries", keys, pd.NaT)["known"].any()


def test_keys_and_dates_of_different_lines_are_refused() -> None:
    with pytest.raises(ValueError, match="same index"):
        TABLES.on("countries", pd.Series(["AE"]), pd.Series([pd.Timestamp("2026-01-01")], index=[5]))


@pytest.mark.parametrize("keys", [pd.Series(dtype="str"), pd.Series([float("nan")] * 2)], ids=["no line", "no key"])
def test_a_column_without_any_key_gives_every_column(keys: "pd.Series[str]") -> None:
    found = TABLES.on("countries", keys, pd.Timestamp("2026-01-01"))
    assert len(found) == len(keys)
    assert found.columns.tolist() == [*TABLES.frames["countries"].columns.drop("iso2"), "known"]
    assert not found["known"].any()


DAYS = st.integers(0, 40)


@st.composite
def _tables(draw: st.DrawFn) -> Tables:
    """A table of up to three keys whose periods, cut at drawn days, never overlap but may leave gaps."""
    rows = []
    for key in "abc":
        cuts = sorted(draw(st.sets(DAYS, max_size=6)))
        periods = list(zip(cuts[::2], cuts[1::2], strict=False))
        rows += [(key, f"{key}{first}", _day(first), _day(last)) for first, last in periods]
        if len(cuts) % 2:
            rows.append((key, f"{key}{cuts[-1]}", _day(cuts[-1]), pd.NaT))
    frame = pd.DataFrame(rows, columns=["key", "value", "start", "end"])
    frame = frame.astype({"key": "str", "value": "str", "start": "datetime64[us]", "end": "datetime64[us]"})
    card = Card("t", "", "", "", date(2026, 1, 1), (0, 9), "", "key", _day(draw(DAYS)).date(), (), {})
    return Tables({"t": frame}, {"t": card}, "0")


def _day(number: int) -> pd.Timestamp:
    return pd.Timestamp("2026-01-01") + pd.Timedelta(days=number)


@given(_tables(), st.lists(st.tuples(st.sampled_from(["a", "b", "c", "d", None]), DAYS | st.none()), max_size=12))
def test_each_line_gets_the_one_row_in_force_on_its_day(
    tables: Tables, asked: list[tuple[str | None, int | None]]
) -> None:
    keys = pd.Series([key for key, _ in asked], dtype="str")
    days = pd.Series([None if day is None else _day(day) for _, day in asked], dtype="datetime64[us]")
    found = tables.on("t", keys, days)
    first = pd.Timestamp(tables.cards["t"].known_from)
    for (key, number), value, known in zip(asked, found["value"], found["known"], strict=True):
        day = None if number is None else _day(number)
        rows = [
            row.value
            for row in tables.frames["t"].itertuples()
            if day is not None and row.key == key and row.start <= day and (pd.isna(row.end) or day <= row.end)
        ]
        assert rows == ([] if pd.isna(value) else [value])
        assert known == (key is not None and day is not None and day >= first)
