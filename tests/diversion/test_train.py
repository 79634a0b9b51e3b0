"""`diversion train` as a person calls it: from blocks on disk, and what it refuses before anything is read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from training.simulate import simulate, write

Run = Callable[..., Any]
GIVEN = ("--bag", "1", "--seed", "3", "--no-track", "--as-of", "2026-11-25")
FILES = ("--orders", "book/orders.csv", "--customers", "book/customers.csv", "--outcomes", "book/outcomes.csv")


def test_a_model_learnt_from_a_folder_of_blocks_scores(run: Run, room: Path, orders: Callable[..., str]) -> None:
    write(simulate(8_000, 3), room / "book")
    trained = run("train", *FILES, *GIVEN, "--blocks", "blocks", "--out", "model")
    assert trained.code == 0, trained.err
    assert list((room / "blocks").rglob("*.parquet"))
    assert not (room / "mlruns").exists()
    scored = run("score", orders(), "--model", "model")
    assert scored.code == 0, scored.err
    assert scored.err.startswith("model run-")


REFUSED = [
    pytest.param(("--blocks", "blocks"), "give an order file and an outcome file", id="blocks of a simulated book"),
    pytest.param(("--scheduler", "tcp://127.0.0.1:1"), "a folder that they all see with --blocks", id="no blocks"),
]


@pytest.mark.parametrize(("asked", "said"), REFUSED)
def test_what_cannot_be_learnt_is_refused(run: Run, room: Path, asked: tuple[str, ...], said: str) -> None:
    ran = run("train", *GIVEN, *asked, "--out", "model")
    assert (ran.code, (room / "model").exists()) == (2, False)
    assert said in ran.err
