"""The worksheets of a workbook, one after another; what is encrypted, damaged or unsafe to open is refused."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import python_calamine

from features.orders.beside import Beside, left_beside
from features.orders.joined import Merge, Rows
from features.orders.package import REPAIR, check_package
from features.orders.problems import OrdersRefused, refused

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .xls, and of .xlsx under a password
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the stream that holds a workbook under a password
STREAMS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))  # the stream of an .xls workbook
VISIBLE = python_calamine.SheetVisibleEnum.Visible

T = TypeVar("T")


@dataclass(frozen=True)
class Worksheet:
    """Name, visibility, cells (errors as their text) and merged ranges, formulas without a stored result, date system.

    `system` is "serial-1900", "serial-1904", or None where the workbook does not tell.
    """

    name: str
    hidden: bool
    rows: Rows
    merges: list[Merge]
    formulas: frozenset[tuple[int, int]]
    system: str | None


def worksheets(path: Path) -> Iterator[Worksheet]:
    """The worksheets in their order; raises OrdersRefused."""
    telling = _check(path)
    book = _tried(lambda: python_calamine.CalamineWorkbook.from_path(path), path.name)
    beside = _tried(lambda: left_beside(path, telling), path.name)
    for at, sheet in enumerate(book.sheets_metadata):
        if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet:
            yield _tried(lambda: _worksheet(book, at, beside), path.name)  # noqa: B023


def _worksheet(book: Any, at: int, beside: Beside) -> Worksheet:
    sheet = book.sheets_metadata[at]
    cells = book.get_sheet_by_index(at)
    rows = cells.to_python(skip_empty_area=False)
    for (top, left), (bottom, right), text in beside.errors.get(at, ()):
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [text] * len(row[left : right + 1])
    merges = beside.merges.get(at) or list(cells.merged_cell_ranges or ())
    formulas = beside.formulas.get(at, frozenset())
    return Worksheet(sheet.name, sheet.visible != VISIBLE, rows, merges, formulas, beside.system)


def _check(path: Path) -> frozenset[str] | None:
    """Refuses what is not safe to open, or cannot be opened, before anything opens it.

    The parts of a zip package that are worth a second look come back; None for a workbook of the old kind.
    """
    with path.open("rb") as file:
        start = file.read(len(COMPOUND))
    if start != COMPOUND:
        return check_package(path)
    content = path.read_bytes()
    if ENCRYPTED in content:
        raise _encrypted(path.name)
    if not any(stream in content for stream in STREAMS):
        what = "the file is an office document of the old kind without a workbook, or is damaged"
        raise refused(path.name, what, "save the orders as .xlsx or CSV")
    return None


def _tried(read: Callable[[], T], file: str) -> T:
    """What `read` returns; a broken workbook makes the parser raise, or panic, which is no Exception in Python."""
    try:
        return read()
    except python_calamine.PasswordError:
        raise _encrypted(file) from None
    except (python_calamine.CalamineError, OSError, KeyError):
        raise refused(file, "the workbook is cut off or damaged", REPAIR) from None
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":  # its class cannot be imported
            raise
        raise refused(file, "the workbook is cut off or damaged", REPAIR) from None


def _encrypted(file: str) -> OrdersRefused:
    return refused(file, "the workbook is encrypted", "save a copy without a password")
