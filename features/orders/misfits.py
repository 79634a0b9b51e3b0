"""A record with too few or too many cells keeps its place in the table; its cells are cut or filled to the headings."""

import csv
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from features.orders.problems import Level, Problem
from features.orders.sheet import Flags, Places

FIT = "give it one cell for each heading, with quotes around a cell that holds the delimiter"
CLOSE = "close the quotation mark, or double it where it belongs to the text"


@dataclass(frozen=True)
class Misfit:
    """A record with another number of cells than the headings; `number` counts from 1 below them, blank lines too."""

    number: int
    cells: tuple[str, ...]


def split_record(text: str, delimiter: str) -> tuple[str, ...]:
    """The cells of a record that did not fit; one over 128 KiB is split without regard to quotes."""
    try:
        return tuple(next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), []))
    except csv.Error:
        return tuple(text.split(delimiter))


def fitting_rows(fitting: int, misfits: list[Misfit], before: int = 0) -> Places:
    """The numbers of the records that fit, counted as `Misfit.number`: all but those of the misfits.

    `before` are the records above these, which are of other batches of the file.
    """
    fits = np.ones(fitting + len(misfits), dtype=bool)
    fits[[misfit.number - before - 1 for misfit in misfits]] = False
    return np.flatnonzero(fits) + before + 1


def merged(table: Any, fitting: Places, bad: list[Misfit], eaten: Flags) -> tuple[Any, Places, Flags]:
    """Table, rows and rejections with the misfits in their places, their cells cut or filled to the headings."""
    if not bad:
        return table, fitting, eaten
    width = table.num_columns
    padded = [(*misfit.cells, *[""] * width)[:width] for misfit in bad]
    columns = [pa.array(column, type=pa.large_string()) for column in zip(*padded, strict=True)]
    joined = pa.concat_tables([table, pa.table(columns, names=table.column_names)])
    rows = np.concatenate([fitting, np.array([misfit.number for misfit in bad], dtype=np.int64)])
    order = np.argsort(rows, kind="stable")
    rejected = np.concatenate([eaten, np.ones(len(bad), dtype=bool)])
    return joined.take(pa.array(order)), rows[order], rejected[order]


def complaints(rows: Places, rejected: Flags, bad: list[Misfit], width: int, above: int, file: str) -> list[Problem]:
    """One rejection a record: it has another number of cells, or runs over the records after it.

    `rows` count from the first record below the headings, and `above` is the spreadsheet row of these.
    """
    cells = {misfit.number: len(misfit.cells) for misfit in bad}
    problems = []
    for record in np.flatnonzero(rejected):
        row = int(rows[record])
        what = "a quotation mark opened here runs over the records that follow"
        if row in cells:
            what = f"the record has {cells[row]} cells under {width} headings"
        remedy = FIT if row in cells else CLOSE
        problems.append(Problem(file, row + above, None, None, what, remedy, Level.REJECTED, int(record)))
    return problems
