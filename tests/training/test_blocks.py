"""A matrix read block by block teaches what it teaches in one piece, whether it lies in memory or in files."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scoring.model import Model
from training import blocks
from training.fit import TrainingRefused, fit, fit_blocks

TOLD = ("label", "weight", "customer")


def text(model: Model) -> str:
    return "".join(each.model_to_string() for each in model.boosters) + repr((model.inputs, model.intercept))


def told(world) -> pd.DataFrame:
    return world.matrix.assign(label=world.label, weight=world.weight, customer=world.customer)


def of_one_piece(world) -> Model:
    return fit(world.inputs, world.matrix, world.label, world.weight, world.customer, seed=7)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four blocks of the world's 1,500 rows."""
    monkeypatch.setattr(blocks, "BLOCK", 400)


def test_many_blocks_give_the_bytes_of_one(world, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = text(of_one_piece(world))
    monkeypatch.setattr(blocks, "BLOCK", 400)
    assert len(blocks.of_frame(world.matrix).sizes) == 4
    assert text(of_one_piece(world)) == whole


@pytest.mark.parametrize("size", [1, 150, 1500], ids=["row by row", "pieces that fill no part", "one piece"])
def test_parts_on_disk_give_the_bytes_of_the_frame(world, tmp_path: Path, small_blocks: None, size: int) -> None:
    rows = told(world) if size > 1 else told(world).head(900)
    blocks.write(tmp_path / "matrix", (rows.iloc[start : start + size] for start in range(0, len(rows), size)))
    matrix = blocks.of_parts(tmp_path / "matrix")
    assert sum(matrix.sizes) == len(matrix) == len(rows)
    assert max(matrix.sizes) == 400
    found = fit_blocks(world.inputs, matrix, *map(matrix.column, TOLD), seed=7)
    names = list(world.matrix)
    asked = fit(world.inputs, rows[names], rows["label"], rows["weight"], rows["customer"], seed=7)
    assert text(found) == text(asked)


def test_an_infinite_value_in_the_last_part_is_refused_by_name(world, tmp_path: Path, small_blocks: None) -> None:
    rows = told(world)
    rows.loc[rows.index[-1], "days_known"] = np.inf
    blocks.write(tmp_path / "matrix", [rows])
    matrix = blocks.of_parts(tmp_path / "matrix")
    with pytest.raises(TrainingRefused, match="not finite in days_known"):
        fit_blocks(world.inputs, matrix, *map(matrix.column, TOLD), seed=7)


def test_a_folder_that_stands_is_not_written_into(world, tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        blocks.write(tmp_path, [told(world)])


@pytest.mark.parametrize(
    "places",
    [
        pytest.param(np.arange(1500), id="all rows"),
        pytest.param(np.r_[3:900:2, 2:1400:3], id="two turns through the file"),
        pytest.param(np.random.default_rng(1).permutation(1500)[:700], id="rows in no order"),
        pytest.param(np.arange(0), id="no row"),
    ],
)
def test_rows_taken_of_parts_are_those_taken_of_the_frame(
    world, tmp_path: Path, small_blocks: None, places: np.ndarray
) -> None:
    blocks.write(tmp_path / "matrix", [told(world)])
    taken, names = blocks.of_parts(tmp_path / "matrix").taken(places), list(world.matrix)
    assert taken.sizes == tuple(len(places[start : start + 400]) for start in range(0, len(places), 400))
    pd.testing.assert_frame_equal(
        taken.frame(names), world.matrix.iloc[places].reset_index(drop=True), check_dtype=len(places) > 0
    )
    again = np.arange(len(places))[::-2]
    pd.testing.assert_frame_equal(
        taken.taken(again).frame(names), taken.frame(names).iloc[again].reset_index(drop=True), check_dtype=False
    )
