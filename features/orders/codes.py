"""Codes and identifiers stay text; what a spreadsheet did to a column of them shows, and is told once."""

import re
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.orders.cells import Doubt, Fault
from features.orders.problems import Level

FIXED_LENGTH = frozenset({"hs_code", "schedule_b", "seller_ein", "duns"})
IDENTIFIERS = FIXED_LENGTH | {
    "order_id", "shipment_ref", "buyer_id", "customer_id", "part_number", "serial_numbers", "itn",
    "transport_document", "registration_number", "buyer_postal_code", "ult_consignee_postal_code", "licence_number",
    "port_of_export", "port_of_unlading", "eccn", "lei",
}  # fmt: skip
MADE_DATES = frozenset({"part_number", "serial_numbers"})
WIDTH = {"seller_ein": 9, "duns": 9, "schedule_b": 10}  # digits of the code by its issuer: IRS, D&B, US Census Bureau
HS_LENGTHS = frozenset({4, 6, 8, 9, 10, 11, 12, 13})  # heading, subheading, and what customs services add to it
KEPT_DIGITS = 15  # a spreadsheet's number holds no more and writes zeros for the rest
DATE = r"^\d{4}-\d{2}-\d{2}( 00:00:00|T00:00:00)?$"
AS_TEXT = "format the column as text where the file is made, and export it again"
ECCN = re.compile(r"([0-9])([A-E])(\d{3})((?:[ .\-]?[A-Z]|[ .\-]?\d{1,2})*)", re.IGNORECASE)
LOOK_ALIKE = Fault("differs from another value only by zeros in front; they are taken as two", AS_TEXT, Level.NOTE)
A_DATE = Fault("is a date where a code belongs: a spreadsheet may have made it from one such as 6-15", AS_TEXT)


def normal_eccn(text: str) -> str:
    """A classification number as the Commerce Control List writes it; other text as it is.

    >>> [normal_eccn(text) for text in ("3A090 a", "3a090A", "4A090.a", "ear 99", "5A992c.", "3A001b2", "NLR")]
    ['3A090.a', '3A090.a', '4A090.a', 'EAR99', '5A992.c', '3A001.b.2', 'NLR']
    """
    bare = text.strip(" .")
    if re.fullmatch(r"EAR[ -]?99", bare, re.IGNORECASE):
        return "EAR99"
    match = ECCN.fullmatch(bare)
    if match is None:
        return text
    paragraphs = re.findall(r"[a-z]|\d+", match[4].casefold())
    return ".".join((f"{match[1]}{match[2].upper()}{match[3]}", *paragraphs))


def normal_eccns(cells: pd.Series) -> pd.Series:
    """A column of classification numbers, each distinct one written as the list writes it."""
    distinct = cells.dropna().unique()
    return cells.map({text: normal_eccn(text) for text in distinct}).astype("str")


def damage(name: str, cells: Any) -> tuple[Doubt, ...]:
    """Warnings about an identifier column (Arrow text, trimmed): lost zeros, digits turned zero, dates, look-alikes."""
    if name not in IDENTIFIERS:
        return ()
    distinct = pc.unique(cells)
    dated = distinct if name in MADE_DATES else distinct[:0]
    dates = dated.filter(pc.match_substring_regex(dated, DATE)).to_pylist()
    found = [Doubt("date in code", tuple(dates), A_DATE)] if dates else []
    long = pc.any(pc.greater(pc.binary_length(distinct), KEPT_DIGITS)).as_py()
    if not (name in FIXED_LENGTH or long or pc.any(pc.starts_with(distinct, "0")).as_py()):
        return tuple(found)
    digits = distinct.filter(pc.utf8_is_digit(distinct)).to_pylist()
    for samples, fault in (_lost_zero(name, digits), _zeroed(digits), _look_alikes(digits)):
        if samples:
            found.append(Doubt(fault.what, tuple(samples), fault))
    return tuple(found)


def telling(name: str, words: Any) -> Any:
    """Of different cells of an identifier column those that may show damage to it; order kept."""
    digits = pc.and_(pc.utf8_is_digit(words), pc.greater(pc.binary_length(words), 0))
    wanted = pc.or_(digits, pc.match_substring_regex(words, DATE)) if name in MADE_DATES else digits
    flags = wanted.to_numpy(zero_copy_only=False).astype(bool)
    for sign in (pc.greater(pc.binary_length(words), KEPT_DIGITS), pc.starts_with(words, "0")):
        flags[np.flatnonzero(sign.to_numpy(zero_copy_only=False))[:1]] = True
    return words.filter(pa.array(flags))


def _lost_zero(name: str, codes: list[str]) -> tuple[list[str], Fault]:
    """Codes one digit short of their length, which is the issuer's, or that of most others."""
    lengths = Counter(map(len, codes)).most_common(1)
    usual = WIDTH.get(name) or (lengths[0][0] if lengths else 0)
    short = [code for code in codes if len(code) == usual - 1] if name in FIXED_LENGTH else []
    odd = [code for code in codes if len(code) not in HS_LENGTHS] if name == "hs_code" else []
    if odd and not short:
        return odd, Fault(f"has {len(odd[0])} digits, which no such code has: a zero in front may be lost", AS_TEXT)
    return short, Fault(f"has {usual - 1} of {usual} digits: a zero in front may be lost", AS_TEXT)


def _zeroed(codes: list[str]) -> tuple[list[str], Fault]:
    """Long numbers that have zeros in every place past the fifteenth, as a spreadsheet leaves them."""
    long = [code for code in codes if len(code) > KEPT_DIGITS]
    zeroed = [code for code in long if not code[KEPT_DIGITS:].strip("0")]
    chance = 0.1 ** sum(len(code) - KEPT_DIGITS for code in zeroed)  # that honest digits end so
    what = f"ends in zeros after {KEPT_DIGITS} digits: a spreadsheet may have lost the last digits"
    return (zeroed if len(zeroed) * 2 > len(long) and chance < 0.01 else []), Fault(what, AS_TEXT)


def _look_alikes(codes: list[str]) -> tuple[list[str], Fault]:
    if not any(code.startswith("0") for code in codes):
        return [], LOOK_ALIKE
    same = Counter(code.lstrip("0") for code in codes)
    return [code for code in codes if same[code.lstrip("0")] > 1], LOOK_ALIKE
