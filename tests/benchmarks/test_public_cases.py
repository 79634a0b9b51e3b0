"""Leaving cases out: each case falls whole to one group and is ranked by the model that never saw it."""

from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import public_cases

    return public_cases


def test_a_case_falls_to_one_group_and_groups_are_of_one_size(bench: ModuleType) -> None:
    told = pd.Series(["B", "A", "A", "C", "E", "D", "D"])
    group = bench.dealt(told, 2)
    assert list(group.index) == ["A", "B", "C", "D", "E"]
    assert group.value_counts().tolist() == [3, 2]
    assert bench.dealt(told[::-1], 2).equals(group)


def test_each_case_has_the_rank_by_the_model_of_its_own_group(bench: ModuleType) -> None:
    ranks = {"left_out_0": [1.0, 2, 3], "left_out_1": [7.0, 8, 9]}
    table = pd.DataFrame({"case_id": ["A", "B", "A"], "use": "positive", "item": "a", **ranks})
    told = bench.by_the_unseen(table, pd.Series({"A": 1, "B": 0}))
    assert told["taught"].tolist() == [7.0, 2.0, 9.0]
    assert list(told) == ["case_id", "use", "item", "taught"]


def test_a_case_is_held_against_its_own_twins_alone(bench: ModuleType) -> None:
    table = pd.DataFrame(
        {
            "case_id": ["A", "A", "A", "B", "B", "C"],
            "use": ["positive", "twin", "twin", "positive", "twin", "negative"],
            "item": "a",
            "taught": [5.0, 9.0, 5.0, 30.0, 20.0, 1.0],
        }
    )
    assert bench.above_twins(table)["taught"].to_dict() == {"positive": pytest.approx(0.5)}
