"""Signals of who pays: a payer outside the order, money from a country no party is in, full prepayment."""

from __future__ import annotations

import pandas as pd

from features.declare import feature, three_valued
from features.known import Known
from features.parties.names import name_keys

PARTY_COUNTRIES = ("buyer_country", "ult_consignee_country", "end_user_country", "destination_country")
PARTY_NAMES = ("buyer_name", "ult_consignee_name", "end_user_name")
IN_FULL = 0.95
"""Share paid in advance from which a payment counts as full prepayment (the rest is a fee or a rounding)."""

IN_ADVANCE = (
    r"(?i)\b(?:prepa(?:id|y|yment)|in advance|advance payment|cash in advance|cia|100 ?% (?:tt|t/t))\b|前払|预付"
)

IN_PART = r"(?i)\b\d{1,2} ?% ?(?:t/?t |deposit |prepa|in advance|advance|down)"
"""Terms that state a part in advance, the rest later ("30% in advance, 70% on delivery")."""


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="third-country-payer",
    fields=("payer_country",),
    revision=1,
)
def paid_from_a_third_country(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The money comes from a country that no party of the order is in; not evaluated without the payer's country."""
    payer = lines["payer_country"]
    among = pd.concat([lines[name] == payer for name in PARTY_COUNTRIES], axis=1).fillna(False).any(axis=1)
    seller = (lines["seller_country"] == payer).fillna(False)
    return three_valued(~among & ~seller, payer.notna() & lines["buyer_country"].notna())


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="payer-not-named-party",
    fields=("payer_name",),
    revision=1,
)
def payer_is_no_party_of_the_order(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The payer is neither buyer, consignee nor end user by name; not evaluated without the payer's name."""
    payer = name_keys(lines["payer_name"])
    among = pd.concat([name_keys(lines[name]) == payer for name in PARTY_NAMES], axis=1).fillna(False).any(axis=1)
    return three_valued(~among, payer.notna())


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="prepayment",
    fields=("payment_prepaid_share", "payment_terms", "payment_method"),
    revision=1,
)
def paid_in_full_in_advance(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Cash, crypto or full payment in advance for goods normally financed; not evaluated without payment facts.

    A stated share decides before the words of the terms.
    """
    share, method = lines["payment_prepaid_share"], lines["payment_method"]
    terms = lines["payment_terms"]
    in_words = (terms.str.contains(IN_ADVANCE) & ~terms.str.contains(IN_PART)).fillna(False)
    in_advance = (share >= IN_FULL) | (in_words & ~(share < IN_FULL)) | method.isin(("cash", "crypto"))
    return three_valued(in_advance, share.notna() | terms.notna() | method.notna())


FEATURES = (paid_from_a_third_country, payer_is_no_party_of_the_order, paid_in_full_in_advance)
