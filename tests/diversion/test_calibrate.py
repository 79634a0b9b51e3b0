"""`diversion calibrate` fits the bands to the user's own orders, and `diversion score` then uses them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from scoring.champion import BASELINE
from scoring.model import load, save
from training.simulate import simulate, write

Run = Callable[..., Any]
BANDS = Path("var/bands.json")
AS_OF = ("--as-of", "2026-11-25")


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated order book."""
    folder = tmp_path_factory.mktemp("world")
    write(simulate(1_500, 3), folder)
    return folder


@pytest.fixture
def files(world: Path) -> tuple[str, ...]:
    return (str(world / "orders.csv"), "--customers", str(world / "customers.csv"), *AS_OF)


def test_as_many_orders_a_week_reach_high_as_the_reviewers_can_work(run: Run, files: tuple[str, ...]) -> None:
    ran = run("calibrate", *files, "--capacity", "1/week")
    assert ran.code == 0, ran.err
    kept = json.loads(BANDS.read_text(encoding="utf-8"))
    assert run("score", *files, "--out", "result.parquet").code == 0
    results = pd.read_parquet("result.parquet")
    alarming = results[results["band"].isin(["high", "critical"])]["order_id"].nunique()
    assert alarming == pytest.approx(kept["weeks"], abs=1)
    assert kept["orders"] == results["order_id"].nunique()


def test_it_shows_old_and_new_bands_and_the_orders_a_week_in_each(run: Run, files: tuple[str, ...]) -> None:
    ran = run("calibrate", *files, "--capacity", "1/week")
    lines = ran.out.splitlines()
    assert [line.split()[0] for line in lines] == ["band", "critical", "high", "elevated", "low"]
    kept = json.loads(BANDS.read_text(encoding="utf-8"))
    assert f"{kept['before'][1]:+.3f}" in lines[2]
    assert f"{kept['thresholds'][1]:+.3f}" in lines[2]
    assert "orders in" in ran.err
    assert "weeks with orders" in ran.err
    assert "'diversion score' uses them" in ran.err


def test_a_result_says_where_its_bands_come_from(run: Run, files: tuple[str, ...]) -> None:
    run("calibrate", *files, "--capacity", "1/week")
    ran = run("score", *files, "--out", "result.csv", "--report", "report.html")
    second = ran.err.splitlines()[1]
    assert second.startswith("bands fitted to ")
    assert second.endswith(")")
    mark = second.rpartition("(")[2].removesuffix(")")
    assert f"+{mark}; " in pd.read_csv("result.csv")["model_version"].iloc[0]
    assert mark in Path("report.html").read_text(encoding="utf-8")
    assert second in run("explain", *files, "--order", str(pd.read_csv("result.csv")["order_id"][0])).err


def test_without_a_fit_the_result_says_that_there_is_none(run: Run, orders: Callable[..., str]) -> None:
    assert "not fitted to your orders" in run("score", orders()).err.splitlines()[1]


def test_bands_of_another_model_are_not_used(run: Run, room: Path, files: tuple[str, ...]) -> None:
    run("calibrate", *files, "--capacity", "1/week")
    save(load(BASELINE), room / "other", "# another card\n")
    ran = run("score", *files, "--model", "other", "--out", "result.csv")
    assert ran.code == 0
    assert "bands fitted for another model (baseline-4+simulated) are not used" in ran.err
    assert "+bands-" not in pd.read_csv("result.csv")["model_version"].iloc[0]


def test_the_same_book_gives_the_same_bytes(run: Run, files: tuple[str, ...]) -> None:
    found = []
    for home in ("one", "two"):
        assert run("calibrate", *files, "--capacity", "1/week", "--home", home).code == 0
        found.append(Path(home, "bands.json").read_bytes())
    assert found[0] == found[1]


def test_no_customer_value_is_kept(run: Run, world: Path, files: tuple[str, ...]) -> None:
    run("calibrate", *files, "--capacity", "1/week")
    kept = BANDS.read_text(encoding="utf-8")
    orders = pd.read_csv(world / "orders.csv")
    assert not [name for name in {*orders["order_id"], *orders["buyer_name"].dropna()} if name in kept]


def test_the_fit_knows_what_score_knows_of_the_home(run: Run, world: Path, files: tuple[str, ...], room: Path) -> None:
    name = pd.read_csv(world / "orders.csv", dtype=str)["buyer_name"].iloc[0]
    rows = f"Entity List (EL),EL,{name},,SG\nEntity List (EL),EL,Velkorra,,CN\n"
    (room / "csl.csv").write_text("source,list_code,name,alt_names,countries\n" + rows, encoding="utf-8")
    assert run("lists", "import", "csl.csv").code == 0
    plain = run("calibrate", *files, "--capacity", "1/week", "--home", "bare").err
    assert "past: this file alone" in plain
    assert "lists: none kept" in plain
    told = run("calibrate", *files, "--capacity", "1/week", "--history", str(world / "orders.csv")).err
    assert "earlier lines" in told
    assert "lists: csl" in told


CAPACITIES = [
    pytest.param("0", "a number above 0", id="none"),
    pytest.param("-3/week", "a number above 0", id="less than none"),
    pytest.param("25/day", "such as 25/week", id="another span"),
    pytest.param("900/week", "is the whole book", id="more than the book"),
]


@pytest.mark.parametrize(("capacity", "said"), CAPACITIES)
def test_a_capacity_that_makes_no_queue_is_refused_and_nothing_is_kept(
    run: Run, files: tuple[str, ...], capacity: str, said: str
) -> None:
    ran = run("calibrate", *files, f"--capacity={capacity}")
    assert ran.code == 2
    assert said in ran.err
    assert not BANDS.exists()


BOOKS = [
    pytest.param([{}] * 5, "5 of 5 orders have a date that counts", id="too few orders"),
    pytest.param([{"order_date": ""}] * 120, "0 of 120 orders have a date that counts", id="no dates"),
    pytest.param([{}] * 120, "in 1 weeks", id="one week only"),
]


@pytest.mark.parametrize(("changes", "said"), BOOKS)
def test_a_book_too_thin_to_fit_is_refused(
    run: Run, orders: Callable[..., str], changes: list[dict[str, str]], said: str
) -> None:
    ran = run("calibrate", orders(*changes), "--capacity", "1/week", *AS_OF)
    assert ran.code == 2
    assert said in ran.err
    assert not BANDS.exists()


def test_a_refused_fit_leaves_the_earlier_bands(run: Run, files: tuple[str, ...]) -> None:
    run("calibrate", *files, "--capacity", "1/week")
    before = BANDS.read_bytes()
    assert run("calibrate", *files, "--capacity", "0").code == 2
    assert BANDS.read_bytes() == before


@pytest.mark.parametrize("verb", [["score"], ["calibrate", "--capacity", "1/week"]], ids=["score", "calibrate"])
def test_damaged_bands_stop_the_run_and_say_what_to_do(run: Run, files: tuple[str, ...], verb: list[str]) -> None:
    BANDS.parent.mkdir()
    BANDS.write_text("{", encoding="utf-8")
    ran = run(*verb, *files)
    assert ran.code == 2
    assert "delete it and run 'diversion calibrate' again" in ran.err


def test_a_home_that_is_a_file_is_refused(run: Run, room: Path, files: tuple[str, ...]) -> None:
    (room / "house").write_text("", encoding="utf-8")
    ran = run("calibrate", *files, "--capacity", "1/week", "--home", "house")
    assert ran.code == 2
    assert "not written" in ran.err
