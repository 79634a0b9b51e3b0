"""Text becomes typed columns, one function a type: each distinct value is read once and mapped back to its cells."""

# Over 150 lines: one function a type, and the table that sends each field to its own.

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.orders.amounts import read_numbers
from features.orders.cells import Doubt, Fault, Parsed
from features.orders.codes import damage
from features.orders.computed import NOT_COMPUTED, not_computed
from features.orders.countries import read_countries, read_country_lists
from features.orders.days import read_dates
from features.orders.fields import Field
from features.orders.formulas import GUARD, GUARDED
from features.orders.mapping import heading_key
from features.orders.problems import Level
from features.orders.sheet import Places, trimmed

Column = tuple[Any, Places, dict[int, Fault], tuple[Doubt, ...]]
"""Typed cells; the fault number of each cell or -1; faults by number; and what is unsure of the column as a whole."""


@dataclass(frozen=True)
class Ways:
    """What is known beforehand of how a column is written: by the file's delimiter, its workbook, or by answers.

    `settled`: the cells are part of a column, and what is unsure of it was told over the whole of it.
    """

    decimal_comma: bool = False
    system: str | None = None
    answers: tuple[str, ...] = ()
    settled: bool = False


TEXTS = frozenset({"text", "text list", "structured"})
TEXT_LIMIT = 100_000  # characters of a text cell; a longer one is no name, address or statement
WORD_LIMIT = 1_000  # bytes of a cell that holds a number, date, country, category or yes/no
BOOLEANS: dict[str, bool | None] = dict.fromkeys(("y", "yes", "true", "t", "1", "x", "是", "はい", "예"), True)
BOOLEANS |= dict.fromkeys(("n", "no", "false", "f", "0", "否", "いいえ", "아니요"), False)
BOOLEANS |= dict.fromkeys(("unknown", "not known", "notknown"), None)
ROUTES = frozenset({"transit_countries"})
YEAR_ONLY = frozenset({"incorporation_date"})  # registers of some countries give no more
DAMAGED = r"^\d(\.\d+)?E\+\d{1,3}$"  # what a spreadsheet makes of a long number, or of a part number such as 12E10
DIRECTION = r"[\x{202A}-\x{202E}\x{2066}-\x{2069}]"
TOO_LONG = Fault(f"is longer than {TEXT_LIMIT:,} characters", "shorten it; the full text stays in the raw column")
NO_WORD = Fault(f"is longer than {WORD_LIMIT:,} bytes", "write one value in the cell")
SPREADSHEET = Fault("is a number that a spreadsheet has shortened", "format the column as text and export it again")
MISLEADING = Fault("holds characters that turn the reading direction", "compare it with the document", Level.NOTE)
EMPTY_DTYPES = {"number": "float64", "date": "datetime64[us]", "boolean": "boolean"}


def typed_column(field: Field, column: Any, known: Mapping[str, str], ways: Ways) -> Column:
    """The typed cells of one field and their faults; `column` is Arrow text, `known` the alias table of countries."""
    said = ways.answers
    route = field.name in ROUTES
    readers: dict[str, Callable[[Any], Parsed]] = {
        "number": lambda words: read_numbers(words, field, ways.decimal_comma, said),
        "date": lambda words: read_dates(words.to_pylist(), field.name in YEAR_ONLY, said, ways.system),
        "boolean": lambda words: read_booleans(words.to_pylist()),
        "category": lambda words: read_categories(words.to_pylist(), field),
        "country": lambda words: read_countries(words.to_pylist(), known, said),
        "country list": lambda words: read_country_lists(words.to_pylist(), known, said, route),
    }
    if field.type not in TEXTS:
        typed, numbers, faults, doubts = _distinct(column, readers[field.type])
        return typed, numbers, faults, () if ways.settled else doubts
    cells = trimmed(column)
    typed, numbers, faults, _ = read_text(cells)
    return typed, numbers, faults, () if ways.settled else damage(field.name, cells)


def missing_column(field_type: str, length: int) -> Any:
    """A column of a field type's dtype in which every cell is missing."""
    if field_type in EMPTY_DTYPES:
        value = {"number": np.nan, "date": pd.NaT, "boolean": pd.NA}[field_type]
        return pd.Series(value, index=range(length), dtype=EMPTY_DTYPES[field_type]).array
    return as_str(pa.nulls(length, pa.large_string()))


def as_str(column: Any) -> Any:
    """An Arrow text column as a pandas `str` array."""
    return pa.table({"text": column}).to_pandas()["text"].array


