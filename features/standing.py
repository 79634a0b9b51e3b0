"""Signals of a party's standing in the seller's own files: due diligence, listed owners, military links and sites."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from features.declare import any_of, feature, three_valued
from features.known import Known
from features.parties.addresses import says
from features.parties.master import ROLES

USERS = ("buyer", "end_user")
A_YEAR = pd.Timedelta(days=365)
"""Age from which due diligence counts as old (the founders' judgement: once a year is usual)."""

BAD_RATINGS = frozenset({"high", "prohibited"})


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="due-diligence-old",
    fields=("kyc_date", "order_date"),
    revision=1,
)
def due_diligence_is_old(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Buyer or end user was last reviewed over a year before the order; not evaluated while a date is missing."""
    dates = lines["order_date"]
    reviewed = [lines[f"{role}_kyc_date"] for role in USERS]
    return any_of(three_valued(each < dates - A_YEAR, each.notna() & dates.notna()) for each in reviewed)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="due-diligence-high",
    fields=("kyc_risk_rating",),
    revision=1,
)
def due_diligence_rated_it_high(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The last review rated buyer or end user high or prohibited; not evaluated while one has no rating."""
    ratings = [lines[f"{role}_kyc_risk_rating"] for role in USERS]
    return any_of(three_valued(each.isin(BAD_RATINGS), each.notna()) for each in ratings)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="listed-owner",
    fields=("listed_ownership_pct",),
    revision=1,
)
def a_listed_party_owns_a_share(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Listed parties own some part of buyer, consignee or end user; not evaluated while a share is not stated."""
    return _of_any_party(lines, lambda role: _above_zero(lines[f"{role}_listed_ownership_pct"]))


def _above_zero(share: pd.Series) -> pd.Series:
    return three_valued(share > 0.0, share.notna())


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="military-link",
    fields=("military_or_state_link",),
    revision=1,
)
def a_party_has_a_military_or_state_link(lines: pd.DataFrame, known: Known) -> pd.Series:
    """A link of a party to armed forces or state is confirmed or suspected; not evaluated while one is not stated."""
    return _of_any_party(lines, lambda role: _linked(lines[f"{role}_military_or_state_link"]))


def _linked(link: pd.Series) -> pd.Series:
    return three_valued(link.isin(("suspected", "confirmed")), link.notna())


def _of_any_party(lines: pd.DataFrame, answer: Callable[[str], pd.Series]) -> pd.Series:
    """Whether the answer is yes for one party; most orders have no intermediate consignee, who is then left out."""
    nobody = lines["inter_consignee_name"].isna()
    return any_of(answer(role).mask(nobody & (role == "inter_consignee"), False) for role in ROLES)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="military-address",
    fields=("end_user_address", "ult_consignee_address", "dc_location"),
    revision=1,
)
def an_address_sounds_military(lines: pd.DataFrame, known: Known) -> pd.Series:
    """An address of end user, consignee or site speaks of a military site; not evaluated where none is stated.

    Words of the table address_words on the date of the order, from memory: a street may be named after a barracks.
    """
    stated = (lines[name] for name in ("end_user_address", "ult_consignee_address", "dc_location"))
    spoken = [says(each, "military", lines["order_date"], known.tables) for each in stated]
    found = any_of(each.fillna(False) for each in spoken)
    return three_valued(found, any_of(each.notna() for each in spoken))


FEATURES = (
    due_diligence_is_old,
    due_diligence_rated_it_high,
    a_listed_party_owns_a_share,
    a_party_has_a_military_or_state_link,
    an_address_sounds_military,
)
