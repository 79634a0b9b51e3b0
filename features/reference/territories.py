"""Territories follow the country whose treatment they share: Puerto Rico is the United States, to every rule."""

from __future__ import annotations

import pandas as pd

from features.reference.tables import Tables


def treated_as(countries: pd.Series, tables: Tables) -> pd.Series:
    """The country whose treatment each place follows: territories follow their parent; Hong Kong stays itself."""
    frame = tables.frames["countries"]
    parent = frame[(frame["ear_parent"] != "") & (frame["iso2"] != "HK")].drop_duplicates("iso2")
    parents: dict[str, str] = dict(zip(parent["iso2"], parent["ear_parent"], strict=True))
    return countries.map({code: parents.get(code, code) for code in countries.dropna().unique()}).astype("str")
