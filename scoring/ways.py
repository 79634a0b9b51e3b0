"""How a book is judged: in parts of what size, by how many processes, and which share of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

PART = 25_000
"""Records of a part: more need more memory (some 20 KB each), fewer spend more on what every part costs."""


@dataclass(frozen=True)
class Shard:
    """The `number`-th (1 …) of `of` shares of a file; an order belongs to the same share in every run."""

    number: int
    of: int


class ShardRefused(Exception):
    """No share of a file is named so."""


def shard_of(said: str) -> Shard:
    """The shard that "3/8" names; raises ShardRefused.

    >>> shard_of("3/8")
    Shard(number=3, of=8)
    """
    named = re.fullmatch(r"([1-9][0-9]{0,5})/([1-9][0-9]{0,5})", said)
    if named is None or int(named[1]) > int(named[2]):
        raise ShardRefused(f"--shard '{said}': is no share; write 1/8 to 8/8 for eight runs")
    return Shard(int(named[1]), int(named[2]))


@dataclass(frozen=True)
class Ways:
    """Records a part, processes (0: as many as help), the share of several machines, and what is kept besides.

    `resume` takes up what a stopped run has judged by the same file, rules, model and options; `report` keeps what a
    report shows, `queue` what the cases of a review queue are made of.
    """

    size: int = PART
    workers: int = 0
    shard: Shard | None = None
    resume: bool = False
    report: bool = False
    queue: bool = False
