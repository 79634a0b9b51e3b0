"""`monitor` exits 3 on an alarm and writes a page without customers; `shadow` changes no result."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scoring.champion import BASELINE
from training.simulate import simulate, write

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("book")
    write(simulate(120, 3), place)
    return place


def files(book: Path) -> tuple[str, ...]:
    return (str(book / "orders.csv"), "--customers", str(book / "customers.csv"))


def test_a_model_without_a_reference_raises_no_alarm_and_says_what_it_could_not_watch(run: Run, book: Path) -> None:
    ran = run("monitor", *files(book), "--model", str(BASELINE))
    assert ran.code == 0, ran.err
    assert "not evaluated" in ran.out
    assert "0 alarms" in ran.err


def test_an_alarm_exits_3_with_its_page(run: Run, book: Path, room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.contest.check import held

    loud = held("hits against scores", 0.1, "at least 0.6", False, "1 found, 10 expected")
    monkeypatch.setattr("training.monitor.closed.outcome_checks", lambda *_: [loud])
    ran = run("monitor", *files(book), "--outcomes", str(book / "outcomes.csv"), "--report", "page.html")
    assert ran.code == 3
    assert "1 alarms; hits against scores: 1 found, 10 expected" in ran.err
    assert "ALARM" in (room / "page.html").read_text(encoding="utf-8")


def test_the_same_line_in_two_files_counts_once(run: Run, book: Path, room: Path) -> None:
    run("monitor", str(book / "orders.csv"), *files(book), "--report", "twice.html")
    run("monitor", *files(book), "--report", "once.html")
    twice, once = ((room / name).read_text(encoding="utf-8") for name in ("twice.html", "once.html"))
    assert twice.replace("orders.csv, orders.csv", "orders.csv") == once


@pytest.mark.parametrize("report", ["page.txt", "missing/page.html"])
def test_a_place_that_cannot_take_the_page_is_refused_before_anything_is_read(
    run: Run, room: Path, report: str
) -> None:
    assert run("monitor", "nothing.csv", "--report", report).code == 2
    assert not list(room.iterdir())


def test_shadow_writes_into_the_home_and_nothing_else(run: Run, book: Path, room: Path) -> None:
    ran = run("shadow", *files(book), "--challenger", str(BASELINE))
    assert ran.code == 0, ran.err
    assert "no result was changed" in ran.err
    assert [path.name for path in room.iterdir()] == ["var"]
    (summary,) = (room / "var" / "shadow").glob("*.json")
    assert json.loads(summary.read_text(encoding="utf-8"))["top_replaced"] == 0.0


def test_shadow_without_a_challenger_is_refused(run: Run, book: Path, room: Path) -> None:
    assert run("shadow", *files(book)).code == 2
    assert not list(room.iterdir())
