"""A table that does not match its card is refused, every fault at once."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
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
    cells = {name: text[name].to_numpy(dtype=object) for name in {card.key, "source", "start", "end", "sure"}}
    for column in (card.key, "source", "start"):
        yield from _at(file, text, column, cells[column] == "", "is empty; fill it")
    for column in ("start", "end"):
        wrong = np.isnat(_days(frame, column)) & (cells[column] != "")
        yield from _at(file, text, column, wrong, "is not a date; write YYYY-MM-DD")
    if not set(cells["sure"]) <= set(SURE):
        yield from _at(file, text, "sure", ~np.isin(cells["sure"], SURE), f"is none of {', '.join(SURE)}")


def _period_faults(file: str, frame: pd.DataFrame, card: Card) -> Iterator[Fault]:
    """Rows that end before they start, and two rows of one key in force on one day."""
    start, end = (_days(frame, column) for column in PERIOD)
    yield from _at(file, frame, "end", end < start, "lies before the start; correct one of them")
    codes, _ = pd.factorize(frame[card.key], sort=True)
    order = np.lexsort((start, codes))
    before, after = order[:-1], order[1:]
    overlap = (codes[before] == codes[after]) & (np.isnat(end[before]) | (end[before] >= start[after]))
    remedy = "is in force twice on one day; end the earlier row first"
    yield from _at(file, frame.iloc[after], card.key, overlap, remedy)


def _days(frame: pd.DataFrame, column: str) -> npt.NDArray[np.datetime64]:
    return frame[column].to_numpy(dtype="datetime64[us]")


def _at(file: str, rows: pd.DataFrame, column: str, wrong: npt.NDArray[np.bool_], remedy: str) -> Iterator[Fault]:
    """One fault for each wrong cell of a column; the spreadsheet's row 1 is the heading."""
    for place, value in rows.loc[wrong, column].items() if wrong.any() else ():
        yield Fault(file, int(str(place)) + 2, column, str(value) or None, remedy)
