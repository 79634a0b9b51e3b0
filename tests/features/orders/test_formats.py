"""One content gives the same lines in every format; no bytes of any format break the reader or lose a record."""

import gzip
import io
import json
import re
import struct
import zipfile
from collections.abc import Callable
from html import escape
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.orders import compressed, package
from features.orders.book import Book, read_orders
from features.orders.problems import Level, OrdersRefused

Read = Callable[..., Book]
Cells = list[list[str | float]]
USUAL = (
    100  # examples of hypothesis' own profiles; fewer will do for each run, and --hypothesis-profile=many asks for more
)
EXAMPLES = 50 if settings.default.max_examples == USUAL else settings.default.max_examples
FIXTURES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=EXAMPLES)
NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)
NAMESPACES += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
CONTENT: Cells = [
    ["order_id", "line_no", "order_date", "Customer", "buyer_country", "part_number", "quantity", "unit_price"],
    ["00417", 1, "2026-01-12", "Norrhall Compute", "NA", "100E10", 8, 1355.9],
    ["00418", 2, "2026-01-13", "星桥算力有限公司", "HK", "900-21001", 1250, 12.25],
    ["00419", 1, "2026-02-01", "Tarn", "DE", "12E5-RX", -4, 0.125],
]


def delimited(cells: Cells, delimiter: str = ",") -> bytes:
    """The cells as delimited text."""
    return "".join(delimiter.join(map(str, row)) + "\n" for row in cells).encode()


def json_lines(cells: Cells) -> bytes:
    """The cells as JSON lines."""
    records = (dict(zip(map(str, cells[0]), row, strict=True)) for row in cells[1:])
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def workbook(cells: Cells) -> bytes:
    """The cells as an XLSX workbook."""
    stream = io.BytesIO()
    pd.DataFrame(cells).to_excel(stream, index=False, header=False)
    return stream.getvalue()


def parquet(cells: Cells) -> bytes:
    """The cells as a Parquet file."""
    stream = io.BytesIO()
    pd.DataFrame(cells[1:], columns=cells[0]).to_parquet(stream)
    return stream.getvalue()


def open_document(rows: str) -> bytes:
    """An ODS workbook of one worksheet with these rows of XML."""
    sheets = f'<office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
        body = f"<office:body>{sheets}</office:body>"
        packed.writestr("content.xml", f"<office:document-content {NAMESPACES}>{body}</office:document-content>")
    return stream.getvalue()


def ods(cells: Cells) -> bytes:
    """The cells as an ODS workbook."""

    def cell(value: str | float) -> str:
        if isinstance(value, str):
            return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'

    return open_document("".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in cells))


ERROR_CODES = {"#N/A": 0x2A, "#DIV/0!": 0x07}


def xls(cells: Cells, since_1904: bool = False) -> bytes:
    """The cells as an XLS workbook: the records of BIFF8 in one stream of a compound file (MS-XLS, MS-CFB).

    "#N/A" becomes an error cell, "#DIV/0!" a formula that gives an error.
    """

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    def cell(row: int, column: int, value: str | float) -> bytes:
        place = struct.pack("<HHH", row, column, 0)
        if value == "#N/A":
            return record(0x0205, place + bytes([ERROR_CODES[value], 1]))
        if value == "#DIV/0!":
            result = bytes([2, 0, ERROR_CODES[value], 0, 0, 0, 0xFF, 0xFF])
            return record(0x0006, place + result + struct.pack("<HIH", 0, 0, 0))
        if isinstance(value, str):
            text = value.encode("utf-16-le")
            return record(0x0204, place + struct.pack("<HB", len(text) // 2, 1) + text)
        return record(0x0203, place + struct.pack("<d", value))

    start, end = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 6)), record(0x000A, b"")
    start += record(0x0022, struct.pack("<H", since_1904))
    bound = record(0x0085, struct.pack("<IBBBB", len(start) + 13 + len(end), 0, 0, 1, 0) + b"S")
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 6))
    sheet += b"".join(cell(at, to, value) for at, row in enumerate(cells) for to, value in enumerate(row)) + end
    return compound(start + bound + end + sheet)


def compound(stream: bytes) -> bytes:
    """A compound file with the stream "Workbook"."""
    stream = stream.ljust(4096, b"\0")
    sectors = -(-len(stream) // 512)
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    table = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        text = name.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<BBIII", kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return (
            text.ljust(64, b"\0") + struct.pack("<H", len(text)) + links + bytes(36) + struct.pack("<IQ", first, size)
        )

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += bytes(6) + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    return head + table + directory.ljust(512, b"\0") + stream.ljust(sectors * 512, b"\0")


