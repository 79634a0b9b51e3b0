"""A number is read when it can mean one amount only; which separator is the decimal one, the column's values decide."""

# Over 150 lines: how an amount is written, and what its column's cells show of it, are read in one pass.

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.orders.cells import Doubt, Fault, Parsed
from features.orders.fields import Field
from features.orders.problems import Level
from features.orders.separators import decimal_of
from features.orders.sheet import Flags, Places
from features.orders.units import NO_NUMBER, factor_of

Numbers = np.ndarray[Any, np.dtype[np.float64]]

LONGEST = 64  # characters; no amount is written longer
WHOLE = frozenset({"pieces", "chips", "persons"})  # counted things: 1.250 of them is a question, not one and a quarter
# a number nobody can misread: its point, if any, is followed by one, two, or more than three digits
PLAIN = r"^-?\d{1,15}(\.(\d{1,2}|\d{4,17}))?$"
AMOUNT = re.compile(
    r"(?P<sign>[-+]?)\s*(?P<before>[^\d\s.,+()-]*)\s*(?P<inner>[-+]?)\s*"
    r"(?P<digits>[\d.,][\d.,]*(?:[ '’]\d{3}(?!\d)[\d.,]*)*(?:E[+-]?\d+)?)\s*(?P<after>[^\d\s.,+()-]*)\s*(?P<last>-?)",
    re.IGNORECASE,
)
NOT_FINITE = Fault("is not a finite number", "write digits with a decimal point, such as 1250.50")
DECIMALS = {".": "decimal-point", ",": "decimal-comma"}
POINT_OR_COMMA = tuple(DECIMALS.values())
MARK_OPEN, SHARE_OPEN = "decimal mark left open", "share left open"
"""Answers that no person gives: what the cells of the whole column leave open is open in a part of it too."""
USUAL = "usual mark"  # a column read with a decimal point for want of another sign
FRACTION = ("fraction", "percent")
FRACTIONS = frozenset({"1", "%"})  # units of which files write 0.5 and 50 for the same share
OR_ANSWER = "or answer the question of 'diversion check'"
UNCLEAR = Fault(
    "could be a whole number in thousands or a decimal fraction",
    f"write numbers without thousands separators, {OR_ANSWER}",
)
BOTH_MARKS = Fault(f"{UNCLEAR.what}, and the column's values contradict each other", UNCLEAR.remedy)
READ_AS_POINT = Fault(
    "has a point that was read as the decimal one, which no cell of the column shows",
    f"nothing to do if this is right; else write 1250 for thousands, {OR_ANSWER}",
    Level.NOTE,
)
WHICH_SHARE = Fault("could be a fraction of one or a percentage", f"write 50% for a half, {OR_ANSWER}")
RETURN = Fault("is negative and was kept as a return", "nothing to do if it is one", Level.NOTE)
SHARE = "write a fraction such as 0.5, or 50%"
NOTHING_ORDERED = Fault("is not a quantity", "write how many units are ordered, or leave the line out")


@dataclass(frozen=True)
class Amount:
    """A cell without signs, currency and unit: its digits and separators, and what to multiply them by.

    `decimal` is the decimal separator that the digits themselves show: "." or ",", "" for none, "?" for undecided.
    """

    digits: str
    factor: Decimal
    decimal: str


