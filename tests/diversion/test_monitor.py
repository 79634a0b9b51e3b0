"""`monitor` exits 3 on an alarm and writes a page without customers; `shadow` changes no result."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from diversion.files import read_files
from diversion.monitor_cli import As, measured
from diversion.work import earlier_of, known_here
from scoring.batch import score
from scoring.champion import BASELINE
from scoring.model import load
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


LIST = "source,list_code,name,alt_names,countries\nEntity List (EL),EL,{name},,SG\nEntity List (EL),EL,Velkorra,,CN\n"


def test_what_is_watched_or_shadowed_is_what_score_sees(run: Run, book: Path, room: Path) -> None:
    """A home with a kept list and recorded orders: the same matrix as scoring builds of the same file."""
    name = pd.read_csv(book / "orders.csv", dtype=str)["buyer_name"].iloc[0]
    (room / "csl.csv").write_text(LIST.format(name=name), encoding="utf-8")
    assert run("lists", "import", "csl.csv").code == 0
    assert run("score", *files(book), "--record", "--out", "first.csv").code == 0
    home, said, day = room / "var", [], date.today()
    orders, master = read_files(book / "orders.csv", book / "customers.csv", home)
    known = known_here(day, master, False, "as dated", home)
    before = earlier_of((), orders, known, home, None, None, said.append)
    scored = score(orders, known, load(BASELINE), earlier=before)
    seen = measured([book / "orders.csv"], book / "customers.csv", home, As(day, backtest=False), said.append)
    pd.testing.assert_frame_equal(seen.matrix, scored.matrix.set_axis(seen.matrix.index))
    assert seen.matrix["a_party_resembles_a_listed_one"].notna().any()
    assert "lists: csl" in said[-1]
    assert "earlier lines" in said[-1]


def test_each_file_is_the_past_of_the_others(run: Run, book: Path, room: Path) -> None:
    orders = pd.read_csv(book / "orders.csv", dtype=str, keep_default_na=False).sort_values("order_date")
    parts = [room / "early.csv", room / "late.csv"]
    for part, path in zip((orders.iloc[:60], orders.iloc[60:]), parts, strict=True):
        part.to_csv(path, index=False)
    said: list[str] = []
    apart = measured(parts, book / "customers.csv", room / "var", As(date(2026, 11, 25)), said.append)
    orders.to_csv(room / "whole.csv", index=False)
    whole = measured([room / "whole.csv"], book / "customers.csv", room / "var", As(date(2026, 11, 25)), said.append)
    pd.testing.assert_frame_equal(apart.matrix, whole.matrix)
    late = measured(parts[1:], book / "customers.csv", room / "var", As(date(2026, 11, 25)), said.append)
    assert not late.matrix.reset_index(drop=True).equals(apart.matrix.iloc[60:].reset_index(drop=True))
