"""The command `diversion`: verbs over files. Each verb imports its room when it runs, so that `--help` answers at once.

Exit codes: 0 all done; 1 partial, result written; 2 refused, nothing written; 3 a check failed; 70 internal fault.
Longer than 250 lines: a dozen verbs, each with the sentence that its every option shows in `--help`.
"""

from __future__ import annotations

import logging
import sys
from datetime import date, datetime
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from diversion.history_cli import history
from diversion.lists_cli import lists
from diversion.queue_cli import queue
from diversion.queue_users import Db
from diversion.rules_cli import rules
from diversion.serve_cli import serve

PARTIAL, REFUSED, FAILED, FAULT = 1, 2, 3, 70
REFUSALS = frozenset(
    [
        "OrdersRefused",
        "TablesRefused",
        "ModelRefused",
        "ResultRefused",
        "OutcomesRefused",
        "TrainingRefused",
        "TrackingRefused",
        "PromoteRefused",
        "CapacityRefused",
        "ListRefused",
        "DecisionsRefused",
        "DeclarationRefused",
        "WorldRefused",
        "HistoryRefused",
        "QueueRefused",
        "ShardRefused",
    ]
)
"""The refusals of the rooms, by name: importing their modules here would cost seconds at every start."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="May an order of AI chips ship, how likely is it to be diverted, and what to ask next.",
)


class Format(StrEnum):
    """Formats of the result."""

    csv = "csv"
    xlsx = "xlsx"
    parquet = "parquet"
    jsonl = "jsonl"


class Explained(StrEnum):
    """Which lines get reasons."""

    needed = "needed"
    all = "all"
    none = "none"


class Switch(StrEnum):
    """Positions of the switch for a rule whose state is not established."""

    dated = "as dated"
    on = "on"
    off = "off"


OrderFile = Annotated[Path, typer.Argument(help="Order file, or - for standard input.", show_default=False)]
Customers = Annotated[Path | None, typer.Option(help="Customer master: headquarters, parent, founding date, site …")]
Home = Annotated[Path, typer.Option(help="Folder of what this installation remembers.")]
Mlruns = Annotated[Path, typer.Option(help="Tracking store and the pointer to the promoted model.")]
ModelPlace = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="FOLDER|models:/…",
        help="Score with this folder, or models:/diversion@champion of the registry.",
    ),
]
ProfileName = Annotated[str | None, typer.Option("--profile", help="Mapping profile of the source of the files.")]
Answered = Annotated[
    list[str] | None, typer.Option("--answer", help="COLUMN=VALUE, an answer to a question of 'check'; repeatable.")
]
Encoding = Annotated[str | None, typer.Option(help="Encoding of the order file, when it is not UTF-8 and is asked.")]
AsOf = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day whose rules decide (default: today).")]
Backtest = Annotated[bool, typer.Option("--backtest", help="Judge each order by the rules of its own date.")]
Affiliates = Annotated[
    Switch, typer.Option("--affiliates-rule", help="Half owned by a listed party: is the rule in force today?")
]
History = Annotated[
    list[Path] | None, typer.Option("--history", help="File of earlier orders, besides those of the home; repeatable.")
]
HERE, RUNS = Path("var"), Path("mlruns")


@app.command()
def score(
    file: OrderFile,
    customers: Customers = None,
    out: Annotated[Path | None, typer.Option(help="Result file; its suffix says the format.")] = None,
    format: Annotated[Format | None, typer.Option(help="Format, when --out is not given.")] = None,
    as_of: AsOf = None,
    backtest: Backtest = False,
    report: Annotated[Path | None, typer.Option(help="Also write a page for a manager: totals, queue, routes.")] = None,
    reasons: Annotated[Explained, typer.Option(help="Lines that get reasons.")] = Explained.needed,
    base_rate: Annotated[float | None, typer.Option(min=1e-6, max=0.5, help="Share of orders that divert.")] = None,
    model: ModelPlace = None,
    profile: ProfileName = None,
    answer: Answered = None,
    encoding: Encoding = None,
    affiliates: Affiliates = Switch.dated,
    history: History = None,
    record: Annotated[bool, typer.Option("--record", help="Add the lines to the history of the home, once.")] = False,
    enqueue: Annotated[
        bool, typer.Option("--enqueue", help="Also open or update a case in the review queue for each order.")
    ] = False,
    db: Db = None,
    workers: Annotated[
        int, typer.Option(min=0, show_default="as many as help", help="Processes that score parts of the file.")
    ] = 0,
    shard: Annotated[
        str | None, typer.Option(metavar="I/N", help="Score the I-th of N shares of the orders, on several machines.")
    ] = None,
    chunk: Annotated[int, typer.Option(min=1, help="Lines of a part: fewer need less memory.")] = 25_000,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where a stopped run of the same left off.")] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Score on a cluster: tcp://… of Dask, or the master of Spark."),
    ] = None,
    home: Home = HERE,
    mlruns: Mlruns = RUNS,
) -> None:
    """Score every line of an order file and write it back with gate, score, action, reasons and questions."""
    from diversion.start import without

    with without("sklearn"):
        from diversion import show
        from diversion.asked import Asked
        from diversion.progress import bar
        from diversion.queue_cli import enqueuing
        from diversion.work import score_file
        from scoring.ways import Ways, shard_of

    asked = Asked(
        file, customers, _day(as_of), home, mlruns, out=out, format=format, backtest=backtest, reasons=reasons.value,
        base_rate=base_rate, model=model, profile=profile, answers=tuple(answer or ()), encoding=encoding,
        affiliates_rule=affiliates.value, history=history or (), db=db,
    )  # fmt: skip
    if enqueue and shard:
        raise typer.BadParameter("--enqueue takes whole files, without --shard: its sample is drawn among all orders")
    parts = Ways(chunk, workers, shard_of(shard) if shard else None, resume)
    if scheduler:
        from diversion.cluster_cli import score_on

        if enqueue or report or record or workers or shard or resume:
            raise typer.BadParameter("--scheduler takes no --enqueue, --report, --record, --workers, --shard, --resume")
        found = score_on(scheduler, asked, _say, size=chunk)
        if found:
            show.summary(found, _say)
        raise typer.Exit(PARTIAL if found and found.rejected else 0)
    with bar() as watch:
        put = enqueuing(home, db, _say) if enqueue else None
        done = score_file(asked, _say, report=report, watch=watch, record=record, enqueue=put, parts=parts)
    show.summary(done, _say)
    raise typer.Exit(PARTIAL if done.rejected else 0)


@app.command()
def check(
    file: OrderFile,
    customers: Customers = None,
    profile: ProfileName = None,
    answer: Answered = None,
    encoding: Encoding = None,
    save: Annotated[
        bool, typer.Option("--save", help="Save mapping and answers as the profile's next version.")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="Also write the same as an HTML page.")] = None,
    home: Home = HERE,
) -> None:
    """Show what was understood of a file before anything is scored: columns, dates, counts, questions, problems."""
    from diversion import files, page, show
    from diversion.understood import joined, understood

    if save and profile is None:
        raise typer.BadParameter("--save needs the name of a profile: --profile NAME")
    book, master = files.read_for_check(file, customers, home, profile, tuple(answer or ()), encoding, save)
    books = [book] + ([master] if master else [])
    told = [understood(each, date.today()) for each in books]
    joins = joined(book, master) if master else None
    for each in told:
        show.understood(each)
    if joins:
        show.joins(joins)
    if report:
        page.write(told, joins, report)
        _say(f"report: {report}")
    if save and profile:
        kept = files.saved(home, profile, *books)
        _say(f"profile {kept.name}, version {kept.version}: used with --profile {kept.name}")
    raise typer.Exit(PARTIAL if any((book.status == "rejected").any() for book in books) else 0)


@app.command()
def explain(
    file: OrderFile,
    order: Annotated[str, typer.Option(help="order_id to tell about.")],
    line: Annotated[str | None, typer.Option(help="line_no, when the order has several.")] = None,
    customers: Customers = None,
    as_of: AsOf = None,
    backtest: Backtest = False,
    model: ModelPlace = None,
    profile: ProfileName = None,
    answer: Answered = None,
    encoding: Encoding = None,
    affiliates: Affiliates = Switch.dated,
    history: History = None,
    home: Home = HERE,
    mlruns: Mlruns = RUNS,
) -> None:
    """Tell the whole story of one order: gate, every signal with its contribution and source, and what to ask."""
    from diversion.asked import Asked
    from diversion.story import tell
    from diversion.work import explained

    asked = Asked(
        file, customers, _day(as_of), home, mlruns, backtest=backtest, model=model, profile=profile,
        answers=tuple(answer or ()), encoding=encoding, affiliates_rule=affiliates.value, history=history or (),
    )  # fmt: skip
    for story in explained(asked, order, line, _say):
        tell(story)


@app.command()
def calibrate(
    file: OrderFile,
    capacity: Annotated[str, typer.Option(help="Orders that your reviewers can work, such as 25/week.")],
    customers: Customers = None,
    as_of: AsOf = None,
    model: ModelPlace = None,
    profile: ProfileName = None,
    answer: Answered = None,
    encoding: Encoding = None,
    affiliates: Affiliates = Switch.dated,
    history: History = None,
    db: Db = None,
    home: Home = HERE,
    mlruns: Mlruns = RUNS,
) -> None:
    """Fit the bands to your own orders: as many a week reach high or critical as your reviewers can work."""
    from diversion import show
    from diversion.calibrated import calibrated
    from diversion.monitor_cli import As

    said = As(_day(as_of), True, affiliates.value, history or (), db, profile, tuple(answer or ()), encoding)
    show.calibrated(calibrated(file, customers, capacity, model, home, mlruns, _say, said), _say)


@app.command()
def screen(
    file: Annotated[Path, typer.Argument(help="CSV of parties: name, and role, address, country if known.")],
    out: Annotated[Path | None, typer.Option(help="Result file; its suffix says the format.")] = None,
    as_of: AsOf = None,
    home: Home = HERE,
) -> None:
    """Hold a file of parties against the kept lists and write every hit with its reason."""
    from diversion.lists_cli import screen_file

    raise typer.Exit(0 if screen_file(file, out, home, _day(as_of), _say) else PARTIAL)


app.add_typer(lists, name="lists")
app.add_typer(rules, name="rules")
app.add_typer(history, name="history")
app.add_typer(queue, name="queue")
app.command()(serve)
profiles = typer.Typer(no_args_is_help=True, help="What was said of the files of each source: list, show, rename.")
app.add_typer(profiles, name="profile")


@profiles.command("list")
def profile_list(home: Home = HERE) -> None:
    """List the stored profiles with their versions."""
    from features.orders.profiles import load, names

    for name in names(home):
        typer.echo(f"{name}: version {load(home, name).version}")


@profiles.command("show")
def profile_show(name: Annotated[str, typer.Argument(help="Name of a profile.")], home: Home = HERE) -> None:
    """Show a profile: mapping, answers, encoding and the kinds its columns had; it is edited in its file."""
    from diversion import show
    from features.orders.profiles import load, place

    show.profile(load(home, name))
    _say(f"stored in {place(home, name)}")


@profiles.command("rename")
def profile_rename(
    old: Annotated[str, typer.Argument(help="Name of a profile.")],
    new: Annotated[str, typer.Argument(help="Its new name.")],
    home: Home = HERE,
) -> None:
    """Give a profile another name."""
    from features.orders.profiles import rename

    rename(home, old, new)
    _say(f"profile {old} is named {new} now")


@app.command()
def simulate(
    out: Annotated[Path, typer.Option(help="Folder for orders.csv, customers.csv, outcomes.csv and truth.csv.")],
    lines: Annotated[int, typer.Option(min=1, help="Order lines.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
    world: Annotated[str, typer.Option(help="home, mild, hard, other-mix, rare, half or common.")] = "home",
) -> None:
    """Write a simulated order book with honest buyers, look-alikes and diverters (truth.csv is for a judge only)."""
    from training import simulate as room
    from training.simulate.world import world as of_name

    room.write(room.simulate(lines, seed, of_name(world)), out)
    _say(f"{lines:,} simulated lines of the world {world}, seed {seed}: {out}")


@app.command()
def train(
    orders: Annotated[Path | None, typer.Option(help="Your orders (default: a simulated book).")] = None,
    customers: Customers = None,
    outcomes: Annotated[Path | None, typer.Option(help="What reviewers found.")] = None,
    lines: Annotated[int | None, typer.Option(help="Lines of the simulated book.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of book, split and boosters.")] = None,
    bag: Annotated[int | None, typer.Option(min=1, help="Boosters whose margins are averaged.")] = None,
    base_rate: Annotated[
        float | None, typer.Option(help="Share of confirmed diversions to tell probabilities at (default: that found).")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Also write the model folder here.")] = None,
    blocks: Annotated[
        Path | None, typer.Option(help="Folder for the measured lines: learn from disk what no memory holds.")
    ] = None,
    scheduler: Annotated[str | None, typer.Option(help="Grow the trees on Dask at tcp://… (needs --blocks).")] = None,
    public_cases: Annotated[
        bool, typer.Option("--public-cases", help="Teach our public cases too, each with benign twins.")
    ] = False,
    as_of: AsOf = None,
    track: Annotated[bool, typer.Option(help="Log the run in MLflow and register the challenger.")] = True,
    profile: ProfileName = None,
    history: History = None,
    home: Home = HERE,
    mlruns: Mlruns = RUNS,
) -> None:
    """Train a model, log the run in MLflow and register it as challenger."""
    from diversion import show
    from diversion.promoted import told_before
    from training import train as room
    from training.case_files import CASES

    given = {"lines": lines, "seed": seed, "bag": bag}
    chosen = {name: value for name, value in given.items() if value is not None}
    trained = room.train(
        orders,
        customers,
        outcomes,
        as_of=_day(as_of),
        base_rate=base_rate,
        before=told_before(home, history or (), profile),
        blocks=blocks,
        scheduler=scheduler,
        cases=CASES if public_cases else None,
        out=out,
        mlruns=mlruns,
        track=track,
        **chosen,
    )
    show.trained(trained, out, mlruns, _say)


@app.command()
def wording(
    said: Annotated[
        list[str] | None, typer.Argument(metavar="[WORD=OURS]...", help="Such as 'bogus hit=false_positive'.")
    ] = None,
    home: Home = HERE,
) -> None:
    """Say once what a reviewer's own word in an outcome file means; it is kept in the home. Lists what was said."""
    from training import wording as room

    for column, words in (room.add(home, said) if said else room.load(home)).items():
        for word, ours in sorted(words.items()):
            typer.echo(f"{column}: {word} means {ours}")


