"""The options of `score` for large files, as a person gives them."""

import sys
from collections.abc import Callable
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
