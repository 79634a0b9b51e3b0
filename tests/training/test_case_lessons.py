"""Public cases teach with their twins, by the weights of the table, whole or not at all, and are never a test."""

from datetime import date

import pandas as pd
import pytest

from features.matrix import FEATURES
from training.baseline import guidance
from training.blocks import of_frame
from training.case_files import CASES, PROVEN, public_cases
from training.case_lessons import CaseLessons, case_lessons, parts_of, with_stories
from training.fit import TrainingRefused

AS_OF = date(2026, 11, 25)
ENCODED = public_cases(CASES)


@pytest.fixture(scope="module")
def stories() -> CaseLessons:
    return case_lessons(ENCODED, as_of=AS_OF, seed=7)


def test_only_proven_diversions_teach(stories: CaseLessons) -> None:
    proven = ENCODED.orders[ENCODED.orders["use"].isin(PROVEN)]
    assert set(stories.rows["case_id"]) == set(proven["case_id"])
    cases = stories.rows[~stories.rows["twin"]]
    assert len(cases) == len(proven)
    assert (cases["label"] == 1).all()
    assert (stories.rows.loc[stories.rows["twin"], "label"] == 0).all()
    assert set(stories.rows["source"]) == {"public"}


def test_a_row_weighs_a_half_and_each_side_of_a_case_two_rows_at_most(stories: CaseLessons) -> None:
    sums = stories.rows.groupby(["case_id", "twin"])["weight"].agg(["sum", "size"])
    assert sums["sum"].to_numpy() == pytest.approx(sums["size"].clip(upper=2).to_numpy() * 0.5)
    assert sums.xs(True, level="twin")["sum"].to_numpy() == pytest.approx(1.0)


def test_a_case_and_its_twins_are_one_customer(stories: CaseLessons) -> None:
    pairs = stories.rows[["case_id", "customer"]].drop_duplicates()
    assert pairs["case_id"].is_unique
    assert pairs["customer"].is_unique


def test_what_is_ordered_on_the_day_that_training_ends_or_later_teaches_nothing(stories: CaseLessons) -> None:
    day = pd.Timestamp("2024-05-21")
    told = stories.before(day)
    assert 0 < len(told.rows) < len(stories.rows)
    assert (told.rows["ordered_on"] < day).all()
    assert len(told.matrix) == len(told.rows)


def test_the_matrix_rows_are_those_of_the_chosen_rows(stories: CaseLessons) -> None:
    chosen = stories.rows["case_id"] == "AI-02-JANFORD"
    pd.testing.assert_frame_equal(stories.of(chosen).matrix, stories.matrix[chosen].reset_index(drop=True))


def test_of_the_flags_that_a_case_shows_its_twins_show_few(stories: CaseLessons) -> None:
    yes = stories.matrix.select_dtypes("boolean").fillna(False).astype("float64")
    case, twin = (yes[stories.rows["twin"] == side].groupby(stories.rows["case_id"]).mean() for side in (False, True))
    shown = case.to_numpy() == 1  # on each of its lines
    assert shown.any()
    assert twin.to_numpy()[shown].mean() < 0.3


def test_the_past_answers_cases_and_twins_about_equally_often(stories: CaseLessons) -> None:
    asked = stories.matrix[["a_refused_or_listed_party_is_near", "several_buyers_deliver_to_one_site"]].notna()
    shares = asked.groupby(stories.rows["twin"]).mean()
    assert (shares.loc[True] - shares.loc[False]).abs().max() < 0.25


def test_the_facts_count_what_taught(stories: CaseLessons) -> None:
    told = stories.told()
    assert (told["cases"], told["rows"]) == (20, 41)
    assert told["weight"] == pytest.approx(stories.rows.loc[~stories.rows["twin"], "weight"].sum())
    assert told["weight of twins"] == pytest.approx(20.0)


def test_the_same_seed_gives_the_same_lessons(stories: CaseLessons) -> None:
    again = case_lessons(ENCODED, as_of=AS_OF, seed=7)
    pd.testing.assert_frame_equal(again.matrix, stories.matrix)
    pd.testing.assert_frame_equal(again.rows, stories.rows)
    assert again.digest == stories.digest


def lessons(confirmed: int, stories: CaseLessons) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Reviewed lines of a customer each, so many of them confirmed, and a matrix of as many rows."""
    size = confirmed + 40
    label = [1.0] * confirmed + [0.0] * 40
    rows = pd.DataFrame({"label": label, "weight": 1.0, "customer": [f"c{n}" for n in range(size)], "source": "review"})
    return rows, pd.concat([stories.matrix] * 2, ignore_index=True).iloc[:size]


def test_cases_stand_below_the_reviewed_lines_with_their_rows_of_the_matrix(stories: CaseLessons) -> None:
    rows, matrix = lessons(30, stories)
    _, joined, label, weight, _ = parts_of(guidance(FEATURES), of_frame(matrix), rows, stories, seed=1)
    assert len(joined) == len(label) == len(rows) + len(stories.rows)
    assert weight.iloc[: len(rows)].eq(1.0).all()
    below = joined.frame([each.name for each in FEATURES]).iloc[len(rows) :].reset_index(drop=True)
    pd.testing.assert_frame_equal(below, stories.matrix[below.columns])


def test_no_story_makes_up_for_an_outcome_that_is_missing(stories: CaseLessons) -> None:
    rows, matrix = lessons(19, stories)
    with pytest.raises(TrainingRefused, match="19 confirmed diversions"):
        parts_of(guidance(FEATURES), of_frame(matrix), rows, stories, seed=1)


def test_without_stories_the_lessons_are_as_they_are(stories: CaseLessons) -> None:
    rows, _ = lessons(30, stories)
    assert with_stories(rows, None) is rows
