"""Cells that claim an authorisation, however they are written: "Lic. Exc. ACA", "NLR / C33", "no license required"."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

from features.reference.tables import Tables

NOTHING = frozenset({"", "none", "na", "n a", "nil", "no", "tbd", "tba", "pending", "not applicable", "unknown", "0"})
"""Cells that claim nothing."""

LICENCE_NUMBER = re.compile(r"\b[a-z]\d{6,7}\b")
"""How BIS numbers licences (a letter and six or seven digits; from memory)."""

COLUMNS = {"code": "str", "contradict": "bool", "unread": "bool", "told": "str", "number": "str"}


def claims(exception: pd.Series, code: pd.Series, tables: Tables) -> pd.DataFrame:
    """The claim of each line's two cells, index of `exception`; a code of the exception cell comes first.

    `code` is a code of `licence_exceptions`, missing when none is claimed or none was read; `contradict` whether codes
    of different meaning are claimed, which `told` names; `unread` whether cells are filled and hold no code; `number` a
    licence number written into a cell.
    """
    rows = tables.frames["licence_exceptions"].drop_duplicates("code")
    means = dict(zip(rows["code"], rows["means"], strict=True))
    words = {_plain(each): each for each in means}
    for row in rows.itertuples(index=False):
        words |= {_plain(each): str(row.code) for each in str(row.other_words).split(";") if each}
    (first, firsts), (second, seconds) = (pd.factorize(each.fillna("")) for each in (exception, code))
    at, pairs = pd.factorize(first * len(seconds) + second)
    both = [(firsts[pair // len(seconds)], seconds[pair % len(seconds)]) for pair in pairs.tolist()]
    read = [_read(str(exception), str(code), words, means) for exception, code in both]
    return pd.DataFrame(read, columns=list(COLUMNS)).astype(COLUMNS).take(at).set_axis(exception.index)


def _read(exception: str, code: str, words: dict[str, str], means: dict[str, str]) -> tuple[object, ...]:
    """One pair of cells as a row of COLUMNS."""
    cells = [_plain(each) for each in (exception, code)]
    codes = [found for cell in cells for found in _codes(cell, words)]
    meant = dict.fromkeys(means[each] for each in codes)
    unread = any(cell not in NOTHING and not _codes(cell, words) for cell in cells) and not codes
    number = LICENCE_NUMBER.search(" ".join(cells))
    told = " and ".join(dict.fromkeys(codes))
    return (codes[0] if codes else None, len(meant) > 1, unread, told, number.group().upper() if number else None)


def _codes(cell: str, words: dict[str, str]) -> list[str]:
    """Codes in the order in which the cell names them, the longest wording first, each stretch of words once."""
    wanted = "|".join(re.escape(each) for each in sorted(words, key=len, reverse=True))
    return [words[each] for each in re.findall(rf"(?<!\w)(?:{wanted})(?!\w)", cell)] if cell else []


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold()))
