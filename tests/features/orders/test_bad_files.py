"""Whatever is handed in, the answer is a sentence with a remedy, never a traceback."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from features.orders import package
from features.orders.book import Book, read_customers, read_orders
from features.orders.problems import Level, OrdersRefused

Read = Callable[..., Book]


def workbook() -> bytes:
    """The bytes of a small good workbook."""
    book = openpyxl.Workbook()
    for row in (["order_id", "mpn"], ["A", "X"]):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def parquet() -> bytes:
    """The bytes of a small good Parquet file."""
    stream = io.BytesIO()
    pd.DataFrame({"order_id": ["A"], "mpn": ["X"]}).to_parquet(stream)
    return stream.getvalue()


def archive(**parts: bytes) -> bytes:
    """A zip archive of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def refusal(read: Read, content: str | bytes, name: str = "orders.csv") -> str:
    """What the refusal of a file says."""
    with pytest.raises(OrdersRefused) as refused:
        read(content, name)
    (problem,) = refused.value.problems
    assert problem.level is Level.REFUSED
    assert problem.file == name
    assert problem.remedy
    return problem.text()


REFUSED = [
    pytest.param("o.csv", b"", "empty", id="an empty file"),
    pytest.param("o.csv", b"\n \n\n", "no cell with text", id="only blank lines"),
    pytest.param("o.csv", b"order_id,mpn,qty\n", "no records", id="headings only"),
    pytest.param("o.csv", b"order_id,mpn,qty\n\n,,\n", "no records", id="headings and blank rows"),
    pytest.param("o.csv", b"colour,size\nred,3\n", "headings seen", id="no known column"),
    pytest.param("o.csv", b"buyer_name,qty\nTarn,3\n", "neither order_id nor part_number", id="no order and no part"),
    pytest.param("o.csv", bytes(range(256)) * 8, "neither text nor a workbook", id="binary"),
    pytest.param("o.csv", b"order_id,mpn\nA,\xff\xff\xff", "not UTF-8", id="an encoding that cannot be told"),
    pytest.param("o.csv", b"\xff\xfea", "breaks off", id="UTF-16 cut off"),
    pytest.param("o.csv", b"%PDF-1.7 x", "PDF", id="a PDF"),
    pytest.param("o.csv.gz", b"\x1f\x8b\x08\x00aaaa", "gzip", id="a gzip archive"),
    pytest.param("o.xlsx", b"", "empty", id="a workbook of 0 bytes"),
    pytest.param("o.xlsx", workbook()[:2000], "cut off or damaged", id="a truncated workbook"),
    pytest.param("o.xlsx", workbook()[:-9], "cut off or damaged", id="a workbook without its last bytes"),
    pytest.param("o.xlsx", archive(notes=b"x"), "no .xlsx or .ods workbook", id="a zip archive of something else"),
    pytest.param("o.xlsx", archive(xl__workbook=b"", **{"xl__workbook.xml": b"<x"}), "damaged", id="a hollow workbook"),
    pytest.param("o.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old kind", id="an old office document"),
    pytest.param(
        "o.xlsx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "encrypted",
        id="an encrypted workbook",
    ),
    pytest.param("o.parquet", parquet()[:-20], "cut off or damaged", id="a truncated Parquet file"),
    pytest.param("o.parquet", b"PAR1" + b"\xff" * 64 + b"PAR1", "cut off or damaged", id="a forged Parquet file"),
]


@pytest.mark.parametrize(("name", "content", "said"), REFUSED)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(read: Read, name: str, content: bytes, said: str) -> None:
    assert said in refusal(read, content, name)


@pytest.mark.parametrize("door", [read_orders, read_customers])
def test_a_missing_file_and_a_folder_are_refused(door: Callable[..., Book], tmp_path: Path) -> None:
    for path, said in ((tmp_path / "none.csv", "no such file"), (tmp_path, "folder")):
        with pytest.raises(OrdersRefused, match=said):
            door(path, {})


def test_a_locked_file_is_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr("features.orders.reading.hashlib.file_digest", locked)
    assert "cannot be opened" in refusal(read, "order_id,mpn\nA,X\n")


