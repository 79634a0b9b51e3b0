"""Digits with points and commas show which of the two is the decimal one, or leave it open."""

import re


def decimal_of(digits: str) -> str | None:
    """The decimal separator that the digits show; "" for none, "?" when they leave it open, None when no number.

    >>> [decimal_of(digits) for digits in ("1.355,90", "12,34,567", "1250", "1,250", "1.2.3")]
    [',', '.', '', '?', None]
    """
    marks = [mark for mark in digits if mark in ".,"]
    if "e" in digits.casefold():
        return "" if re.fullmatch(r"\d+(\.\d+)?e[+-]?\d+", digits, re.IGNORECASE) else None
    if not marks or not any(character.isdigit() for character in digits):
        return "" if not marks else None
    last = marks[-1]
    other = "," if last == "." else "."
    if len(set(marks)) == 2:
        whole, _, fraction = digits.rpartition(last)
        return last if last not in whole and fraction.isdigit() and _grouped(whole, other) else None
    if len(marks) > 1:
        return other if _grouped(digits, last) else None
    head, _, tail = digits.partition(last)
    thousands = 1 <= len(head) <= 3 and len(tail) == 3
    thousands |= last == "," and 1 <= len(head) <= 4 and len(tail) == 4
    return "?" if thousands and head.strip("0") else last


def _grouped(whole: str, mark: str) -> bool:
    """Whether a mark groups digits by threes, by fours (Chinese usage), or by twos before a three (Indian usage)."""
    m = re.escape(mark)
    ways = rf"\d{{1,3}}({m}\d{{3}})+|\d{{1,4}}({m}\d{{4}})+|\d{{1,2}}({m}\d{{2}})+{m}\d{{3}}"
    return re.fullmatch(ways, whole) is not None
