"""Each case is a way in which order files have failed elsewhere, rebuilt small; F10 is row 10 of group F of our notes.

E: encodings, scripts, invisible characters. F: the shape of the file. G: files and exports as an attack.
"Odd": files after the issue trackers of pandas and openpyxl.
"""

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from features.orders import package
from features.orders.book import Book, read_orders
from features.orders.formulas import SIGNS
from features.orders.problems import Level, OrdersRefused
from features.parties.names import name_key
from scoring import result

Read = Callable[..., Book]
ROOT = Path(__file__).parents[3]
AS_OF = date(2026, 11, 25)
PIXEL = bytes.fromhex(  # the smallest picture: one transparent point
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082".replace(" ", "")
)


def workbook(rows: list[list[Any]], merges: tuple[str, ...] = (), **sheets: list[list[Any]]) -> bytes:
    """A workbook of these rows and further sheets."""
    book = openpyxl.Workbook()
    for name, cells in {"Orders": rows, **sheets}.items():
        sheet = book.active if name == "Orders" else book.create_sheet(name)
        for row in cells:
            sheet.append(row)
    for merge in merges:
        book.active.merge_cells(merge)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def told(book: Book, level: Level) -> list[tuple[int | None, str]]:
    """Row and words of the problems of a level."""
    return [(problem.row, problem.what) for problem in book.problems if problem.level is level]


Check = Callable[[Book], None]


def lines(field: str, *cells: Any) -> Check:
    """The typed cells of a field."""

    def check(book: Book) -> None:
        assert [None if pd.isna(cell) else cell for cell in book.lines[field]] == list(cells)

    return check


def raw(*cells: list[str]) -> Check:
    """All raw cells."""

    def check(book: Book) -> None:
        assert book.raw.to_numpy().tolist() == list(cells)

    return check


def says(level: Level, row: int | None, words: str) -> Check:
    """A problem of this level, in this row, with these words."""

    def check(book: Book) -> None:
        assert any(
            words in problem.text() and problem.row == row for problem in book.problems if problem.level is level
        )

    return check


def status(*words: str) -> Check:
    """What became of each record."""

    def check(book: Book) -> None:
        assert book.status.tolist() == list(words)

    return check


def at_rows(*rows: int) -> Check:
    """The spreadsheet rows of the records."""

    def check(book: Book) -> None:
        assert book.rows.tolist() == list(rows)

    return check


def mapped(**headings: str) -> Check:
    """Some of the fields and the headings that hold them."""

    def check(book: Book) -> None:
        assert headings.items() <= book.mapping.items()

    return check


HEAD = "order_id,line_no,mpn,qty\n"
SHIP_TO: list[list[Any]] = [
    ["Order", "MPN", "Ship-to", None],
    [None, None, "Name", "Country"],
    ["A", "X", "Tarn", "SG"],
]
MERGED_ORDER: list[list[Any]] = [["Order", "MPN", "Qty"], ["A", "X", 8], [None, "Y", 9], [None, "Z", 7]]
THREE_ROWS: list[list[Any]] = [
    ["Deliveries", None, None, None, None],
    ["Order", None, "Forwarding agent", None, None],
    ["No", "Item", "Code", "Name", "Town"],
    ["A", "X", "1", "Tarn", "Oslo"],
]

