"""The simulated weeks of review: no week reads what was not yet known, and every way keeps to its slots."""

from datetime import date
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from training.judge import World, simulated_world

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import review_weeks

    return review_weeks


@pytest.fixture(scope="module")
def book() -> World:
    return simulated_world("home", 3000, 3, date(2026, 11, 25))


def test_the_new_kind_is_not_there_before_its_week(bench: ModuleType, book: World) -> None:
    orders = bench.orders_of(book)
    assert orders["new"].any()
    assert orders.loc[orders["new"], "week"].min() >= bench.NEW_FROM


def test_a_queue_takes_its_slots_and_no_order_twice(bench: ModuleType, book: World) -> None:
    orders = bench.orders_of(book)
    mine = orders[orders["week"] == 50]
    run = bench.Run(pd.Series(-1, index=orders.index), pd.Series(False, index=orders.index))
    chances = pd.Series(np.arange(len(mine), dtype=float), index=mine.index)
    for shares in bench.WAYS.values():
        chosen, lot = bench.queue(mine, chances, shares, orders, run, 50, np.random.default_rng(1))
        assert len(chosen) == len(set(chosen)) == min(len(mine), max(4, round(bench.BUDGET * len(mine))))
        assert set(lot) <= set(chosen) <= set(mine.index)
    best, _ = bench.queue(mine, chances, (1.0, 0.0, 0.0, 0.0), orders, run, 50, np.random.default_rng(1))
    assert set(best) == set(chances.nlargest(len(best)).index)


def test_a_review_teaches_only_after_its_delay(bench: ModuleType, book: World, monkeypatch) -> None:
    orders = bench.orders_of(book)
    known: list[int] = []

    def watched(book, lines, orders, run, week, seed):
        known.append(week)
        assert run.reviewed.max() < week
        return pd.Series(0.0, index=lines.index)

    monkeypatch.setattr(bench, "taught", watched)
    bench.weeks(book, orders, (1.0, 0.0, 0.0, 0.0), 1)
    assert known[0] == bench.WHOLE + bench.DELAY
    assert set(np.diff(known)) == {bench.RETRAIN}
