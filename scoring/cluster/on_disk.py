"""A job on this machine alone whose memory does not grow with the book: what passes between parts lies on disk.

A step of every number is done before the next begins, here or in processes of its own; what comes to a number is read
when its step asks for it.
"""

# Over 150 lines: the files of what was passed on, and the steps over them.

from __future__ import annotations

import pickle  # written a moment ago by this run, in a folder of its own
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from itertools import chain
from multiprocessing import get_context
from os import getpid
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from features.orders.book import Book
from features.orders.long import LongBook
from features.past.gathered import Earlier
from features.past.same_day import largest_first, of_one_day
from scoring.cluster import job
from scoring.cluster.steps import EVERYONE, PAST, Passed, informed, look_around, looked_around, read
from scoring.first_pass import Prepared
from scoring.memory import give_back
from scoring.pieces import LOST, Settings
from scoring.result import ResultRefused
from scoring.ways import Ways

PASSED = "passed"
SIZE = 8  # bytes of the lengths before each thing: packed, and as it was
CODEC = "lz4"

AT_ONCE = 8  # parts whose lines are asked of the web of ties together: more need memory, fewer read it more often
A_BUCKET = 24  # parts whose rows share a bucket: fewer mean more messages, some milliseconds each, more larger buckets


@dataclass(frozen=True)
class Came:
    """What came to a number, by kind, in files of the job's folder; what is popped is gone.

    Each process adds to files of its own. What goes to everyone is one file for all, and stays.
    """

    room: Path
    number: int

    def _files(self, kind: str, number: int) -> list[Path]:
        return sorted(_folder(self.room, number).glob(f"{kind}.*"))

    def __contains__(self, kind: object) -> bool:
        return any(self._files(str(kind), number) for number in (self.number, EVERYONE))

    def __getitem__(self, kind: str) -> list[Any]:
        if kind not in self:
            raise KeyError(kind)
        return self.get(kind, [])

    def get(self, kind: str, default: list[Any]) -> list[Any]:
        """All that came of a kind."""
        files = [path for number in (self.number, EVERYONE) for path in self._files(kind, number)]
        return [thing for path in files for thing in _read(path)] or default

    def pop(self, kind: str, default: list[Any]) -> Iterator[Any]:
        """One after the other all that came of a kind, which nobody asks for again."""
        if kind not in self:
            yield from default
        for number in (self.number, EVERYONE):
            for path in self._files(kind, number):
                yield from _read(path)
                if number == self.number:
                    path.unlink()

    def add(self, kind: str, thing: object) -> None:
        """What this process passes on to the number."""
        whole = pickle.dumps(thing, protocol=5)
        packed = pa.compress(whole, codec=CODEC, asbytes=True)
        folder = _folder(self.room, self.number)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{kind}.{getpid()}").open("ab") as file:
            file.write(len(packed).to_bytes(SIZE, "big") + len(whole).to_bytes(SIZE, "big") + packed)


@dataclass(frozen=True)
class Parts:
    """The parts of a job that was prepared, as `pieces.Load` gives them."""

    room: Path

    def __call__(self, number: int) -> tuple[Book, pd.DataFrame, pd.DataFrame]:
        """The book of a part, its lines with all their facts, and what else of the past they are judged by."""
        held = Came(self.room, number)
        lines, known = informed(job.job(self.room), held)
        return held["part"][0], lines, known.past


def prepared(long: LongBook, settings: Settings, earlier: Earlier, room: Path, ways: Ways) -> Prepared:
    """Reads every part of the file once; only the lines of the shard are asked about: the past counts all.

    Raises ResultRefused where a process was lost.
    """
    buckets = -(-long.shelf.count // A_BUCKET)
    made = job.write(
        room,
        long,
        settings.known,
        settings.model,
        base_rate=settings.base_rate,
        reasons_for=settings.reasons_for,
        earlier=earlier,
        buckets=buckets,
        shard=ways.shard,
        here=True,
        flags=ways.report,
    )
    numbers = range(made.parts)
    _all_steps(room, numbers, ways.workers)
    job.forget_customers()
    days = [of_one_day([*Came(room, number).pop("day", [])]) for number in range(buckets)]
    lines = [thing for number in numbers for thing in Came(room, number).pop("shown", [])] if ways.report else []
    asked = tuple(number for number in numbers if len(Came(room, number)["part"][0].raw))
    return Prepared(
        Parts(room), asked, largest_first(pd.concat(days)), pd.concat(lines).sort_index() if lines else pd.DataFrame()
    )


def _all_steps(room: Path, numbers: range, workers: int) -> None:
    """Every step before judgement, of every number, here or in processes."""
    with nullcontext() if workers == 1 else ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        try:
            for step, taken in enumerate(PAST):
                some = AT_ONCE if taken is look_around else 1
                groups = [numbers[first : first + some] for first in range(0, len(numbers), some)]
                list((pool.map if pool else map)(partial(_step, room, step), groups))
        except BrokenProcessPool as fault:
            raise ResultRefused(LOST) from fault


def _step(room: Path, step: int, numbers: range) -> None:
    """One step of some numbers, one after the other, but for what is worked out once for them."""
    if PAST[step] is not read:
        job.forget_customers()
    came = {number: Came(room, number) for number in numbers}
    passed: Iterable[Passed] = looked_around(room, came)
    if PAST[step] is not look_around:
        passed = chain.from_iterable(PAST[step](room, number, held) for number, held in came.items())
    for to, kind, thing in passed:
        Came(room, to).add(kind, thing)
    give_back()


def _folder(room: Path, number: int) -> Path:
    return room / PASSED / ("everyone" if number == EVERYONE else f"{number:06d}")


def _read(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        while sizes := file.read(2 * SIZE):
            packed, whole = int.from_bytes(sizes[:SIZE], "big"), int.from_bytes(sizes[SIZE:], "big")
            data = pa.decompress(file.read(packed), decompressed_size=whole, codec=CODEC)
            yield pickle.loads(data)  # noqa: S301  (see the import)
