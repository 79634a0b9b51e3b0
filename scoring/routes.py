"""Where the goods go: sellers' countries against destinations, with the stops named on the way."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from features.lines import stops
from scoring.batch import Scored
from scoring.ranked import ACTIONS

ORIGINS, DESTINATIONS, STOPS = 5, 20, 3  # countries named; a page holds no more, the rest is counted together
HEATS = 4
OTHER = "other countries"
NOT_STATED = "not stated"


@dataclass(frozen=True)
class Cell:
    """Lines of one route, the most pressing action, and 0 … HEATS for the share of lines that do not simply release."""

    lines: int
    worst: str
    heat: int


@dataclass(frozen=True)
class Row:
    """A destination: a cell for each origin (None without lines), all of them together, and the stops on the way."""

    destination: str
    cells: tuple[Cell | None, ...]
    whole: Cell
    stops: str


@dataclass(frozen=True)
class Routes:
    """The matrix: origins across, destinations down, those with most open lines first."""

    origins: tuple[str, ...]
    rows: tuple[Row, ...]


def routes(scored: Scored, names: dict[str, str]) -> Routes:
    """The routes of the scored lines; `names` are country names by code."""
    lines = pd.DataFrame(
        {
            "origin": _most(scored.lines["seller_country"].fillna("US, not stated"), names, ORIGINS),
            "rank": scored.results.loc[scored.lines.index, "action"].map(ACTIONS.index).astype("int64"),
        },
        index=scored.lines.index,
    )
    lines["open"] = lines["rank"] < ACTIONS.index("release")
    lines["destination"] = _most(scored.lines["destination_country"], names, DESTINATIONS, lines["open"])
    on_the_way = _stops(scored.lines, names)
    origins = _most_open_first(lines, "origin")
    rows = [
        _row(place, lines[lines["destination"] == place], origins, on_the_way)
        for place in _most_open_first(lines, "destination")
    ]
    return Routes(origins, tuple(rows))


def _most_open_first(lines: pd.DataFrame, column: str) -> tuple[str, ...]:
    """The countries of a column by open lines, then by lines; those counted together stand last."""
    count = lines.groupby(column)["open"].agg(["sum", "size"]).reset_index().assign(other=lambda f: f[column] == OTHER)
    falling = count.sort_values(["other", "sum", "size", column], ascending=[True, False, False, True])
    return tuple(map(str, falling[column]))


def _row(place: str, lines: pd.DataFrame, origins: tuple[str, ...], on_the_way: pd.Series) -> Row:
    cells = tuple(_cell(lines[lines["origin"] == origin]) for origin in origins)
    whole = _cell(lines)
    assert whole is not None, "a destination has lines"  # noqa: S101
    passed = on_the_way[on_the_way.index.isin(lines.index)].value_counts()
    named = sorted(passed.items(), key=lambda pair: (-pair[1], str(pair[0])))
    said = [f"{country} {count:,}" for country, count in named[:STOPS]]
    return Row(place, cells, whole, ", ".join(said) + (", …" if len(named) > STOPS else ""))


def _cell(lines: pd.DataFrame) -> Cell | None:
    if lines.empty:
        return None
    heat = -int(-float(lines["open"].mean()) * HEATS // 1)  # rounded up: one open line in a thousand is not cold
    return Cell(len(lines), ACTIONS[int(lines["rank"].min())], heat)


def _most(codes: pd.Series, names: dict[str, str], most: int, weight: pd.Series | None = None) -> pd.Series:
    """Country names, those beyond the `most` frequent (by weight, then by lines) as one."""
    said = codes.map(lambda code: _named(str(code), names), na_action="ignore").astype("str").fillna(NOT_STATED)
    count = pd.DataFrame({"said": said, "weight": 1 if weight is None else weight}).groupby("said")["weight"]
    order = (
        count.agg(["sum", "size"]).reset_index().sort_values(["sum", "size", "said"], ascending=[False, False, True])
    )
    return said.where(said.isin(set(order["said"].head(most))), OTHER)


def _named(code: str, names: dict[str, str]) -> str:
    start, comma, rest = code.partition(",")
    return names.get(start, start) + comma + rest


def _stops(lines: pd.DataFrame, names: dict[str, str]) -> pd.Series:
    """Each stop of each line once, by country name: the stated route and the intermediate consignee's country.

    Goods that stop in the country they go to have arrived: that is no stop.
    """
    columns = [*stops(lines["transit_countries"]).items(), ("inter", lines["inter_consignee_country"])]
    found = pd.concat([column.dropna() for _, column in columns]) if columns else pd.Series(dtype="str")
    found = found[found != lines["destination_country"].reindex(found.index)]
    pairs = pd.DataFrame({"line": found.index, "stop": found.to_numpy()}).drop_duplicates()
    return pairs.set_index("line")["stop"].map(lambda code: names.get(str(code), str(code)))
