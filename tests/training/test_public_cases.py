"""Public cases stand somewhere among honest orders: ranks are places, ties in the middle, shares with intervals."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scoring.model import load
from training.public_cases import ranks, shares, wilson

ROOT = Path(__file__).parents[2]
HONEST = 40


def cases() -> tuple[pd.DataFrame, pd.DataFrame]:
    """One proven case, one look-alike, and their masters."""
    told, masters = (
        pd.read_csv(ROOT / "training" / "cases" / name, dtype=str, keep_default_na=False).replace("", np.nan)
        for name in ("cases.csv", "cases_customers.csv")
    )
    return told[told["case_id"].isin(("AI-09-KLIA", "OK-14-PRE-CONTROL"))], masters


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    told, masters = cases()
    model = load(ROOT / "scoring" / "baseline")
    return ranks(
        told, masters, model, as_of=date(2026, 11, 25), first="2023-12", last="2026-10", draws=2, honest=HONEST
    )


def test_every_order_of_a_case_has_a_place_by_each_contender(table: pd.DataFrame) -> None:
    assert set(table.index) == set(cases()[0]["order_id"])
    places = table[["model", "guidance", "counted_flags"]]
    assert places.ge(1).all(axis=None)
    assert places.le(HONEST + 1).all(axis=None)


def test_a_proven_case_that_the_order_file_shows_stands_above_a_lawful_one(table: pd.DataFrame) -> None:
    by_use = table.groupby("use")["guidance"].median()
    assert by_use["positive"] < by_use["negative"]


def test_shares_are_counted_for_each_use_with_an_interval_around_them(table: pd.DataFrame) -> None:
    told = shares(table, HONEST)
    assert set(told["use"]) == {"positive", "negative"}
    assert (told["top_5_percent_low"] <= told["top_5_percent"]).all()
    assert (told["top_5_percent"] <= told["top_5_percent_high"]).all()


def test_a_twinned_ranking_places_the_twins_too_and_leaves_the_cases_uses_as_they_are() -> None:
    told, masters = cases()
    ranking = {"flags": lambda matrix: matrix.select_dtypes("boolean").fillna(False).sum(axis=1).to_numpy(float)}
    found = ranks(
        told, masters, ranking, as_of=date(2026, 11, 25), first="2023-12", last="2026-10", draws=1, honest=HONEST,
        twinned=True,
    )  # fmt: skip
    assert found["use"].value_counts().to_dict() == {"twin": 4, "positive": 1, "negative": 1}
    assert set(found.loc[found["use"] == "twin", "case_id"]) == {"AI-09-KLIA"}
    assert found["flags"].between(1, HONEST + 1).all()


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        pytest.param(0, 10, 0.0, 0.278, id="no hit still leaves a quarter possible"),
        pytest.param(10, 10, 0.722, 1.0, id="ten of ten is no certainty"),
        pytest.param(5, 10, 0.237, 0.763, id="a half of ten is wide"),
    ],
)
def test_an_interval_of_few_cases_is_wide(hits: int, trials: int, low: float, high: float) -> None:
    assert wilson(hits, trials) == pytest.approx((low, high), abs=1e-3)
