"""Ties between parties over any number of links: only distinct pairs of party and trace that others share travel.

A trace that one party alone was met at ties nobody, and past the first AT_MOST + 1 parties a trace ties nobody either:
what is left is a small part of the pairs, and those a small part of the lines. It goes to every part of the file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.links import AT_MOST, NUMBER, NUMBERED, OWNER, coded, edges
from features.links_groups import others_in_the_group
from features.links_seen import FIRST_DAY, NEVER, Bools, Ints
from features.links_successors import candidates, habits
from features.links_ties import hops, ties, under_other_names, years_linked
from features.past.by_key import NOBODY, empty, met_on, numbered, since, stacked
from features.past.columns import TRACED, TRACES
from features.past.narrow import category

SITE = "site"
"""A consignee or end user at which buyers meet, beside the KINDS of trace at which parties meet."""

PAIR = ["kind", "trace", "party"]


def pairs(rows: pd.DataFrame, day: Ints, owners: pd.Series) -> pd.DataFrame:
    """Kind, trace, party and first day of the distinct pairs in rows of the past.

    `owners` as of `links_verdicts.owners`.
    """
    found = []
    for role in TRACED:
        party = rows[f"{role}_name"]
        found += [_first_met(kind, rows[f"{role}_{kind}"], party, day) for kind in TRACES]
        owned = _first_met(OWNER, party, party, day)
        found.append(owned.assign(trace=_owners(owned["party"], owners)))
        if role != "buyer":
            found.append(_first_met(SITE, party, rows["buyer_name"], day))
    numbers = _first_met(NUMBER, rows["buyer"], rows["buyer_name"], day)
    return first_days(pd.concat([*found, numbers[numbers["trace"].str.startswith(NUMBERED)]]))


def _first_met(kind: str, trace: pd.Series, party: pd.Series, day: Ints) -> pd.DataFrame:
    """The distinct pairs of two categories with their first day, as text."""
    met = pd.DataFrame({"trace": trace, "party": party}).assign(day=day).dropna().sort_values("day", kind="stable")
    once = met[~pd.Series(numbered(met[["trace", "party"]])).duplicated().to_numpy()]
    texts = {name: _text(once[name]) for name in ("trace", "party")}
    return once.assign(kind=kind, **texts)[[*PAIR, "day"]]


def no_pairs() -> pd.DataFrame:
    """The pairs of a book in which nobody states a trace."""
    return pd.DataFrame({name: pd.Series(dtype="str") for name in PAIR} | {"day": pd.Series(dtype="int64")})


def first_days(met: pd.DataFrame) -> pd.DataFrame:
    """Each pair once, with its first day."""
    return met.dropna().groupby(PAIR, sort=False, as_index=False).agg({"day": "min"})


def shared(met: pd.DataFrame) -> pd.DataFrame:
    """Of all pairs of their traces those that can tie: a pair with day NEVER asks, and ties nobody yet."""
    met = first_days(met)
    met = met[met.duplicated(PAIR[:2], keep=False) & (met["day"] < NEVER)].sort_values("day", kind="stable")
    of_trace = met.groupby(PAIR[:2], sort=False)["day"]
    last = met["day"].where(of_trace.cumcount() == AT_MOST).groupby([met["kind"], met["trace"]]).transform("max")
    return met[last.isna() | (met["day"] <= last)]


@dataclass(frozen=True)
class Around:
    """What shared ties say of lines: their columns, and the buyers in whose place a new one may have come."""

    signs: pd.DataFrame
    pairs: pd.DataFrame

    def of(self, begin: int, lines: pd.Index) -> Around:
        """Of lines that stand one after the other from a place on, under their own index."""
        end = begin + len(lines)
        pairs = self.pairs[self.pairs["line"].between(begin, end - 1)]
        pairs = pairs.assign(line=pairs["line"] - begin).reset_index(drop=True)
        return Around(self.signs.iloc[begin:end].set_axis(lines), pairs)


def around(
    lines: pd.DataFrame, day: Ints, past_of_ties: pd.DataFrame, refused: pd.Series, owners: pd.Series, new: Bools
) -> Around:
    """Of lines as they ask (`by_key.asked`), all ties (as `rows_of`), and the days since which parties are refused or
    listed.

    The pairs are those of `links_successors.candidates` with the names of the other (`buyer_name`) and of the line's
    own buyer (`own`), part, order date, and whether the other was refused.
    """
    past, asks = coded(past_of_ties, lines, day, owners)
    found, bad = edges(past), since(past.titles, refused)
    tied = ties(asks, found)
    listed = lines["list_gate"].isin(("stop", "licence")).to_numpy(dtype=bool)
    signs = {
        "net_hops": np.where(listed, 0, hops(asks, found, tied, bad)),
        "net_link_years": years_linked(tied, len(day)),
        "net_group": others_in_the_group(asks, found, tied),
        "net_other_names": under_other_names(asks, found, tied),
    }
    may = candidates(past, asks, found, tied, new)
    line, other = may["line"].to_numpy(dtype=np.int64), may["party"].to_numpy(dtype=np.int64)
    told = lines[["part", "order_date", "buyer_name"]].rename(columns={"buyer_name": "own"}).iloc[line]
    named = pd.Series(past.titles[other], dtype="str")
    may = may.assign(refused=bad[other] < day[line], buyer_name=named)
    may[told.columns] = told.set_axis(may.index)
    return Around(pd.DataFrame(signs, index=lines.index), may)


def used(past: pd.DataFrame) -> pd.DataFrame:
    """The days on which buyers, by name, took a part."""
    return past[list(HABIT)].assign(order_date=met_on(past)).drop_duplicates()


def used_to(past: list[pd.DataFrame], asked: pd.DataFrame, day: Ints) -> pd.DataFrame:
    """`links_successors.habits` of buyers by name, of rows of `used`: `asked` has buyer_name and part."""
    lines = pd.DataFrame({name: category(asked[name].reset_index(drop=True)) for name in HABIT})
    whole = stacked([used(empty(0)), *past])
    rows, asks = coded(whole.assign(known_on=whole["order_date"]), lines, day, NOBODY)
    return habits(rows, asks.parties["buyer"], asks.day, asks.part).set_axis(asked.index)


HABIT = ("buyer_name", "part")


TIED = (
    *(f"{role}_name" for role in TRACED),
    "buyer",
    *(f"buyer_{trace}" for trace in TRACES),
    "order_date",
    "known_on",
)
ASKS = (
    "part", "order_date", "list_gate", "buyer", *(f"{role}_name" for role in (*TRACED, "forwarder")),
    *(f"{role}_{trace}" for role in TRACED for trace in TRACES),
)  # fmt: skip
"""What ties are asked by, of `by_key.asked`."""


def rows_of(ties: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Shared pairs as rows of a past that holds nothing else."""
    met: pd.DataFrame = pd.concat([no_pairs(), *ties], ignore_index=True)
    met = met.sort_values("kind", kind="stable", ignore_index=True)
    traces = {
        {SITE: "ult_consignee_name", NUMBER: "buyer"}.get(str(kind), f"buyer_{kind}"): category(
            met["trace"].where(met["kind"] == kind)
        )
        for kind in met["kind"].unique()
        if kind != OWNER
    }
    days = pd.Series(FIRST_DAY + met["day"].to_numpy(dtype="timedelta64[D]")).astype("datetime64[us]")
    told = {"buyer_name": category(met["party"]), **traces, "order_date": days, "known_on": days}
    return empty(len(met))[[*TIED]].assign(**told)


def _owners(party: pd.Series, owners: pd.Series) -> pd.Series:
    """The owner of each party; a parent stands in its own group."""
    return party.map(owners).astype("str").fillna(party.where(party.isin(owners)))


def _text(values: pd.Series) -> pd.Series:
    return values.astype("str")