@app.command("second-look")
def second_look(
    orders: Annotated[Path, typer.Option(help="Your orders.")],
    outcomes: Annotated[Path, typer.Option(help="What reviewers found.")],
    customers: Customers = None,
    out: Annotated[Path, typer.Option(help="The queue to write.")] = Path("second_look.csv"),
    most: Annotated[int, typer.Option(min=1, help="Lines at most.")] = 20,
    as_of: AsOf = None,
    profile: ProfileName = None,
    history: History = None,
    home: Home = HERE,
) -> None:
    """List cleared lines that look like confirmed diversions, for a second reviewer; nothing is relabelled."""
    from diversion.promoted import told_before
    from training import second_look as room
    from training.train import SEED

    before = told_before(home, history or (), profile)
    found = room.second_look(orders, customers, outcomes, out, as_of=_day(as_of), seed=SEED, most=most, before=before)
    _say(f"{found.doubtful} of {found.cleared:,} cleared lines look as much like a diversion as confirmed ones do")
    _say(f"the {len(found.queue)} most doubtful: {out}")


@app.command()
def evaluate(
    out: Annotated[Path, typer.Option(help="The page to write.")] = Path("judgement.html"),
    cases: Annotated[
        Path | None, typer.Option(help="Folder of cases.csv and cases_customers.csv, if not ours.")
    ] = None,
    lines: Annotated[int | None, typer.Option(help="Lines of the home world; other worlds are smaller.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of worlds, splits and boosters.")] = None,
    bag: Annotated[int | None, typer.Option(min=1, help="Boosters whose margins are averaged.")] = None,
    as_of: AsOf = None,
    track: Annotated[bool, typer.Option(help="Log figures and page in MLflow.")] = True,
    mlruns: Mlruns = RUNS,
) -> None:
    """Judge the training recipe on what it has not seen: later months, new typologies, other worlds, public cases."""
    from training.case_files import CASES
    from training.judge import report

    given = {"lines": lines, "seed": seed, "bag": bag}
    chosen = {name: value for name, value in given.items() if value is not None}
    report.evaluate(out, as_of=_day(as_of), cases=cases or CASES, mlruns=mlruns, track=track, say=_say, **chosen)
    _say(f"judgement: {out}")


