"""Whose order a line is."""

import pandas as pd

from training.customers import customer_of


def lines(*pairs: tuple[str | None, str | None]) -> pd.DataFrame:
    return pd.DataFrame(list(pairs), columns=["buyer_id", "buyer_name"], dtype="str")


def test_a_number_or_a_name_ties_lines_together() -> None:
    found = customer_of(lines(("7", "Norrhall AB"), ("7", "Norrhall Data"), (None, "NORRHALL-DATA"), ("8", "Other")))
    assert len(set(found.iloc[:3])) == 1
    assert found.iloc[3] != found.iloc[0]


def test_the_key_does_not_depend_on_the_order_of_lines() -> None:
    book = lines(("7", "Norrhall AB"), (None, "Norrhall AB"), ("8", None), (None, None))
    back = customer_of(book.iloc[::-1]).sort_index()
    pd.testing.assert_series_equal(customer_of(book), back)


def test_a_line_with_neither_number_nor_name_has_no_customer() -> None:
    assert customer_of(lines((None, None), (None, " - "))).isna().all()