def read_numbers(words: Any, field: Field, decimal_comma: bool = False, answers: tuple[str, ...] = ()) -> Parsed:
    """Amounts in the field's unit; `decimal_comma`: the file's delimiter makes one likely, so 1.250 is a question."""
    plain = pc.match_substring_regex(words, PLAIN).to_numpy(zero_copy_only=False)
    typed = np.full(len(words), np.nan)
    plain_words = words.filter(pa.array(plain))
    typed[plain] = pc.cast(plain_words, pa.float64()).to_numpy()
    read = {int(at): _amount(words[int(at)].as_py(), field) for at in np.flatnonzero(~plain)}
    amounts = {at: amount for at, amount in read.items() if isinstance(amount, Amount)}
    faults = {at: fault for at, fault in read.items() if isinstance(fault, Fault)}
    shown = _shown(amounts.values(), plain_words)
    nothing_shows_it = not shown
    decimal = shown.pop() if len(shown) == 1 else None if shown else _usual(amounts, field, decimal_comma)
    said = next((answer for answer in answers if answer in POINT_OR_COMMA), None)
    decimal = None if MARK_OPEN in answers else decimal
    decimal = next(mark for mark in DECIMALS if DECIMALS[mark] == said) if said else decimal
    unshown = [at for at, amount in amounts.items() if amount.decimal == "?"]
    left_open = unshown if decimal is None else []
    usual = unshown if decimal and nothing_shows_it and not said else []
    for at, amount in amounts.items():
        typed[at] = _value(amount, decimal if amount.decimal == "?" else amount.decimal)
    shares = _shares(typed, words, field, answers) if field.unit in FRACTIONS else []
    typed[shares] = np.nan
    read_ones = np.ones(len(words), dtype=bool)
    read_ones[[*faults, *left_open, *shares]] = False
    faults |= _implausible(typed, np.flatnonzero(read_ones), field)
    which = UNCLEAR if nothing_shows_it else BOTH_MARKS
    return Parsed(typed, faults, tuple(_doubts(words, left_open, shares, usual, which)))


def decimals_shown(words: Any, field: Field) -> set[str]:
    """The decimal separators that the different cells of a column show by themselves, "." or "," or both."""
    plain = pc.match_substring_regex(words, PLAIN)
    read = [_amount(word, field) for word in words.filter(pc.invert(plain)).to_pylist()]
    return _shown([amount for amount in read if isinstance(amount, Amount)], words.filter(plain))


def decided(words: Any, field: Field, left_open: frozenset[str]) -> tuple[str, ...]:
    """The answers by which any part of a column is read as the whole of it, whose telling words are given.

    `left_open` are the keys of the questions that the whole column asks.
    """
    shown = decimals_shown(words, field)
    mark = MARK_OPEN if "decimal mark" in left_open else DECIMALS[min(shown or {"."}, key=".,".index)]
    if field.unit not in FRACTIONS:
        return (mark,)
    return mark, SHARE_OPEN if "share" in left_open else "fraction" if field.unit == "1" else "percent"


def telling(words: Any, field: Field) -> Any:
    """Of different cells (Arrow text) those that may decide how their column is read; order kept.

    All of a share's, and all that can be read in several ways; of plain ones the first with a point and the largest.
    """
    if field.unit in FRACTIONS:
        return words
    plain = pc.match_substring_regex(words, PLAIN)
    places = np.flatnonzero(~plain.to_numpy(zero_copy_only=False))
    numbers = np.flatnonzero(plain.to_numpy(zero_copy_only=False))
    if len(numbers):
        cells = words.take(pa.array(numbers))
        points = np.flatnonzero(pc.match_substring(cells, ".").to_numpy(zero_copy_only=False))[:1]
        largest = int(np.argmax(pc.cast(cells, pa.float64()).to_numpy(zero_copy_only=False)))
        places = np.union1d(places, numbers[[*points, largest]])
    return words.take(pa.array(places, pa.int64()))


def _shown(amounts: Iterable[Amount], plain_words: Any) -> set[str]:
    point = {"."} if pc.any(pc.match_substring(plain_words, ".")).as_py() else set()
    return {amount.decimal for amount in amounts} & {".", ","} | point


def _doubts(words: Any, left_open: list[int], shares: list[int], usual: list[int], which: Fault) -> list[Doubt]:
    """The questions of a column: which mark is the decimal one, and whether 50 is a half or fifty; else a note."""
    marks, halves, points = (
        tuple(words.take(pa.array(at, pa.int64())).to_pylist()) for at in (left_open, shares, usual)
    )
    asked = "Is the mark in these numbers the decimal one (decimal-...) or does it part thousands?"
    found = [Doubt("decimal mark", marks, which, asked, POINT_OR_COMMA)] if marks else []
    found += [Doubt(USUAL, points, READ_AS_POINT)] if points else []
    asked = "Are these numbers fractions of one or percentages?"
    return [*found, Doubt("share", halves, WHICH_SHARE, asked, FRACTION)] if halves else found


