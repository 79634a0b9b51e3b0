"""What the parser of workbooks leaves out is read beside it: errors, merges, the date system, formulas."""

import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from features.orders import biff, opencells, spreadsheetml
from features.orders.package import OPEN_DOCUMENT

Place = tuple[int, int]
Errors = list[tuple[Place, Place, str]]
"""The first and the last cell of blocks of errors, and their text."""


@dataclass(frozen=True)
class Beside:
    """The date system if known; errors, merges and formulas without a stored result by place of the worksheet."""

    system: str | None = None
    errors: dict[int, Errors] = field(default_factory=dict)
    merges: dict[int, list[tuple[Place, Place]]] = field(default_factory=dict)
    formulas: dict[int, frozenset[Place]] = field(default_factory=dict)


def left_beside(path: Path, telling: frozenset[str] | None) -> Beside:
    """What stands beside the cells of a workbook.

    `telling` are the worksheets of a zip package worth a second look; None for an XLS workbook.
    """
    if telling is None:
        return _of_xls(path)
    with zipfile.ZipFile(path) as package:
        if OPEN_DOCUMENT in package.namelist():
            sheets, system = opencells.left_out(package)
            merges = {at: sheet.merges for at, sheet in enumerate(sheets)}
            return Beside(system, {at: sheet.errors for at, sheet in enumerate(sheets)}, merges)
        left = spreadsheetml.left_out(package, telling)
        errors = {at: [(place, place, text) for place, text in each.errors.items()] for at, each in left.items()}
        formulas = {at: each.formulas for at, each in left.items()}
        return Beside(spreadsheetml.date_system(package), errors, {}, formulas)


def _of_xls(path: Path) -> Beside:
    """Date system and errors of an XLS workbook; nothing of one that is built in an unusual way."""
    try:
        system, errors = biff.left_out(path.read_bytes())
    except ValueError:
        return Beside()
    return Beside(system, {at: [(place, place, text) for place, text in each.items()] for at, each in errors.items()})