FORMATS = {
    "comma-separated": ("o.csv", delimited(CONTENT)),
    "tab-separated": ("o.tsv", delimited(CONTENT, "\t")),
    "semicolons": ("o.csv", delimited(CONTENT, ";")),
    "pipes": ("o.txt", delimited(CONTENT, "|")),
    "GB18030": ("o.csv", delimited(CONTENT).decode().encode("gb18030")),
    "UTF-16 with a mark": ("o.csv", delimited(CONTENT).decode().encode("utf-16")),
    "UTF-16 without a mark": ("o.csv", delimited(CONTENT).decode().encode("utf-16-be")),
    "UTF-32 with a mark": ("o.csv", delimited(CONTENT).decode().encode("utf-32")),
    "comma-separated, gzipped": ("o.csv.gz", gzip.compress(delimited(CONTENT))),
    "JSON lines": ("o.jsonl", json_lines(CONTENT)),
    "JSON lines, gzipped": ("o.ndjson.gz", gzip.compress(json_lines(CONTENT))),
    "XLSX": ("o.xlsx", workbook(CONTENT)),
    "XLS": ("o.xls", xls(CONTENT)),
    "ODS": ("o.ods", ods(CONTENT)),
    "Parquet": ("o.parquet", parquet(CONTENT)),
}


@pytest.mark.parametrize("form", FORMATS)
def test_one_content_gives_the_same_lines_in_every_format(form: str, read: Read) -> None:
    name, content = FORMATS[form]
    found, expected = read(content, name), read(delimited(CONTENT))
    pd.testing.assert_frame_equal(found.lines, expected.lines)
    assert found.lines["order_id"].tolist() == ["00417", "00418", "00419"]
    assert found.lines["quantity"].tolist() == [8.0, 1250.0, -4.0]
    assert found.mapping == expected.mapping
    assert not [problem for problem in found.problems if "rename" in problem.remedy]


@pytest.mark.parametrize(("since_1904", "day"), [(False, "2020-06-18"), (True, "2024-06-19")])
def test_errors_and_the_date_system_of_an_old_workbook_are_read_too(read: Read, since_1904: bool, day: str) -> None:
    rows: Cells = [["order_id", "mpn", "qty", "order date"], ["A", "#N/A", "#DIV/0!", 44000], ["B", "X", 8, 44000]]
    book = read(xls(rows, since_1904), "o.xls")
    assert book.raw.to_numpy().tolist() == [["A", "#N/A", "#DIV/0!", "44000"], ["B", "X", "8", "44000"]]
    assert book.lines["part_number"].fillna("").tolist() == ["", "X"]
    assert book.lines["order_date"].dt.strftime("%Y-%m-%d").tolist() == [day, day]
    told = [problem.value for problem in book.problems if "error of a spreadsheet" in problem.what]
    assert told == ["#N/A", "#DIV/0!"]


def test_standard_input_is_read_and_named(monkeypatch: pytest.MonkeyPatch, aliases: dict[str, str]) -> None:
    for _, content in FORMATS.values():
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
        book = read_orders(Path("-"), aliases)
        assert book.file == "stdin"
        assert {problem.file for problem in book.problems} <= {"stdin"}
        assert len(book.lines) == 3


def test_a_named_encoding_is_used_and_a_wrong_one_refused(tmp_path: Path, aliases: dict[str, str]) -> None:
    path = tmp_path / "o.csv"
    path.write_bytes("order_id,mpn,buyer_name\nA,X,누리마루\n".encode("cp949"))
    with pytest.raises(OrdersRefused, match="may be cp949 or gb18030"):
        read_orders(path, aliases)
    assert read_orders(path, aliases, encoding="cp949").lines["buyer_name"].tolist() == ["누리마루"]
    for wrong, said in (("klingon", "no encoding"), ("utf-8", "not UTF-8"), ("utf-16-le", "breaks off")):
        with pytest.raises(OrdersRefused, match=said):
            read_orders(path, aliases, encoding=wrong)


REFUSED = [
    pytest.param("o.csv.gz", b"\x1f\x8b\x08\0aa", "that is cut off", id="a gzip archive of nothing"),
    pytest.param("o.csv.gz", FORMATS["JSON lines, gzipped"][1][:-9], "is cut off", id="a gzip archive cut off"),
    pytest.param("o.gz", gzip.compress(gzip.compress(b"x")), "in a gzip archive", id="an archive in an archive"),
    pytest.param("o.csv.gz", gzip.compress(b""), "empty", id="a gzip archive of an empty file"),
    pytest.param("o.json", b'[{"order_id": "A"}]', "one JSON list", id="one JSON list"),
    pytest.param(
        "o.jsonl",
        b'{"order_id": "A", "buyer": {"name": "Tarn"}}\n',
        "'buyer' is a key that holds",
        id="a nested object",
    ),
    pytest.param("o.jsonl", b'{"order_id": "A", "sn": [{"a": 1}]}\n', "holds an object", id="a list of objects"),
    pytest.param("o.jsonl", b'{"colour": "red"}\n', "headings seen", id="JSON lines of something else"),
    pytest.param("o.xlsb", "bin", "binary .xlsb", id="a binary workbook"),
    pytest.param("o.xls", compound(b"x"), "none has a known heading", id="an old workbook of nothing"),
]


