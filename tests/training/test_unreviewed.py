"""An order that nobody reviewed is taken for clean only where somebody would have looked."""

import numpy as np
import pandas as pd
import pytest

from training.baseline import guidance_margin
from training.labels import UNREVIEWED, lessons
from training.unreviewed import SELDOM, soft_labels

CUT = pd.Timestamp("2026-01-01")


def rows(world, looked_at: float) -> pd.DataFrame:
    """Lines that the guidance tells apart: its upper third is reviewed, and of the others this share."""
    margin = pd.Series(guidance_margin(world.inputs, world.matrix))
    draw, count = np.random.default_rng(3), len(margin)
    label = (draw.random(count) < 1 / (1 + np.exp(3.0 - 2.0 * margin))).astype(float)
    reviewed = (margin.rank(pct=True) > 2 / 3) | (draw.random(count) < looked_at)
    return pd.DataFrame(
        {
            "order_id": [f"O{at}" for at in range(count)],
            "customer": [f"c{at}" for at in range(count)],
            "label": label.where(reviewed),
            "weight": np.where(reviewed, 1.0, np.nan),
            "source": pd.Series(np.where(reviewed, "review", None), dtype="str"),
            "reviewed": reviewed,
            "ordered_on": pd.Timestamp("2025-01-01"),
            "decided_on": pd.Timestamp("2025-03-01"),
            "copy": range(count),
        }
    )


def test_where_reviewers_hardly_look_a_line_is_what_the_refitted_guidance_says(world) -> None:
    told = rows(world, SELDOM / 5)
    soft = soft_labels(guidance_margin(world.inputs, world.matrix), told)
    unseen = soft[~told["reviewed"]]
    assert (unseen > 0).mean() > 0.5
    assert unseen.mean() < told["label"].mean()
    margin = pd.Series(guidance_margin(world.inputs, world.matrix)).loc[unseen.index[unseen > 0]]
    assert unseen[margin.sort_values().index].is_monotonic_increasing


def test_guidance_that_ranks_the_reviewed_lines_backwards_says_nothing_of_the_others(world) -> None:
    told = rows(world, SELDOM / 5)
    backwards = told.assign(label=1.0 - told["label"])
    assert (soft_labels(guidance_margin(world.inputs, world.matrix), backwards) == 0).all()


def test_where_they_often_look_it_is_taken_for_clean(world) -> None:
    assert (soft_labels(guidance_margin(world.inputs, world.matrix), rows(world, 0.5)) == 0).all()


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_reviews_of_one_class_say_nothing_of_others(world, label: float) -> None:
    told = rows(world, SELDOM / 5)
    told["label"] = told["label"].where(told["label"].isna(), label)
    assert (soft_labels(guidance_margin(world.inputs, world.matrix), told) == 0).all()


def test_it_teaches_with_the_small_weight_and_is_no_confirmed_diversion(world) -> None:
    told = rows(world, SELDOM / 5)
    taught = lessons(told, CUT, soft_labels(guidance_margin(world.inputs, world.matrix), told))
    unseen = taught[taught["source"] == "unreviewed"]
    assert (unseen["weight"] == UNREVIEWED).all()
    assert unseen["label"].between(0, 1, inclusive="left").all()
    assert (taught.loc[taught["source"] == "review", "label"] == told["label"].dropna()).all()
