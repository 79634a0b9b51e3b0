"""An ODS sheet writes a run of equal rows or cells once, with a count: a small file may span more than memory holds."""

import re
from collections.abc import Iterable, Iterator
from xml.parsers import expat

TABLE_OR_ROW = re.compile(rb"(<table:table[ >])|<table:table-row([^>]*?)(?:/>|>(.*?)</table:table-row>)", re.DOTALL)
CELL = re.compile(rb"<table:(?:covered-)?table-cell([^>]*?)(/?)>")
ROWS = re.compile(rb'number-rows-repeated="(\d{1,9})"')
COLUMNS = re.compile(rb'number-columns-repeated="(\d{1,9})"')
ROW_END = b"</table:table-row>"


def well_formed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces of content.xml as they are; the parser of workbooks would read one that breaks off without end.

    Raises:
        ValueError: the XML is not well formed, or declares entities.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _no_entities
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            yield piece
        parser.Parse(b"", True)
    except expat.ExpatError as fault:
        raise ValueError("content.xml is not well formed") from fault


def _no_entities(*_declared: object) -> None:
    raise ValueError("content.xml declares a document type")


def extents(pieces: Iterable[bytes]) -> Iterator[int]:
    """The cells between the first and the last used one of the largest sheet, after each piece of content.xml."""
    rest, row, width, largest = b"", 0, 0, 0
    for piece in pieces:
        xml = rest + piece
        end = xml.rfind(ROW_END) + len(ROW_END)
        whole, rest = (xml[:end], xml[end:]) if end >= len(ROW_END) else (b"", xml)
        for table, attributes, cells in TABLE_OR_ROW.findall(whole):
            row, width = (0, 0) if table else (row + _count(ROWS, attributes), width)
            used = _used_width(cells)
            width = max(width, used)
            largest = max(largest, row * width if used else 0)
        yield largest


def _count(pattern: "re.Pattern[bytes]", attributes: bytes) -> int:
    found = pattern.search(attributes)
    return int(found.group(1)) if found else 1


def _used_width(cells: bytes) -> int:
    """The columns up to the last cell of a row that holds anything."""
    at = used = 0
    for attributes, closed in CELL.findall(cells):
        at += _count(COLUMNS, attributes)
        used = used if closed and b"value" not in attributes else at
    return used
