"""Training and test share no customer and stand apart in time."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.split import Split, check, dealt, folds, split

rows_of_orders = st.lists(
    st.tuples(st.integers(0, 900), st.none() | st.integers(0, 200), st.none() | st.sampled_from("abcdefgh")),
    min_size=1,
    max_size=80,
)


def table(rows: list[tuple[int, int | None, str | None]]) -> pd.DataFrame:
    start = pd.Timestamp("2023-01-01")
    ordered = [start + pd.Timedelta(days=day) for day, _, _ in rows]
    decided = [
        pd.NaT if wait is None else day + pd.Timedelta(days=wait)
        for day, (_, wait, _) in zip(ordered, rows, strict=True)
    ]
    return pd.DataFrame(
        {
            "ordered_on": pd.Series(ordered, dtype="datetime64[us]"),
            "decided_on": pd.Series(decided, dtype="datetime64[us]"),
            "customer": pd.Series([customer for _, _, customer in rows], dtype="str"),
        }
    )


@given(rows_of_orders, st.integers(0, 5), st.integers(0, 120))
def test_no_customer_no_day_and_no_outcome_crosses(
    rows: list[tuple[int, int | None, str | None]], seed: int, days: int
) -> None:
    orders = table(rows)
    made = split(orders, seed=seed, days=days)
    train, test = orders.loc[made.train], orders.loc[made.test]
    assert not set(train["customer"].fillna("")) & set(test["customer"].fillna(""))
    assert (train["ordered_on"] < made.cut - pd.Timedelta(days=days)).all()
    assert (test["ordered_on"] >= made.cut).all()
    assert not (train["decided_on"] >= made.cut).any()
    assert len(train) + len(test) + sum(made.left_out.values()) == len(orders)
    again = orders.loc[made.again]
    assert len(again) == made.left_out["training customers after the cut"]
    assert (again["ordered_on"] >= made.cut).all()
    assert not set(again["customer"].fillna("")) & set(test["customer"].fillna(""))


def test_a_later_order_like_one_of_the_training_is_no_second_test() -> None:
    orders = table([(day, 10, name) for day in range(0, 900, 3) for name in "abcdefgh"]).assign(copy=range(2400))
    apart = split(orders, seed=1)
    taught, later = apart.train[0], apart.again[0]
    alike = split(orders.assign(copy=orders["copy"].replace(later, taught)), seed=1)
    assert alike.train.equals(apart.train)
    assert alike.again.equals(apart.again.drop(later))


def test_a_line_without_an_order_date_is_on_neither_side() -> None:
    orders = table([(day, 10, "a") for day in range(300)])
    orders.loc[5, "ordered_on"] = pd.NaT
    made = split(orders, seed=1)
    assert 5 not in made.train.union(made.test)
    assert made.left_out["no order date"] == 1


def test_a_split_that_breaks_its_promise_is_caught() -> None:
    orders = table([(0, 1, "a"), (500, 1, "a")])
    cut = pd.Timestamp("2024-01-01")
    with pytest.raises(AssertionError, match="both sides"):
        check(Split(orders.index[:1], orders.index[1:], cut, 90, {}), orders)
    apart = orders.assign(customer=["a", "b"])
    with pytest.raises(AssertionError, match="gap"):
        check(Split(orders.index[:1], orders.index[1:], cut, 600, {}), apart)


def test_the_same_customer_falls_alike_whatever_the_other_rows() -> None:
    names = pd.Series(["a", "b", "c", "a", None])
    assert dealt(names, 0.5, 3, "x").tolist()[:3] == dealt(names.iloc[:3], 0.5, 3, "x").tolist()
    assert dealt(names, 0.5, 3, "x")[0] == dealt(names, 0.5, 3, "x")[3]


def test_draws_of_one_seed_do_not_lean_on_each_other() -> None:
    names = pd.Series([f"c{number}" for number in range(4000)])
    kept = names[~dealt(names, 1 / 3, 7, "test")]
    assert dealt(kept, 0.8, 7, "bag").mean() == pytest.approx(0.8, abs=0.03)
    assert pd.Series(folds(kept, 5, 7)).value_counts(normalize=True).to_list() == pytest.approx([0.2] * 5, abs=0.03)


def test_folds_share_no_customer_and_use_all_numbers() -> None:
    names = pd.Series([f"c{number % 40}" for number in range(400)])
    fold = pd.Series(folds(names, 5, 1))
    assert set(fold) == set(range(5))
    assert (fold.groupby(names).min() == fold.groupby(names).max()).all()


@settings(deadline=None)
@given(rows_of_orders, st.integers(0, 5), st.data())
def test_near_copies_never_stand_on_both_sides(
    rows: list[tuple[int, int | None, str | None]], seed: int, data: st.DataObject
) -> None:
    orders = table(rows)
    orders["copy"] = data.draw(st.lists(st.integers(0, 5), min_size=len(rows), max_size=len(rows)))
    made = split(orders, seed=seed, days=10)
    assert not set(orders.loc[made.train, "copy"]) & set(orders.loc[made.test, "copy"])
    assert len(made.train) + len(made.test) + sum(made.left_out.values()) == len(orders)
