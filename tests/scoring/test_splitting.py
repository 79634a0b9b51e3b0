"""The trees that split on one input say all that changes with it."""

import numpy as np

from scoring.model import Model
from scoring.splitting import only_splitting_on


def test_the_trees_of_an_input_move_as_the_whole_booster_does(baseline: Model) -> None:
    booster = baseline.boosters[0]
    rows = np.random.default_rng(1).integers(0, 3, (200, len(baseline.inputs))) / 2.0
    moved = 0
    for column in range(len(baseline.inputs)):
        chosen = only_splitting_on(booster, column)
        ends = [rows.copy(), rows.copy()]
        for levels, answer in zip(ends, (1e30, -1e30), strict=True):
            levels[:, column] = answer
        high, low = (np.asarray(booster.predict(levels, raw_score=True, num_threads=1)) for levels in ends)
        if chosen is None:
            assert (high == low).all()
            continue
        high_part, low_part = (np.asarray(chosen.predict(levels, raw_score=True, num_threads=1)) for levels in ends)
        np.testing.assert_allclose(high_part - low_part, high - low, atol=1e-12)
        assert chosen.num_trees() < booster.num_trees()
        moved += bool((high != low).any())
    assert moved > 10
