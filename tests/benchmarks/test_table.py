"""A regression is seen by the ratio to the floor, never by the clock, and only between runs of the same."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TABLE = Path(__file__).parents[2] / "benchmarks" / "table.py"


def entry(ratio: float, seconds: float = 1.0, **told: Any) -> dict[str, Any]:
    seen = {"seconds": seconds, "cpu": seconds, "mib": 300, "worker_mib": 0, "stages": {"read": 0.4, "workers": 0.0}}
    run = {"day": "2026-11-27", "version": "0.1.0", "cores": 2, "lines": 1000, "workers": 1}
    return run | {"floor": seen, "score": seen, "ratio": ratio} | told


def ran(*history: Path) -> "subprocess.CompletedProcess[str]":
    call = [sys.executable, TABLE, *history]
    return subprocess.run(call, capture_output=True, text=True, check=False)  # noqa: S603  (a script of ours)


def shown(tmp_path: Path, *entries: dict[str, Any]) -> "subprocess.CompletedProcess[str]":
    place = tmp_path / "history.json"
    place.write_text(json.dumps(entries), encoding="utf-8")
    return ran(place)


def test_the_latest_run_of_each_benchmark_is_shown_with_the_ratio_before_it(tmp_path: Path) -> None:
    told = shown(tmp_path, entry(20.0), entry(10.0), entry(50.0, benchmark="serving", lines=1, workers=16))
    assert told.returncode == 0
    first, second = told.stdout.splitlines()[1:3]
    assert first.split() == ["scoring", "1,000", "1", "2026-11-27", "1,000.0", "1.00", "300", "10.00", "20.0"]
    assert second.split() == ["serving", "1", "16", "2026-11-27", "1.0", "1.00", "300", "50.00"]
    assert "scoring, 1,000 lines, 1 at a time: read 0.4\n" in told.stdout


SLOWER = [
    pytest.param((entry(10.0), entry(11.6)), True, id="a ratio that rose by a sixth"),
    pytest.param((entry(10.0), entry(11.4)), False, id="a ratio that rose by a seventh"),
    pytest.param((entry(10.0, 1.0), entry(10.0, 9.0)), False, id="a slower machine"),
    pytest.param((entry(10.0), entry(30.0, lines=2000)), False, id="another size"),
    pytest.param((entry(10.0), entry(30.0, workers=2)), False, id="another number of workers"),
    pytest.param((entry(10.0), entry(30.0, benchmark="training")), False, id="another benchmark"),
    pytest.param((entry(30.0), entry(10.0), entry(12.0)), True, id="slower than the last, if faster than the first"),
]


@pytest.mark.parametrize(("runs", "expected"), SLOWER)
def test_a_regression_is_told_and_fails(tmp_path: Path, runs: tuple[dict[str, Any], ...], expected: bool) -> None:
    told = shown(tmp_path, *runs)
    assert told.returncode == int(expected)
    assert ("SLOWER: " in told.stdout) is expected


def test_the_history_that_ships_can_be_shown() -> None:
    told = ran()
    assert told.stdout.startswith("benchmark ")
    assert not told.stderr
