"""Bands begin where a queue of known capacity can begin."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.bands import CAPACITY, thresholds


def test_each_band_is_reached_by_its_share() -> None:
    margin = np.random.default_rng(1).normal(size=10_000)
    shares = [(margin >= threshold).mean() for threshold in thresholds(margin)]
    assert shares == pytest.approx(list(CAPACITY.values()))


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=300))
def test_equal_margins_never_overfill_a_band_and_bands_never_cross(margins: list[int]) -> None:
    margin = np.array(margins, dtype="float64")
    found = thresholds(margin)
    assert list(found) == sorted(found)
    for threshold, share in zip(found, CAPACITY.values(), strict=True):
        assert (margin >= threshold).sum() <= share * len(margin)
