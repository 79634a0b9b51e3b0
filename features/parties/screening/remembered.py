"""Answers of a search by text, kept for the parts of a file: they name the same parties again and again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

MOST = 200_000  # texts and rows that are kept, some 200 bytes each; when there are more all are forgotten

Search = Callable[[Sequence[str]], pd.DataFrame]


@dataclass
class Remembered:
    """What one list was found to answer: numbers of texts, and rows by number in a first column, ascending.

    An answer may depend on nothing but its text, the list and `asked_how`. What is kept is replaced as a whole, so that
    threads may ask at once.
    """

    kept: tuple[object, Mapping[str, int], pd.DataFrame] | None = None

    def of(self, texts: Sequence[str], search: Search, asked_how: object = None) -> pd.DataFrame:
        """The answers of `search` to different texts; only those that it has not answered yet are put to it."""
        how, numbers, rows = self.kept or (asked_how, {}, None)
        if rows is not None and (how != asked_how or len(numbers) + len(rows) > MOST):
            numbers, rows = {}, None
        new = [text for text in texts if text not in numbers]
        if new or rows is None:
            found = search(new)
            name = found.columns[0]
            found = found.assign(**{name: found[name] + len(numbers)})
            rows = found if rows is None else pd.concat([rows, found], ignore_index=True)
            numbers = {**numbers, **{text: at for at, text in enumerate(new, start=len(numbers))}}
            self.kept = asked_how, numbers, rows
        return _picked([numbers[text] for text in texts], rows)


def _picked(numbers: list[int], rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of these numbers, which are counted anew."""
    name = rows.columns[0]
    begins, ends = (np.searchsorted(rows[name], numbers, side) for side in ("left", "right"))
    count = ends - begins
    place = np.arange(count.sum()) + np.repeat(begins - np.append(0, np.cumsum(count)[:-1]), count)
    return rows.take(place).assign(**{name: np.repeat(np.arange(len(numbers)), count)}).reset_index(drop=True)
