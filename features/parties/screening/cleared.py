"""Pairs of party and entry that a person cleared or confirmed, until a day, as long as both sides stay as they were.

No decision is ever removed: a later one of the same pair, such as "withdrawn", takes its place.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date

import pandas as pd

from features.parties.normal_names import Spelling, spelt
from features.parties.screening.entries import Listed
from features.parties.screening.index import key

NEEDED = ("party", "party_print", "entry_key", "entry_print", "verdict", "reason", "by", "on", "until")
COLUMNS = (*NEEDED, "name", "country", "listed_name")
VERDICTS = ("cleared", "confirmed", "withdrawn")
FORMAT = 2  # 1 had no names beside the keys


@dataclass(frozen=True)
class Decision:
    """What a person said of one pair; keys and prints decide, the names beside them are for the reader."""

    party: str
    party_print: str
    entry_key: str
    entry_print: str
    verdict: str
    reason: str
    by: str
    on: date
    until: date | None
    name: str = ""
    country: str = ""
    listed_name: str = ""


def party_key(name: str, country: str | None, told: Spelling) -> str:
    """The same for a party whatever the spelling of its name."""
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


Held = dict[tuple[str, str], Decision]


def in_force(decisions: Iterable[Decision], day: date, former: Mapping[str, str]) -> Held:
    """The decision that holds on a day for each pair (party, oldest key of the entry): the latest, if it still counts.

    `former` gives the oldest key of an entry that changed its key.
    """
    taken = sorted((each for each in decisions if each.on <= day), key=lambda each: each.on)
    latest = {(each.party, former.get(each.entry_key, each.entry_key)): each for each in taken}
    return {pair: each for pair, each in latest.items() if each.verdict != "withdrawn" and not expired(each, day)}


def expired(decision: Decision, day: date) -> bool:
    """Whether the last day of a decision is over."""
    return decision.until is not None and decision.until < day


def most_names(decisions: Iterable[Decision], listed: Listed, former: Mapping[str, str]) -> int:
    """How many listed names a single party may be cleared of: they may not crowd out a new one."""
    pairs = {(each.party, former.get(each.entry_key, each.entry_key)) for each in decisions}
    if not pairs:
        return 0
    keys = listed.names["entry"].map(listed.entries["key"]).map(lambda key: former.get(key, key))
    names = keys.value_counts()
    told = pd.DataFrame(sorted(pairs), columns=["party", "entry"])
    return int(told["entry"].map(names).fillna(0).groupby(told["party"]).sum().max())


def judged(hits: pd.DataFrame, held: Held, former: Mapping[str, str]) -> pd.DataFrame:
    """The hits without cleared pairs; `verdict` is confirmed, or reopened where a side changed, else "".

    `hits` has party, party_print, entry_key, entry_print and address.
    """
    verdicts = [_verdict(row, held, former) for row in hits.to_dict("records")] if held else ""
    told = hits.assign(verdict=pd.Series(verdicts, index=hits.index, dtype="str"))
    return told[told["verdict"] != "cleared"]


def _verdict(hit: Mapping[Hashable, object], held: Held, former: Mapping[str, str]) -> str:
    entry = str(hit["entry_key"])
    said = held.get((str(hit["party"]), former.get(entry, entry)))
    if said is None:
        return ""
    if said.verdict == "confirmed" or (
        same_party(hit["address"], str(hit["party_print"]), said) and said.entry_print == hit["entry_print"]
    ):
        return said.verdict
    return "reopened"


def same_party(address: object, seen: str, said: Decision) -> bool:
    """Whether the print of a party is that of the one judged, or of the same without its address."""
    bare = not isinstance(address, str) and said.name != ""
    return seen in (said.party_print, party_print(said.name, None, said.country) if bare else None)


def written(decisions: Iterable[Decision]) -> str:
    """The decisions as CSV, the format in the first line."""
    out = io.StringIO()
    out.write(f"# format {FORMAT}\n")
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    for each in decisions:
        until = each.until.isoformat() if each.until else ""
        cells = asdict(each) | {"on": each.on.isoformat(), "until": until}
        rows.writerow([cells[column] for column in COLUMNS])
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
            cells = {name: str(row[name]) for name in NEEDED[:7]} | {name: row.get(name, "") for name in COLUMNS[9:]}
            found.append(Decision(**cells, on=date.fromisoformat(row["on"]), until=until))
        except (KeyError, TypeError, ValueError):
            raise DecisionsRefused(f"cleared.csv, row {at}: is no decision; restore the file from a copy") from None
        if found[-1].verdict not in VERDICTS:
            raise DecisionsRefused(f"cleared.csv, row {at}, verdict: is none of {', '.join(VERDICTS)}; correct it")
    return found