def read_text(cells: Any) -> Column:
    """Text as read, trimmed, in Unicode's composed form (NFC), without a guarding apostrophe; empty is missing."""
    ascii_only = pc.all(pc.string_is_ascii(cells)).as_py() in (True, None)
    text = cells if ascii_only else _composed(cells)
    if pc.any(pc.starts_with(text, GUARD)).as_py():
        text = trimmed(pc.replace_substring_regex(text, GUARDED, r"\1"))
    empty = pc.equal(pc.binary_length(text), 0)
    at = np.full(len(cells), -1, dtype=np.int64)
    if not ascii_only:
        at[pc.match_substring_regex(text, DIRECTION).to_numpy()] = 2
    if pc.any(pc.match_substring(text, "E+")).as_py():
        at[pc.match_substring_regex(text, DAMAGED).to_numpy()] = 1
    if (pc.max(pc.binary_length(text)).as_py() or 0) > TEXT_LIMIT:
        at[pc.greater(pc.utf8_length(text), TEXT_LIMIT).to_numpy()] = 0
    if (errors := not_computed(text)) is not None:
        at[errors] = 3
    gone = pc.or_(empty, pa.chunked_array([pa.array((at == 0) | (at == 1) | (at == 3))]))
    kept = pc.if_else(gone, pa.scalar(None, text.type), text)
    return as_str(kept), at, {0: TOO_LONG, 1: SPREADSHEET, 2: MISLEADING, 3: NOT_COMPUTED}, ()


def _composed(cells: Any) -> Any:
    """The cells in Unicode's composed form; pyarrow 25's own NFC leaves letter and accent apart."""
    words = pc.unique(cells.filter(pc.invert(pc.string_is_ascii(cells)))).to_pylist()
    if all(unicodedata.is_normalized("NFC", word) for word in words):
        return cells
    encoded = cells.combine_chunks().dictionary_encode()
    composed = [unicodedata.normalize("NFC", word) for word in encoded.dictionary.to_pylist()]
    return pa.chunked_array([pa.array(composed, type=cells.type).take(encoded.indices)])


def read_booleans(values: list[str]) -> Parsed:
    """Yes, no, or unknown, which is missing and no fault."""
    words = [value.casefold() for value in values]
    typed = pd.array([BOOLEANS.get(word) for word in words], dtype="boolean")
    fault = Fault("is neither yes nor no", "write Y, N or unknown")
    return Parsed(typed, {at: fault for at, word in enumerate(words) if word not in BOOLEANS})


def read_categories(values: list[str], field: Field) -> Parsed:
    """The allowed value that a word means; case, spaces and punctuation do not count."""
    meaning = {heading_key(value): value for value in field.allowed}
    meaning |= {heading_key(word): value for word, value in field.words}
    found = [meaning.get(heading_key(_first_word(value) if field.name == "incoterm" else value)) for value in values]
    fault = Fault(f"is not a known {field.name}", f"write one of: {', '.join(field.allowed)}")
    typed = pd.array(np.array(found, dtype=object), dtype="str")
    return Parsed(typed, {at: fault for at, value in enumerate(found) if value is None})


def _first_word(value: str) -> str:
    """The rule of an Incoterm, without the place that follows it."""
    return value.replace(",", " ").split(maxsplit=1)[0] if value.replace(",", " ").split() else value


def _distinct(column: Any, reader: Callable[[Any], Parsed]) -> Column:
    """Each distinct cell trimmed and read once; empty cells are missing without a fault, overlong and errors with."""
    encoded = column.combine_chunks().dictionary_encode()
    words, codes = trimmed(encoded.dictionary), encoded.indices.to_numpy()
    size = pc.binary_length(words).to_numpy()
    errors = not_computed(words)
    errors = np.zeros(len(size), dtype=bool) if errors is None else errors
    filled = np.flatnonzero((size > 0) & (size <= WORD_LIMIT) & ~errors)
    parsed = reader(words.take(pa.array(filled)))
    place = np.full(len(size), -1, dtype=np.int64)
    place[filled] = np.arange(len(filled))
    typed = pd.Series(parsed.typed).array.take(place[codes], allow_fill=True)
    faults = {int(filled[at]): fault for at, fault in parsed.faults.items()}
    faults |= {int(at): NO_WORD for at in np.flatnonzero(size > WORD_LIMIT)}
    faults |= {int(at): NOT_COMPUTED for at in np.flatnonzero(errors)}
    number = np.full(len(size), -1, dtype=np.int64)
    number[list(faults)] = list(faults)
    return typed, number[codes], faults, parsed.doubts
