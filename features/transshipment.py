"""Signals of how the goods get there: hubs on the way and at its end, countries passed, places of delivery."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from features.declare import any_of, feature, three_valued
from features.known import Known
from features.lines import asked_once, stops, treated_as
from features.parties.addresses import says
from features.parties.names import is_placeholder
from features.places import apart, country_of_port, in_d5_or_macau, is_a_hub

OUT_OF_SIGHT = frozenset({"warehouse", "forwarder", "free_zone", "virtual_office"})
"""Kinds of delivery place at which nobody installs a server."""

NO_STREET = ("post_box", "free_zone")
"""Kinds of address_words that stand for a street."""

PROVEN = frozenset({"documented", "visited"})
"""Confirmations of a site that stand for its name."""


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
    return _on_the_way(lines, lambda place: is_a_hub(place, lines["order_date"], known))


def _on_the_way(lines: pd.DataFrame, test: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """Whether a stop between origin and destination passes the test; not evaluated without a route that is known."""
    stated = lines["transit_countries"]
    route = stops(stated).assign(between=lines["inter_consignee_country"])
    found = pd.Series(False, index=lines.index)
    seen = (stated == "").fillna(False)
    for stop in route.columns:
        place, answer = route[stop], test(route[stop])
        found |= answer.fillna(False) & (place != lines["destination_country"]) & (place != lines["seller_country"])
        seen |= answer.notna()
    return three_valued(found, found | (seen & ~stated.str.contains("ZZ").fillna(False)))


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="passes-d5-macau",
    fields=("transit_countries", "inter_consignee_country"),
    revision=1,
)
def passes_d5_or_macau_on_the_way(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The goods pass D:5, Macau or Hong Kong on their way to somewhere else; not evaluated without route or date.

    A destination that stands there itself explains such a stop: no.
    """
    dates = lines["order_date"]
    bound_for_it = in_d5_or_macau(lines["destination_country"], dates, known)
    passes = _on_the_way(lines, lambda place: in_d5_or_macau(place, dates, known))
    return passes.mask(bound_for_it.fillna(False) & passes.notna(), False)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="hub-without-site",
    fields=("dc_name", "dc_infrastructure_confirmed", "delivery_place_type", "destination_country"),
    revision=1,
)
def goods_stay_in_a_hub_without_a_site(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The destination is a listed hub, and no site but a store or forwarder is named; not evaluated while that is open.

    A hub alone is no evidence: a site that is named or confirmed is a no, and an order that says nothing is asked.
    """
    hub = is_a_hub(lines["destination_country"], lines["order_date"], known)
    unnamed = is_placeholder(lines["dc_name"])
    site = lines["dc_infrastructure_confirmed"].isin(PROVEN) | (lines["dc_name"].notna() & ~unnamed)
    store = lines["delivery_place_type"].isin(OUT_OF_SIGHT)
    return hub & three_valued(~site, site | unnamed | store)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="unladen-elsewhere",
    fields=("port_of_unlading", "destination_country"),
    revision=1,
)
def port_of_unlading_is_outside_the_destination(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The goods are unloaded in another country than the destination; not evaluated unless the port is a UN/LOCODE."""
    return asked_once(
        lambda port, place: apart(country_of_port(port, known.tables), place, known.tables),
        lines["port_of_unlading"],
        lines["destination_country"],
    )


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="later-export-intended",
    fields=("reexport_intended",),
    revision=1,
)
def a_later_export_is_intended(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The buyer means to sell or send the goods on; not evaluated where that is not stated."""
    return lines["reexport_intended"].astype("boolean")


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="vague-delivery",
    fields=("delivery_place_type", "ftz_id", "ult_consignee_address"),
    revision=2,
)
def delivered_where_nobody_installs(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Delivery to a warehouse, forwarder, free zone or post box; not evaluated when no place is stated, or no date.

    Words of an address are those of the table address_words on the date of the order. A kind of place that says it is
    a yes on any day.
    """
    place = lines["delivery_place_type"].where(lines["delivery_place_type"] != "unknown")
    address, dates = lines["ult_consignee_address"], lines["order_date"]
    spoken = any_of(says(address, kind, dates, known.tables) for kind in NO_STREET)
    hidden = place.isin(OUT_OF_SIGHT) | lines["ftz_id"].notna() | spoken.fillna(False)
    dated = dates >= pd.Timestamp(known.tables.cards["address_words"].known_from)
    return three_valued(hidden, hidden | ((place.notna() | address.notna()) & dated))


@feature(
    kind="number",
    unit="countries",
    risk="rises",
    flag="many-handovers",
    fields=("transit_countries", "inter_consignee_country", "end_user_country"),
    revision=2,
    neutral=1.0,
)
def countries_after_the_seller(lines: pd.DataFrame, known: Known) -> pd.Series:
    """How many countries besides the seller's the order names on its way; missing when it names no route.

    A territory counts as its parent.
    """
    named = stops(lines["transit_countries"])
    for name in ("inter_consignee_country", "destination_country", "ult_consignee_country", "end_user_country"):
        named[name] = lines[name]
    stated = any_of(
        [lines[name].notna() for name in ("transit_countries", "inter_consignee_country", "end_user_country")]
    )

    def counted(seller: pd.Series, *places: pd.Series) -> pd.Series:
        parents = [treated_as(each, known.tables) for each in (seller, *places)]
        own, *others = pd.factorize(pd.concat(parents))[0].reshape(len(parents), -1)  # -1 where there is none
        rising = np.sort([np.where(each == own, -1, each) for each in others], axis=0)
        first = np.diff(rising, axis=0, prepend=-1) > 0
        return pd.Series(first.sum(axis=0), index=seller.index, dtype="float64")

    return asked_once(counted, lines["seller_country"], *(named[name] for name in named)).where(stated)


FEATURES = (
    passes_a_hub,
    delivered_where_nobody_installs,
    countries_after_the_seller,
    passes_d5_or_macau_on_the_way,
    goods_stay_in_a_hub_without_a_site,
    port_of_unlading_is_outside_the_destination,
    a_later_export_is_intended,
)
