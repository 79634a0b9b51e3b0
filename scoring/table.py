"""A result frame as an Arrow table: every column of one type, missing as null, text that any file can hold."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def as_arrow(frame: pd.DataFrame) -> pa.Table:
    """The frame column by column, in order; headings may repeat, and a column of mixed things becomes text."""
    columns = [_column(frame.iloc[:, at]) for at in range(frame.shape[1])]
    return pa.Table.from_arrays(columns, names=[whole_text(str(heading)) for heading in frame.columns])


def plain(table: pa.Table, midnights: frozenset[int] | None = None) -> pa.Table:
    """Only text (`large_string`), numbers, yes/no and null, which is all that CSV, JSON lines and a sheet can say.

    Dates become ISO text, decimals exact text (a float would round them), lists and structures JSON text. A column of
    midnights is one of dates: `midnights` are the places of these where the table is part of a larger one.
    """
    dates = [None if midnights is None else at in midnights for at in range(table.num_columns)]
    columns = [_plain(column, whole) for column, whole in zip(table.columns, dates, strict=True)]
    return pa.Table.from_arrays(columns, names=table.column_names)


def midnights(table: pa.Table) -> frozenset[int]:
    """The places of the columns whose times are all midnights."""
    times = [at for at, column in enumerate(table.columns) if pa.types.is_timestamp(column.type)]
    return frozenset(at for at in times if _dates(_moments(table.column(at))))


def once_each(table: pa.Table) -> pa.Table:
    """The table with every heading once: the second `cc` is `cc (2)`, for formats that look columns up by name."""
    names: list[str] = []
    for heading in table.column_names:
        names.append(free_name(heading, {*names, *table.column_names}, 2, "{} ({})") if heading in names else heading)
    return table.rename_columns(names)


def free_name(heading: str, taken: set[str], start: int, shape: str) -> str:
    """The first of `shape` filled with the heading and start, start + 1, … that is not taken.

    >>> free_name("score", {"score (given 2)"}, 2, "{} (given {})")
    'score (given 3)'
    """
    while (name := shape.format(heading, start)) in taken:
        start += 1
    return name


def whole_text(text: str) -> str:
    """The text with halves of a character that cannot be written (lone surrogates) replaced by U+FFFD.

    >>> whole_text("chip\\ud800s")
    'chip�s'
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _column(values: pd.Series[Any]) -> pa.Array | pa.ChunkedArray:
    """One column of the frame; missing is null, also where a float says NaN, and a time zone becomes UTC."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        naive = pa.array(values.dt.tz_convert(None), from_pandas=True)
        return naive.cast(pa.timestamp(naive.type.unit, "UTC"))
    try:
        column = pa.array(values, from_pandas=True)
    except (pa.ArrowException, UnicodeEncodeError, OverflowError):
        # Mixed things or halves of characters, only in object columns: the one place where values are walked.
        column = pa.array(values.map(_text, na_action="ignore"), pa.large_string(), from_pandas=True)
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    return column.cast(pa.large_string()) if pa.types.is_null(column.type) else column


def _plain(column: pa.ChunkedArray, dates: bool | None) -> pa.ChunkedArray:
    """One column without the types that only Arrow and Parquet know."""
    kind = column.type
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return column
    if pa.types.is_timestamp(kind):
        return _iso(column, dates)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return column.cast(pa.large_string())
    if pa.types.is_date(kind) or pa.types.is_time(kind) or pa.types.is_decimal(kind):
        return column.cast(pa.large_string())
    return pa.chunked_array([[None if cell is None else _text(cell) for cell in column.to_pylist()]], pa.large_string())


def _iso(moments: pa.ChunkedArray, dates: bool | None) -> pa.ChunkedArray:
    """ISO text; a column that holds only midnights is a column of dates. A time zone ends in UTC ("Z")."""
    text = _moments(moments)
    dates = _dates(text) if dates is None else dates
    return pc.replace_substring(text, "T00:00:00", "") if dates else text


def _moments(times: pa.ChunkedArray) -> pa.ChunkedArray:
    text = pc.replace_substring(times.cast(pa.large_string()), " ", "T", max_replacements=1)
    return pc.replace_substring_regex(text, r"\.0+(Z?)$", r"\1")


def _dates(text: pa.ChunkedArray) -> bool:
    return bool(pc.all(pc.ends_with(text, "T00:00:00"), min_count=0).as_py())


def _text(value: object) -> str:
    """Any value as text: lists and structures as JSON, bytes that are no UTF-8 with their codes shown."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, list | dict | tuple):
        return whole_text(json.dumps(value, ensure_ascii=False, default=str))
    return whole_text(str(value))
