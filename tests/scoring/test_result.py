"""The result file: nothing of the user's is lost, no text runs, and the file is whole or absent."""

import csv
import io
import json
import re
import sys
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from scoring import result, workbook
from scoring.result import COLUMNS, FORMATS, ResultRefused, joined, write

DAY = date(2026, 1, 31)
HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://example.invalid";"x")',
    "+65 6123 4567",
    "@SUM(A1)",
    "\ttab",
    "\rreturn",
    "-2+3+cmd|' /C calc'!A0",
    "＝1+1",
    " =1+1",
    "\ufeff=1+1",
]
HARMLESS = [
    "-0.02",
    "-3",
    "-1,250.50",
    "-1e-5",
    "00417",
    "123456789012345678",
    "Norrhall\u202eetupmoc",
    "chips 😀",
    'two "quotes", a comma\nand a line',
    "a\x00b\x1f",
    "'=quoted already",
    "_x0041_",
    "https://example.invalid",
    "<r><t>markup</t></r>",
    "<r>&broken</r>",
    "NA",
    "x" * 4_000,
    "{=1+1}",
]


def results(rows: int = 1, **cells: object) -> pd.DataFrame:
    """Plain result columns: text everywhere but the three numbers."""
    numbers = {"score": 0.25, "completeness": 0.5, "tpp_total": 126_640.0}
    return pd.DataFrame({name: [cells.get(name, numbers.get(name, "x"))] * rows for name in COLUMNS})


def written(frame: pd.DataFrame, path: Path, numbers: frozenset[str] = frozenset()) -> bytes:
    write(frame, path, number_columns=numbers, as_of=DAY)
    return path.read_bytes()


def csv_rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def sheet_rows(path: Path) -> list[list[object]]:
    return list(CalamineWorkbook.from_path(path).get_sheet_by_name("result").to_python())


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def texts(*cells: str | None) -> pd.DataFrame:
    return pd.DataFrame({"buyer": pd.Series(cells, dtype="str")})


class TestColumns:
    def test_ours_come_in_the_order_of_the_contract(self) -> None:
        assert " ".join(COLUMNS) == (
            "status gate gate_reasons authorisation score band action completeness not_evaluated red_flags "
            "reason_1 reason_2 reason_3 reason_4 reason_5 ask_1 ask_2 ask_3 list_hits leg chips tpp_total chip_class "
            "rules_date lists_version past_version model_version problems"
        )

    def test_the_users_own_come_first_and_untouched(self) -> None:
        raw = pd.DataFrame({"zeros": ["007"], "Buyer": [" Norrhall "]})
        frame = joined(raw, results()[list(reversed(COLUMNS))])
        assert list(frame.columns) == ["zeros", "Buyer", *COLUMNS]
        pd.testing.assert_frame_equal(frame[["zeros", "Buyer"]], raw)

    def test_an_own_export_scored_again_loses_nothing(self) -> None:
        frame = joined(pd.DataFrame({"id": ["1"]}), results(gate="first"))
        for word in ("second", "third", "fourth"):
            frame = joined(frame, results(gate=word))
        gates = {name: frame[name].iloc[0] for name in frame.columns if name.startswith("gate") and "_" not in name}
        assert gates == {
            "gate (given)": "first",
            "gate (given 2)": "second",
            "gate (given 3)": "third",
            "gate": "fourth",
        }
        assert frame.columns.is_unique

    def test_two_headings_that_are_one_of_ours_are_both_kept(self) -> None:
        raw = pd.DataFrame([["a", "b", "c"]], columns=["score", "score", "score (given 2)"])
        assert list(joined(raw, results()).columns)[:3] == ["score (given)", "score (given 3)", "score (given 2)"]

    def test_frames_of_different_records_are_a_fault(self) -> None:
        with pytest.raises(ValueError, match="different records"):
            joined(pd.DataFrame({"id": ["1", "2"]}), results())


