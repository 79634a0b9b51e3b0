"""Whatever is handed to `diversion score`: a sentence with place and remedy, exit 1 or 2, and what can be scored is."""

import csv
import io
import json
import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from features import known
from features.reference import tables
from scoring.champion import BASELINE

Run = Callable[..., Any]
RESULT = Path("orders.scored.csv")


def workbook(*rows: list[object]) -> bytes:
    """The bytes of a workbook with these rows."""
    book = openpyxl.Workbook()
    for row in rows or (["order_id", "part_number"], ["A-1", "H100"]):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def bomb() -> bytes:
    """A workbook whose one sheet says that it unpacks to four gigabytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"<x/>")
        packed.writestr("xl/worksheets/sheet1.xml", bytes(5000))
    content = bytearray(stream.getvalue())
    at = content.rindex(struct.pack("<I", 5000))
    content[at : at + 4] = struct.pack("<I", 0xFFFFFFF0)
    return bytes(content)


def results() -> list[dict[str, str]]:
    with RESULT.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


REFUSED = [
    pytest.param("orders.csv", b"", "the file is empty (0 bytes)", "export the orders again", id="an empty file"),
    pytest.param("orders.csv", b"\n\n \n", "no cell with text", "", id="blank lines only"),
    pytest.param("orders.csv", b"order_id,part_number,quantity\n", "no records", "export", id="headings only"),
    pytest.param("orders.csv", b"colour,size\nred,3\n", "colour", "", id="no column that is known"),
    pytest.param("orders.csv", b"quantity,destination_country\n8,SG\n", "order_id", "", id="no required column"),
    pytest.param("orders.xlsx", b"", "the file is empty (0 bytes)", "export", id="a workbook of 0 bytes"),
    pytest.param("orders.xlsx", workbook()[:1500], "cut off or damaged", "save it again", id="a truncated workbook"),
    pytest.param("orders.xlsx", bomb(), "unpacks to more than", "export CSV", id="a zip bomb"),
    pytest.param("orders.csv", bytes(range(256)) * 40, "orders.csv: ", "", id="binary named .csv"),
    pytest.param("orders.xlsx", b"\x00\x01\x02\x03" * 400, "orders.xlsx: ", "", id="binary named .xlsx"),
    pytest.param("orders.parquet", b"PAR1" + bytes(60), "orders.parquet: ", "", id="a Parquet file that is none"),
    pytest.param("orders.csv", b"%PDF-1.7\n" + bytes(60), "a PDF document", "export the orders as CSV", id="a PDF"),
    pytest.param("orders.csv", b"\x1f\x8b\x08" + bytes(60), "a gzip archive", "unpack it first", id="a packed file"),
]


@pytest.mark.parametrize(("name", "content", "said", "remedy"), REFUSED)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(
    run: Run, room: Path, name: str, content: bytes, said: str, remedy: str
) -> None:
    (room / name).write_bytes(content)
    ran = run("score", name)
    assert ran.code == 2
    (told,) = ran.err.splitlines()[2:]
    assert told.startswith(f"{name}: ")
    assert said in told
    assert remedy in told
    assert "; " in told
    assert [path.name for path in room.iterdir()] == [name]


def test_a_file_that_is_not_there_is_refused(run: Run, room: Path) -> None:
    ran = run("score", "nothing.csv")
    assert ran.code == 2
    assert "nothing.csv: there is no such file; check the path" in ran.err


def test_a_folder_is_no_order_file(run: Run, room: Path) -> None:
    (room / "orders").mkdir()
    ran = run("score", "orders")
    assert ran.code == 2
    assert "this is a folder" in ran.err


def test_a_customer_file_that_cannot_be_read_is_refused_too(run: Run, room: Path, orders: Callable[..., str]) -> None:
    (room / "customers.csv").write_bytes(b"")
    ran = run("score", orders(), "--customers", "customers.csv")
    assert ran.code == 2
    assert "customers.csv: the file is empty" in ran.err
    assert not RESULT.exists()


WRONG_NAMES = [
    pytest.param("orders.xlsx", "csv", id="a CSV file named .xlsx"),
    pytest.param("orders.csv", "xlsx", id="a workbook named .csv"),
]


@pytest.mark.parametrize(("name", "kind"), WRONG_NAMES)
def test_a_file_of_the_wrong_name_is_read_for_what_it_is(
    run: Run, room: Path, text: Callable[..., str], name: str, kind: str
) -> None:
    content = text()
    rows = [line.split(",") for line in content.splitlines()]
    (room / name).write_bytes(content.encode() if kind == "csv" else workbook(*rows))
    assert run("score", name, "--out", str(RESULT)).code == 0
    assert [row["status"] for row in results()] == ["scored"]
    noted = run("check", name)
    assert "which it is; rename it" in noted.out


FAULTS = [
    pytest.param("destination_country", "Atlantis", "is not a known country", "unknown", id="an unknown country"),
    pytest.param("destination_country", "Korea", "may be KR or KP", "unknown", id="an ambiguous country"),
    pytest.param("order_date", "2026-02-30", "", "unknown", id="an impossible date"),
    pytest.param("quantity", "many", "", "unknown", id="a quantity in words"),
    pytest.param("quantity", "1e400", "", "unknown", id="a quantity that is infinite"),
]


@pytest.mark.parametrize(("column", "value", "said", "gate"), FAULTS)
def test_a_bad_cell_is_told_with_its_place_and_its_line_is_scored_and_asked_about(
    run: Run, orders: Callable[..., str], column: str, value: str, said: str, gate: str
) -> None:
    ran = run("score", orders({}, {column: value}))
    assert ran.code == 0
    told = next(line for line in ran.err.splitlines() if f"row 3, {column}: '{value}' " in line)
    assert "orders.csv, " in told
    assert said in told
    assert "; " in told.partition(value)[2]
    clean, bad = results()
    assert (clean["status"], bad["status"]) == ("scored", "scored")
    assert f"orders.csv, row 3, {column}: '{value}'" in bad["problems"]
    assert bad[column] == value
    assert bad["gate"] == gate
    assert bad["action"] in ("ask", "review")
    assert float(bad["score"]) > 0


def test_a_negative_quantity_is_a_return_that_is_scored_and_noted(run: Run, orders: Callable[..., str]) -> None:
    assert run("score", orders({"quantity": "-4"})).code == 0
    (row,) = results()
    assert (row["status"], row["quantity"], row["chips"]) == ("scored", "-4", "-4")
    assert "row 2, quantity: '-4'" in row["problems"]


def test_lines_of_one_key_are_both_scored_and_both_told(run: Run, orders: Callable[..., str]) -> None:
    ran = run("score", orders({"order_id": "A"}, {"order_id": "A", "quantity": "9"}))
    assert ran.code == 0
    first, second = results()
    assert "key of row 3" in first["problems"]
    assert "key of row 2" in second["problems"]
    assert "key of row 3" in ran.err


def test_a_cell_of_ten_megabytes_costs_that_cell_only(run: Run, orders: Callable[..., str]) -> None:
    ran = run("score", orders({"buyer_address": "1 Quay"}, {"buyer_address": "y" * (10 << 20)}))
    assert ran.code == 0
    assert len(ran.err) < 5_000
    assert "row 3, buyer_address: 'yyy" in ran.err
    csv.field_size_limit(20 << 20)
    first, second = results()
    assert (first["status"], second["status"]) == ("scored", "scored")
    assert len(second["buyer_address"]) == 10 << 20
    assert len(second["problems"]) < 1_000


def test_a_record_of_the_wrong_width_is_rejected_and_the_others_are_scored(
    run: Run, room: Path, text: Callable[..., str]
) -> None:
    (room / "orders.csv").write_text(text({}, {}) + "A-3,too,short\n", encoding="utf-8")
    ran = run("score", "orders.csv")
    assert ran.code == 1
    assert "3 records = 2 scored, 1 rejected" in ran.err
    assert "rejected: orders.csv, row 4: the record has 3 cells" in ran.err
    assert [(row["status"], row["action"]) for row in results()][2] == ("rejected", "ask")


def test_a_file_of_which_no_record_can_be_read_comes_back_whole(run: Run, room: Path) -> None:
    (room / "orders.csv").write_text("order_id,part_number,quantity\nA,H100,8,x\nB,H100\n", encoding="utf-8")
    ran = run("score", "orders.csv")
    assert ran.code == 1
    assert "2 records = 2 rejected" in ran.err
    assert [row["action"] for row in results()] == ["ask", "ask"]


def test_a_missing_must_column_is_told_once_and_every_line_is_scored(
    run: Run, room: Path, text: Callable[..., str]
) -> None:
    (room / "orders.csv").write_text("order_id,part_number,buyer_name\nA,H100,Norrhall\n", encoding="utf-8")
    ran = run("score", "orders.csv")
    assert ran.code == 0
    assert "quantity" in ran.err
    (row,) = results()
    assert (row["status"], row["gate"], row["action"]) == ("scored", "unknown", "ask")


@pytest.fixture
def model(room: Path) -> Path:
    shutil.copytree(BASELINE, room / "model")
    return room / "model"


def rewritten(folder: Path, change: Callable[[dict[str, object]], None]) -> None:
    path = folder / "model.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


MODELS = [
    pytest.param(lambda d: d.update(format=9), "format 9 of model.json is none", id="a newer format"),
    pytest.param(lambda d: d["inputs"][0].update(revision=9), "values changed since", id="another revision"),
    pytest.param(lambda d: d.pop("knots"), "the model folder is damaged ('knots')", id="an entry is missing"),
    pytest.param(lambda d: d["inputs"].pop(), "trained on other columns", id="a feature less than its boosters"),
]


@pytest.mark.parametrize(("change", "said"), MODELS)
def test_a_model_folder_of_another_version_is_refused_and_nothing_is_written(
    run: Run, orders: Callable[..., str], model: Path, change: Callable[[dict[str, object]], None], said: str
) -> None:
    rewritten(model, change)
    ran = run("score", orders(), "--model", str(model))
    assert ran.code == 2
    assert said in ran.err
    assert not RESULT.exists()


def test_a_cut_booster_is_refused(run: Run, orders: Callable[..., str], model: Path) -> None:
    path = model / "booster-1.txt"
    path.write_bytes(path.read_bytes()[:5000])
    ran = run("score", orders(), "--model", str(model))
    assert ran.code == 2
    assert "booster-1.txt is cut or changed" in ran.err


HUBS = "transshipment_hubs.csv"
LISTS = [
    pytest.param(lambda t: t.replace("2022-", "2022/", 1), "is not a date; write YYYY-MM-DD", id="a date that is none"),
    pytest.param(lambda t: t.replace("start", "begin", 1), "start: is missing", id="a missing column"),
    pytest.param(lambda t: t.partition("\n")[0] + "\n", "rows; the card expects", id="its rows are gone"),
    pytest.param(lambda t: "", "is empty; restore it", id="an empty list"),
    pytest.param(lambda t: t + '"open quote', HUBS, id="a quote that never closes"),
    pytest.param(lambda t: "\x00\ufffe" + t, HUBS, id="a list that is no text"),
]


@pytest.fixture
def reference(room: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the reference tables that the command reads instead of the shipped ones."""
    folder = room / "reference"
    shutil.copytree(tables.HERE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    monkeypatch.setattr(known, "shipped", lambda: tables.load(folder))
    return folder


@pytest.mark.parametrize(("change", "said"), LISTS)
def test_a_list_that_cannot_be_read_is_refused_with_its_file(
    run: Run, orders: Callable[..., str], reference: Path, change: Callable[[str], str], said: str
) -> None:
    path = reference / HUBS
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    ran = run("score", orders())
    assert ran.code == 2, ran.err
    assert HUBS in ran.err
    assert said in ran.err
    assert not RESULT.exists()


@pytest.mark.parametrize("name", [HUBS, "transshipment_hubs.toml"])
def test_a_list_in_another_encoding_is_refused_with_its_file(
    run: Run, orders: Callable[..., str], reference: Path, name: str
) -> None:
    path = reference / name
    path.write_bytes(path.read_bytes() + "Curaçao".encode("latin-1"))
    ran = run("score", orders())
    assert ran.code == 2, ran.err
    assert f"{name}: is not UTF-8; save it as UTF-8" in ran.err


def test_a_card_of_a_newer_format_is_refused(run: Run, orders: Callable[..., str], reference: Path) -> None:
    path = reference / "transshipment_hubs.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("format = 1", "format = 2", 1), encoding="utf-8")
    ran = run("score", orders())
    assert ran.code == 2
    assert "transshipment_hubs.toml" in ran.err


def test_a_list_that_is_missing_is_refused(run: Run, orders: Callable[..., str], reference: Path) -> None:
    (reference / HUBS).unlink()
    ran = run("score", orders())
    assert ran.code == 2
    assert "transshipment_hubs.toml: has no table beside it" in ran.err
