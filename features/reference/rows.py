"""A table that does not match its card is refused, every fault at once."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from features.reference.cards import DATED, Card, Fault, TablesRefused

PERIOD = ("start", "end")
SURE = ("seen", "derived", "memory")  # read in a source; follows from one; from memory, not to be relied on


def read_table(path: Path, card: Card) -> pd.DataFrame:
    """The table as text (empty is ""), `start` and `end` as dates, `end` missing while in force.

    Raises TablesRefused with every place that is not as the card says.
    """
    try:
        text = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except pd.errors.ParserError as error:
        raise TablesRefused((Fault(path.name, None, None, None, f"has a row of the wrong width ({error})"),)) from error
    except pd.errors.EmptyDataError as error:
        raise TablesRefused((Fault(path.name, None, None, None, "is empty; restore it"),)) from error
    except UnicodeDecodeError as error:
        raise TablesRefused((Fault(path.name, None, None, None, "is not UTF-8; save it as UTF-8"),)) from error
    faults = [*_heading_faults(path.name, text, card)]
    if not faults:
        text = text.fillna("")  # only a row that is too short leaves a gap
        frame = text.assign(start=_dates(text["start"]), end=_dates(text["end"]))
        faults = [*_cell_faults(path.name, text, frame, card), *_period_faults(path.name, frame, card)]
    if faults:
        raise TablesRefused(tuple(faults))
    return frame


def _dates(text: "pd.Series[str]") -> "pd.Series[pd.Timestamp]":
    """ISO dates; anything else is missing."""
    return pd.to_datetime(text, format="%Y-%m-%d", exact=True, errors="coerce").astype("datetime64[us]")


def _heading_faults(file: str, text: pd.DataFrame, card: Card) -> Iterator[Fault]:
    """Columns that the card names and the table lacks, or the other way round."""
    wanted = [*card.columns, *DATED]
    for column in wanted:
        if column not in text.columns:
            yield Fault(file, 1, column, None, "is missing; add the column, or take it out of the card")
    for column in text.columns:
        if column not in wanted:
            yield Fault(file, 1, str(column), None, "is not on the card; describe it there, or remove the column")
    if card.key not in card.columns:
        yield Fault(f"{card.name}.toml", None, "key", card.key, "is no column of the card")


def _cell_faults(file: str, text: pd.DataFrame, frame: pd.DataFrame, card: Card) -> Iterator[Fault]:
    """Row count, empty key, source or start, dates that are none, and degrees of sureness that are not known."""
    low, high = card.rows
    if not low <= len(text) <= high:
        yield Fault(
            file, None, None, str(len(text)), f"rows; the card expects {low} to {high}: check what went missing"
        )
    for column in (card.key, "source", "start"):
        yield from _at(file, text, column, text[column] == "", "is empty; fill it")
    for column in ("start", "end"):
        wrong = frame[column].isna() & (text[column] != "")
        yield from _at(file, text, column, wrong, "is not a date; write YYYY-MM-DD")
    yield from _at(file, text, "sure", ~text["sure"].isin(SURE), f"is none of {', '.join(SURE)}")


def _period_faults(file: str, frame: pd.DataFrame, card: Card) -> Iterator[Fault]:
    """Rows that end before they start, and two rows of one key in force on one day."""
    backwards = frame["end"] < frame["start"]
    yield from _at(file, frame, "end", backwards, "lies before the start; correct one of them")
    ordered = frame[[card.key, *PERIOD]].sort_values([card.key, "start"], kind="stable")
    before = ordered.shift(1)
    overlap = (ordered[card.key] == before[card.key]) & (before["end"].isna() | (before["end"] >= ordered["start"]))
    yield from _at(file, ordered, card.key, overlap, "is in force twice on one day; end the earlier row first")


def _at(file: str, rows: pd.DataFrame, column: str, wrong: "pd.Series[bool]", remedy: str) -> Iterator[Fault]:
    """One fault for each wrong cell of a column; the spreadsheet's row 1 is the heading."""
    for place, value in rows.loc[wrong, column].items() if wrong.any() else ():
        yield Fault(file, int(str(place)) + 2, column, str(value) or None, remedy)
