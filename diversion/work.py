"""The jobs behind the verbs that read an order file: read, choose the model, score, write.

Longer than 250 lines: both jobs, and the one judgement that they share whether a file is large or small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from diversion.asked import Asked
from diversion.files import read_files, read_in_parts
from diversion.history_cli import in_file_order, on_one_day, recorded
from features.affiliates import state_on
from features.known import AffiliatesRule, Known, known_on
from features.orders.book import Book
from features.orders.fields import fields
from features.orders.long import LongBook
from features.orders.problems import refused
from features.past.gathered import Earlier, earlier, told_before
from features.past.same_day import same_day
from scoring.batch import Scored, Watch, unwatched
from scoring.batch import score as score_book
from scoring.champion import Chosen, chosen
from scoring.model import Model, usable_cores
from scoring.own_bands import with_own_bands
from scoring.result import COLUMNS, ResultRefused, check_place, check_size, joined, write_parts
from scoring.streamed import READ, in_parts, run_folder, shelved
from scoring.table import as_arrow
from scoring.ways import Ways

if TYPE_CHECKING:
    from scoring.review.arrivals import Part

Say = Callable[[str], None]
Enqueue = Callable[[Book, Sequence["Part"], Known, Model], None]
REGISTRY = "models:/"
QUEUE = "queue.db"  # of a home (scoring.review.store)
WORTH_PROCESSES = 100_000  # records: a sixth faster by two processes there, no faster at half of it (measured)
LISTS = "lists"  # of a home (features.parties.screening.store)


@dataclass(frozen=True)
class Done:
    """A scored file: where the result stands, what was found, and what the readers of the files were unsure of."""

    out: Path
    book: Book
    master: Book | None
    scored: Scored
    notes: tuple[str, ...]
    report: Path | None = None

    @property
    def rejected(self) -> int:
        """Records that could not be read."""
        return int((self.scored.results["status"] == "rejected").sum())


@dataclass(frozen=True)
class Story:
    """One line with all that was found about it; `raw_row` is its row in the file."""

    key: str
    raw_row: int
    result: pd.Series
    lines: pd.Series
    matrix: pd.DataFrame
    model: Model
    customers: bool


def score_file(
    asked: Asked,
    say: Say,
    *,
    report: Path | None = None,
    watch: Watch = unwatched,
    record: bool = False,
    enqueue: Enqueue | None = None,
    parts: Ways = Ways(),  # noqa: B008  (frozen)
) -> Done:
    """Scores an order file and writes the result beside it as FILE.scored.FORMAT, or where it was asked for.

    With `record` the lines join the history of the home once the result is written. `parts` says how a large file is
    judged. `enqueue` is called with what was scored before the result is written: a result that stands is in the queue
    too. A place that cannot take the result or the report is refused before anything is read.
    """
    file = asked.file
    share = f".{parts.shard.number}-of-{parts.shard.of}" if parts.shard else ""
    place = asked.out or file.with_name(f"{_stem(file)}.scored{share}.{asked.format or _format(file)}")
    _check_places(place, report, file, asked.customers, *asked.history)
    choice = choose(asked.model, asked.home, asked.mlruns, asked.customers is not None)
    say(choice.said)
    with run_folder(place, parts.resume) as folder:
        read, master = read_in_parts(*how_read(asked), parts.size, folder / READ)
        book = read.book if isinstance(read, LongBook) else read
        width = len(read.headings) if isinstance(read, LongBook) else book.raw.shape[1]
        check_size(place, len(book.raw), width + len(COLUMNS))
        known = known_of(asked, master, say)
        before = past_of(asked, read, known, say)
        numbers = frozenset(heading for name, heading in book.mapping.items() if fields()[name].type == "number")
        ways = replace(
            parts, workers=_workers(parts, len(book.raw)), report=report is not None, queue=enqueue is not None
        )
        with _judgement(asked, read, known, choice.model, place, folder, ways, watch, before) as found:
            scored, one_day, tables, cases = found
            watch("write")
            with _page(report, book, scored, known, choice, asked.base_rate):
                if enqueue is not None:
                    enqueue(book, cases, known, choice.model)
                notes = write_parts(tables, place, len(scored.results), number_columns=numbers, as_of=asked.as_of)
        added = (recorded(asked.home, partial(_lines, read, scored), asked.as_of),) if record else ()
    return Done(place, book, master, scored, (*notes, *on_one_day(one_day), *added), report)


def known_of(asked: Asked, master: Book | None, say: Say) -> Known:
    """What is known of the parties and on the day, and what a person must hear of it."""
    known = known_here(asked.as_of, master, asked.backtest, asked.affiliates_rule, asked.home, asked.db)
    for line in (state_on(asked.as_of, known), *lists_warnings(known, asked.as_of)):
        say(line)
    return known


def past_of(asked: Asked, read: Book | LongBook, known: Known, say: Say) -> Earlier:
    """What was told before the file (`earlier_of`)."""
    return earlier_of(asked.history, read, known, asked.home, asked.profile, asked.encoding, say)


def how_read(asked: Asked) -> tuple[Path, Path | None, Path, str | None, tuple[str, ...], str | None]:
    """How the files are read (`read_files`)."""
    return asked.file, asked.customers, asked.home, asked.profile, asked.answers, asked.encoding


def _lines(read: Book | LongBook, scored: Scored) -> Iterator[pd.DataFrame]:
    """The typed lines that were scored, in the order of the file, some at a time."""
    ours = scored.results.index[scored.results["status"] == "scored"]
    for lines in in_file_order(read.lines(), read.size) if isinstance(read, LongBook) else [read.lines]:
        yield lines.loc[lines.index.isin(ours)]


@contextmanager
def _judgement(
    asked: Asked,
    read: Book | LongBook,
    known: Known,
    model: Model,
    place: Path,
    folder: Path,
    ways: Ways,
    watch: Watch,
    before: Earlier,
) -> Iterator[tuple[Scored, pd.DataFrame, Iterable[pa.Table], Sequence[Part]]]:
    """What was found, orders of one day, the result as tables, and what a queue takes: in one piece or part by part."""
    options: dict[str, Any] = {
        "base_rate": asked.base_rate, "reasons_for": asked.reasons, "watch": watch, "earlier": before,
    }  # fmt: skip
    if isinstance(read, Book):
        if ways.workers == 1 and ways.shard is None and len(read.raw) <= ways.size:
            scored = score_book(read, known, model, **options)
            yield scored, same_day(scored.lines), [as_arrow(joined(read.raw, scored.results))], _whole(read, scored)
            return
        read = shelved(read, ways.size, folder)
    plainly = place.suffix.lower() != ".parquet"
    with in_parts(read, known, model, folder, ways, plainly=plainly, **options) as found:
        yield found


def _whole(book: Book, scored: Scored) -> tuple[Part]:
    """The cases of a file that was scored in one piece."""
    from scoring.review.arrivals import Whole

    return (Whole(book, scored),)


def _workers(ways: Ways, records: int) -> int:
    """The processes asked for; else one for each core where the file is large enough to gain by it."""
    return ways.workers or (usable_cores() if records >= WORTH_PROCESSES else 1)


@contextmanager
def _page(
    report: Path | None, book: Book, scored: Scored, known: Known, choice: Chosen, base_rate: float | None
) -> Iterator[None]:
    """The report, when one is asked for, stands once the block ends well."""
    if report is None:
        yield
        return
    from scoring import report as page

    of = page.Judged(book, scored, known, tuple(choice.said.splitlines()), choice.model, base_rate)
    with page.whole(page.page(of), report):
        yield


def explained(asked: Asked, order: str, line: str | None, say: Say) -> Iterator[Story]:
    """The lines of one order with their working; raises OrdersRefused when the file has no such line."""
    choice = choose(asked.model, asked.home, asked.mlruns, asked.customers is not None)
    say(choice.said)
    book, master = read_files(*how_read(asked))
    known = known_here(asked.as_of, master, asked.backtest, asked.affiliates_rule, asked.home)
    say(state_on(asked.as_of, known))
    before = past_of(asked, book, known, say)
    scored = score_book(book, known, choice.model, reasons_for="none", earlier=before)
    wanted = scored.lines["order_id"] == order
    if line is not None:
        wanted &= scored.lines["line_no"] == line
    if not wanted.any():
        what = f"no line {line or ''} of order '{order}' was scored"
        raise refused(asked.file.name, what, "give an order_id of the file")
    for at in scored.lines.index[wanted.fillna(False)]:
        row, given = scored.lines.loc[at], master is not None
        key = f"{row['order_id']} line {row['line_no']}"
        result = scored.results.loc[at]
        yield Story(key, int(book.rows[at]), result, row, scored.matrix.loc[[at]], choice.model, given)


def known_here(
    as_of: date, master: Book | None, backtest: bool, affiliates_rule: AffiliatesRule, home: Path, db: str | None = None
) -> Known:
    """Tables, master, the decisions and lists of the home; the matcher is loaded only where a list is kept."""
    known = known_on(as_of, master.lines if master else None, backtest=backtest, affiliates_rule=affiliates_rule)
    known = replace(known, decisions=decided(home, db))
    if not (home / LISTS).is_dir():
        return known
    from features.parties.screening.lists import load_for

    lists = load_for(home, known.tables, as_of, backtest=backtest)
    return replace(known, lists=lists and replace(lists, affiliates_rule=affiliates_rule))


def decided(home: Path, db: str | None = None) -> pd.DataFrame | None:
    """What reviewers decided of earlier orders, by the queue of the home or at `db`; None where there is no queue."""
    if db is None and not (home / QUEUE).is_file():
        return None
    from scoring.review.outcomes import decisions
    from scoring.review.store import open_store

    with closing(open_store(home, db)) as store:
        return decisions(store)


def lists_warnings(known: Known, as_of: date) -> list[str]:
    """What must be heard of the lists before a run is relied on; in a backtest each line says it of its own day."""
    if known.lists is None or known.backtest:
        return []
    from features.parties.screening.editions import warnings

    return warnings(known.lists, as_of)


def earlier_of(
    files: Sequence[Path],
    read: Book | LongBook,
    known: Known,
    home: Path,
    profile: str | None,
    encoding: str | None,
    say: Say,
) -> Earlier:
    """What was told before this file: the history of the home and the given files, with all that is odd about it."""
    before = earlier(home, [read_files(file, None, home, profile, (), encoding)[0] for file in files], known)
    say(f"past: {before.version}")
    for note in before.notes:
        say(f"  {note}")
    wanted = ("order_date",) if before.told.empty else ()
    file, parts = (read.book.file, read.lines(*wanted)) if isinstance(read, LongBook) else (read.file, [read.lines])
    count = same = changed = ahead = 0
    for lines in parts:
        told = told_before(before, lines)
        count, same, changed = count + len(lines), same + told[0], changed + told[1]
        ahead += int((lines["order_date"] > pd.Timestamp(known.as_of)).sum())
    if same or changed:
        say(f"  of {count:,} lines {same:,} were recorded before and count once, {changed:,} had other cells")
    if ahead:
        say(f"  {ahead:,} lines of {file} are dated after {known.as_of}: check the order dates")
    return before


def choose(model: str | Path | None, home: Path, mlruns: Path, customers: bool) -> Chosen:
    """The model that scores, with the bands that hold for it; MLflow is asked only for a models:/ address."""
    folder = None if model is None else _folder(str(model), mlruns)
    return with_own_bands(chosen(folder, home, mlruns), home, customers)


def _folder(model: str, mlruns: Path) -> Path:
    if not model.startswith(REGISTRY):
        return Path(model)
    from training.registered import folder

    return folder(model, mlruns)


def _check_places(out: Path, report: Path | None, *sources: Path | None) -> None:
    """Refuses places that cannot take what will be written, and those of the files that are read."""
    check_place(out)
    if report is not None:
        from scoring import report as page

        page.check_place(report)
    read = {source.resolve() for source in sources if source is not None}
    written = [place for place in (out, report) if place is not None]
    for place in written:
        if place.resolve() in read:
            raise ResultRefused(f"{place}: is a file that is read; give the output another name")
    if len({place.resolve() for place in written}) < len(written):
        raise ResultRefused(f"{out}: result and report cannot be one file; give the report another name")


def _stem(file: Path) -> str:
    """The name the result begins with; standard input has none of its own."""
    return "stdin" if str(file) == "-" else file.name.split(".")[0]


def _format(file: Path) -> str:
    """The result comes back as the file came, where we write that format."""
    return {".xlsx": "xlsx", ".parquet": "parquet"}.get(file.suffix.lower(), "csv")
