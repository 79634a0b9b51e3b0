"""Signals of the parties around an order: shared addresses, contacts, owners, sites, payers and forwarders in the past.

Each stands on what was known before the order date (`links_facts`). A no needs a past that reaches back far enough.
"""

# Over 150 lines: one signal after another, and nothing else.

from __future__ import annotations

from functools import wraps

import numpy as np
import pandas as pd

from features.declare import Build, feature, three_valued
from features.known import Known
from features.links_facts import linked
from features.links_groups import MOST
from features.links_web import HOPS

MANY_CUSTOMERS = 3
"""Other customers at one address from which it is shared by many (the founders' judgement: two may be a group)."""

SEVERAL_BUYERS = 2
"""Other buyers for one site, or of one payer, from which there are several (the founders' judgement)."""

MANY_ONE_OFFS, MOSTLY = 5, 0.8
"""Consignees that a forwarder served once, and their share of all it served, from which it serves strangers."""

FEW_CONSIGNEES = 3
"""Other consignees of a forwarder under which a share of them says nothing."""

HALF = 0.5
"""Share of refused lines from which a forwarder is doubtful: one that carries much meets a bad line (judgement)."""

SUCCESSOR = 3
"""Marks of a buyer that is gone from which a new one looks like its successor (the founders' judgement).

Two are common: of the simulated book one honest line in twenty has the site and the part of a buyer fallen silent.
"""

CONTACTS = ("buyer_address", "contact_phone", "contact_email", "registration_number")


def from_the_past(build: Build) -> Build:
    """A signal of lines that carry what the past says of them (`links_facts.linked`); missing without a past."""

    @wraps(build)
    def answered(lines: pd.DataFrame, known: Known) -> pd.Series:
        if known.past.empty:
            return pd.Series(np.nan, index=lines.index)
        return build(linked(lines, known), known)

    return answered


def _counted(lines: pd.DataFrame, name: str, neutral: float) -> pd.Series:
    """A count; of too short a past only what lies above the neutral level, for more can only come."""
    return lines[name].where((lines["net_covered"] == 1.0) | (lines[name] > neutral)).clip(upper=float(MOST))


def _found(lines: pd.DataFrame, name: str, least: float = 1.0) -> pd.Series:
    """Yes where the count reaches `least`; no only where the past reaches back far enough."""
    yes = lines[name] >= least
    return three_valued(yes, yes | (lines[name].notna() & (lines["net_covered"] == 1.0)))


def _links(lines: pd.DataFrame) -> pd.Series:
    """Links to the nearest refused or listed party; of a short past, or without a source, only where one is near."""
    near = lines["net_hops"] < HOPS
    return lines["net_hops"].where(near | ((lines["net_told"] == 1.0) & (lines["net_covered"] == 1.0)))