@pytest.mark.parametrize(("name", "content", "said"), REFUSED)
def test_what_cannot_be_read_is_refused_in_a_sentence(read: Read, name: str, content: bytes, said: str) -> None:
    if content == "bin":
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as packed:
            packed.writestr("xl/workbook.bin", "")
        content = stream.getvalue()
    with pytest.raises(OrdersRefused) as refusal:
        read(content, name)
    assert said in refusal.value.problems[0].text()


def test_a_gzip_bomb_is_refused_by_what_comes_out_of_it(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compressed, "UNPACKED_LIMIT", 1 << 20)
    with pytest.raises(OrdersRefused, match="unpacks to more than"):
        read(gzip.compress(bytes(2 << 20)), "o.csv.gz")


def test_an_ods_bomb_of_repeated_cells_is_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    head = ods(CONTENT)
    cell = '<table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p>'
    row = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-cell></table:table-row>'
    with pytest.raises(OrdersRefused, match="spans more than"):
        read(open_document(row), "o.ods")
    monkeypatch.setattr(package, "UNPACKED_LIMIT", 100)
    with pytest.raises(OrdersRefused, match="unpacks to more than"):
        read(head, "o.ods")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("</office:document-content>", "", id="whose last element is not closed"),
        pytest.param("</text:p>", "<", id="whose cell breaks off"),
        pytest.param(
            "<office:document-content", "<!DOCTYPE x [<!ENTITY a 'aa'>]><office:document-content", id="with entities"
        ),
    ],
)
def test_an_ods_workbook_that_is_no_xml_is_refused_and_does_not_hold_up_the_reader(
    read: Read, old: str, new: str
) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ods(CONTENT))) as packed, zipfile.ZipFile(stream, "w") as target:
        for part in packed.namelist():
            xml = packed.read(part).decode()
            target.writestr(part, xml.replace(old, new, 1) if part == "content.xml" else xml)
    with pytest.raises(OrdersRefused, match="cut off or damaged"):
        read(stream.getvalue(), "o.ods")


def test_the_empty_rows_at_the_end_of_an_ods_sheet_are_no_bomb(read: Read) -> None:
    rows = "".join(
        f'<table:table-row><table:table-cell office:value-type="string"><text:p>{a}</text:p></table:table-cell>'
        f'<table:table-cell office:value-type="string"><text:p>{b}</text:p></table:table-cell></table:table-row>'
        for a, b in (("order_id", "mpn"), ("A", "X"))
    )
    rest = '<table:table-row table:number-rows-repeated="1048574"><table:table-cell '
    rest += 'table:number-columns-repeated="16384"/></table:table-row>'
    assert read(open_document(rows + rest), "o.ods").lines["part_number"].tolist() == ["X"]


def test_a_parquet_file_larger_than_the_limits_is_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("CELLS_LIMIT", "UNPACKED_LIMIT"):
        with monkeypatch.context() as patch:
            patch.setattr(f"features.orders.columnar.{limit}", 10)
            with pytest.raises(OrdersRefused, match="holds more than"):
                read(parquet(CONTENT), "o.parquet")


def test_numbers_in_json_lines_keep_their_text_and_absent_keys_are_blank(read: Read) -> None:
    book = read(
        '\n{"order_id": "A", "mpn": 100.10, "qty": 1e1}\n\n{"mpn": null, "order_id": "B", "rush": true}\n', "o.jsonl"
    )
    assert book.raw.to_numpy().tolist() == [["A", "100.10", "1e1", ""], ["B", "", "", "TRUE"]]
    assert book.rows.tolist() == [2, 4]
    assert book.blank_rows == 2
    assert book.lines["quantity"].tolist()[0] == 10.0


def test_a_line_that_is_no_json_object_is_rejected_in_its_place_with_its_text(read: Read) -> None:
    lines = ['{"order_id": "A", "mpn": "X"}', '{"order_id": ', "[1]", '{"mpn": "X", "mpn": "Y"}', '{"order_id": "B"}']
    book = read("\n".join(lines), "o.jsonl")
    assert book.status.tolist() == ["scored", "rejected", "rejected", "rejected", "scored"]
    assert book.raw["order_id"].tolist()[1:4] == [line.strip() for line in lines[1:4]]
    rejected = [(problem.row, problem.what) for problem in book.problems if problem.level is Level.REJECTED]
    assert rejected == [
        (2, "the line is no JSON"),
        (3, "the line is JSON and no object"),
        (4, "the object has a key twice"),
    ]


