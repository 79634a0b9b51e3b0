"""The trees of a booster that split on one input: no other tree moves when only that input does."""

from __future__ import annotations

import re
from functools import lru_cache

import lightgbm as lgb

INPUTS, BOOSTERS = 512, 16  # more than any model of ours has: remembered for the life of the process
TREES_END = "end of trees"


@lru_cache(maxsize=INPUTS * BOOSTERS)
def only_splitting_on(booster: lgb.Booster, column: int) -> lgb.Booster | None:
    """A booster of those trees of `booster` that split on an input, given by its place; None where there is none."""
    head, trees = _parts(booster)
    chosen = [tree for tree, columns in trees if column in columns]
    return lgb.Booster(model_str="\n".join([head, *chosen, TREES_END, ""])) if chosen else None


@lru_cache(maxsize=BOOSTERS)
def _parts(booster: lgb.Booster) -> tuple[str, list[tuple[str, frozenset[int]]]]:
    """The head of a booster's text without the sizes of its trees, and each tree with the inputs it splits on."""
    text = booster.model_to_string(num_iteration=-1).partition(TREES_END)[0]
    head, *trees = re.split(r"^(?=Tree=)", text, flags=re.MULTILINE)
    return re.sub(r"^tree_sizes=.*\n", "", head, flags=re.MULTILINE), [(tree, _columns(tree)) for tree in trees]


def _columns(tree: str) -> frozenset[int]:
    """The inputs that a tree splits on; none for a tree of one leaf."""
    found = re.search(r"^split_feature=(.+)$", tree, flags=re.MULTILINE)
    return frozenset(map(int, found[1].split())) if found else frozenset()
