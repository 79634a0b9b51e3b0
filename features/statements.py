"""Signals of what the customer says: an answer that its own places contradict, and words of altering the item."""

from __future__ import annotations

import pandas as pd

from features.declare import any_of, feature, three_valued
from features.end_use import spoken_of
from features.known import Known
from features.places import apart

PLACES_OF_USE = ("end_user_country", "dc_country")


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="domestic-or-export-evaded",
    fields=("reexport_intended", "end_user_country", "dc_country", "destination_country"),
    revision=1,
)
def denies_an_export_that_its_places_show(lines: pd.DataFrame, known: Known) -> pd.Series:
    """No export is intended, yet end user or site is outside the destination; not evaluated without answer or place.

    Who says that an export is intended evades nothing: no.
    """
    away = [apart(lines[place], lines["destination_country"], known.tables) for place in PLACES_OF_USE]
    abroad = three_valued(any_of(each.fillna(False) for each in away), any_of(each.notna() for each in away))
    denied = ~lines["reexport_intended"].astype("boolean")
    return (denied & abroad).where(denied.notna())


@feature(kind="flag", unit="yes/no", risk="rises", flag="altered-after-export", fields=("end_use_text",), revision=1)
def end_use_speaks_of_altering_the_item(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The end use speaks of taking chips off, or rebuilding boards; not evaluated without words of end use, or date."""
    return spoken_of(lines["end_use_text"], lines["order_date"], known.tables)["alteration"]


FEATURES = (denies_an_export_that_its_places_show, end_use_speaks_of_altering_the_item)
