"""The standing sample: who is drawn, with which chance."""

import doctest
import importlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as any_

from scoring.review.sample import Candidate, draws


def pool(low: int, elevated: int) -> list[Candidate]:
    """Released orders of two bands, in two segments."""
    lows = [Candidate(f"L-{at}", "low", f"s{at % 2}") for at in range(low)]
    return lows + [Candidate(f"E-{at}", "elevated", "s0") for at in range(elevated)]


def test_of_ten_reviews_one_is_random_in_equal_numbers_from_each_band() -> None:
    drawn = draws(pool(400, 100), exploited=160, covered={})
    random = [order for order, draw in drawn.items() if draw.slot == "random"]
    assert Counter(order[0] for order in random) == {"L": 10, "E": 10}


def test_the_least_covered_segments_are_drawn_more() -> None:
    drawn = draws(pool(4000, 0), exploited=1600, covered={"s0": 99})
    covering = Counter(int(order[2:]) % 2 for order, draw in drawn.items() if draw.slot == "coverage")
    assert covering[1] > 20 * covering[0]


def test_the_chance_stored_is_the_chance_of_being_drawn() -> None:
    """Counted over seeds, for one order of each band."""
    seeds = range(600)
    found = [draws(pool(40, 10), exploited=16, covered={}, seed=seed) for seed in seeds]
    for order in ("L-3", "E-3"):
        told = next(each[order].propensity for each in found if order in each)
        assert sum(order in each for each in found) / len(seeds) == pytest.approx(told, abs=0.05)


def test_the_same_orders_and_seed_give_the_same_draw_in_any_order() -> None:
    orders = pool(50, 10)
    assert draws(orders, 20, {}) == draws(orders[::-1], 20, {})
    assert draws(orders, 20, {}) != draws(orders, 20, {}, seed=2)


@given(any_.integers(0, 60), any_.integers(0, 60), any_.integers(0, 300))
def test_somebody_is_always_drawn_at_random_and_every_chance_is_one(low: int, elevated: int, exploited: int) -> None:
    """For any batch; a chance lies above 0 and at most at 1."""
    drawn = draws(pool(low, elevated), exploited, {"s1": 3})
    assert all(0 < draw.propensity <= 1 for draw in drawn.values())
    wanted = min(low + elevated, 1)
    assert sum(draw.slot == "random" for draw in drawn.values()) >= wanted


@pytest.mark.parametrize("module", ["log", "metrics", "ranking", "retention", "store", "words"])
def test_the_examples_of_the_docstrings_hold(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"scoring.review.{module}"))
    assert result.attempted > 0
    assert result.failed == 0
