"""A file is judged by its content, not by its name; what cannot be read is refused in one clear sentence."""

import hashlib
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
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
DELIMITED, JSON_LINES, PARQUET_FILE, WORKBOOK = "delimited text", "JSON lines", "Parquet", "a workbook"
ENDINGS = dict.fromkeys((".csv", ".txt", ".tsv", ".tab"), DELIMITED)
ENDINGS |= {".jsonl": JSON_LINES, ".ndjson": JSON_LINES, ".parquet": PARQUET_FILE, ".pq": PARQUET_FILE}
ENDINGS |= dict.fromkeys((".xlsx", ".xlsm", ".xls", ".ods"), WORKBOOK)
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


@dataclass(frozen=True)
class Opened:
    """A file ready to be read: itself, or a copy that is unpacked and in UTF-8; what it is by its bytes, and notes."""

    path: Path
    content: str
    sha256: str
    notes: tuple[Problem, ...]


def read_sheet(path: Path, kind: Kind, encoding: str | None = None) -> tuple[Sheet, str]:
    """The sheet in a file and the SHA-256 of its bytes; `-` is standard input, `encoding` that of a text file.

    Raises:
        OrdersRefused: see the sentence; nothing else is raised for what a file holds.
    """
    with opened(path, kind, encoding) as file:
        return sheet_in(file, kind), file.sha256


def sheet_in(file: Opened, kind: Kind) -> Sheet:
    """The sheet in an opened file; raises OrdersRefused."""
    readers: dict[str, Callable[[], Sheet]] = {
        WORKBOOK: lambda: read_workbook(file.path, kind),
        PARQUET_FILE: lambda: read_parquet(file.path),
        JSON_LINES: lambda: read_json_lines(file.path),
        DELIMITED: lambda: read_delimited(file.path, kind),
    }
    sheet = readers[file.content]()
    if len(sheet.rows) == 0:
        raise refused(
            file.path.name, "the file has no records under its headings", "export the orders again, with records"
        )
    return replace(sheet, problems=(*file.notes, *sheet.problems))


@contextmanager
def opened(path: Path, kind: Kind, encoding: str | None = None) -> Iterator[Opened]:
    """The file while the block runs, spooled, unpacked and made UTF-8 where need be; raises as `read_sheet`."""
    with tempfile.TemporaryDirectory(prefix="diversion-") as room:
        source = _spooled(Path(room)) if str(path) == STDIN else path
        head, sha256 = _open(source)
        if head.startswith(GZIP):
            source = unpacked(source, Path(room))
            head, _ = _open(source)
        source, content, notes = _content(source, head, Path(room), kind, encoding)
        suffix = Path(source.name.lower().removesuffix(".gz")).suffix
        if ENDINGS.get(suffix, content) != content:
            what = f"the file is named {suffix} and was read as {content}, which it is"
            notes = (Problem(source.name, None, None, None, what, "rename it to avoid surprises", Level.NOTE), *notes)
        yield Opened(source, content, sha256, notes)


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


def _content(
    path: Path, head: bytes, room: Path, kind: Kind, encoding: str | None
) -> tuple[Path, str, tuple[Problem, ...]]:
    """The file to read, and what it is by its first bytes; known formats that hold no orders are refused by name."""
    for start, (what, remedy) in OTHERS.items():
        if head.startswith(start):
            raise refused(path.name, f"the file is {what}", remedy)
    if head.startswith((ZIP, COMPOUND)):
        return path, WORKBOOK, ()
    if head.startswith(PARQUET):
        return path, PARQUET_FILE, ()
    if head.startswith(GZIP):
        raise refused(path.name, "the file is a gzip archive in a gzip archive", "unpack it first")
    text, notes = as_utf8(path, room, kind, encoding)
    first = opening(text, SAMPLE)[0].strip(WHITE)
    if first.startswith("[") and first[1:].lstrip(WHITE).startswith(("{", "[")):
        raise refused(path.name, "the file is one JSON list", "write one JSON object a line (JSON lines), or CSV")
    lines = first.startswith("{") and first[1:].lstrip(WHITE).startswith(('"', "}"))
    return text, JSON_LINES if lines else DELIMITED, notes
