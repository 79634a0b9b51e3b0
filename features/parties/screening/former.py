"""Entries that a publisher gave another id: the decisions that people took on the old one go on."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from features.parties.normal_names import Spelling, spelt
from features.parties.screening.entries import Listed
from features.parties.screening.index import key
from features.parties.screening.reading import ListRefused
from features.parties.screening.whole import write

FILE = "former_ids.csv"
FORMAT = 1
COLUMNS = ("key", "former_key")


def renamed(old: Listed, new: Listed, told: Spelling) -> dict[str, str]:
    """New key to old key of entries that changed nothing but their id.

    They stand on the same list with the same primary name, countries and addresses, and on each side no second entry
    does; what else changed, an alias or a remark, reopens a decision and does not lose it.
    """
    before, after = set(old.entries["key"]), set(new.entries["key"])
    gone, come = _who(old, before - after, told), _who(new, after - before, told)
    return {key: gone[who] for who, key in sorted(come.items()) if who in gone}


def _who(listed: Listed, keys: set[str], told: Spelling) -> dict[tuple[str, ...], str]:
    """Entries of these keys by who they are; those that two entries could be are left out."""
    chosen = listed.entries[listed.entries["key"].isin(keys)]
    own = listed.addresses[listed.addresses["entry"].isin(chosen.index)]
    plain = own["text"].str.casefold().str.findall(r"\w+").str.join(" ")
    places = plain.groupby(own["entry"]).agg(lambda texts: "|".join(sorted(set(texts)))) if len(own) else own["text"]
    who = pd.DataFrame(
        {
            "list": chosen["list_code"],
            "name": [key(form) or name for form, name in zip(spelt(chosen["name"], told), chosen["name"], strict=True)],
            "countries": chosen["countries"].map(lambda cell: ";".join(sorted(cell.replace(" ", "").split(";")))),
            "places": places.reindex(chosen.index).fillna(""),
        }
    )
    alone = ~who.duplicated(keep=False)
    rows = who[alone].itertuples(index=False, name=None)
    return dict(zip(rows, chosen.loc[alone, "key"], strict=True))


def read(folder: Path) -> dict[str, str]:
    """Key to the oldest key of the same entry, over all versions; {} when no entry ever changed its id."""
    place = folder / FILE
    if not place.exists():
        return {}
    first, _, rest = place.read_text(encoding="utf-8").partition("\n")
    if first != f"# format {FORMAT}":
        raise ListRefused(f"{FILE}: is damaged or of a newer format; restore it, or install a newer diversion")
    steps = {row["key"]: row["former_key"] for row in csv.DictReader(io.StringIO(rest))}
    return {now: _oldest(now, steps) for now in steps}


def _oldest(now: str, steps: Mapping[str, str]) -> str:
    seen = {now}
    while (before := steps.get(now)) is not None and before not in seen:
        seen.add(before)
        now = before
    return now


def add(folder: Path, found: Mapping[str, str]) -> None:
    """Keeps what a new version renamed, beside what earlier ones did."""
    if not found:
        return
    place = folder / FILE
    before = place.read_text(encoding="utf-8") if place.exists() else f"# format {FORMAT}\n{','.join(COLUMNS)}\n"
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(sorted(found.items()))
    write(place, before + out.getvalue())
