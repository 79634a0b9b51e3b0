"""One plain order line and one plain party; a test changes the cells it is about."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import settings

from features.orders.book import Book, from_frame, read_orders
from features.orders.countries import aliases as alias_table

settings.register_profile("many", max_examples=5_000, deadline=None)  # pytest --hypothesis-profile=many

ORDER = {
    "order_id": "A-1",
    "order_date": "2026-01-12",
    "buyer_name": "Norrhall Compute",
    "buyer_country": "DE",
    "ult_consignee_name": "Norrhall Compute",
    "part_number": "900-21001",
    "quantity": "8",
    "destination_country": "SG",
}
NAMES = {
    "DE": ("de", "Germany"),
    "SG": ("sg", "Singapore"),
    "NA": ("na", "Namibia"),
    "GB": ("gb", "uk", "England", "United Kingdom"),
    "UA": ("ua", "ukr", "Ukraine"),
    "HK": ("hk", "Hong Kong"),
    "NL": ("nl", "The Netherlands"),
    "CD": ("cd", "Congo, Democratic Republic of the"),
    "KR": ("kr", "Korea, Republic of", "대한민국"),
    "KR|KP": ("Korea",),
    "US": ("us", "United States"),
}


@pytest.fixture(scope="session")
def aliases() -> dict[str, str]:
    """A small alias table of countries."""
    rows = [(name, iso2) for iso2, names in NAMES.items() for name in names]
    return alias_table(pd.DataFrame(rows, columns=["alias", "iso2"], dtype="str"))


@pytest.fixture(scope="session")
def order() -> Callable[..., dict[str, str]]:
    """A plain order line with some cells changed."""
    return lambda **cells: ORDER | cells


@pytest.fixture(scope="session")
def book(aliases: dict[str, str]) -> Callable[..., Book]:
    """The book of a column: one plain order line for each cell given."""

    def build(**columns: list[str]) -> Book:
        length = len(next(iter(columns.values())))
        plain = {name: [cell] * length for name, cell in ORDER.items()}
        plain["order_id"] = [f"A-{at}" for at in range(length)]
        return from_frame(pd.DataFrame(plain | columns, dtype="str"), aliases=aliases)

    return build


@pytest.fixture
def read(tmp_path: Path, aliases: dict[str, str]) -> Callable[..., Book]:
    """The book of a file with these bytes or this text."""

    def build(content: str | bytes, name: str = "orders.csv") -> Book:
        path = tmp_path / name
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return read_orders(path, aliases)

    return build
