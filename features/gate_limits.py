"""Ceilings on TPP: what is counted of an order, customer, consignee or country up to the end of the line's own day.

Counted are the lines of `known.past` and the line's own order, whether it stands in the past or not; other lines of the
file are no part of it unless the past holds them. Rules name a ceiling as 'over NAME' or 'within NAME'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.known import Known
from features.lines import treated_as
from features.parties.names import name_keys
from features.reference.tables import Tables
from features.verdict import Mask

NOT_COUNTED = ("quote", "cancelled", "returned")
WHOSE = {"order": "order_id", "customer": "buyer", "consignee": "ult_consignee_name", "country": "destination_country"}
"""The column that tells whose TPP is counted, of `counted_rows` and of the past alike."""

COUNTED_COLUMNS = ("order_date", "order_status", "tpp_total", *WHOSE.values())
"""What the past must hold of a line to be counted."""

MILLION = 1e6
DAYS = 2**32  # more days than any date: whose it is and the day fit into one number

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Counted(NamedTuple):
    """Where a ceiling lets its rule hit, where that stays open, and the sentence with the figures."""

    hit: Mask
    open: Mask
    said: pd.Series


@dataclass(frozen=True)
class Ledger:
    """What is counted for the lines of a gate; each sum is made once, however many rules and parties ask for it."""

    lines: pd.DataFrame
    dates: pd.Series
    known: Known
    made: dict[tuple[str, str, pd.Timestamp], Floats] = field(default_factory=dict)

    def held_against(self, cell: str, place: pd.Series, asked: Mask) -> Counted:
        """The ceiling that a rule names, put to the lines `asked`; `place` is the country that the rule hits.

        A ceiling of that country alone (NAME:XX) goes before NAME; without one in force nothing hits.
        """
        side, name = cell.split(" ", 1)
        country = treated_as(place, self.known.tables)
        hit, open_lines = np.zeros(len(asked), dtype=bool), np.zeros(len(asked), dtype=bool)
        said = np.full(len(asked), "", dtype=object)
        here: dict[tuple[str, str, pd.Timestamp], Floats] = {}  # sums of these places: no other rule asks for them
        for row in _rows(name, self.known.tables):
            only = row["limit"].removeprefix(name).removeprefix(":")
            where = asked & self._in_force(row)
            if only:
                where &= (country == only).fillna(False).to_numpy(dtype=bool)
            if not where.any():
                continue
            total = self._sum_of(row, country, here if row["counted_for"] == "country" else self.made)
            over = total > float(row["tpp"])
            lacking = np.isnan(total) | (~over & self.lines["tpp_total"].isna().to_numpy())
            hit = np.where(where, over if side == "over" else ~over & ~lacking, hit)
            open_lines = np.where(where, lacking, open_lines)
            said[where] = _said(row, total[where], self.lines["order_date"][where], self.first)
        return Counted(hit, open_lines, pd.Series(said, index=self.lines.index, dtype="str"))

    def _sum_of(
        self, row: Mapping[Any, Any], country: pd.Series, made: dict[tuple[str, str, pd.Timestamp], Floats]
    ) -> Floats:
        """TPP counted for each line, up to the end of its day; NaN where nobody can say whose it is, or when."""
        what = (row["counted_for"], row["counted_over"], row["start"])
        if what not in made:
            subject = country if row["counted_for"] == "country" else self.here[WHOSE[row["counted_for"]]]
            made[what] = self._total(row, subject)
        return made[what]

    @cached_property
    def here(self) -> pd.DataFrame:
        """The lines as they are counted."""
        return counted_rows(self.lines)

    @cached_property
    def past(self) -> pd.DataFrame | None:
        """The past as it is counted, or None."""
        return past_rows(self.known.past)

    @cached_property
    def first(self) -> pd.Timestamp | None:
        """The first day of the known past."""
        return None if self.past is None or self.past.empty else self.past["order_date"].min()

    @cached_property
    def orders(self) -> tuple[Numbers, Numbers]:
        """Numbers of the orders of the lines and of the past; one order has one number."""
        here = self.here["order_id"]
        there = here.iloc[:0] if self.past is None else self.past["order_id"]
        codes, _ = pd.factorize(pd.concat([here, there]))
        return codes[: len(here)].astype(np.int64), codes[len(here) :].astype(np.int64)

    def _in_force(self, row: Mapping[Any, Any]) -> Mask:
        days: Mask = ((self.dates >= row["start"]) & ((self.dates <= row["end"]) | pd.isna(row["end"]))).to_numpy()
        return days

    def _theirs(self, whose: str) -> pd.Series:
        """Whose each line of the past is."""
        assert self.past is not None  # noqa: S101  (asked only where there is one)
        column = self.past[WHOSE[whose]]
        return treated_as(column, self.known.tables) if whose == "country" else column

    def _total(self, row: Mapping[Any, Any], subject: pd.Series) -> Floats:
        day = self.lines["order_date"]
        can = (subject.notna() & day.notna()).to_numpy()
        order, earlier = self.orders
        own = _countable(self.lines).groupby([pd.factorize(subject)[0], order]).transform("sum").to_numpy()
        if self.past is None or row["counted_for"] == "order":
            return np.where(can, own, np.nan)
        theirs, names = pd.factorize(self._theirs(row["counted_for"]))
        asked = names.get_indexer(pd.Index(subject))
        last = _number(day.fillna(pd.Timestamp(0)))
        first = _number(pd.Series(row["start"], index=day.index))
        if row["counted_over"] == "year":
            first = np.maximum(first, _new_year(last))
        added, days = _countable(self.past).to_numpy(), _number(self.past["order_date"])
        width = max(order.max(initial=0), earlier.max(initial=0)) + 2  # -1: a line of the past without an order
        pairs, pair = np.unique(theirs * width + earlier + 1, return_inverse=True)
        wanted = asked * width + order + 1
        at = np.searchsorted(pairs, wanted).clip(max=len(pairs) - 1)
        itself = np.where((asked >= 0) & (pairs[at] == wanted), at, -1)
        everything = _sums(theirs, days, added, asked, first, last)
        return np.where(can, own + everything - _sums(pair, days, added, itself, first, last), np.nan)


def counted_rows(lines: pd.DataFrame) -> pd.DataFrame:
    """COUNTED_COLUMNS of the lines: the buyer as the past has it, its number ("id:C-1"), else name key and country.

    A consignee is its name key alone: it is one wherever its addresses are. A line without order_id is an order of its
    own.
    """
    alone = pd.Series("line " + lines.index.astype("str"), index=lines.index, dtype="str")
    named = name_keys(lines["buyer_name"]) + "|" + lines["buyer_country"].fillna("")
    buyer = ("id:" + lines["buyer_id"]).fillna(named)
    plain = lines[["order_date", "order_status", "tpp_total", "destination_country"]]
    keys = {"buyer": buyer, "ult_consignee_name": name_keys(lines["ult_consignee_name"])}
    return plain.assign(order_id=lines["order_id"].fillna(alone), **keys)[list(COUNTED_COLUMNS)]


def past_rows(past: pd.DataFrame) -> pd.DataFrame | None:
    """The dated lines of a past that count, their last versions; None when it is empty or lacks COUNTED_COLUMNS."""
    if past.empty or not set(COUNTED_COLUMNS) <= set(past.columns):
        return None
    stands = past["order_date"].notna()
    if "counted" in past and "replaced_on" in past:
        stands &= past["counted"] & past["replaced_on"].isna()
    rows = past.loc[stands, list(COUNTED_COLUMNS)].reset_index(drop=True)
    if rows.empty:
        return None
    codes, names = pd.factorize(rows["ult_consignee_name"].astype("str"))
    keys = pd.Series(names, dtype="str").str.split("|").str[0].astype("str")
    text = rows.astype({"order_status": "str", **dict.fromkeys(WHOSE.values(), "str")})
    return text.assign(ult_consignee_name=keys.reindex(codes).to_numpy())


def _rows(name: str, tables: Tables) -> list[dict[Any, Any]]:
    """The rows of a ceiling, that of every country first."""
    frame = tables.frames["tpp_limits"]
    own = frame[(frame["limit"] == name) | frame["limit"].str.startswith(f"{name}:")]
    return own.sort_values("limit", kind="stable").to_dict("records")


def _countable(lines: pd.DataFrame) -> pd.Series:
    """TPP that a line adds; nothing for a quotation, a cancelled or returned line, or where it is not known."""
    counts = ~lines["order_status"].isin(NOT_COUNTED)
    return lines["tpp_total"].where(counts).clip(lower=0.0).fillna(0.0).astype("float64")


def _sums(theirs: Numbers, days: Numbers, added: Floats, asked: Numbers, first: Numbers, last: Numbers) -> Floats:
    """Sums of `added` for whom each line asks (-1: nobody), from its first to its last day, both included."""
    key = theirs.astype(np.int64) * DAYS + days
    sort = np.lexsort((added, key))
    rising, running = key[sort], np.concatenate([[0.0], np.cumsum(added[sort])])
    low = np.searchsorted(rising, asked.astype(np.int64) * DAYS + first, "left")
    high = np.searchsorted(rising, asked.astype(np.int64) * DAYS + last, "right")
    return np.where((asked >= 0) & (high > low), running[high] - running[low], 0.0)


def _number(days: pd.Series) -> Numbers:
    """Days since 1970."""
    return days.to_numpy(dtype="datetime64[D]").astype(np.int64)


def _new_year(days: Numbers) -> Numbers:
    """The first day of the year of each day."""
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)


def _said(row: Mapping[Any, Any], total: Floats, day: pd.Series, first: pd.Timestamp | None) -> pd.Series:
    """The figures, as far as they were counted: "31.2 of 26.9 million TPP of one consignee in 2026"."""
    of_millions = pd.Series(total / MILLION, index=day.index)
    counted = of_millions.map("{:,.4g}".format, na_action="ignore").astype("str").fillna("an unknown part")
    told = f"Counted against {row['limit']}: " + counted + f" of {float(row['tpp']) / MILLION:,.4g} million TPP"
    if row["counted_for"] == "order":
        return told + " of this order"
    year = day.dt.year.astype("Int64").astype("str").fillna("no known year")
    period = " in " + year if row["counted_over"] == "year" else f" since {row['start']:%Y-%m-%d}"
    known = "this order alone, no past is known" if first is None else f"lines known from {first:%Y-%m-%d} on"
    return told + f" of one {row['counted_for']}" + period + f" ({known})"
