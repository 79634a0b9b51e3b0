from pathlib import Path

import pandas as pd
import pytest

from features.orders.book import read_customers, read_orders
from training.simulate import SimulatedBook, simulate, write
from training.simulate.dialects import dialects, spoken


@pytest.fixture(scope="module")
def book() -> SimulatedBook:
    return simulate(400, seed=3)


@pytest.fixture(scope="module")
def plain(book: SimulatedBook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain")
    write(book, folder)
    return folder


@pytest.mark.parametrize("dialect", dialects())
def test_whatever_the_dialect_the_same_orders_and_customers_are_read(
    book: SimulatedBook, plain: Path, tmp_path: Path, dialect: str
) -> None:
    write(book, tmp_path, dialect)
    for reader, name in ((read_orders, "orders.csv"), (read_customers, "customers.csv")):
        told, read = reader(plain / name), reader(tmp_path / name)
        assert read.questions == ()
        assert read.unmapped == ()
        pd.testing.assert_frame_equal(read.lines, told.lines)


@pytest.mark.parametrize("dialect", dialects())
def test_outcomes_and_truth_have_no_dialect(book: SimulatedBook, plain: Path, tmp_path: Path, dialect: str) -> None:
    write(book, tmp_path, dialect)
    for name in ("outcomes.csv", "truth.csv"):
        assert (tmp_path / name).read_bytes() == (plain / name).read_bytes()


def test_dialects_differ_from_each_other_and_from_the_plain_file(book: SimulatedBook) -> None:
    headings = {tuple(spoken(book.orders, name).columns) for name in dialects()} | {tuple(book.orders.columns)}
    assert len(headings) == len(dialects()) + 1


def test_an_unknown_dialect_is_refused_with_the_known_ones(book: SimulatedBook, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="us_erp"):
        write(book, tmp_path / "none", "klingon")
    assert not (tmp_path / "none").exists()
