"""Signals of who carries the goods and how: forwarders, notify parties, carriage the buyer controls, odd means."""

from __future__ import annotations

import pandas as pd

from features.declare import feature, three_valued
from features.known import Known
from features.parties.addresses import address_keys
from features.parties.names import name_keys, sounds_like_a_forwarder
from features.places import apart

BUYERS_CARRIAGE = frozenset({"EXW", "FCA", "FAS", "FOB"})
"""Incoterms under which the buyer chooses the carriage (Incoterms 2020, groups E and F)."""

NAMED_PARTIES = (
    "buyer_name",
    "ult_consignee_name",
    "end_user_name",
    "inter_consignee_name",
    "forwarder_name",
    "payer_name",
)
SAME_AS = r"^sameas"  # "Same as consignee", as name keys are written

AFTER_DEPARTURE = r"(?i)^(?:option )?4\b|post.?departure"
"""Filing option 4: the export information is filed after the goods have left (15 CFR 30.5, from memory)."""

BEFORE_DEPARTURE = r"(?i)^(?:option )?[123]\b|pre.?departure"


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="forwarder-as-consignee",
    fields=("ult_consignee_name", "forwarder_name", "delivery_place_type", "business_type"),
    revision=1,
)
def a_forwarder_is_the_last_named_party(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The ultimate consignee is a forwarder or trader, by name, type or master; not evaluated without a consignee."""
    consignee = name_keys(lines["ult_consignee_name"])
    same = (consignee == name_keys(lines["forwarder_name"])).fillna(False)
    kind = lines["ult_consignee_business_type"].isin(("forwarder", "trading_company"))
    place = lines["delivery_place_type"] == "forwarder"
    return three_valued(same | kind | place | sounds_like_a_forwarder(lines["ult_consignee_name"]), consignee.notna())


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="routed-transaction",
    fields=("routed_transaction", "incoterm"),
    revision=1,
)
def the_buyer_controls_the_carriage(lines: pd.DataFrame, known: Known) -> pd.Series:
    """A routed transaction on terms where the buyer chooses the carriage; not evaluated without flag and term."""
    routed = lines["routed_transaction"].astype("boolean")
    term = lines["incoterm"].str.upper().str[:3]
    return routed & three_valued(term.isin(BUYERS_CARRIAGE), term.notna())


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="forwarder-elsewhere",
    fields=("forwarder_country", "seller_country", "destination_country"),
    revision=1,
)
def forwarder_is_in_a_third_country(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The forwarder is neither in the seller's country nor at the destination; not evaluated while one is blank."""
    forwarder = lines["forwarder_country"]
    away = [apart(forwarder, lines[name], known.tables) for name in ("seller_country", "destination_country")]
    return away[0] & away[1]


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="forwarder-address",
    fields=("ult_consignee_address", "forwarder_address"),
    revision=1,
)
def delivered_to_the_forwarders_address(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The consignee's address is the forwarder's; not evaluated unless both are stated with a number."""
    consignee, forwarder = address_keys(lines["ult_consignee_address"]), address_keys(lines["forwarder_address"])
    return three_valued(consignee == forwarder, consignee.notna() & forwarder.notna())


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="notify-party-unknown",
    fields=("notify_party_name",),
    revision=1,
)
def notify_party_is_no_party_of_the_order(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Somebody is notified of the arrival who has no other part in the order; not evaluated without a notify party.

    Nor where it is a forwarder or broker by its name, which often clears the goods for others.
    """
    notified = name_keys(lines["notify_party_name"])
    among = pd.concat([name_keys(lines[name]) == notified for name in NAMED_PARTIES], axis=1).any(axis=1)
    among |= notified.str.contains(SAME_AS).fillna(False)
    broker = sounds_like_a_forwarder(lines["notify_party_name"]) & ~among
    return three_valued(~among, notified.notna() & ~broker)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="hand-or-mail",
    fields=("mode_of_transport",),
    revision=1,
)
def sent_by_hand_or_mail(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The goods travel in somebody's hands or by mail; not evaluated where the mode is not stated, or "other"."""
    mode = lines["mode_of_transport"]
    return three_valued(mode.isin(("hand", "mail")), mode.notna() & (mode != "other"))


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="filed-after-departure",
    fields=("filing_option", "eccn", "part_number"),
    revision=1,
)
def filed_after_departure(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Controlled goods are filed after they have left; not evaluated without filing option, or of unknown class."""
    option = lines["filing_option"].str.strip()
    after = option.str.contains(AFTER_DEPARTURE).fillna(False)
    late = three_valued(after, after | option.str.contains(BEFORE_DEPARTURE).fillna(False))
    return late & three_valued(lines["chip_class"].isin(("a", "b")), lines["chip_class"] != "unknown")


FEATURES = (
    a_forwarder_is_the_last_named_party,
    the_buyer_controls_the_carriage,
    forwarder_is_in_a_third_country,
    delivered_to_the_forwarders_address,
    notify_party_is_no_party_of_the_order,
    sent_by_hand_or_mail,
    filed_after_departure,
)
