"""Sums over the days before an order equal what a slow reader counts by hand."""

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from features.past.asof import calendar, days, whole

EVENTS = st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 40), st.integers(0, 9)), max_size=25)
QUESTIONS = st.lists(st.tuples(st.integers(-2, 3), st.integers(-5, 60)), min_size=1, max_size=10)


@settings(deadline=None, max_examples=100)
@given(events=EVENTS, asked=QUESTIONS, within=st.integers(1, 30))
def test_counts_sums_and_largest_days_are_those_strictly_before(events: Any, asked: Any, within: int) -> None:
    key, day, amount = (np.array([each[at] for each in events], dtype=np.int64) for at in range(3))
    who, when = (np.array([each[at] for each in asked], dtype=np.int64) for at in range(2))
    before = calendar(key, day, {"tpp": amount}, largest=("tpp",)).asked(who, when)
    for at, (person, date) in enumerate(asked):
        met = [(on, much) for each, on, much in events if each == person >= 0 and on < date]
        on = {on: sum(much for each, much in met if each == on) for on, _ in met}
        assert before.days[at] == len(on)
        assert before.total("tpp")[at] == sum(on.values())
        assert before.total("tpp", within)[at] == sum(much for each, much in met if each >= date - within)
        assert before.count(within)[at] == sum(each >= date - within for each in on)
        np.testing.assert_equal(before.largest("tpp")[at], max(on.values(), default=np.nan))
        np.testing.assert_equal(before.since_first[at], date - min(on) if on else np.nan)
        np.testing.assert_equal(before.since_last[at], date - max(on) if on else np.nan)


def test_a_return_and_a_missing_amount_add_nothing() -> None:
    assert whole(pd.Series([2.6, -8.0, np.nan, 1e30])).tolist() == [3, 0, 0, 10**12]


def test_nothing_lies_before_a_missing_date() -> None:
    of = days(pd.Series(["2026-01-02", None], dtype="datetime64[us]"))
    found = calendar(np.array([0]), of[:1] - 1).asked(np.array([0, 0]), of)
    assert found.days.tolist() == [1, 0]
