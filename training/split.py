"""Training and test are apart in time, by a gap, and in customers: no customer stands on both sides."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

OUTCOME_DAYS = 90
"""Days until the outcome of an order is usually known: the gap between the last training and the first test order."""

TEST_SPAN = 1 / 3  # the last third of the decided lines, by order date, lies after the cut
TEST_CUSTOMERS = 1 / 3  # a third of the customers is never trained on


@dataclass(frozen=True)
class Split:
    """Positions (labels of the index) on each side; `cut` is the first day of the test period.

    `left_out` counts the lines on neither side by reason. Among them, `again`: lines of the test period by customers of
    the training, for a second number that says nothing of new customers; no near-copies of training lines.
    """

    train: pd.Index
    test: pd.Index
    cut: pd.Timestamp
    days: int
    left_out: dict[str, int]
    again: pd.Index = field(default_factory=lambda: pd.Index([]))


def split(rows: pd.DataFrame, *, seed: int, days: int = OUTCOME_DAYS, cut: pd.Timestamp | None = None) -> Split:
    """The rows (columns ordered_on, decided_on, customer; copy where near-copies are told) out of time and by customer.

    Training: customers dealt to training, ordered more than `days` before the cut and, where decided, decided before
    the cut, no near-copy of a test line. Test: the other customers, ordered on the cut or later. Rows without an order
    date are on neither side.
    """
    cut = cut or first_test_day(rows)
    for_test = dealt(rows["customer"], TEST_CUSTOMERS, seed, "test")
    early = rows["ordered_on"] < cut - pd.Timedelta(days=days)
    known = ~(rows["decided_on"] >= cut)  # not decided at all is no secret of the future
    after = rows["ordered_on"] >= cut
    test = after & for_test
    copied = _like(rows, test)
    train = early & known & ~for_test & ~copied
    again = after & ~for_test & ~_like(rows, train)
    left_out = {
        "no order date": int(rows["ordered_on"].isna().sum()),
        "in the gap": int((rows["ordered_on"].notna() & ~early & ~after).sum()),
        "decided after the cut": int((early & ~known).sum()),
        "near-copies of test orders": int((early & known & ~for_test & copied).sum()),
        "test customers before the cut": int((early & known & for_test).sum()),
        "training customers after the cut": int((after & ~for_test).sum()),
    }
    made = Split(rows.index[train], rows.index[test], cut, days, left_out, rows.index[again])
    check(made, rows)
    return made


def _like(rows: pd.DataFrame, side: pd.Series) -> pd.Series:
    """Which rows are near-copies of one of the side."""
    return rows["copy"].isin(rows.loc[side, "copy"]) if "copy" in rows else pd.Series(False, index=rows.index)


def first_test_day(rows: pd.DataFrame) -> pd.Timestamp:
    """The order date that leaves the last third of the decided rows after it; the last date if nothing is decided."""
    decided = rows.loc[rows["decided_on"].notna(), "ordered_on"].dropna().sort_values()
    return pd.Timestamp(decided.iloc[int(len(decided) * (1 - TEST_SPAN))] if len(decided) else rows["ordered_on"].max())


def dealt(customers: pd.Series, share: float, seed: int, purpose: str) -> npt.NDArray[np.bool_]:
    """Whether each row's customer falls to the given share; the same customer, seed and purpose always fall alike.

    The purpose keeps draws apart that use one seed. Customers without a name fall together: they may be one.
    """
    codes, names = pd.factorize(customers.fillna("").astype(str))
    return np.array([_place(name, seed, purpose) < share for name in names], dtype=bool)[codes]


def folds(customers: pd.Series, number: int, seed: int) -> npt.NDArray[np.int64]:
    """The fold (0 … number-1) of each row; a customer is in one fold."""
    codes, names = pd.factorize(customers.fillna("").astype(str))
    return np.array([int(_place(name, seed, "fold") * number) for name in names], dtype=np.int64)[codes]


def check(made: Split, rows: pd.DataFrame) -> None:
    """Asserts what a split promises: apart in customers, apart by the gap, nothing learnt after the cut."""
    train, test = rows.loc[made.train], rows.loc[made.test]
    shared = set(train["customer"].fillna("")) & set(test["customer"].fillna(""))
    assert not shared, "a customer stands on both sides"  # noqa: S101  (cannot happen)
    if len(train) and len(test):
        apart = test["ordered_on"].min() - train["ordered_on"].max()
        assert apart > pd.Timedelta(days=made.days), "the gap is too short"  # noqa: S101
    assert not (train["decided_on"] >= made.cut).any(), "an outcome of the test period was learnt"  # noqa: S101


def _place(name: str, seed: int, purpose: str) -> float:
    """A number in [0, 1) that only the name, the seed and the purpose decide."""
    return int.from_bytes(hashlib.sha256(f"{purpose}:{seed}:{name}".encode()).digest()[:6]) / 2**48