def left_out(cells: Cells) -> bytes:
    """The cells as an XLSX workbook with an error, a formula without its result and a merged cell."""
    book = openpyxl.Workbook()
    for row in cells:
        book.active.append(row)
    book.active["G2"], book.active["H3"] = "#N/A", "=1/8"
    book.active.merge_cells("A2:A3")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def ods_with_more() -> bytes:
    """An ODS workbook with an error, a merged cell and repeated cells."""
    down = '<table:table-cell table:number-rows-spanned="2" office:value-type="string"><text:p>A</text:p>'
    error = '<table:table-cell calcext:value-type="error" office:value-type="float" office:value="0"><text:p>#REF!'
    twice = '<table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="8"/>'
    heads = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{name}</text:p></table:table-cell>'
        for name in ("order_id", "mpn", "qty", "order date")
    )
    rows = [heads, f"{down}</table:table-cell>{error}</text:p></table:table-cell>{twice}", twice]
    return open_document("".join(f"<table:table-row>{row}</table:table-row>" for row in rows))


PACKAGES = {
    "XLSX": ("o.xlsx", workbook(CONTENT)),
    "XLSX with more": ("o.xlsx", left_out(CONTENT)),
    "ODS": ("o.ods", ods(CONTENT)),
    "ODS with more": ("o.ods", ods_with_more()),
}
TOKENS = st.sampled_from(
    [b"", b"<", b">", b'"', b"/>", b"9", b"9999999", b"</c>", b"<c ", b"#N/A", b"\xff", b"&#0;", b"A1"]
)
CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 30), TOKENS), min_size=1, max_size=4)


def whole(book: Book) -> None:
    """Records in = scored + rejected + skipped, and each of the latter two is told."""
    assert len(book.raw) == len(book.rows) == len(book.status)
    assert (book.status == "scored").sum() == len(book.lines)
    told = {problem.record for problem in book.problems if problem.level in (Level.REJECTED, Level.SKIPPED)}
    assert told == set(book.status.index[book.status != "scored"])


@FIXTURES
@given(form=st.sampled_from(sorted(PACKAGES)), part=st.floats(0, 1, exclude_max=True), changes=CHANGES)
def test_a_workbook_whose_parts_are_broken_is_read_whole_or_refused(
    tmp_path: Path, form: str, part: float, changes: list[tuple[float, int, bytes]]
) -> None:
    name, content = PACKAGES[form]
    path = tmp_path / name
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(path, "w") as target:
        telling = [each for each in packed.namelist() if re.search(r"sheet1|content|workbook|sharedS|styles", each)]
        broken = telling[int(part * len(telling))]
        for each in packed.namelist():
            xml = packed.read(each)
            for place, length, token in changes if each == broken else ():
                at = int(place * len(xml))
                xml = xml[:at] + token + xml[at + length :]
            target.writestr(each, xml)
    try:
        book = read_orders(path, {})
    except OrdersRefused:
        return
    whole(book)


BROKEN = st.tuples(
    st.sampled_from(sorted(FORMATS)),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=6),
    st.floats(0, 1),
)


@FIXTURES
@given(broken=BROKEN)
def test_a_file_of_any_format_with_broken_bytes_is_read_whole_or_refused(
    tmp_path: Path, broken: tuple[str, list[tuple[float, int]], float]
) -> None:
    form, changes, cut = broken
    name, content = FORMATS[form]
    bytes_ = bytearray(content)
    for place, byte in changes:
        bytes_[int(place * len(bytes_))] = byte
    path = tmp_path / name
    path.write_bytes(bytes_ if cut > 0.5 else bytes_[: int(cut * 2 * len(bytes_))])
    try:
        book = read_orders(path, {})
    except OrdersRefused:
        return
    whole(book)


WORDS = st.one_of(
    st.sampled_from(["", "A", "00417", "Total", "1,250", "=1+1", "é", "星桥", "1e400"]), st.text(max_size=8)
)


@FIXTURES
@given(records=st.lists(st.lists(WORDS, min_size=3, max_size=3), min_size=1, max_size=6))
def test_every_json_line_is_accounted_for_and_comes_back(tmp_path: Path, records: list[list[str]]) -> None:
    path = tmp_path / "o.jsonl"
    path.write_bytes(json_lines([["order_id", "mpn", "qty"], *records]))  # type: ignore[list-item]
    try:
        book = read_orders(path, {})
    except OrdersRefused:
        return
    assert len(book.raw) + book.blank_rows == len(records)
    whole = [[cell.encode("utf-8", "backslashreplace").decode() for cell in records[row - 1]] for row in book.rows]
    assert book.raw.to_numpy().tolist() == whole