class TestGolden:
    frame = pd.DataFrame(
        {
            "id": pd.Series(["00417", None], dtype="str"),
            "score": [0.25, np.nan],
            "lines": [1, 2],
            "known": pd.Series([True, None], dtype="boolean"),
            "day": pd.to_datetime(["2026-01-31", None]),
            "seen": pd.to_datetime(["2026-01-31 13:05:00", None]),
        }
    )

    def test_csv(self, tmp_path: Path) -> None:
        assert written(self.frame, tmp_path / "o.csv") == (
            b"\xef\xbb\xbf"
            b'"id","score","lines","known","day","seen"\n'
            b'"00417",0.25,1,true,"2026-01-31","2026-01-31T13:05:00"\n'
            b",,2,,,\n"
        )

    def test_json_lines(self, tmp_path: Path) -> None:
        assert written(self.frame, tmp_path / "o.jsonl") == (
            b'{"id":"00417","score":0.25,"lines":1,"known":true,"day":"2026-01-31","seen":"2026-01-31T13:05:00"}\n'
            b'{"id":null,"score":null,"lines":2,"known":null,"day":null,"seen":null}\n'
        )

    def test_workbook(self, tmp_path: Path) -> None:
        written(self.frame, tmp_path / "o.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "o.xlsx")["result"]
        assert list(sheet.values) == [
            ("id", "score", "lines", "known", "day", "seen"),
            ("00417", 0.25, 1, True, "2026-01-31", "2026-01-31T13:05:00"),
            (None, None, 2, None, None, None),
        ]
        assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:F3")

    def test_parquet_keeps_types(self, tmp_path: Path) -> None:
        written(self.frame, tmp_path / "o.parquet")
        table = pyarrow.parquet.read_table(tmp_path / "o.parquet")
        assert [str(kind) for kind in table.schema.types][:4] == ["large_string", "double", "int64", "bool"]
        assert table.to_pylist()[0]["seen"] == datetime(2026, 1, 31, 13, 5)
        assert set(table.to_pylist()[1].values()) == {None, 2}


@pytest.mark.parametrize("kind", FORMATS)
class TestEveryFormat:
    def test_the_same_frame_gives_the_same_bytes(self, tmp_path: Path, kind: str) -> None:
        frame = joined(texts(*HOSTILE, *HARMLESS), results(len(HOSTILE) + len(HARMLESS)))
        assert written(frame, tmp_path / f"a.{kind}") == written(frame, tmp_path / f"b.{kind}")

    def test_no_records_is_a_file_of_headings(self, tmp_path: Path, kind: str) -> None:
        data = written(joined(texts(), results(0)), tmp_path / f"o.{kind}")
        assert (data == b"") is (kind == "jsonl")

    def test_the_suffix_may_be_in_capitals(self, tmp_path: Path, kind: str) -> None:
        assert written(texts("a"), tmp_path / f"O.{kind.upper()}") == written(texts("a"), tmp_path / f"o.{kind}")

    def test_a_failure_half_way_leaves_the_old_file_and_nothing_else(
        self, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / f"o.{kind}"
        path.write_bytes(b"the old result")

        def half(*arguments: object, **_: object) -> None:
            next(Path(part) for part in arguments if isinstance(part, Path)).write_bytes(b"half")
            raise RuntimeError

        monkeypatch.setattr("scoring.workbook.write_workbook", half)
        monkeypatch.setattr(result, "write_csv", half)
        monkeypatch.setattr(result, "write_jsonl", half)
        monkeypatch.setattr(result, "_write_parquet", half)
        with pytest.raises(RuntimeError):
            written(texts("new"), path)
        assert path.read_bytes() == b"the old result"
        assert names(tmp_path) == [path.name]

    def test_nothing_but_the_output_stays_in_the_folder(self, tmp_path: Path, kind: str) -> None:
        written(texts("a"), tmp_path / f"o.{kind}")
        assert names(tmp_path) == [f"o.{kind}"]

    def test_half_a_character_is_replaced_visibly(self, tmp_path: Path, kind: str) -> None:
        frame = pd.DataFrame({"name": pd.Series(["chip\ud800s", "\ud83d\ude00", None], dtype=object)})
        frame.columns = pd.Index(["na\udc00me"], dtype=object)
        data = written(frame, tmp_path / f"o.{kind}")
        if kind in ("csv", "jsonl"):
            assert "chip\ufffds" in data.decode()
            assert "na\ufffdme" in data.decode()
            assert "😀" in data.decode()

    def test_things_only_parquet_knows_are_written_as_text(self, tmp_path: Path, kind: str) -> None:
        frame = pd.DataFrame(
            {
                "parts": [["a", "b"], None],
                "price": [Decimal("1234567890123456789.10"), None],
                "bytes": [b"\xff", b"ok"],
                "mixed": [1, "a"],
                "class": pd.Series(["x", None], dtype="category"),
                "nothing": [None, None],
                "utc": pd.to_datetime(["2026-01-31T00:00:00Z", None], utc=True),
                "huge": [2**70, 1],
            }
        )
        data = written(frame, tmp_path / f"o.{kind}")
        if kind == "csv":
            assert csv_rows(data)[1:] == [
                [
                    '["a", "b"]',
                    "1234567890123456789.10",
                    "\\xff",
                    "1",
                    "x",
                    "",
                    "2026-01-31T00:00:00Z",
                    str(2**70),
                ],
                ["", "", "ok", "a", "", "", "", "1"],
            ]

    def test_an_infinite_number_is_told_and_never_breaks_the_file(self, tmp_path: Path, kind: str) -> None:
        data = written(pd.DataFrame({"x": [np.inf, -np.inf, np.nan, 1.0]}), tmp_path / f"o.{kind}")
        if kind == "jsonl":
            assert [json.loads(line)["x"] for line in data.splitlines()] == ["inf", "-inf", None, 1.0]

    def test_a_missing_folder_is_refused_with_a_remedy(self, tmp_path: Path, kind: str) -> None:
        with pytest.raises(ResultRefused, match="check that the folder exists"):
            written(texts("a"), tmp_path / "absent" / f"o.{kind}")

    def test_a_folder_in_the_way_is_refused(self, tmp_path: Path, kind: str) -> None:
        (tmp_path / f"o.{kind}").mkdir()
        with pytest.raises(ResultRefused, match="not a file"):
            written(texts("a"), tmp_path / f"o.{kind}")


@pytest.mark.parametrize("name", ["o.txt", "o", "o.csv.gz", "o.xls", ".csv"])
def test_an_unknown_suffix_is_refused_and_the_known_ones_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(ResultRefused, match=re.escape(".csv, .xlsx, .parquet, .jsonl")):
        written(texts("a"), tmp_path / name)
    assert names(tmp_path) == []


class TestCsv:
    @pytest.mark.parametrize("cell", HOSTILE)
    def test_text_that_a_spreadsheet_would_run_gets_one_apostrophe(self, tmp_path: Path, cell: str) -> None:
        assert csv_rows(written(texts("before", cell), tmp_path / "o.csv"))[2] == ["'" + cell]

    @pytest.mark.parametrize("cell", HARMLESS)
    def test_other_text_comes_back_as_itself(self, tmp_path: Path, cell: str) -> None:
        assert csv_rows(written(texts("before", cell), tmp_path / "o.csv"))[2] == [cell]

    def test_a_heading_is_text_too(self, tmp_path: Path) -> None:
        assert csv_rows(written(pd.DataFrame({"=1+1": ["a"]}), tmp_path / "o.csv"))[0] == ["'=1+1"]

    def test_negative_numbers_are_numbers(self, tmp_path: Path) -> None:
        frame = pd.DataFrame({"n": [-0.02, 1e22], "i": [-3, 4]})
        assert written(frame, tmp_path / "o.csv").endswith(b"-0.02,-3\n1e+22,4\n")

    def test_missing_is_an_empty_cell_and_never_a_word(self, tmp_path: Path) -> None:
        assert written(texts(None, "NA"), tmp_path / "o.csv").endswith(b'\n\n"NA"\n')

    def test_repeated_headings_stay_as_they_were(self, tmp_path: Path) -> None:
        frame = pd.DataFrame([["a", "b"]], columns=["cc", "cc"])
        assert csv_rows(written(frame, tmp_path / "o.csv")) == [["cc", "cc"], ["a", "b"]]

    def test_an_export_exported_again_gains_no_second_apostrophe(self, tmp_path: Path) -> None:
        once = [row[0] for row in csv_rows(written(texts(*HOSTILE), tmp_path / "a.csv"))[1:]]
        assert [row[0] for row in csv_rows(written(texts(*once), tmp_path / "b.csv"))[1:]] == once

    @given(cells=st.lists(st.text() | st.from_regex(r"[=+\-@\t\r][0-9.,eE=+\-]*"), min_size=1, max_size=20))
    def test_any_text_comes_back_as_itself_or_with_one_apostrophe(
        self, tmp_path_factory: pytest.TempPathFactory, cells: list[str]
    ) -> None:
        data = written(texts("a", *cells), tmp_path_factory.getbasetemp() / "any.csv")
        for cell, (back,) in zip(cells, csv_rows(data)[2:], strict=True):
            assert back in (cell, "'" + cell)
            if back[:1] in {*"=+-@\t\r"} and back:
                assert back[0] == "-"
                assert np.isfinite(float(re.sub(r"[.,](?=.*[.,])", "", back).replace(",", ".")))


class TestWorkbook:
    def test_every_cell_comes_back_as_the_same_text(self, tmp_path: Path) -> None:
        cells = [*HOSTILE, *HARMLESS]
        written(texts(*cells), tmp_path / "o.xlsx")
        assert [row[0] for row in sheet_rows(tmp_path / "o.xlsx")] == ["buyer", *cells]

    def test_nothing_is_a_formula_or_a_link(self, tmp_path: Path) -> None:
        written(pd.DataFrame({"=1+1": HOSTILE}), tmp_path / "o.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "o.xlsx")["result"]
        assert {cell.data_type for row in sheet.rows for cell in row} <= {"s", "inlineStr"}
        assert b"<f>" not in zipfile.ZipFile(tmp_path / "o.xlsx").read("xl/worksheets/sheet1.xml")
        assert sheet["A2"].quotePrefix

    def test_markup_in_a_cell_stays_text_for_every_reader(self, tmp_path: Path) -> None:
        written(texts("<r>&broken</r>", "<r></r>"), tmp_path / "o.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "o.xlsx")["result"]
        assert [cell.value for cell in sheet["A"]] == ["buyer", "<r>&broken</r>", "<r></r>"]

    @pytest.mark.parametrize(
        ("cell", "shown"),
        [
            pytest.param("12", 12.0, id="a whole number"),
            pytest.param("-0.02", -0.02, id="a negative number"),
            pytest.param("0.00123", 0.00123, id="a small number"),
            pytest.param("123456789012345", 123456789012345.0, id="fifteen digits fit"),
            pytest.param("1234567890123456", "1234567890123456", id="sixteen digits stay text"),
            pytest.param("00417", "00417", id="zeros in front stay text"),
            pytest.param("1,250", "1,250", id="separators stay text"),
            pytest.param("+5", "+5", id="a plus sign stays text"),
            pytest.param("1e5", "1e5", id="an exponent stays text"),
            pytest.param("٣", "٣", id="digits of other scripts stay text"),
            pytest.param("12 pcs", "12 pcs", id="words stay text"),
        ],
    )
    def test_a_number_column_shows_plain_decimals_as_numbers(self, tmp_path: Path, cell: str, shown: object) -> None:
        frame = pd.DataFrame({"quantity": [cell], "order_id": [cell]})
        written(frame, tmp_path / "o.xlsx", frozenset({"quantity"}))
        assert sheet_rows(tmp_path / "o.xlsx")[1] == [shown, cell]

    def test_a_long_whole_number_is_text_so_that_no_digit_is_lost(self, tmp_path: Path) -> None:
        written(pd.DataFrame({"id": [123456789012345678, -5]}), tmp_path / "o.xlsx")
        assert sheet_rows(tmp_path / "o.xlsx")[1:] == [["123456789012345678"], [-5.0]]

    def test_a_cell_over_the_limit_is_cut_marked_and_said(self, tmp_path: Path) -> None:
        frame = pd.DataFrame({"comments": ["a", "b" * 40_000, "b" + "😀" * 20_000, "c" * 32_767]})
        notes = write(frame, tmp_path / "o.xlsx", as_of=DAY)
        cells = [str(row[0]) for row in sheet_rows(tmp_path / "o.xlsx")[1:]]
        assert len(notes) == 1
        assert notes[0].startswith("column comments: 2 cells over 32,767 characters cut (row 3, 4);")
        assert cells[1].endswith("b … [cut: 40,000 characters]")
        assert cells[2].endswith("😀 … [cut: 20,001 characters]")
        assert [len(cell.encode("utf-16-le")) // 2 for cell in cells] == [1, 32_767, 32_766, 32_767]

    def test_no_other_format_cuts(self, tmp_path: Path) -> None:
        assert write(texts("b" * 40_000), tmp_path / "o.csv", as_of=DAY) == ()
        assert csv_rows((tmp_path / "o.csv").read_bytes())[1] == ["b" * 40_000]

    def test_too_many_records_are_refused_with_a_remedy(self, tmp_path: Path) -> None:
        frame = pd.DataFrame({"n": np.zeros(workbook.RECORDS + 1)})
        with pytest.raises(ResultRefused, match=r"1,048,576 records .* write .csv, .parquet or .jsonl"):
            written(frame, tmp_path / "o.xlsx")
        assert names(tmp_path) == []

    def test_too_many_columns_are_refused(self, tmp_path: Path) -> None:
        frame = pd.DataFrame(np.zeros((1, workbook.COLUMNS + 1)))
        with pytest.raises(ResultRefused, match="16,385 columns"):
            written(frame, tmp_path / "o.xlsx")

    def test_records_over_a_batch_keep_their_order(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workbook, "BATCH", 3)
        written(pd.DataFrame({"n": range(10)}), tmp_path / "o.xlsx")
        assert [row[0] for row in sheet_rows(tmp_path / "o.xlsx")[1:]] == list(range(10))

    def test_the_document_is_dated_by_the_as_of_day(self, tmp_path: Path) -> None:
        written(texts("a"), tmp_path / "o.xlsx")
        properties = openpyxl.load_workbook(tmp_path / "o.xlsx").properties
        assert properties.created == properties.modified == datetime(2026, 1, 31)

    def test_a_full_disk_is_refused_and_not_a_fault_of_the_library(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(workbook.Workbook, "_store_workbook", full)
        with pytest.raises(ResultRefused, match="No space left on device"):
            written(texts("a"), tmp_path / "o.xlsx")
        assert names(tmp_path) == []


class TestJsonLines:
    def test_every_cell_comes_back_as_the_same_text(self, tmp_path: Path) -> None:
        cells = [*HOSTILE, *HARMLESS, "", None, "\u2028"]
        lines = written(texts(*cells), tmp_path / "o.jsonl").decode().removesuffix("\n").split("\n")
        assert [json.loads(line)["buyer"] for line in lines] == cells

    def test_a_repeated_heading_gets_a_number_so_that_no_cell_is_lost(self, tmp_path: Path) -> None:
        frame = pd.DataFrame([["a", "b", "c", "d"]], columns=["cc", "cc", "cc (2)", "cc"])
        assert json.loads(written(frame, tmp_path / "o.jsonl")) == {
            "cc": "a",
            "cc (3)": "b",
            "cc (2)": "c",
            "cc (4)": "d",
        }

    @given(number=st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**63), 2**63 - 1))
    def test_any_number_comes_back_exactly(self, tmp_path_factory: pytest.TempPathFactory, number: float | int) -> None:
        data = written(pd.DataFrame({"n": [number]}), tmp_path_factory.getbasetemp() / "any.jsonl")
        assert json.loads(data)["n"] == number


class TestParquet:
    def test_text_is_left_as_it_is(self, tmp_path: Path) -> None:
        cells = [*HOSTILE, *HARMLESS, "", None]
        written(texts(*cells), tmp_path / "o.parquet")
        assert pyarrow.parquet.read_table(tmp_path / "o.parquet")["buyer"].to_pylist() == cells

    def test_a_repeated_heading_gets_a_number_so_that_it_can_be_read(self, tmp_path: Path) -> None:
        written(pd.DataFrame([["a", "b"]], columns=["cc", "cc"]), tmp_path / "o.parquet")
        assert pyarrow.parquet.read_table(tmp_path / "o.parquet").to_pylist() == [{"cc": "a", "cc (2)": "b"}]


@pytest.mark.skipif(sys.platform == "win32", reason="links and permissions are those of POSIX")
class TestPlace:
    def test_a_link_keeps_pointing_at_the_file_that_is_replaced(self, tmp_path: Path) -> None:
        (tmp_path / "real.csv").write_text("old")
        (tmp_path / "link.csv").symlink_to("real.csv")
        data = written(texts("a"), tmp_path / "link.csv")
        assert (tmp_path / "link.csv").is_symlink()
        assert (tmp_path / "real.csv").read_bytes() == data

    def test_permissions_of_the_old_file_stay(self, tmp_path: Path) -> None:
        (tmp_path / "o.csv").touch(mode=0o600)
        written(texts("a"), tmp_path / "o.csv")
        assert (tmp_path / "o.csv").stat().st_mode & 0o777 == 0o600
