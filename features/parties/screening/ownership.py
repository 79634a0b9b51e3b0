"""Parties that listed parties own: shares are added up along every path, and half is enough to count as the owner."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

import pandas as pd

HALF = 50.0  # percent in the aggregate, direct or indirect: OFAC's rule, and the affiliates rule of September 2025
MINORITY = 25.0  # percent from which a listed owner is named as a significant minority
DEEPEST = 20  # owners above owners; a circle ends there too


@dataclass(frozen=True)
class Share:
    """What listed parties hold of one party: percent in the aggregate, the paths, and whether a share is unknown."""

    percent: float
    paths: tuple[str, ...]
    unknown: bool

    @property
    def kind(self) -> str:
        """affiliate from half on, unknown where a listed owner's share is not stated, minority, or ""."""
        if self.percent >= HALF:
            return "affiliate"
        if self.unknown:
            return "share unknown"
        return "minority" if self.percent >= MINORITY else "listed owner" if self.paths else ""


def shares(ownership: pd.DataFrame, listed: frozenset[str]) -> dict[str, Share]:
    """For each party of the file what listed owners hold of it.

    `ownership` has owner, owned (keys) and percent (number or missing). A party of which half is held counts as listed
    for what it owns itself, with its whole share (the cascade of 31 CFR chapter V, no product of percentages).
    """
    above: dict[str, list[tuple[str, float | None]]] = defaultdict(list)
    last = ownership.drop_duplicates(["owner", "owned"], keep="last")
    for owner, owned, percent in zip(last["owner"], last["owned"], last["percent"].astype("float64"), strict=True):
        above[str(owned)].append((str(owner), None if math.isnan(percent) else percent))
    counted = set(listed)
    found: dict[str, Share] = {}
    for _ in range(DEEPEST):
        found = {owned: _share(owners, counted, found) for owned, owners in sorted(above.items())}
        more = {owned for owned, share in found.items() if share.percent >= HALF} - counted
        if not more:
            break
        counted |= more
    return {owned: share for owned, share in found.items() if share.paths}


def _share(owners: list[tuple[str, float | None]], counted: set[str], found: dict[str, Share]) -> Share:
    held = [(owner, percent) for owner, percent in sorted(owners, key=lambda each: each[0]) if owner in counted]
    paths = []
    for owner, percent in held:
        said = "share unknown" if percent is None else f"{percent:g} %"
        over = found[owner].paths if owner in found else ()
        paths.append(f"{owner} {said}" + (f" ({'; '.join(over)})" if over else ""))
    total = min(100.0, sum(percent for _, percent in held if percent is not None))
    return Share(total, tuple(paths), any(percent is None for _, percent in held))
