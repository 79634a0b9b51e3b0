"""Addresses compared by a key and searched for words of a dated table: case, accents, punctuation do not count."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.reference.tables import STATES_KEPT, Tables

MARKS = r"[\x{0300}-\x{036f}.'’`]"
"""Combining accents of the Latin, Greek and Cyrillic scripts, and signs inside words (P.O., D'Arc)."""

BETWEEN_WORDS = r"[^\p{L}\p{N}\p{M}]+"
WITHOUT_SPACES = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]"
"""Scripts whose words stand side by side, or are joined to what follows: a phrase of theirs is found anywhere."""

FEW, REMEMBERED = 64, 64  # texts that are asked of together, and answers that are remembered
KINDS = 16  # of address words, with room to spare
SHORTEST_KEY = 8  # letters and digits; a town with a number is no address that two parties could share by it


def plain_text(texts: pd.Series) -> pd.Series:
    """Each text in lower case, words apart by one space, a space at both ends; missing stays missing."""
    told = pa.array(texts, type=pa.large_string())
    whole = _plain_few(tuple(told.to_pylist())) if len(texts) <= FEW else _plain(told)
    return pd.Series(whole.to_pandas(), dtype="str").set_axis(texts.index)


def _plain(texts: Any) -> Any:
    words = pc.utf8_lower(pc.utf8_normalize(texts, form="NFKD"))
    words = pc.replace_substring_regex(words, MARKS, "")
    spaced = pc.replace_substring_regex(words, BETWEEN_WORDS, " ")
    ends = pa.scalar(" ", pa.large_string())
    return pc.binary_join_element_wise(ends, pc.utf8_trim(spaced, " "), ends, pa.scalar("", pa.large_string()))


@lru_cache(maxsize=REMEMBERED)
def _plain_few(texts: tuple[str | None, ...]) -> Any:
    """As `_plain`, remembered: several signals ask the same of a short file, and the expressions cost most of it."""
    return _plain(pa.array(texts, type=pa.large_string()))


def address_keys(addresses: pd.Series) -> pd.Series:
    """Letters and digits of each address alone; missing where it is empty, short, or holds no number."""
    codes, distinct = pd.factorize(addresses)
    keys = plain_text(pd.Series(distinct, dtype="str")).str.replace(" ", "", regex=False)
    whole = keys.str.contains(r"\d") & (keys.str.len() >= SHORTEST_KEY)
    return keys.where(whole.fillna(False)).reindex(codes).set_axis(addresses.index)


def says(addresses: pd.Series, kind: str, dates: pd.Series, tables: Tables) -> pd.Series:
    """Whether an address holds a word of `kind` in force on its date; missing without address or date.

    `kind` is one of the table address_words.
    """
    codes, distinct = pd.factorize(addresses)
    plain = plain_text(pd.Series(distinct, dtype="str"))
    found = pd.Series(False, index=addresses.index)
    for start, end, pattern in _patterns(kind, tables) if len(distinct) else ():
        holds = plain.str.contains(pattern).astype("boolean").reindex(codes).set_axis(addresses.index)
        found |= holds.fillna(False).astype(bool) & (dates >= start) & ~(dates > end)
    known = addresses.notna() & (dates >= pd.Timestamp(tables.cards["address_words"].known_from))
    return found.astype("boolean").where(known)


@lru_cache(maxsize=STATES_KEPT * KINDS)
def _patterns(kind: str, tables: Tables) -> list[tuple[Any, Any, str]]:
    """First and last day of the words of a kind that share them, and one expression for all of these."""
    words = tables.frames["address_words"]
    days = words[words["kind"] == kind].groupby(["start", "end"], dropna=False)
    return [(start, end, _pattern(rows)) for (start, end), rows in days]


def _pattern(rows: pd.DataFrame) -> str:
    """One expression for all words, made plain as the addresses are; a number follows where the table asks for it."""
    words = plain_text(rows["word"]).str.strip()
    anywhere = words.str.contains(WITHOUT_SPACES)
    ends = rows["number_follows"].map({"yes": r" \p{N}", "no": " "})
    return "|".join(words.where(anywhere, " " + words + ends))