def _shares(typed: Numbers, words: Any, field: Field, answers: tuple[str, ...]) -> list[int]:
    """The cells without a percent sign that may be fraction or percentage; converted in place where it is answered.

    A column is in doubt when its cells without a sign look like the other of the two: 50 where a fraction belongs,
    nothing above one where percentages do.
    """
    bare = np.flatnonzero(~pc.match_substring(words, "%").to_numpy(zero_copy_only=False) & (typed > 0))
    said = next((answer for answer in answers if answer in FRACTION), None)
    own = "fraction" if field.unit == "1" else "percent"
    if said is not None:
        typed[bare] *= 1.0 if said == own else 0.01 if own == "fraction" else 100.0
        return []
    odd = bool((typed[bare] > 1).any()) if own == "fraction" else bool((typed[bare] <= 1).all())
    return [int(at) for at in bare] if odd or SHARE_OPEN in answers else []


def _usual(amounts: dict[int, Amount], field: Field, decimal_comma: bool) -> str | None:
    """The decimal separator of a column in which nothing shows it: a point, but for counted things and rival commas."""
    commas = any("," in amount.digits for amount in amounts.values())
    return None if commas or decimal_comma or field.unit in WHOLE else "."


def _amount(value: str, field: Field) -> Amount | Fault:
    text = unicodedata.normalize("NFKC", value).replace("\u2212", "-").replace("\u2013", "-").strip()
    brackets = text.startswith("(") and text.endswith(")")
    match = AMOUNT.fullmatch(text[1:-1].strip() if brackets else text) if len(text) <= LONGEST else None
    if match is None:
        return NO_NUMBER
    factor = factor_of((match["before"], match["after"]), field)
    digits = re.sub("[ '\u2019]", "", match["digits"])
    decimal = decimal_of(digits)
    minus = brackets + sum(match[sign] == "-" for sign in ("sign", "inner", "last"))
    if isinstance(factor, Fault):
        return factor
    return NO_NUMBER if decimal is None or minus > 1 else Amount(digits, -factor if minus else factor, decimal)


def _value(amount: Amount, decimal: str | None) -> float:
    """The number, not finite when it is too large; missing when its decimal separator stays open."""
    if decimal is None:
        return math.nan
    text = amount.digits.replace("." if decimal == "," else ",", "").replace(",", ".")
    value = float(text)
    return float(Decimal(text) * amount.factor) if math.isfinite(value) else value


def _implausible(typed: Numbers, places: Places, field: Field) -> dict[int, Fault]:
    """Faults of numbers that cannot be meant, which become missing; a negative quantity stays, as a return."""
    values = typed[places]
    infinite = ~np.isfinite(values)
    outside = ~infinite & _outside(values, field.allowed[0] if field.allowed else "")
    nothing = (values == 0) & (field.name == "quantity")
    negative = ~infinite & (values < 0) & (field.name == "quantity")
    way = SHARE if field.unit == "1" else f"write it in {field.unit}" if field.unit else "check the amount"
    limits = Fault(f"is outside what the field can be ({' '.join(field.allowed)})", way)
    found = ((infinite, NOT_FINITE), (outside, limits), (nothing, NOTHING_ORDERED), (negative, RETURN))
    typed[places[infinite | outside | nothing]] = np.nan
    return {int(places[at]): fault for flags, fault in found for at in np.flatnonzero(flags)}


def _outside(values: Numbers, bounds: str) -> Flags:
    """Whether numbers lie outside bounds such as ">= 0", "> 0" or "0 .. 1"; empty bounds hold everything."""
    low, _, high = bounds.removeprefix(">").removeprefix("=").partition("..")
    under = values <= float(low) if bounds.startswith("> ") else values < float(low or "-inf")
    return under | (values > float(high or "inf"))