@app.command()
def promote(
    version: Annotated[str | None, typer.Option(help="Version to promote (default: the challenger).")] = None,
    orders: Annotated[Path | None, typer.Option(help="Reviewed orders to try both on (default: simulated).")] = None,
    customers: Customers = None,
    outcomes: Annotated[Path | None, typer.Option(help="What reviewers found in these orders.")] = None,
    cases: Annotated[
        Path | None, typer.Option(help="Folder of cases.csv and cases_customers.csv, if not ours.")
    ] = None,
    lines: Annotated[int | None, typer.Option(min=2000, help="Lines of the simulated book.")] = None,
    override: Annotated[str, typer.Option(help="Reason why it may score although gates failed; needs --by.")] = "",
    acknowledge: Annotated[bool, typer.Option("--acknowledge", help="Open gates are known; needs --by.")] = False,
    by: Annotated[str, typer.Option(help="Name of the person who answers for it.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Promote without asking.")] = False,
    as_of: AsOf = None,
    profile: ProfileName = None,
    history: History = None,
    db: Db = None,
    home: Home = HERE,
    mlruns: Mlruns = RUNS,
) -> None:
    """Try the challenger against the champion, gate by gate, then let it score; exit code 3 where gates stop it."""
    from diversion import promoted, show
    from training import promote as room
    from training.case_files import CASES

    if (override or acknowledge) and not by:
        raise typer.BadParameter("a named person has to answer for it: --by NAME")
    if (orders is None) != (outcomes is None):
        raise typer.BadParameter("--orders and --outcomes are needed together")
    found = room.compare(mlruns, version)
    show.side_by_side(found)
    files = None if orders is None or outcomes is None else (orders, customers, outcomes)
    tried = promoted.trial(
        mlruns, home, found.version, _day(as_of), _say,
        files=files, cases=cases or CASES, lines=lines, history=history or (), profile=profile, db=db,
    )  # fmt: skip
    promoted.show(tried)
    said = promoted.Decision(by, override, acknowledge)
    if stops := promoted.what_stops(tried, said):
        _say("\n".join((*stops, "nothing was promoted")))
        raise typer.Exit(FAILED)
    if not yes and not promoted.confirmed(found.version):
        _say("nothing was promoted")
        raise typer.Exit(REFUSED)
    promoted.promote(mlruns, home, found.version, tried, said, date.today())
    _say(f"version {found.version} is the champion; '{mlruns / 'champion.json'}' points at it")


