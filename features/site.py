"""Signals of the site the goods go to: power, name, address, country, operator, proof of place."""

from __future__ import annotations

import pandas as pd

from features.declare import feature, three_valued
from features.known import Known
from features.lines import asked_once, of_the_site
from features.parties.names import is_placeholder, name_keys
from features.places import apart
from features.reference.tables import Tables

OPERATED_BY = ("end_user_name", "buyer_name", "ult_consignee_name")

ADDRESS_NUMBER = r"\d"
SHORTEST_ADDRESS = 8
"""Characters under which a stated address cannot be a street and a number (the founders' judgement)."""

MOST = 100.0
"""Times a site's power above which an order is no larger still (the founders' judgement: a slip of units)."""


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="site-cannot-power",
    fields=("dc_power_mw", "quantity"),
    revision=2,
)
def the_site_cannot_power_the_order(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The order alone draws more than the site's stated megawatts; not evaluated without power, chip and quantity.

    Returned goods take nothing off what the other lines of the order draw. A line of chips without a quantity leaves
    the others open.
    """
    power, needed = of_the_site(lines, "dc_power_mw"), megawatts(lines, known.tables)
    too_much = of_the_order(needed, lines) > power
    return three_valued(too_much, power.notna() & needed.notna() & (too_much | ~_is_open(needed, lines)))


def _is_open(needed: pd.Series, lines: pd.DataFrame) -> pd.Series:
    """Whether some line of the order holds chips without a quantity."""
    uncounted = needed.isna() & (lines["chip"].notna() | lines["chip_class"].isin(("a", "b")))
    return uncounted.groupby(lines["order_id"].fillna("")).transform("any") & lines["order_id"].notna()


@feature(
    kind="number",
    unit="1",
    risk="rises",
    flag="site-cannot-power",
    fields=("dc_power_mw", "quantity"),
    revision=1,
    neutral=0.2,
)
def power_the_order_needs(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Megawatts that the order draws over those of the site; missing without power, chip and quantity.

    Missing too while another line of the order holds chips without a quantity, unless the rest is too much already.
    """
    needed = megawatts(lines, known.tables)
    share = of_the_order(needed, lines) / of_the_site(lines, "dc_power_mw")
    return share.where(needed.notna() & (~_is_open(needed, lines) | (share > 1.0))).clip(upper=MOST)


def megawatts(lines: pd.DataFrame, tables: Tables) -> pd.Series:
    """What each line draws, MW, returns taken as nothing; missing without chip or quantity."""
    return lines["chips"].clip(lower=0.0) * kilowatts_a_chip(lines["chip"], tables) / 1000.0


def of_the_order(amounts: pd.Series, lines: pd.DataFrame) -> pd.Series:
    """The sum over the lines of each order; a line without an order id stands alone.

    Rounded (MW to the milliwatt), so that the order of the lines changes no bit of the sum.
    """
    together = amounts.groupby(lines["order_id"].fillna("")).transform("sum")
    return together.where(lines["order_id"].notna(), amounts).round(9)


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
    confirmed = of_the_site(lines, "dc_infrastructure_confirmed")
    return three_valued(confirmed == "no", confirmed.isin(("no", "documented", "visited")))


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="site-elsewhere",
    fields=("dc_country", "destination_country"),
    revision=1,
)
def data_centre_is_outside_the_destination(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The data centre stands in another country than the goods go to; not evaluated unless both are stated."""
    return apart(of_the_site(lines, "dc_country"), lines["destination_country"], known.tables)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="site-not-named",
    fields=("dc_name",),
    revision=1,
)
def the_site_is_a_placeholder(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The cell of the data centre names none ("TBD", "various"); not evaluated when it is empty: then ask."""
    return three_valued(is_placeholder(lines["dc_name"]), lines["dc_name"].notna())


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="site-address-vague",
    fields=("end_user_address", "dc_location"),
    revision=1,
)
def site_address_is_vague(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The stated place of use is a town, a placeholder or has no number; not evaluated where none is stated.

    The site's own location decides before the end user's address.
    """
    return asked_once(_is_vague, lines["dc_location"].fillna(lines["end_user_address"]))


def _is_vague(address: pd.Series) -> pd.Series:
    whole = address.str.contains(ADDRESS_NUMBER) & (address.str.len() >= SHORTEST_ADDRESS) & ~is_placeholder(address)
    return three_valued(~whole.fillna(False), address.notna())


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="location-not-verified",
    fields=("location_verification",),
    revision=1,
)
def location_is_not_verified(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Nobody will show that the goods stay where they went; not evaluated when empty or merely attested."""
    verified = lines["location_verification"]
    return three_valued(verified == "none", verified.isin(("none", "technical", "audited")))


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="operator-not-end-user",
    fields=("dc_operator", "end_user_name"),
    revision=1,
)
def the_operator_is_not_the_end_user(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Another firm than end user, buyer or consignee runs the site; not evaluated without the operator's name."""
    operator = name_keys(lines["dc_operator"])
    among = pd.concat([name_keys(lines[name]) == operator for name in OPERATED_BY], axis=1).any(axis=1)
    return three_valued(~among, operator.notna())


FEATURES = (
    the_site_cannot_power_the_order,
    power_the_order_needs,
    the_site_is_not_confirmed,
    data_centre_is_outside_the_destination,
    the_site_is_a_placeholder,
    site_address_is_vague,
    location_is_not_verified,
    the_operator_is_not_the_end_user,
)
