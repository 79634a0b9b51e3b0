"""Ties between parties over any number of links: only distinct pairs of party and trace that others share travel.

A trace that one party alone was met at ties nobody, and past the first AT_MOST + 1 parties a trace ties nobody either:
what is left is a small part of the pairs, and those a small part of the lines. It goes to every part of the file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.hashed import Keys, keys_of, places_in
from features.links import AT_MOST, IDENTITY, NUMBER, NUMBERED, OWNER, Coded
from features.links_seen import NEVER, Bools, Ints, days_of
from features.links_successors import Bought, candidates, habits
from features.links_ties import hops, others_in_the_group, ties, under_other_names, years_linked
from features.links_web import Web, edges, sites_of, woven
from features.past.by_key import empty, met_on, numbered
from features.past.columns import TRACED, TRACES
from features.past.narrow import category, stacked

SITE = "site"
"""A consignee or end user at which buyers meet, beside the KINDS of trace at which parties meet."""

PAIR = ["kind", "trace", "party"]
NAMELESS = ""  # no party has this key


def pairs(rows: pd.DataFrame, day: Ints, owners: pd.Series) -> pd.DataFrame:
    """Kind, trace, party and first day of the distinct pairs in rows of the past.

    `owners` as of `links_verdicts.owners`.
    """
    found = []
    for role in TRACED:
        party = rows[f"{role}_name"]
        found += [_first_met(kind, rows[f"{role}_{kind}"], party, day) for kind in TRACES]
        owned = _first_met(OWNER, party, party, day)
        found.append(owned.assign(trace=owned["party"].map(owners).astype("str")))
        if role != "buyer":
            found.append(_first_met(SITE, party, rows["buyer_name"], day))
    numbers = _first_met(NUMBER, rows["buyer"], rows["buyer_name"], day)
    return first_days(pd.concat([*found, numbers[numbers["trace"].str.startswith(NUMBERED)]]))


def asked_pairs(asks: pd.DataFrame, owners: pd.Series) -> pd.DataFrame:
    """The pairs of lines that ask, of day NEVER: they tie nobody yet, but what one of them has is shared.

    A buyer without a name stands at a site too.
    """
    nameless = asks["buyer_name"].cat.add_categories([NAMELESS]).fillna(NAMELESS)
    return pairs(asks.assign(buyer_name=nameless), np.full(len(asks), NEVER), owners)


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


def as_keys(ties: pd.DataFrame) -> pd.DataFrame:
    """Shared pairs as numbers: keys of trace, party and, where one firm alone has the trace, name; kind and day.

    The key of a party is the one by which its rows are dealt out (`by_key.bucket`). In the order of the days at a
    trace, and of one day in that of the names.
    """
    ties = ties.sort_values([*PAIR[:2], "day", "party"], ignore_index=True)
    at_site = (ties["kind"] == SITE).to_numpy()
    party, texts = pd.factorize(ties["party"])
    made = {
        "trace": np.where(at_site, keys_of(ties["trace"]), keys_of(ties["kind"] + "|" + ties["trace"])),
        "party": keys_of(texts)[party],
        "name": np.where(ties["kind"].isin(IDENTITY), keys_of(without_country(texts))[party], np.uint64(0)),
        "at_site": at_site,
        "identity": ties["kind"].isin(IDENTITY).to_numpy(),
        "day": ties["day"].to_numpy(dtype=np.int32),
    }
    return pd.DataFrame(made)


def without_country(parties: pd.Index) -> pd.Series:
    """The name keys of parties."""
    return pd.Series(parties, dtype="str").str.replace(r"\|[^|]*$", "", regex=True)


@dataclass(frozen=True)
class Knitted:
    """The web of all shared pairs, and the keys of its parties, traces and names, sorted: their places are the codes.

    One trace besides, the last, was never met: it stands for every other trace that only one firm has.
    """

    web: Web
    parties: Keys
    traces: Keys
    names: Keys


def knit(ties: Iterable[pd.DataFrame], refused: pd.Series) -> Knitted:
    """The web of pairs `as_keys`; `refused` is the day since which parties are refused or listed."""
    met: pd.DataFrame = pd.concat([as_keys(no_pairs()), *ties], ignore_index=True)
    site = met["at_site"].to_numpy()
    trace, party, day = (met[name].to_numpy() for name in ("trace", "party", "day"))
    blamed = keys_of(refused.index)
    parties, traces = np.unique(np.concatenate([party, trace[site], blamed])), np.unique(trace[~site])
    code = np.searchsorted(parties, party)
    own = met["identity"].to_numpy()
    names = np.unique(met.loc[own, "name"].to_numpy())
    named, identity = np.full(len(parties), len(names)), np.append(np.zeros(len(traces), dtype=bool), True)
    named[code[own]] = np.searchsorted(names, met.loc[own, "name"].to_numpy())
    identity[np.searchsorted(traces, trace[own])] = True
    del met
    order = np.argsort(trace[site], kind="stable")
    at, buyer, first = (each[order] for each in (np.searchsorted(parties, trace[site]), code[site], day[site]))
    sites = sites_of(at, buyer, first.astype(np.int64), len(parties))
    found = edges(np.searchsorted(traces, trace[~site]), code[~site], day[~site].astype(np.int64), len(identity))
    bad = np.full(len(parties), NEVER)
    bad[np.searchsorted(parties, blamed)] = refused.to_numpy(dtype=np.int64)
    return Knitted(woven(found, identity, named, bad, sites), parties, traces, names)


def asked_by(lines: pd.DataFrame, day: Ints, knitted: Knitted, owners: pd.Series) -> Coded:
    """Lines as they ask (`by_key.asked`), under the codes of the web; a party that is not in it has one of its own."""
    roles = (*TRACED, "forwarder")
    titles = {role: lines[f"{role}_name"].cat.categories for role in roles}
    code = {role: places_in(knitted.parties, keys_of(each)) for role, each in titles.items()}
    new = np.unique(np.concatenate([keys_of(titles[role][code[role] < 0]) for role in roles]))
    names = np.full(len(knitted.parties) + len(new), len(knitted.names))
    for role, each in titles.items():
        fresh = code[role] < 0
        code[role][fresh] = len(knitted.parties) + np.searchsorted(new, keys_of(each[fresh]))
        found = places_in(knitted.names, keys_of(without_country(each)))
        names[code[role][found >= 0]] = found[found >= 0]
    parties = {role: _of_categories(code[role], lines[f"{role}_name"]) for role in roles}
    stated = {(role, kind): lines[f"{role}_{kind}"] for role in TRACED for kind in TRACES}
    stated |= {("buyer", NUMBER): lines["buyer"]}
    traces = {at: _of_categories(_traced(at[1], each.cat.categories, knitted), each) for at, each in stated.items()}
    for role in TRACED:
        owner = pd.Series(titles[role], dtype="str").map(owners)
        traces[role, OWNER] = _of_categories(_traced(OWNER, owner, knitted), lines[f"{role}_name"])
    nobody = np.full(len(day), -1)
    return Coded(day, parties, traces, nobody, nobody, knitted.web.identity, names, pd.Index([]))


def _traced(kind: str, texts: pd.Index | pd.Series, knitted: Knitted) -> Ints:
    """The codes of traces of one kind; -1 for none, and for one that was never met and that several firms may have."""
    told = pd.Series(texts, dtype="str")
    stated = (told.str.startswith(NUMBERED) if kind == NUMBER else told.notna()).to_numpy(dtype=bool)
    place = places_in(knitted.traces, keys_of(kind + "|" + told.fillna("")))
    never_met = len(knitted.traces) if kind in IDENTITY else -1
    return np.where(stated, np.where(place < 0, never_met, place), -1)


def _of_categories(codes: Ints, column: pd.Series) -> Ints:
    return np.append(codes, -1)[column.cat.codes.to_numpy()]


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


def around(lines: pd.DataFrame, day: Ints, knitted: Knitted, owners: pd.Series, new: Bools) -> Around:
    """Of lines as they ask (`by_key.asked`), the web of all ties.

    The pairs are those of `links_successors.candidates` with the keys of the other (`theirs`) and of the line's own
    buyer (`own`), part, order date, and whether the other was refused.
    """
    asks, web = asked_by(lines, day, knitted, owners), knitted.web
    tied = ties(asks, web.found)
    listed = lines["list_gate"].isin(("stop", "licence")).to_numpy(dtype=bool)
    signs = {
        "net_hops": np.where(listed, 0, hops(asks, web, tied)),
        "net_link_years": years_linked(tied, len(day)),
        "net_group": others_in_the_group(asks, web, tied),
        "net_other_names": under_other_names(asks, web, tied),
    }
    may = candidates(asks, web, tied, new)
    line, other = may["line"].to_numpy(dtype=np.int64), may["party"].to_numpy(dtype=np.int64)
    told = lines[["part", "order_date"]].iloc[line]
    own = keys_of(lines["buyer_name"].cat.categories)[lines["buyer_name"].cat.codes.to_numpy()[line]]
    may = may.assign(refused=web.bad[other] < day[line], theirs=knitted.parties[other], own=own)
    may[told.columns] = told.set_axis(may.index)
    return Around(pd.DataFrame(signs, index=lines.index), may)


def used(past: pd.DataFrame) -> pd.DataFrame:
    """The days on which buyers, by name, took a part."""
    return past[list(HABIT)].assign(order_date=met_on(past)).drop_duplicates()


def used_to(past: list[pd.DataFrame], asked: pd.DataFrame) -> pd.DataFrame:
    """`links_successors.habits` by rows of `used`; `asked` has the key of a buyer (`buyer`), part and order date."""
    rows = stacked([used(empty(0)), *past])
    buyer = _codes(_keys_in(rows["buyer_name"]), asked["buyer"].to_numpy())
    part = _codes(_keys_in(rows["part"]), _keys_in(category(asked["part"])))
    bought = Bought(buyer[0], part[0], days_of(rows["order_date"]))
    return habits(bought, buyer[1], days_of(asked["order_date"]), part[1]).set_axis(asked.index)


def _codes(one: Keys, other: Keys) -> tuple[Ints, Ints]:
    """The same code for the same key; -1 for none."""
    every = np.unique(np.append(one, other))
    return np.where(one > 0, np.searchsorted(every, one), -1), np.where(other > 0, np.searchsorted(every, other), -1)


def _keys_in(column: pd.Series) -> Keys:
    """The key of each cell of a category; 0 where it is missing."""
    return np.append(keys_of(column.cat.categories), np.uint64(0))[column.cat.codes.to_numpy()]


HABIT = ("buyer_name", "part")

ASKS = (
    "part", "order_date", "list_gate", "buyer", *(f"{role}_name" for role in (*TRACED, "forwarder")),
    *(f"{role}_{trace}" for role in TRACED for trace in TRACES),
)  # fmt: skip
"""What ties are asked by, of `by_key.asked`."""


def _text(values: pd.Series) -> pd.Series:
    return values.astype("str")
