"""Signals of who pays, from where and how: payers outside the order, hubs, prepayment, cash, letters of credit."""

from __future__ import annotations

import pandas as pd

from features.declare import any_of, feature, three_valued
from features.known import Known
from features.parties.names import name_keys
from features.places import apart, in_d5_or_macau, is_a_hub

PARTY_COUNTRIES = ("buyer_country", "ult_consignee_country", "end_user_country", "destination_country")
PARTY_NAMES = ("buyer_name", "ult_consignee_name", "end_user_name")
IN_FULL = 0.95
"""Share paid in advance from which a payment counts as full prepayment (the rest is a fee or a rounding)."""

IN_ADVANCE = (
    r"(?i)\b(?:prepa(?:id|y|yment)|in advance|advance payment|cash in advance|cia|100 ?% (?:tt|t/t))\b|前払|预付"
)

IN_PART = r"(?i)\b\d{1,2} ?% ?(?:t/?t |deposit |prepa|in advance|advance|down)"
"""Terms that state a part in advance, the rest later ("30% in advance, 70% on delivery")."""


BANK_WORDS = r"(?i)\b(?:bank|banque|banco|banca|bankasi|bangko)\b|银行|銀行|은행"
"""Words by which banks name themselves."""


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="third-country-payer",
    fields=("payer_country",),
    revision=3,
)
def paid_from_a_third_country(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The money comes from a country that no party is stated to be in; not evaluated without the payer's country.

    A country left blank explains no payment: it would hide the very flag that its answer decides.
    """
    return three_valued(_from_outside(lines, known), lines["payer_country"].notna())


def _from_outside(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Whether no stated country of party, goods or seller is the payer's, territories taken for their parent."""
    away = [apart(lines["payer_country"], lines[name], known.tables) for name in (*PARTY_COUNTRIES, "seller_country")]
    return ~any_of((~each).fillna(False) for each in away)


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
    fields=("payment_prepaid_share", "payment_terms"),
    revision=2,
)
def paid_in_full_in_advance(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Full payment in advance for goods normally financed; not evaluated without share and terms.

    A stated share decides before the words of the terms.
    """
    share, terms = lines["payment_prepaid_share"], lines["payment_terms"]
    in_words = (terms.str.contains(IN_ADVANCE) & ~terms.str.contains(IN_PART)).fillna(False)
    return three_valued((share >= IN_FULL) | (in_words & ~(share < IN_FULL)), share.notna() | terms.notna())


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="payer-in-hub",
    fields=("payer_country", "order_date"),
    revision=2,
)
def paid_through_a_hub(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The money comes from a listed hub that no party of the order is in; not evaluated without the payer's country.

    Nor without a date.
    """
    return is_a_hub(lines["payer_country"], lines["order_date"], known) & paid_from_a_third_country(lines, known)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="payer-d5-macau",
    fields=("payer_country", "order_date"),
    revision=2,
)
def paid_from_d5_or_macau(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The money comes from D:5, Macau or Hong Kong, and no party of the order is there; not evaluated without payer.

    Such a payer, unrelated to the order, is the mark of public cases (typologies T7); a third country alone is not.
    """
    status = in_d5_or_macau(lines["payer_country"], lines["order_date"], known)
    return status & paid_from_a_third_country(lines, known)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="payer-outside-registration",
    fields=("payer_country", "incorporation_country", "payer_name"),
    revision=1,
)
def paid_from_outside_the_country_of_registration(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The buyer pays from another country than it is incorporated in; not evaluated unless both are stated.

    Where another firm pays, its own registration is not known: not evaluated.
    """
    payer, buyer = name_keys(lines["payer_name"]), name_keys(lines["buyer_name"])
    other = (payer != buyer).fillna(False) & payer.notna()
    return apart(lines["payer_country"], lines["buyer_incorporation_country"], known.tables).mask(other)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="cash-or-crypto",
    fields=("payment_method",),
    revision=1,
)
def paid_in_cash_or_crypto(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Cash or a crypto currency is paid; not evaluated where the method is not stated, or "other"."""
    method = lines["payment_method"]
    return three_valued(method.isin(("cash", "crypto")), method.notna() & (method != "other"))


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="bank-as-consignee",
    fields=("ult_consignee_name", "payment_method", "end_user_name"),
    revision=1,
)
def goods_go_to_the_bank_of_the_credit(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Goods under a letter of credit go to a bank, no end user is named; not evaluated without method or consignee.

    A bank that buys for itself is no bank of the credit: no.
    """
    method, consignee = lines["payment_method"], lines["ult_consignee_name"]
    credit = three_valued(method == "lc", method.notna())
    own_purchase = (name_keys(consignee) == name_keys(lines["buyer_name"])).fillna(False)
    bank = three_valued(consignee.str.contains(BANK_WORDS).fillna(False) & ~own_purchase, consignee.notna())
    return credit & bank & name_keys(lines["end_user_name"]).isna().astype("boolean")


FEATURES = (
    paid_from_a_third_country,
    payer_is_no_party_of_the_order,
    paid_in_full_in_advance,
    paid_through_a_hub,
    paid_from_d5_or_macau,
    paid_from_outside_the_country_of_registration,
    paid_in_cash_or_crypto,
    goods_go_to_the_bank_of_the_credit,
)