@app.command()
def rollback(
    by: Annotated[str, typer.Option(help="Name of the person who goes back.")] = "",
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    home: Home = HERE,
    mlruns: Mlruns = RUNS,
) -> None:
    """Let the version before the champion score again; under the first one it is the shipped model."""
    from diversion import promoted

    promoted.rollback(mlruns, home, date.today(), by, reason, _say)


@app.command()
def shadow(
    file: OrderFile,
    customers: Customers = None,
    challenger: Annotated[
        str, typer.Option(metavar="FOLDER|models:/…", help="The model that scores beside the champion.")
    ] = "models:/diversion@challenger",
    as_of: AsOf = None,
    backtest: Backtest = False,
    profile: ProfileName = None,
    answer: Answered = None,
    encoding: Encoding = None,
    affiliates: Affiliates = Switch.dated,
    history: History = None,
    db: Db = None,
    home: Home = HERE,
    mlruns: Mlruns = RUNS,
) -> None:
    """Score a batch with the challenger beside the champion: agreement and differences, no effect on any result."""
    from diversion.monitor_cli import As, shadowed

    said = As(_day(as_of), backtest, affiliates.value, history or (), db, profile, tuple(answer or ()), encoding)
    shadowed(file, customers, challenger, home, mlruns, _say, said)


