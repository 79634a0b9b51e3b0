"""What a trial changes, as one page: no script, no network, every word of the files escaped, the report's sheet."""

from __future__ import annotations

import base64
import hashlib
import math
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from diversion.rules_diff import COUNTED, Difference
from diversion.rules_tally import Tally
from features.orders.problems import shown
from features.reference.trial_rows import Entry
from scoring.ranked import ACTIONS
from scoring.report import HERE as SHEETS

LINES_SHOWN = 50
REASONS_SHOWN = 3


@dataclass(frozen=True)
class Reasons:
    """Reasons as the page shows them: the first few, and how many more there are."""

    first: tuple[str, ...]
    more: int


def page(of: Difference, sums: Tally, said: tuple[str, ...]) -> str:
    """The page as HTML; `said` are the sentences that name the model. The same difference gives the same text."""
    folder = FileSystemLoader(Path(__file__).parent)
    room = Environment(loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    room.filters |= {"shown": shown, "count": count}
    style = SHEETS.joinpath("report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    sheet = Markup(style)  # noqa: S704  (our own file; the browser accepts the sheet of this very hash only)
    return room.get_template("rules.html.jinja").render(
        of=of,
        sums=sums,
        head=_head(of, said),
        entries=[told(each) for each in of.trial.entries],
        lines=_lines(of),
        left_out=max(len(of.changed) - LINES_SHOWN, 0),
        style=sheet,
        style_hash=digest,
    )


def told(entry: Entry) -> tuple[str, str, str]:
    """Table and keys, days and what is changed, of one entry of a trial."""
    day = f"{entry.first:%Y-%m-%d}"
    until = "" if entry.last is None else f" to {entry.last:%Y-%m-%d}"
    days = f"last day {day}" if entry.kind == "end" else f"from {day}{until}"
    stated = [f"{column}: {cell or '(empty)'}" for column, cell in entry.stated.items()]
    words = [f"{column}: + {cell}" for column, cell in entry.added.items()]
    words += [f"{column}: − {cell}" for column, cell in entry.dropped.items()]
    keys = ", ".join(filter(None, entry.keys)) or "new row"
    return f"{entry.table}, {keys}", days, "; ".join([*stated, *words]) or "the row ends"


def _head(of: Difference, said: tuple[str, ...]) -> list[tuple[str, str]]:
    """What was compared, by which tables and which model."""
    days = sorted(of.after.results["rules_date"].dropna().unique()) or ["no day"]
    master = "none: headquarters and parents are not known" if of.after.known.customers is None else "given"
    return [
        ("File", f"{shown(of.book.file)}, sha256 {of.book.sha256[:12]}"),
        ("Trial", f"{of.trial.file}, {of.trial.mark}"),
        ("Against", of.trial.against or "the rules as they are"),
        ("Rules of", days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"),
        ("Tables", f"{of.before.known.tables.version}, on trial {of.after.known.tables.version}"),
        ("Customer file", master),
        ("Model", " · ".join(said)),
    ]


def _lines(of: Difference) -> list[dict[str, object]]:
    """The changed lines that the page shows: the most pressing action first, then the largest value."""
    rank = of.changed["action_after"].map({name: at for at, name in enumerate(ACTIONS)})
    order = of.changed.assign(rank=rank.astype("int64")).sort_values(
        ["rank", "usd", "row"], ascending=[True, False, True], kind="stable"
    )
    top = order.head(LINES_SHOWN).astype(object)
    top = top.where(top.notna(), None)
    told = {name: top[name].map(_reasons) for name in ("reasons_new", "reasons_gone")}
    return [{str(name): cell for name, cell in row.items()} for row in top.assign(**told).to_dict("records")]


def _reasons(cell: str | None) -> Reasons:
    """The reasons of a cell: the first rules, then the first sum that was counted for them."""
    reasons = [each for each in (cell or "").split(" | ") if each]
    sums = [each for each in reasons if each.startswith(COUNTED)]
    first = [*[each for each in reasons if each not in sums][: REASONS_SHOWN - len(sums[:1])], *sums[:1]]
    return Reasons(tuple(first), len(reasons) - len(first))


def count(number: float | None) -> str:
    """A number with thousands separators; a dash where there is none."""
    return "–" if number is None or math.isnan(number) else f"{number:,.0f}"
