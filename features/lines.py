"""An order line with the facts that its part, its route and its parties add: what the gate and the signals read."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.known import Known
from features.parties.master import ROLES, parties
from features.product import DOLLARS, classify, identify, stated_class
from features.reference.tables import Tables

PARTY_FACTS = {
    "hq_country": "str",
    "ultimate_parent_country": "str",
    "incorporation_date": "datetime64[us]",
    "business_type": "str",
    "website": "str",
    "address_type": "str",
    "dc_power_mw": "float64",
    "dc_infrastructure_confirmed": "str",
    "found_by": "str",
}
"""What the signals and the gate read of a party's master row; stands on the line as `<role>_<fact>`."""


def with_facts(orders: pd.DataFrame, known: Known) -> pd.DataFrame:
    """The typed lines with leg, chip, class, TPP, USD and party facts; same index, same length.

    Adds: leg, the columns of `product.identify`, chip_class (on the order date), stated_class, tpp_total, usd and,
    for buyer, ult_consignee and end_user, `<role>_<fact>` for each of PARTY_FACTS.
    """
    product = identify(orders, known.tables)
    stated = stated_class(orders["eccn"], orders["item_description"])
    added = product.assign(
        leg=leg(orders, known.tables),
        chip_class=classify(product, orders["eccn"], orders["item_description"], orders["order_date"], known.tables),
        stated_class=stated,
        tpp_total=product["chips"] * product["chip_tpp"],
        usd=usd(orders),
    )
    facts = [orders, added]
    for role, master in parties(orders, known.customers).items():
        facts.append(master.reindex(columns=list(PARTY_FACTS)).astype(PARTY_FACTS).add_prefix(f"{role}_"))
    return pd.concat(facts, axis=1)


def treated_as(countries: pd.Series, tables: Tables) -> pd.Series:
    """The country whose treatment each place follows: territories follow their parent; Hong Kong stays itself."""
    frame = tables.frames["countries"]
    parent = frame[(frame["ear_parent"] != "") & (frame["iso2"] != "HK")].drop_duplicates("iso2")
    followed = countries.map(dict(zip(parent["iso2"], parent["ear_parent"], strict=True)))
    return followed.astype("str").fillna(countries)


def stops(route: pd.Series) -> pd.DataFrame:
    """The countries of a route ("HK;MO"), one column a stop; missing where a route has fewer, or is direct ("")."""
    return route.replace("", np.nan).str.split(";", expand=True).astype("str").add_prefix("stop_")


def leg(orders: pd.DataFrame, tables: Tables) -> pd.Series:
    """export, domestic, reexport or transfer: seller's country → destination; a blank seller is taken as the US."""
    seller = treated_as(orders["seller_country"], tables).fillna("US")
    destination = treated_as(orders["destination_country"], tables)
    same = (seller == destination).fillna(False)
    kind = np.where(seller == "US", np.where(same, "domestic", "export"), np.where(same, "transfer", "reexport"))
    return pd.Series(kind, index=orders.index, dtype="str")


def usd(orders: pd.DataFrame) -> pd.Series:
    """Value of the line in USD: stated, or value or quantity × price when the currency is USD; else missing."""
    in_dollars = orders["currency"].str.upper().isin(DOLLARS)
    computed = orders["line_value"].fillna(orders["unit_price"] * orders["quantity"])
    return orders["value_usd"].fillna(computed.where(in_dollars))


__all__ = ["PARTY_FACTS", "ROLES", "leg", "stops", "treated_as", "usd", "with_facts"]
