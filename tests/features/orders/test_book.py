"""A book accounts for every record, numbers lines, and tells repeats without dropping any."""

from collections.abc import Callable

import pandas as pd
import pytest

from features.orders.book import Book, from_frame
from features.orders.problems import Level, OrdersRefused

Read = Callable[..., Book]
HEAD = "order_id,line_no,mpn,qty\n"


def levels(book: Book, column: str = "order_id") -> list[tuple[int | None, Level]]:
    """Row and level of the problems of a column."""
    return [(problem.row, problem.level) for problem in book.problems if problem.column == column]


def test_identifiers_are_text_and_keep_their_zeros(read: Read) -> None:
    lines = read(HEAD + " 00417 ,1.2,X,8\n").lines
    assert (lines.loc[0, "order_id"], lines.loc[0, "line_no"]) == ("00417", "1.2")


def test_lines_without_number_are_numbered_within_their_order(read: Read) -> None:
    lines = read("order_id,mpn\nA,X\nB,X\nA,Y\n").lines
    assert lines["line_no"].tolist() == ["1", "1", "2"]


def test_a_repeated_key_is_told_on_both_lines_and_both_are_scored(read: Read) -> None:
    book = read(HEAD + "B-7,1,X,8\nC,1,X,8\nB-7,1,X,9\n")
    assert book.status.tolist() == ["scored"] * 3
    assert levels(book) == [(2, Level.PROBLEM), (4, Level.PROBLEM)]
    told = [problem for problem in book.problems if problem.column == "order_id"]
    assert told[0].value == "B-7 / 1"
    assert "row 4" in told[0].what


def test_a_repeated_key_of_identical_lines_is_a_note(read: Read) -> None:
    book = read(HEAD + "A,1,X,8\nA,1,X,8\n")
    assert levels(book) == [(2, Level.NOTE), (3, Level.NOTE)]


def test_identical_lines_without_number_are_noted_and_kept(read: Read) -> None:
    book = read("order_id,mpn,qty\nA,X,8\nA,X,8\nA,X,9\n")
    assert book.lines["quantity"].tolist() == [8.0, 8.0, 9.0]
    notes = [problem for problem in book.problems if "same in every cell" in problem.what]
    assert [(problem.row, problem.level) for problem in notes] == [(2, Level.NOTE), (3, Level.NOTE)]


def test_blank_order_numbers_are_no_repeat(read: Read) -> None:
    book = read(HEAD + ",1,X,8\n,1,Y,9\n")
    assert [problem.what for problem in book.problems if problem.column == "order_id"] == ["the cell is blank"] * 2


def test_a_blank_must_cell_is_a_problem_on_a_scored_line(read: Read) -> None:
    book = read(HEAD + "A,1,,8\n")
    assert levels(book, "part_number") == [(2, Level.PROBLEM)]
    assert book.status.tolist() == ["scored"]
    assert book.lines["part_number"].isna().all()


def test_problems_of_the_file_come_first_then_those_of_records_in_order(read: Read) -> None:
    records = [problem.record for problem in read(HEAD + "A,1,,8\nB,1,X,\nA,1,Y,?\n").problems]
    known = [record for record in records if record is not None]
    assert records[: len(records) - len(known)] == [None] * (len(records) - len(known))
    assert known == sorted(known)


def test_the_index_of_the_lines_is_the_place_in_the_raw_table(read: Read) -> None:
    book = read(HEAD + "A,1,X\nB,1,Y,9\n")
    assert book.lines.index.tolist() == [1]
    assert book.raw.loc[1, "order_id"] == "B"


def test_a_repeated_customer_number_is_told(aliases: dict[str, str]) -> None:
    frame = pd.DataFrame({"customer_id": ["1", "1"], "legal_name": ["Tarn", "Vale"]}, dtype="str")
    assert levels(from_frame(frame, "customers", aliases=aliases), "customer_id") == [
        (2, Level.PROBLEM),
        (3, Level.PROBLEM),
    ]


def test_a_frame_of_any_types_is_read_as_its_text(aliases: dict[str, str]) -> None:
    frame = pd.DataFrame(
        {
            "order_id": [1001.0, None],
            "mpn": ["X", 7],
            "qty": [8, 9],
            "routed": [True, None],
            "order_date": [pd.NaT] * 2,
        },
        index=[5, 5],
    )
    book = from_frame(frame, aliases=aliases)
    assert book.lines["order_id"].tolist()[0] == "1001"
    assert book.lines["part_number"].tolist() == ["X", "7"]
    assert book.lines.index.tolist() == [0, 1]
    pd.testing.assert_frame_equal(book.raw, frame.reset_index(drop=True))


def test_a_frame_is_left_as_it_was(aliases: dict[str, str], order: Callable[..., dict[str, str]]) -> None:
    frame = pd.DataFrame([order()], dtype="str")
    before = frame.copy()
    from_frame(frame, aliases=aliases)
    pd.testing.assert_frame_equal(frame, before)


def test_the_fingerprint_of_a_frame_follows_its_cells(aliases: dict[str, str]) -> None:
    first, same, other = (
        from_frame(pd.DataFrame({"order_id": [cell], "mpn": ["X"]}, dtype="str"), aliases=aliases).sha256
        for cell in ("A", "A", "B")
    )
    assert first == same != other


@pytest.mark.parametrize("frame", [pd.DataFrame(), pd.DataFrame({"order_id": []}, dtype="str")])
def test_a_frame_without_records_is_refused(frame: pd.DataFrame, aliases: dict[str, str]) -> None:
    with pytest.raises(OrdersRefused, match="no records"):
        from_frame(frame, aliases=aliases)
