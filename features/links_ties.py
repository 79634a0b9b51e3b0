"""The traces that a line shares with other parties: how near a refused or listed one is, how old the link is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.links import AT_MOST, Coded
from features.links_groups import MOST, month_begins
from features.links_seen import NEVER, Bools, Ints, distinct
from features.links_web import HOPS, Edges, Web
from features.past.columns import TRACED

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


def hops(asked: Coded, web: Web, shared: pd.DataFrame) -> Ints:
    """Links between the parties of each line and the nearest refused or listed party; HOPS where none is nearer."""
    line, day, trace = (shared[name].to_numpy() for name in ("line", "day", "trace"))
    answer = np.full(len(asked.day), HOPS)
    for count in reversed(range(HOPS)):
        for role in TRACED:
            answer[np.append(web.near[count], NEVER)[web.met(asked.parties[role])] < asked.day] = count
        if count:
            answer[line[web.near_at[count - 1][trace] < day]] = count
    return answer


def years_linked(shared: pd.DataFrame, lines: int) -> np.ndarray:
    """Years since the newest link of each line was known; missing where its parties share nothing with anybody."""
    newest = np.full(lines, np.inf)
    np.minimum.at(newest, shared["line"].to_numpy(), (shared["day"] - shared["linked_on"]).to_numpy(dtype=np.float64))
    return np.where(np.isinf(newest), np.nan, newest / DAYS_A_YEAR)


def under_other_names(asked: Coded, web: Web, shared: pd.DataFrame) -> np.ndarray:
    """1 where a registration or customer number of the line was met under another name before, else 0.

    Missing where the line has neither. The same name in another country is no other name.
    """
    known = shared[web.identity[shared["trace"].to_numpy()]]
    trace, party, day = (known[name].to_numpy() for name in ("trace", "party", "day"))
    answer = np.full(len(asked.day), np.nan)
    for codes in asked.traces.values():
        answer[np.append(web.identity, False)[codes]] = 0.0
    answer[known["line"].to_numpy()[web.named.others(trace, asked.names[party], day) > 0]] = 1.0
    return answer


def others_in_the_group(asked: Coded, web: Web, shared: pd.DataFrame) -> np.ndarray:
    """How many other parties stood in the groups that each line touches when its month began; at most MOST."""
    line, node, own = _nodes(asked, web, shared)
    begin = month_begins(asked.day)
    head = web.groups.heads(node, begin[line])
    width = len(web.groups.above)
    each = distinct(line * width + head)
    sizes = web.groups.sizes(each % width, begin[each // width])
    whole = np.bincount(each // width, weights=sizes, minlength=len(begin))
    mine = distinct(line[own] * width + node[own]) // width
    others: np.ndarray = (whole - np.bincount(mine, minlength=len(begin))).clip(0, MOST)
    return others


def _nodes(asked: Coded, web: Web, shared: pd.DataFrame) -> tuple[Ints, Ints, Bools]:
    """Line and node of what each line touches, and which nodes are its own parties.

    Only lines of which some party or trace was ever linked with another, and parties that were met.
    """
    parties = {role: web.met(asked.parties[role]) for role in TRACED}
    touches = np.zeros(len(asked.day), dtype=bool)
    touches[shared["line"].to_numpy()] = True
    for codes in parties.values():
        touches |= np.append(web.tied, False)[codes]
    lines = np.tile(np.flatnonzero(touches), len(TRACED))
    own = np.concatenate([codes[touches] for codes in parties.values()])
    lines, own = lines[own >= 0], own[own >= 0]
    line = np.append(lines, shared["line"].to_numpy())
    node = np.append(own + web.groups.traces, shared["trace"].to_numpy())
    return line, node, np.arange(len(line)) < len(lines)
