"""What holds for every file: no byte breaks the reader, no record is lost, no raw cell changes."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.orders.book import Book, from_frame, read_customers, read_orders
from features.orders.fields import of_kind
from features.orders.problems import OrdersRefused
from features.orders.sheet import WHITE

USUAL = (
    100  # examples of hypothesis' own profiles; fewer will do for each run, and --hypothesis-profile=many asks for more
)
EXAMPLES = 50 if settings.default.max_examples == USUAL else settings.default.max_examples
FIXTURES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=EXAMPLES)
HEADINGS = ["order_id", "line_no", "mpn", "qty", "destination", "order_date", "value", "via", "routed", "uom", "colour"]
WORDS = ["", " ", "1", "1,250", "1.5", "A", "NA", "Korea", "HK > SG", "2026-01-12", "3/4/2026", "13/4/2026", "Y", "-4"]
WORDS += [
    "1.250",
    "12,50",
    "1.355,90 €",
    "$7",
    "50%",
    "46023",
    "12-Jan-26",
    "26/01/12",
    "#N/A",
    "#REF!",
    "n/a",
    "direct",
]
WORDS += [
    "'=1+1",
    "'\t=1",
    "＝1",
    "100E10",
    "1E+12",
    "Total",
    "order_id",
    "\u202e",
    "\ufeff",
    "é\u0301",
    "星桥",
    "1e400",
]
TEXTS = st.one_of(st.sampled_from(WORDS), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12))
RECORDS = st.lists(st.lists(TEXTS, min_size=len(HEADINGS), max_size=len(HEADINGS)), min_size=1, max_size=8)
MAGIC = st.sampled_from(
    [b"", b"PK\x03\x04", b"PAR1", b"\xff\xfe", b"\xef\xbb\xbf", b"order_id,mpn\n", b'order_id;"mpn\n']
)


def either(door: Callable[..., Book], path: Path) -> Book | None:
    """The book, or None when the file was refused; nothing else may happen."""
    try:
        return door(path, {})
    except OrdersRefused:
        return None


@FIXTURES
@given(start=MAGIC, rest=st.binary(max_size=400), end=st.sampled_from([b"", b"PAR1", b"\n"]))
def test_any_bytes_are_read_or_refused(tmp_path: Path, start: bytes, rest: bytes, end: bytes) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(start + rest + end)
    either(read_orders, path)
    either(read_customers, path)


@FIXTURES
@given(text=st.text(alphabet='a1,;"\n\r\t |', max_size=120))
def test_any_arrangement_of_quotes_and_delimiters_is_read_or_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(b"order_id,mpn,qty,street\n" + text.encode())
    book = either(read_orders, path)
    assert book is None or set(book.status) <= {"scored", "rejected", "skipped"}


@FIXTURES
@given(records=RECORDS)
def test_every_record_is_accounted_for_and_every_raw_cell_comes_back(tmp_path: Path, records: list[list[str]]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([HEADINGS, *records])
    path = tmp_path / "orders.csv"
    path.write_bytes(stream.getvalue().encode())
    book = either(read_orders, path)
    if book is None:
        return
    assert len(book.raw) + book.blank_rows == len(records)
    assert len(book.raw) == len(book.rows) == len(book.status)
    assert (book.status == "scored").sum() == len(book.lines)
    told = {problem.record for problem in book.problems}
    assert set(book.status.index[book.status != "scored"]) <= told
    assert book.raw.to_numpy().tolist() == [records[row - 2] for row in book.rows]


@FIXTURES
@given(records=RECORDS, order=st.permutations(range(len(HEADINGS))))
def test_the_order_of_columns_and_further_ones_do_not_change_a_line(
    records: list[list[str]], order: list[int], aliases: dict[str, str]
) -> None:
    frame = pd.DataFrame(records, columns=HEADINGS, dtype="str")
    other = frame.iloc[:, order].assign(**{"internal remark": "x"})
    if not frame.map(lambda cell: cell.strip(WHITE).strip()).ne("").any(axis=1).all():  # a blank line is left out
        return
    pd.testing.assert_frame_equal(from_frame(frame, aliases=aliases).lines, from_frame(other, aliases=aliases).lines)


@FIXTURES
@given(cell=st.text(max_size=30))
def test_any_cell_in_any_field_leaves_the_line_scored(cell: str, aliases: dict[str, str]) -> None:
    names = [field.name for field in of_kind("orders")]
    frame = pd.DataFrame([dict.fromkeys(names, cell) | {"part_number": "X"}], dtype=object)
    book = from_frame(frame, aliases=aliases)
    assert book.status.tolist() == ["scored"]
    assert all(problem.text() for problem in book.problems)
