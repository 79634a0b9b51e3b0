"""Where the matrix of a training comes from, in memory or on disk, and how the lines of one side are taken of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from features.known import Known
from features.matrix import FEATURES
from training.blocks import Matrix, of_frame
from training.fit import TrainingRefused
from training.in_blocks import in_blocks
from training.material import Before, Material, from_files, from_simulator, signals

Files = tuple[Path | None, Path | None, Path | None]
"""Orders, customers and outcomes of a training."""


def lines_of(
    files: Files,
    blocks: Path | None,
    scheduler: str | None,
    as_of: date,
    before: Before | None,
    lines: int,
    seed: int,
) -> tuple[Material, Known, pd.DataFrame, Matrix]:
    """The lines with their matrix: in memory, or in the folder of blocks where one is named."""
    orders, customers, outcomes = files
    if blocks is None and scheduler is None:
        material = _material(files, lines, seed, before)
        known, told, matrix = signals(material, as_of, None if material.simulated else before)
        return material, known, told, of_frame(matrix)
    if blocks is None:
        raise TrainingRefused("--scheduler: workers read blocks; name a folder that they all see with --blocks")
    if orders is None or outcomes is None:
        raise TrainingRefused("--blocks: blocks are made of files; give an order file and an outcome file")
    return in_blocks(orders, customers, outcomes, blocks, as_of, before)


def blocks_of(matrix: Matrix, rows: pd.DataFrame, index: pd.Index) -> Matrix:
    """The rows of the matrix, which are those of `rows`, that an index names."""
    return matrix.taken(rows.index.get_indexer(index))


def frame_of(matrix: Matrix, rows: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    """The same in memory: the lines that somebody decided, or a test side, one line in nine."""
    return blocks_of(matrix, rows, index).frame([each.name for each in FEATURES]).set_axis(index)


def _material(files: Files, lines: int, seed: int, before: Before | None) -> Material:
    orders, customers, outcomes = files
    if orders is None and outcomes is None and customers is None:
        return from_simulator(lines, seed)
    if orders is None or outcomes is None:
        raise TrainingRefused(
            "an order file and an outcome file are needed together: give both, or neither to simulate"
        )
    return from_files(orders, customers, outcomes, before=before)
