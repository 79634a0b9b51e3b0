"""Groups: parties that hang together over any number of links, taken at the beginning of each month.

Connected components of the graph of parties and traces. A line sees the groups as they stood when its month began, and
joins those that its own cells touch.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.links import Coded, Edges
from features.links_seen import FIRST_DAY, Bools, Ints, distinct
from features.past.columns import TRACED

MOST = 50
"""Parties above which a group is no larger still (the founders' judgement)."""


def month_begins(days: Ints) -> Ints:
    """The first day of the month of each day."""
    dates = FIRST_DAY + days.astype("timedelta64[D]")
    begins: Ints = (dates.astype("datetime64[M]").astype("datetime64[D]") - FIRST_DAY).astype(np.int64)
    return begins


def others_in_the_group(asked: Coded, found: Edges, shared: pd.DataFrame) -> np.ndarray:
    """How many other parties stood in the groups that each line touches when its month began; at most MOST."""
    line, day, node, own = _nodes(asked, found, shared)
    begins = month_begins(day)
    answer = np.zeros(len(asked.day))
    for begin in np.unique(begins):
        here = begins == begin
        label, size = _components(found, len(asked.titles), begin)
        answer += _whole(line[here], label[node[here]], size.astype(np.float64), len(answer))
    mine = distinct(line[own] * len(asked.titles) + node[own]) // max(len(asked.titles), 1)
    others: np.ndarray = (answer - np.bincount(mine, minlength=len(answer))).clip(0, MOST)
    return others


def _whole(line: Ints, group: Ints, size: np.ndarray, lines: int) -> np.ndarray:
    """Parties of the groups of each line, each group counted once."""
    touched = distinct(line * len(size) + group)
    return np.bincount(touched // len(size), weights=size[touched % len(size)], minlength=lines)


def _nodes(asked: Coded, found: Edges, shared: pd.DataFrame) -> tuple[Ints, Ints, Ints, Bools]:
    """Line, day and node of what each line touches, traces numbered after all parties; and which are its own parties.

    Only lines of which some party or trace was ever linked with another.
    """
    linked = np.zeros(len(asked.titles) + 1, dtype=bool)
    linked[found.party[_many(found)]] = True
    touches = np.zeros(len(asked.day), dtype=bool)
    touches[shared["line"].to_numpy()] = True
    for role in TRACED:
        touches |= linked[asked.parties[role]]
    lines = np.tile(np.flatnonzero(touches), len(TRACED))
    parties = np.concatenate([asked.parties[role][touches] for role in TRACED])
    lines, parties = lines[parties >= 0], parties[parties >= 0]
    line = np.append(lines, shared["line"].to_numpy())
    node = np.append(parties, shared["trace"].to_numpy() + len(asked.titles))
    return line, asked.day[line], node, np.arange(len(line)) < len(lines)


def _many(found: Edges) -> Bools:
    """The edges whose trace was ever met with another party."""
    several: Bools = (np.diff(found.begin) > 1)[found.trace]
    return several


def _components(found: Edges, parties: int, begin: int) -> tuple[Ints, Ints]:
    """The group of each node (parties, then traces) before a day, and the number of parties in each group."""
    known = found.linked & (found.day < begin) & _many(found)
    label = connected(parties + len(found.begin) - 1, found.party[known], found.trace[known] + parties)
    return label, np.bincount(label[:parties], minlength=int(label.max(initial=0)) + 1)


def connected(nodes: int, one: Ints, other: Ints) -> Ints:
    """The lowest node that each node hangs together with over any number of the edges from `one` to `other`.

    Each turn lets the root of either end follow the lower root, then all nodes their roots: some ten turns for the
    longest chains. SciPy's function is no faster here, and its package costs a short run a tenth of a second.

    >>> connected(5, np.array([3, 1]), np.array([1, 4])).tolist()
    [0, 1, 2, 1, 1]
    """
    root = np.arange(nodes)
    while (apart := root[one] != root[other]).any():
        one, other = one[apart], other[apart]
        low, high = np.minimum(root[one], root[other]), np.maximum(root[one], root[other])
        np.minimum.at(root, high, low)
        while ((above := root[root]) != root).any():
            root = above
    return root
