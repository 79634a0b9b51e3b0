"""What the judge found as one self-contained page: worst first, every value escaped, no script."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from training.judge import beds
from training.judge.elsewhere import INSIDE
from training.judge.figure import cell
from training.judge.plots import plots
from training.judge.run import Judgement
from training.judge.worst import weakest

STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1b1b1b}"
    "table{border-collapse:collapse;margin:1rem 0;display:block;overflow-x:auto}"
    "th,td{border-bottom:1px solid #767676;padding:.3rem .5rem;text-align:left;white-space:nowrap}"
    ".told td:last-child{white-space:normal}img{max-width:100%}h1{font-size:1.5rem}h2{font-size:1.25rem}"
)
TITLES = {
    beds.TRUTH: "All orders of the test period, against the truth",
    beds.REVIEWED: "Orders that reviewers decided: do the probabilities hold",
    beds.QUARTER: "By quarter",
    beds.KIND: "One typology left out of the training, at a 1 % budget (unseen customers, all months)",
    beds.OTHER: "Every world: taught at home, and taught inside",
    beds.BLANKED: "Every diverter leaves out the cells that told most on him to the model",
    beds.GUIDED: "Honest orders given flags as published guidance says: what is kept of what the guidance finds",
    beds.PUBLIC: "Public cases and look-alikes among honest orders of the same class and months",
    beds.ALARM: "Flattery alarms",
}


RESULT = {"pass": "passed", "fail": "FAILED", "not evaluated": "not evaluated"}  # of an alarm
SHOWN_BY_QUARTER = (
    "orders",
    "diverted_orders",
    "average_precision",
    "precision_reviewing_1_percent",
    "found_reviewing_1_percent",
    "found_reviewing_5_percent",
)


COUNTED = ("lines", "orders", "diverted_orders")
SHOWN_BY_WORLD = (
    "average_precision",
    "precision_reviewing_1_percent",
    "found_reviewing_1_percent",
    "found_reviewing_5_percent",
    "value_found_reviewing_1_percent",
    "tpp_found_reviewing_1_percent",
    "alerts_per_1000_orders",
)


@dataclass(frozen=True)
class Table:
    """A table as shown."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """One test bed of the page."""

    title: str
    tables: tuple[tuple[str, Table], ...]


def page(found: Judgement, told: str) -> str:
    """The page as HTML; `told` is the command or the recipe that was judged."""
    room = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    return room.get_template("page.html.jinja").render(
        told=told,
        weak=list(weakest(found)),
        sections=list(sections(found.figures)),
        alarms=_alarms(found),
        plots=plots(found.figures),
        learnt=[(str(name), f"{share:.1%}") for name, share in found.learnt_from.head(15).items()],
        style=Markup(STYLE),  # noqa: S704  (our own constant; the browser accepts the sheet of this very hash only)
        style_hash=base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode(),
    )


def sections(table: pd.DataFrame) -> Iterator[Section]:
    """One section a bed, one table a world: cases and contenders down, or metrics down and contenders across."""
    for bed, title in TITLES.items():
        part = table[(table["bed"] == bed) & (bed != beds.ALARM)]
        if bed == beds.OTHER:
            tables = list(_by_world(table[table["bed"].isin([beds.OTHER, beds.TRUTH])])) if len(part) else []
        elif bed in (beds.KIND, beds.PUBLIC, beds.QUARTER):
            shown = part[~((bed == beds.QUARTER) & ~part["metric"].isin(SHOWN_BY_QUARTER))]
            tables = [(str(world), _by_case(rows)) for world, rows in shown.groupby("world", sort=False)]
        else:
            lots = part.groupby(["world", "case"], sort=False)
            tables = [(f"{world} {case}".strip(), _by_metric(rows)) for (world, case), rows in lots]
        if tables:
            yield Section(title, tuple(tables))


def _by_world(rows: pd.DataFrame) -> Iterator[tuple[str, Table]]:
    """A table a metric: worlds and where the contenders were taught down, contenders across; home stands first."""
    rows = rows.assign(case=rows["case"].replace("", INSIDE))
    counts = rows[(rows["contender"] == "test") & rows["metric"].isin(COUNTED)]
    told = {key: _counted(part) for key, part in counts.groupby(["world", "case"], sort=False)}
    named = rows.assign(world=[f"{key[0]} ({told[key]})" for key in zip(rows["world"], rows["case"], strict=True)])
    for metric in SHOWN_BY_WORLD:
        part = named[named["metric"] == metric]
        yield _words(metric), _wide(part, ["world", "case"], "contender")


def _by_metric(rows: pd.DataFrame) -> Table:
    """Metrics down, contenders across; what was counted stands in the column of the test itself."""
    return _wide(rows, ["metric"], "contender")


def _by_case(rows: pd.DataFrame) -> Table:
    """Cases and contenders down, metrics across; the number of orders or cases stands beside the case."""
    counts = rows["contender"] == "test"
    told = {case: _counted(part) for case, part in rows[counts].groupby("case", sort=False)}
    named = rows.assign(case=rows["case"].map(lambda case: f"{case} ({told[case]})" if case in told else case))
    return _wide(named[~counts], ["case", "contender"], "metric")


def _counted(rows: pd.DataFrame) -> str:
    return ", ".join(f"{value:.0f} {_words(name)}" for name, value in zip(rows["metric"], rows["value"], strict=True))


def _wide(rows: pd.DataFrame, down: list[str], across: str) -> Table:
    """The cells in their order of appearance; empty where there is no figure."""
    cells = rows.assign(cell=[cell(row) for _, row in rows.iterrows()])
    order = list(dict.fromkeys(rows[across]))
    wide = cells.pivot_table(index=down, columns=across, values="cell", aggfunc="first", sort=False)[order].fillna("")
    lines = zip(wide.index, wide.to_numpy(), strict=True)
    return Table((*down, *map(_words, order)), tuple((*map(_words, _key(key)), *row) for key, row in lines))


def _alarms(found: Judgement) -> Table:
    rows = (
        (_words(each.name), _figure(each.value), f"{each.limit:.3f}", RESULT[each.result], each.says)
        for each in found.alarms
    )
    return Table(("alarm", "figure", "limit", "result", "what it looks for"), tuple(rows))


def _figure(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"


def _key(key: object) -> tuple[str, ...]:
    return tuple(map(str, key)) if isinstance(key, tuple) else (str(key),)


def _words(name: str) -> str:
    return name.replace("_percent", " %").replace("0_5", "0.5").replace("_", " ")
