"""A chart answers for a place and a day what the dated table answers."""

import pandas as pd
import pytest

from features.charts import Chart
from features.reference.tables import Tables

DAYS = (
    "2022-10-06",
    "2022-10-07",
    "2025-01-30",
    "2025-01-31",
    "2026-02-02",
    "2026-02-03",
    "2026-07-14",
    "2031-01-01",
    None,
)
PLACES = ("HK", "AE", "CN", "US", "PR", "QQ", "", None)


@pytest.mark.parametrize("table", ["countries", "transshipment_hubs"])
def test_a_chart_says_what_the_table_says_of_that_day(tables: Tables, table: str) -> None:
    """Places that the table does not name, no place, no day and days before the table among them."""

    def told(place: pd.Series, day: pd.Series) -> pd.Series:
        row = tables.on(table, place, day)
        return (row["known"].astype("str") + " " + row["source"]).astype("str")

    pairs = [(place, day) for place in PLACES for day in DAYS]
    index = pd.Index(range(100, 100 + len(pairs)))
    places = pd.Series([place for place, _ in pairs], index=index, dtype="str")
    days = pd.Series(pd.to_datetime(pd.Series([day for _, day in pairs]).to_numpy()), index=index).astype(
        "datetime64[us]"
    )
    pd.testing.assert_series_equal(
        Chart.of(table, tables, told).on(places, days), told(places, days), check_names=False
    )


def test_a_later_hour_of_a_day_is_that_day(tables: Tables) -> None:
    chart = Chart.of("countries", tables, lambda place, day: tables.on("countries", place, day)["known"])
    noon = pd.Series(pd.to_datetime(["2022-10-07 12:00", "2022-10-06 12:00"])).astype("datetime64[us]")
    assert chart.on(pd.Series(["CN", "CN"], dtype="str"), noon).tolist() == [True, False]


def test_no_lines_have_no_answers(tables: Tables) -> None:
    chart = Chart.of("countries", tables, lambda place, day: tables.on("countries", place, day)["known"])
    assert chart.on(pd.Series(dtype="str"), pd.Series(dtype="datetime64[us]")).empty
