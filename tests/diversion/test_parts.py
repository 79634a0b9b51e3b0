"""The options of `score` for large files, as a person gives them."""

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from diversion.start import without
from features.orders.long import read_long

HEADINGS = (
    "order_id,line_no,order_date,seller_country,buyer_name,buyer_country,destination_country,part_number,quantity"
)
HEADINGS += "quantity"
ORDERS = 8


@pytest.fixture
def file(room: Path) -> str:
    """Orders of several days by one customer."""
    lines = [f"A-{at},1,2026-01-{at + 10},US,Norrhall Compute,SG,SG,H100 SXM5,{at}" for at in range(1, ORDERS + 1)]
    (room / "orders.csv").write_text("\n".join([HEADINGS, *lines, ""]), encoding="utf-8")
    return "orders.csv"


def test_small_parts_give_the_same_file_and_summary(run: Callable[..., Any], file: str) -> None:
    whole = run("score", file, "--out", "whole.csv", "--as-of", "2026-11-25")
    parts = run("score", file, "--out", "parts.csv", "--as-of", "2026-11-25", "--chunk", "3")
    assert Path("parts.csv").read_bytes() == Path("whole.csv").read_bytes()
    assert parts.err.replace("parts.csv", "whole.csv") == whole.err


def test_a_file_read_in_batches_gives_the_same_file_summary_and_report(
    run: Callable[..., Any], file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path(file).open("a", encoding="utf-8") as more:
        more.write("A-8,2,2026-01-18,US,Norrhall Compute,Korea,SG,H100 SXM5,many\none cell alone\n" * 2)
    said = (file, "--as-of", "2026-11-25", "--answer", "order_date=day-first")
    whole = run("score", *said, "--out", "whole.csv", "--report", "whole.html")
    monkeypatch.setattr("diversion.files.read_long", partial(read_long, small=0))
    parts = run("score", *said, "--out", "parts.csv", "--report", "parts.html", "--chunk", "3")
    assert Path("parts.csv").read_bytes() == Path("whole.csv").read_bytes()
    assert Path("parts.html").read_bytes() == Path("whole.html").read_bytes()
    assert parts.err.replace("parts.", "whole.") == whole.err
    assert "(and 1 more)" in parts.err


def test_recorded_lines_of_a_file_read_in_batches_are_all_known_the_next_time(
    run: Callable[..., Any], file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diversion.files.read_long", partial(read_long, small=0))
    said = ("score", file, "--as-of", "2026-11-25", "--chunk", "3", "--record")
    assert f"history: {ORDERS} lines added" in run(*said).err
    again = run(*said).err
    assert f"of {ORDERS} lines {ORDERS} were recorded before and count once, 0 had other cells" in again
    assert f"history: 0 lines added, {ORDERS} were there" in again


def shuffled(file: str) -> None:
    """Three times as many orders of two lines each, the second far from the first, among them one that is no record."""
    text = Path(file).read_text(encoding="utf-8")
    lines = [line for at in "BC" for line in text.replace("A-", f"{at}-").splitlines()[1:]]
    again = [line.replace(",1,2026", ",2,2026") for line in lines]
    Path(file).write_text("\n".join([text.strip(), *lines, "one cell alone", *reversed(again), ""]), encoding="utf-8")


def test_the_queue_of_a_file_read_in_batches_is_that_of_the_whole(
    run: Callable[..., Any], file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shuffled(file)
    said = ("score", file, "--as-of", "2026-11-25", "--answer", "order_date=day-first", "--enqueue")
    whole = run(*said, "--home", "whole", "--out", "whole.csv")
    monkeypatch.setattr("diversion.files.read_long", partial(read_long, small=0))
    monkeypatch.setattr("scoring.review.incoming.AT_ONCE", 7)
    parts = run(*said, "--home", "parts", "--out", "parts.csv", "--chunk", "9")
    assert "queue: 25 opened" in whole.err
    assert parts.err.replace("parts", "whole") == whole.err
    assert Path("parts.csv").read_bytes() == Path("whole.csv").read_bytes()
    assert stored("parts") == stored("whole")
    assert "queue: 25 unchanged" in run(*said, "--home", "parts", "--out", "parts.csv", "--chunk", "9").err


def stored(home: str) -> list[list[Any]]:
    """All that the queue of a home holds but moments, and the log, whose steps may be of any size."""
    asked = (
        "SELECT order_id, state, action, band, score, usd, tpp, due, buyer, words, slot, propensity FROM cases",
        "SELECT order_id, lines.* FROM lines JOIN cases ON case_id = cases.id ORDER BY order_id, line_no",
        "SELECT sha256, order_id, body FROM frozen ORDER BY sha256",
        "SELECT kind, case_id, body FROM events WHERE kind <> 'scored' ORDER BY seq",
    )
    with closing(sqlite3.connect(Path(home, "queue.db"))) as queue:
        return [queue.execute(question).fetchall() for question in asked]


def test_a_queue_takes_whole_files(run: Callable[..., Any], file: str) -> None:
    ran = run("score", file, "--enqueue", "--shard", "1/2")
    assert ran.code == 2
    assert "takes whole files" in ran.err


def test_the_history_of_a_file_read_in_batches_is_that_of_the_whole(
    run: Callable[..., Any], file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shuffled(file)
    said = ("score", file, "--as-of", "2026-11-25", "--answer", "order_date=day-first", "--record")
    run(*said, "--home", "whole")
    monkeypatch.setattr("diversion.files.read_long", partial(read_long, small=0))
    run(*said, "--home", "parts", "--chunk", "9")
    whole, parts = (next(Path(home, "history").iterdir()) for home in ("whole", "parts"))
    assert (parts.name, parts.read_bytes()) == (whole.name, whole.read_bytes())


def test_a_share_is_named_in_the_file_it_writes(run: Callable[..., Any], file: str) -> None:
    counts = []
    for number in (1, 2):
        ran = run("score", file, "--shard", f"{number}/2", "--as-of", "2026-11-25")
        assert ran.code == 0
        counts.append(len(Path(f"orders.scored.{number}-of-2.csv").read_text(encoding="utf-8").splitlines()) - 1)
    assert sum(counts) == ORDERS


def test_what_is_no_share_is_refused_before_anything_is_read(run: Callable[..., Any], room: Path) -> None:
    ran = run("score", "nothing.csv", "--shard", "3/2")
    assert ran.code == 2
    assert "--shard '3/2': is no share" in ran.err


def test_a_package_left_out_is_there_again_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "wave", raising=False)
    with without("wave"), pytest.raises(ImportError):
        __import__("wave")
    assert __import__("wave").__name__ == "wave"
    with without("wave"):
        assert __import__("wave").__name__ == "wave", "what is imported already stays"
