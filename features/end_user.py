"""Signals of who will use the goods, and of the site they go to: age, trade, web, address, power."""

from __future__ import annotations

import pandas as pd

from features.declare import any_of, feature, three_valued
from features.known import Known
from features.parties.master import ROLES
from features.parties.names import is_placeholder
from features.reference.tables import Tables

DAYS_A_YEAR = 365.25
HOMES = frozenset({"residential", "virtual_office", "registered_agent"})


def _of_a_role(role: str, fact: str) -> str:
    return f"{role}_{fact}"


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
    flag="founded-after-controls",
    fields=("incorporation_date",),
    revision=1,
)
def a_party_was_founded_after_the_controls(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Buyer or end user was founded on or after 7 October 2022; not evaluated while a founding date is missing."""
    controls = known.tables.frames["control_dates"].set_index("name").loc["october-2022", "start"]
    founded = [lines[_of_a_role(role, "incorporation_date")] for role in ("buyer", "end_user")]
    return any_of(three_valued(each >= controls, each.notna() & (each <= lines["order_date"])) for each in founded)


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
    founded = pd.concat([lines[_of_a_role(role, "incorporation_date")] for role in ("buyer", "end_user")], axis=1)
    years = (lines["order_date"] - founded.max(axis=1)).dt.days / DAYS_A_YEAR
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
    return any_of(
        _does_not_fit(lines[_of_a_role(role, "business_type")], lines["order_date"], known.tables)
        for role in ("buyer", "end_user")
    )


def _does_not_fit(business: pd.Series, dates: pd.Series, tables: Tables) -> pd.Series:
    row = tables.on("business_types", business, dates)
    return three_valued(row["fits"] == "no", row["fits"].isin(("yes", "no")))


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="no-web-presence",
    fields=("website", "contact_email"),
    revision=1,
)
def no_web_presence(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The buyer has no website and writes from a free mail domain; not evaluated unless either is stated."""
    domain = lines["contact_email"].str.lower().str.extract(r"@([^@\s<>;,]+)")[0]
    free = known.tables.on("free_mail", domain, lines["order_date"])
    free_mail = free["source"].notna()
    website = lines["buyer_website"].notna()
    return three_valued(free_mail & ~website, website | (domain.notna() & free["known"]))


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
    types = [lines[_of_a_role(role, "address_type")] for role in ROLES] + [lines["delivery_place_type"]]
    answers = [three_valued(each.isin(HOMES), each.notna() & (each != "unknown")) for each in types]
    seen = pd.concat(answers, axis=1)
    return three_valued((seen == True).any(axis=1), seen.notna().any(axis=1))  # noqa: E712  (three-valued)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="site-cannot-power",
    fields=("dc_power_mw", "quantity"),
    revision=1,
)
def the_site_cannot_power_the_order(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The order alone draws more than the site's stated megawatts; not evaluated without power, chip and quantity.

    Returned goods take nothing off what the other lines of the order draw.
    """
    power = lines["dc_power_mw"].fillna(lines["end_user_dc_power_mw"]).fillna(lines["buyer_dc_power_mw"])
    needed = lines["chips"].clip(lower=0.0) * kilowatts_a_chip(lines["chip"], known.tables) / 1000.0
    whole_order = needed.groupby(lines["order_id"].fillna("")).transform("sum").where(lines["order_id"].notna(), needed)
    return three_valued(whole_order > power, power.notna() & needed.notna())


def kilowatts_a_chip(chip: pd.Series, tables: Tables) -> pd.Series:
    """Draw of one chip with its share of the server, kW; the default where the table names no such chip."""
    rows = tables.frames["compute_power"].set_index("unit")
    draw = rows["kw"].astype("float64") / rows["chips"].astype("float64")
    covers = zip(rows["covers"], draw, strict=True)
    begins = [(name, kw) for names, kw in covers for name in names.split(";") if name]
    begins.sort(key=lambda pair: -len(pair[0]))
    of = {
        each: next((kw for name, kw in begins if each.startswith(name) or name in each), draw["default"])
        for each in chip.dropna().unique()
    }
    return chip.map(of).astype("float64")


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="site-not-confirmed",
    fields=("dc_infrastructure_confirmed",),
    revision=1,
)
def the_site_is_not_confirmed(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Power, cooling and space of the site were not confirmed; merely stated ones are not evaluated."""
    stated = [lines["dc_infrastructure_confirmed"]]
    stated += [lines[_of_a_role(role, "dc_infrastructure_confirmed")] for role in ("end_user", "buyer")]
    confirmed = stated[0].fillna(stated[1]).fillna(stated[2])
    return three_valued(confirmed == "no", confirmed.isin(("no", "documented", "visited")))


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="declines-installation",
    fields=("installation_declined", "support_declined"),
    revision=1,
)
def declines_installation_or_support(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Installation, training or support normally taken is declined; not evaluated while one is not stated."""
    return lines["installation_declined"].astype("boolean") | lines["support_declined"].astype("boolean")


FEATURES = (
    end_user_is_a_placeholder,
    a_party_was_founded_after_the_controls,
    age_of_the_youngest_party,
    business_does_not_use_such_chips,
    no_web_presence,
    an_address_is_a_home_or_a_letter_box,
    the_site_cannot_power_the_order,
    the_site_is_not_confirmed,
    declines_installation_or_support,
)
