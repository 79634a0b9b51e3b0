"""A quotation mark that is never closed swallows records in silence: the cell that grew by it gives itself away."""

from typing import Any

import numpy as np
import pyarrow.compute as pc

from features.orders.sheet import Flags

FEWEST_COLUMNS = 4  # in a narrower file an address of two lines holds as many delimiters as a record


def swallowing(columns: tuple[Any, ...], delimiter: str, open_end: bool) -> Flags:
    """The records in which one cell holds another record; `open_end`: the file does not end on a closing quote."""
    length = len(columns[0])
    found = np.zeros(length, dtype=bool)
    for column in columns:
        for at in np.flatnonzero(pc.match_substring(column, "\n").to_numpy()):
            found[at] |= _holds_a_record(column[int(at)].as_py(), delimiter, len(columns) - 1)
    if open_end and length and "\n" in columns[-1][length - 1].as_py():
        found[-1] = True
    return found


def _holds_a_record(text: str, delimiter: str, fewest: int) -> bool:
    """As many delimiters as a record, and either one line with all of them or a stray quotation mark."""
    if fewest < FEWEST_COLUMNS - 1 or text.count(delimiter) < fewest:
        return False
    return '"' in text or any(line.count(delimiter) >= fewest for line in text.splitlines())
