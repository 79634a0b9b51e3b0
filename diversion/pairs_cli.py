"""What people say of parties: `diversion lists clear | confirm | unclear | pairs | ownership`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:  # they cost a second, and --help needs none of them
    from features.parties.screening.lists import Lists
    from features.parties.screening.pairs import Party

PARTIAL = 1
HERE = Path("var")

Name = Annotated[str, typer.Argument(metavar="PARTY", help="Name of the party, as the order has it.")]
Entry = Annotated[str, typer.Argument(metavar="ENTRY", help="entry_key of the hit, as `diversion screen` writes it.")]
Reason = Annotated[str, typer.Option(help="Why, for the auditor.")]
By = Annotated[str, typer.Option(help="Who says it.")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day it holds (default: no end).")]
Country = Annotated[str | None, typer.Option(help="Country of the party, where the order states one.")]
Address = Annotated[str | None, typer.Option(help="Address of the party, where the order states one.")]
Home = Annotated[Path, typer.Option(help="Folder of what this installation remembers.")]
Dated = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day the shares are of (default: today).")]


def clear(
    party: Name,
    entry: Entry,
    reason: Reason,
    by: By,
    until: Until = None,
    country: Country = None,
    address: Address = None,
    home: Home = HERE,
) -> None:
    """Say that a party is not the listed one: the pair gives nothing any more, until a day or a change of either."""
    _decide("cleared", party, entry, reason, by, until, country, address, home)


def confirm(
    party: Name,
    entry: Entry,
    reason: Reason,
    by: By,
    until: Until = None,
    country: Country = None,
    address: Address = None,
    home: Home = HERE,
) -> None:
    """Say that a party is the listed one: the pair sets the gate, whatever its score."""
    _decide("confirmed", party, entry, reason, by, until, country, address, home)


def _decide(
    verdict: str, party: str, entry: str, reason: str, by: str, until: datetime | None, country: str | None,
    address: str | None, home: Path,
) -> None:  # fmt: skip
    from features.parties.screening.pairs import decide

    held, who = _party(party, address, country, home)
    said = decide(home, held, who, entry, verdict, reason, by, date.today(), until.date() if until else None)
    last = f" until {said.until}" if said.until else ""
    typer.echo(f"{verdict}{last}: '{said.name}' and {said.entry_key} ({said.listed_name}), by {said.by}: {said.reason}")


def unclear(
    party: Name, entry: Entry, reason: Reason, by: By, country: Country = None, home: Home = HERE
) -> None:  # fmt: skip
    """Take back what was cleared or confirmed; both stay on record."""
    from features.parties.screening.pairs import withdraw

    held, who = _party(party, None, country, home)
    said = withdraw(home, held, who, entry, reason, by, date.today())
    typer.echo(f"withdrawn: '{said.name}' and {said.entry_key} ({said.listed_name}), by {said.by}: {said.reason}")


def pairs(
    parties: Annotated[
        Path | None, typer.Option(help="CSV of today's customers (name, address, country): tells which changed.")
    ] = None,
    home: Home = HERE,
) -> None:
    """Show every decision with its state: in force, expired, withdrawn, or reopened because a side changed."""
    from diversion.lists_cli import loaded, table
    from features.parties.screening.pairs import party, states

    held = loaded(home)
    now = None
    if parties is not None:
        rows = table(parties).reindex(columns=["name", "address", "country"]).astype("str")
        now = [
            party(row["name"], row["address"], row["country"], held)
            for row in rows.dropna(subset="name").fillna("").to_dict("records")
        ]
    told = states(home, held, date.today(), now)
    for said, state in told:
        until = f" until {said.until}" if said.until else ""
        where = f" ({said.country})" if said.country else ""
        typer.echo(f"{state}: {said.verdict} {said.on}{until} by {said.by}: '{said.name or said.party}'{where} and "
                   f"{said.entry_key} ({said.listed_name}): {said.reason}")  # fmt: skip
    if not told:
        typer.echo("nothing was decided of any pair")


def ownership(
    file: Annotated[Path, typer.Argument(help="CSV: owner, owned, percent; as_of, source, owner_country if known.")],
    dated: Dated = None,
    home: Home = HERE,
) -> None:
    """Keep a file of who owns whom as the newest version; a bad row is named, and then nothing changes."""
    from features.parties.screening.ownership_file import import_ownership

    kept = import_ownership(home, file, date.today(), dated.date() if dated else None)
    unknown = int(kept.table["percent"].isna().sum())
    typer.echo(f"{kept.version}: {len(kept.table):,} shares, {unknown:,} of unknown size")


def _party(name: str, address: str | None, country: str | None, home: Path) -> tuple[Lists, Party]:
    from diversion.lists_cli import loaded
    from features.parties.screening.pairs import party

    held = loaded(home)
    return held, party(name, address, country, held)


VERBS = (clear, confirm, unclear, pairs, ownership)
