"""Rows of the past as dated events, and the parties of a line as codes of the past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.past import narrow
from features.past.asof import Ints, days

KEYS = ("buyer", "ult_consignee_name", "end_user_name", "site", "destination_country")
NOT_SOLD = ("quote", "cancelled", "returned")
NOT_STATED, NOT_MET = -1, -2
"""Codes of a cell that is empty, and of one that the past does not know."""


@dataclass(frozen=True)
class Events:
    """Rows of the past by the day from which they count; a replaced version is taken back on the day of the next.

    `at` is the row of the past, `sign` 1, or -1 where a version is taken back.
    """

    past: pd.DataFrame
    at: Ints
    day: Ints
    sign: Ints

    def code(self, column: str) -> Ints:
        """The category of each event, -1 where the row states none."""
        return np.asarray(self.past[column].cat.codes, dtype=np.int64)[self.at]

    def amount(self, values: Ints) -> Ints:
        """The amount of each event."""
        return values[self.at] * self.sign

    def only(self, rows: npt.NDArray[np.bool_]) -> Events:
        """The events of some rows."""
        kept = rows[self.at]
        return Events(self.past, self.at[kept], self.day[kept], self.sign[kept])


def events(past: pd.DataFrame) -> Events:
    """The events of what was sold: returns, quotes and cancelled orders are left out."""
    sold = (past["counted"] & ~past["order_status"].isin(NOT_SOLD) & ~(past["quantity"] < 0)).to_numpy()
    at = np.flatnonzero(sold)
    begins = np.maximum(days(past["order_date"]), days(past["known_on"]))
    gone = np.flatnonzero(sold & past["replaced_on"].notna().to_numpy())
    sign = np.repeat(np.array([1, -1]), [len(at), len(gone)])
    return Events(past, np.append(at, gone), np.append(begins[at], days(past["replaced_on"])[gone]), sign)


def keys(lines: pd.DataFrame, past: pd.DataFrame) -> dict[str, Ints]:
    """For each of KEYS the lines' own cells as codes of the past, NOT_STATED or NOT_MET; and their `payers`."""
    own = narrow.parties(lines)
    own["site"] = narrow.site(lines, own["end_user_name"])
    own["destination_country"] = narrow.category(lines["destination_country"])
    return codes(own, past)


def codes(own: Mapping[str, pd.Series] | pd.DataFrame, past: pd.DataFrame) -> dict[str, Ints]:
    """As `keys`, of lines whose cells are the past's categories already."""
    return {name: code_in(own[name], past[name]) for name in KEYS} | {"payer": code_in(payers(own), payers(past))}


def payers(parties: Mapping[str, pd.Series] | pd.DataFrame) -> pd.Series:
    """Who paid, by name alone: the country of a payer is often left out, and is no other payer then."""
    told = parties["payer_name"]
    name, names = pd.factorize(pd.Series(told.cat.categories, dtype="str").str.replace(r"\|\w*$", "", regex=True))
    codes = np.append(name, NOT_STATED)[told.cat.codes]
    return pd.Series(pd.Categorical.from_codes(codes, pd.Index(names, dtype="str")), index=told.index)


def code_in(own: pd.Series, of_past: pd.Series) -> Ints:
    """The cells of a category as codes of another, NOT_STATED or NOT_MET."""
    place = of_past.cat.categories.get_indexer(own.cat.categories)
    known = np.append(np.where(place < 0, NOT_MET, place), NOT_STATED)
    return np.asarray(known[own.cat.codes], dtype=np.int64)
