"""A backtest meets each order with the lists of its own day; a list that is old or lacking cannot say no."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from features.parties.screening import editions, lists, ownership_file, store
from features.parties.screening.columns import COLUMNS
from features.parties.screening.lines import on_lines
from features.reference.tables import Tables

HEAD = "source,list_code,name,alt_names,countries,addresses\n"
ROW = 'Entity List (EL),EL,{},,DE,"5 Tarn Road, DE"\n'
FLAGS = ["list_possible", "list_near_miss", "list_same_address"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose list of January holds Velkorra, that of June Quillon too."""
    place = tmp_path_factory.mktemp("home")
    for day, names in (
        (date(2026, 1, 10), ["Velkorra Works"]),
        (date(2026, 6, 10), ["Velkorra Works", "Quillon Mills"]),
    ):
        (place / "csl.csv").write_text(HEAD + "".join(ROW.format(name) for name in names), encoding="utf-8")
        store.import_list(place, place / "csl.csv", day)
    return place


def screened(home: Path, tables: Tables, name: str, *days: str, backtest: bool = True) -> pd.DataFrame:
    held = lists.load_for(home, tables, date(2026, 6, 11), backtest=backtest)
    lines = pd.DataFrame({"buyer_name": [name] * len(days), "buyer_country": "DE"}, dtype="str")
    return on_lines(lines, held, pd.Series(pd.to_datetime(list(days))))[0]


def test_an_order_meets_the_list_of_its_own_day_and_no_later_one(home: Path, tables: Tables) -> None:
    found = screened(home, tables, "Quillon Mills", "2026-06-09", "2026-01-12", "2026-06-10")
    assert found["list_gate"].tolist() == ["", "", "licence"]
    assert found["list_version"].str.slice(0, 14).tolist() == ["csl 2026-01-10", "csl 2026-01-10", "csl 2026-06-10"]


def test_before_the_oldest_list_an_order_was_not_screened_and_is_never_clean(home: Path, tables: Tables) -> None:
    found = screened(home, tables, "Velkorra Works", "2026-01-09", "2026-01-10")
    assert found.loc[0, [*FLAGS, "list_not_screened", "list_gate"]].isna().all()
    assert found.loc[0, "list_version"].startswith("no list kept of that day")
    assert found.loc[1, "list_gate"] == "licence"
    assert dict(found.dtypes.astype(str)) == COLUMNS


def test_outside_a_backtest_the_newest_list_judges_all(home: Path, tables: Tables) -> None:
    found = screened(home, tables, "Quillon Mills", "2026-01-12", "2026-06-10", backtest=False)
    assert found["list_gate"].tolist() == ["licence", "licence"]


@pytest.mark.parametrize(
    ("day", "name", "says"),
    [
        pytest.param("2026-06-16", "Norrhall", [False] * 3, id="six days old: no hit is a no"),
        pytest.param("2026-06-17", "Norrhall", [None] * 3, id="a week old: no hit is no answer"),
        pytest.param("2026-06-17", "Velkora Works", [True, None, None], id="a week old: a hit is a hit"),
    ],
)
def test_a_list_that_is_a_week_old(home: Path, tables: Tables, day: str, name: str, says: list[bool | None]) -> None:
    found = screened(home, tables, name, day, backtest=False).loc[0]
    assert [None if pd.isna(found[flag]) else bool(found[flag]) for flag in FLAGS] == says
    assert ("(7 days old)" in found["list_version"]) == (day == "2026-06-17")


def test_a_list_of_your_own_does_not_age(tmp_path: Path, tables: Tables) -> None:
    (tmp_path / "watch.csv").write_text("name,address\nVelkorra Works,5 Tarn Road\n", encoding="utf-8")
    store.import_list(tmp_path, tmp_path / "watch.csv", date(2020, 1, 1))
    held = lists.load_for(tmp_path, tables, date(2026, 6, 11), backtest=False)
    assert editions.warnings(held, date(2026, 6, 11)) == []


def test_where_one_of_two_lists_was_not_kept_yet_no_hit_is_no_answer(tmp_path: Path, tables: Tables) -> None:
    for name, day in (("one", date(2026, 1, 1)), ("two", date(2026, 6, 1))):
        (tmp_path / f"{name}.csv").write_text(f"name,address\nVelkorra {name},5 Tarn Road\n", encoding="utf-8")
        store.import_list(tmp_path, tmp_path / f"{name}.csv", day)
    found = screened(tmp_path, tables, "Norrhall", "2026-03-01", "2026-07-01")
    assert found["list_possible"].isna().tolist() == [True, False]
    assert "two: none kept of that day" in found["list_version"][0]


def test_a_list_that_came_unchanged_is_in_force_on_both_days(tmp_path: Path, tables: Tables) -> None:
    (tmp_path / "csl.csv").write_text(HEAD + ROW.format("Velkorra Works"), encoding="utf-8")
    for day in (date(2026, 1, 1), date(2026, 6, 1)):
        store.import_list(tmp_path, tmp_path / "csl.csv", day)
    versions = store.catalogue(tmp_path)
    assert [each.dated for each in versions] == ["2026-01-01", "2026-06-01"]
    assert store.newest(versions, date(2026, 1, 2))[0] == versions[:1]


def test_shares_count_in_a_backtest_from_the_day_of_their_file(tmp_path: Path, tables: Tables) -> None:
    (tmp_path / "csl.csv").write_text(HEAD + ROW.format("Velkorra Works").replace("EL", "SDN"), encoding="utf-8")
    store.import_list(tmp_path, tmp_path / "csl.csv", date(2026, 1, 1))
    (tmp_path / "own.csv").write_text("owner,owned,percent\nVelkorra Works,Norrhall,60\n", encoding="utf-8")
    ownership_file.import_ownership(tmp_path, tmp_path / "own.csv", date(2026, 6, 1))
    found = screened(tmp_path, tables, "Norrhall", "2026-05-31", "2026-06-01")
    assert found["list_gate"].tolist() == ["", "stop"]
    assert "ownership 2026-06-01" in found["list_version"][1]


def test_no_line_is_no_error(home: Path, tables: Tables) -> None:
    assert screened(home, tables, "Norrhall").empty
    assert screened(home, tables, "Norrhall", backtest=False).empty


def test_a_later_line_never_decides_whether_an_owner_is_listed(tmp_path: Path, tables: Tables) -> None:
    text = "name,list,start,address\nVelkorra Works,SDN,2026-06-11,5 Tarn Road\n"
    (tmp_path / "watch.csv").write_text(text, encoding="utf-8")
    store.import_list(tmp_path, tmp_path / "watch.csv", date(2026, 1, 1))
    (tmp_path / "own.csv").write_text("owner,owned,percent\nVelkorra Works,Norrhall,60\n", encoding="utf-8")
    ownership_file.import_ownership(tmp_path, tmp_path / "own.csv", date(2026, 1, 1))
    days = ("2026-06-10", "2026-06-12")
    for backtest in (True, False):
        together = screened(tmp_path, tables, "Norrhall", *days, backtest=backtest)
        alone = screened(tmp_path, tables, "Norrhall", days[0], backtest=backtest)
        assert together["list_gate"][0] == alone["list_gate"][0]
