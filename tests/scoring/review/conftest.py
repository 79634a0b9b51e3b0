"""A queue with people and scored orders in it, on SQLite and, where a server can be started, on PostgreSQL."""

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from features.known import Known
from features.orders.book import Book, from_frame
from features.parties.screening import csl
from features.parties.screening.lists import searchable
from features.parties.screening.store import Version
from scoring.batch import Scored, score
from scoring.model import Model
from scoring.review import acts, cases, log, people
from scoring.review.cases import Shown
from scoring.review.desk import Decision
from scoring.review.incoming import Enqueued, enqueue
from scoring.review.log import SYSTEM, Actor
from scoring.review.store import Store, open_store

SMALL = {"quantity": "1", "value_usd": "9000", "part_number": "L4"}
ALARM = {"ult_consignee_name": "Freightway Logistics", "payer_name": "Plain Pay", "payer_country": "HK"}
MILLIONS = {**ALARM, "quantity": "400", "value_usd": "9000000"}
LISTED = {"source": "Entity List (EL)", "list_code": "EL", "countries": "SG", "name": "Norrhall Compute"}
CLEAN = Decision("cleared", "false_positive", "paper", ("end_use_shown",), "The end user answered.")


@dataclass
class Clock:
    """The time of a test, moved by hand."""

    at: datetime = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Each look at the clock is a millisecond later."""
        self.at += timedelta(milliseconds=1)
        return self.at

    def later(self, **by: float) -> None:
        """Lets time pass."""
        self.at += timedelta(**by)


@dataclass(frozen=True)
class Judged:
    """A scored file and what it was scored by."""

    book: Book
    scored: Scored
    known: Known
    model: Model

    def into(self, store: Store, **settings: int) -> Enqueued:
        """Puts the file into a queue."""
        return enqueue(store, self.book, self.scored, self.known, self.model, **settings)


@dataclass(frozen=True)
class Room:
    """An open queue, its clock and its people; `clean` is what clears an order once its flags are answered."""

    store: Store
    clock: Clock
    who: dict[str, Actor] = field(default_factory=dict)
    clean: Decision = CLEAN

    def case(self, order: str) -> int:
        """The case of an order."""
        return cases.find(self.store, order)

    def state(self, order: str) -> str:
        """The state of the case of an order."""
        return str(cases.read(self.store, self.who["ada"], self.case(order)).case["state"])

    def see(self, order: str, by: str = "ada") -> Shown:
        """The case of an order as a person sees it."""
        return cases.read(self.store, self.who[by], self.case(order))

    def kinds(self, order: str) -> list[str]:
        """What happened to the case of an order, readings left out."""
        with self.store.reading() as connection:
            found = [each["kind"] for each in log.events_of(connection, self.case(order))]
        return [each for each in found if each != "read"]

    def answered(self, order: str, by: str = "ann") -> int:
        """The case of an order, every flag of it answered."""
        case = self.case(order)
        for flag in cases.read(self.store, self.who[by], case).flags:
            acts.answer(self.store, self.who[by], case, flag["key"], "explained", "Asked, and papers came back.")
        return case

    def decided(self, order: str, decision: Decision = CLEAN, by: str = "ann") -> str:
        """Decides the case of an order with all its flags answered, and returns its state."""
        return acts.decide(self.store, self.who[by], self.answered(order, by), decision)


ROLES = {
    "ada": "admin", "ann": "analyst", "bob": "analyst", "apu": "approver", "ava": "approver", "mia": "model_owner",
    "vic": "viewer",
}  # fmt: skip


@pytest.fixture(scope="session")
def banded(orders: Callable[..., pd.DataFrame], known: Known, baseline: Model) -> Model:
    """The shipped model, banded so that an alarm is high and one worth millions critical, however it was trained."""
    book = from_frame(orders(SMALL, {**SMALL, **ALARM}, MILLIONS))
    plain, alarm, millions = score(book, known, baseline, reasons_for="none").margin
    return replace(baseline, thresholds=((plain + alarm) / 2, (plain + 3 * alarm) / 4, (alarm + millions) / 2))


@pytest.fixture(scope="session")
def judge(orders: Callable[..., pd.DataFrame], known: Known, banded: Model) -> Callable[..., Judged]:
    """Scores plain order lines with changed cells as one file."""

    def build(*changes: dict[str, str], as_of: date | None = None, known: Known = known) -> Judged:
        book = from_frame(orders(*changes))
        given = known if as_of is None else replace(known, as_of=as_of)
        return Judged(book, score(book, given, banded), given, banded)

    return build


@pytest.fixture(scope="session")
def cells() -> list[dict[str, str]]:
    """A-1 and A-2 alarm (A-2 is worth millions), A-3 has two lines, A-4 to A-8 are asked about, A-9 to A-40 go free."""
    free = {"part_number": "Network cable", "item_description": "Network cable", "eccn": "EAR99", "hs_code": "854442"}
    plain = {**SMALL, **free, "destination_country": "US", "buyer_country": "US", "end_user_country": "US"}
    return [
        {**SMALL, **ALARM},
        MILLIONS,
        {**SMALL, "order_id": "A-3", "line_no": "1"},
        {**SMALL, "order_id": "A-3", "line_no": "2"},
        {**SMALL, "order_id": "A-4", "contact_email": "desk@norrhall.example", "contact_phone": "+6591234567"},
        *({**SMALL, "order_id": f"A-{at}"} for at in range(5, 9)),
        *({**plain, "order_id": f"A-{at}"} for at in range(9, 41)),
    ]


@pytest.fixture(scope="session")
def dozen(judge: Callable[..., Judged], cells: list[dict[str, str]]) -> Judged:
    """The orders of `cells`, scored."""
    return judge(*cells)


@pytest.fixture(scope="session")
def with_list(known: Known) -> Known:
    """The same knowledge after the buyer of every order came onto a list."""
    columns = ["source", "list_code", "name", "alt_names", "countries", "addresses", "remarks", "license_requirement"]
    rows = pd.DataFrame([LISTED]).reindex(columns=[*columns, "start_date", "end_date"]).astype("str").fillna("")
    version = Version("csl", "0123456789ab", "0" * 64, "csl", "2026-11-25", "2026-11-25", "list.csv")
    return replace(known, lists=searchable(csl.from_table(rows)[0], known.tables, (version,)))


@pytest.fixture(scope="session")
def listed(judge: Callable[..., Judged], cells: list[dict[str, str]], with_list: Known) -> Judged:
    """The dozen orders, scored with that list."""
    return judge(*cells, known=with_list)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server of our own, reachable through a socket in a folder of its own only."""
    initdb = shutil.which("initdb") or next(
        iter(sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")))), ""
    )
    if not initdb:
        pytest.skip("postgres: no server is installed")
    tools = Path(initdb).resolve().parent
    user = _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    if user is not None:
        shutil.chown(folder, user)
    run = {
        "check": True,
        "user": user,
        "cwd": folder,
        "stdout": subprocess.DEVNULL,
        "env": {"LC_ALL": "C", "PATH": "/bin"},
    }
    subprocess.run([tools / "initdb", "-D", folder / "data", "-U", "queue", "-A", "trust", "-N", "-E", "UTF8"], **run)  # noqa: S603
    options = f"-k {folder} -c listen_addresses= -c fsync=off"
    subprocess.run(  # noqa: S603
        [tools / "pg_ctl", "-D", folder / "data", "-o", options, "-l", folder / "log", "-w", "start"], **run
    )
    yield f"postgresql://queue@/postgres?host={folder}"
    subprocess.run([tools / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop"], **run)  # noqa: S603
    shutil.rmtree(folder)


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root."""
    import pwd

    if os.geteuid() != 0:
        return None
    names = {each.pw_name for each in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@dataclass(frozen=True)
class Kind:
    """A kind of store: makes an empty one, or a copy of one that was made, and drops it."""

    empty: Callable[[Path], str | None]
    copy: Callable[[Path, str | None, Path], str | None]
    drop: Callable[[str | None], None]


def _copied_file(source: Path, _: str | None, target: Path) -> None:
    shutil.copytree(source, target, dirs_exist_ok=True)


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def kind(request: pytest.FixtureRequest) -> Kind:
    """SQLite, then PostgreSQL."""
    if request.param == "sqlite":
        return Kind(lambda _: None, _copied_file, lambda _: None)
    server = request.getfixturevalue("server")
    return Kind(lambda _: _database(server), lambda _, db, to: _database(server, db), lambda db: _drop(server, db))


@pytest.fixture(scope="session")
def staffed(kind: Kind, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str | None]:
    """A queue with one person of each role, two of those who work: the model that each test gets a copy of."""
    home = tmp_path_factory.mktemp("staffed")
    db = kind.empty(home)
    with closing(open_store(home, db, clock=Clock())) as store:
        people.add(store, SYSTEM, "ada", "admin")
        for name in ROLES.keys() - {"ada"}:
            people.add(store, people.actor(store, "ada"), name, ROLES[name])
    return home, db


@pytest.fixture(scope="session")
def loaded(
    kind: Kind, staffed: tuple[Path, str | None], dozen: Judged, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str | None]:
    """The same with the dozen orders in it."""
    home = tmp_path_factory.mktemp("loaded")
    db = kind.copy(*staffed, home)
    with closing(open_store(home, db, clock=Clock())) as store:
        dozen.into(store)
    return home, db


@pytest.fixture
def room(kind: Kind, staffed: tuple[Path, str | None], tmp_path: Path) -> Iterator[Room]:
    """A queue with people and no orders."""
    yield from _room(kind, tmp_path, kind.copy(*staffed, tmp_path))


@pytest.fixture
def full(kind: Kind, loaded: tuple[Path, str | None], tmp_path: Path) -> Iterator[Room]:
    """The queue with the dozen orders in it."""
    yield from _room(kind, tmp_path, kind.copy(*loaded, tmp_path))


def _room(kind: Kind, home: Path, db: str | None) -> Iterator[Room]:
    clock = Clock()
    with closing(open_store(home, db, clock=clock)) as store:
        yield Room(store, clock, {name: people.actor(store, name) for name in ROLES})
    kind.drop(db)


_NUMBERS = itertools.count()


def _database(server: str, template: str | None = None) -> str:
    """A new database of the server: empty, or a copy of another."""
    import psycopg

    name = f"q{next(_NUMBERS)}"
    source = "template1" if template is None else _name(template)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {source}")  # type: ignore[call-overload]  # names of our own
    return server.replace("/postgres?", f"/{name}?")


def _drop(server: str, db: str | None) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {_name(str(db))} WITH (FORCE)")  # type: ignore[call-overload]


def _name(db: str) -> str:
    return db.partition("@/")[2].partition("?")[0]
