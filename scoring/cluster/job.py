"""What all machines read of a job, from a folder that each of them sees: rules, model, and the parts of the book."""

from __future__ import annotations

import pickle  # written a moment ago by the process that asks, in a folder of its own
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from features.known import Known
from features.links_seen import Ints
from features.links_verdicts import of_the_master, owners
from features.orders.book import Book, read_orders
from features.orders.long import LongBook
from features.orders.profiles import Profile
from features.orders.shelf import Shelf
from features.parties.master import Master, master_of
from features.past.gathered import Earlier
from scoring.batch import NOTHING_EARLIER, Reasons
from scoring.model import Model
from scoring.pieces import Settings
from scoring.ways import Shard

JOB, CUSTOMERS = "job", "customers"
OF_ORDERS = 3  # buckets of orders for one of other keys: their rows are the widest
BUCKETS = 64  # by which rows are dealt out: more make the largest smaller, and more messages of every part


@dataclass(frozen=True)
class Job:
    """By what the `parts` of a book are judged: those on the `shelf`, or `files` of a data set, read by the `profile`.

    What passes between parts by the keys of its rows passes through `buckets`. `out` is a folder for results of a data
    set; with a `shard` only its orders are judged, and the past counts all. `here` is a run on this machine,
    which tells of orders of one day. The customers lie beside it: only the reading of a part needs them.

    `owners` and `refused` are what the customer master says of parties: their parent, and since when they are listed.
    """

    parts: int
    buckets: int
    settings: Settings
    owners: pd.Series
    refused: pd.Series
    alone: bool
    source: int
    past_version: str
    shelf: Shelf | None = None
    shard: Shard | None = None
    here: bool = False
    files: tuple[Path, ...] = ()
    profile: Profile = field(default_factory=Profile)
    out: Path | None = None

    @property
    def orders(self) -> int:
        """Buckets through which orders pass."""
        return min(self.parts, OF_ORDERS * self.buckets)


def write(
    room: Path,
    inputs: LongBook | Sequence[Path],
    known: Known,
    model: Model,
    *,
    base_rate: float | None = None,
    reasons_for: Reasons = "needed",
    earlier: Earlier = NOTHING_EARLIER,
    profile: Profile | None = None,
    out: Path | None = None,
    shard: Shard | None = None,
    buckets: int = BUCKETS,
    here: bool = False,
    flags: bool = False,
) -> Job:
    """Puts a job into a folder: a long book, whose parts every machine must see, or a data set, a part each file.

    One thread a task: several share the cores.
    """
    shelf = replace(inputs.shelf, room=inputs.shelf.room.resolve()) if isinstance(inputs, LongBook) else None
    files = () if isinstance(inputs, LongBook) else tuple(path.resolve() for path in inputs)
    count = shelf.count if shelf else len(files)
    for number in range(count):  # any part may hand on any earlier lines
        mine = slice(number, None, count)
        _put(room / f"{number:06d}.earlier", replace(earlier, rows=earlier.rows[mine], told=earlier.told[mine]))
    lists = known.lists.version if known.lists else None
    made = Job(
        count,
        min(count, buckets),
        Settings(replace(known, customers=None), lists, model, base_rate, reasons_for, flags, threads=1),
        owners(None if known.backtest else known.customers),
        first_days(of_the_master(known)),
        earlier.rows.empty,
        int(earlier.told["source"].max()) + 1 if len(earlier.told) else 1,
        earlier.version,
        shelf,
        shard,
        here,
        files,
        profile or Profile(),
        out and out.resolve(),
    )
    _put(room / JOB, made)
    _put(room / CUSTOMERS, known.customers)
    job.cache_clear()  # of a folder of the same name, which is gone
    forget_customers()
    _Mine.room, _Mine.customers = room, known.customers
    return made


class _Mine:
    """The customers of the job that this process wrote, which it need not read."""

    room: Path | None = None
    customers: pd.DataFrame | None = None


def forget_customers() -> None:
    """Frees what only the reading of a part needs."""
    master.cache_clear()
    customers.cache_clear()
    _Mine.room = _Mine.customers = None


def first_days(told: Sequence[tuple[pd.Series, Ints]]) -> pd.Series:
    """The first day of each party that several sources tell of."""
    each = [pd.Series(days, index=pd.Index(titles, dtype="str")) for titles, days in told]
    whole = pd.concat(each) if each else pd.Series(dtype="int64", index=pd.Index([], dtype="str"))
    return whole.groupby(level=0).min()


@lru_cache(maxsize=1)
def job(room: Path) -> Job:
    """The job of a folder, read once a process."""
    found: Job = _got(room / JOB)
    return found


@lru_cache(maxsize=1)
def master(room: Path) -> Master | None:
    """The customers that a job knows, made ready once a process."""
    known = customers(room)
    return None if known is None else master_of(known, job(room).settings.known.tables)


@lru_cache(maxsize=1)
def customers(room: Path) -> pd.DataFrame | None:
    """The customers that a job knows, read once a process."""
    found: pd.DataFrame | None = _Mine.customers if _Mine.room == room else _got(room / CUSTOMERS)
    return found


def book(room: Path, number: int) -> Book:
    """A part of the book: from the shelf, or read from its file by the one reader. Raises OrdersRefused."""
    told = job(room)
    return told.shelf.part(number) if told.shelf else read_orders(told.files[number], profile=told.profile)


def earlier(room: Path, number: int) -> Earlier:
    """The earlier lines that this part hands on."""
    found: Earlier = _got(room / f"{number:06d}.earlier")
    return found


def _put(path: Path, thing: object) -> None:
    path.write_bytes(pickle.dumps(thing, protocol=5))


def _got(path: Path) -> Any:
    return pickle.loads(path.read_bytes())  # noqa: S301  (see the import)
