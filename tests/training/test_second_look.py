"""Cleared lines that look wrong are queued for a person, and nothing else happens to them."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from training.calibrate import interval
from training.second_look import COLUMNS, Doubts, doubts, second_look
from training.simulate import simulate, write

AS_OF = date(2026, 1, 1)


def looked_at(world, label: pd.Series) -> Doubts:
    rows = pd.DataFrame(
        {
            "order_id": [f"O{at}" for at in label.index],
            "line_no": "1",
            "customer": world.customer,
            "label": label.astype("float64"),
            "weight": 1.0,
            "source": "review",
            "reviewed": True,
            "copy": label.index,
            "ordered_on": pd.Timestamp("2025-01-01"),
            "decided_on": pd.Timestamp("2025-03-01"),
        }
    )
    return doubts(world.inputs, world.matrix, rows, as_of=AS_OF, seed=1, bag=1)


@pytest.fixture(scope="module")
def missed(world) -> tuple[Doubts, set[str]]:
    """A tenth of the confirmed lines was cleared by mistake."""
    wrong = world.label[world.label == 1].sample(frac=0.1, random_state=1).index
    label = world.label.copy()
    label[wrong] = 0
    return looked_at(world, label), {f"O{at}" for at in wrong}


def test_lines_cleared_by_mistake_are_more_common_in_the_queue_than_outside(missed: tuple[Doubts, set[str]]) -> None:
    found, wrong = missed
    among = found.queue["order_id"].isin(wrong).mean()
    assert among > 3 * len(wrong) / found.cleared


def test_only_cleared_lines_are_queued_the_most_doubtful_first(world, missed: tuple[Doubts, set[str]]) -> None:
    found, wrong = missed
    cleared = {f"O{at}" for at in world.label[world.label == 0].index} | wrong
    assert set(found.queue["order_id"]) <= cleared
    assert found.queue["probability"].is_monotonic_decreasing
    assert len(found.queue) == 20


def test_a_doubtful_line_looks_at_least_as_much_like_a_diversion_as_confirmed_ones(
    missed: tuple[Doubts, set[str]],
) -> None:
    queue = missed[0].queue
    assert ((queue["probability"] >= queue["usual_of_confirmed"]) == (queue["doubtful"] == "yes")).all()
    assert (queue["lowest"] <= queue["highest"]).all()


def test_the_interval_is_wide_where_few_lines_were_decided_and_narrow_where_many_were() -> None:
    draw = np.random.default_rng(1)
    margin = pd.Series(np.concatenate([draw.normal(0, 1, 2000), [6.0, 6.1]]))
    label = pd.Series((draw.random(2002) < 1 / (1 + np.exp(-margin))).astype(int))
    weight = pd.Series(1.0, index=label.index)
    widths = [np.diff(interval(margin, label, weight, at))[0] for at in (0.0, 6.05)]
    assert 0 <= widths[0] < 0.05 < widths[1] <= 1


def test_the_file_holds_the_queue_and_the_outcomes_stay_as_they_were(tmp_path: Path) -> None:
    write(simulate(8000, 5), tmp_path)
    before = (tmp_path / "outcomes.csv").read_bytes()
    orders, customers, outcomes = (tmp_path / f"{name}.csv" for name in ("orders", "customers", "outcomes"))
    second_look(orders, customers, outcomes, tmp_path / "look.csv", as_of=AS_OF, seed=1, bag=1, most=7)
    table = pd.read_csv(tmp_path / "look.csv", dtype=str)
    assert tuple(table.columns) == COLUMNS
    assert len(table) == 7
    told = pd.read_csv(outcomes, dtype=str).set_index(["order_id", "line_no"])
    found = told.loc[pd.MultiIndex.from_frame(table[["order_id", "line_no"]])]
    assert set(found["label_class"]) == {"false_positive"}
    assert outcomes.read_bytes() == before
