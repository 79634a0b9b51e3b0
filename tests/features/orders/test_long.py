"""A long file in parts says the same as the same file read whole: lines, problems, mapping, questions, fingerprint."""

import gzip
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.orders import agreement, batches, delimited, spool, styles, telling
from features.orders.book import NO_PROFILE, Book, read_orders
from features.orders.long import LongBook, read_long
from features.orders.problems import OrdersRefused, Problem
from features.orders.profiles import Profile

CELLS = {
    "order_id": ["A-1", "A-2", " A-1", "", "0012", "12", "123456789012345000", "Total", "é1", "order_id", "2026-01-15"],
    "line_no": ["1", "2", "", "3"],
    "order_date": ["2026-01-15", "13/04/2026", "03/04/2026", "04/13/2026", "1.2.26", "45000", "soon", "", "4/4/2026"],
    "ship_date": ["2026-02-01", "05/04/2026", "17/04/2026", "", "3-4-2026"],
    "part_number": ["H100 SXM5", "=1+1", "6-15", "2026-06-15", "", "1.2E+12", "#REF!"],
    "quantity": ["1", "1,250", "1.250", "-3", "2,5", "many", "", "0", "$7"],
    "unit_price": ["10.50", "1.355,90", "1,355.90", "1,250", "$12", "€ 7", ""],
    "line_value": ["1.250", "12.5", "1,250.00", "$ 9", ""],
    "currency": ["USD", "$", "", "EUR"],
    "buyer_country": ["SG", "Korea", "NA", "", "Nowhere"],
    "buyer_address": ["1 Quay, Singapore", "", "line one\nline two, Canada"],
    "seller_country": ["US", "CA", ""],
    "destination_country": ["KR", "SG", "Congo", ""],
    "transit_countries": ["HK", "direct", "HK;Korea", ""],
    "hs_code": ["8471.50", "84715", "0084715", "847150", ""],
    "licence_number": ["D123", "007", "7", ""],
    "date": ["2026-01-15", "03/04/2026", "unclear", ""],
    "": ["", "stray"],
}
ODD = ["one cell alone", "", "a,b", '"never closed', "Total,,,,,5"]


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of a few records, and few cells by which columns are judged, so that all of them end within a file."""
    monkeypatch.setattr(delimited, "SHARE", 900)
    monkeypatch.setattr(delimited, "BLOCK", 900)
    monkeypatch.setattr(batches, "BATCH", 3)
    monkeypatch.setattr(agreement, "LOOKED_AT", 4)
    monkeypatch.setattr(telling, "LOOKED_AT", 4)
    monkeypatch.setattr(telling, "SLACK", 3)
    monkeypatch.setattr(telling, "FEW", 8)
    monkeypatch.setattr(styles, "LOOKED_AT", 2)
    monkeypatch.setattr(spool, "HEAD", 10)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    """Headings and records whose cells are plain, odd, ambiguous or empty; some columns keep to one way of writing."""
    names = draw(st.permutations([name for name in CELLS if name != "order_id"]))[: draw(st.integers(3, 9))]
    names = ["order_id", *names] if draw(st.booleans()) else [*names, "order_id"]
    pools = [draw(st.lists(st.sampled_from(CELLS[name]), min_size=1, max_size=4)) for name in names]
    rows = draw(st.lists(st.tuples(*map(st.sampled_from, pools)), min_size=1, max_size=40))
    return names, [list(row) for row in rows]


def text(names: list[str], rows: list[list[str]], odd: dict[int, str], delimiter: str = ",") -> str:
    """The table as delimited text, with odd lines before some of its records."""
    lines = [names, *rows]
    written = [
        delimiter.join('"' + cell.replace('"', '""') + '"' if needs(cell) else cell for cell in row) for row in lines
    ]
    return "".join(f"{odd[at]}\n{line}\n" if at in odd and at else f"{line}\n" for at, line in enumerate(written))


def needs(cell: str) -> bool:
    return any(sign in cell for sign in ',;"\n')


def both(path: Path, size: int, profile: Profile = NO_PROFILE) -> None:
    """Asserts that the file says the same in parts and as a whole; a file that must be read whole does so trivially."""
    try:
        whole: Book | None = read_orders(path, profile=profile)
    except OrdersRefused as refusal:
        whole, said = None, refusal.problems
    with tempfile.TemporaryDirectory() as room:
        if whole is None:
            with pytest.raises(OrdersRefused) as refused:
                read_long(path, size, Path(room), profile=profile, small=0)
            assert refused.value.problems == said
            return
        found = read_long(path, size, Path(room), profile=profile, small=0)
        if isinstance(found, Book):
            assert found.problems == whole.problems
            return
        same(found, whole, size)


def same(found: LongBook, whole: Book, size: int) -> None:
    """Asserts that a long book and a book hold the same."""
    parts = [found.shelf.part(number) for number in range(found.shelf.count)]
    assert found.shelf.count == -(-len(whole.raw) // size)
    pd.testing.assert_frame_equal(pd.concat([part.lines for part in parts]).sort_index(), whole.lines)
    told = sorted((problem for part in parts for problem in part.problems), key=of_record)
    of_file = [problem for problem in whole.problems if problem.record is None]
    assert [problem for problem in found.book.problems if problem.record is None] == of_file
    assert told == [problem for problem in whole.problems if problem.record is not None]
    kinds: dict[Any, list[Problem]] = {}
    for problem in told:
        kinds.setdefault((problem.level, problem.column, problem.what), []).append(problem)
    firsts = [problem for problem in found.book.problems if problem.record is not None]
    assert [(problem.text(), problem.alike) for problem in firsts] == [
        (each[0].text(), len(each)) for each in kinds.values()
    ]
    for name in ("file", "mapping", "unmapped", "sha256", "blank_rows", "questions", "types", "shape", "profile"):
        assert getattr(found.book, name) == getattr(whole, name), name
    assert found.book.rows.tolist() == whole.rows.tolist()
    assert found.book.status.astype("str").tolist() == whole.status.tolist()
    for name in ("rows", "status"):
        pd.testing.assert_series_equal(
            pd.concat([getattr(part, name) for part in parts]).sort_index(),
            getattr(whole, name),
            check_index_type=False,
        )
    own = [found.own(number) for number in range(found.shelf.count)]
    order = np.argsort(np.concatenate([records for records, _ in own]))
    table = pa.concat_tables([each for _, each in own]).take(pa.array(order))
    assert list(found.headings) == [str(name) for name in whole.raw.columns]
    for at in range(table.num_columns):
        theirs = pa.chunked_array([pa.array(whole.raw.iloc[:, at], from_pandas=True)])
        assert table.column(at).type == theirs.type
        assert table.column(at).to_pylist() == theirs.to_pylist()
    orders = [set(part.lines["order_id"].dropna()) for part in parts]
    assert sum(map(len, orders)) == whole.lines["order_id"].nunique(), "an order lies in one part"


def of_record(problem: Problem) -> int:
    assert problem.record is not None
    return problem.record


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=tables(),
    odd=st.dictionaries(st.integers(1, 20), st.sampled_from(ODD), max_size=2),
    size=st.integers(1, 9),
    delimiter=st.sampled_from([",", ";", "\t"]),
    answers=st.sampled_from([{}, {"order_date": ("month-first", "20yy")}, {"currency": ("CAD",)}]),
)
def test_any_text_says_the_same_in_parts(
    table: tuple[list[str], list[list[str]]], odd: dict[int, str], size: int, delimiter: str, answers: Any
) -> None:
    with tempfile.TemporaryDirectory() as room:
        path = Path(room, "orders.csv")
        path.write_text(text(*table, odd, delimiter), encoding="utf-8", newline="")
        both(path, size, Profile(answers=answers))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=tables(), size=st.integers(1, 9), typed=st.booleans())
def test_any_parquet_file_says_the_same_in_parts(
    table: tuple[list[str], list[list[str]]], size: int, typed: bool
) -> None:
    names, rows = table
    frame = pd.DataFrame(rows, columns=pd.Index(names))
    if typed and "line_no" in frame:
        frame["line_no"] = pd.to_numeric(frame["line_no"]).astype("Int64")
    if typed and "ship_date" in frame:
        frame["ship_date"] = pd.to_datetime(frame["ship_date"], format="%Y-%m-%d", errors="coerce")
    if typed and "unit_price" in frame:
        frame["unit_price"] = pd.to_numeric(frame["unit_price"], errors="coerce")
    with tempfile.TemporaryDirectory() as room:
        path = Path(room, "orders.parquet")
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path)
        both(path, size)


@pytest.fixture
def plain() -> list[list[str]]:
    """Thirty orders of three lines, the last line of the first at the end of the file."""
    rows = [[f"A-{at // 3}", str(at % 3), "2026-01-15", "H100", str(at)] for at in range(90)]
    return [*rows[:2], *rows[3:], rows[2]]


NAMES = ["order_id", "line_no", "order_date", "part_number", "quantity"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_plain_file_is_read_in_parts(plain: list[list[str]], tmp_path: Path, ending: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(text(NAMES, plain, {}).replace("\n", ending).encode())
    assert in_parts(path, 7)


def test_a_gzip_archive_is_read_in_parts(plain: list[list[str]], tmp_path: Path) -> None:
    path = tmp_path / "orders.csv.gz"
    path.write_bytes(gzip.compress(text(NAMES, plain, {}).encode(), mtime=0))
    assert in_parts(path, 7)


def test_another_encoding_is_read_in_parts(plain: list[list[str]], tmp_path: Path) -> None:
    plain[3][3] = "Größe"
    path = tmp_path / "orders.csv"
    path.write_bytes(text(NAMES, plain, {}).encode("cp1252"))
    assert in_parts(path, 7)


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param({89: "one cell alone"}, id="a record that does not fit, near the end"),
        pytest.param({5: "", 40: "a,b,c,d,e,f,g"}, id="a blank line and a record of too many cells"),
        pytest.param({33: ",".join(NAMES)}, id="the headings said again"),
    ],
)
def test_records_that_do_not_fit_keep_their_places(plain: list[list[str]], tmp_path: Path, odd: dict[int, str]) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(text(NAMES, plain, odd), encoding="utf-8")
    assert in_parts(path, 7)


def test_a_quote_that_swallows_the_end_is_seen(plain: list[list[str]], tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(text(NAMES, plain, {}) + 'A-99,1,2026-01-15,H100,"3\nB,1,2026-01-15,H100,4\n', encoding="utf-8")
    in_parts(path, 7)


def test_a_workbook_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    pd.DataFrame([["A-1", "H100", 3]], columns=pd.Index(["order_id", "part_number", "quantity"])).to_excel(
        path, index=False
    )
    assert not in_parts(path, 7)


def test_parquet_of_lists_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    pq.write_table(pa.table({"order_id": ["A"], "part_number": ["H100"], "serial_numbers": [["a", "b"]]}), path)
    assert not in_parts(path, 7)


def test_a_small_file_is_read_whole(plain: list[list[str]], tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(text(NAMES, plain, {}), encoding="utf-8")
    assert isinstance(read_long(path, 7, tmp_path), Book)
    assert [each.name for each in tmp_path.iterdir()] == ["orders.csv"]


def in_parts(path: Path, size: int) -> bool:
    """Whether the file is read in parts; it says the same as read whole."""
    both(path, size)
    with tempfile.TemporaryDirectory() as room:
        return isinstance(read_long(path, size, Path(room), small=0), LongBook)
