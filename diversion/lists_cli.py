"""The verbs of screening: `diversion lists import | update | status | calibrate`, and `diversion screen FILE`.

What people decide of pairs (`clear`, `confirm`, `unclear`, `pairs`, `ownership`) stands in `pairs_cli`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from diversion import pairs_cli

if TYPE_CHECKING:  # they cost a second, and --help needs none of them
    import pandas as pd

    from features.parties.screening.lists import Lists
    from features.parties.screening.store import Version

PARTIAL, FAILED = 1, 3
WHOLE_LIST = 20_000  # entries of the Consolidated Screening List at least; in 2026 it had 26,000

lists = typer.Typer(no_args_is_help=True, help="Lists of listed parties, and what people decided of hits.")

for verb in pairs_cli.VERBS:
    lists.command(verb.__name__)(verb)

Home = Annotated[Path, typer.Option(help="Folder of what this installation remembers.")]
Day = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day the list was published (default: today).")
]
Shrink = Annotated[str | None, typer.Option(help="Take a list that lost parties, and say why.")]
HERE = Path("var")


@lists.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="List file, or a folder with OFAC's SDN, ALT and ADD.")],
    source: Annotated[
        str | None, typer.Option(help="Name of the source (default: csl, ofac, or the file's name).")
    ] = None,
    dated: Day = None,
    accept_shrink: Shrink = None,
    home: Home = HERE,
) -> None:
    """Keep a list file as the newest version of its source; a damaged or shrunken one changes nothing."""
    from features.parties.screening.store import import_list

    day = dated.date() if dated else None
    version = import_list(home, file, date.today(), source=source, dated=day, accept_shrink=accept_shrink)
    _told(version)


@lists.command()
def update(
    url: Annotated[
        str | None, typer.Option(help="Where the list is (default: the US Consolidated Screening List).")
    ] = None,
    accept_shrink: Shrink = None,
    home: Home = HERE,
) -> None:
    """Fetch the Consolidated Screening List over the network and keep it; if anything is wrong, nothing changes."""
    from features.parties.screening.download import CSL, fetched
    from features.parties.screening.store import FOLDER, import_list

    where = url or CSL
    with fetched(where, home / FOLDER) as file:
        version = import_list(
            home, file, date.today(), source="csl", accept_shrink=accept_shrink, url=where, at_least=WHOLE_LIST
        )
    _told(version)


@lists.command()
def status(home: Home = HERE) -> None:
    """Say which lists are kept, of which day, with how many entries, and what they lack; exit 3 when one is too old."""
    from features.parties.screening.ownership_file import load
    from features.parties.screening.store import FAIL_DAYS, catalogue, newest

    versions = catalogue(home)
    if not versions:
        typer.echo("no list is kept: nothing is screened; import one with `diversion lists import FILE`")
        raise typer.Exit(PARTIAL)
    used, _ = newest(versions)
    for each in versions:
        _shown(each, each in used)
    if (owned := load(home)) is not None:
        typer.echo(f"{owned.version} (in use): {len(owned.table):,} shares")
    if any(each.age(date.today()) >= FAIL_DAYS for each in used):
        raise typer.Exit(FAILED)


def _shown(version: Version, used: bool) -> None:
    from features.parties.screening.store import FAIL_DAYS, WARN_DAYS

    days = (date.today() - date.fromisoformat(version.dated)).days
    rows = ", ".join(f"{code} {count:,}" for code, count in version.rows.items())
    mark = "in use" if used else "kept"
    typer.echo(f"{version.text()} ({mark}, {days} days old, from {version.file}): {rows}")
    for note in (*version.notes, *([f"taken although smaller: {version.accepted}"] if version.accepted else [])):
        typer.echo(f"  {note}")
    age = version.age(date.today())
    if used and age >= WARN_DAYS:
        means = ": parties without a hit count as not screened" if age >= FAIL_DAYS else ""
        typer.echo(f"  is {age} days old{means}; fetch it again with `diversion lists update`")


@lists.command()
def calibrate(
    clean: Annotated[Path, typer.Argument(help="CSV of names known to be clean: name, and order_id if there is one.")],
    home: Home = HERE,
) -> None:
    """Show how many clean names, and orders, would alert at each threshold."""
    from features.parties.screening.calibrate import alert_rates
    from features.parties.screening.match import POSSIBLE

    held = loaded(home)
    told = table(clean)
    rates = alert_rates(told["name"], held, told.get("order_id"))
    typer.echo(f"{told['name'].notna().sum():,} clean names against {held.version}")
    for row in rates.to_dict("records"):
        orders = f"  orders {row['orders']:>7,.0f} {row['share_of_orders']:>7.2%}" if "orders" in row else ""
        mark = "  (in use)" if row["threshold"] == POSSIBLE else ""
        typer.echo(f"{row['threshold']:.2f}  names {row['names']:>7,.0f} {row['share']:>7.2%}{orders}{mark}")


def screen_file(file: Path, out: Path | None, home: Path, as_of: date, say: Callable[[str], None]) -> bool:
    """Writes FILE.screened.csv: every hit of every party of the file; True when no party was left unscreened.

    Against a list that is too old all count as unscreened.

    The file has name, and may have role, address and country. Raises ListRefused when no list is kept.
    """
    import pandas as pd

    from features.orders.countries import country_key
    from features.parties.screening import editions
    from features.parties.screening.screen import HIT, screen
    from scoring.result import write

    held = replace(loaded(home), as_of=as_of)
    told = table(file)
    codes = told["country"].map(lambda cell: held.addresses.countries.get(country_key(cell), ""), na_action="ignore")
    parties = (
        told.reindex(columns=["role", "name", "address"])
        .astype("str")
        .assign(country=codes.replace("", None).astype("str"))
    )
    parties["role"] = parties["role"].fillna("party")
    hits = screen(parties, held, pd.Series(pd.Timestamp(as_of), index=parties.index))
    hits = hits[hits["kind"] != "near"]
    shown = hits.drop(columns=["party", "party_print", "entry_print"]).assign(
        row=hits.index + 2, list_version=editions.told(held, as_of)
    )
    place = out or file.with_name(f"{file.name.split('.')[0]}.screened.csv")
    columns = ["row", *(each for each in HIT if each in shown), "list_version"]
    write(shown[columns].reset_index(drop=True).astype({"row": "int64"}), place, as_of=as_of)
    counts = hits["kind"].value_counts()
    say(
        f"{len(parties):,} parties against {editions.told(held, as_of)}: "
        + ", ".join(f"{counts[kind]:,} {kind}" for kind in counts.index)
    )
    late = editions.warnings(held, as_of)
    for note in (*late, *held.notes):
        say(note)
    say(f"written: {place}")
    return not late and not (hits["kind"] == "not screened").any()


def loaded(home: Path) -> Lists:
    """The newest lists of a home; raises ListRefused when none was ever imported."""
    from features.parties.screening.lists import load
    from features.parties.screening.reading import ListRefused
    from features.reference.tables import load as tables

    held = load(home, tables())
    if held is None:
        raise ListRefused("no list is kept: import one with `diversion lists import FILE`")
    return held


def table(file: Path) -> pd.DataFrame:
    """A file of parties as text, headings in lower case, empty cells missing."""
    import pandas as pd

    from features.parties.screening.reading import ListRefused

    try:
        told = pd.read_csv(file, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise ListRefused(f"{file.name}: cannot be read ({error}); save it as CSV in UTF-8") from None
    told.columns = told.columns.str.strip().str.lower()
    if "name" not in told:
        raise ListRefused(f"{file.name}, row 1: no column 'name'; the others are role, address, country")
    told = told.mask(told == "")
    return told.assign(**{each: pd.Series(index=told.index, dtype="str") for each in ("country",) if each not in told})


def _told(version: Version) -> None:
    typer.echo(
        f"{version.text()}: {sum(version.rows.values()):,} entries of {len(version.rows)} lists, "
        f"sha256 {version.sha256}"
    )
    for note in version.notes:
        typer.echo(note, err=True)
