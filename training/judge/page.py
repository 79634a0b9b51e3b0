"""What the judge found as one self-contained page: worst first, every value escaped, no script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from training.judge import beds
from training.judge.plots import plots
from training.judge.run import Judgement

STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1b1b1b}"
    "table{border-collapse:collapse;margin:1rem 0;display:block;overflow-x:auto}"
    "th,td{border-bottom:1px solid #767676;padding:.3rem .5rem;text-align:left;white-space:nowrap}"
    "img{max-width:100%}h1{font-size:1.5rem}h2{font-size:1.25rem}"
)
TITLES = {
    beds.TRUTH: "All orders of the test period, against the truth",
    beds.REVIEWED: "Orders that reviewers decided: do the probabilities hold",
    beds.QUARTER: "By quarter",
    beds.KIND: "One typology left out of the training, at a 1 % budget (unseen customers, all months)",
    beds.OTHER: "Taught in one world, judged in another",
    beds.BLANKED: "Every diverter leaves out the cells that told most on him to the model",
    beds.PUBLIC: "Public cases and look-alikes among honest orders of the same class and months",
    beds.ALARM: "Flattery alarms",
}


SHOWN_BY_QUARTER = (
    "orders",
    "diverted_orders",
    "average_precision",
    "precision_reviewing_1_percent",
    "found_reviewing_1_percent",
    "found_reviewing_5_percent",
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


def weakest(found: Judgement) -> Iterator[str]:
    """The figures a reader should know first: failed alarms, what was lost, who was as good."""
    for alarm in found.alarms:
        if alarm.failed:
            yield f"Alarm {alarm.name}: {alarm.value:.3f} against a limit of {alarm.limit:.3f}; {alarm.says}."
    table = found.figures
    ours = table[table["contender"] == "model"]
    ratios = ours[(ours["bed"] == beds.KIND) & (ours["metric"] == "ratio")].dropna(subset=["value"])
    for _, row in ratios.nsmallest(3, "value").iterrows():
        yield f"Typology {row['case']}, never taught: {row['value']:.2f} of what was found when taught{_ends(row)}."
    for bed in (beds.TRUTH, beds.BLANKED, beds.OTHER):
        rows = table[(table["bed"] == bed) & (table["metric"] == "average_precision")]
        for (world, case), part in rows.groupby(["world", "case"], sort=False):
            own = part[part["contender"] == "model"].iloc[0]
            better = part[part["value"] > own["value"]]
            beaten = f" Better: {', '.join(better['contender'].str.replace('_', ' '))}." if len(better) else ""
            yield f"{TITLES[bed]} ({f'{world} {case}'.strip()}): average precision {_cell(own)}.{beaten}"


def sections(table: pd.DataFrame) -> Iterator[Section]:
    """One section a bed, one table a world: cases and contenders down, or metrics down and contenders across."""
    for bed, title in TITLES.items():
        part = table[(table["bed"] == bed) & (bed != beds.ALARM)]
        if bed in (beds.KIND, beds.PUBLIC, beds.QUARTER):
            shown = part[~((bed == beds.QUARTER) & ~part["metric"].isin(SHOWN_BY_QUARTER))]
            tables = [(str(world), _by_case(rows)) for world, rows in shown.groupby("world", sort=False)]
        else:
            lots = part.groupby(["world", "case"], sort=False)
            tables = [(f"{world} {case}".strip(), _by_metric(rows)) for (world, case), rows in lots]
        if tables:
            yield Section(title, tuple(tables))


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
    cells = rows.assign(cell=[_cell(row) for _, row in rows.iterrows()])
    order = list(dict.fromkeys(rows[across]))
    wide = cells.pivot_table(index=down, columns=across, values="cell", aggfunc="first", sort=False)[order].fillna("")
    lines = zip(wide.index, wide.to_numpy(), strict=True)
    return Table((*down, *map(_words, order)), tuple((*map(_words, _key(key)), *row) for key, row in lines))


def _alarms(found: Judgement) -> Table:
    rows = (
        (_words(each.name), f"{each.value:.3f}", f"{each.limit:.3f}", "FAILED" if each.failed else "passed")
        for each in found.alarms
    )
    return Table(("alarm", "figure", "limit", "result"), tuple(rows))


def _key(key: object) -> tuple[str, ...]:
    return tuple(map(str, key)) if isinstance(key, tuple) else (str(key),)


def _words(name: str) -> str:
    return name.replace("_percent", " %").replace("0_5", "0.5").replace("_", " ")


def _cell(row: pd.Series) -> str:
    value = (
        "" if np.isnan(row["value"]) else f"{row['value']:.3f}" if abs(row["value"]) < 10 else f"{row['value']:,.0f}"
    )
    return f"{value}{_ends(row)}"


def _ends(row: pd.Series) -> str:
    return "" if np.isnan(row["low"]) else f" [{row['low']:.3f}, {row['high']:.3f}]"
