"""A long book judged in parts: the same result as in one piece, in memory that grows little with the file.

Pass one reads the typed lines part by part and builds the past; pass two judges part after part and keeps each table
in a folder beside the result, so that an interrupted run goes on where it stopped. Then the result is written.
"""

# Over 150 lines: the folder of a run, its two passes, and what of its tables is written and counted.

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from features.known import Known
from features.orders.book import Book
from features.orders.long import LongBook, cut
from features.past.gathered import Earlier
from scoring import first_pass
from scoring.atomic import PARTIAL
from scoring.batch import NOTHING_EARLIER, STEPS, Reasons, Scored, Watch, unwatched
from scoring.memory import give_back
from scoring.model import Model
from scoring.parts import RECORD, in_order
from scoring.pieces import SUMMED_UP, Load, Settings, kept
from scoring.result import COLUMNS, ResultRefused, own_columns, why
from scoring.shown import shown
from scoring.table import as_arrow, midnights, plain
from scoring.version import distribution_version
from scoring.ways import Ways

if TYPE_CHECKING:
    from scoring.worked import Worked

WRITTEN = 4_096
"""Records that are written at a time: each way of writing makes copies of them."""

IN_MEMORY = 300_000
"""Records whose past is held in memory, some 1.2 KB each; that of a longer book lies on disk: a fifth more CPU time."""

NO_PART, MISSING = -2, -1
"""Codes of a record that was not judged, and of an empty cell."""

READ, JUDGED = "read", "judged-"
"""Within the folder of a run: the parts as read, made anew by every run, and what was judged of them."""


@contextmanager
def run_folder(out: Path, resume: bool) -> Iterator[Path]:
    """A folder beside `out` while the block runs; a process that is stopped leaves it for a later run with `resume`.

    Raises ResultRefused where it cannot be made; a block that ends in ResultRefused keeps what was judged.
    """
    target = out.resolve()
    folder = target.with_name(f"{PARTIAL}{hashlib.sha256(target.name.encode()).hexdigest()[:16]}")
    if not resume:
        shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(folder / READ, ignore_errors=True)
    try:
        (folder / READ).mkdir(mode=0o700, parents=True)
    except OSError as fault:
        raise ResultRefused(why(fault, out)) from fault
    try:
        yield folder
    except ResultRefused as refusal:  # a full disk, a lost process: what was judged is good
        shutil.rmtree(folder / READ, ignore_errors=True)
        if not any(folder.iterdir()):
            folder.rmdir()
            raise
        raise ResultRefused(f"{refusal}; what was judged is kept: run the same again with --resume") from refusal
    except Exception:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder)


def shelved(book: Book, size: int, folder: Path) -> LongBook:
    """A book that was read whole, in parts within the folder of the run."""
    raw = as_arrow(book.raw)
    return cut(book, raw, midnights(raw), size, folder / READ)


@contextmanager
def in_parts(
    long: LongBook,
    known: Known,
    model: Model,
    folder: Path,
    ways: Ways,
    *,
    plainly: bool,
    base_rate: float | None = None,
    reasons_for: Reasons = "needed",
    watch: Watch = unwatched,
    earlier: Earlier = NOTHING_EARLIER,
) -> Iterator[tuple[Scored, pd.DataFrame, Iterator[pa.Table], tuple[Worked, ...]]]:
    """What a summary counts of a book, orders of one day, the result as tables in the file's order, and its cases.

    The same cells as `batch.score` and `result.joined`, whatever the size of the parts and the number of processes;
    without a report what was found has SUMMED_UP alone, and no lines. `folder` is that of the run; `plainly`: the
    result can say text and numbers only. Raises what `batch.score` raises.
    """
    lists = known.lists.version if known.lists else None
    settings = Settings(known, lists, model, base_rate, reasons_for, ways.report, queue=ways.queue)
    judged = folder / f"{JUDGED}{_digest(long, settings, earlier, ways)}"
    for left in folder.iterdir():
        if left not in (judged, folder / READ):
            shutil.rmtree(left)
    judged.mkdir(exist_ok=True)
    watch(STEPS[0])
    if len(long.book.raw) <= IN_MEMORY:
        found = first_pass.prepared(long, known, earlier, folder / READ, ways)
    else:
        from scoring.cluster import on_disk  # most runs need none of it

        found = on_disk.prepared(long, settings, earlier, folder / READ, ways)
    places = {number: judged / f"{number:06d}.parquet" for number in found.numbers}
    watch(STEPS[1])
    bare = replace(known, lists=None, customers=None, past_version=earlier.version)  # both are searched by now
    kept(places, found.load, replace(settings, known=bare, threads=1 if ways.workers > 1 else None), ways.workers)
    one_day, lines = found.one_day, found.lines
    worked = _worked(long, found.load, places) if ways.queue else ()
    del found  # the past is no longer needed, but for what a queue asks
    tables = ((number, pq.read_table(path, columns=[RECORD, *COLUMNS])) for number, path in places.items())
    scored = shown(places, long.book, lines) if ways.report else _counted(places, len(long.book.raw))
    yield scored, one_day, with_own_columns(long, tables, plainly=plainly), worked


