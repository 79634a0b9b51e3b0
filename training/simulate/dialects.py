"""The same book as other sellers' systems would write it: headings, dates, decimals, countries, yes and no."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from features.reference import tables

HERE = Path(__file__).parent
MONEY = ("unit_price", "line_value", "net_weight", "gross_weight", "annual_revenue", "dc_power_mw")
YES_NO = {"Y": 0, "N": 1}


@cache
def dialects() -> Mapping[str, Any]:
    """Each dialect's habits, by name."""
    told = tomllib.loads((HERE / "dialects.toml").read_text(encoding="utf-8"))
    return {name: habits for name, habits in told.items() if name != "format"}


def spoken(frame: pd.DataFrame, dialect: str) -> pd.DataFrame:
    """A table of the book in a dialect, all text; raises ValueError for a dialect that nobody speaks."""
    if dialect not in dialects():
        raise ValueError(f"no dialect {dialect!r}: {', '.join(dialects())}")
    told = dialects()[dialect]
    cells = {str(name): _spoken(column, str(name), told) for name, column in frame.items()}
    return pd.DataFrame(cells, index=frame.index).rename(columns=told["headings"])


def _spoken(column: "pd.Series[str]", name: str, told: Mapping[str, Any]) -> "pd.Series[str]":
    """One column: distinct cells are translated once."""
    words = column.dropna().unique()
    if name.endswith(("_date", "_since")):
        new = [day.strftime(told["date"]) for day in pd.to_datetime(words)]
    elif name.endswith("_country") or name == "country_of_origin":
        new = [_names().get(word, word) for word in words] if told["countries"] == "name" else list(words)
    elif name in MONEY:
        new = [_number(word, told) for word in words]
    elif len(words) and set(words) <= set(YES_NO):
        new = [told["yes_no"][YES_NO[word]] for word in words]
    else:
        return column
    return column.map(dict(zip(words, new, strict=True))).astype("str")


def _number(word: str, told: Mapping[str, Any]) -> str:
    """An amount with the dialect's marks."""
    plain = f"{float(word):,.{len(word.partition('.')[2])}f}"
    return plain.translate(str.maketrans({",": told["thousands"], ".": told["decimal"]}))


@cache
def _names() -> Mapping[str, str]:
    """Country names by code."""
    rows = tables.load().frames["countries"].drop_duplicates("iso2", keep="last")
    return dict(zip(rows["iso2"], rows["name"], strict=True))
