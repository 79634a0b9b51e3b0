"""A simulated book of several years with a history, changed lines and decisions, and what one piece says of it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.known import Known, known_on
from features.orders.book import Book, read_customers, read_orders
from features.past.gathered import Earlier, earlier
from features.past.store import record
from training.simulate import simulate
from training.simulate import write as write_world

AS_OF = date(2026, 11, 25)
collect_ignore = [] if find_spec("pyspark") and shutil.which("java") else ["test_spark_runner.py"]
"""Spark is 450 MB and needs Java: `.ci/run` runs its test in an environment of its own where there is Java."""


@dataclass(frozen=True)
class World:
    """An order book and all that is known besides: customers, decisions, and lines told earlier."""

    book: Book
    known: Known
    before: Earlier
    room: Path


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], World]:
    """A world of so many lines in no order; an early third was told before, a tenth of it with another consignee."""

    def made(lines: int) -> World:
        room = tmp_path_factory.mktemp("world")
        write_world(simulate(lines, seed=5), room)
        table = pd.read_csv(room / "orders.csv", dtype="str", keep_default_na=False)
        table = table.sample(frac=1.0, random_state=1)
        table.iloc[3, 0] = ""
        table.to_csv(room / "orders.csv", index=False)
        book = read_orders(room / "orders.csv")
        known = known_on(AS_OF, read_customers(room / "customers.csv").lines)
        return World(book, *_with_history(book, known, room / "home"), room)

    return made


@pytest.fixture(scope="session")
def with_history() -> Callable[[Book, Known, Path], tuple[Known, Earlier]]:
    """Decisions and lines told earlier, made up for a book."""
    return _with_history


def _with_history(book: Book, known: Known, home: Path) -> tuple[Known, Earlier]:
    known = replace(known, decisions=decisions(book.lines))
    told_before(book.lines, home)
    return known, earlier(home, (), known)


def decisions(lines: pd.DataFrame) -> pd.DataFrame:
    """Every fifteenth line was decided a month after its order; half of those were refused."""
    told = lines.loc[lines["order_date"].notna() & lines["order_id"].notna()].iloc[::15]
    refused = np.arange(len(told)) % 2 == 0
    return told[["order_id", "line_no"]].assign(
        decision=np.where(refused, "refused", "released"),
        label_class=np.where(refused, "confirmed_diversion", "false_positive"),
        decided_on=told["order_date"] + pd.Timedelta(days=30),
    )


def told_before(lines: pd.DataFrame, home: Path) -> None:
    """Puts the lines of the first years into the history, as they were known then."""
    early = lines[lines["order_id"].notna() & (lines["order_date"] < "2024-06-01")].iloc[::3].copy()
    early.iloc[::10, early.columns.get_loc("ult_consignee_name")] = "Vesthavn Freight"
    home.mkdir()
    record(home, early, date(2024, 6, 1))


@pytest.fixture(scope="session")
def world(simulated: Callable[[int], World]) -> World:
    """A small world, for runners."""
    return simulated(260)
