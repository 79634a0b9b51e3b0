"""The traces that a line shares with other parties: how near a refused or listed one is, how old the link is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.links import AT_MOST, Coded, Edges, reach
from features.links_seen import NEVER, Bools, Ints, seen
from features.past.columns import TRACED

HOPS = 3
"""Links from a refused or listed party at which nothing is near any more (the founders' judgement)."""

DAYS_A_YEAR = 365.25


def ties(asked: Coded, found: Edges) -> pd.DataFrame:
    """One row for each trace that a party of a line shares with another party met before.

    Columns line, day, party, trace, and linked_on, the first day on which both ends were known. A trace at which
    AT_MOST others were met ties nobody.
    """
    tables = []
    for (role, _), codes in asked.traces.items():
        line = np.flatnonzero(_may_share(codes, asked.parties[role], found))
        tables.append(np.stack([line, asked.day[line], asked.parties[role][line], codes[line]]))
    line, day, party, trace = np.concatenate(tables, axis=1)
    others = found.at.others(trace, party, day)
    shared = (others > 0) & (others < AT_MOST)
    told = pd.DataFrame({"line": line, "day": day, "party": party, "trace": trace})[shared].reset_index(drop=True)
    return told.assign(linked_on=_linked_on(told, found))


def _may_share(trace: Ints, party: Ints, found: Edges) -> Bools:
    """Whether another party was ever met at the trace: cheap, and most lines share nothing."""
    many = np.append(np.diff(found.begin), 0)[trace]
    first = np.append(found.party, -1)[np.append(found.begin[:-1], -1)[trace]]
    may: Bools = (party >= 0) & ((many > 1) | ((many == 1) & (first != party)))
    return may


def _linked_on(told: pd.DataFrame, found: Edges) -> Ints:
    """The day on which the first other party was met at the trace, or the line's own, if that came later."""
    trace, party, day = (told[name].to_numpy() for name in ("trace", "party", "day"))
    first = found.begin[trace]
    other = np.where(found.party[first] == party, first + 1, first)
    both: Ints = np.maximum(found.day[other], np.minimum(found.at.since(trace, party), day))
    return both


def hops(asked: Coded, found: Edges, shared: pd.DataFrame, bad_since: Ints) -> Ints:
    """Links between the parties of each line and the nearest refused or listed party; HOPS where none is nearer."""
    near, at = reach(found, bad_since, HOPS - 1)
    line, day, trace = (shared[name].to_numpy() for name in ("line", "day", "trace"))
    answer = np.full(len(asked.day), HOPS)
    for count in reversed(range(HOPS)):
        for role in TRACED:
            answer[np.append(near[count], NEVER)[asked.parties[role]] < asked.day] = count
        if count:
            answer[line[at[count - 1][trace] < day]] = count
    return answer


def years_linked(shared: pd.DataFrame, lines: int) -> np.ndarray:
    """Years since the newest link of each line was known; missing where its parties share nothing with anybody."""
    newest = np.full(lines, np.inf)
    np.minimum.at(newest, shared["line"].to_numpy(), (shared["day"] - shared["linked_on"]).to_numpy(dtype=np.float64))
    return np.where(np.isinf(newest), np.nan, newest / DAYS_A_YEAR)


def under_other_names(asked: Coded, found: Edges, shared: pd.DataFrame) -> np.ndarray:
    """1 where a registration or customer number of the line was met under another name before, else 0.

    Missing where the line has neither. The same name in another country is no other name.
    """
    own = found.party[asked.identity[found.trace]], found.trace[asked.identity[found.trace]]
    named = seen(own[1], asked.names[own[0]], found.day[asked.identity[found.trace]])
    known = shared[asked.identity[shared["trace"].to_numpy()]]
    trace, party, day = (known[name].to_numpy() for name in ("trace", "party", "day"))
    answer = np.full(len(asked.day), np.nan)
    for codes in asked.traces.values():
        answer[np.append(asked.identity, False)[codes]] = 0.0
    answer[known["line"].to_numpy()[named.others(trace, asked.names[party], day) > 0]] = 1.0
    return answer
