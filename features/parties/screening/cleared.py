"""Pairs of party and entry that a person cleared or confirmed, until a day, as long as both sides stay as they were."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from features.parties.normal_names import Spelling, spelt
from features.parties.screening.entries import Listed
from features.parties.screening.index import key

COLUMNS = ("party", "party_print", "entry_key", "entry_print", "verdict", "reason", "by", "on", "until")
VERDICTS = ("cleared", "confirmed")
FORMAT = 1


@dataclass(frozen=True)
class Decision:
    """What a person said of one pair; `party` is the key of the party's name and country, and no name."""

    party: str
    party_print: str
    entry_key: str
    entry_print: str
    verdict: str
    reason: str
    by: str
    on: date
    until: date | None


def party_key(name: str, country: str | None, told: Spelling) -> str:
    """The same for a party whatever the spelling of its name; one way, so that the file of decisions names nobody."""
    form = spelt([name], told)[0]
    return _digest([key(form) or name.casefold(), country or ""])


def party_print(name: str, address: str | None, country: str | None) -> str:
    """Changes when name, address or country of the party change by a letter or digit."""
    return _digest([" ".join(str(each or "").casefold().split()) for each in (name, address, country)])


def entry_prints(listed: Listed, rows: pd.Index | None = None) -> pd.Series:
    """For each entry (those of `rows`) a print of what a person judged; ids and the order of the list do not count."""
    chosen = listed.entries.index if rows is None else rows
    names, places = (_together(table, chosen) for table in (listed.names, listed.addresses))
    entries = listed.entries.loc[chosen]
    cells = pd.DataFrame(
        {
            "names": names.reindex(entries.index).fillna(""),
            "places": places.reindex(entries.index).fillna(""),
            "countries": entries["countries"],
            "type": entries["type"],
            "remarks": entries["remarks"],
        }
    )
    return pd.Series([_digest(row) for row in cells.itertuples(index=False)], index=entries.index, dtype="str")


def _together(table: pd.DataFrame, entries: pd.Index) -> pd.Series:
    """The texts of each entry, sorted, in one cell."""
    own = table[table["entry"].isin(entries)].drop_duplicates(["entry", "text"]).sort_values(["entry", "text"])
    return own.groupby("entry")["text"].agg("|".join)


def _digest(cells: Iterable[str]) -> str:
    return hashlib.sha256("\x1f".join(cells).encode()).hexdigest()[:16]


def in_force(decisions: Iterable[Decision], day: date) -> dict[tuple[str, str], Decision]:
    """The latest decision of each pair (party, entry key) that holds on a day."""
    held = [each for each in decisions if each.on <= day and (each.until is None or each.until >= day)]
    return {(each.party, each.entry_key): each for each in sorted(held, key=lambda each: each.on)}


def judged(hits: pd.DataFrame, decisions: dict[tuple[str, str], Decision], former: dict[str, str]) -> pd.DataFrame:
    """The hits without cleared pairs; `verdict` is confirmed, or reopened where a side changed, else "".

    `hits` has party, party_print, entry_key, entry_print; `former` gives the old key of an entry that changed it.
    """
    verdicts = [_verdict(row, decisions, former) for row in hits.itertuples(index=False)]
    told = hits.assign(verdict=pd.array(verdicts, dtype="str"))
    return told[told["verdict"] != "cleared"]


def _verdict(hit: object, decisions: dict[tuple[str, str], Decision], former: dict[str, str]) -> str:
    party, entry = str(getattr(hit, "party", "")), str(getattr(hit, "entry_key", ""))
    said = decisions.get((party, entry)) or decisions.get((party, former.get(entry, "")))
    if said is None:
        return ""
    unchanged = said.party_print == getattr(hit, "party_print", "") and said.entry_print == getattr(
        hit, "entry_print", ""
    )
    return said.verdict if unchanged or said.verdict == "confirmed" else "reopened"


def written(decisions: Iterable[Decision]) -> str:
    """The decisions as CSV, the format in the first line."""
    out = io.StringIO()
    out.write(f"# format {FORMAT}\n")
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    for each in decisions:
        until = each.until.isoformat() if each.until else ""
        cells = (each.party, each.party_print, each.entry_key, each.entry_print, each.verdict, each.reason, each.by)
        rows.writerow([*cells, each.on.isoformat(), until])
    return out.getvalue()


class DecisionsRefused(Exception):
    """The file of decisions cannot be relied on."""


def read(text: str) -> list[Decision]:
    """The decisions of a file; raises DecisionsRefused for one of a newer format or with a row that cannot be one."""
    first, _, rest = text.partition("\n")
    if not first.startswith("# format ") or not first[9:].isdigit():
        raise DecisionsRefused("cleared.csv: has no format; restore it from a copy")
    if int(first[9:]) > FORMAT:
        raise DecisionsRefused("cleared.csv: is of a newer format; install a newer diversion")
    found = []
    for at, row in enumerate(csv.DictReader(io.StringIO(rest)), start=3):
        try:
            until = date.fromisoformat(row["until"]) if row["until"] else None
            cells = {name: str(row[name]) for name in COLUMNS[:7]}
            found.append(Decision(**cells, on=date.fromisoformat(row["on"]), until=until))
        except (KeyError, TypeError, ValueError):
            raise DecisionsRefused(f"cleared.csv, row {at}: is no decision; restore the file from a copy") from None
        if found[-1].verdict not in VERDICTS:
            raise DecisionsRefused(f"cleared.csv, row {at}, verdict: is none of {', '.join(VERDICTS)}; correct it")
    return found