READ = [
    pytest.param(
        "客户,数量,订单号\n星桥算力有限公司,8,A\n".encode("gbk"),
        [lines("buyer_name", "星桥算力有限公司"), lines("quantity", 8.0), says(Level.NOTE, None, "read as GB18030")],
        id="E1: Chinese text without a mark is read as GB18030, which is told with sample cells",
    ),
    pytest.param(
        "受注日,注文番号,型番\n2026-01-12,A,ほしぞら計算\n".encode("cp932"),
        [lines("part_number", "ほしぞら計算"), says(Level.NOTE, None, "read as CP932")],
        id="E1: so is Japanese text",
    ),
    pytest.param(
        "주문번호,고객명,품번\nA,한빛컴퓨팅 주식회사,X\n".encode("cp949"),
        [lines("buyer_name", "한빛컴퓨팅 주식회사"), says(Level.NOTE, None, "read as CP949")],
        id="E1: so is Korean text",
    ),
    pytest.param(
        "order_id,mpn,Empfänger\nA,X,Größte Rechner – Süd\n".encode("cp1252"),
        [lines("ult_consignee_name", "Größte Rechner – Süd"), says(Level.NOTE, None, "read as CP1252")],
        id="E1: so is Western text",
    ),
    pytest.param(
        "\ufefforder_id,dest,mpn\nA,SG,X\n",
        [mapped(order_id="order_id"), lines("destination_country", "SG"), lines("order_id", "A")],
        id="E6: a mark in front of the first heading does not hide it",
    ),
    pytest.param(
        "order_id,mpn,ship\u200bdate\nA,X,2026-01-12\n",
        [mapped(ship_date="ship\u200bdate"), lines("ship_date", pd.Timestamp("2026-01-12"))],
        id="E10: a zero-width space in a heading does not hide it",
    ),
    pytest.param(
        "order_id,mpn,buyer_name\nA,X,Norrhall\u202eetupmoc\n",
        [raw(["A", "X", "Norrhall\u202eetupmoc"])],
        id="E14: a direction override in a name is kept in the raw cell",
    ),
    pytest.param(
        "order_id,mpn,ship-to,eccn\nA,X,شركة الحوسبة,3A090.a\n",
        [lines("eccn", "3A090.a"), lines("ult_consignee_name", "شركة الحوسبة")],
        id="E15: an Arabic consignee beside a Latin ECCN changes neither",
    ),
    pytest.param(
        workbook([["Open orders"], [], ["Order", "Ship-to", "Qty"], ["A", "Tarn", 8]]),
        [at_rows(4), says(Level.NOTE, 3, "headings in row 3"), lines("quantity", 8.0)],
        id="F1: headings below a title are found in a workbook",
    ),
    pytest.param(
        "Open orders\nprinted 2026-01-12 by desk 4\n\nOrder,Ship-to,Qty\nA,Tarn,8\n",
        [at_rows(5), says(Level.NOTE, 4, "'Open orders' stands above the headings"), lines("quantity", 8.0)],
        id="F1: and in a text file",
    ),
    pytest.param(
        workbook(SHIP_TO, ("C1:D1", "A1:A2", "B1:B2")),
        [
            mapped(ult_consignee_name="Ship-to – Name", ult_consignee_country="Ship-to – Country", order_id="Order"),
            lines("ult_consignee_country", "SG"),
            at_rows(3),
        ],
        id="F2: two rows of headings are joined by what their merged cells span",
    ),
    pytest.param(
        workbook(THREE_ROWS, ("A1:E1", "A2:B2", "C2:E2")),
        [says(Level.NOTE, 3, "could not be told"), lines("order_id", "A"), lines("buyer_name", None), at_rows(4)],
        id="F3: joined headings that could not be told are named and not used",
    ),
    pytest.param(
        workbook(MERGED_ORDER, ("A2:A4",)),
        [
            lines("order_id", "A", "A", "A"),
            says(Level.NOTE, None, "has merged cells"),
            lines("quantity", 8.0, 9.0, 7.0),
        ],
        id="F4: a merged order number stands for the rows it spans",
    ),
    pytest.param(
        workbook(MERGED_ORDER),
        [lines("order_id", "A", None, None), says(Level.PROBLEM, 3, "blank")],
        id="F4: an order number given once without a merge is not filled down in a workbook",
    ),
    pytest.param(
        "Order,MPN,Qty\nA,X,8\n,Y,9\n",
        [lines("order_id", "A", None), says(Level.PROBLEM, 3, "blank")],
        id="F4: nor in a text file",
    ),
    pytest.param(
        workbook([["Order", "MPN", "Qty"], ["A", "X", 8], ["B", "Y", None]], ("C2:C3",)),
        [lines("quantity", 8.0, None)],
        id="F4: a merged quantity is not counted twice",
    ),
    pytest.param(
        workbook([*SHIP_TO[:2], [], [], SHIP_TO[2]], ("C1:D1", "A1:A2", "B1:B2")),
        [at_rows(5), status("scored")],
        id="F5: empty rows below two rows of headings are no records",
    ),
    pytest.param(
        HEAD + "A,1,X,8\nB,1,X,8\nC,1\nD,1,X,8\nE,1,X,8\n",
        [status("scored", "scored", "rejected", "scored", "scored"), says(Level.REJECTED, 4, "2 cells under 4")],
        id="F6: of five lines the broken one is rejected by row, and four are scored",
    ),
    pytest.param(
        'buyer_name,mpn,notes\nTarn,X,"a\nb"\n',
        [raw(["Tarn", "X", "a\nb"]), status("scored")],
        id="F8: a cell of two lines is one record",
    ),
    pytest.param(
        'order_id,mpn,qty,notes\nA,X,8,"a\nb"\nB,X,8,\nC,X,many,\n',
        [says(Level.PROBLEM, 4, "'many'"), lines("quantity", 8.0, 8.0, None)],
        id="F9: rows count records as a spreadsheet does, also below a cell of two lines",
    ),
    pytest.param(
        "order_id\tstreet\tmpn\nA\t12 Harbour Rd, 3rd floor\tX\nB\t1 Quay\tY\n",
        [lines("buyer_address", "12 Harbour Rd, 3rd floor", "1 Quay"), lines("part_number", "X", "Y")],
        id="F10: a tab file with spaces and commas in addresses is split at the tabs",
    ),
    pytest.param(
        "order;mpn;value\nB-1;X;12,50\n",
        [lines("line_value", 12.5)],
        id="F11: a semicolon file is split, and its decimal comma read",
    ),
    pytest.param(
        "order_id,mpn,qty\nA,X,8\nB,Y,9\nB,Y,9\n",
        [status(*["scored"] * 3), says(Level.NOTE, 3, "row 4"), says(Level.NOTE, 4, "row 3")],
        id="F18: equal lines are all scored, and noted",
    ),
    pytest.param(
        HEAD + "B-7,1,X,8\nB-7,1,X,9\n",
        [status("scored", "scored"), says(Level.PROBLEM, 2, "row 3"), says(Level.PROBLEM, 3, "row 2")],
        id="F19: a repeated key is told on both lines, and both are scored",
    ),
    pytest.param(
        "order_id,order_date,mpn,qty\nA,2026-01-12,X,8\nA,2026-01-12,X,8\n",
        [lines("quantity", 8.0, 8.0)],
        id="F20: two equal lines of one day count twice",
    ),
    pytest.param(
        "order_id,mpn,qty,value\nA,X,8,100\nB,Y,9,200\nTotal,,17,300\n",
        [status("scored", "scored", "skipped"), says(Level.SKIPPED, 4, "sums of other rows")],
        id="F: a row of totals is skipped and told",
    ),
    pytest.param(
        "Auftragsnummer;Kunde;Artikelnummer;Menge;Betrag\nA;Tarn;X;8;1,50\n;;Summe:;8;1,50\n",
        [status("scored", "skipped")],
        id="F: so is a German one whose word stands further right",
    ),
    pytest.param(
        workbook([["订单号", "料号", "数量"], ["A", "X", 8], ["合计", None, 8]]),
        [status("scored", "skipped")],
        id="F: so is a Chinese one in a workbook",
    ),
    pytest.param(
        "buyer_name,order_id,mpn,qty\nTotal,A,X,8\n",
        [status("scored"), lines("buyer_name", "Total")],
        id="F: an order of a customer called Total is no row of totals",
    ),
    pytest.param(
        "order_id,mpn,qty\nTotal,900,8\n",
        [status("scored")],
        id="F: nor is a line with a part number",
    ),
    pytest.param(
        "order_id,mpn,buyer_name\nA,X,'=1+1\n",
        [lines("buyer_name", "=1+1"), raw(["A", "X", "'=1+1"])],
        id="G7: the apostrophe of our own exports is no part of a name",
    ),
    pytest.param(
        "sep=;\norder_id;mpn;qty\nA;X;8\n",
        [lines("quantity", 8.0), at_rows(3)],
        id="Odd: a first line that names the delimiter for a spreadsheet program",
    ),
    pytest.param(
        "order_id,mpn,qty\nA,X,8,\nB,Y,9,\n",
        [status("scored", "scored"), lines("order_id", "A", "B"), raw(["A", "X", "8"], ["B", "Y", "9"])],
        id="Odd: a delimiter at the end of every record and not of the headings shifts no column",
    ),
    pytest.param(
        "order_id,mpn,qty\nA,X,8\nB,Y,9\n\x1a",
        [status("scored", "scored", "rejected")],
        id="Odd: the end-of-file character of old systems is rejected and told, and no order is lost",
    ),
    pytest.param(
        'order_id,mpn,qty\r\n"A","X ""fast""","8"\r\n',
        [lines("part_number", 'X "fast"'), lines("quantity", 8.0)],
        id="Odd: doubled quotation marks and Windows line ends",
    ),
    pytest.param(
        b"order_id,mpn\nA,X",
        [lines("part_number", "X")],
        id="Odd: no line end after the last record",
    ),
    pytest.param(
        workbook([["order_id", "mpn", "qty"], ["A", datetime(2026, 1, 2), 8], ["B", "3-4", datetime(2026, 1, 2)]]),
        [
            lines("part_number", None, "3-4"),
            says(Level.PROBLEM, 2, "is a date in the workbook"),
            lines("quantity", 8.0, None),
            says(Level.PROBLEM, 3, "2026-01-02"),
        ],
        id="Odd: a part number or quantity that a spreadsheet turned into a date is reported",
    ),
    pytest.param(
        workbook([["order_id", "mpn"], [4500012345678901234, "X"]]),
        [lines("order_id", None), says(Level.PROBLEM, 2, "more digits")],
        id="Odd: an order number of more than 15 digits in a number cell has lost its last ones",
    ),
    pytest.param(
        workbook(
            [["Notes"], ["x"]], Old=[["order_id", "mpn"], ["A", "X"]], New=[["order_id", "mpn", "qty"], ["B", "Y", 8]]
        ),
        [
            lines("order_id", "B"),
            says(Level.NOTE, None, "'Old' also have headings"),
            says(Level.NOTE, 1, "'New' is the"),
        ],
        id="Odd: of several worksheets with headings the one that knows most is read, and the other named",
    ),
    pytest.param(
        workbook([[None, None, None], [None, "order_id", "mpn"], [None, "A", "X"]]),
        [lines("order_id", "A"), at_rows(3), raw(["A", "X"])],
        id="Odd: a table that starts in B2",
    ),
    pytest.param(
        workbook([["order_id", "mpn", "order_id"], ["A", "X", "B"]]),
        [lines("order_id", "A"), raw(["A", "X", "B"])],
        id="Odd: a heading that stands there twice",
    ),
    pytest.param(
        workbook([["order_id\n(ours)", "Order\nno", "mpn"], ["1", "A", "X"]]),
        [lines("order_id", "A"), mapped(order_id="Order\nno")],
        id="Odd: headings of two lines in one cell",
    ),
]


