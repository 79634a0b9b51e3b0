"""The two text formats, CSV and JSON lines: hostile text is harmless in them and numbers stay numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from features.orders.formulas import FIRST_BYTES, FORMULA, GUARD

NUMBER = (  # of a size that is finite in a spreadsheet too: what is longer is text
    r"\A *-([0-9]{1,200}([.,][0-9]+)?|[.,][0-9]+|[0-9]{1,3}([.,][0-9]{3}){1,60}([.,][0-9]+)?)([eE][+-]?[0-9]{1,2})? *\z"
)
BEGINNINGS = pa.array(sorted(FIRST_BYTES), pa.large_binary())
JSON_BATCH = 65_536  # records turned into text at a time


def write_csv(tables: Iterable[pa.Table], path: Path) -> None:
    """UTF-8 with a byte-order mark (a spreadsheet then reads it right), text in quotes, lines ending in a line feed."""
    with path.open("wb") as file:
        file.write(b"\xef\xbb\xbf")
        for number, table in enumerate(tables):
            pyarrow.csv.write_csv(_harmless(table), file, pyarrow.csv.WriteOptions(include_header=number == 0))


def _harmless(table: pa.Table) -> pa.Table:
    headings = without_formulas(pa.chunked_array([table.column_names], pa.large_string())).to_pylist()
    columns = [
        without_formulas(column) if pa.types.is_large_string(column.type) else column for column in table.columns
    ]
    return pa.Table.from_arrays(columns, names=headings)


def without_formulas(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """The texts; one that a spreadsheet would run gets an apostrophe in front, a negative number does not."""
    first = pc.binary_slice(texts.cast(pa.large_binary()), 0, 1)
    if not pc.any(pc.is_in(first, value_set=BEGINNINGS)).as_py():  # as in most columns; the expressions cost more
        return texts
    risky = pc.and_not(pc.match_substring_regex(texts, rf"\A({FORMULA})"), pc.match_substring_regex(texts, NUMBER))
    return pc.if_else(risky, _together(GUARD, texts), texts)


def write_jsonl(tables: Iterable[pa.Table], path: Path) -> None:
    """One JSON object a line, keys in the order of the columns, every key on every line; missing is null."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for table in tables:
            for batch in table.to_batches(max_chunksize=JSON_BATCH):
                file.writelines(_objects(batch))


def _objects(batch: pa.RecordBatch) -> list[str]:
    """A line of JSON for each record."""
    parts: list[pa.Array | str] = []
    for heading, column in zip(batch.schema.names, batch.columns, strict=True):
        parts += ["," if parts else "{", f"{json.dumps(heading, ensure_ascii=False)}:", _as_json(column)]
    lines: list[str] = _together(*parts, "}\n").to_pylist()
    return lines


def _as_json(column: pa.Array) -> pa.Array:
    """Each cell as JSON text; a text is encoded once for all its repeats, an infinite number is text."""
    if pa.types.is_large_string(column.type):
        coded = column.dictionary_encode()
        texts = [json.dumps(text, ensure_ascii=False) for text in coded.dictionary.to_pylist()]
        return pa.array(texts, pa.large_string()).take(coded.indices).fill_null("null")
    words = column.cast(pa.large_string())
    if pa.types.is_floating(column.type):
        words = pc.if_else(pc.is_inf(column), _together('"', words, '"'), words)
    return words.fill_null("null")


def _together(*parts: pa.Array | pa.ChunkedArray | str) -> pa.Array | pa.ChunkedArray:
    """The parts of each record joined, a plain string standing for itself on every record."""
    wide = [pa.scalar(part, pa.large_string()) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*wide, pa.scalar("", pa.large_string()))
