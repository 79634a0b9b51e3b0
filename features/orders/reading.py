"""A file is judged by its content, not by its name; what cannot be read is refused in one clear sentence."""

import hashlib
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from features.orders.columnar import read_parquet
from features.orders.compressed import GZIP, unpacked
from features.orders.delimited import read_delimited
from features.orders.encoding import as_utf8, opening
from features.orders.fields import Kind
from features.orders.jsonlines import read_json_lines
from features.orders.problems import Level, Problem, refused
from features.orders.sheet import WHITE, Sheet
from features.orders.workbook import read_workbook

STDIN = "-"
ENDINGS = {".csv": "delimited text", ".txt": "delimited text", ".tsv": "delimited text", ".tab": "delimited text"}
ENDINGS |= {".jsonl": "JSON lines", ".ndjson": "JSON lines", ".parquet": "Parquet", ".pq": "Parquet"}
ENDINGS |= dict.fromkeys((".xlsx", ".xlsm", ".xls", ".ods"), "a workbook")
ZIP, PARQUET, COMPOUND = b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SAMPLE = 4096
OTHERS = {  # first bytes of files that people send by mistake
    b"%PDF": ("a PDF document", "export the orders as CSV, XLSX or Parquet"),
    b"PK\x05\x06": ("an empty zip archive", "export the orders again"),
    b"7z\xbc\xaf": ("a 7z archive", "unpack it first"),
    b"BZh": ("a bzip2 archive", "unpack it first"),
    b"\xfd7zXZ": ("an xz archive", "unpack it first"),
    b"\x28\xb5\x2f\xfd": ("a zstd archive", "unpack it first"),
    b"Rar!": ("a RAR archive", "unpack it first"),
    b"{\\rtf": ("a rich-text document", "export the orders as CSV, XLSX or Parquet"),
    b"\x89PNG": ("a picture", "export the orders as CSV, XLSX or Parquet"),
    b"\xff\xd8\xff": ("a picture", "export the orders as CSV, XLSX or Parquet"),
}


def read_sheet(path: Path, kind: Kind, encoding: str | None = None) -> tuple[Sheet, str]:
    """The sheet in a file and the SHA-256 of its bytes; `-` is standard input, `encoding` that of a text file.

    Raises:
        OrdersRefused: see the sentence; nothing else is raised for what a file holds.
    """
    with tempfile.TemporaryDirectory(prefix="diversion-") as room:  # for what is spooled, unpacked or made UTF-8
        source = _spooled(Path(room)) if str(path) == STDIN else path
        head, sha256 = _open(source)
        if head.startswith(GZIP):
            source = unpacked(source, Path(room))
            head, _ = _open(source)
        sheet, content = _read(source, head, Path(room), kind, encoding)
    if len(sheet.rows) == 0:
        raise refused(
            source.name, "the file has no records under its headings", "export the orders again, with records"
        )
    suffix = Path(source.name.lower().removesuffix(".gz")).suffix
    if ENDINGS.get(suffix, content) == content:
        return sheet, sha256
    what = f"the file is named {suffix} and was read as {content}, which it is"
    note = Problem(source.name, None, None, None, what, "rename it to avoid surprises", Level.NOTE)
    return replace(sheet, problems=(note, *sheet.problems)), sha256


def shown_name(path: Path) -> str:
    """The name by which messages call a file."""
    return "stdin" if str(path) == STDIN else path.name


def _spooled(room: Path) -> Path:
    """Standard input as a file that may be read more than once."""
    path = room / shown_name(Path(STDIN))
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return path


def _open(path: Path) -> tuple[bytes, str]:
    """The first bytes and the fingerprint of a file that exists, may be read and is not empty."""
    if path.is_dir():
        raise refused(path.name, "this is a folder", "name one file of orders")
    if not path.exists():
        raise refused(path.name, "there is no such file", "check the path and the name")
    if not path.is_file():
        raise refused(path.name, "this is a device or pipe, not a file", "save the orders to a file first")
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            head = file.read(8)
    except OSError:
        raise refused(
            path.name, "the file cannot be opened", "close it in other programs and check its rights"
        ) from None
    if not head:
        raise refused(path.name, "the file is empty (0 bytes)", "export the orders again")
    return head, sha256


def _read(path: Path, head: bytes, room: Path, kind: Kind, encoding: str | None) -> tuple[Sheet, str]:
    """The sheet and what the file is by its first bytes; known formats that hold no orders are refused by name."""
    for start, (what, remedy) in OTHERS.items():
        if head.startswith(start):
            raise refused(path.name, f"the file is {what}", remedy)
    if head.startswith((ZIP, COMPOUND)):
        return read_workbook(path, kind), "a workbook"
    if head.startswith(PARQUET):
        return read_parquet(path), "Parquet"
    if head.startswith(GZIP):
        raise refused(path.name, "the file is a gzip archive in a gzip archive", "unpack it first")
    text, notes = as_utf8(path, room, kind, encoding)
    first = opening(text, SAMPLE)[0].strip(WHITE)
    if first.startswith("[") and first[1:].lstrip(WHITE).startswith(("{", "[")):
        raise refused(path.name, "the file is one JSON list", "write one JSON object a line (JSON lines), or CSV")
    lines = first.startswith("{") and first[1:].lstrip(WHITE).startswith(('"', "}"))
    sheet = read_json_lines(text) if lines else read_delimited(text, kind)
    return replace(sheet, problems=(*notes, *sheet.problems)), "JSON lines" if lines else "delimited text"