@pytest.mark.parametrize(("content", "checks"), READ)
def test_a_file_is_read_as(read: Read, content: str | bytes, checks: list[Check]) -> None:
    is_workbook = isinstance(content, bytes) and content.startswith(b"PK")
    book = read(content, "orders.xlsx" if is_workbook else "orders.csv")
    for check in checks:
        check(book)
    assert len(book.raw) == len(book.rows) == len(book.status)
    assert (book.status == "scored").sum() == len(book.lines)


def test_e2_every_file_is_opened_with_its_encoding_named(tmp_path: Path) -> None:
    """E2: the encoding of the platform never decides."""
    (tmp_path / "o.csv").write_text("order_id,mpn,buyer_name\nA,X,“Tarn”\n", encoding="utf-8")
    code = "from pathlib import Path; from features.orders.book import read_orders; import sys\n"
    code += "assert read_orders(Path(sys.argv[1])).lines.loc[0, 'buyer_name'] == '\\u201cTarn\\u201d'"
    flags = ["-X", "warn_default_encoding", "-W", "error::EncodingWarning:features"]
    place = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run([sys.executable, *flags, "-c", code, str(tmp_path / "o.csv")], env=place, capture_output=True)  # noqa: S603
    assert done.returncode == 0, done.stderr.decode()


