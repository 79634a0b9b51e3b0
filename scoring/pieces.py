"""The judgement of one part of a book as an Arrow table, made here or in processes of its own, and kept until all is.

A part is judged by the same function wherever it runs, with one thread in a process of its own: LightGBM's threads
wait for each other by spinning, which costs more than it gains where several processes share the cores.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from features.known import Known
from features.matrix import FEATURES
from features.orders.book import Book
from scoring.atomic import whole_file
from scoring.batch import Reasons, Scored, judged_lines
from scoring.flags import measured
from scoring.memory import give_back
from scoring.model import Model
from scoring.parts import RECORD
from scoring.result import COLUMNS, ResultRefused
from scoring.table import as_arrow

NUMBERS = ("score", "completeness", "chips", "tpp_total")
MARGIN, FLAG, NUMBER, CASE = "margin", "flag ", "number ", "case "
"""Names of what a part's table holds beside the result: the margin, and before the names of signals and facts."""

SUMMED_UP = ("status", "gate", "action", "band", "rules_date", "lists_version")
"""The result columns that a summary counts."""

AHEAD = 1  # parts a process that waited would find ready: more only fill memory

Load = Callable[[int], tuple[Book, pd.DataFrame, pd.DataFrame]]
"""Gives the book of a part, its lines with all their facts, and the past that they are judged by."""

LOST = (
    "a process that scored a part was stopped from outside; the system may have been short of memory: use fewer "
    "--workers or a smaller --chunk"
)


@dataclass(frozen=True)
class Settings:
    """By what the parts of a file are judged; `flags` asks for the state of every flag besides, for a report.

    `queue` asks for all that the cases of a review queue are made of.
    """

    known: Known
    lists: str | None
    model: Model
    base_rate: float | None
    reasons_for: Reasons
    flags: bool
    threads: int | None = None
    queue: bool = False


def piece(settings: Settings, part: Book, lines: pd.DataFrame, past: pd.DataFrame) -> pa.Table:
    """The result columns of a part's records, with RECORD and MARGIN (missing on a record that was not scored)."""
    found = judged_lines(
        part,
        lines,
        replace(settings.known, past=past),
        settings.lists,
        settings.model,
        base_rate=settings.base_rate,
        reasons_for=settings.reasons_for,
        threads=settings.threads,
    )
    margin = pd.Series(found.margin, index=lines.index).reindex(part.raw.index)
    extra: dict[str, pd.Series] = {RECORD: pd.Series(part.raw.index, index=part.raw.index), MARGIN: margin}
    if settings.flags or settings.queue:
        states = found.matrix[[each.name for each, _ in measured()]].reindex(part.raw.index)
        extra |= {f"{FLAG}{name}": states[name] for name in states}
    if settings.queue:
        extra |= _of_cases(part, found)
    return as_arrow(pd.concat([found.results, pd.DataFrame(extra)], axis=1)).cast(_schema(settings))


def _of_cases(part: Book, found: Scored) -> dict[str, pd.Series]:
    """The numbers among the signals, and what stands beside a case."""
    from scoring.review.arrivals import facts

    numbers = found.matrix[numbers_measured()].reindex(part.raw.index)
    beside = facts(part, found).reindex(part.raw.index)
    return {f"{NUMBER}{name}": numbers[name] for name in numbers} | {f"{CASE}{name}": beside[name] for name in beside}


def numbers_measured() -> list[str]:
    """The signals that are numbers, in the order of the matrix."""
    return [each.name for each in FEATURES if each.kind == "number"]


def _schema(settings: Settings) -> pa.Schema:
    """One type a column, whatever stands in a part."""
    ours = [(name, pa.float64() if name in NUMBERS else pa.large_string()) for name in COLUMNS]
    kept = [*ours, (RECORD, pa.int64()), (MARGIN, pa.float64())]
    if settings.flags or settings.queue:
        kept += [(f"{FLAG}{each.name}", pa.bool_()) for each, _ in measured()]
    if settings.queue:
        from scoring.review.arrivals import FACTS

        kinds = {"str": pa.large_string(), "float64": pa.float64(), "boolean": pa.bool_()}
        kept += [(f"{NUMBER}{name}", pa.float64()) for name in numbers_measured()]
        kept += [(f"{CASE}{name}", kinds[kind]) for name, kind in FACTS.items()]
    return pa.schema(kept)


def kept(places: Mapping[int, Path], load: Load, settings: Settings, workers: int) -> None:
    """Each part's table at the place of its number; those that stand there already are not made again."""
    missing = [number for number, path in places.items() if not path.exists()]
    run = _in_processes if workers > 1 else _here
    for number, table in run(settings, load, missing, workers):
        with whole_file(places[number]) as temporary:
            pyarrow.parquet.write_table(table, temporary, compression="lz4")
        give_back()


def _here(settings: Settings, load: Load, numbers: Sequence[int], workers: int) -> Iterator[tuple[int, pa.Table]]:
    for number in numbers:
        yield number, piece(settings, *load(number))


def _in_processes(
    settings: Settings, load: Load, numbers: Sequence[int], workers: int
) -> Iterator[tuple[int, pa.Table]]:
    """The tables in the order of the parts; as many parts are under way as there are processes, and AHEAD."""
    under_way: deque[tuple[int, Future[pa.Table]]] = deque()
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin, (settings, load))
    try:
        for number in numbers:
            under_way.append((number, pool.submit(_piece, number)))
            if len(under_way) >= workers + AHEAD:
                first, done = under_way.popleft()
                yield first, done.result()
        for number, done in under_way:
            yield number, done.result()
    except BrokenProcessPool as fault:
        raise ResultRefused(LOST) from fault
    finally:
        pool.shutdown(cancel_futures=True)


class _Process:
    """What a process of its own was told when it began."""

    settings: Settings
    load: Load


def _begin(settings: Settings, load: Load) -> None:
    _Process.settings = settings
    _Process.load = staticmethod(load)


def _piece(number: int) -> pa.Table:
    return piece(_Process.settings, *_Process.load(number))
