"""What the parser of workbooks leaves out of an XLSX file: its date system, error cells, formulas without a result."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
SYSTEM = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*\bdate1904=[\"'](?:1|true)[\"']")
SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*?\b\w+:id=[\"']([^\"']+)[\"']")
RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
ATTRIBUTE = re.compile(rb"\b(Id|Target)=[\"']([^\"']*)[\"']")
CHUNK = 1 << 20
LONGEST = 16 << 20  # bytes of a row; of a longer one the errors are not looked for further
SIGNS = (b't="e"', b"t='e'", b"<f")  # a worksheet without any of these has neither
PREFIXED = (*SIGNS[:2], b":f>", b":f ")  # the same where the names of elements have a prefix
PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
# bounded, and never past the next tag: the file may be made to keep a pattern busy
CELL = rb"<(?:\w+:)?c\s([^<>]{0,300})(?<!/)>\s*"
ITS_FORMULA = rb"<(?:\w+:)?f\b[^<>]{0,300}(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
ERROR = re.compile(CELL + rb"(?:" + ITS_FORMULA + rb")?<(?:\w+:)?v>(#[^<]{1,40})<")
NO_RESULT = rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
FORMULA = re.compile(CELL + ITS_FORMULA + NO_RESULT)
AN_ERROR = re.compile(rb"\bt=[\"']e[\"']")
AN_EMPTY_TEXT = re.compile(rb"\bt=[\"']str[\"']")  # a formula whose result is a text of no letters

Place = tuple[int, int]


@dataclass(frozen=True)
class Left:
    """What was left out of a worksheet: the text of its error cells, and the formulas whose result is not stored."""

    errors: dict[Place, str] = field(default_factory=dict)
    formulas: frozenset[Place] = frozenset()


def date_system(package: zipfile.ZipFile) -> str:
    """The day from which the workbook's day numbers count, as the answers to a question about it are written."""
    return "serial-1904" if SYSTEM.search(package.read(WORKBOOK)) else "serial-1900"


def left_out(package: zipfile.ZipFile, telling: frozenset[str]) -> dict[int, Left]:
    """What was left out of each worksheet, by its place in the workbook; `telling` are the parts worth a look."""
    relations = [dict(ATTRIBUTE.findall(attributes)) for attributes in RELATION.findall(package.read(RELATIONS))]
    targets = {each[b"Id"]: each[b"Target"].decode() for each in relations if len(each) == 2}
    sheets = [targets.get(each, "") for each in SHEET.findall(package.read(WORKBOOK))]
    parts = {at: target.lstrip("/").removeprefix("xl/") for at, target in enumerate(sheets)}
    return {at: _left(package, f"xl/{part}") for at, part in parts.items() if f"xl/{part}" in telling}


def _left(package: zipfile.ZipFile, part: str) -> Left:
    errors: dict[Place, str] = {}
    formulas: set[Place] = set()
    with package.open(part) as stream:
        for rows in _rows(stream):
            found = [(cell, text) for cell, text in ERROR.findall(rows) if AN_ERROR.search(cell)]
            errors |= {place: text.decode("ascii", "replace") for cell, text in found for place in _place(cell)}
            open_ones = (cell for cell in FORMULA.findall(rows) if not AN_EMPTY_TEXT.search(cell))
            formulas.update(place for cell in open_ones for place in _place(cell))
    return Left(errors, frozenset(formulas - errors.keys()))


def _rows(stream: IO[bytes]) -> Iterator[bytes]:
    """The part in pieces that end between rows."""
    rest = b""
    for piece in iter(lambda: stream.read(CHUNK), b""):
        rest += piece
        end = rest.rfind(b"row>") + len(b"row>")
        end = len(rest) if len(rest) > LONGEST else end
        if end >= len(b"row>"):
            yield rest[:end]
            rest = rest[end:]
    yield rest


def _place(cell: bytes) -> list[Place]:
    """Row and column of a cell, from 0; none for a cell that does not say them."""
    return [(int(row) - 1, _column(letters) - 1) for letters, row in PLACE.findall(cell)[:1]]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