def test_e3_a_text_that_is_nonsense_in_the_encoding_named_is_refused(tmp_path: Path, aliases: dict[str, str]) -> None:
    """E3: errors are never ignored."""
    path = tmp_path / "o.csv"
    path.write_text("order_id,mpn,buyer_name\nA,X,星桥算力有限公司\n", encoding="utf-8")
    with pytest.raises(OrdersRefused, match=r"nonsense when read as|breaks off"):
        read_orders(path, aliases, encoding="cp932")


def test_e4_a_result_is_whole_utf8_whatever_the_console_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """E4: three rows, the second with an accent, are three rows."""
    monkeypatch.setattr("locale.getpreferredencoding", lambda _=True: "gbk")
    frame = pd.DataFrame({"name": ["a", "Á", "c"]}, dtype="str")
    result.write(frame, tmp_path / "o.csv", as_of=AS_OF)
    assert (tmp_path / "o.csv").read_bytes().decode("utf-8-sig").count("\n") == 4


def test_e7_a_heading_is_shown_with_its_invisible_characters(read: Read) -> None:
    """E7: what hides a heading is seen."""
    with pytest.raises(OrdersRefused) as refusal:
        read("\ufeffcol\u200bour,size\nred,3\n")
    assert "col<U+200B>our" in refusal.value.problems[0].text()


