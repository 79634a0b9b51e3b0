"""The worksheets of a workbook, one after another; what is encrypted, damaged or unsafe to open is refused."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import python_calamine

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
    """Name, visibility, cells and merged ranges; ODS and XLS name none."""

    name: str
    hidden: bool
    rows: Rows
    merges: list[Merge]


def worksheets(path: Path) -> Iterator[Worksheet]:
    """The worksheets in their order; raises OrdersRefused."""
    _check(path)
    book = _tried(lambda: python_calamine.CalamineWorkbook.from_path(path), path.name)
    for sheet in book.sheets_metadata:
        if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet:
            yield _tried(lambda: _worksheet(book, sheet.name, sheet.visible != VISIBLE), path.name)  # noqa: B023


def _worksheet(book: Any, name: str, hidden: bool) -> Worksheet:
    cells = book.get_sheet_by_name(name)
    return Worksheet(name, hidden, cells.to_python(skip_empty_area=False), list(cells.merged_cell_ranges or ()))


def _check(path: Path) -> None:
    """Refuses what is not safe to open, or cannot be opened, before anything opens it."""
    with path.open("rb") as file:
        start = file.read(len(COMPOUND))
    if start != COMPOUND:
        check_package(path)
        return
    content = path.read_bytes()
    if ENCRYPTED in content:
        raise _encrypted(path.name)
    if not any(stream in content for stream in STREAMS):
        what = "the file is an office document of the old kind without a workbook, or is damaged"
        raise refused(path.name, what, "save the orders as .xlsx or CSV")


def _tried(read: Callable[[], T], file: str) -> T:
    """What `read` returns; a broken workbook makes the parser raise, or panic, which is no Exception in Python."""
    try:
        return read()
    except python_calamine.PasswordError:
        raise _encrypted(file) from None
    except (python_calamine.CalamineError, OSError):
        raise refused(file, "the workbook is cut off or damaged", REPAIR) from None
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":  # its class cannot be imported
            raise
        raise refused(file, "the workbook is cut off or damaged", REPAIR) from None


def _encrypted(file: str) -> OrdersRefused:
    return refused(file, "the workbook is encrypted", "save a copy without a password")
