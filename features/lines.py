"""An order line with the facts that its part, its route and its parties add: what the gate and the signals read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from features.known import Known
from features.parties.master import ROLES, Master, parties
from features.parties.screening.columns import unscreened
from features.product import classify, identify, stated_class
from features.reference.tables import Tables
from features.reference.territories import treated_as

FEW = 8  # rows: an order that is asked about alone

DOLLARS = ("USD", "US$")
"""How currency cells write US dollars."""

PARTY_FACTS = {
    "party_country": "str",
    "registration_number": "str",
    "hq_country": "str",
    "ultimate_parent_country": "str",
    "incorporation_date": "datetime64[us]",
    "incorporation_country": "str",
    "business_type": "str",
    "employees": "float64",
    "annual_revenue": "float64",
    "customer_since": "datetime64[us]",
    "website": "str",
    "address_type": "str",
    "kyc_date": "datetime64[us]",
    "kyc_risk_rating": "str",
    "listed_ownership_pct": "float64",
    "military_or_state_link": "str",
    "dc_country": "str",
    "dc_power_mw": "float64",
    "dc_infrastructure_confirmed": "str",
    "iaas_provider": "boolean",
    "iaas_customer_hq_countries": "str",
    "found_by": "str",
    "contradicted": "boolean",
    "owner_countries": "str",
    "owners_unsettled": "boolean",
}
"""What the signals and the gate read of a party's master row; stands on the line as `<role>_<fact>`."""


def with_facts(orders: pd.DataFrame, known: Known, master: Master | None = None) -> pd.DataFrame:
    """The typed lines with leg, chip, class, TPP, USD and party facts; same index, same length.

    Adds: leg, the columns of `product.identify`, chip_class (on the order date), stated_class, tpp_total, usd and,
    for buyer, ult_consignee and end_user, `<role>_<fact>` for each of PARTY_FACTS; and what the lists say (`screened`).
    `master` is that of `known.customers`, where a reader of parts has made it ready.
    """
    product = identify(orders, known.tables)
    identified = pd.concat([orders, product], axis=1)
    added = product.assign(
        leg=leg(orders, known.tables),
        chip_class=classify(identified, orders["order_date"], known.tables),
        stated_class=stated_class(orders, known.tables),
        tpp_total=product["chips"] * product["chip_tpp"],
        usd=usd(orders),
    )
    facts = [orders, added]
    masters = parties(orders, master or known.customers, known.tables)
    facts += [_party_facts(found).add_prefix(f"{role}_") for role, found in masters.items()]
    return pd.concat([*facts, screened(orders, known, masters)], axis=1)


def _party_facts(found: pd.DataFrame) -> pd.DataFrame:
    """PARTY_FACTS of what was found of a party; a column that is not there is missing."""
    there = {name: kind for name, kind in PARTY_FACTS.items() if name in found}
    stated = found[list(there)].astype(there)
    absent = {kind: pd.Series(index=found.index, dtype=kind) for kind in set(PARTY_FACTS.values())}
    facts = {name: stated[name] if name in there else absent[kind] for name, kind in PARTY_FACTS.items()}
    return pd.DataFrame(facts, index=found.index)


def gate_dates(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The day whose rules decide: actual ship date if shipped, else `as_of`; the order date in a backtest."""
    if known.backtest:
        return lines["order_date"].fillna(pd.Timestamp(known.as_of))
    shipped = lines["ship_date"].where(lines["order_status"] == "shipped")
    return shipped.where(shipped <= pd.Timestamp(known.as_of)).fillna(pd.Timestamp(known.as_of))


def screened(orders: pd.DataFrame, known: Known, masters: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """What the lists say of the parties of each line on its gate date (columns of `parties.screening.columns`).

    `masters` are the customers found for them (`master.parties`).
    """
    if known.lists is None:
        return unscreened(orders.index)
    from features.parties.screening.lines import on_lines

    table, _ = on_lines(orders, known.lists, gate_dates(orders, known), masters)
    return table


def asked_once(question: Callable[..., pd.Series], *columns: pd.Series) -> pd.Series:
    """What `question` answers of the columns, asked once for each distinct combination of their cells; index kept.

    Of FEW rows it is asked as they stand: finding out which are alike costs more.
    """
    if len(columns[0]) <= FEW:
        return question(*(column.reset_index(drop=True) for column in columns)).set_axis(columns[0].index)
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        place, distinct = pd.factorize(column, use_na_sentinel=False)
        code, _ = pd.factorize(code * len(distinct) + place)
    first = ~pd.Series(code).duplicated().to_numpy()
    answer = question(*(column[first].reset_index(drop=True) for column in columns))
    return answer.take(code).set_axis(columns[0].index)


def of_the_site(lines: pd.DataFrame, fact: str) -> pd.Series:
    """A fact of the site: as the order states it, else as the master has it of the end user, else of the buyer."""
    return lines[fact].fillna(lines[f"end_user_{fact}"]).fillna(lines[f"buyer_{fact}"])


def stops(route: pd.Series) -> pd.DataFrame:
    """The countries of a route ("HK;MO"), one column a stop; missing where a route has fewer, or is direct ("")."""
    codes, distinct = pd.factorize(route, use_na_sentinel=False)
    routes = pd.Series(distinct, dtype="str").replace("", np.nan)
    return routes.str.split(";", expand=True).astype("str").add_prefix("stop_").take(codes).set_axis(route.index)


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


__all__ = ["PARTY_FACTS", "ROLES", "asked_once", "leg", "of_the_site", "stops", "treated_as", "usd", "with_facts"]