def test_e9_names_that_look_equal_are_one_party() -> None:
    """E9: a no-break space is a space."""
    assert name_key("Norrhall\u00a0Compute") == name_key("Norrhall Compute")


def test_e14_a_direction_override_is_shown_as_a_marker(read: Read) -> None:
    """E14: a name built to mislead is seen to be one."""
    book = read("order_id,mpn,destination_country\nA,X,Norrhall\u202eetupmoc\n")
    assert any("Norrhall<U+202E>etupmoc" in problem.text() for problem in book.problems)


def test_f21_the_same_file_is_known_by_its_fingerprint(read: Read) -> None:
    """F21: a second upload can be told from a new file."""
    first, same, other = (read(HEAD + f"A,1,X,{quantity}\n").sha256 for quantity in (8, 8, 9))
    assert first == same != other


def test_f22_lines_of_overlapping_extracts_have_one_key(read: Read) -> None:
    """F22: Monday to Wednesday and Tuesday to Thursday are four orders."""
    books = [read(HEAD + "".join(f"{day},1,X,8\n" for day in days)) for days in ("ABC", "BCD")]
    both = pd.concat([book.lines for book in books])
    assert len(both.drop_duplicates(["order_id", "line_no"])) == 4


def test_g2_a_part_that_unpacks_to_too_much_is_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """G2: what comes out counts, whatever is declared."""
    monkeypatch.setattr(package, "UNPACKED_LIMIT", 8 << 20)
    stream = io.BytesIO(workbook([["order_id", "mpn"], ["A", "X"]]))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/image1.png", bytes(9 << 20))
    assert len(stream.getvalue()) < 100_000
    with pytest.raises(OrdersRefused, match="unpacks to more than"):
        read(stream.getvalue(), "o.xlsx")


