"""The columns of a regression in little memory: a step is taken or not, one bit a row; an amount takes eight bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from scoring.model import Floats

TURN = 8_192
"""Rows that are made plain numbers at a time: at 225 columns some 15 MB, so that they are still near when summed up."""

Column = Floats | npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Design:
    """Columns by their place: those of `steps` are true or false, those of `amounts` numbers; by turns of rows."""

    steps: tuple[int, ...]
    amounts: tuple[int, ...]
    turns: tuple[_Turn, ...]

    def times(self, by: Floats) -> Floats:
        """What each row adds up to."""
        return np.concatenate([by @ columns for columns in self._plain()])

    def sums(self, square: Floats, plain: Floats) -> tuple[Floats, Floats]:
        """The squared columns summed over rows weighted by `square`, and the columns summed by `plain`."""
        squares: Any = 0.0
        sums: Any = 0.0
        at = 0
        for columns in self._plain():
            here = slice(at, at := at + columns.shape[1])
            sums = sums + columns @ plain[here]
            columns *= np.sqrt(square[here])
            squares = squares + columns @ columns.T
        return squares, sums

    def _plain(self) -> Iterator[Floats]:
        """The columns of turn after turn, columns × rows; the next takes the place of the one before."""
        room = np.empty((len(self.steps) + len(self.amounts), TURN))
        for turn in self.turns:
            columns = room[:, : turn.rows]
            columns[list(self.steps)] = np.unpackbits(turn.steps, axis=1, count=turn.rows)
            columns[list(self.amounts)] = turn.amounts
            yield columns


@dataclass(frozen=True)
class _Turn:
    """Up to TURN rows: steps as bits (steps × bytes), amounts (amounts × rows)."""

    rows: int
    steps: npt.NDArray[np.uint8]
    amounts: Floats


def design(blocks: Iterable[Sequence[Column]]) -> Design:
    """The design of blocks of rows, each given as its columns, of the same kinds in every block."""
    steps: tuple[int, ...] = ()
    amounts: tuple[int, ...] = ()
    turns = []
    for columns in blocks:
        is_step = [column.dtype == bool for column in columns]
        steps, amounts = (tuple(np.flatnonzero(np.equal(is_step, each)).tolist()) for each in (True, False))
        for start in range(0, len(columns[0]), TURN):
            held = [column[start : start + TURN] for column in columns]
            rows = len(held[0])
            bits = np.packbits(np.array([held[at] for at in steps], dtype=bool).reshape(-1, rows), axis=1)
            plain = np.array([held[at] for at in amounts], dtype=np.float64).reshape(-1, rows)
            turns.append(_Turn(rows, bits, plain))
    return Design(steps, amounts, tuple(turns))
