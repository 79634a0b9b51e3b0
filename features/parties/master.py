"""The customer master joined to the parties of each line: by id, then by name and country, each party separately."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.hashed import Keys, keys_of, places_in
from features.parties.names import name_keys
from features.parties.owners import owners
from features.reference.tables import Tables
from features.reference.territories import treated_as

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

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
    """The customers under one kind of key: every key there is, sorted, and the place of its customer, -1 of several."""

    keys: Keys
    place: Ints

    def find(self, asked: pd.Series) -> tuple[pd.Series, Bools]:
        """The place of the one customer under each key, missing without one; and whether the key is there at all."""
        code, distinct = pd.factorize(asked)
        at = np.append(places_in(self.keys, keys_of(distinct)), -1)[code]
        place = np.where(at < 0, -1, np.append(self.place, -1)[at])
        return pd.Series(np.where(place < 0, np.nan, place), index=asked.index), at >= 0


@dataclass(frozen=True, eq=False)
class Master:
    """A customer master ready to be searched, once for all parts of a file: its distinct rows with their owners."""

    told: pd.DataFrame
    by_id: Keyed
    by_both: Keyed
    by_name: Keyed


def master_of(customers: pd.DataFrame, tables: Tables) -> Master:
    """The master made ready; a row repeated cell for cell is one customer."""
    twice = customers.duplicated()
    distinct = customers[~twice] if twice.any() else customers
    by_id, by_both, by_name = _indexes(distinct, tables)
    own = by_name.drop_duplicates("key", keep=False).set_index("key")["place"]
    return Master(distinct.join(owners(distinct, own, tables)), *map(_keyed, (by_id, by_both, by_name)))


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
        several = np.zeros(len(lines), dtype=bool)
        for label, key, table in asked:
            looked_up, there = table.find(key)
            several |= there
            new = place.isna() & looked_up.notna()
            place, how = place.where(~new, looked_up), how.where(~new, label)
        rows = master.told.reindex(place).set_axis(lines.index)
        found[role] = rows.assign(found_by=how, contradicted=(place.isna() & several).astype("boolean"))
    return found


def _indexes(customers: pd.DataFrame, tables: Tables) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Key and place of the customers by id, by name and country, by name."""
    names = pd.concat([customers["legal_name"], customers["other_names"].str.split(";").explode()])
    keys = name_keys(names.str.strip()).dropna()
    country = treated_as(customers["party_country"].fillna(customers["incorporation_country"]), tables)
    places = keys.index.to_series()
    return (
        _told(customers["customer_id"], customers.index.to_series()),
        _told(keys + "|" + country.reindex(keys.index).set_axis(keys.index), places),
        _told(keys, places),
    )


def _told(keys: pd.Series, places: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"key": keys.to_numpy(), "place": places.to_numpy()}).dropna().drop_duplicates()


def _keyed(told: pd.DataFrame) -> Keyed:
    """Places by key; a key that stands for several of them has none."""
    keys, first, count = np.unique(keys_of(told["key"]), return_index=True, return_counts=True)
    return Keyed(keys, np.where(count > 1, -1, told["place"].to_numpy(dtype=np.int64)[first]))
