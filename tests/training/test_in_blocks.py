"""A training from a folder of blocks is the training in memory, to the byte."""

import shutil
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from scoring.model import digest
from training import blocks, in_blocks
from training.fit import TrainingRefused
from training.material import from_files, signals
from training.simulate import simulate, write
from training.train import train

AS_OF = date(2026, 11, 25)
GIVEN = {"as_of": AS_OF, "seed": 5, "bag": 1, "track": False}
FILES = ("orders.csv", "customers.csv", "outcomes.csv")


@pytest.fixture(scope="module")
def small() -> Iterator[None]:
    """Parts of 1,000 records, blocks of 2,000 rows, and every order file read in batches."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(in_blocks, "PART", 1000)
        patch.setattr(blocks, "BLOCK", 2000)
        patch.setattr(in_blocks, "read_long", partial(in_blocks.read_long, small=0))
        yield


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book whose orders are dealt over the file, line by line, with 200 lines told twice."""
    room = tmp_path_factory.mktemp("book")
    write(simulate(8000, 5), room)
    lines = pd.read_csv(room / "orders.csv", dtype="str", keep_default_na=False)
    again = lines.sample(200, random_state=1).assign(quantity="7")
    pd.concat([lines, again]).sample(frac=1, random_state=2).to_csv(room / "orders.csv", index=False)
    return room


@pytest.fixture(scope="module")
def folder(book: Path, small: None) -> Path:
    """The blocks of the book, made by a training of which the model lies beside them."""
    train(*(book / name for name in FILES), **GIVEN, blocks=book / "blocks", out=book / "of blocks")
    return book / "blocks"


def test_blocks_give_the_model_of_memory_to_the_byte(book: Path, folder: Path) -> None:
    train(*(book / name for name in FILES), **GIVEN, out=book / "of memory")
    assert digest(book / "of blocks") == digest(book / "of memory")


def test_blocks_hold_the_signals_of_every_line_in_the_order_of_the_file(book: Path, folder: Path) -> None:
    material = from_files(*(book / name for name in FILES))
    _, _, whole = signals(material, AS_OF)
    held, _, told, matrix = in_blocks.in_blocks(*(book / name for name in FILES), folder, AS_OF)
    assert len(matrix.sizes) == 4
    pd.testing.assert_frame_equal(matrix.frame(list(whole)).set_axis(whole.index), whole)
    pd.testing.assert_frame_equal(held.rows, material.rows)
    assert list(told) == list(in_blocks.TOLD)
    assert held.lines.index.equals(material.rows.index[material.rows["label"].notna()])


def test_blocks_of_the_same_files_are_read_and_not_made_again(
    book: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_blocks, "_make", None)
    _, known, _, matrix = in_blocks.in_blocks(*(book / name for name in FILES), folder, AS_OF)
    assert len(matrix) == 8000
    assert known.past_version == "this file alone"


def test_a_small_file_read_whole_makes_the_same_blocks(
    book: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_blocks, "read_long", in_blocks.read_long.func)
    in_blocks.in_blocks(*(book / name for name in FILES), book / "again", AS_OF)
    assert [digest(book / name / "matrix") for name in ("again", "blocks")] == [digest(folder / "matrix")] * 2


@pytest.mark.parametrize("changed", ["outcomes", "as of", "customers"])
def test_blocks_of_anything_else_are_refused_by_name(book: Path, folder: Path, tmp_path: Path, changed: str) -> None:
    files = [Path(shutil.copy(book / name, tmp_path)) for name in FILES]
    as_of = date(2026, 11, 24) if changed == "as of" else AS_OF
    if changed != "as of":
        with (tmp_path / f"{changed}.csv").open("a", encoding="utf-8") as file:
            file.write("\n")
    with pytest.raises(TrainingRefused, match=f"made of other {changed};"):
        in_blocks.in_blocks(*files, folder, as_of)


def test_a_folder_that_is_none_of_blocks_is_refused(book: Path, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(TrainingRefused, match="no folder of blocks"):
        train(*(book / name for name in FILES), **GIVEN, blocks=tmp_path)
    assert (tmp_path / "letters.txt").exists()


def test_blocks_that_could_not_be_made_leave_nothing_behind(book: Path, tmp_path: Path) -> None:
    outcomes = tmp_path / "outcomes.csv"
    told = pd.read_csv(book / "outcomes.csv", dtype="str", keep_default_na=False).assign(order_id="X")
    told.drop_duplicates(["order_id", "line_no"]).to_csv(outcomes, index=False)
    with pytest.raises(TrainingRefused, match="no outcome belongs"):
        in_blocks.in_blocks(book / "orders.csv", None, outcomes, tmp_path / "blocks", AS_OF)
    assert list(tmp_path.iterdir()) == [outcomes]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({"blocks": Path("b")}, "blocks are made of files", id="a simulated book has no files"),
        pytest.param({"scheduler": "tcp://127.0.0.1:1"}, "--blocks", id="a cluster reads blocks"),
    ],
)
def test_blocks_without_files_and_a_cluster_without_blocks_are_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(TrainingRefused, match=said):
        train(**GIVEN, **given)
