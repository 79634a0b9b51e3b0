"""A matrix read a block of rows at a time, from a frame or from Parquet parts, so that no second copy of it is made.

The line needs sums over rows, and LightGBM keeps its own bins of one byte a cell: neither ever asks for all levels at
once. A matrix of one block gives the same bytes as one read whole, and the same rows in a frame or in parts of BLOCK
rows the same model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from scoring.model import Floats, Input, filled, offset_parts

BLOCK = 65_536
"""Rows of a block: some 60 MB of levels at 120 inputs, and few enough turns to cost nothing."""

TOLD = ("label", "weight", "customer")
Drawn = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Matrix:
    """A matrix of `rows` rows in blocks of the given sizes; `read` gives the named columns of a block."""

    sizes: tuple[int, ...]
    read: Callable[[int, list[str]], pd.DataFrame]

    @property
    def starts(self) -> npt.NDArray[np.int64]:
        """The place of the first row of each block, and of the end."""
        return np.concatenate([[0], np.cumsum(self.sizes, dtype=np.int64)])

    def column(self, name: str) -> pd.Series:
        """One column of all rows."""
        return pd.concat([self.read(number, [name])[name] for number in range(len(self.sizes))], ignore_index=True)

    def levels(self, inputs: tuple[Input, ...]) -> Iterator[Floats]:
        """The blocks as the boosters see them."""
        names = [each.name for each in inputs]
        return (filled(inputs, self.read(number, names)) for number in range(len(self.sizes)))


def of_frame(matrix: pd.DataFrame) -> Matrix:
    """A frame in memory, in blocks of BLOCK rows."""
    starts = range(0, len(matrix), BLOCK)
    sizes = tuple(min(BLOCK, len(matrix) - start) for start in starts)
    return Matrix(sizes, lambda number, names: matrix.iloc[starts[number] : starts[number] + BLOCK][names])


def write(folder: Path, pieces: Iterable[pd.DataFrame]) -> None:
    """Pieces of a measured matrix, with the columns TOLD, as parts of BLOCK rows in a new folder.

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


def of_parts(folder: Path) -> tuple[Matrix, pd.DataFrame]:
    """The parts of a folder that `write` made, and the narrow table of TOLD of all rows."""
    files = sorted(folder.glob("*.parquet"))
    sizes = tuple(pq.read_metadata(file).num_rows for file in files)
    told = pd.concat([_read(file, list(TOLD)) for file in files], ignore_index=True)
    return Matrix(sizes, lambda number, names: _read(files[number], names)), told


@dataclass(frozen=True)
class Design:
    """The columns of a regression a block at a time; each call of `blocks` begins anew."""

    blocks: Callable[[], Iterator[Floats]]

    def times(self, amounts: Floats) -> Floats:
        """What each row adds up to."""
        return np.concatenate([block @ amounts for block in self.blocks()])

    def sums(self, square: Floats, plain: Floats) -> tuple[Floats, Floats]:
        """The squared columns summed over rows weighted by `square`, and the columns summed by `plain`, in one turn."""
        squares: Any = 0.0
        sums: Any = 0.0
        at = 0
        for block in self.blocks():
            here = slice(at, at := at + len(block))
            bent = block * np.sqrt(square[here])[:, None]
            squares, sums = squares + bent.T @ bent, sums + block.T @ plain[here]
        return squares, sums


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
        return filled(inputs, matrix.read(number, names))[drawn[starts[number] : starts[number + 1]]]

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
