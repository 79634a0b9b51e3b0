"""The web that parties and their traces make: worked out once of a past, asked by lines of any day.

All of it is numbers, some hundred bytes a tie: neither a name nor a trace can be read in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.links import AT_MOST, Coded
from features.links_groups import Groups, groups
from features.links_seen import NEVER, Bools, Ints, Seen, seen

HOPS = 3
"""Links from a refused or listed party at which nothing is near any more (the founders' judgement)."""

SITES = ("ult_consignee", "end_user")
"""Roles of a party at which buyers meet."""


@dataclass(frozen=True)
class Edges:
    """Each party with each of its traces, sorted by trace and day; `linked` where the trace was no hub on that day."""

    party: Ints
    trace: Ints
    day: Ints
    linked: Bools
    begin: Ints
    at: Seen


@dataclass(frozen=True)
class Sites:
    """The buyers of each party that was a SITE, in the order of their first day there, and where each site begins."""

    begin: Ints
    buyer: Ints
    day: Ints


@dataclass(frozen=True)
class Web:
    """What ties say of `parties` (codes below that number; a party never met has one that is not).

    `tied` are parties that share a trace, hub or not. `identity` says of each trace whether only one firm has it, and
    `named` under which names firms were met there. `near` holds for 0 … HOPS − 1 links the first day on which each
    party was that near to a refused or listed one; `near_at` the same of traces.
    """

    parties: int
    found: Edges
    tied: Bools
    identity: Bools
    named: Seen
    near: tuple[Ints, ...]
    near_at: tuple[Ints, ...]
    groups: Groups
    sites: Sites

    @property
    def bad(self) -> Ints:
        """Since when each party is refused or listed; NEVER if not."""
        return self.near[0]

    def met(self, parties: Ints) -> Ints:
        """The parties, -1 where they were never met."""
        return np.where(parties < self.parties, parties, -1)


def web(past: Coded, bad_since: Ints) -> Web:
    """The web of the whole past; `bad_since` is the day from which each party counts as refused or listed."""
    each = [seen(trace, past.parties[role], past.day) for (role, _), trace in past.traces.items()]
    trace, party, day = (
        np.concatenate(some)
        for some in zip(*((one.pairs // one.width, one.pairs % one.width, one.first) for one in each), strict=True)
    )
    found = edges(trace, party, day, len(past.identity))
    rank = np.argsort(np.argsort(past.titles))  # of one day: by name
    there = [past.parties[role] for role in SITES]
    met = seen(np.concatenate(there), np.tile(past.parties["buyer"], len(SITES)), np.tile(past.day, len(SITES)))
    site, buyer = met.pairs // met.width, met.pairs % met.width
    order = np.lexsort((rank[buyer], met.first, site))
    sites = sites_of(site[order], buyer[order], met.first[order], len(rank))
    return woven(found, past.identity, past.names, bad_since, sites)


def woven(found: Edges, identity: Bools, names: Ints, bad_since: Ints, sites: Sites) -> Web:
    """The web of edges; `names` is the code of each party's name without its country."""
    own = identity[found.trace]
    named = seen(found.trace[own], names[found.party[own]], found.day[own])
    near, near_at = reach(found, bad_since, HOPS - 1)
    several = (np.diff(found.begin) > 1)[found.trace]
    tied = np.zeros(len(names), dtype=bool)
    tied[found.party[several]] = True
    several &= found.linked
    joined = groups(found.trace[several], found.party[several], found.day[several], len(identity), len(names))
    return Web(len(names), found, tied, identity, named, tuple(near), tuple(near_at), joined, sites)


def edges(trace: Ints, party: Ints, day: Ints, traces: int) -> Edges:
    """Each pair of a party and one of so many traces, from the first day on which they were met."""
    at = seen(trace, party, day)
    order = np.lexsort((at.first, at.pairs // at.width))
    trace, party, day = (at.pairs // at.width)[order], (at.pairs % at.width)[order], at.first[order]
    linked = at.before(trace, day + 1) <= AT_MOST
    return Edges(party, trace, day, linked, np.searchsorted(trace, np.arange(traces + 1)), at)


def sites_of(site: Ints, buyer: Ints, day: Ints, parties: int) -> Sites:
    """Of pairs of a site and a buyer, sorted by site and first day."""
    return Sites(np.searchsorted(site, np.arange(parties + 1)), buyer, day)


def reach(found: Edges, bad_since: Ints, hops: int) -> tuple[list[Ints], list[Ints]]:
    """The first day on which each party, and each trace, was within 0 … `hops` links of a bad one; NEVER if never.

    A path counts from the day on which its last link was known. Exact for every day at once: no snapshot is needed.
    """
    parties, traces = [bad_since], []
    trace, party, day = (each[found.linked] for each in (found.trace, found.party, found.day))
    for _ in range(hops):
        at = np.full(len(found.begin) - 1, NEVER)
        np.minimum.at(at, trace, np.maximum(day, parties[-1][party]))
        near = parties[-1].copy()
        np.minimum.at(near, party, np.maximum(day, at[trace]))
        traces.append(at)
        parties.append(near)
    return parties, traces
