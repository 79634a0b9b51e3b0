"""The history under the home: each line once, whole or not at all, and nothing that is damaged is read over."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from features.past.store import FORMAT, MARK, HistoryRefused, batches, load, record

DAY = date(2026, 6, 12)
Lines = Callable[..., pd.DataFrame]


def test_a_home_without_a_history_holds_no_line(tmp_path: Path) -> None:
    found = load(tmp_path)
    assert found.lines.empty
    assert found.version == ""
    assert found.lines["quantity"].dtype == "float64"


def test_what_was_recorded_comes_back_as_it_was_typed(tmp_path: Path, orders: Lines) -> None:
    lines = orders({"transit_countries": "HK;MO", "iaas_provider": "Y"}, {"quantity": "", "ship_date": "2026-07-01"})
    record(tmp_path, lines, DAY)
    found = load(tmp_path).lines
    pd.testing.assert_frame_equal(found[list(lines)], lines.reset_index(drop=True))
    assert set(found["recorded_on"]) == {pd.Timestamp(DAY)}


def test_history_holds_order_fields_and_no_signal(tmp_path: Path, orders: Lines) -> None:
    record(tmp_path, orders({}).assign(passes_a_hub=True), DAY)
    assert "passes_a_hub" not in pq.read_schema(batches(tmp_path)[0]).names


def test_a_line_is_recorded_once_however_often_its_file_comes(tmp_path: Path, orders: Lines) -> None:
    lines = orders({}, {}, {})
    first, second = record(tmp_path, lines.iloc[:2], DAY), record(tmp_path, lines.iloc[::-1], DAY)
    third = record(tmp_path, lines, DAY)
    assert (first.added, second.added, second.already, third.added, third.already) == (2, 1, 2, 0, 3)
    assert len(batches(tmp_path)) == 2  # what adds nothing leaves no file


def test_another_cell_makes_a_new_version(tmp_path: Path, orders: Lines) -> None:
    record(tmp_path, orders({}), DAY)
    done = record(tmp_path, orders({"destination_country": "HK"}), DAY)
    assert (done.added, done.changed) == (1, 1)
    assert load(tmp_path).lines["destination_country"].tolist() == ["DE", "HK"]


@pytest.mark.parametrize(
    ("cells", "left_out"),
    [
        pytest.param([{"order_id": ""}], 1, id="a line without an order is no line to find again"),
        pytest.param([{"order_date": ""}], 1, id="a line without a date has no place in time"),
        pytest.param(
            [{"order_id": "B", "line_no": "1"}, {"order_id": "B", "line_no": "1", "quantity": "9"}],
            2,
            id="two lines of one key that say different things",
        ),
        pytest.param([{"order_id": "B", "line_no": "1"}] * 2, 0, id="a copy of a line is the line"),
    ],
)
def test_lines_that_cannot_be_told_apart_are_left_out(
    tmp_path: Path, orders: Lines, cells: list[dict[str, str]], left_out: int
) -> None:
    assert record(tmp_path, orders(*cells), DAY).left_out == left_out


def test_an_empty_column_changes_no_line(tmp_path: Path, orders: Lines) -> None:
    record(tmp_path, orders({"serial_numbers": ""}), DAY)
    assert record(tmp_path, orders({}), DAY).already == 1


def test_a_damaged_file_is_named_and_nothing_is_written(tmp_path: Path, orders: Lines) -> None:
    record(tmp_path, orders({}), DAY)
    place = batches(tmp_path)[0]
    place.write_bytes(place.read_bytes()[:200])
    with pytest.raises(HistoryRefused, match=place.name):
        record(tmp_path, orders({"order_id": "B-1"}), DAY)
    assert batches(tmp_path) == [place]


def test_a_file_of_a_newer_format_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "history"
    folder.mkdir()
    table = pa.table({"content": pa.array([1], pa.uint64())})
    newer = {MARK: str(FORMAT + 1).encode(), b"recorded_on": b"2026-06-12"}
    pq.write_table(table.replace_schema_metadata(newer), folder / "000001-0.parquet")
    with pytest.raises(HistoryRefused, match="install a newer diversion"):
        load(tmp_path)


def test_a_table_that_is_no_history_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "history"
    folder.mkdir()
    pq.write_table(pa.table({"a": [1]}), folder / "000001-0.parquet")
    with pytest.raises(HistoryRefused, match="no history of orders"):
        load(tmp_path)


def test_work_that_a_kill_left_behind_is_not_read(tmp_path: Path, orders: Lines) -> None:
    record(tmp_path, orders({}), DAY)
    (tmp_path / "history" / ".partial-xyz").write_bytes(b"half a file")
    assert len(load(tmp_path).lines) == 1
