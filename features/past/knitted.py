"""The web that the shared ties of all parts make, and what it says of lines that ask; all by keys of texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.hashed import Keys, cells_as_keys, keys_of, places_in
from features.links import IDENTITY, NUMBER, NUMBERED, OWNER, Coded
from features.links_seen import NEVER, Bools, Ints
from features.links_successors import candidates
from features.links_ties import hops, others_in_the_group, ties, under_other_names, years_linked
from features.links_web import Web, edges, sites_of, woven
from features.past.by_tie import as_keys, no_pairs, without_country
from features.past.columns import TRACED, TRACES

ASKS = (
    "part", "order_date", "list_gate", "buyer", *(f"{role}_name" for role in (*TRACED, "forwarder")),
    *(f"{role}_{trace}" for role in TRACED for trace in TRACES),
)  # fmt: skip
"""What ties are asked by, of `by_key.asked`."""


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
    own = cells_as_keys(lines["buyer_name"])[line]
    may = may.assign(refused=web.bad[other] < day[line], theirs=knitted.parties[other], own=own)
    may[told.columns] = told.set_axis(may.index)
    return Around(pd.DataFrame(signs, index=lines.index), may)