@app.command()
def monitor(
    files: Annotated[list[Path], typer.Argument(help="Order files of the months to watch.", show_default=False)],
    customers: Customers = None,
    outcomes: Annotated[Path | None, typer.Option(help="What reviewers found in these orders.")] = None,
    report: Annotated[Path | None, typer.Option(help="Also write a page: months, features, flags, alarms.")] = None,
    model: ModelPlace = None,
    as_of: AsOf = None,
    profile: ProfileName = None,
    answer: Answered = None,
    encoding: Encoding = None,
    affiliates: Affiliates = Switch.dated,
    history: History = None,
    db: Db = None,
    roll_back_after: Annotated[
        int | None, typer.Option(min=2, help="Go back after so many weekly watches with the same alarm; needs --by.")
    ] = None,
    by: Annotated[str, typer.Option(help="Name of the person who gives this standing order.")] = "",
    home: Home = HERE,
    mlruns: Mlruns = RUNS,
) -> None:
    """Watch the model: input and score by month against its training, outcomes against what it said; 3 on an alarm."""
    from diversion.monitor_cli import As, RollBack, monitored

    if roll_back_after and (model or not by):
        raise typer.BadParameter("--roll-back-after needs --by NAME, and is for the model that scores, not --model")
    ordered = RollBack(roll_back_after, by) if roll_back_after else None
    said = As(_day(as_of), True, affiliates.value, history or (), db, profile, tuple(answer or ()), encoding)
    calm = monitored(files, customers, outcomes, report, model, home, mlruns, _say, said, ordered)
    raise typer.Exit(0 if calm else FAILED)


