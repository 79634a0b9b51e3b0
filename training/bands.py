"""Where the bands begin: at the margins that a queue of known capacity can work through."""

from __future__ import annotations

import numpy as np

from scoring.model import Floats

CAPACITY = {"elevated": 0.10, "high": 0.02, "critical": 0.005}
"""Shares of lines that reach each band: what a team reading one line in fifty, one in two hundred first, can work."""


def thresholds(margin: Floats) -> tuple[float, float, float]:
    """The lowest margins that no more than each band's share of these lines reach; ties stay together, below."""
    elevated, high, critical = (int(share * len(margin)) for share in CAPACITY.values())
    return reached_by(margin, (elevated, high, critical))


def reached_by(margin: Floats, places: tuple[int, int, int]) -> tuple[float, float, float]:
    """The lowest margins that at most so many of these reach, for elevated, high and critical."""
    falling = np.sort(margin)[::-1]
    elevated, high, critical = (_reached(falling, each) for each in places)
    return elevated, high, critical


def _reached(falling: Floats, places: int) -> float:
    """The lowest of the margins that at most so many reach; just above the highest when even that is too many."""
    if places >= len(falling):
        return float(falling[-1])
    passed = falling[:places][falling[:places] > falling[places]]
    return float(passed[-1] if len(passed) else np.nextafter(falling[0], np.inf))
