"""Signals of how the goods get there: hubs on the way, forwarders at the end of it, routes the buyer controls."""

from __future__ import annotations

import pandas as pd

from features.declare import any_of, feature, three_valued
from features.known import Known
from features.lines import stops
from features.parties.names import name_keys, sounds_like_a_forwarder

OUT_OF_SIGHT = frozenset({"warehouse", "forwarder", "free_zone", "virtual_office"})
"""Kinds of delivery place at which nobody installs a server."""

BUYERS_CARRIAGE = frozenset({"EXW", "FCA", "FAS", "FOB"})
"""Incoterms under which the buyer chooses the carriage (Incoterms 2020, groups E and F)."""


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="abnormal-route",
    fields=("transit_countries", "inter_consignee_country"),
    revision=1,
)
def passes_a_hub(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The goods change hands in a listed hub that is neither origin nor destination; not evaluated without a route.

    Nor before the first day from which hubs are listed, nor where a stop is not known (ZZ). A route stated to be direct
    ("") is one without a hub.
    """
    stated = lines["transit_countries"]
    route = stops(stated).assign(between=lines["inter_consignee_country"])
    found = pd.Series(False, index=lines.index)
    seen = (stated == "").fillna(False)
    for stop in route.columns:
        place = route[stop]
        hub = known.tables.on("transshipment_hubs", place, lines["order_date"])
        found |= hub["basis"].notna() & (place != lines["destination_country"]) & (place != lines["seller_country"])
        seen |= hub["known"]
    return three_valued(found, found | (seen & ~stated.str.contains("ZZ").fillna(False)))


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
    flag="vague-delivery",
    fields=("delivery_place_type", "ftz_id", "ult_consignee_address"),
    revision=1,
)
def delivered_where_nobody_installs(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Delivery to a warehouse, forwarder, free zone or post box; not evaluated when no place is stated."""
    place = lines["delivery_place_type"].where(lines["delivery_place_type"] != "unknown")
    address = lines["ult_consignee_address"]
    box = address.str.contains(r"\bp\.?\s?o\.?\s?box\b|\bfree (?:trade )?zone\b", case=False).fillna(False)
    hidden = place.str.lower().isin(OUT_OF_SIGHT) | lines["ftz_id"].notna() | box
    return three_valued(hidden, place.notna() | lines["ftz_id"].notna() | address.notna())


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="repackaging",
    fields=("repackaging_requested",),
    revision=1,
)
def repackaging_is_requested(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Neutral packing or removed labels are asked for; not evaluated when not stated."""
    return lines["repackaging_requested"].astype("boolean")


@feature(
    kind="number",
    unit="countries",
    risk="rises",
    flag="many-handovers",
    fields=("transit_countries", "inter_consignee_country", "end_user_country"),
    revision=1,
    neutral=1.0,
)
def countries_after_the_seller(lines: pd.DataFrame, known: Known) -> pd.Series:
    """How many countries besides the seller's the order names on its way; missing when it names no route."""
    named = stops(lines["transit_countries"])
    for name in ("inter_consignee_country", "destination_country", "ult_consignee_country", "end_user_country"):
        named[name] = lines[name]
    stated = any_of(
        [lines[name].notna() for name in ("transit_countries", "inter_consignee_country", "end_user_country")]
    )
    away = named.where(named.ne(lines["seller_country"], axis=0))
    return distinct_in_row(away).astype("float64").where(stated)


def distinct_in_row(cells: pd.DataFrame) -> pd.Series:
    """Number of different filled cells in each row; rows are compared by their distinct combinations only."""
    codes, combinations = pd.factorize(pd.MultiIndex.from_frame(cells))
    counts = pd.Series([len({cell for cell in row if isinstance(cell, str)}) for row in combinations], dtype="int64")
    return counts.reindex(codes).set_axis(cells.index)


FEATURES = (
    passes_a_hub,
    a_forwarder_is_the_last_named_party,
    the_buyer_controls_the_carriage,
    delivered_where_nobody_installs,
    repackaging_is_requested,
    countries_after_the_seller,
)
