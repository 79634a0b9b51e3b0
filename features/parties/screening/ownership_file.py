"""Who owns whom, as the user's file says it: read whole or refused, each version kept and dated."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from features.parties.names import name_keys
from features.parties.screening.reading import ListRefused
from features.parties.screening.whole import write

CURRENT = "ownership.csv"  # in the folder of the lists; a file that somebody put there counts, though it has no day
KEPT = "ownership"  # folder of its dated versions
FORMAT = 1
NEEDED = ("owner", "owned", "percent")
COLUMNS = (*NEEDED, "as_of", "source", "owner_country", "owned_country")
HEADINGS = f"headings are {', '.join(COLUMNS)}; the last four may be missing"


@dataclass(frozen=True)
class Ownership:
    """Shares with the version they come from; `table` has COLUMNS, percent a number from 0 to 100, or missing."""

    table: pd.DataFrame
    version: str


def import_ownership(home: Path, file: Path, today: date, dated: date | None = None) -> Ownership:
    """Keeps a file of shares as the newest version; raises ListRefused with every row that is no share."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise ListRefused(f"{file.name}: cannot be read ({error}); save it as CSV in UTF-8") from None
    table, day = _table(file.name, text), (dated or today).isoformat()
    plain = f"# format {FORMAT}\n{table.to_csv(index=False, float_format='%.6g', lineterminator=chr(10))}"
    folder = home / "lists"
    write(folder / KEPT / f"{day}.csv", plain)
    write(folder / CURRENT, _versions(folder)[-1].read_text(encoding="utf-8"))
    return Ownership(table, _named(day, plain))


def load(home: Path, day: date | None = None) -> Ownership | None:
    """The shares in use (without a day), or those kept on a day; None when there are none."""
    place = home / "lists" / CURRENT if day is None else kept_on(home, day)
    if place is None or not place.exists():
        return None
    text = place.read_text(encoding="utf-8-sig")
    days = [each.stem for each in _versions(home / "lists") if each.read_text(encoding="utf-8") == text]
    return Ownership(_table(place.name, text), _named(days[-1] if days else "undated", text))


def kept_on(home: Path, day: date) -> Path | None:
    """The file of the newest version of a day or before it."""
    early = [each for each in _versions(home / "lists") if each.stem <= day.isoformat()]
    return early[-1] if early else None


def _versions(folder: Path) -> list[Path]:
    """One file a day, oldest first; of two imports of one day the later one counts."""
    return sorted((folder / KEPT).glob("????-??-??.csv"))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _named(day: str, text: str) -> str:
    return f"ownership {day} {_digest(text)}"


def _table(name: str, text: str) -> pd.DataFrame:
    """The shares of a file; every row that cannot be one is named, and then none is taken."""
    first, _, rest = text.partition("\n")
    skipped = first.startswith("# format ")
    if skipped and first.strip() != f"# format {FORMAT}":
        raise ListRefused(f"{name}: is of a newer format; install a newer diversion")
    try:
        told = pd.read_csv(io.StringIO(rest if skipped else text), dtype="str", keep_default_na=False)
    except ValueError as error:
        raise ListRefused(f"{name}: cannot be read ({error}); save it as CSV in UTF-8") from None
    told.columns = told.columns.str.strip().str.lower()
    lacking = [column for column in NEEDED if column not in told]
    if lacking or told.empty:
        wrong = f"no column {', '.join(lacking)}" if lacking else "no share below the headings"
        raise ListRefused(f"{name}, row 1: {wrong}; {HEADINGS}")
    told = told.reindex(columns=list(COLUMNS), fill_value="").apply(lambda column: column.str.strip())
    wrong_rows = sorted(_wrong(told, 3 if skipped else 2))
    if wrong_rows:
        raise ListRefused(*(f"{name}, row {row}, {said}" for row, said in wrong_rows))
    shares: pd.DataFrame = told.assign(percent=_percent(told["percent"]))
    return shares


def _percent(cells: pd.Series) -> pd.Series:
    return pd.to_numeric(cells.str.rstrip(" %"), errors="coerce").astype("float64")


def _wrong(told: pd.DataFrame, first: int) -> Iterator[tuple[int, str]]:
    """(row of the file, what is wrong and what to do)."""
    for column in ("owner", "owned"):
        for at in told.index[name_keys(told[column]).isna()]:
            yield at + first, f"{column}: '{told[column][at]}' names nobody; write the name of the party"
    share = _percent(told["percent"])
    for at in told.index[(told["percent"] != "") & ~share.between(0, 100)]:
        yield (
            at + first,
            f"percent: '{told['percent'][at]}' is no share from 0 to 100; write the number with a point, or leave the"
            " cell empty where the share is unknown",
        )
    day = pd.to_datetime(told["as_of"], format="%Y-%m-%d", errors="coerce")
    for at in told.index[(told["as_of"] != "") & day.isna()]:
        yield at + first, f"as_of: '{told['as_of'][at]}' is no day; write YYYY-MM-DD"
    same = name_keys(told["owner"]) == name_keys(told["owned"])
    for at in told.index[same.fillna(False)]:
        yield at + first, f"owned: '{told['owned'][at]}' owns itself; write its owner, or take the row out"
