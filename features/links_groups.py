"""Groups: parties that hang together over any number of links, taken at the beginning of each month.

Connected components of the graph of parties and traces. A line sees the groups as they stood when its month began, and
joins those that its own cells touch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.links_seen import DAY_BITS, FIRST_DAY, NEVER, Ints, distinct, places

MOST = 50
"""Parties above which a group is no larger still (the founders' judgement)."""

LONGEST_MONTH = 31


@dataclass(frozen=True)
class Groups:
    """Which nodes hang together from which month on: each node follows `above` from the day `since` (NEVER: none).

    Nodes are `traces`, then parties. `place` holds nodes that others came to follow with the day, sorted, and `size`
    how many parties their group has from then on.
    """

    traces: int
    above: Ints
    since: Ints
    place: Ints
    size: Ints

    def heads(self, nodes: Ints, days: Ints) -> Ints:
        """The node that stands for the group of each node on a day."""
        while (up := self.since[nodes] <= days).any():
            nodes = np.where(up, self.above[nodes], nodes)
        return nodes

    def sizes(self, heads: Ints, days: Ints) -> Ints:
        """Parties of the group that a head stands for on a day."""
        last = places(self.place, (heads << DAY_BITS) + days + 1) - 1
        told = np.append(self.place, -1)[last] >> DAY_BITS == heads
        return np.where(told, np.append(self.size, 0)[last], heads >= self.traces)


def groups(trace: Ints, party: Ints, day: Ints, traces: int, parties: int) -> Groups:
    """The groups that edges make, each in force from the month after its day."""
    above = np.arange(traces + parties)
    since, count = np.full(len(above), NEVER), (above >= traces).astype(np.int64)
    month = month_begins(month_begins(day) + LONGEST_MONTH)
    place, size = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    found = Groups(traces, above, since, place[0], size[0])
    for begin in distinct(month[month < NEVER]):
        here = month == begin
        one, other = (found.heads(nodes[here], np.full(here.sum(), begin)) for nodes in (trace, party + traces))
        heads = distinct(np.concatenate([one, other]))
        head = heads[connected(len(heads), np.searchsorted(heads, one), np.searchsorted(heads, other))]
        moved = head != heads
        above[heads[moved]], since[heads[moved]] = head[moved], begin
        np.add.at(count, head[moved], count[heads[moved]])
        grown = distinct(head[moved])
        place.append((grown << DAY_BITS) + begin)
        size.append(count[grown])
    every = np.concatenate(place)
    order = np.argsort(every)
    return Groups(traces, above, since, every[order], np.concatenate(size)[order])


def month_begins(days: Ints) -> Ints:
    """The first day of the month of each day."""
    dates = FIRST_DAY + days.astype("timedelta64[D]")
    begins: Ints = (dates.astype("datetime64[M]").astype("datetime64[D]") - FIRST_DAY).astype(np.int64)
    return begins


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
