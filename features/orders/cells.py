"""Every cell is text first: one rendering for workbook, Parquet and memory, equal to what a CSV of it would say."""

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.orders.problems import Level

EXACT = 10**15  # a float holds 15 digits for certain; beyond, a number typed into a workbook has lost its last ones


@dataclass(frozen=True)
class Fault:
    """What is wrong with one distinct value, and what to write instead."""

    what: str
    remedy: str
    level: Level = Level.PROBLEM


@dataclass(frozen=True)
class Doubt:
    """What is unsure about a column as a whole: with `answers` a question to a person, without them a warning.

    `samples` are cells that show it. `fault` is told once for the column; None where each cell is told by itself.
    """

    key: str
    samples: tuple[str, ...]
    fault: Fault | None
    asked: str = ""
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parsed:
    """Distinct values in typed form, their faults by position, and what is unsure about the column as a whole."""

    typed: Any
    faults: dict[int, Fault] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()


def text_of(value: Any) -> str:
    """A typed cell as text: whole numbers without a point, days as ISO dates, nothing as nothing.

    >>> text_of(8.0), text_of(12.5), text_of(dt.datetime(2026, 1, 12)), text_of(None)
    ('8', '12.5', '2026-01-12', '')
    """
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode() if not value.isascii() else value
    if type(value) is float:  # the commonest kind of a workbook's cells
        return "" if math.isnan(value) else _number_text(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, (bool, np.bool_)):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (list, tuple, np.ndarray)):
        return ";".join(text_of(part) for part in value)
    if isinstance(value, dict):
        return str(value)
    if value is None or bool(pd.isna(value)):
        return ""
    return _number_text(float(value)) if isinstance(value, (float, np.floating)) else _other_text(value)


def _number_text(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < EXACT * 1000 else repr(value)


def _other_text(value: Any) -> str:
    if isinstance(value, dt.datetime):  # pandas' Timestamp is one
        midnight = value.time() == dt.time() and value.tzinfo is None
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def spoiled(value: Any) -> bool:
    """A number of more than 15 digits, whose last digits cannot be trusted."""
    return isinstance(value, float) and math.isfinite(value) and abs(value) >= EXACT


def text_array(values: Iterable[Any]) -> Any:
    """The text of cells as an Arrow column without missing values."""
    return pa.chunked_array([pa.array([text_of(value) for value in values], type=pa.large_string())])


def column_text(column: Any) -> Any:
    """A typed Arrow column as text, nothing as ""."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return column_text(column.cast(kind.value_type))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_integer(kind):
        return pc.fill_null(column.cast(pa.large_string()), "")
    return text_array(column.to_pylist())
