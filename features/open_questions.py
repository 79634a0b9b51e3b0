"""What keeps the gate open: an input that a rule needs and the file does not state. Unknown is never clear."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from features.gate_places import PARTY, Place, differ, named
from features.lines import stops
from features.parties.master import ROLES
from features.parties.names import name_keys
from features.reference.tables import Tables
from features.verdict import Mask, Verdict


def open_questions(
    verdict: Verdict,
    lines: pd.DataFrame,
    classes: pd.Series,
    places: dict[str, list[Place]],
    owners_decide: Mask,
    dates: pd.Series,
    tables: Tables,
) -> None:
    """Adds to the verdict what could not be tested, and names the fields that would settle it.

    `owners_decide` is where a rule of the day tests headquarters.
    """
    abroad = (lines["leg"] != "domestic").to_numpy()
    headquarters = abroad & owners_decide
    _destinations(verdict, lines, abroad, places["destination"], dates, tables)
    _owners(verdict, lines, headquarters, tables)
    _unsettled(verdict, lines, headquarters, abroad)
    _ungrouped(verdict, headquarters, places["headquarters"], dates, tables)
    foreign_made = lines["leg"].isin(("reexport", "transfer")) & (classes == "unknown") & lines["eccn"].isna()
    hit = (foreign_made & lines["chip"].isna()).to_numpy()
    verdict.add("unknown", hit, "It is not shown that the item is subject to the US rules: part and ECCN are unknown")
    verdict.lack(hit, "eccn")
    seller = (lines["seller_country"].isna() & (lines["leg"] == "export")).to_numpy()
    verdict.add("note", seller, "The seller's country is not stated: taken as the United States")
    _domestic(verdict, lines, tables)


def _destinations(
    verdict: Verdict, lines: pd.DataFrame, abroad: Mask, found: list[Place], dates: pd.Series, tables: Tables
) -> None:
    """No destination, or one whose groups nobody knows on the day."""
    blank = abroad & lines["destination_country"].isna().to_numpy()
    verdict.add("unknown", blank, "The destination is not stated: no destination rule could be tested")
    verdict.lack(blank, "destination_country")
    _ungrouped(verdict, abroad, found, dates, tables)


def _ungrouped(verdict: Verdict, asked: Mask, found: list[Place], dates: pd.Series, tables: Tables) -> None:
    """A stated place that the country table cannot answer for: before its first day, or in no group."""
    since = tables.cards["countries"].known_from
    early = (dates < pd.Timestamp(since)).to_numpy()
    for party, country, groups in found:
        open_place = asked & country.notna().to_numpy() & groups.isna().to_numpy()
        if not open_place.any():
            continue
        says = f"The country groups are known from {since} only: {{value}} ({party}) was not tested"
        verdict.add("unknown", open_place & early, says, named(country, tables))
        says = "The country group table does not place {value} ({party}): no rule on places could be tested"
        verdict.add("unknown", open_place & ~early, says, named(country, tables), party)


def _owners(verdict: Verdict, lines: pd.DataFrame, asked: Mask, tables: Tables) -> None:
    """A party whose headquarters or ultimate parent nobody knows."""
    open_parties = pd.Series("", index=lines.index, dtype="str")
    for role in ROLES:
        unheard = lines[f"{role}_hq_country"].isna() | lines[f"{role}_ultimate_parent_country"].isna()
        hit = asked & unheard.to_numpy()
        if role == "inter_consignee":  # most orders have none; only one that is named can be asked about
            hit &= name_keys(lines["inter_consignee_name"]).notna().to_numpy()
        open_parties = open_parties.where(~hit, open_parties + f", {PARTY[role]}")
        verdict.lack(hit & name_keys(lines[f"{role}_name"]).isna().to_numpy(), f"{role}_name")
    unheard_of = (open_parties != "").to_numpy(copy=True)
    says = "Headquarters or ultimate parent not known of {value}: the headquarters rule stays open"
    verdict.add("unknown", unheard_of, says, open_parties.str[2:])
    verdict.lack(unheard_of, "hq_country", "ultimate_parent_country")


def _unsettled(verdict: Verdict, lines: pd.DataFrame, asked: Mask, abroad: Mask) -> None:
    """Rows of the customer master that contradict each other, about a party or about its owners."""
    several = "The customer master holds several different rows for the {party}: none was joined"
    ring = (
        "The owners of the {party} are not settled: rows of the customer master name each other as parent, or a stated "
        "parent country is not the parent's own"
    )
    for role in ROLES:
        contradicted = lines[f"{role}_contradicted"].fillna(False).to_numpy(dtype=bool)
        unsettled = lines[f"{role}_owners_unsettled"].fillna(False).to_numpy(dtype=bool)
        for says, hit in ((several, contradicted), (ring, unsettled)):
            verdict.add("unknown", hit & asked, says, party=PARTY[role])
            verdict.add("note", hit & abroad & ~asked, says, party=PARTY[role])
        verdict.lack(unsettled & asked, "ultimate_parent_name", "ultimate_parent_country")


def _domestic(verdict: Verdict, lines: pd.DataFrame, tables: Tables) -> None:
    """A domestic order has no destination or headquarters test, unless something in it points abroad."""
    domestic = lines["leg"] == "domestic"
    verdict.add(
        "note", domestic.to_numpy(), "Domestic order, no export stated: destination and headquarters not tested"
    )
    abroad: Iterable[tuple[str, pd.Series]] = (
        ("the end user", lines["end_user_country"]),
        ("the ultimate consignee", lines["ult_consignee_country"]),
        ("the intermediate consignee", lines["inter_consignee_country"]),
        ("the site", lines["dc_country"]),
        *(("the stated route", stop) for _, stop in stops(lines["transit_countries"]).items()),
    )
    for what, country in abroad:
        hit = domestic & differ(country, lines["destination_country"], tables)
        verdict.add("unknown", hit.to_numpy(), f"Domestic order, but {what} is in {{value}}", named(country, tables))
    meant = (domestic & lines["reexport_intended"].fillna(False).astype(bool)).to_numpy()
    verdict.add("unknown", meant, "Domestic order, but a later export is intended: its destination is not stated")
