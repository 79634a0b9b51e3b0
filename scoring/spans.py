"""Between what ends the move of an input lies, whatever the line: read off the trees, no prediction is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt

BOOSTERS = 16  # more than a bag of ours has: remembered for the life of the process

Ends = tuple[float, float]
Node = Mapping[str, Any]


@lru_cache(maxsize=BOOSTERS)
def spans(booster: lgb.Booster, ends: tuple[Ends, ...]) -> npt.NDArray[np.float64]:
    """For each input the least and the most that its worst answer adds over its best one; inputs × 2, log-odds.

    `ends` are the worst and the best answer of each input, none of them missing. No line lies outside; that some line
    reaches the ends is not said.
    """
    found = np.zeros((len(ends), 2))
    for tree in booster.dump_model(num_iteration=-1)["tree_info"]:
        root = tree["tree_structure"]
        for column in set(_columns(root)):
            found[column] += _span(root, column, *ends[column])
    return found


def _span(node: Node, column: int, worst: float, best: float) -> Ends:
    """Of one tree: two lines that differ in one input part where the tree splits on it, and only there."""
    if "leaf_value" in node:
        return 0.0, 0.0
    sides = [_side(node, worst), _side(node, best)]
    if node["split_feature"] == column and sides[0] is not sides[1]:
        high, low = (list(_leaves(each)) for each in sides)
        return min(high) - max(low), max(high) - min(low)
    below = sides[:1] if node["split_feature"] == column else [node["left_child"], node["right_child"]]
    least, most = zip(*(_span(each, column, worst, best) for each in below), strict=True)
    return min(least), max(most)


def _side(node: Node, answer: float) -> Node:
    side: Node = node["left_child" if answer <= node["threshold"] else "right_child"]
    return side


def _leaves(node: Node) -> Iterator[float]:
    if "leaf_value" in node:
        yield node["leaf_value"]
    else:
        yield from _leaves(node["left_child"])
        yield from _leaves(node["right_child"])


def _columns(node: Node) -> Iterator[int]:
    """The inputs that a tree splits on, by their places; more than once where it does so."""
    if "leaf_value" not in node:
        yield node["split_feature"]
        yield from _columns(node["left_child"])
        yield from _columns(node["right_child"])
