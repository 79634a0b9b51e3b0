"""Signals of where the goods go: licence group of the destination, headquarters of the parties, end user elsewhere.

Legal status only: no place and no name is evidence by itself (regulation 9). The legal answer is the gate's.
"""

from __future__ import annotations

import pandas as pd

from features.declare import any_of, feature, three_valued
from features.known import Known
from features.lines import asked_once, treated_as
from features.parties.master import ROLES
from features.places import apart, in_d5_or_macau, needs_a_licence


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="destination-licence-group",
    fields=("destination_country", "ult_consignee_country", "end_user_country", "order_date"),
    revision=1,
)
def destination_is_in_a_licence_group(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The destination stood in a group that needs a licence for 3A090 items; not evaluated without place or date.

    A blank destination hides no consignee or end user in such a group: theirs stands in, as a yes only.
    """
    dates = lines["order_date"]
    standing_in = ("ult_consignee_country", "end_user_country")
    hidden = any_of(needs_a_licence(lines[name], dates, known) for name in standing_in)
    stated = needs_a_licence(lines["destination_country"], dates, known)
    return stated.fillna(hidden.where(hidden.fillna(False) & lines["destination_country"].isna()))


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="headquarters-d5-macau",
    fields=("hq_country", "ultimate_parent_country"),
    revision=1,
)
def a_party_is_headquartered_in_d5_or_macau(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Buyer, a consignee or end user has headquarters or parent in D:5 or Macau; not evaluated while one is unknown."""
    nobody = lines["inter_consignee_name"].isna()  # most orders have no intermediate consignee
    return any_of(
        in_d5_or_macau(lines[f"{role}_{fact}"], lines["order_date"], known).mask(
            nobody & (role == "inter_consignee"), False
        )
        for role in ROLES
        for fact in ("hq_country", "ultimate_parent_country")
    )


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="headquarters-unknown",
    fields=("hq_country", "ultimate_parent_country"),
    revision=1,
)
def headquarters_of_a_known_party_is_not_stated(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The master knows the party but not its headquarters or parent; not evaluated when no party is in the master."""
    found = [lines[f"{role}_found_by"].notna() for role in ROLES]
    blank = [
        found[place] & (lines[f"{role}_hq_country"].isna() | lines[f"{role}_ultimate_parent_country"].isna())
        for place, role in enumerate(ROLES)
    ]
    return three_valued(pd.concat(blank, axis=1).any(axis=1), pd.concat(found, axis=1).any(axis=1))


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="end-user-elsewhere",
    fields=("end_user_country", "ult_consignee_country", "destination_country"),
    revision=2,
)
def end_user_is_outside_the_destination(lines: pd.DataFrame, known: Known) -> pd.Series:
    """End user or consignee is in another country than the destination; not evaluated when neither is stated.

    When these two are apart, one of them is outside whatever the destination is: a blank one hides nothing.
    """
    destination = lines["destination_country"]
    user, consignee = lines["end_user_country"], lines["ult_consignee_country"]
    user_elsewhere = apart(user, destination, known.tables)
    consignee_elsewhere = apart(consignee, destination, known.tables)
    stated = user_elsewhere.fillna(consignee_elsewhere)
    return stated | consignee_elsewhere.fillna(stated) | apart(user, consignee, known.tables).fillna(stated)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="destination-d5-macau",
    fields=("destination_country", "order_date"),
    revision=1,
)
def goods_go_to_d5_or_macau(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The destination stood in Country Group D:5 or is Macau; not evaluated without place or date."""
    return in_d5_or_macau(lines["destination_country"], lines["order_date"], known)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="party-in-licence-group",
    fields=("end_user_country", "buyer_country", "ult_consignee_country", "destination_country", "order_date"),
    revision=1,
)
def a_party_sits_in_a_licence_group(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Buyer, consignee or end user is in a licence group and the goods go elsewhere; not evaluated while one is blank.

    Where the destination stands in such a group itself, its own flag says so: no.
    """
    parties = ("buyer_country", "ult_consignee_country", "end_user_country")
    theirs = any_of(needs_a_licence(lines[name], lines["order_date"], known) for name in parties)
    destination = needs_a_licence(lines["destination_country"], lines["order_date"], known)
    return theirs.mask(destination.fillna(False), False)


@feature(
    kind="number",
    unit="tier",
    risk="rises",
    flag="diffusion-tier",
    fields=("destination_country", "order_date"),
    revision=1,
    neutral=2.0,
)
def destination_diffusion_tier(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Tier (1–3) of the destination in the rule of January 2025; missing before that rule, or without place.

    A historical label: the rule was never enforced and is no licence test (90 FR 4544; regulation 3.6). The United
    States count as 1.
    """
    since = known.tables.frames["control_dates"].set_index("name").loc["diffusion-tiers", "start"]

    def tier(place: pd.Series, day: pd.Series) -> pd.Series:
        row = known.tables.on("countries", treated_as(place, known.tables), day)
        said = row["diffusion_tier"].map({"US": 1.0, "1": 1.0, "2": 2.0, "3": 3.0}).astype("float64")
        return said.where(row["known"] & (day >= since))

    return asked_once(tier, lines["destination_country"], lines["order_date"])


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="registered-elsewhere",
    fields=("incorporation_country", "party_country"),
    revision=1,
)
def a_party_is_registered_elsewhere_than_it_trades(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Buyer or end user is incorporated in another country than its address; not evaluated while one is not stated."""
    return any_of(
        apart(lines[f"{role}_incorporation_country"], lines[f"{role}_party_country"], known.tables)
        for role in ("buyer", "end_user")
    )


FEATURES = (
    destination_is_in_a_licence_group,
    a_party_is_headquartered_in_d5_or_macau,
    headquarters_of_a_known_party_is_not_stated,
    end_user_is_outside_the_destination,
    goods_go_to_d5_or_macau,
    a_party_sits_in_a_licence_group,
    destination_diffusion_tier,
    a_party_is_registered_elsewhere_than_it_trades,
)
