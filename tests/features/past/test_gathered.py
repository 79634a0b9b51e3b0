"""The past of a file: store, history files and its own lines, each line once and each version from its day."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from features.known import Known
from features.lines import with_facts
from features.orders.book import Book, from_frame
from features.past.columns import ALONE, DTYPES
from features.past.gathered import Earlier, earlier, told_before, with_own
from features.past.store import HistoryRefused, record

Lines = Callable[..., pd.DataFrame]
AS_OF = date(2026, 11, 25)
ROW = {"order_id": "B-1", "line_no": "1", "order_date": "2026-01-05", "part_number": "H100 SXM5", "quantity": "8"}


@pytest.fixture(scope="session")
def here(known: Callable[..., Known]) -> Known:
    """No customer master, and a day of judgement."""
    return known(as_of=AS_OF, customers=None)


def file(*rows: dict[str, str]) -> Book:
    """A history file with these rows."""
    return from_frame(pd.DataFrame([ROW | row for row in rows], dtype="str"), file="old.csv")


def past(own: pd.DataFrame, here: Known, home: Path, history: Sequence[Book] = ()) -> pd.DataFrame:
    return with_own(earlier(home, history, here), with_facts(own, here), here).past


def test_the_past_has_the_columns_and_types_declared(orders: Lines, here: Known, tmp_path: Path) -> None:
    found = past(orders({}, {"order_date": "2026-06-13"}), here, tmp_path)
    assert {name: str(kind) for name, kind in found.dtypes.items()} == DTYPES


def test_a_file_of_one_day_has_no_past(orders: Lines, here: Known, tmp_path: Path) -> None:
    known = with_own(earlier(tmp_path, (), here), with_facts(orders({}, {}), here), here)
    assert known.past.empty
    assert known.past_version == ALONE


def test_rows_stand_by_date_whatever_their_place_in_the_files(orders: Lines, here: Known, tmp_path: Path) -> None:
    record(tmp_path, orders({"order_date": "2026-03-01"}), AS_OF)
    own = orders({"order_id": "C-1", "order_date": "2026-04-01"}, {"order_id": "C-2", "order_date": "2026-02-01"})
    found = past(own, here, tmp_path, [file({})])
    assert found["order_id"].tolist() == ["B-1", "C-2", "A-1", "C-1"]
    assert (found["known_on"] == found["order_date"]).all()


def test_a_line_told_three_times_counts_once(orders: Lines, here: Known, tmp_path: Path) -> None:
    own = orders({}, {"order_date": "2026-06-13"})
    record(tmp_path, own, AS_OF)
    found = past(own, here, tmp_path, [from_frame(own.astype("str").where(own.notna(), ""), file="old.csv")])
    assert len(found) == 2
    assert told_before(earlier(tmp_path, (), here), own) == (2, 0)


def test_a_changed_line_is_a_new_version_from_the_day_it_was_recorded(
    orders: Lines, here: Known, tmp_path: Path
) -> None:
    record(tmp_path, orders({}), date(2026, 6, 12))
    record(tmp_path, orders({"quantity": "80"}), date(2026, 6, 20))
    found = past(orders({"order_id": "C-1", "order_date": "2026-07-01"}), here, tmp_path)
    first, second = found.iloc[0], found.iloc[1]
    assert (first["version"], second["version"]) == (1, 2)
    assert first["replaced_on"] == second["known_on"] == pd.Timestamp("2026-06-20")


def test_of_two_lines_of_one_key_in_one_file_one_counts(orders: Lines, here: Known, tmp_path: Path) -> None:
    own = orders({"line_no": "1"}, {"order_id": "A-1", "line_no": "1", "quantity": "800"}, {"order_date": "2026-06-13"})
    found = past(own, here, tmp_path)
    assert found["counted"].tolist().count(False) == 1
    assert past(own.iloc[::-1], here, tmp_path)["quantity"].tolist() == found["quantity"].tolist()


def test_a_line_without_a_date_is_no_part_of_the_past(orders: Lines, here: Known, tmp_path: Path) -> None:
    assert len(past(orders({"order_date": ""}, {}, {"order_date": "2026-06-13"}), here, tmp_path)) == 2


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param([{"order_date": "2027-01-05"}, {"order_id": "B-2"}], "1 lines are dated after", id="future dates"),
        pytest.param([{"order_date": ""}, {"order_id": "B-2"}], "1 lines have no order_id or order_date", id="no date"),
        pytest.param([{"order_id": ""}, {"order_id": "B-2"}], "1 lines have no order_id or order_date", id="no key"),
        pytest.param([{"order_date": "1987-03-02"}], "dated before", id="older than any table"),
    ],
)
def test_odd_lines_of_a_history_file_are_told(
    here: Known, tmp_path: Path, rows: list[dict[str, str]], said: str
) -> None:
    found = earlier(tmp_path, [file(*rows)], here)
    assert any(said in note for note in found.notes)
    assert len(found.rows) == 1


def test_a_history_file_that_contradicts_itself_is_refused_with_its_rows(here: Known, tmp_path: Path) -> None:
    with pytest.raises(HistoryRefused, match=r"old\.csv, rows 2, 4: the same order_id and line_no with other cells"):
        earlier(tmp_path, [file({}, {"order_id": "B-2"}, {"quantity": "9"})], here)


def test_the_version_names_the_store_and_the_files(orders: Lines, here: Known, tmp_path: Path) -> None:
    none = earlier(tmp_path, (), here).version
    with_file = earlier(tmp_path, [file({})], here).version
    record(tmp_path, orders({}), AS_OF)
    kept, both = earlier(tmp_path, (), here).version, earlier(tmp_path, [file({})], here).version
    assert len({none, with_file, kept, both}) == 4
    assert none == Earlier().version
    assert kept.endswith(", 1 earlier lines")
