"""The load on the queue: what the benchmark calls a fault is one, and nothing else is."""

from collections import Counter
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest

from scoring.review import log
from scoring.review.log import Actor
from scoring.review.store import open_store

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
NOON, HALF_PAST = "2026-11-25T12:00:00.000000Z", "2026-11-25T12:30:00.000000Z"
SOON, LATER = "2026-11-25T12:10:00.000000Z", "2026-11-25T12:40:00.000000Z"
Told = tuple[str, str, str]  # who, what, when


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import review_queue

    return review_queue


@pytest.mark.parametrize(
    ("then", "two", "again"),
    [
        pytest.param([("bob", "taken", SOON)], 1, {"its lock was over": 1}, id="another gets a case that is held"),
        pytest.param(
            [("bob", "taken", LATER)], 0, {"its lock was over": 1}, id="another gets it when the lock is over"
        ),
        pytest.param([("ann", "taken", SOON)], 0, {}, id="the same person gets it again"),
        pytest.param(
            [("ann", "decided", SOON), ("bob", "taken", SOON)],
            0,
            {"decided": 1},
            id="a decided one is drawn for review",
        ),
        pytest.param(
            [("ann", "put back", SOON), ("ann", "taken", LATER)], 0, {"put back": 1}, id="one that was put back"
        ),
    ],
)
def test_only_two_people_with_one_case_at_one_time_are_a_fault(
    bench: ModuleType, tmp_path: Path, then: list[Told], two: int, again: dict[str, int]
) -> None:
    with closing(open_store(tmp_path)) as store:
        with store.writing() as connection:
            for who, kind, at in [("ann", "taken", NOON), *then]:
                log.append(connection, Actor(who, "analyst"), kind, 1, {"until": HALF_PAST}, at)
        assert bench.from_the_log(store) == (two, Counter(again))