@app.command()
def flags() -> None:
    """List every red flag: measured by which feature from which fields, or unseen and why."""
    from diversion import show

    show.flags()


@app.command()
def features() -> None:
    """List every feature: what it measures, its unit, direction, red flag and fields."""
    from diversion import show

    show.features()


def main() -> None:
    """Runs the command; turns refusals into one text and exit code 2, faults into exit code 70 without values."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a console's code page never stops a run
    try:
        app()
    except Exception as fault:
        if type(fault).__name__ not in REFUSALS:
            _internal(fault)
            raise SystemExit(FAULT) from None
        _say(_told(fault))
        raise SystemExit(REFUSED) from None


def _told(refusal: Exception) -> str:
    """The refusal for the person who gave the file: with the values, which no log gets."""
    problems = getattr(refusal, "problems", ())
    return "\n".join(problem.text() for problem in problems) or str(refusal)


def _internal(fault: Exception) -> None:
    """An internal fault as kind and places; its message may hold customer values and is left out."""
    _say(f"internal fault ({type(fault).__name__}) in diversion {version('diversion')}. Nothing was written; report:")
    trace = fault.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        _say(f"  {Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next


def _day(as_of: datetime | None) -> date:
    return as_of.date() if as_of else date.today()


def _say(text: str) -> None:
    typer.echo(text, err=True)
