"""`diversion score --scheduler`: an order file, or a folder of Parquet files, judged by the workers of a cluster."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from diversion.asked import Asked
from diversion.files import read_files, read_in_parts
from diversion.work import Done, Say, choose, how_read, known_of, past_of
from features.orders.book import NO_PROFILE, Book, read_customers
from features.orders.fields import fields
from features.orders.long import LongBook
from features.orders.profiles import load
from features.orders.questions import parse_answers
from features.past.gathered import earlier
from scoring.atomic import PARTIAL, whole_folder
from scoring.batch import Scored
from scoring.cluster import dataset, job
from scoring.model import Model
from scoring.parts import RECORD
from scoring.pieces import SUMMED_UP
from scoring.result import COLUMNS, check_place, check_size, write_parts
from scoring.streamed import READ, shelved, with_own_columns

DASK = ("tcp://", "tls://")


def score_on(scheduler: str, asked: Asked, say: Say, *, size: int) -> Done | None:
    """Scores on the cluster at `scheduler`: Dask at tcp:// or tls://, else the master of a Spark cluster.

    A folder gives a folder of results and no `Done`. The folder of the result must be one that all workers see.
    """
    choice = choose(asked.model, asked.home, asked.mlruns, asked.customers is not None)
    say(choice.said)
    if asked.file.is_dir():
        _data_set(scheduler, asked, choice.model, say)
        return None
    place = asked.out or asked.file.with_name(f"{asked.file.name.split('.')[0]}.scored.{asked.format or 'csv'}")
    check_place(place)
    with _room(place) as room:
        read, master = read_in_parts(*how_read(asked), size, room / READ)
        long = read if isinstance(read, LongBook) else shelved(read, size, room)
        known = known_of(asked, master, say)
        before = past_of(asked, long, known, say)
        job.write(room, long, known, choice.model, base_rate=asked.base_rate, reasons_for=asked.reasons, earlier=before)
        return _file(scheduler, room, long, master, place, asked.as_of)


def _file(scheduler: str, room: Path, long: LongBook, master: Book | None, out: Path, as_of: date) -> Done:
    """The result of a job on an order file, written to `out`."""
    book = long.book
    check_size(out, len(book.raw), len(long.headings) + len(COLUMNS))
    numbers = frozenset(heading for name, heading in book.mapping.items() if fields()[name].type == "number")
    seen: list[pd.DataFrame] = []

    def judged() -> Iterator[tuple[int, pa.Table]]:
        for number, table in enumerate(_results(scheduler, room)):
            seen.append(table.select([RECORD, *SUMMED_UP]).to_pandas())
            yield number, table

    whole = with_own_columns(long, judged(), plainly=out.suffix.lower() != ".parquet")
    notes = write_parts(whole, out, len(book.raw), number_columns=numbers, as_of=as_of)
    results = pd.concat(seen).set_index(RECORD).sort_index()
    scored = Scored(results, book.lines, pd.DataFrame(), pd.DataFrame(), np.zeros(0))
    return Done(out, book, master, scored, notes)


@contextmanager
def _room(out: Path) -> Iterator[Path]:
    """A folder beside `out` for a job, with a place for the parts as read; gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix=PARTIAL, dir=out.resolve().parent) as room:
        (Path(room) / READ).mkdir()
        yield Path(room)


def _data_set(scheduler: str, asked: Asked, model: Model, say: Say) -> None:
    """The result of each file of a data set as a file of a folder, which appears whole."""
    data, out = asked.file, asked.out or asked.file.with_name(f"{asked.file.name}.scored")
    profile = (load(asked.home, asked.profile) if asked.profile else NO_PROFILE).answering(parse_answers(asked.answers))
    customers = asked.customers
    master = None if customers is None else read_customers(customers, profile=profile.customers or NO_PROFILE)
    known = known_of(asked, master, say)
    books = [read_files(each, None, asked.home, asked.profile, (), asked.encoding)[0] for each in asked.history]
    before = earlier(asked.home, books, known)
    say(f"past: {before.version}")
    found = dataset.files(data, profile)
    by: dict[str, Any] = {"base_rate": asked.base_rate, "reasons_for": asked.reasons, "earlier": before}
    with whole_folder(out) as results, _room(out) as room:
        job.write(room, found, known, model, **by, profile=profile, out=results)
        told = pa.concat_tables(_results(scheduler, room)).to_pandas()
    say(f"{data.name}: {len(told):,} records of {len(found):,} files")
    for column in ("status", "action", "gate", "band"):
        counts = told[column].value_counts()
        say(f"  {column}: " + ", ".join(f"{name} {count:,}" for name, count in counts.items()))
    say(f"result: {out}")


def _results(scheduler: str, room: Path) -> Iterator[pa.Table]:
    """The tables of the parts from the runner that the address names."""
    if scheduler.startswith(DASK):
        from scoring.cluster import dask_runner

        return dask_runner.results(room, scheduler)
    from scoring.cluster import spark_runner

    return spark_runner.results(room, spark_runner.session(scheduler))
