"""A workbook of today is a zip package: it is looked through to its true end before anything opens it."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from features.orders.opendocument import extents, well_formed
from features.orders.problems import OrdersRefused, refused
from features.orders.spreadsheetml import PREFIXED, SIGNS

UNPACKED_LIMIT = 2 << 30  # bytes; a workbook of a million orders unpacks to about half of it
AREA_LIMIT = 50_000_000  # cells between the first and the last used one; reading needs memory for each
CHUNK = 1 << 20
ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=[\"'](\d{1,7})[\"'][^>]*>\s*<(?:\w+:)?c\b")  # a row with cells
WIDE = re.compile(rb"\br=[\"']([A-Z]{2,3})\d")
OPEN_DOCUMENT = "content.xml"  # the part of an ODS workbook that holds all its sheets
REPAIR = "open it in a spreadsheet program and save it again as .xlsx, or export CSV"


def check_package(path: Path) -> frozenset[str]:
    """Refuses a package that is broken, no workbook, or unpacks to more than the limit, whatever it declares.

    The worksheet parts that come back may hold error cells or formulas; the others do not.
    """
    try:
        with zipfile.ZipFile(path) as package:
            _check_parts(set(package.namelist()), path.name)
            return _check_sizes(package, path.name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise refused(path.name, "the workbook is cut off or damaged", REPAIR) from None


def _check_parts(parts: set[str], file: str) -> None:
    """Refuses a package that holds neither the parts of an XLSX nor those of an ODS workbook."""
    if "xl/workbook.bin" in parts:
        raise refused(file, "the file is a workbook of the binary .xlsb kind", "save it as .xlsx or CSV")
    if "xl/workbook.xml" not in parts and not {"mimetype", OPEN_DOCUMENT} <= parts:
        raise refused(file, "the file is a zip archive and no .xlsx or .ods workbook", "unpack it, or save as .xlsx")


def _check_sizes(package: zipfile.ZipFile, file: str) -> frozenset[str]:
    """Reads every part to its end; the worksheets with signs of errors or formulas come back."""
    left = UNPACKED_LIMIT
    telling: set[str] = set()
    if sum(part.file_size for part in package.infolist()) > left:
        raise _too_large(file, f"unpacks to more than {UNPACKED_LIMIT:,} bytes")
    for part in package.infolist():
        part.file_size = UNPACKED_LIMIT + 1  # what the archive declares may be false: read on to the true end
        with package.open(part) as stream:
            pieces = _pieces(stream, left, file)
            if part.filename.startswith("xl/worksheets/"):
                sizes = _spans(pieces, part.filename, telling)
            else:
                sizes = extents(well_formed(pieces)) if part.filename == OPEN_DOCUMENT else (0 for _ in pieces)
            if any(cells > AREA_LIMIT for cells in sizes):
                raise _too_large(file, f"spans more than {AREA_LIMIT:,} cells between the first and the last used one")
            left -= stream.tell()
    return frozenset(telling)


def _pieces(stream: IO[bytes], left: int, file: str) -> Iterator[bytes]:
    """A part piece by piece; raises OrdersRefused when it goes on beyond what is left of the limit."""
    for piece in iter(lambda: stream.read(CHUNK), b""):
        left -= len(piece)
        if left < 0:
            raise _too_large(file, f"unpacks to more than {UNPACKED_LIMIT:,} bytes")
        yield piece


def _spans(pieces: Iterator[bytes], part: str, telling: set[str]) -> Iterator[int]:
    """The cells between the first and the last used one of an XLSX worksheet so far; `telling` gains it if it is."""
    tail, last_row, columns = b"", 0, 26
    signs = None
    for piece in pieces:
        xml = tail + piece
        signs = signs or (SIGNS if b"<worksheet" in xml else PREFIXED)
        if part not in telling and any(sign in xml for sign in signs):
            telling.add(part)
        last_row, columns = _extent(xml, last_row, columns)
        tail = piece[-64:]
        yield last_row * columns


def _extent(xml: bytes, last_row: int, columns: int) -> tuple[int, int]:
    """The last row and column named in a worksheet so far; up to 26 columns count as 26."""
    rows = max(map(int, ROW.findall(xml)), default=0)
    return max(last_row, rows), max(columns, *map(_column, set(WIDE.findall(xml))), 0)


def _column(letters: bytes) -> int:
    """The number of a column: AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _too_large(file: str, what: str) -> OrdersRefused:
    remedy = "delete empty formatted rows, columns and pictures, split it, or export CSV"
    return refused(file, f"the workbook {what}", remedy)
