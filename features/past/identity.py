"""Which line it is, and whether it says the same as before: a key of order and line number, a digest of the cells."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.orders.fields import of_kind

Codes = npt.NDArray[np.uint64]
NO_KEY = np.uint64(0)
"""Of a line without an order id: nobody can tell it from another."""


def keys(lines: pd.DataFrame) -> Codes:
    """A number for order_id and line_no, the same in every file; NO_KEY without an order id."""
    number = _hashed(lines["order_id"]) * _odd("order_id") + _hashed(lines["line_no"]) * _odd("line_no")
    return np.where(lines["order_id"].isna(), NO_KEY, number | np.uint64(1))


def contents(lines: pd.DataFrame) -> Codes:
    """A number for the typed cells of each line, the same whatever other columns the file has or leaves empty."""
    total = np.zeros(len(lines), dtype=np.uint64)
    for field in of_kind("orders"):
        if field.name in lines and lines[field.name].notna().any():
            total += _hashed(lines[field.name]) * _odd(field.name)
    return total


def _hashed(cells: pd.Series) -> Codes:
    """A number for each cell, 0 where it is missing; distinct cells are read once."""
    codes, distinct = pd.factorize(cells)
    values = np.asarray(distinct, dtype=object if cells.dtype in ("str", "boolean") else None)
    numbers = pd.util.hash_array(values.astype(str).astype(object) if values.dtype == object else values)
    return np.append(numbers, NO_KEY)[codes]


def _odd(name: str) -> Any:
    return np.uint64(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little") | 1)
