"""Places and their legal standing on a day: country groups, Macau, listed hubs, the country of a port."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from features.charts import Chart
from features.declare import three_valued
from features.known import Known
from features.lines import asked_once, treated_as
from features.reference.tables import STATES_KEPT, Tables

LICENCE_GROUPS = ("D:1", "D:4", "D:5")
SPARED_GROUPS = ("A:5", "A:6")
NAMED = ("MO", "AE")  # Macau and the UAE are named by the rules beside the groups (regulation 3.3)

LOCODE = r"^([A-Z]{2})[ -]?([A-Z2-9]{3})$"
"""A place by UN/LOCODE: two letters of the country, three of the place. US Schedule K numbers name no country here."""

NO_LOCODE = frozenset(
    {
        "BASEL",
        "BEIRA",
        "BREST",
        "CADIZ",
        "CAIRO",
        "CHINA",
        "COLON",
        "DELHI",
        "DOVER",
        "GAVLE",
        "GENOA",
        "LAGOS",
        "LILLE",
    }
    | {"LYONS", "MACAO", "MACAU", "MALMO", "NEPAL", "PARIS", "PERTH", "PRAHA", "SEOUL", "SOFIA", "TOKYO"}
)
"""Names of five letters that begin as another country's code does (the founders' list)."""


@lru_cache(maxsize=2 * STATES_KEPT)
def _in_groups(
    tables: Tables, wanted: tuple[str, ...], spared: tuple[str, ...] = (), named: tuple[str, ...] = ()
) -> Chart:
    """Whether each place is named or stood in one of the groups; not evaluated when place or day is not known."""

    def stands(place: pd.Series, day: pd.Series) -> pd.Series:
        row = tables.on("countries", treated_as(place, tables), day)
        told = row["groups"].notna()
        groups = [set(each.split(";")) for each in row["groups"].where(told, "").to_numpy(object)]
        hit = [bool(each.intersection(wanted)) and each.isdisjoint(spared) for each in groups]
        found = pd.Series(hit, index=place.index, dtype="bool")
        return three_valued(found | place.isin(named), row["known"] & told)

    return Chart.of("countries", tables, stands)


def in_d5_or_macau(country: pd.Series, dates: pd.Series, known: Known) -> pd.Series:
    """Country Group D:5 or Macau, which every rule adds by name; Hong Kong is treated as China."""
    return _in_groups(known.tables, ("D:5",), named=("MO",)).on(country, dates)


def needs_a_licence(country: pd.Series, dates: pd.Series, known: Known) -> pd.Series:
    """A place to which 3A090 items need a licence: D:1, D:4, D:5 less A:5 and A:6, Macau, the UAE (regulation 3.3)."""
    return _in_groups(known.tables, LICENCE_GROUPS, SPARED_GROUPS, named=NAMED).on(country, dates)


def is_a_hub(place: pd.Series, dates: pd.Series, known: Known) -> pd.Series:
    """Whether a place was listed as a hub on its date; not evaluated without place or date, or before the list."""
    return _hubs(known.tables).on(place, dates)


@lru_cache(maxsize=STATES_KEPT)
def _hubs(tables: Tables) -> Chart:
    def listed(each: pd.Series, day: pd.Series) -> pd.Series:
        row = tables.on("transshipment_hubs", each, day)
        return three_valued(row["basis"].notna(), row["known"])

    return Chart.of("transshipment_hubs", tables, listed)


def any_in_d5_or_macau(lists: pd.Series, dates: pd.Series, known: Known) -> pd.Series:
    """Whether a ";"-separated list holds a place in D:5 or Macau; not evaluated without list or day."""

    def holds(listed: pd.Series, day: pd.Series) -> pd.Series:
        each = listed.str.split(";").explode()
        answer = in_d5_or_macau(each.astype("str"), day.reindex(each.index), known)
        found = answer.fillna(False).groupby(level=0).any()
        return three_valued(found, found | answer.notna().groupby(level=0).all())

    return asked_once(holds, lists, dates)


def apart(one: pd.Series, other: pd.Series, tables: Tables) -> pd.Series:
    """Whether two places are different countries, territories taken for their parent; missing while one is missing."""
    places, distinct = pd.factorize(pd.concat([one, other]))
    countries, _ = pd.factorize(treated_as(pd.Series(distinct, dtype="str"), tables))
    here, there = np.append(countries, -1)[places].reshape(2, -1)  # -1 where none is stated
    stated = (here >= 0) & (there >= 0)
    return pd.Series(pd.arrays.BooleanArray(here != there, ~stated), index=one.index)


def country_of_port(ports: pd.Series, tables: Tables) -> pd.Series:
    """The country of each UN/LOCODE; missing for a name, a number of Schedule K, or letters of no country."""
    written = ports.str.strip().str.upper()
    country = written.str.extract(LOCODE)[0].where(~written.isin(NO_LOCODE))
    return country.where(country.isin(tables.frames["countries"]["iso2"]))
