"""Of all pairs of a party and a trace only those travel that can tie two parties."""

import pandas as pd
import pytest

from features.links import AT_MOST
from features.links_seen import NEVER
from features.past.by_tie import shared


def pairs(*told: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(told, columns=["trace", "party", "day"]).assign(kind="address")


MANY = tuple(("hall", f"firm-{at:02}", at) for at in range(30))


@pytest.mark.parametrize(
    ("told", "left"),
    [
        pytest.param([("quay", "a", 1), ("quay", "a", 5)], [], id="a trace of one party ties nobody"),
        pytest.param([("quay", "a", 3), ("quay", "b", 5)], [("a", 3), ("b", 5)], id="a trace of two parties does"),
        pytest.param(
            [("quay", "a", 5), ("quay", "b", 9), ("quay", "a", 3)], [("a", 3), ("b", 9)], id="from first days"
        ),
        pytest.param([("quay", "a", 3), ("quay", "b", NEVER)], [("a", 3)], id="a line that asks ties nobody yet"),
        pytest.param(MANY, [each[1:] for each in MANY[: AT_MOST + 1]], id="of many the first, and one who ends it"),
        pytest.param(
            [*MANY[:AT_MOST], ("hall", "x", 99), ("hall", "y", 99), ("hall", "z", 100)],
            [*(each[1:] for each in MANY[:AT_MOST]), ("x", 99), ("y", 99)],
            id="of one day all, whatever their names",
        ),
    ],
)
def test_what_can_tie_is_kept(told: list[tuple[str, str, int]], left: list[tuple[str, int]]) -> None:
    kept = shared(pairs(*told))
    assert sorted(zip(kept["party"], kept["day"], strict=True)) == sorted(left)
