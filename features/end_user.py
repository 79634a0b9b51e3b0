"""Signals of who will use the goods: name, age, trade, size, address."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from features.declare import any_of, feature, three_valued
from features.known import Known
from features.parties.addresses import address_keys
from features.parties.master import ROLES
from features.parties.names import is_placeholder, name_keys
from features.reference.tables import Tables

USERS = ("buyer", "end_user")
HOLDERS = ("buyer", "ult_consignee", "end_user")
DAYS_A_YEAR = 365.25
HOMES = frozenset({"residential", "virtual_office", "registered_agent"})

RESELLERS = frozenset({"reseller", "distributor", "trading_company"})
"""Trades that pass chips on and do not run them."""

MOST = 1000.0
"""Years of revenue above which an order is no larger still (the founders' judgement: a firm without real revenue)."""


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="end-user-not-named",
    fields=("end_user_name",),
    revision=1,
)
def end_user_is_a_placeholder(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The end-user cell names nobody ("TBD", "stock", "various"); not evaluated when it is empty: then ask."""
    return three_valued(is_placeholder(lines["end_user_name"]), lines["end_user_name"].notna())


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="reseller-as-end-user",
    fields=("business_type", "end_user_name"),
    revision=1,
)
def end_user_is_the_reseller_itself(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The end user named is a reseller, distributor or trading company; not evaluated where its trade is not known."""
    trade = lines["end_user_business_type"]
    return three_valued(trade.isin(RESELLERS), trade.notna() & (trade != "unknown"))


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="founded-after-controls",
    fields=("incorporation_date",),
    revision=1,
)
def a_party_was_founded_after_the_controls(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Buyer or end user was founded on or after 7 October 2022; not evaluated while a founding date is missing."""
    return _founded_since("october-2022", lines, known)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="founded-after-november-2023",
    fields=("incorporation_date",),
    revision=1,
)
def a_party_was_founded_after_november_2023(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Buyer or end user was founded on or after 17 November 2023; not evaluated while a founding date is missing."""
    return _founded_since("november-2023", lines, known)


def _founded_since(control: str, lines: pd.DataFrame, known: Known) -> pd.Series:
    day = known.tables.frames["control_dates"].set_index("name").loc[control, "start"]
    founded = [lines[f"{role}_incorporation_date"] for role in USERS]
    return any_of(three_valued(each >= day, each.notna() & (each <= lines["order_date"])) for each in founded)


@feature(
    kind="number",
    unit="years",
    risk="falls",
    flag="young-company",
    fields=("incorporation_date", "order_date"),
    revision=1,
    neutral=6.0,
)
def age_of_the_youngest_party(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Years between founding and order of the youngest of buyer and end user; missing without a founding date."""
    founded = pd.concat([lines[f"{role}_incorporation_date"] for role in USERS], axis=1)
    years = (lines["order_date"] - founded.max(axis=1)).dt.days / DAYS_A_YEAR
    return years.where(years >= 0.0)


@feature(
    kind="number",
    unit="years",
    risk="falls",
    flag="new-customer",
    fields=("customer_since", "order_date"),
    revision=1,
    neutral=1.0,
)
def years_as_a_customer(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Years from the buyer's first day as a customer to the order; missing without that day, or where it came later."""
    years = (lines["order_date"] - lines["buyer_customer_since"]).dt.days / DAYS_A_YEAR
    return years.where(years >= 0.0)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="business-mismatch",
    fields=("business_type",),
    revision=1,
)
def business_does_not_use_such_chips(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Buyer or end user is in a trade that does not run accelerators; not evaluated where the trade is not known."""
    return any_of(_does_not_fit(lines[f"{role}_business_type"], lines["order_date"], known.tables) for role in USERS)


def _does_not_fit(business: pd.Series, dates: pd.Series, tables: Tables) -> pd.Series:
    row = tables.on("business_types", business, dates)
    return three_valued(row["fits"] == "no", row["fits"].isin(("yes", "no")))


@feature(
    kind="number",
    unit="USD an employee",
    risk="rises",
    flag="large-for-company",
    fields=("employees", "line_value", "quantity", "unit_price"),
    revision=1,
    neutral=5000.0,
)
def order_value_a_head(lines: pd.DataFrame, known: Known) -> pd.Series:
    """USD of the order for each employee of the end user, or of the buyer; missing without staff or a full value."""
    staff = lines["end_user_employees"].fillna(lines["buyer_employees"])
    return order_usd(lines) / staff.clip(lower=1.0)


@feature(
    kind="number",
    unit="1",
    risk="rises",
    flag="large-for-company",
    fields=("annual_revenue", "line_value", "quantity", "unit_price"),
    revision=1,
    neutral=0.1,
)
def order_value_against_revenue(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The order's value over a year's revenue of the end user, or of the buyer; missing without one of them."""
    revenue = lines["end_user_annual_revenue"].fillna(lines["buyer_annual_revenue"])
    return (order_usd(lines) / revenue.where(revenue > 0.0)).clip(upper=MOST)


def order_usd(lines: pd.DataFrame) -> pd.Series:
    """USD of all lines of the order together, returns left out; missing while a line of the order has no USD.

    In whole cents, so that the order of the lines changes no bit of the sum.
    """
    usd = lines["usd"].clip(lower=0.0)
    order = lines["order_id"].fillna("")
    whole = usd.groupby(order).transform("sum").where(~usd.isna().groupby(order).transform("any"))
    return whole.where(lines["order_id"].notna(), usd).round(2)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="residential-address",
    fields=("address_type", "delivery_place_type"),
    revision=1,
)
def an_address_is_a_home_or_a_letter_box(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Buyer, consignee, end user or delivery sits at a home or a letter box; not evaluated where no type is known."""
    types = [lines[f"{role}_address_type"] for role in ROLES] + [lines["delivery_place_type"]]
    answers = [three_valued(each.isin(HOMES), each.notna() & (each != "unknown")) for each in types]
    seen = pd.concat(answers, axis=1)
    return three_valued((seen == True).any(axis=1), seen.notna().any(axis=1))  # noqa: E712  (three-valued)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="parties-share-address",
    fields=("end_user_address", "ult_consignee_address", "buyer_address"),
    revision=1,
)
def two_parties_share_an_address(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Two of buyer, consignee and end user have different names and one address; not evaluated while one is not known.

    The forwarder's address is left out: goods delivered there are told by a flag of their own.
    """
    name = {role: name_keys(lines[f"{role}_name"]) for role in HOLDERS}
    address = {role: address_keys(lines[f"{role}_address"]) for role in HOLDERS}
    forwarder = address_keys(lines["forwarder_address"])

    def share(one: str, other: str) -> pd.Series:
        same_name = (name[one] == name[other]).astype("boolean").where(name[one].notna() & name[other].notna())
        meet = (address[one] == address[other]) & ~(address[one] == forwarder).fillna(False)
        return ~same_name & three_valued(meet, address[one].notna() & address[other].notna())

    return any_of(share(one, other) for one, other in combinations(HOLDERS, 2))


FEATURES = (
    end_user_is_a_placeholder,
    end_user_is_the_reseller_itself,
    a_party_was_founded_after_the_controls,
    a_party_was_founded_after_november_2023,
    age_of_the_youngest_party,
    years_as_a_customer,
    business_does_not_use_such_chips,
    order_value_a_head,
    order_value_against_revenue,
    an_address_is_a_home_or_a_letter_box,
    two_parties_share_an_address,
)
