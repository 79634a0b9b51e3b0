"""Signals of parties that are near a listed one; the lists' own legal meaning is the gate's. No list: not evaluated."""

from __future__ import annotations

import pandas as pd

from features.declare import feature
from features.known import Known

PARTIES = ("buyer_name", "ult_consignee_name", "end_user_name", "payer_name", "forwarder_name")


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="listed-party-resembled",
    fields=PARTIES,
    revision=1,
)
def a_party_resembles_a_listed_one(lines: pd.DataFrame, known: Known) -> pd.Series:
    """A party has, or nearly has, the name of a listed one; not evaluated without a fresh list or a readable name."""
    near = lines["list_possible"] | lines["list_near_miss"] | lines["list_gate"].isin(("stop", "licence"))
    return near.where(near.fillna(False) | ~lines["list_not_screened"].fillna(True))


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="listed-party-address",
    fields=("buyer_address", "ult_consignee_address", "end_user_address", "forwarder_address"),
    revision=1,
)
def a_party_shares_the_address_of_a_listed_one(lines: pd.DataFrame, known: Known) -> pd.Series:
    """A party of another name sits at the address of a listed one; not evaluated without a fresh list of addresses."""
    return lines["list_same_address"]


FEATURES = (a_party_resembles_a_listed_one, a_party_shares_the_address_of_a_listed_one)
