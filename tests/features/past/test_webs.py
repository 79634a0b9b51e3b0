"""Only the ties of webs that lines touch are held, and no tie that could say something of them is missed."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from features.past.webs import Webs, webs

NAMES = st.sampled_from("abcdefghij")
TIES = st.lists(st.lists(st.tuples(NAMES, NAMES), max_size=6), max_size=3)


def tables(told: list[list[tuple[str, str]]]) -> list[pd.DataFrame]:
    return [pd.DataFrame(each, columns=["trace", "party"], dtype="str") for each in told]


def reached(told: list[list[tuple[str, str]]], start: str) -> set[tuple[str, str]]:
    """A slow answer: the ties that a text reaches over any number of others."""
    ties, known = {tie for each in told for tie in each}, {start}
    for _ in ties:
        known |= {name for tie in ties if known & set(tie) for name in tie}
    return {tie for tie in ties if known & set(tie)}


@given(TIES, NAMES)
def test_what_a_text_reaches_is_held_and_nothing_else(told: list[list[tuple[str, str]]], start: str) -> None:
    whole = webs(tables(told))
    met = whole.met([pd.Series([start, None], dtype="str"), pd.Series(["nobody"], dtype="category")])
    held = [whole.within(each, met) for each in tables(told)]
    assert {tie for each in held for tie in each.itertuples(index=False, name=None)} == reached(told, start)


def test_a_book_without_ties_has_no_web() -> None:
    none = webs([])
    assert isinstance(none, Webs)
    assert len(none.within(pd.DataFrame({"trace": [], "party": []}, dtype="str"), none.met([]))) == 0
