"""The customer master joined to the parties of each line: by id, then by name and country, each party separately."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.parties.names import name_keys
from features.parties.owners import owners
from features.reference.tables import Tables
from features.reference.territories import treated_as

ROLES = ("buyer", "inter_consignee", "ult_consignee", "end_user")
"""The parties whose headquarters and standing are tested (design: buyer, each consignee and end user)."""

COUNTRY = {
    "buyer": "buyer_country",
    "inter_consignee": "inter_consignee_country",
    "ult_consignee": "ult_consignee_country",
    "end_user": "end_user_country",
}


@dataclass(frozen=True, eq=False)
class Keyed:
    """The customers under one kind of key: the place of each that has a key of its own, and every key there is."""

    place: pd.Series
    keys: pd.Index


@dataclass(frozen=True, eq=False)
class Master:
    """A customer master ready to be searched, once for all parts of a file: its distinct rows with their owners."""

    told: pd.DataFrame
    by_id: Keyed
    by_both: Keyed
    by_name: Keyed


def master_of(customers: pd.DataFrame, tables: Tables) -> Master:
    """The master made ready; a row repeated cell for cell is one customer."""
    distinct = customers.drop_duplicates()
    by_id, by_both, by_name = _indexes(distinct, tables)
    return Master(distinct.join(owners(distinct, by_name.place, tables)), by_id, by_both, by_name)


def parties(lines: pd.DataFrame, customers: pd.DataFrame | Master | None, tables: Tables) -> dict[str, pd.DataFrame]:
    """For each role the master row of the party named there: index of `lines`, the master's columns and four more.

    `found_by` is "id", "name and country", "name" (the line states no country) or missing. A party with the buyer's
    name is the buyer. A name or id that stands for several customers joins none, and `contradicted` says so: a
    wrong owner is worse than an unknown one. A territory and its parent are one country. `owner_countries` and
    `owners_unsettled` as in `owners`.
    """
    if customers is None:
        nothing = pd.DataFrame({"found_by": pd.Series(index=lines.index, dtype="str")}, index=lines.index)
        return dict.fromkeys(ROLES, nothing)
    master = customers if isinstance(customers, Master) else master_of(customers, tables)
    keys = {role: name_keys(lines[f"{role}_name"]) for role in ROLES}
    found: dict[str, pd.DataFrame] = {}
    for role in ROLES:
        same = pd.Series(True, index=lines.index) if role == "buyer" else (keys[role] == keys["buyer"]).fillna(False)
        country = treated_as(lines[COUNTRY[role]], tables)
        asked = (
            ("id", lines["buyer_id"].where(same), master.by_id),
            ("name and country", keys[role] + "|" + country, master.by_both),
            ("name", keys[role].where(country.isna()), master.by_name),
        )
        place = pd.Series(np.nan, index=lines.index)
        how = pd.Series(index=lines.index, dtype="str")
        for label, key, table in asked:
            looked_up = key.map(table.place)
            new = place.isna() & looked_up.notna()
            place, how = place.where(~new, looked_up), how.where(~new, label)
        several = np.logical_or.reduce([table.keys.get_indexer(pd.Index(key)) >= 0 for _, key, table in asked])
        rows = master.told.reindex(place).set_axis(lines.index)
        found[role] = rows.assign(found_by=how, contradicted=(place.isna() & several).astype("boolean"))
    return found


def _indexes(customers: pd.DataFrame, tables: Tables) -> tuple[Keyed, Keyed, Keyed]:
    """The customers by id, by name and country, by name."""
    names = pd.concat([customers["legal_name"], customers["other_names"].str.split(";").explode()])
    keys = name_keys(names.str.strip()).dropna()
    country = treated_as(customers["party_country"].fillna(customers["incorporation_country"]), tables)
    places = keys.index.to_series()
    return (
        _keyed(customers["customer_id"], customers.index.to_series()),
        _keyed(keys + "|" + country.reindex(keys.index).set_axis(keys.index), places),
        _keyed(keys, places),
    )


def _keyed(keys: pd.Series, places: pd.Series) -> Keyed:
    """Places by key; a key that stands for several of them has none."""
    table = pd.DataFrame({"key": keys.to_numpy(), "place": places.to_numpy()}).dropna().drop_duplicates()
    own = table.drop_duplicates("key", keep=False)
    return Keyed(own.set_index("key")["place"], pd.Index(table["key"].unique(), dtype="str"))
