"""The ends between which the trees can move are read off them: no line moves further."""

import numpy as np

from scoring.model import Model
from scoring.spans import spans


def test_no_line_moves_beyond_the_ends_and_some_come_near(baseline: Model) -> None:
    booster, draw = baseline.boosters[0], np.random.default_rng(3)
    flags = [each.kind == "flag" for each in baseline.inputs]
    rows = np.column_stack([draw.choice([0.0, 0.5, 1.0], 500) if flag else draw.gamma(1.0, 9.0, 500) for flag in flags])
    ends = tuple((1.0, 0.0) if flag else (1e30, -1e30) for flag in flags)
    found, near = spans(booster, ends), 0
    for column, (least, most) in enumerate(found):
        answered = [rows.copy(), rows.copy()]
        for each, answer in zip(answered, ends[column], strict=True):
            each[:, column] = answer
        worst, best = (np.asarray(booster.predict(each, raw_score=True, num_threads=1)) for each in answered)
        moved = worst - best
        assert (moved >= least - 1e-9).all()
        assert (moved <= most + 1e-9).all()
        near += bool(most > 0 and moved.max() > most / 2)
    assert near > 10


def test_an_input_that_no_tree_splits_on_moves_nothing(baseline: Model) -> None:
    booster = baseline.boosters[0]
    unused = [at for at, splits in enumerate(booster.feature_importance("split")) if splits == 0]
    found = spans(booster, ((1e30, -1e30),) * len(baseline.inputs))
    assert unused
    assert (found[unused] == 0.0).all()
