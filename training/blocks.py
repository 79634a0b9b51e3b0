"""A matrix read a block of rows at a time, from a frame or from Parquet parts, so that no second copy of it is made.

The line keeps bits and LightGBM its own bins of one byte a cell: neither ever asks for all levels at once. A matrix of
one block gives the same bytes as one read whole, and the same rows in a frame or in parts of BLOCK rows the same model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from scoring.model import Floats, Input, Model, filled, margins_at, offset_parts

BLOCK = 65_536
"""Rows of a block: some 60 MB of levels at 120 inputs, and few enough turns to cost nothing."""

Drawn = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
Reader = Callable[[list[str]], pd.DataFrame]
"""Gives the named columns of one block."""


@dataclass(frozen=True)
class Matrix:
    """A matrix in blocks of the given sizes, each with its reader; nothing is read until it is asked for.

    `origin` is the matrix that its rows were taken of, and their places there: rows taken again are read once.
    """

    sizes: tuple[int, ...]
    readers: tuple[Reader, ...]
    origin: tuple[Matrix, Places] | None = None

    def __len__(self) -> int:
        return sum(self.sizes)

    @property
    def starts(self) -> Places:
        """The place of the first row of each block, and of the end."""
        return np.concatenate([[0], np.cumsum(self.sizes, dtype=np.int64)])

    def column(self, name: str) -> pd.Series:
        """One column of all rows."""
        return self.frame([name])[name]

    def frame(self, names: list[str]) -> pd.DataFrame:
        """The named columns of all rows, in memory."""
        return pd.concat([read(names) for read in self.readers] or [pd.DataFrame(columns=names)], ignore_index=True)

    def levels(self, inputs: tuple[Input, ...]) -> Iterator[Floats]:
        """The blocks as the boosters see them."""
        names = [each.name for each in inputs]
        return (filled(inputs, read(names)) for read in self.readers)

    def taken(self, places: Places) -> Matrix:
        """The rows at the given places, in their order, again in blocks of BLOCK rows."""
        if self.origin is not None:
            first, there = self.origin
            return first.taken(there[places])
        cuts = [places[start : start + BLOCK] for start in range(0, len(places), BLOCK)]
        return Matrix(tuple(map(len, cuts)), tuple(map(self._gathering, cuts)), (self, places))

    def _gathering(self, places: Places) -> Reader:
        """The reader of the rows at these places: one turn for each run of rows that one block holds."""
        starts = self.starts
        of = np.searchsorted(starts, places, side="right") - 1
        ends = np.append(np.flatnonzero(np.diff(of)) + 1, len(of))
        runs = [(of[begin], places[begin:end] - starts[of[begin]]) for begin, end in pairwise([0, *ends])]
        return partial(_gathered, [(self.readers[block], rows) for block, rows in runs])


def of_frame(matrix: pd.DataFrame) -> Matrix:
    """A frame in memory, in blocks of BLOCK rows."""
    cuts = [matrix.iloc[start : start + BLOCK] for start in range(0, len(matrix), BLOCK)]
    return Matrix(tuple(map(len, cuts)), tuple(cut.__getitem__ for cut in cuts))


def joined(one: Matrix, other: Matrix) -> Matrix:
    """The rows of the one, then those of the other."""
    return Matrix((*one.sizes, *other.sizes), (*one.readers, *other.readers))


def margins_of(model: Model, matrix: Matrix) -> Floats:
    """As `scoring.model.margins`, of a matrix that need not be in memory, on one thread."""
    found = [margins_at(model, levels, threads=1) for levels in matrix.levels(model.inputs)]
    return np.concatenate([np.zeros(0), *found])


def write(folder: Path, pieces: Iterable[pd.DataFrame]) -> None:
    """Pieces of a measured matrix as parts of BLOCK rows in a new folder, with whatever columns stand beside it.

    The pieces may be of any size; they are of one index of lines and need not be in memory together.
    """
    folder.mkdir(parents=True)
    number, waiting = 0, pd.DataFrame()
    for piece in pieces:
        waiting = pd.concat([waiting, piece], ignore_index=True)
        while len(waiting) >= BLOCK:
            _write(folder, number, waiting.iloc[:BLOCK])
            number, waiting = number + 1, waiting.iloc[BLOCK:]
    if len(waiting):
        _write(folder, number, waiting)


def of_parts(folder: Path) -> Matrix:
    """The parts of a folder that `write` made."""
    files = sorted(folder.glob("*.parquet"))
    return Matrix(
        tuple(pq.read_metadata(file).num_rows for file in files), tuple(partial(_read, file) for file in files)
    )


def margin_before_trees(matrix: Matrix, inputs: tuple[Input, ...], intercept: float) -> Floats:
    """What the trees of each row start from."""
    parts = [intercept + offset_parts(inputs, levels).sum(axis=1) for levels in matrix.levels(inputs)]
    return np.concatenate(parts)


def dataset(matrix: Matrix, inputs: tuple[Input, ...], drawn: Drawn, **told: Any) -> lgb.Dataset:
    """LightGBM's data of the drawn rows; only its bins of them and one block are in memory."""
    starts = matrix.starts
    names = [each.name for each in inputs]

    @lru_cache(maxsize=1)  # LightGBM asks for a sample row by row, in order
    def levels(number: int) -> Floats:
        return filled(inputs, matrix.readers[number](names))[drawn[starts[number] : starts[number + 1]]]

    counts = [int(drawn[start:end].sum()) for start, end in pairwise(starts)]
    rows = [_Rows(levels, number, count) for number, count in enumerate(counts) if count]
    return lgb.Dataset(rows, feature_name=names, **told)


class _Rows(lgb.Sequence):
    """The drawn rows of one block, read when they are asked for."""

    def __init__(self, levels: Callable[[int], Floats], number: int, count: int) -> None:
        self.levels, self.number, self.count, self.batch_size = levels, number, count, BLOCK

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, rows: int | slice | list[int]) -> Floats:
        return self.levels(self.number)[rows]


def _write(folder: Path, number: int, rows: pd.DataFrame) -> None:
    pq.write_table(pa.Table.from_pandas(rows, preserve_index=False), folder / f"{number:05d}.parquet")


def _read(file: Path, names: list[str]) -> pd.DataFrame:
    found: pd.DataFrame = pq.read_table(file, columns=names).to_pandas()
    return found


def _gathered(runs: list[tuple[Reader, Places]], names: list[str]) -> pd.DataFrame:
    return pd.concat([read(names).iloc[rows] for read, rows in runs], ignore_index=True)
