"""How far two bags of disjoint customers agree on the leading reason."""

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from features.matrix import FEATURES
from scoring.model import Model, filled
from training.baseline import guidance

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
PAYS, ROUTE = "pays_through_a_new_payer", "passes_a_hub"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import reasons

    return reasons


def of(**amounts: float) -> Model:
    """A model of the line alone in which a yes adds the given amount."""
    inputs = tuple(
        each if each.kind == "number" else replace(each, offsets=(0.0, 0.0, amounts.get(each.name, 0.0)))
        for each in guidance(FEATURES)
    )
    return Model("made", inputs, (), 0.0, ((-25.0, -25.0), (25.0, 25.0)), 0.1, (0.0, 0.0, 0.0), 0.0, {})


@pytest.fixture
def top() -> pd.DataFrame:
    """Two lines, on which two flags of different families say yes and nothing else is known."""
    kinds = {"flag": "boolean", "number": "Float64"}
    matrix = pd.DataFrame({each.name: pd.Series([pd.NA, pd.NA], dtype=kinds[each.kind]) for each in FEATURES})
    assert np.isfinite(filled(guidance(FEATURES), matrix)).all()
    return matrix.assign(**{name: pd.Series([True, True], dtype="boolean") for name in (PAYS, ROUTE)})


def test_bags_that_weigh_two_signs_the_same_way_agree_on_every_level(bench: ModuleType, top: pd.DataFrame) -> None:
    found = bench.alike([of(**{PAYS: 2.0, ROUTE: 1.0}), of(**{PAYS: 1.0, ROUTE: 0.5})], top, pd.Series(["a", "b"]))
    assert {found[level] for level in ("input", "red flag", "family", "in few", "as much")} == {1.0}


def test_bags_that_weigh_them_the_other_way_round_agree_on_none_but_name_the_same_few(
    bench: ModuleType, top: pd.DataFrame
) -> None:
    found = bench.alike([of(**{PAYS: 2.0, ROUTE: 1.0}), of(**{PAYS: 1.0, ROUTE: 2.0})], top, pd.Series(["a", "b"]))
    assert {found[level] for level in ("input", "red flag", "family")} == {0.0}
    assert (found["in few"], found["as much"], found["chance"]) == (1.0, 0.0, 0.0)


def test_families_that_add_about_the_same_lead_as_much(bench: ModuleType, top: pd.DataFrame) -> None:
    found = bench.alike([of(**{PAYS: 1.2, ROUTE: 1.0}), of(**{PAYS: 1.0, ROUTE: 1.2})], top, pd.Series(["a", "b"]))
    assert (found["family"], found["as much"]) == (0.0, 1.0)
