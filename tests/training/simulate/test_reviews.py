import pandas as pd
import pytest

from training.simulate import SimulatedBook, simulate

KEY = ["order_id", "line_no"]


@pytest.fixture(scope="module")
def book() -> SimulatedBook:
    return simulate(12_000, seed=6)


@pytest.fixture(scope="module")
def reviewed(book: SimulatedBook) -> pd.DataFrame:
    """One row a reviewed order, with its intent."""
    return book.outcomes.merge(book.truth, on=KEY).drop_duplicates("order_id")


def test_between_a_third_and_a_half_of_the_orders_are_reviewed(book: SimulatedBook) -> None:
    assert 0.33 < book.outcomes["order_id"].nunique() / book.orders["order_id"].nunique() < 0.47


def test_all_lines_of_a_reviewed_order_have_a_row(book: SimulatedBook) -> None:
    lines = book.orders.groupby("order_id").size()
    rows = book.outcomes.groupby("order_id").size()
    assert rows.equals(lines.reindex(rows.index))


def test_reviewers_confirm_most_but_not_all_of_the_diverted_orders_they_see(reviewed: pd.DataFrame) -> None:
    diverted = reviewed[reviewed["intent"] != "honest"]
    assert 0.62 < (diverted["label_class"] == "confirmed_diversion").mean() < 0.88


def test_reviewers_are_sometimes_wrong_or_undecided_about_honest_orders(reviewed: pd.DataFrame) -> None:
    honest = reviewed[reviewed["intent"] == "honest"]["label_class"].value_counts(normalize=True)
    assert set(honest.index) >= {"false_positive", "justified_alert", "undetermined"}
    assert honest["false_positive"] > 0.8


def test_the_audit_is_a_random_slice_at_its_stated_rate(book: SimulatedBook, reviewed: pd.DataFrame) -> None:
    audit = reviewed[reviewed["source"] == "audit"]
    assert set(audit["propensity"]) == {0.05}
    assert 0.035 < len(audit) / book.orders["order_id"].nunique() < 0.06


def test_the_stated_propensities_count_the_orders(book: SimulatedBook, reviewed: pd.DataFrame) -> None:
    chosen = reviewed[reviewed["source"] == "review"]
    early = book.orders[book.orders["order_date"] < "2026-03-01"]["order_id"].nunique()
    estimate = (1 / chosen[chosen["ordered_on"] < "2026-03-01"]["propensity"]).sum()
    assert 0.85 < estimate / early < 1.15


def test_propensities_are_probabilities(book: SimulatedBook) -> None:
    assert book.outcomes["propensity"].between(0, 1, inclusive="right").all()


def test_decisions_come_days_to_months_later_and_none_after_the_book_is_known(book: SimulatedBook) -> None:
    wait = (pd.to_datetime(book.outcomes["decided_on"]) - pd.to_datetime(book.outcomes["ordered_on"])).dt.days
    assert wait.min() >= 5
    assert 30 < wait.median() < 70
    assert (book.outcomes["decided_on"] <= "2026-11-25").all()


def test_only_a_clearance_tells_how_it_was_reached_and_open_cases_have_no_verification(book: SimulatedBook) -> None:
    open_cases = book.outcomes[book.outcomes["label_class"] == "undetermined"]
    cleared = book.outcomes[book.outcomes["label_class"] == "false_positive"]
    assert set(open_cases["verification"]) == {"none"}
    assert set(cleared["verification"]) == {"paper", "delivery", "end_use"}


def test_reviewers_are_pseudonyms(book: SimulatedBook) -> None:
    assert book.outcomes["reviewer"].str.fullmatch(r"R\d{2}").all()
