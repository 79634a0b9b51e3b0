"""`diversion score --scheduler`: an order file, or a folder of Parquet files, judged by the workers of a cluster."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from diversion.files import read_files
from diversion.work import Done, Say, choose, earlier_of, known_here, lists_warnings
from features.affiliates import state_on
from features.known import AffiliatesRule
from features.orders.book import NO_PROFILE, Book, read_customers
from features.orders.fields import fields
from features.orders.profiles import Profile, load
from features.orders.questions import parse_answers
from features.past.gathered import earlier
from scoring.atomic import PARTIAL, whole_folder
from scoring.batch import Reasons, Scored
from scoring.cluster import dataset, job
from scoring.cluster.steps import SUMMED_UP
from scoring.parts import in_order
from scoring.result import COLUMNS, check_place, check_size, own_columns, write_parts
from scoring.table import as_arrow, plain

DASK = ("tcp://", "tls://")


def score_on(
    scheduler: str,
    file: Path,
    customers: Path | None,
    out: Path | None,
    format: str | None,
    as_of: date,
    backtest: bool,
    reasons: Reasons,
    base_rate: float | None,
    model: str | Path | None,
    home: Path,
    mlruns: Path,
    say: Say,
    profile: str | None = None,
    answers: tuple[str, ...] = (),
    encoding: str | None = None,
    *,
    affiliates_rule: AffiliatesRule = "as dated",
    history: Sequence[Path] = (),
    db: str | None = None,
    size: int,
) -> Done | None:
    """Scores on the cluster at `scheduler`: Dask at tcp:// or tls://, else the master of a Spark cluster.

    A folder gives a folder of results and no `Done`. The folder of the result must be one that all workers see.
    """
    choice = choose(model, home, mlruns, customers is not None)
    say(choice.said)
    options: dict[str, Any] = {"base_rate": base_rate, "reasons_for": reasons, "size": size}
    if file.is_dir():
        said = (load(home, profile) if profile else NO_PROFILE).answering(parse_answers(answers))
        master = None if customers is None else read_customers(customers, profile=said.customers or NO_PROFILE)
        book: Book | None = None
    else:
        book, master = read_files(file, customers, home, profile, answers, encoding)
    known = known_here(as_of, master, backtest, affiliates_rule, home, db)
    for line in (state_on(as_of, known), *lists_warnings(known, as_of)):
        say(line)
    if book is None:
        books = [read_files(each, None, home, profile, (), encoding)[0] for each in history]
        before = earlier(home, books, known)
        say(f"past: {before.version}")
        place = out or file.with_name(f"{file.name}.scored")
        _folder(scheduler, file, place, said, say, (known, choice.model), options | {"earlier": before})
        return None
    before = earlier_of(history, book, known, home, profile, encoding, say)
    place = out or file.with_name(f"{file.name.split('.')[0]}.scored.{format or 'csv'}")
    return _file(scheduler, book, master, place, as_of, (known, choice.model), options | {"earlier": before})


def _file(
    scheduler: str, book: Book, master: Book | None, out: Path, as_of: date, by: Any, options: dict[str, Any]
) -> Done:
    check_place(out)
    check_size(out, len(book.raw), book.raw.shape[1] + len(COLUMNS))
    numbers = frozenset(heading for name, heading in book.mapping.items() if fields()[name].type == "number")
    seen: list[pd.DataFrame] = []
    with tempfile.TemporaryDirectory(prefix=PARTIAL, dir=out.resolve().parent) as room:
        job.write(Path(room), book, *by, **options)
        tables = in_order(enumerate(_results(scheduler, Path(room))), options["size"])
        whole = _beside(book, tables, seen, plainly=out.suffix.lower() != ".parquet")
        notes = write_parts(whole, out, len(book.raw), number_columns=numbers, as_of=as_of)
    results = pd.concat(seen, ignore_index=True)
    scored = Scored(results, book.lines, pd.DataFrame(), pd.DataFrame(), np.zeros(0))
    return Done(out, book, master, scored, notes)


def _folder(
    scheduler: str, data: Path, out: Path, profile: Profile, say: Say, by: Any, options: dict[str, Any]
) -> None:
    """The result of each file of a data set as a file of a folder, which appears whole."""
    found = dataset.files(data, profile)
    with (
        whole_folder(out) as results,
        tempfile.TemporaryDirectory(prefix=PARTIAL, dir=out.resolve().parent) as room,
    ):
        job.write(Path(room), found, *by, **options, profile=profile, out=results)
        told = pa.concat_tables(_results(scheduler, Path(room))).to_pandas()
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


def _beside(book: Book, tables: Iterable[pa.Table], seen: list[pd.DataFrame], *, plainly: bool) -> Iterator[pa.Table]:
    """The user's columns, then ours; what a summary counts of them is added to `seen`."""
    own = as_arrow(own_columns(book.raw))
    own, begin = plain(own) if plainly else own, 0
    for table in tables:
        theirs, ours = own.slice(begin, table.num_rows), table.select(COLUMNS)
        begin += table.num_rows
        seen.append(table.select(SUMMED_UP).to_pandas())
        yield pa.Table.from_arrays([*theirs.columns, *ours.columns], names=[*theirs.column_names, *ours.column_names])
