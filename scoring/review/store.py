"""The store of the queue: one SQLite file of the home, or a PostgreSQL server; opened, created and upgraded here."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool, Pool, QueuePool

from scoring.review.tables import EVENTS, HEAD

FILE = "queue.db"
REVISION = "1"
NO_EVENT = "0" * 64
WAIT_SECONDS = 60
"""How long a writer waits for another before it gives up; one decision takes milliseconds."""
SETTLED = ("pair cleared", "pair confirmed", "pair withdrawn")
CREATING = 0x71756575  # the advisory lock under which a PostgreSQL store is created


class QueueRefused(Exception):
    """The queue cannot do what was asked; `faults` are sentences that say everything that stands against it.

    `missing` is True when what was asked for is not there: no such case, order or document.
    """

    def __init__(self, *problems: str, missing: bool = False) -> None:
        super().__init__("\n".join(problems))
        self.faults, self.missing = problems, missing


def utc_now() -> datetime:
    """The clock of a store that is given none."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Store:
    """An open queue; `home` is where the lists and decided pairs lie."""

    engine: Engine
    home: Path
    clock: Callable[[], datetime] = utc_now

    def now(self) -> str:
        """The present as it is stored: "2026-11-25T08:30:00.000000Z"."""
        return stamp(self.clock())

    def close(self) -> None:
        """Lets go of the server; the store opens connections again when it is used."""
        self.engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, alone among writers from its first statement: SQLite by BEGIN IMMEDIATE, PostgreSQL by the
        row of the log's head. Nothing of it stays when the block fails."""
        with self.engine.connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(select(HEAD.c.seq).with_for_update())
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view that holds up nobody."""
        with self.engine.connect().execution_options(reading=True) as connection, connection.begin():
            yield connection


def stamp(moment: datetime) -> str:
    """A moment as it is stored.

    >>> stamp(datetime(2026, 11, 25, 8, 30, tzinfo=UTC))
    '2026-11-25T08:30:00.000000Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def open_store(
    home: Path, db: str | None = None, *, clock: Callable[[], datetime] = utc_now, lasting: bool = True
) -> Store:
    """The queue of a home (`queue.db`), or at a PostgreSQL address; created when there is none yet.

    A `lasting` store keeps connections for its next transaction, which is faster: close it in the end.
    Raises QueueRefused when it cannot be reached, is of a newer version, or must be upgraded first; DecisionsRefused
    when pairs were settled in it and the file of pairs in the home is damaged.
    """
    try:
        engine = _engine(home, db, QueuePool if lasting else NullPool)
        found = _revision(engine) or _created(engine)
    except (SQLAlchemyError, OSError, ImportError) as fault:
        raise QueueRefused(_unreachable(fault, db)) from None
    if found != REVISION:
        newer = not found.isdigit() or int(found) > int(REVISION)
        engine.dispose()
        remedy = "install a newer diversion" if newer else "run `diversion queue upgrade`"
        raise QueueRefused(f"the queue is of version {found}, this program of {REVISION}: {remedy}")
    store = Store(engine, home, clock)
    _settle_pairs(store)
    return store


def _settle_pairs(store: Store) -> None:
    """Pairs that were settled when a process died may be missing in the lists of the home (see `pairs.catch_up`)."""
    with store.reading() as connection:
        settled = connection.execute(select(EVENTS.c.seq).where(EVENTS.c.kind.in_(SETTLED)).limit(1)).first()
    if settled is not None:
        from scoring.review import pairs  # reads the lists, and most stores need none of it

        pairs.catch_up(store)


def upgrade(home: Path, db: str | None = None) -> Path | None:
    """Brings the store to this version and returns the backup made of a SQLite file before; a server's is its owner's.

    Raises QueueRefused when it cannot be reached.
    """
    try:
        engine = _engine(home, db, NullPool)
        backup = None if db else _backup(home / FILE)
        with engine.connect() as connection, connection.begin():
            _migrate(connection)
        engine.dispose()
    except (SQLAlchemyError, OSError, ImportError) as fault:
        raise QueueRefused(_unreachable(fault, db)) from None
    return backup


def _engine(home: Path, db: str | None, pool: type[Pool]) -> Engine:
    if db is None:
        home.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            f"sqlite:///{(home / FILE).as_posix()}",
            hide_parameters=True,
            poolclass=pool,
            connect_args={"timeout": WAIT_SECONDS},
        )
        event.listen(engine, "connect", _sqlite_settings)
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    address = make_url(db)
    if address.get_backend_name() != "postgresql":
        raise QueueRefused("--db: only a postgresql:// address is known; leave it out for the SQLite file of the home")
    return create_engine(
        address.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        hide_parameters=True,
        poolclass=pool,
        connect_args={"client_encoding": "utf8"},
    )


def _sqlite_settings(raw: sqlite3.Connection, _: object) -> None:
    """Readers beside one writer (WAL); a committed decision survives a power cut (synchronous = FULL)."""
    raw.isolation_level = None  # transactions are begun below, not by the driver
    cursor = raw.cursor()
    if cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")  # what was taken out is overwritten in the file
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _revision(engine: Engine) -> str | None:
    with engine.connect().execution_options(reading=True) as connection, connection.begin():
        if not inspect(connection).has_table("alembic_version"):
            return None
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def _created(engine: Engine) -> str:
    """Creates every table in one transaction; a second process that comes at the same moment finds it done."""
    with engine.connect() as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CREATING})
        if not inspect(connection).has_table("alembic_version"):
            _migrate(connection)
            connection.execute(insert(HEAD).values(id=1, seq=0, hash=NO_EVENT, takes=0))
    return REVISION


def _migrate(connection: Connection) -> None:
    from alembic import command  # costs a tenth of a second, and only a new or old store needs it
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")


def _backup(file: Path) -> Path:
    """A whole copy beside the file, made while others may go on reading."""
    copy = file.with_suffix(f".before-{REVISION}.db")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def _unreachable(fault: Exception, db: str | None) -> str:
    """What stands in the way, without the address: it may hold a password."""
    if isinstance(fault, ImportError | NoSuchModuleError):
        return "--db: the PostgreSQL driver is not installed: pip install 'diversion[postgres]'"
    if isinstance(fault, ArgumentError):
        return "--db: is no address of a database; write postgresql://USER@HOST/NAME"
    if db is None:
        return f"{FILE}: cannot be opened ({type(fault).__name__}); check the folder given as --home"
    reason = "no answer" if isinstance(fault, OperationalError) else type(fault).__name__
    return f"--db: the database cannot be used ({reason}); check the address, and that the server runs"
