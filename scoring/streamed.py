"""A large book judged in parts: the same result as in one piece, in memory that does not grow with the signals.

Pass one reads the typed lines part by part and builds the past; pass two judges part after part and keeps each table
in a folder beside the result, so that an interrupted run goes on where it stopped. Then the result is written.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from features.known import Known
from features.orders.book import Book
from features.past.gathered import Earlier
from scoring.atomic import PARTIAL
from scoring.batch import NOTHING_EARLIER, STEPS, Reasons, Scored, Watch, unwatched
from scoring.first_pass import facts_of, prepared
from scoring.flags import measured
from scoring.model import Model
from scoring.parts import RECORD, Places, by_record, in_order, part_of, parts
from scoring.pieces import FLAG, MARGIN, Settings, Task, kept
from scoring.result import COLUMNS, ResultRefused, own_columns
from scoring.table import as_arrow, plain
from scoring.version import distribution_version
from scoring.ways import Ways

SUMMED_UP = ("status", "gate", "action", "band", "rules_date", "lists_version")
"""The result columns that a summary counts."""


@contextmanager
def in_parts(
    book: Book,
    known: Known,
    model: Model,
    out: Path,
    ways: Ways,
    *,
    base_rate: float | None = None,
    reasons_for: Reasons = "needed",
    watch: Watch = unwatched,
    earlier: Earlier = NOTHING_EARLIER,
) -> Iterator[tuple[Scored, Iterator[pa.Table]]]:
    """What a summary counts of a book (`results` has SUMMED_UP alone), and its result as tables in the file's order.

    The same cells as `batch.score` and `result.joined`, whatever the size of the parts and the number of processes.
    What is judged lies in a folder beside `out` while the block runs; a process that is stopped leaves it for a later
    run with `resume`. Raises what `batch.score` raises.
    """
    lists = known.lists.version if known.lists else None
    settings = Settings(known, lists, model, base_rate, reasons_for, ways.report)
    folder = out.resolve().with_name(f"{PARTIAL}{_digest(book, settings, earlier, ways)}")
    if not ways.resume:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    asked = parts(book, ways.size, ways.shard)
    places = {number: folder / f"{number:06d}.parquet" for number, records in enumerate(asked) if len(records)}
    try:
        lines = _judged(book, settings, earlier, ways, asked, folder, places, watch)
        tables = _result(book, places, ways.size, plainly=out.suffix.lower() != ".parquet")
        yield _summed_up(places, lines, report=ways.report), tables
    except ResultRefused as refusal:  # a full disk, a lost process: what was judged is good
        raise ResultRefused(f"{refusal}; what was judged is kept: run the same again with --resume") from refusal
    except Exception:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder)


def _judged(
    book: Book,
    settings: Settings,
    earlier: Earlier,
    ways: Ways,
    asked: Sequence[Places],
    folder: Path,
    places: Mapping[int, Path],
    watch: Watch,
) -> pd.DataFrame:
    """Both passes: every part's table stands at its place; returns the lines with what `first_pass` keeps of them."""
    with tempfile.TemporaryDirectory(prefix=PARTIAL, dir=folder) as room:
        watch(STEPS[0])
        ready = prepared(
            book, settings.known, earlier, parts(book, ways.size), np.sort(np.concatenate(asked)), Path(room)
        )
        watch(STEPS[1])
        problems = by_record(book)
        threads = 1 if ways.workers > 1 else None
        by = replace(settings, known=replace(ready.known, lists=None), threads=threads)  # lists are searched by now

        def task(number: int) -> Task:
            records = asked[number]
            return number, part_of(book, records, problems), facts_of(book, ready, number, records)

        kept(places, task, by, ways.workers)
    return ready.lines


def _result(book: Book, places: Mapping[int, Path], size: int, *, plainly: bool) -> Iterator[pa.Table]:
    """The result as tables in the order of the file: the user's columns, then ours."""
    own = as_arrow(own_columns(book.raw))
    own = plain(own) if plainly else own  # whole, for the form of a date is that of its column
    tables = ((number, pq.read_table(path)) for number, path in places.items())
    for table in in_order(tables, size):
        records = table[RECORD].to_numpy()
        run = len(records) and records[-1] - records[0] + 1 == len(records)
        theirs = own.slice(records[0], len(records)) if run else own.take(pa.array(records))
        columns = [*theirs.columns, *table.select(COLUMNS).columns]
        yield pa.Table.from_arrays(columns, names=[*theirs.column_names, *COLUMNS])


def _summed_up(places: Mapping[int, Path], lines: pd.DataFrame, *, report: bool) -> Scored:
    """What the summary counts, and with a report all that the report shows."""
    flags = [f"{FLAG}{each.name}" for each, _ in measured()] if report else []
    columns = list(COLUMNS if report else SUMMED_UP)
    tables = [pq.read_table(path, columns=[RECORD, MARGIN, *columns, *flags]) for path in places.values()]
    found: pd.DataFrame = pa.concat_tables(tables).to_pandas().set_index(RECORD).rename_axis(None).sort_index()
    matrix = found.loc[lines.index, flags].astype("boolean").rename(columns=lambda name: name.removeprefix(FLAG))
    margin = found.loc[lines.index, MARGIN].to_numpy(dtype=np.float64)
    return Scored(found[columns], lines, matrix, pd.DataFrame(index=lines.index), margin)


def _digest(book: Book, settings: Settings, earlier: Earlier, ways: Ways) -> str:
    """Names all that a part's table depends on: file, customers, rules, lists, past, model, options, version."""
    known, model = settings.known, settings.model
    customers = [] if known.customers is None else [str(pd.util.hash_pandas_object(known.customers, index=False).sum())]
    said = [
        distribution_version(), book.sha256, repr(book.profile), str(ways.size), str(ways.shard),
        *customers, known.tables.version, settings.lists,
        str(known.lists and (known.lists.decisions, known.lists.ownership_version)),
        str(known.as_of), str(known.backtest), known.affiliates_rule, earlier.version, str(ways.report),
        *(each.model_to_string() for each in model.boosters), repr(replace(model, boosters=())),
        str(settings.base_rate), settings.reasons_for,
    ]  # fmt: skip
    return hashlib.sha256("\x1f".join(map(str, said)).encode("utf-8", "backslashreplace")).hexdigest()[:16]
