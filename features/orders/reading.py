"""A file is judged by its content, not by its name; what cannot be read is refused in one clear sentence."""

import hashlib
from dataclasses import replace
from pathlib import Path

from features.orders.columnar import read_parquet
from features.orders.delimited import read_delimited
from features.orders.fields import Kind
from features.orders.problems import Level, Problem, refused
from features.orders.sheet import Sheet
from features.orders.workbook import read_workbook

ENDINGS = {".csv": "text", ".txt": "text", ".tsv": "text", ".xlsx": "workbook", ".xlsm": "workbook"}
ENDINGS |= {".parquet": "Parquet", ".pq": "Parquet"}
ZIP, PARQUET, COMPOUND = b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHERS = {  # first bytes of files that people send by mistake
    b"%PDF": ("a PDF document", "export the orders as CSV, XLSX or Parquet"),
    b"\x1f\x8b": ("a gzip archive", "unpack it first"),
    b"PK\x05\x06": ("an empty zip archive", "export the orders again"),
    b"7z\xbc\xaf": ("a 7z archive", "unpack it first"),
    b"\x89PNG": ("a picture", "export the orders as CSV, XLSX or Parquet"),
    b"\xff\xd8\xff": ("a picture", "export the orders as CSV, XLSX or Parquet"),
}
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the stream that holds a workbook under a password


def read_sheet(path: Path, kind: Kind) -> tuple[Sheet, str]:
    """The sheet in a file, and the SHA-256 of the file's bytes; raises OrdersRefused."""
    head, sha256 = _open(path)
    content = _content(path, head)
    if content == "text":
        sheet = read_delimited(path, kind)
    else:
        sheet = read_workbook(path, kind) if content == "workbook" else read_parquet(path)
    if len(sheet.rows) == 0:
        raise refused(path.name, "the file has no records under its headings", "export the orders again, with records")
    promised = ENDINGS.get(path.suffix.lower(), content)
    if promised == content:
        return sheet, sha256
    what = f"the file is named {path.suffix} and was read as {content}, which it is"
    note = Problem(path.name, None, None, None, what, "rename it to avoid surprises", Level.NOTE)
    return replace(sheet, problems=(note, *sheet.problems)), sha256


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


def _content(path: Path, head: bytes) -> str:
    """What the file is by its first bytes: "text", "workbook" or "Parquet"; other known formats are refused by name."""
    if head.startswith(COMPOUND):
        raise _old_office_file(path)
    for start, (what, remedy) in OTHERS.items():
        if head.startswith(start):
            raise refused(path.name, f"the file is {what}", remedy)
    if head.startswith(ZIP):
        return "workbook"
    return "Parquet" if head.startswith(PARQUET) else "text"


def _old_office_file(path: Path) -> Exception:
    if ENCRYPTED in path.read_bytes():
        return refused(path.name, "the workbook is encrypted", "save a copy without a password")
    return refused(path.name, "the file is a workbook of the old .xls kind", "save it as .xlsx or CSV")
