"""Who stands where: the countries that the tests of the gate look at, with their groups on the day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from features.charts import Chart
from features.lines import stops, treated_as
from features.parties.master import ROLES
from features.reference.tables import STATES_KEPT, Tables
from features.verdict import Mask

PARTY = {
    "buyer": "buyer",
    "inter_consignee": "intermediate consignee",
    "ult_consignee": "ultimate consignee",
    "end_user": "end user",
}

TIER = ";tier:"
"""How the tier of a place stands among its groups, so that a rule names it as it names a group."""


class Place(NamedTuple):
    """One party, its country, and the groups of that country on the day (missing where not known)."""

    party: str
    country: pd.Series
    groups: pd.Series


def places(lines: pd.DataFrame, dates: pd.Series, tables: Tables, *, end_use: bool) -> dict[str, list[Place]]:
    """For each test of place the parties it looks at.

    Where the goods will be used, or installed, is a destination too: a consignee in a friendly place does not hide it.
    An end use is tested with every place of the order: destinations, owners, and the tenants of the site; without
    `end_use` these are left out.
    """
    named = {
        "destination": _destinations(lines, tables),
        "headquarters": [(PARTY[role], country) for role, country in owners(lines)],
    }
    if end_use:
        named["end use"] = [*named["destination"], *named["headquarters"], *_tenants(lines)]
    return {test: list(_grouped(found, dates, tables)) for test, found in named.items()}


def _grouped(found: Iterable[tuple[str, pd.Series]], dates: pd.Series, tables: Tables) -> Iterable[Place]:
    """Each party with the groups of its country; one that no line states is left out."""
    for party, country in found:
        if country.notna().any():
            yield Place(party, country, groups(country, dates, tables))


def _destinations(lines: pd.DataFrame, tables: Tables) -> list[tuple[str, pd.Series]]:
    """The stated destination first, then every other place in which the goods end, where it is another one."""
    destination = lines["destination_country"]
    others = (("ult_consignee_country", "ultimate consignee"), ("end_user_country", "end user"), ("dc_country", "site"))
    found = [(party, lines[field].where(differ(lines[field], destination, tables))) for field, party in others]
    return [("ultimate consignee", destination), *found]


def owners(lines: pd.DataFrame) -> Iterable[tuple[str, pd.Series]]:
    """Role and country of each headquarters and parent: the party's own, and those of the owners in the master."""
    for role in ROLES:
        for fact in ("hq_country", "ultimate_parent_country"):
            yield role, lines[f"{role}_{fact}"]
        for _, country in stops(lines[f"{role}_owner_countries"]).items():
            yield role, country


def _tenants(lines: pd.DataFrame) -> Iterable[tuple[str, pd.Series]]:
    told = [lines["iaas_customer_hq_countries"], *(lines[f"{role}_iaas_customer_hq_countries"] for role in ROLES)]
    for tenants in told:
        for _, country in stops(tenants).items():
            yield "tenant of the site", country


def differ(country: pd.Series, other: pd.Series, tables: Tables) -> pd.Series:
    """Whether a stated country is another one; a territory and its parent are the same."""
    return country.notna() & (treated_as(country, tables) != treated_as(other, tables)).fillna(True)


def groups(country: pd.Series, dates: pd.Series, tables: Tables) -> pd.Series:
    """Country groups and tier ("tier:2") on the day, ";"-separated; missing for a place or day that the table lacks.

    A place that stands in no group is missing too; the United States needs none.
    """
    return _groups(tables).on(country, dates)


@lru_cache(maxsize=STATES_KEPT)
def _groups(tables: Tables) -> Chart:
    def standing(place: pd.Series, day: pd.Series) -> pd.Series:
        treated = treated_as(place, tables)
        found = tables.on("countries", treated, day)
        whole = found["groups"] + TIER + found["diffusion_tier"]
        return whole.where(found["known"] & ((found["groups"] != "") | (treated == "US")))

    return Chart.of("countries", tables, standing)


def in_scope(country: pd.Series, groups: pd.Series, rule: Mapping[Any, Any]) -> Mask:
    """Whether a place lies in one of the rule's groups and in none it spares, or is named by it."""
    wanted, spared, named = (
        set(filter(None, rule[key].split(";"))) for key in ("groups_any", "groups_none", "countries")
    )
    codes, distinct = pd.factorize(groups)
    by_group = np.array(
        [bool(wanted & set(g.split(";"))) and not spared & set(g.split(";")) for g in distinct] + [False]
    )
    answer: Mask = by_group[codes] | country.isin(named).to_numpy()
    return answer


def named(country: pd.Series, tables: Tables) -> pd.Series:
    """Countries as "Viet Nam (VN)", for sentences."""
    names = tables.country_names
    codes, distinct = pd.factorize(country)
    said = [f"{names[code]} ({code})" if code in names else str(code) for code in distinct]
    return pd.Series(said, dtype="str").reindex(codes).set_axis(country.index)
