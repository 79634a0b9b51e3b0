"""A text file is UTF-8, or UTF-16 with a mark; all else is refused, for a wrong guess turns names into nonsense."""

import codecs
import io
from pathlib import Path

from features.orders.problems import OrdersRefused, refused

SAVE_AS_UTF8 = 'save it as "CSV UTF-8" (in a spreadsheet: Save as, file type CSV UTF-8)'
UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def utf8(path: Path) -> bytes | None:
    """A UTF-16 file as UTF-8 bytes, or None when the file can be read as it is."""
    with path.open("rb") as file:
        mark = file.read(2)
    if mark not in UTF16:
        return None
    try:
        return path.read_bytes()[2:].decode(UTF16[mark]).encode("utf-8")
    except UnicodeDecodeError as fault:
        raise refused(
            path.name, f"the file starts as UTF-16 and breaks off at byte {fault.start}", SAVE_AS_UTF8
        ) from None


def opening(source: bytes, file: str, whole: bool) -> str:
    """The first lines as text, without the byte-order mark; raises OrdersRefused on binary and other encodings."""
    if b"\0" in source:
        raise refused(file, "the file is neither text nor a workbook nor Parquet", "export it as CSV, XLSX or Parquet")
    end = len(source) if whole else max(source.rfind(b"\n"), source.rfind(b"\r")) + 1 or len(source)
    try:
        # a sample cut inside a character is no fault: the incremental decoder keeps the open end back
        return codecs.getincrementaldecoder("utf-8-sig")().decode(source[:end], final=whole)
    except UnicodeDecodeError as fault:
        raise not_utf8(source, fault, file) from None


def first_bad_line(stream: io.BufferedIOBase) -> int | None:
    """The line, counted from 1, that holds the first bytes that are not UTF-8."""
    for number, line in enumerate(stream, start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            return number
    return None


def not_utf8(source: bytes, fault: UnicodeDecodeError, file: str) -> OrdersRefused:
    """The refusal that names the first line with other bytes."""
    line = source.count(b"\n", 0, fault.start) + 1
    return refused(file, f"the text is not UTF-8 (first seen on line {line})", SAVE_AS_UTF8)