@feature(kind="flag", unit="yes/no", risk="rises", flag="shared-address", fields=("buyer_address",), revision=1)
@from_the_past
def many_customers_use_the_address(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Three other customers or more were met at the buyer's address; not evaluated without address or enough past."""
    return _found(lines, "net_customers", MANY_CUSTOMERS)


@feature(
    kind="number",
    unit="customers",
    risk="rises",
    flag="shared-address",
    fields=("buyer_address",),
    revision=1,
    neutral=1.0,
)
@from_the_past
def customers_at_the_address(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Other customers met at the buyer's address before; missing without address or enough past."""
    return _counted(lines, "net_customers", 1.0)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="several-buyers-one-site",
    fields=("ult_consignee_name", "end_user_name", "buyer_name"),
    revision=1,
)
@from_the_past
def several_buyers_deliver_to_one_site(lines: pd.DataFrame, known: Known) -> pd.Series:
    """A new buyer and two others met within a year share consignee or end user; not evaluated without, or enough past.

    New: first met at most a year before. An old end user that buys through many resellers is ordinary, and a forwarder
    is no site.
    """
    lately = _found(lines, "net_buyers_lately", SEVERAL_BUYERS)
    return (lately & (lines["net_new_buyer"] == 1.0)).where(lines["net_covered"] == 1.0)


@feature(
    kind="number",
    unit="buyers",
    risk="rises",
    flag="several-buyers-one-site",
    fields=("ult_consignee_name", "end_user_name", "buyer_name"),
    revision=1,
    neutral=1.0,
)
@from_the_past
def buyers_of_the_site(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Other buyers that had goods sent to the same consignee or end user before; missing without enough past."""
    return _counted(lines, "net_buyers", 1.0)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="payer-of-several-buyers",
    fields=("payer_name", "buyer_name"),
    revision=1,
)
@from_the_past
def one_payer_pays_for_several_buyers(lines: pd.DataFrame, known: Known) -> pd.Series:
    """A payer other than the buyer paid for two other buyers or more; not evaluated without payer or enough past."""
    return _found(lines, "net_paid_for", SEVERAL_BUYERS)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="forwarder-of-one-offs",
    fields=("forwarder_name", "ult_consignee_name"),
    revision=1,
)
@from_the_past
def the_forwarder_serves_one_off_consignees(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Five or more, and most, of the forwarder's consignees came once and pass on; not evaluated without enough past.

    A consignee passes the goods on where it is neither buyer nor end user.
    """
    mostly = lines["net_one_offs"] >= MOSTLY * lines["net_consignees"]
    enough = lines["net_one_offs"].notna() & (lines["net_covered"] == 1.0)
    return three_valued(mostly & (lines["net_one_offs"] >= MANY_ONE_OFFS), enough)


@feature(
    kind="number",
    unit="1",
    risk="rises",
    flag="forwarder-of-one-offs",
    fields=("forwarder_name", "ult_consignee_name"),
    revision=1,
    neutral=0.2,
)
@from_the_past
def one_off_share_of_the_forwarder(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Share of the forwarder's other consignees that came on one day only and pass on; missing under three of them."""
    enough = (lines["net_consignees"] >= FEW_CONSIGNEES) & (lines["net_covered"] == 1.0)
    return (lines["net_one_offs"] / lines["net_consignees"]).where(enough)


@feature(kind="flag", unit="yes/no", risk="rises", flag="doubtful-forwarder", fields=("forwarder_name",), revision=1)
@from_the_past
def the_forwarder_carried_refused_lines(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Half or more of the forwarder's decided lines were refused or proven; not evaluated where none was decided."""
    return three_valued(lines["net_carrier_refused"] >= HALF, lines["net_carrier_refused"].notna())


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="near-refused-party",
    fields=(*CONTACTS, "end_user_name", "ult_consignee_name"),
    revision=1,
)
@from_the_past
def a_refused_or_listed_party_is_near(lines: pd.DataFrame, known: Known) -> pd.Series:
    """A party was refused or listed, or is within two shared traces of one; not evaluated without decisions and lists.

    Traces: address, telephone, mail domain, registration, customer number, owner. Nor is a no said of too short a past.
    """
    near = _links(lines)
    return three_valued(near < HOPS, near.notna())


@feature(
    kind="number",
    unit="links",
    risk="falls",
    flag="near-refused-party",
    fields=(*CONTACTS, "end_user_name", "ult_consignee_name"),
    revision=1,
    neutral=float(HOPS),
)
@from_the_past
def links_to_a_refused_or_listed_party(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Shared traces between a party and the nearest refused or listed one, 3 for more; missing without any such source.

    Missing too of too short a past, unless one is near.
    """
    return _links(lines)


@feature(kind="number", unit="years", risk="falls", flag="new-link", fields=CONTACTS, revision=1, neutral=0.3)
@from_the_past
def years_since_the_newest_link(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Years since a party of the order was first seen to share a trace with another firm; missing where none does."""
    return lines["net_link_years"]


@feature(kind="number", unit="parties", risk="rises", flag="linked-group", fields=CONTACTS, revision=1, neutral=1.0)
@from_the_past
def parties_in_the_linked_group(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Other parties that hung together with those of the order when its month began; missing without enough past."""
    return _counted(lines, "net_group", 1.0)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="several-names",
    fields=("registration_number", "buyer_id", "buyer_name"),
    revision=1,
)
@from_the_past
def known_under_another_name(lines: pd.DataFrame, known: Known) -> pd.Series:
    """A registration or customer number of the order was met under another name; not evaluated without one, or past."""
    return _found(lines, "net_other_names")


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="successor-of-a-stopped-buyer",
    fields=(*CONTACTS, "ult_consignee_name", "end_user_name", "part_number"),
    revision=1,
)
@from_the_past
def takes_the_place_of_a_buyer_that_is_gone(lines: pd.DataFrame, known: Known) -> pd.Series:
    """A new buyer shares three of contact, consignee, part, rhythm with one that is gone; not evaluated of little past.

    Gone: refused, listed, or silent against its habit. Contact or consignee is always one of them.
    """
    enough = lines["net_overlaps"].notna() & (lines["net_covered"] == 1.0)
    return three_valued(lines["net_overlaps"] >= SUCCESSOR, enough)


@feature(
    kind="number",
    unit="marks",
    risk="rises",
    flag="successor-of-a-stopped-buyer",
    fields=(*CONTACTS, "ult_consignee_name", "end_user_name", "part_number"),
    revision=1,
    neutral=1.0,
)
@from_the_past
def marks_of_a_buyer_that_is_gone(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Contact, consignee, part, rhythm: what a new buyer shares with one that is gone; missing of too short a past."""
    return lines["net_overlaps"].where(lines["net_covered"] == 1.0)


@feature(kind="flag", unit="yes/no", risk="rises", flag="former-customer-design", fields=("part_number",), revision=1)
@from_the_past
def orders_what_only_refused_buyers_ordered(lines: pd.DataFrame, known: Known) -> pd.Series:
    """A new buyer orders a part that only buyers refused or listed since had ordered; not evaluated without decisions.

    Nor without a part, or of too short a past.
    """
    enough = (lines["net_told"] == 1.0) & (lines["net_covered"] == 1.0) & lines["net_part_of_refused"].notna()
    return three_valued(lines["net_part_of_refused"] == 1.0, enough)


FEATURES = (
    many_customers_use_the_address,
    customers_at_the_address,
    several_buyers_deliver_to_one_site,
    buyers_of_the_site,
    one_payer_pays_for_several_buyers,
    the_forwarder_serves_one_off_consignees,
    one_off_share_of_the_forwarder,
    the_forwarder_carried_refused_lines,
    a_refused_or_listed_party_is_near,
    links_to_a_refused_or_listed_party,
    years_since_the_newest_link,
    parties_in_the_linked_group,
    known_under_another_name,
    takes_the_place_of_a_buyer_that_is_gone,
    marks_of_a_buyer_that_is_gone,
    orders_what_only_refused_buyers_ordered,
)
