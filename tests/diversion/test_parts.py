"""The options of `score` for large files, as a person gives them."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from diversion.start import without

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
