"""What the queue holds by two models: better, worse, or too few orders to tell."""

import numpy as np
import pandas as pd
import pytest

from training.contest.check import Check
from training.contest.finds import (
    look_alikes,
    no_public_cases,
    of_the_drawn,
    public_cases,
    queue,
    replaced,
    typologies,
)

BUDGET = 0.1
ORDERS, CONFIRMED = 1000, 100


def orders(champion: float, challenger: float, confirmed: int = CONFIRMED) -> pd.DataFrame:
    """Orders of as many customers; a model's skill is how far confirmed orders stand above the others."""
    draw = np.random.default_rng(3)
    label = (np.arange(ORDERS) < confirmed).astype(float)
    noise = draw.normal(size=ORDERS)
    return pd.DataFrame(
        {
            "label": label,
            "look_alike": (np.arange(ORDERS) >= ORDERS - CONFIRMED).astype(float),
            "customer": [f"c{at}" for at in range(ORDERS)],
            "champion": champion * label + noise,
            "challenger": challenger * label + noise,
        },
        index=pd.Index([f"o{at}" for at in range(ORDERS)], name="order_id"),
    )


def by_name(checks: list[Check]) -> dict[str, str]:
    return {each.name: each.result for each in checks}


SKILLS = [
    pytest.param(1.0, 3.0, "pass", "pass", id="a clearly better model passes"),
    pytest.param(2.0, 2.0, "pass", "pass", id="the same model passes"),
    pytest.param(3.0, 1.0, "fail", "fail", id="a clearly worse model fails"),
]


@pytest.mark.parametrize(("champion", "challenger", "precision", "found"), SKILLS)
def test_the_queue_of_a_challenger(champion: float, challenger: float, precision: str, found: str) -> None:
    told = by_name(list(queue(orders(champion, challenger), BUDGET, draws=200)))
    assert told == {"precision_at_capacity": precision, "found_at_capacity": found}


def test_few_confirmed_orders_decide_nothing() -> None:
    told = by_name(list(queue(orders(3.0, 1.0, confirmed=5), BUDGET, draws=50)))
    assert set(told.values()) == {"not evaluated"}


def test_without_a_champion_nothing_is_compared() -> None:
    alone = orders(1.0, 2.0).drop(columns="champion")
    checks = [*queue(alone, BUDGET), *typologies(alone, alone["label"].map({1.0: "T1", 0.0: ""}), BUDGET)]
    checks += list(look_alikes(alone, BUDGET))
    assert {each.result for each in checks} == {"not evaluated"}


def drawn(champion: range, challenger: range, times: float = 1.0) -> pd.DataFrame:
    """A hundred drawn orders, forty confirmed; which of them each queue holds, and what the last twenty stand for."""
    at = np.arange(100)
    told = {"champion": np.isin(at, champion).astype(float), "challenger": np.isin(at, challenger).astype(float)}
    label, weight = (at < 40).astype(float), np.where((at >= 20) & (at < 40), times, 1.0)
    return pd.DataFrame({"label": label, "customer": [f"c{n}" for n in at], "times": weight, **told})


DRAWN = [
    pytest.param(drawn(range(20), range(20)), "pass", id="the same share of the drawn is found"),
    pytest.param(drawn(range(20), range(5)), "fail", id="clearly fewer are found"),
    pytest.param(drawn(range(20), range(20, 32), times=5.0), "pass", id="fewer that stand for more orders"),
    pytest.param(drawn(range(20), range(5)).iloc[25:], "not evaluated", id="fifteen confirmed tell nothing"),
    pytest.param(drawn(range(5), range(5)).drop(columns="champion"), "not evaluated", id="without a champion"),
]


@pytest.mark.parametrize(("orders", "result"), DRAWN)
def test_what_is_found_of_the_orders_that_nobody_chose(orders: pd.DataFrame, result: str) -> None:
    assert of_the_drawn(orders, draws=200).result == result


def test_a_typology_that_is_lost_is_named_although_the_others_gain() -> None:
    told = orders(2.0, 2.0)
    kinds = pd.Series(["T1"] * 50 + ["T2"] * 50 + [""] * 900, index=told.index)
    told.loc[kinds == "T1", "challenger"] += 3.0
    told.loc[kinds == "T2", "challenger"] -= 3.0
    (check,) = typologies(told, kinds, BUDGET, draws=200)
    assert check.result == "fail"
    assert check.says.endswith("lost: T2")


def test_kinds_nobody_knows_are_not_evaluated() -> None:
    (check,) = typologies(orders(2.0, 2.0), None, BUDGET)
    assert check.result == "not evaluated"


@pytest.mark.parametrize(("moved", "result"), [(3.0, "fail"), (0.0, "pass"), (-3.0, "pass")])
def test_more_look_alikes_in_the_queue_fail(moved: float, result: str) -> None:
    told = orders(1.0, 1.0)
    told.loc[told["look_alike"] == 1, "challenger"] += moved
    (check,) = look_alikes(told, BUDGET, draws=200)
    assert check.result == result


def cases(*ranks: float) -> pd.DataFrame:
    return pd.DataFrame({"case_id": ["A", "B", "N"], "use": ["positive", "positive", "negative"], "model": ranks})


PUBLIC = [
    pytest.param((5, 50, 90), (9, 3, 50), ("pass", "pass"), id="a case gained and none lost"),
    pytest.param((5, 50, 90), (11, 3, 90), ("fail", "pass"), id="a case lost although another is gained"),
    pytest.param((5, 50, 90), (5, 50, 2), ("pass", "fail"), id="a look-alike that now looks like a case"),
]


@pytest.mark.parametrize(("before", "after", "results"), PUBLIC)
def test_public_cases(before: tuple[float, ...], after: tuple[float, ...], results: tuple[str, ...]) -> None:
    checks = list(public_cases(cases(*before), cases(*after), honest=200))
    assert tuple(each.result for each in checks) == results


def test_a_lost_case_is_named() -> None:
    assert next(public_cases(cases(5, 50, 90), cases(11, 3, 90), honest=200)).says.endswith("lost: A")


def test_no_folder_of_cases_is_not_evaluated() -> None:
    assert {each.result for each in no_public_cases("none given")} == {"not evaluated"}


def test_the_share_of_the_top_that_is_replaced() -> None:
    told = orders(1.0, 1.0)
    assert replaced(told, BUDGET) == 0.0
    assert replaced(told.assign(challenger=-told["champion"]), BUDGET) == 1.0