def test_g4_a_workbook_with_a_logo_is_read(read: Read) -> None:
    """G4: no rule of ratio refuses an ordinary workbook."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([["order_id", "mpn"], ["A", "X"]]):
            sheet.write_row(at, 0, row)
        sheet.insert_image("E1", "logo.png", {"image_data": io.BytesIO(PIXEL)})
    assert read(stream.getvalue(), "o.xlsx").lines["part_number"].tolist() == ["X"]


HOSTILE = [
    "=1+1",
    '=HYPERLINK("x")',
    "<img src=x onerror=alert(1)>",
    "</pre><script>",
    "-0.02",
    "+49 30 1",
    "@SUM(A1)",
    "＝1+1",
    "＋65 1",
    "－1+cmd",
    "＠SUM(A1)",
    "00417",
]


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet", "jsonl"])
def test_g5_to_g9_an_export_runs_nothing_and_comes_back_unchanged(
    suffix: str, tmp_path: Path, aliases: dict[str, str]
) -> None:
    """G5, G6, G7, G8, G9: text stays text, numbers stay numbers, and our own export is read again without change."""
    frame = pd.DataFrame({"order_id": HOSTILE, "mpn": "X", "buyer_name": HOSTILE, "qty": "-0.02"}, dtype="str")
    path = tmp_path / f"o.{suffix}"
    result.write(frame, path, number_columns=frozenset({"qty"}), as_of=AS_OF)
    book = read_orders(path, aliases)
    assert book.lines["buyer_name"].tolist() == HOSTILE
    assert book.lines["order_id"].tolist() == HOSTILE
    assert book.lines["quantity"].tolist() == [-0.02] * len(HOSTILE)
    if suffix == "xlsx":
        cells = [cell for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    if suffix == "csv":
        text = path.read_text("utf-8-sig")
        assert "'=1+1" in text
        assert "'-0.02" not in text


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u200b", "\ufeff", "\t"])
@pytest.mark.parametrize("sign", [*SIGNS])
def test_g6_the_apostrophe_is_set_and_taken_away_before_the_same_texts(
    sign: str, blank: str, tmp_path: Path, aliases: dict[str, str]
) -> None:
    """G6: blanks and invisible characters in front of the sign are guarded too; in typed cells they do not count."""
    names = [f"{sign}A1", f"{blank}{sign}A1"]
    result.write(pd.DataFrame({"order_id": "A", "mpn": "X", "buyer_name": names}), tmp_path / "o.csv", as_of=AS_OF)
    book = read_orders(tmp_path / "o.csv", aliases)
    assert book.raw["buyer_name"].tolist() == [f"'{name}" for name in names]
    assert book.lines["buyer_name"].tolist() == [f"{sign}A1"] * 2


def test_odd_a_hidden_worksheet_is_read_only_when_no_other_has_headings(read: Read) -> None:
    """Odd: hidden copies of older orders."""
    for visible in (["order_id", "mpn"], ["notes"]):
        book = openpyxl.Workbook()
        book.active.append(["order_id", "mpn", "qty"])
        book.active.append(["OLD", "X", 8])
        book.active.sheet_state = "hidden"
        sheet = book.create_sheet("Seen")
        sheet.append(visible)
        sheet.append(["NEW", "Y"])
        stream = io.BytesIO()
        book.save(stream)
        found = read(stream.getvalue(), "o.xlsx")
        assert found.lines["order_id"].tolist() == (["NEW"] if len(visible) > 1 else ["OLD"])
        assert told(found, Level.NOTE)
