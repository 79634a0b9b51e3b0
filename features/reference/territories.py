"""Territories follow the country whose treatment they share: Puerto Rico is the United States, to every rule."""

from __future__ import annotations

import pandas as pd

from features.reference.tables import Tables


def treated_as(countries: pd.Series, tables: Tables) -> pd.Series:
    """The country whose treatment each place follows: territories follow their parent; Hong Kong stays itself."""
    parents = tables.parents
    if parents.keys().isdisjoint(countries.unique()):
        return countries.astype("str")
    return countries.map({code: parents.get(code, code) for code in countries.dropna().unique()}).astype("str")