def test_a_workbook_that_unpacks_to_more_than_it_may_is_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "UNPACKED_LIMIT", 1 << 20)
    bomb = archive(**{"xl__workbook.xml": b"<x/>", "xl__worksheets__sheet1.xml": bytes(2 << 20)})
    assert "unpacks to more than" in refusal(read, bomb, "o.xlsx")


def test_a_workbook_that_declares_less_than_it_unpacks_to_is_refused(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "UNPACKED_LIMIT", 1 << 20)
    bomb = bytearray(archive(**{"xl__workbook.xml": b"<x/>", "xl__worksheets__sheet1.xml": bytes(2 << 20)}))
    declared = struct.pack("<I", 2 << 20)
    at = bomb.rindex(declared)
    bomb[at : at + 4] = struct.pack("<I", 100)
    assert "unpacks to more than" in refusal(read, bytes(bomb), "o.xlsx")


def test_a_declared_size_over_the_limit_is_refused_without_unpacking(read: Read) -> None:
    bomb = bytearray(archive(**{"xl__workbook.xml": b"<x/>", "xl__worksheets__sheet1.xml": bytes(5000)}))
    at = bomb.rindex(struct.pack("<I", 5000))
    bomb[at : at + 4] = struct.pack("<I", 0xFFFFFFF0)
    assert "unpacks to more than" in refusal(read, bytes(bomb), "o.xlsx")


def test_a_workbook_with_a_cell_in_its_last_corner_is_refused(read: Read) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"], book.active["XFD1048576"] = "order_id", "mpn", "x"
    stream = io.BytesIO()
    book.save(stream)
    assert "spans more than" in refusal(read, stream.getvalue(), "o.xlsx")


def test_a_workbook_with_a_picture_is_read(read: Read) -> None:
    stream = io.BytesIO(workbook())
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/image1.png", bytes(3 << 20))
    assert read(stream.getvalue(), "o.xlsx").lines["part_number"].tolist() == ["X"]


def test_a_workbook_without_known_headings_names_its_sheets(read: Read) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active.append(["colour"])
    stream = io.BytesIO()
    book.save(stream)
    assert "'Notes' are the worksheets" in refusal(read, stream.getvalue(), "o.xlsx")


def test_a_cell_of_ten_megabytes_is_kept_raw_and_the_other_lines_are_scored(read: Read) -> None:
    book = read("order_id,mpn,street\nA,X," + "y" * (10 << 20) + "\nB,Y,1 Quay\n")
    assert book.status.tolist() == ["scored", "scored"]
    assert len(book.raw.loc[0, "street"]) == 10 << 20
    assert book.lines["buyer_address"].isna().tolist() == [True, False]
    (problem,) = [problem for problem in book.problems if problem.column == "buyer_address"]
    assert len(problem.text()) < 250


def test_a_record_longer_than_can_be_parsed_is_refused(read: Read) -> None:
    said = refusal(read, "order_id,mpn,street\nA,X," + "y" * (70 << 20) + "\n")
    assert "32 MiB" in said


FAULTS = [
    pytest.param("destination_country", "Atlantis", id="an unknown country"),
    pytest.param("order_date", "2026-02-30", id="an impossible date"),
    pytest.param("quantity", "-4", id="a negative quantity"),
]


@pytest.mark.parametrize(("field", "value"), FAULTS)
def test_a_bad_cell_is_told_with_file_row_column_value_and_remedy(
    read: Read, order: Callable[..., dict[str, str]], field: str, value: str
) -> None:
    cells = order(**{field: value})
    book = read(",".join(cells) + "\n" + ",".join(cells.values()) + "\n")
    (problem,) = book.problems
    assert (problem.file, problem.row, problem.column, problem.value) == ("orders.csv", 2, field, value)
    assert problem.remedy
    assert problem.text().startswith(f"orders.csv, row 2, {field}: '{value}' ")
    assert book.status.tolist() == ["scored"]


def test_a_duplicate_key_is_told_with_the_other_row(read: Read) -> None:
    book = read("order_id,line_no,mpn\nA,1,X\nA,1,Y\n")
    assert [problem.what for problem in book.problems if problem.row] == [
        "is the key of row 3 too, with other cells",
        "is the key of row 2 too, with other cells",
    ]
