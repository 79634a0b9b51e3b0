"""Two models on one batch: what would change is kept in the home, and counted once a batch."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from scoring.model import Model, ModelRefused
from training.fit import fit
from training.shadow import Shadow, Span, beside, keep, picked, seen

AS_OF = date(2026, 11, 25)


@pytest.fixture(scope="module")
def model(world) -> Model:
    made = fit(world.inputs, world.matrix, world.label, world.weight, world.customer, seed=7, bag=1)
    return replace(made, thresholds=(-1.0, 0.0, 1.0))


def orders(world, first: str = "2026-03-01") -> pd.DataFrame:
    rows = len(world.matrix)
    days = pd.date_range(first, periods=rows, freq="h")
    return pd.DataFrame({"order_id": [f"=o{at // 2}" for at in range(rows)], "line_no": "1", "order_date": days})


def batch(world, model: Model, other: Model) -> Shadow:
    return beside(model, other, orders(world), world.matrix, 0.02)


def test_a_model_beside_itself_changes_nothing(world, model: Model, tmp_path: Path) -> None:
    found = batch(world, model, model)
    told = found.summary
    assert (told["same_band"], told["top_replaced"]) == (1.0, 0.0)
    assert told["rank_correlation"] == pytest.approx(1.0)
    assert len(pd.read_csv(keep(found, tmp_path, "b", "c", "d", AS_OF))) == 0


def test_lines_that_change_place_or_band_are_kept_and_never_as_a_formula(world, model: Model, tmp_path: Path) -> None:
    found = batch(world, model, replace(model, boosters=()))
    assert found.summary["top_replaced"] > 0
    place = keep(found, tmp_path, "b", "c", "d", AS_OF)
    kept = pd.read_csv(place)
    assert 0 < len(kept) < len(world.matrix) + 1
    assert not kept["order_id"].str.startswith("=").any()


def test_the_picked_orders_are_listed_without_their_picker_and_kept_with_him(
    world, model: Model, tmp_path: Path
) -> None:
    found = batch(world, model, replace(model, boosters=()))
    place = keep(found, tmp_path, "b", "c", "d", AS_OF)
    listed = pd.read_csv(place.with_suffix(".review.csv"))
    assert list(listed.columns) == ["order_id"]
    assert len(listed) == 2 * len(found.picks) > 2
    (kept,) = picked(tmp_path, "c", "d")
    assert (kept["picks"], kept["as_of"]) == ([list(pair) for pair in found.picks], "2026-11-25")
    assert picked(tmp_path, "c", "another") == []


def test_the_same_batch_counts_once_and_days_add_up(world, model: Model, tmp_path: Path) -> None:
    for _ in range(2):
        keep(batch(world, model, model), tmp_path, "batch-1", "champion", "challenger", AS_OF)
    late = beside(model, model, orders(world, "2026-06-01"), world.matrix, 0.02)
    keep(late, tmp_path, "batch-2", "champion", "challenger", AS_OF)
    span = seen(tmp_path, "challenger")
    assert span == Span(2, 2 * len(world.matrix), "2026-03-01", "2026-08-02")
    assert span.days == 155
    assert seen(tmp_path, "another") is None


def test_a_batch_of_no_lines_is_no_fault(world, model: Model, tmp_path: Path) -> None:
    empty = beside(model, model, orders(world).iloc[:0], world.matrix.iloc[:0], 0.02)
    keep(empty, tmp_path, "b", "c", "d", AS_OF)
    assert seen(tmp_path, "d") is None


@pytest.mark.parametrize("text", ["{", json.dumps({"format": 9}), "[]"])
def test_a_damaged_or_newer_summary_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "shadow").mkdir()
    (tmp_path / "shadow" / "x.json").write_text(text, encoding="utf-8")
    with pytest.raises(ModelRefused, match=r"x\.json"):
        seen(tmp_path, "d")
