"""Parties are screened on a cluster as in one piece: the lists of a home travel with the job."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from features.known import Known
from features.orders.book import Book, from_frame
from features.parties.screening import lists, store
from features.past.gathered import Earlier
from scoring.batch import score
from scoring.cluster import here, job
from scoring.model import Model
from scoring.parts import RECORD
from scoring.result import COLUMNS
from scoring.streamed import READ, shelved
from scoring.table import as_arrow

LIST = (
    "source,list_code,name,alt_names,countries,addresses\n"
    'Entity List (EL),EL,Velkorra Works,Quillon,CN,"5 Tarn Road, CN"\n'
    "Entity List (EL),EL,Brennmoor Optics,,CN,\n"
)
CELLS = (
    {"buyer_name": "Velkorra Works Ltd", "buyer_country": "CN"},  # on the list
    {"buyer_name": "Velkora Work", "buyer_country": "SG"},  # much like it
    {"end_user_name": "Brennmoor Optics", "end_user_country": "CN"},
    {"buyer_address": "5 Tarn Road", "buyer_country": "CN"},  # the address alone
    {},
)
DAYS = ("2023-03-01", "2025-05-20", "2025-11-04", "2026-01-12")


@pytest.fixture
def book(orders: Callable[..., pd.DataFrame]) -> Book:
    """Every kind of party on each day, in no order of days."""
    return from_frame(orders(*({**cells, "buyer_id": "", "order_date": day} for cells in CELLS for day in DAYS)))


@pytest.fixture
def screened(book: Book, known: Known, tmp_path: Path) -> Known:
    """Lists of a home into which an invented one was imported."""
    (tmp_path / "csl.csv").write_text(LIST, encoding="utf-8")
    store.import_list(tmp_path / "home", tmp_path / "csl.csv", known.as_of)
    return replace(known, lists=lists.load_for(tmp_path / "home", known.tables, known.as_of, backtest=False))


@pytest.fixture
def room(
    book: Book, screened: Known, baseline: Model, with_history: Any, tmp_path: Path
) -> tuple[Path, Known, Earlier]:
    """A job in several parts, some of whose lines were told before; with what one piece is judged by."""
    known, before = with_history(book, screened, tmp_path / "history")
    (tmp_path / READ).mkdir()
    job.write(tmp_path, shelved(book, 6, tmp_path), known, baseline, earlier=before)
    return tmp_path, known, before


def in_one(book: Book, known: Known, before: Earlier, model: Model) -> pa.Table:
    """The result columns of the book judged in one piece."""
    return as_arrow(score(book, known, model, earlier=before).results[list(COLUMNS)])


def in_file_order(tables: Any) -> pa.Table:
    return pa.concat_tables(tables).sort_by(RECORD).select(COLUMNS)


def test_the_parts_of_a_cluster_find_the_hits_of_one_piece(
    book: Book, room: tuple[Path, Known, Earlier], baseline: Model
) -> None:
    place, known, before = room
    want = in_one(book, known, before, baseline)
    assert len(before.rows), "some lines were told before"
    assert (want["list_hits"].to_pandas().fillna("") != "").sum() >= 2 * len(DAYS)
    found = in_file_order(here.results(place))
    assert found.equals(want.cast(found.schema))


@pytest.mark.cluster
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_workers_of_dask_find_the_hits_of_one_piece(
    book: Book, room: tuple[Path, Known, Earlier], baseline: Model
) -> None:
    distributed = pytest.importorskip("distributed", reason="the dask extra is not installed")
    from scoring.cluster import dask_runner

    place, known, before = room
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as cluster:
        found = in_file_order(dask_runner.results(place, cluster.scheduler_address))
    assert found.equals(in_one(book, known, before, baseline).cast(found.schema))