def _worked(long: LongBook, load: Load, places: Mapping[int, Path]) -> tuple[Worked, ...]:
    """The parts with their working, for a queue."""
    from scoring.worked import Worked

    return tuple(Worked(long, load, number, path) for number, path in places.items())


def with_own_columns(long: LongBook, judged: Iterable[tuple[int, pa.Table]], *, plainly: bool) -> Iterator[pa.Table]:
    """The result as tables in the order of the file: the user's columns, then ours.

    `judged` are the numbered tables of the parts as `pieces.piece` gives them, ascending.
    """
    names = [str(at) for at in range(len(long.headings))]
    headings = as_arrow(own_columns(pd.DataFrame(columns=list(long.headings)))).column_names

    def beside() -> Iterator[tuple[int, pa.Table]]:
        for number, ours in judged:
            records, own = long.own(number)
            if ours.num_rows < len(records):
                own = own.take(pa.array(np.searchsorted(records, ours[RECORD].to_numpy())))
            own = plain(own, long.midnights) if plainly else own
            columns = [*own.columns, *ours.select([RECORD, *COLUMNS]).columns]
            yield number, pa.Table.from_arrays(columns, names=[*names, RECORD, *COLUMNS])
            give_back()

    for table in in_order(beside(), long.size):
        named = table.drop_columns([RECORD]).rename_columns([*headings, *COLUMNS])
        for begin in range(0, max(named.num_rows, 1), WRITTEN):
            yield named.slice(begin, WRITTEN)


def _counted(places: Mapping[int, Path], records: int) -> Scored:
    """What a summary counts, as categories in the order of their first appearance: a few bytes a record."""
    codes = {name: np.full(records, NO_PART, dtype=np.int16) for name in SUMMED_UP}
    values: dict[str, dict[str, int]] = {name: {} for name in SUMMED_UP}
    for path in places.values():
        table = pq.read_table(path, columns=[RECORD, *SUMMED_UP])
        at = table[RECORD].to_numpy()
        for name, met in values.items():
            each = table[name].combine_chunks().dictionary_encode()
            told = [met.setdefault(value, len(met)) for value in each.dictionary.to_pylist()]
            codes[name][at] = np.append(told, MISSING)[each.indices.fill_null(-1).to_numpy()]
    there = np.flatnonzero(codes[SUMMED_UP[0]] != NO_PART)
    found = {}
    for name, met in values.items():
        here = codes[name][there]
        appeared = pd.unique(here[here >= 0])
        place = np.full(len(met) + 1, MISSING)
        place[appeared] = np.arange(len(appeared))
        texts = pd.Index([list(met)[code] for code in appeared], dtype="str")
        found[name] = pd.Categorical.from_codes(place[here], texts)
    nothing = pd.DataFrame(index=there[:0])
    return Scored(pd.DataFrame(found, index=there), nothing, nothing, nothing, np.zeros(0))


def _digest(long: LongBook, settings: Settings, earlier: Earlier, ways: Ways) -> str:
    """Names all that a part's table depends on: file, customers, rules, lists, past, model, options, version."""
    known, model = settings.known, settings.model
    customers = [] if known.customers is None else [str(pd.util.hash_pandas_object(known.customers, index=False).sum())]
    said = [
        distribution_version(), long.book.sha256, repr(long.book.profile), str(long.size), str(ways.shard),
        *customers, known.tables.version, settings.lists,
        str(known.lists and (known.lists.decisions, known.lists.ownership_version)),
        str(known.as_of), str(known.backtest), known.affiliates_rule, earlier.version, f"{ways.report} {ways.queue}",
        *(each.model_to_string() for each in model.boosters), repr(replace(model, boosters=())),
        str(settings.base_rate), settings.reasons_for,
    ]  # fmt: skip
    return hashlib.sha256("\x1f".join(map(str, said)).encode("utf-8", "backslashreplace")).hexdigest()[:16]
