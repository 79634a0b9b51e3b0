"""A folder of Parquet files is one order book, whichever file a line stands in."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from features.orders.book import NO_PROFILE, read_orders
from features.orders.problems import OrdersRefused
from scoring.batch import score
from scoring.cluster import dataset, here, job
from scoring.model import Model
from scoring.result import COLUMNS, joined
from scoring.table import as_arrow

DAY = pd.Timestamp(2026, 1, 12)
LINE = {"order_id": "A-1", "order_date": DAY, "part_number": "L4", "quantity": 8.0, "buyer_name": "Norrhall"}


@pytest.fixture(scope="module")
def folder(world: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The typed lines of a world as three files; the lines of an order stand in one of them."""
    lines = world.book.lines.dropna(axis=1, how="all").sort_values("order_id", kind="stable")
    place = pd.util.hash_array(lines["order_id"].fillna("").to_numpy(object)) % 3
    room = tmp_path_factory.mktemp("data") / "orders"
    for number in range(3):
        (room / f"third={number}").mkdir(parents=True)
        lines[place == number].to_parquet(room / f"third={number}" / "lines.parquet", index=False)
    return room


def test_the_results_of_its_files_are_those_of_one_file(
    folder: Path, world: Any, baseline: Model, tmp_path: Path
) -> None:
    found = dataset.files(folder, NO_PROFILE)
    whole = tmp_path / "whole.parquet"
    pd.concat([pd.read_parquet(path, partitioning=None) for path in found]).to_parquet(whole, index=False)
    book = read_orders(whole)
    want = as_arrow(joined(book.raw, score(book, world.known, baseline, earlier=world.before).results)).to_pandas()
    room, out = tmp_path / "job", tmp_path / "out"
    room.mkdir()
    out.mkdir()
    job.write(room, found, world.known, baseline, earlier=world.before, out=out)
    counted = sum(table.num_rows for table in here.results(room))
    got = pd.concat([pd.read_parquet(path) for path in sorted(out.iterdir())], ignore_index=True)
    assert counted == len(got) == len(want)
    told = [name for name in COLUMNS if name != "problems"]  # which name file and row
    pd.testing.assert_frame_equal(got[told], want[told], check_dtype=False, check_exact=True)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        pytest.param({"order_date": "12/01/2026"}, "--answer order_date=day-first", id="dates that are text"),
        pytest.param({"quantity": "1,000"}, "--answer quantity=decimal-point", id="numbers that are text"),
    ],
)
def test_what_each_file_could_read_otherwise_is_asked_before(tmp_path: Path, cells: dict[str, str], said: str) -> None:
    pd.DataFrame([LINE | cells]).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(OrdersRefused) as refusal:
        dataset.files(tmp_path, NO_PROFILE)
    assert said in refusal.value.problems[0].text()
    column = next(iter(cells))
    answered = NO_PROFILE.answering({column: (said.rpartition("=")[2],)})
    assert dataset.files(tmp_path, answered) == (tmp_path / "a.parquet",)


def test_files_of_other_columns_are_no_part_of_it(tmp_path: Path) -> None:
    pd.DataFrame([LINE]).to_parquet(tmp_path / "a.parquet")
    pd.DataFrame([LINE | {"quantity": 8}]).to_parquet(tmp_path / "b.parquet")
    with pytest.raises(OrdersRefused, match="same columns and types"):
        dataset.files(tmp_path, NO_PROFILE)


def test_a_folder_without_such_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OrdersRefused, match="holds no Parquet file"):
        dataset.files(tmp_path, NO_PROFILE)
