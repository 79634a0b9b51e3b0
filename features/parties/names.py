"""Names compared by a key: case, scripts' forms, punctuation and company forms do not make two parties of one."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import pandas as pd

COMPANY_FORMS = frozenset(
    [
        "ab",
        "ag",
        "as",
        "asa",
        "bhd",
        "bv",
        "co",
        "company",
        "corp",
        "corporation",
        "gmbh",
        "inc",
        "incorporated",
        "kft",
        "kg",
        "kk",
        "limited",
        "llc",
        "llp",
        "lp",
        "ltd",
        "nv",
        "oy",
        "oyj",
        "plc",
        "private",
        "pte",
        "pty",
        "pvt",
        "sa",
        "sarl",
        "sas",
        "sdn",
        "se",
        "spa",
        "srl",
        "sro",
        "zoo",
    ]
)
"""Trailing words that say how a company is incorporated, not who it is (common registers' abbreviations)."""

FORMS_OF_WORDS = re.compile(r" (?:sp z oo|a s|s a)$")
"""Company forms written in several words ("Sp. z o.o.", "A/S")."""

ACCENTS = re.compile("[\u0300-\u036f]")
"""Combining accents of the Latin, Greek and Cyrillic scripts."""

PUNCTUATION = {code: " " for code in range(128) if not chr(code).isalnum()} | dict.fromkeys(map(ord, ".'"))
"""What becomes of the signs of a name in ASCII: a blank, or nothing where it stands inside a word."""

PLACEHOLDERS = frozenset(
    [
        "asperorder",
        "asperpo",
        "confidential",
        "consumer",
        "customer",
        "enduser",
        "n",
        "na",
        "nil",
        "none",
        "notapplicable",
        "notavailable",
        "notdisclosed",
        "notknown",
        "notspecified",
        "pending",
        "resale",
        "same",
        "seeattached",
        "soldenroute",
        "stock",
        "tba",
        "tbc",
        "tbd",
        "tbn",
        "toorder",
        "tobeadvised",
        "tobeconfirmed",
        "tobedetermined",
        "undisclosed",
        "unknown",
        "unspecified",
        "various",
        "variouscustomers",
        "xxx",
    ]
)
"""Words that fill a name cell without naming anybody (order_schema: placeholders are not names)."""

FORWARDING_WORDS = re.compile(
    r"\b(freight|forward(?:ing|ers?)|logistics?|cargo|shipping|express|courier|transport(?:ation)?|customs brokers?)\b"
    r"|spedition|货运|物流|货代|運送|物流",
    re.IGNORECASE,
)
"""Words by which forwarders and carriers name themselves."""


NAMES_KEPT = 1 << 18  # keys remembered: one run reads the same names as buyer, consignee, payer, and for each signal


@lru_cache(maxsize=NAMES_KEPT)
def name_key(name: str) -> str:
    """The name without case, accents, invisible characters, punctuation and company form; never empty for a name.

    >>> name_key("Norrhall\\u00a0Compute, Pte. Ltd.") == name_key("NORRHALL COMPUTE")
    True
    """
    words = name.lower().translate(PUNCTUATION) if name.isascii() else _plain(name)
    kept = FORMS_OF_WORDS.sub("", " ".join(words.split())).split()
    while len(kept) > 1 and kept[-1] in COMPANY_FORMS:
        kept.pop()
    return "".join(kept)


def _plain(name: str) -> str:
    """The letters and digits of any script in lower case, without accents, blanks for what stands between words."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    plain = unicodedata.normalize("NFC", ACCENTS.sub("", folded))  # other scripts' marks are letters: か is not が
    visible = (each for each in plain if unicodedata.category(each) != "Cf" and each not in ".'’")
    return "".join(each if each.isalnum() or unicodedata.category(each)[0] == "M" else " " for each in visible)


def name_keys(names: pd.Series) -> pd.Series:
    """`name_key` of each cell, missing where the cell is missing or a placeholder; distinct names are read once."""
    codes, distinct = pd.factorize(names)
    keys = map(name_key, distinct.to_numpy(object))  # one by one, Arrow is slow
    named = [None if not key or key in PLACEHOLDERS else key for key in keys]
    return pd.Series(pd.array([*named, None], dtype="str").take(codes), index=names.index)  # -1, no name, is the last


def is_placeholder(names: pd.Series) -> pd.Series:
    """Whether a filled cell names nobody ("TBD", "various", "stock"); False where the cell is empty."""
    return names.notna() & name_keys(names).isna()


def sounds_like_a_forwarder(names: pd.Series) -> pd.Series:
    """Whether the name holds a word by which forwarders name themselves; False where the cell is empty."""
    codes, distinct = pd.factorize(names)
    found = pd.Series([bool(FORWARDING_WORDS.search(name)) for name in distinct.to_numpy(object)], dtype="bool")
    return found.reindex(codes, fill_value=False).set_axis(names.index)
