"""What the parser of workbooks leaves out of an ODS file: merged cells, errors, and the day its numbers count from."""

import re
import zipfile
from dataclasses import dataclass, field

from features.orders.opendocument import COLUMNS, ROWS

SIGNS = re.compile(rb"-spanned=|calcext:value-type=\"error\"|<table:null-date")
TABLE = re.compile(rb"<table:table[ >](.*?)</table:table>", re.DOTALL)
ATTRIBUTES = rb"((?:[^<>\"\']|\"[^\"<]*\"|\'[^\'<]*\')*?)"
ROW = re.compile(rb"<table:table-row" + ATTRIBUTES + rb"(?:/>|>(.*?)</table:table-row>)", re.DOTALL)
NAME = rb"table:(?:covered-)?table-cell"
CELL = re.compile(rb"<" + NAME + ATTRIBUTES + rb"(?:/>|>(.*?)</" + NAME + rb">)", re.DOTALL)
DOWN, ACROSS = re.compile(rb'number-rows-spanned="(\d{1,7})"'), re.compile(rb'number-columns-spanned="(\d{1,7})"')
ERROR = b'calcext:value-type="error"'
TEXT = re.compile(rb"<text:p[^<>]*>(#[^<]{1,40})<")
NULL_DATE = re.compile(rb'<table:null-date[^<>]*?date-value="(\d{4}-\d\d-\d\d)"')
SYSTEMS = {b"1899-12-30": "serial-1900", b"1904-01-01": "serial-1904"}
AN_ERROR = "#VALUE!"  # what is shown for an error that shows no text of its own

Place = tuple[int, int]
Error = tuple[Place, Place, str]
"""The first and the last cell of a block of errors, and their text."""


@dataclass(frozen=True)
class OpenSheet:
    """What was left out of a worksheet: merged ranges and error cells, each as first and last cell; with their text."""

    merges: list[tuple[Place, Place]] = field(default_factory=list)
    errors: list[Error] = field(default_factory=list)


def left_out(package: zipfile.ZipFile) -> tuple[list[OpenSheet], str | None]:
    """What was left out of each worksheet in their order, and the date system; None where it is a third one."""
    xml = package.read("content.xml")
    if not SIGNS.search(xml):
        return [], "serial-1900"
    null_date = NULL_DATE.search(xml)
    system = SYSTEMS.get(null_date[1]) if null_date else "serial-1900"
    return [_sheet(table) for table in TABLE.findall(xml)], system


def _sheet(xml: bytes) -> OpenSheet:
    found, row = OpenSheet(), 0
    for attributes, cells in ROW.findall(xml):
        times = _count(ROWS, attributes)
        if b"-spanned=" in cells or ERROR in cells:
            _row(cells, row, times, found)
        row += times
    return found


def _row(cells: bytes, row: int, times: int, found: OpenSheet) -> None:
    """Adds the merges and errors of a row that stands there so many times."""
    column = 0
    for attributes, content in CELL.findall(cells):
        repeated = _count(COLUMNS, attributes)
        down, across = _count(DOWN, attributes), _count(ACROSS, attributes)
        if down > 1 or across > 1:
            found.merges.append(((row, column), (row + down - 1, column + across - 1)))
        if ERROR in attributes:
            text = TEXT.search(content)
            shown = text[1].decode("utf-8", "replace") if text else AN_ERROR
            found.errors.append(((row, column), (row + times - 1, column + repeated - 1), shown))
        column += repeated


def _count(pattern: "re.Pattern[bytes]", attributes: bytes) -> int:
    number = pattern.search(attributes)
    return max(1, int(number[1])) if number else 1
