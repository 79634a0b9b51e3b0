"""A book judged in parts, in processes, in shares or in two runs says the same, to the byte, as in one piece."""

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from features import history, network
from features.known import Known, known_on
from features.orders.book import Book, read_customers, read_orders
from features.orders.long import LongBook, read_long
from scoring import pieces, report, streamed
from scoring.batch import Scored, score
from scoring.cluster import on_disk
from scoring.model import Model
from scoring.result import ResultRefused, joined, write, write_parts
from scoring.review.arrivals import Part, Whole, arrivals, judged_by
from scoring.review.freezing import frozen
from scoring.review.log import canonical
from scoring.streamed import READ, in_parts, run_folder, shelved
from scoring.ways import Shard, ShardRefused, Ways, shard_of
from training.simulate import simulate
from training.simulate import write as write_world

AS_OF = date(2026, 11, 25)
LINES, SIZE = 90, 45  # two parts
ONE = Ways(SIZE, workers=1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated book of several years whose lines are shuffled, one without an order and one that is no record."""
    room = tmp_path_factory.mktemp("world")
    write_world(simulate(LINES - 1, seed=5), room)
    lines = pd.read_csv(room / "orders.csv", dtype="str", keep_default_na=False)
    lines = lines.sample(frac=1.0, random_state=1)
    lines.iloc[3, 0] = ""
    lines.to_csv(room / "orders.csv", index=False)
    with (room / "orders.csv").open("a", encoding="utf-8") as file:
        file.write("one cell alone\n")
    return room


@pytest.fixture(scope="module")
def book(world: Path) -> Book:
    """The orders of the world as read."""
    return read_orders(world / "orders.csv")


@pytest.fixture(scope="module")
def known(world: Path) -> Known:
    """The tables and the customers of the world."""
    return known_on(AS_OF, read_customers(world / "customers.csv").lines)


@pytest.fixture(scope="module")
def whole(book: Book, known: Known, baseline: Model) -> Scored:
    """The book judged in one piece."""
    return score(book, known, baseline)


@pytest.fixture(params=[pytest.param(LINES, id="past in memory"), pytest.param(0, id="past on disk")])
def past(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The past of the book lies in memory, or, as that of a long one, on disk with a bucket for each part."""
    monkeypatch.setattr(streamed, "IN_MEMORY", request.param)
    monkeypatch.setattr(on_disk, "A_BUCKET", 1)


@pytest.fixture
def judged(
    past: None, book: Book, known: Known, baseline: Model, tmp_path: Path
) -> Callable[..., tuple[Scored, bytes]]:
    """Judges the book in parts: what a summary counts, and the bytes of the result."""

    def run(ways: Ways, name: str = "parts.csv", file: Path | None = None, **options: Any) -> tuple[Scored, bytes]:
        out, options = tmp_path / name, {"plainly": not name.endswith(".parquet"), **options}
        with run_folder(out, ways.resume) as folder:
            read = read_long(file, ways.size, folder / READ, small=0) if file else shelved(book, ways.size, folder)
            assert isinstance(read, LongBook)
            with in_parts(read, known, baseline, folder, ways, **options) as (scored, _, tables, _):
                write_parts(tables, out, len(scored.results), as_of=AS_OF)
        return scored, out.read_bytes()

    return run


@pytest.fixture
def in_one(book: Book, whole: Scored, tmp_path: Path) -> Callable[[str], bytes]:
    """The bytes of the result in one piece, in the format of a name's suffix."""

    def run(name: str) -> bytes:
        write(joined(book.raw, whole.results), tmp_path / f"whole-{name}", as_of=AS_OF)
        return (tmp_path / f"whole-{name}").read_bytes()

    return run


def left_in(room: Path) -> list[str]:
    return sorted(path.name for path in room.iterdir() if path.name.startswith(".partial"))


def test_the_book_of_these_tests_needs_care(book: Book, whole: Scored) -> None:
    order = book.lines["order_id"]
    far = order.groupby(order).apply(lambda lines: int(lines.index.max() - lines.index.min()))
    assert far.max() > SIZE, "the lines of an order stand far apart"
    assert order.isna().any()
    assert (book.status == "rejected").any()
    for signals in (history.FEATURES, network.FEATURES):
        assert whole.matrix[[each.name for each in signals]].notna().any(axis=None), "the past is asked"


@pytest.mark.parametrize("name", ["parts.csv", "parts.jsonl", "parts.parquet", "parts.xlsx"])
def test_parts_give_the_bytes_of_one_piece(
    judged: Callable[..., tuple[Scored, bytes]], in_one: Callable[[str], bytes], tmp_path: Path, name: str
) -> None:
    _, data = judged(ONE, name)
    assert data == in_one(name)
    assert not left_in(tmp_path)


@pytest.mark.parametrize("name", ["parts.csv", "parts.parquet"])
def test_a_file_read_in_batches_gives_the_bytes_of_one_piece(
    judged: Callable[..., tuple[Scored, bytes]], in_one: Callable[[str], bytes], world: Path, name: str
) -> None:
    assert judged(ONE, name, world / "orders.csv")[1] == in_one(name)


def test_a_parquet_file_read_in_batches_gives_the_bytes_of_one_piece(
    judged: Callable[..., tuple[Scored, bytes]], known: Known, baseline: Model, world: Path, tmp_path: Path
) -> None:
    frame = pd.read_csv(world / "orders.csv", dtype="str", keep_default_na=False).iloc[:-1]
    frame["quantity"] = pd.to_numeric(frame["quantity"], errors="coerce").astype("Int64")
    frame["order_date"] = pd.to_datetime(frame["order_date"], errors="coerce")
    frame.to_parquet(tmp_path / "orders.parquet", index=False)
    book = read_orders(tmp_path / "orders.parquet")
    for name in ("parts.csv", "parts.parquet"):
        write(joined(book.raw, score(book, known, baseline).results), tmp_path / f"whole-{name}", as_of=AS_OF)
        data = judged(ONE, name, tmp_path / "orders.parquet")[1]
        assert data == (tmp_path / f"whole-{name}").read_bytes()


NEVER_STATED = ("buyer", "ult_consignee", "end_user", "order_date", "order_id", "part_number", "quantity", "seller")


@pytest.mark.parametrize("field", NEVER_STATED)
def test_a_field_that_no_line_states_is_the_same_in_parts(
    judged: Callable[..., tuple[Scored, bytes]], known: Known, baseline: Model, world: Path, tmp_path: Path, field: str
) -> None:
    frame = pd.read_csv(world / "orders.csv", dtype="str", keep_default_na=False).iloc[:80]
    frame[[name for name in frame if not name.startswith(field)]].to_csv(tmp_path / "orders.csv", index=False)
    book = read_orders(tmp_path / "orders.csv")
    write(joined(book.raw, score(book, known, baseline).results), tmp_path / "whole.csv", as_of=AS_OF)
    assert judged(ONE, "parts.csv", tmp_path / "orders.csv")[1] == (tmp_path / "whole.csv").read_bytes()


@pytest.mark.parametrize("size", [30, 1000])
def test_the_size_of_a_part_changes_nothing(
    judged: Callable[..., tuple[Scored, bytes]], in_one: Callable[[str], bytes], size: int
) -> None:
    assert judged(Ways(size, workers=1))[1] == in_one("parts.csv")


def test_processes_give_the_bytes_of_one_piece(
    judged: Callable[..., tuple[Scored, bytes]], in_one: Callable[[str], bytes]
) -> None:
    assert judged(Ways(SIZE, workers=2))[1] == in_one("parts.csv")


def test_the_shares_of_several_machines_are_the_whole(
    judged: Callable[..., tuple[Scored, bytes]], in_one: Callable[[str], bytes], book: Book
) -> None:
    shares = [judged(Ways(SIZE, workers=1, shard=Shard(number, 3))) for number in (1, 2, 3)]
    heading, *lines = in_one("parts.csv").splitlines()
    assert {data.splitlines()[0] for _, data in shares} == {heading}
    assert sorted(line for _, data in shares for line in data.splitlines()[1:]) == sorted(lines)
    orders = [set(book.lines["order_id"].reindex(found.results.index).dropna()) for found, _ in shares]
    assert all(orders)
    assert sum(map(len, orders)) == book.lines["order_id"].nunique(), "an order belongs to one share"


@pytest.mark.parametrize("said", ["0/3", "4/3", "1", "1/0", "-1/3", "1/3/5", "one/three", "1/3\n", "١/٣"])
def test_what_is_no_share_is_refused(said: str) -> None:
    with pytest.raises(ShardRefused, match="write 1/8 to 8/8"):
        shard_of(said)


def test_a_report_of_parts_is_the_report_of_the_whole(
    judged: Callable[..., tuple[Scored, bytes]], book: Book, known: Known, baseline: Model, whole: Scored
) -> None:
    parts, _ = judged(Ways(SIZE, workers=1, report=True))
    pages = [report.page(report.Judged(book, each, known, (), baseline)) for each in (whole, parts)]
    assert pages[0] == pages[1]


def test_the_cases_of_parts_are_those_of_the_whole(
    past: None, book: Book, known: Known, baseline: Model, whole: Scored, world: Path, tmp_path: Path
) -> None:
    ways = Ways(SIZE, workers=1, queue=True)
    with run_folder(tmp_path / "parts.csv", resume=False) as folder:
        read = read_long(world / "orders.csv", SIZE, folder / READ, small=0)
        assert isinstance(read, LongBook)
        with in_parts(read, known, baseline, folder, ways, plainly=True) as (*_, parts):
            told = pd.concat([part.facts() for part in parts]).sort_index()
            bodies = list(chain.from_iterable(told_of(part, known, baseline) for part in parts))
    one = Whole(book, whole)
    pd.testing.assert_frame_equal(told, one.facts())
    assert sorted(bodies) == sorted(told_of(one, known, baseline))


def told_of(part: Part, known: Known, model: Model) -> list[str]:
    """What is frozen of each record."""
    lines = arrivals(part.facts(), judged_by(known, model))
    return [canonical(body) for _, body in frozen(*part.working(), known, model, lines)]


class Stopped(BaseException):
    """A person has stopped the run."""


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of records of each part that is judged; the second is stopped."""
    counts: list[int] = []
    judge = pieces.piece

    def piece(settings: pieces.Settings, part: Book, lines: pd.DataFrame, past: pd.DataFrame) -> Any:
        if len(counts) == 1:
            counts.append(0)
            raise Stopped
        counts.append(len(part.raw))
        return judge(settings, part, lines, past)

    monkeypatch.setattr(pieces, "piece", piece)
    return counts


def test_a_stopped_run_is_resumed_without_judging_a_line_twice(
    judged: Callable[..., tuple[Scored, bytes]], in_one: Callable[[str], bytes], made: list[int], tmp_path: Path
) -> None:
    with pytest.raises(Stopped):
        judged(ONE)
    assert not (tmp_path / "parts.csv").exists()
    assert len(left_in(tmp_path)) == 1
    assert judged(Ways(SIZE, workers=1, resume=True))[1] == in_one("parts.csv")
    assert sum(made) == LINES
    assert not left_in(tmp_path)


@pytest.mark.parametrize("ways", [ONE, Ways(SIZE + 1, workers=1, resume=True)], ids=["not asked to", "other parts"])
def test_parts_are_taken_up_only_where_all_is_the_same(
    judged: Callable[..., tuple[Scored, bytes]], in_one: Callable[[str], bytes], made: list[int], ways: Ways
) -> None:
    with pytest.raises(Stopped):
        judged(ONE)
    assert judged(ways)[1] == in_one("parts.csv")
    assert sum(made[2:]) == LINES


def test_parts_judged_at_another_base_rate_are_not_taken_up(
    judged: Callable[..., tuple[Scored, bytes]], made: list[int]
) -> None:
    with pytest.raises(Stopped):
        judged(ONE)
    judged(Ways(SIZE, workers=1, resume=True), base_rate=0.2)
    assert sum(made[2:]) == LINES


def test_a_result_that_cannot_be_written_keeps_what_was_judged(
    judged: Callable[..., tuple[Scored, bytes]], in_one: Callable[[str], bytes], made: list[int], tmp_path: Path
) -> None:
    made += [LINES, 0]  # so that no part stops: the writing does
    (tmp_path / "parts.csv").mkdir()
    with pytest.raises(ResultRefused, match="--resume"):
        judged(ONE)
    (tmp_path / "parts.csv").rmdir()
    assert judged(Ways(SIZE, workers=1, resume=True))[1] == in_one("parts.csv")
    assert sum(made) == 2 * LINES


def test_a_killed_process_leaves_no_result_and_the_next_run_goes_on(world: Path, tmp_path: Path) -> None:
    code = (
        "import os, sys\nfrom scoring import pieces\nfrom diversion.cli import main\njudge, made = pieces.piece, []\n"
        "def piece(*said):\n    made.append(1)\n    if len(made) == 2 and '--resume' not in sys.argv:\n"
        "        os.kill(os.getpid(), 9)\n    print('PART', file=sys.stderr)\n    return judge(*said)\n"
        "pieces.piece = piece\nmain()"
    )
    arguments = [str(world / "orders.csv"), "--as-of", "2026-11-25", "--workers", "1", "--chunk", str(SIZE)]
    call = [sys.executable, "-c", code, "score", *arguments, "--out", "out.csv"]
    first, second = (
        subprocess.run([*call, *more], cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603
        for more in ([], ["--resume"])
    )
    assert first.returncode == -signal.SIGKILL
    assert second.returncode == 1, second.stderr  # one record is rejected
    assert (first.stderr.count("PART"), second.stderr.count("PART")) == (1, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_groups_of_a_parquet_file_do_not_follow_the_parts(
    judged: Callable[..., tuple[Scored, bytes]], tmp_path: Path
) -> None:
    judged(ONE, "parts.parquet")
    assert pq.ParquetFile(tmp_path / "parts.parquet").num_row_groups == 1
