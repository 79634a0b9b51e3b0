"""Signals of where the goods go: licence group of the destination, headquarters of the parties, end user elsewhere.

Legal status only: no place and no name is evidence by itself (regulation 9). The legal answer is the gate's.
"""

from __future__ import annotations

import pandas as pd

from features.declare import any_of, feature, three_valued
from features.known import Known
from features.lines import treated_as
from features.parties.master import ROLES

LICENCE_GROUPS = ("D:1", "D:4", "D:5")
SPARED_GROUPS = ("A:5", "A:6")
NAMED = ("MO", "AE")  # Macau and the UAE are named by the rules beside the groups (regulation 3.3)


def in_groups(
    country: pd.Series,
    dates: pd.Series,
    known: Known,
    wanted: tuple[str, ...],
    spared: tuple[str, ...] = (),
    named: tuple[str, ...] = (),
) -> pd.Series:
    """Whether each place is named or stood in one of the groups; not evaluated when place or day is not known."""
    row = known.tables.on("countries", treated_as(country, known.tables), dates)
    groups = row["groups"].fillna("")
    codes, distinct = pd.factorize(groups)
    hits = [bool(set(wanted) & set(each.split(";"))) and not set(spared) & set(each.split(";")) for each in distinct]
    found = pd.Series(hits, dtype="bool").reindex(codes).set_axis(country.index)
    return three_valued(found | country.isin(named), row["known"] & row["groups"].notna())


def in_d5_or_macau(country: pd.Series, dates: pd.Series, known: Known) -> pd.Series:
    """Country Group D:5 or Macau, which every rule adds by name; Hong Kong is treated as China."""
    return in_groups(country, dates, known, ("D:5",), named=("MO",))


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
    blank = lines[lines["destination_country"].isna()]
    hidden = any_of(_needs_a_licence(blank, name, known) for name in ("ult_consignee_country", "end_user_country"))
    return _needs_a_licence(lines, "destination_country", known).fillna(hidden.where(hidden.fillna(False)))


def _needs_a_licence(lines: pd.DataFrame, place: str, known: Known) -> pd.Series:
    return in_groups(lines[place], lines["order_date"], known, LICENCE_GROUPS, SPARED_GROUPS, named=NAMED)


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
    revision=1,
)
def end_user_is_outside_the_destination(lines: pd.DataFrame, known: Known) -> pd.Series:
    """End user or consignee is in another country than the destination; not evaluated when neither is stated.

    When these two are apart, one of them is outside whatever the destination is: a blank one hides nothing.
    """
    destination = lines["destination_country"]
    elsewhere = [
        three_valued(lines[who] != destination, lines[who].notna() & destination.notna())
        for who in ("end_user_country", "ult_consignee_country")
    ]
    user, consignee = lines["end_user_country"], lines["ult_consignee_country"]
    apart = three_valued(user != consignee, user.notna() & consignee.notna())
    stated = elsewhere[0].fillna(elsewhere[1])
    return stated | elsewhere[1].fillna(stated) | apart.fillna(stated)


FEATURES = (
    destination_is_in_a_licence_group,
    a_party_is_headquartered_in_d5_or_macau,
    headquarters_of_a_known_party_is_not_stated,
    end_user_is_outside_the_destination,
)
