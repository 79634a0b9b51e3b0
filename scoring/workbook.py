"""The result as an Excel workbook in which no text is ever a formula, a link or a rounded number."""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from features.orders.formulas import BREAKS, SIGNS
from scoring.atomic import PARTIAL

# Limits of the format: Microsoft, "Excel specifications and limits".
RECORDS = 1_048_575  # rows of a sheet less the heading row
COLUMNS = 16_384
CHARACTERS = 32_767  # of one cell, counted in UTF-16 units: an emoji is two
DIGITS = 15  # of one number; a longer one loses its last digits

STARTS_FORMULA = frozenset(SIGNS + BREAKS)
PLAIN_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
BATCH = 4_096  # records held as Python values at a time
WIDTHS = (9, 48)  # characters; a longer cell is read in the formula bar
NAMED_ROWS = 3  # rows a note names before it says "…"

Cell = str | float | bool | None


def write_workbook(
    tables: Iterable[pa.Table], path: Path, number_columns: frozenset[str], as_of: date
) -> tuple[str, ...]:
    """One sheet `result` at `path`: heading row frozen, filter on, document dated `as_of`; returns what was cut.

    The tables come one after the other, with the same columns; they hold only text, numbers and yes/no
    (`scoring.table.plain`) and fit into a sheet together. The writer's own temporary files lie beside `path`, where
    customer data was to go anyway, and are gone afterwards.
    """
    with tempfile.TemporaryDirectory(prefix=PARTIAL, dir=path.parent) as room:
        book = Workbook(str(path), _options(room))
        book.use_zip64()
        book.set_properties({"created": datetime(as_of.year, as_of.month, as_of.day)})
        try:
            columns = _fill(book, iter(tables), number_columns)
        finally:
            _close(book)
    return tuple(note for column in columns if (note := column.note()))


@dataclass
class _Column:
    """A column of the sheet: its heading, and what is to be said of its cells once all are written."""

    heading: str
    is_number: bool
    longest: int = 0
    cut: list[int] = field(default_factory=list)

    def cells(self, values: pa.Array, row: int) -> list[Cell]:
        """The cells as they are written from that row of the sheet on (1 is the headings'); too long a text is cut."""
        if not pa.types.is_large_string(values.type):
            return _cells(values, self.is_number)
        longest = pc.max(pc.utf8_length(values)).as_py() or 0
        self.longest = max(self.longest, longest)
        if longest <= CHARACTERS // 2:
            return _cells(values, self.is_number)
        whole = values.to_pylist()
        fitting = [text if text is None else _shortened(text) for text in whole]
        self.cut += [at for at, (before, after) in enumerate(zip(whole, fitting, strict=True), row) if before != after]
        return _cells(pa.array(fitting, values.type), self.is_number)

    def width(self) -> int:
        """Wide enough for the heading with its filter button and for the longest cell, within bounds."""
        return min(max(len(self.heading) + 4, self.longest + 1, WIDTHS[0]), WIDTHS[1])

    def note(self) -> str:
        """Says which cells were cut; "" when none was."""
        if not self.cut:
            return ""
        named = ", ".join(map(str, self.cut[:NAMED_ROWS])) + (", …" if len(self.cut) > NAMED_ROWS else "")
        return (
            f"column {self.heading}: {len(self.cut)} cell{'s' if len(self.cut) > 1 else ''} over {CHARACTERS:,} "
            f"characters cut (row {named}); write .csv, .parquet or .jsonl to keep them whole"
        )


def _options(room: str) -> dict[str, object]:
    """Text stays text, rows leave memory as they are written."""
    never = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    return {**never, "constant_memory": True, "tmpdir": room}


def _close(book: Workbook) -> None:
    """The workbook is on the disk; a full disk is told as the system's own error, not as the library's."""
    try:
        book.close()
    except XlsxWriterException as fault:
        for sheet in book.worksheets():
            sheet.row_data_fh.close()  # else Windows cannot remove it
        raise OSError(None, str(fault), None) from fault


def _fill(book: Workbook, tables: Iterator[pa.Table], number_columns: frozenset[str]) -> list[_Column]:
    """The sheet holds the headings and every record."""
    sheet = book.add_worksheet("result")
    sheet.freeze_panes(1, 0)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{RECORDS + 1}"})
    text_only = book.add_format({"quote_prefix": True})  # stays text even when somebody edits the cell
    bold = book.add_format({"bold": True, "quote_prefix": True})
    first = next(tables)
    columns = [_Column(heading, heading in number_columns) for heading in first.column_names]
    for at, column in enumerate(columns):
        _write_text(sheet, 0, at, _shortened(column.heading), bold, bold)
    row = 0
    for row, record in enumerate(_records(chain([first], tables), columns), start=1):
        for at, cell in enumerate(record):
            if isinstance(cell, str):
                _write_text(sheet, row, at, cell, None, text_only)
            elif isinstance(cell, bool):
                sheet.write_boolean(row, at, cell)
            elif cell is not None:
                sheet.write_number(row, at, cell)
    sheet.autofilter(0, 0, row, max(len(columns) - 1, 0))
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width())
    return columns


def _write_text(sheet: Worksheet, row: int, at: int, text: str, usual: Format | None, text_only: Format) -> None:
    """The cell holds exactly this text; an empty one stays a blank cell."""
    if text.startswith("<r>") and text.endswith("</r>"):
        # The library takes such a string for ready-made markup and would write it unescaped; in parts it does not.
        sheet.write_rich_string(row, at, text[:1], text[1:2], text[2:], text_only)
    elif text:
        sheet.write_string(row, at, text, text_only if text[0] in STARTS_FORMULA else usual)


def _records(tables: Iterable[pa.Table], columns: list[_Column]) -> Iterator[tuple[Cell, ...]]:
    """Record after record, as Python values."""
    row = 2
    for table in tables:
        for batch in table.to_batches(max_chunksize=BATCH):
            cells = [column.cells(values, row) for column, values in zip(columns, batch.columns, strict=True)]
            yield from zip(*cells, strict=True)
            row += batch.num_rows


def _cells(column: pa.Array, is_number: bool) -> list[Cell]:
    """The cells of one column; what a sheet's 15 digits cannot hold is text, as is an infinite number."""
    cells = column.to_pylist()
    if pa.types.is_integer(column.type):
        return [str(cell) if cell is not None and abs(cell) >= 10**DIGITS else cell for cell in cells]
    if pa.types.is_floating(column.type):
        return [str(cell) if cell is not None and math.isinf(cell) else cell for cell in cells]
    return [number_or_text(cell) if isinstance(cell, str) else cell for cell in cells] if is_number else cells


def number_or_text(text: str) -> float | str:
    """The number that a plain decimal means; anything a number would change (zeros in front, long ids) stays text.

    >>> number_or_text("-0.02"), number_or_text("00417"), number_or_text("123456789012345678")
    (-0.02, '00417', '123456789012345678')
    """
    plain = PLAIN_DECIMAL.fullmatch(text) and sum(map(str.isdigit, text.lstrip("-0."))) <= DIGITS
    return float(text) if plain else text


def _shortened(text: str) -> str:
    """The text, or as much of it as a cell holds with a mark that says so and how long it was."""
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * CHARACTERS:
        return text
    mark = f" … [cut: {len(text):,} characters]"
    return units[: 2 * (CHARACTERS - len(mark))].decode("utf-16-le", "ignore") + mark
