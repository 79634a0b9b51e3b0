"""The past on the command line: recorded once, used from then on, and told."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Orders = Callable[..., str]
AS_OF = ("--as-of", "2026-11-25", "--reasons", "none")
CHIPS = {"buyer_id": "C-1", "part_number": "NVIDIA H100 SXM5 80GB"}
EARLY = CHIPS | {"order_id": "E-1", "order_date": "2025-01-02"}
LATE = CHIPS | {"order_id": "L-1", "order_date": "2026-02-03"}


def results(room: Path) -> list[dict[str, str]]:
    """The rows of the result."""
    with (room / "orders.scored.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_recorded_orders_are_the_past_of_the_next_file(run: Run, orders: Orders, room: Path) -> None:
    first = run("score", orders(EARLY), "--record", *AS_OF)
    assert (first.code, "history: 1 lines added, 0 were there" in first.err) == (0, True)
    assert results(room)[0]["past_version"] == "this file alone"
    second = run("score", orders(LATE), *AS_OF)
    assert "past: " in second.err
    row = results(room)[0]
    assert row["past_version"].endswith(", 1 earlier lines")
    assert "long-silence" in row["red_flags"]


def test_a_history_file_is_the_past_too(run: Run, orders: Orders, room: Path, text: Callable[..., str]) -> None:
    (room / "old.csv").write_text(text(EARLY), encoding="utf-8")
    run("score", orders(LATE), "--history", "old.csv", *AS_OF)
    assert "long-silence" in results(room)[0]["red_flags"]


def test_a_file_that_comes_again_is_said_to_be_recorded_and_scores_the_same(
    run: Run, orders: Orders, room: Path
) -> None:
    run("score", orders(EARLY, LATE), "--record", *AS_OF)
    before = results(room)
    again = run("score", "orders.csv", "--record", *AS_OF)
    assert "of 2 lines 2 were recorded before and count once, 0 had other cells" in again.err
    assert "history: 0 lines added, 2 were there" in again.err
    assert [row["score"] for row in results(room)] == [row["score"] for row in before]


def test_orders_of_one_day_are_told_with_their_sum(run: Run, orders: Orders) -> None:
    ran = run("score", orders(LATE, LATE | {"order_id": "L-2"}), *AS_OF)
    assert "1 times one customer placed several orders on one day" in ran.err
    assert "2026-02-03: orders L-1, L-2: 253,312 TPP together" in ran.err


def test_orders_of_a_day_to_come_are_told(run: Run, orders: Orders) -> None:
    assert (
        "1 lines of orders.csv are dated after 2026-11-25"
        in run("score", orders(LATE | {"order_date": "2026-12-24"}), *AS_OF).err
    )


def test_a_history_that_contradicts_itself_is_refused_and_nothing_is_written(
    run: Run, orders: Orders, room: Path, text: Callable[..., str]
) -> None:
    (room / "old.csv").write_text(text(EARLY, EARLY | {"quantity": "9"}), encoding="utf-8")
    ran = run("score", orders(LATE), "--history", "old.csv", "--record", *AS_OF)
    assert ran.code == 2
    assert "old.csv, rows 2, 3: the same order_id and line_no with other cells" in ran.err
    assert sorted(path.name for path in room.iterdir()) == ["old.csv", "orders.csv"]


def test_a_damaged_history_is_refused_by_name(run: Run, orders: Orders, room: Path) -> None:
    run("score", orders(EARLY), "--record", *AS_OF)
    place = next((room / "var" / "history").glob("*.parquet"))
    place.write_bytes(b"PAR1")
    ran = run("history", "status")
    assert (ran.code, place.name in ran.err) == (2, True)


def test_status_of_an_empty_home_says_how_to_begin(run: Run) -> None:
    assert "'diversion score FILE --record' begins it" in run("history", "status").out


def test_status_names_the_lines_that_a_late_order_touches(run: Run, orders: Orders, room: Path) -> None:
    run("score", orders(LATE), "--record", *AS_OF)
    run("score", orders(EARLY), "--record", *AS_OF)
    told = run("history", "status", "--out", "again.csv").out
    assert "2 lines, 0 later versions" in told
    assert "orders of 2025-01-02 to 2026-02-03" in told
    assert "recorded late: 1 lines; to score again: 1" in told
    assert "L-1 line 1 of 2026-02-03, for recording 2" in told
    with (room / "again.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1:] == [["L-1", "1", "2026-02-03", "2"]]


@pytest.mark.parametrize("verb", ["score", "history"])
def test_help_names_the_past(run: Run, verb: str) -> None:
    told = run(verb, "--help").out
    assert "history" in told
