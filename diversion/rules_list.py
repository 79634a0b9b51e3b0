"""Every dated row that a trial can change, as one table: what it does, from when to when, by which source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from features.reference.cards import DATED, Fault, TablesRefused
from features.reference.tables import Tables

COLUMNS = ("table", "key", "does", "start", "end", "source", "sure")


def listed(tables: Tables, on: pd.Timestamp | None = None, table: str | None = None) -> pd.DataFrame:
    """The rows of every table of rules, or of one, in force on a day or on any; COLUMNS, all text.

    Raises TablesRefused when no table of rules has that name.
    """
    names = [name for name, card in tables.cards.items() if card.kinds]
    if table is not None and table not in names:
        fault = Fault("--table", None, None, table, f"is no table of rules; these are: {', '.join(names)}")
        raise TablesRefused((fault,))
    found = [_rows(tables, name, on) for name in ([table] if table else names)]
    return pd.concat(found, ignore_index=True)


def _rows(tables: Tables, name: str, on: pd.Timestamp | None) -> pd.DataFrame:
    card = tables.cards[name]
    frame = tables.frames[name] if on is None else tables.in_force(name, on)
    cells = frame[[each for each in card.columns if each != card.key]].to_dict("records")
    columns = {
        "table": name,
        "key": frame[card.key],
        "does": [_does(each) for each in cells],
        **{day: frame[day].dt.strftime("%Y-%m-%d").fillna("") for day in ("start", "end")},
        **{each: frame[each] for each in DATED[2:]},
    }
    return pd.DataFrame(columns, columns=list(COLUMNS), index=frame.index).astype("str")


def _does(cells: Mapping[Any, Any]) -> str:
    """A sentence where the row has one, then every filled cell with its column."""
    says = str(cells.get("says", ""))
    rest = "; ".join(f"{column} {cell}" for column, cell in cells.items() if cell and column != "says")
    return f"{says} [{rest}]" if says else rest
