"""Both models pick from one batch in turn, and only slots whose two picks were decided later are compared."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.interleaved import Tally, in_turn, picks, tallied

ORDERS = [f"O{at}" for at in range(8)]
DAY, EARLIER = pd.Timestamp("2026-03-02"), pd.Timestamp("2026-03-01")


def places(champion: list[int], challenger: list[int]) -> pd.DataFrame:
    return pd.DataFrame({"champion_place": champion, "challenger_place": challenger}, index=ORDERS[: len(champion)])


@given(st.permutations(range(8)), st.permutations(range(8)), st.integers(1, 8), st.text("ab", max_size=3))
def test_each_slot_has_a_pick_of_both_and_no_order_is_picked_twice(
    champion: list[int], challenger: list[int], size: int, batch: str
) -> None:
    found = picks(places(champion, challenger), size, batch)
    both = [order for pair in found for order in pair]
    assert len(both) == len(set(both)) == 2 * min(-(-size // 2), 4)
    assert found == picks(places(champion, challenger).iloc[::-1], size, batch)


def test_the_best_of_each_is_picked_and_who_begins_follows_from_the_batch() -> None:
    told = places([1, 2, 3, 4], [1, 3, 2, 4])
    assert {picks(told, 2, str(batch))[0] for batch in range(20)} == {("O0", "O2"), ("O1", "O0")}


def test_an_odd_order_out_is_picked_by_nobody() -> None:
    assert len(picks(places([1, 2, 3], [1, 2, 3]), 3, "b")) == 1
    assert picks(places([1], [1]), 3, "b") == []


def decided(*told: tuple[str, str, pd.Timestamp]) -> pd.DataFrame:
    return pd.DataFrame(told, columns=["order_id", "label_class", "decided_on"])


HIT, MISS, OPEN = "confirmed_diversion", "false_positive", "undetermined"
BATCH = {"as_of": "2026-03-02", "picks": [["O1", "O2"], ["O3", "O4"]]}
TALLIES = [
    pytest.param([("O1", MISS, DAY), ("O2", HIT, DAY)], Tally(1, 0, 1), id="a slot decided on both sides"),
    pytest.param([("O2", HIT, DAY)], Tally(), id="a pick whose fellow was not reviewed counts for nobody"),
    pytest.param([("O1", MISS, DAY), ("O2", HIT, EARLIER)], Tally(), id="what was known before the pick is no find"),
    pytest.param([("O1", OPEN, DAY), ("O2", HIT, DAY)], Tally(), id="undetermined is not decided"),
    pytest.param(
        [("O1", MISS, DAY), ("O1", HIT, DAY), ("O2", MISS, DAY)], Tally(1, 1, 0), id="one confirmed line is the order's"
    ),
]


@pytest.mark.parametrize(("told", "tally"), TALLIES)
def test_what_counts_of_a_batch(told: list[tuple[str, str, pd.Timestamp]], tally: Tally) -> None:
    assert tallied([BATCH], decided(*told)) == tally


def test_batches_add_up_and_nothing_decided_is_nothing() -> None:
    told = decided(("O1", MISS, DAY), ("O2", HIT, DAY))
    assert tallied([BATCH, BATCH], told) == Tally(2, 0, 2)
    assert tallied([BATCH], None) == Tally()


GATES = [
    pytest.param(Tally(), True, "not evaluated", id="nothing decided"),
    pytest.param(Tally(50, 2, 5), True, "pass", id="more confirmed in four weeks"),
    pytest.param(Tally(99, 2, 5), False, "not evaluated", id="neither four weeks nor 200 picks"),
    pytest.param(Tally(100, 2, 5), False, "pass", id="200 decided picks are as good as four weeks"),
    pytest.param(Tally(100, 5, 2), True, "fail", id="fewer confirmed"),
    pytest.param(Tally(100, 5, 5), True, "fail", id="a tie keeps the champion"),
    pytest.param(Tally(100, 0, 0), True, "not evaluated", id="none confirmed tells nothing"),
]


@pytest.mark.parametrize(("tally", "weeks", "result"), GATES)
def test_the_gate(tally: Tally, weeks: bool, result: str) -> None:
    assert in_turn(tally, weeks).result == result
