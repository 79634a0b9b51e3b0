"""The currency of a line is stated, or stands as a code or sign beside its amount; a lone dollar sign may be asked."""

import math
import re

import pandas as pd

from features.orders.cells import Doubt, Fault
from features.orders.units import CURRENCIES as CODES

DOLLAR_COUNTRIES = {  # countries whose own money is written with the bare sign
    "US": "USD", "SG": "SGD", "HK": "HKD", "TW": "TWD", "AU": "AUD", "CA": "CAD", "NZ": "NZD", "BN": "BND", "FJ": "FJD",
    "JM": "JMD", "TT": "TTD", "BS": "BSD", "BB": "BBD", "BZ": "BZD", "GY": "GYD", "SR": "SRD", "NA": "NAD", "LR": "LRD",
    "BM": "BMD", "KY": "KYD", "MX": "MXN", "CL": "CLP", "CO": "COP", "AR": "ARS",
}  # fmt: skip
SIGNS = {
    "US$": "USD", "HK$": "HKD", "NT$": "TWD", "S$": "SGD", "A$": "AUD", "C$": "CAD", "R$": "BRL", "€": "EUR",
    "£": "GBP", "₩": "KRW", "₹": "INR", "₽": "RUB", "₺": "TRY", "₫": "VND", "฿": "THB", "₪": "ILS", "RM": "MYR",
    "RMB": "CNY",
}  # fmt: skip
PARTIES = ("seller_country", "buyer_country", "ult_consignee_country", "destination_country")
AMOUNTS = ("line_value", "unit_price")
DOLLAR = "$"
AROUND = re.compile(r"[^\d\s.,+()\'’-]+")
WHICH_DOLLAR = Fault("may be one of several dollars, for parties of the file use them", "write the ISO code of each")


def code_of(amount: str) -> str | None:
    """The ISO code beside an amount, "$" for a bare dollar sign, None when nothing clear stands there.

    >>> code_of("1.355,90 €"), code_of("$12"), code_of("USD 7"), code_of("¥5")
    ('EUR', '$', 'USD', None)
    """
    found = {word.upper() for word in AROUND.findall(amount)}
    if len(found) != 1:
        return None
    word = found.pop()
    return SIGNS.get(word, word if word in CODES or word == "$" else None)


def filled_currency(
    lines: pd.DataFrame, texts: dict[str, pd.Series], answers: tuple[str, ...]
) -> tuple[pd.Series, tuple[Doubt, ...]]:
    """The currency of each line as ISO code where it is clear, and the question which dollar a lone "$" is.

    `texts` holds the amounts as written. A stated currency goes before a sign; words nobody knows stay as they are.
    """
    currency = stated_currency(lines, texts)
    dollar, doubts = which_dollar(answers, dollars_used(lines))
    bare = (currency == DOLLAR).fillna(False).astype(bool)
    return (currency.mask(bare, dollar), doubts) if bare.any() else (currency, ())


def stated_currency(lines: pd.DataFrame, texts: dict[str, pd.Series]) -> pd.Series:
    """As `filled_currency`, a dollar sign without a country left as it is."""
    currency = lines["currency"].str.strip()
    currency = currency.where(~currency.str.upper().isin([*SIGNS, *CODES]).astype(bool), _mapped(currency))
    for name in AMOUNTS:
        if name in texts and currency.isna().any():
            currency = currency.fillna(_beside(texts[name]))
    return currency


def dollars_used(lines: pd.DataFrame) -> set[str]:
    """The dollars of the countries that the parties of these lines are in."""
    return {DOLLAR_COUNTRIES[code] for name in PARTIES for code in lines[name].unique() if code in DOLLAR_COUNTRIES}


def which_dollar(answers: tuple[str, ...], used: set[str]) -> tuple[str | float, tuple[Doubt, ...]]:
    """The code that a lone dollar sign stands for in the whole file; missing, with a question, where none is sure."""
    settled = [answer for answer in answers if answer in CODES]
    if settled or used <= {"USD"}:
        return settled[0] if settled else "USD", ()
    asked = "Which dollar does the sign $ mean?"
    return math.nan, (Doubt("dollar", (DOLLAR,), WHICH_DOLLAR, asked, tuple(sorted(used | {"USD"}))),)


def _mapped(words: pd.Series) -> pd.Series:
    upper = words.str.upper()
    return upper.map(SIGNS).astype("str").fillna(upper)


def _beside(amounts: pd.Series) -> pd.Series:
    """The codes beside amounts; only the distinct cells that hold more than digits are looked at."""
    codes, words = pd.factorize(amounts)
    found = pd.Series([code_of(word) for word in words], dtype="str").array
    return pd.Series(found.take(codes, allow_fill=True), index=amounts.index, dtype="str")
