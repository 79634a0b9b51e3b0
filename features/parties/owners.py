"""The owners of a customer, followed by name through the customer master up to the last one it knows.

A master names one parent a row. Two rows that name each other, or any longer ring, have no ultimate parent: unsettled.
"""

from __future__ import annotations

import pandas as pd

from features.parties.names import name_keys
from features.reference.tables import Tables
from features.reference.territories import treated_as

LONGEST_CHAIN = 20
"""Owners above one another that are followed; groups are a few levels deep, and a ring never ends."""

FACTS = ("hq_country", "ultimate_parent_country")


def owners(customers: pd.DataFrame, by_name: pd.Series, tables: Tables) -> pd.DataFrame:
    """For each customer `owner_countries` (";"-separated) and `owners_unsettled`, index of `customers`.

    `by_name` is the place of each customer by the key of its name, unique names only. `owner_countries` are seats and
    parent countries in the rows of the owners above it. Unsettled: the owners form a ring, or the stated parent
    country is not that of the parent's own row (a namesake, or a wrong statement).
    """
    parent = name_keys(customers["ultimate_parent_name"]).map(by_name)
    parent = parent.where(parent != customers.index.to_series())
    contradicted = _contradicted(customers, parent, tables)
    parent = parent.where(~contradicted)
    found = [pd.Series("", index=customers.index, dtype="str")]
    ring = pd.Series(False, index=customers.index)
    above = parent
    for _ in range(LONGEST_CHAIN):
        if above.isna().all():
            break
        ring |= (above == customers.index.to_series()).fillna(False)
        found += [customers[fact].reindex(above).set_axis(customers.index) for fact in FACTS]
        above = above.map(parent).where(~ring)
    rows = zip(*(column.fillna("").to_numpy(object) for column in found), strict=True)
    countries = pd.Series([";".join(sorted({*row} - {""})) for row in rows], index=customers.index, dtype="str")
    unsettled = contradicted | ring | above.notna()
    return pd.DataFrame({"owner_countries": countries, "owners_unsettled": unsettled.astype("boolean")})


def _contradicted(customers: pd.DataFrame, parent: pd.Series, tables: Tables) -> pd.Series:
    """Whether the stated parent country is neither seat nor address of the parent that is found by name."""
    stated = treated_as(customers["ultimate_parent_country"], tables)
    own = [
        treated_as(customers[fact].reindex(parent).set_axis(customers.index), tables)
        for fact in ("hq_country", "party_country", "incorporation_country")
    ]
    told = pd.concat(own, axis=1)
    among = told.eq(stated, axis=0).fillna(False).any(axis=1)
    return parent.notna() & stated.notna() & told.notna().any(axis=1) & ~among
