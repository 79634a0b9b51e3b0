"""The result as one page that a manager can read: no script, no network, every word of the file escaped."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from features.affiliates import state_on
from features.known import Known
from features.orders.book import Book
from features.orders.problems import shown
from scoring import tallies
from scoring.atomic import whole_file
from scoring.batch import Scored, provenance
from scoring.model import Model
from scoring.ranked import queue
from scoring.result import ResultRefused, why
from scoring.result import check_place as check
from scoring.routes import HEATS, routes

HERE = Path(__file__).parent
SUFFIXES = (".html", ".htm")


@dataclass(frozen=True)
class Judged:
    """A scored file with what it was scored by; `said` are the sentences that name model and bands.

    `base_rate` is the one asked for, or None for the model's own.
    """

    book: Book
    scored: Scored
    known: Known
    said: tuple[str, ...]
    model: Model
    base_rate: float | None = None


def check_place(path: Path) -> None:
    """Refuses a report that would not be a page, or that cannot stand there; raises ResultRefused."""
    check(path, SUFFIXES)


def page(of: Judged) -> str:
    """The page as HTML; the same judgement gives the same text."""
    room = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    room.filters |= {"shown": shown, "count": _count, "share": _share}
    style = HERE.joinpath("report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    sheet = Markup(style)  # noqa: S704  (our own file; the browser accepts the sheet of this very hash only)
    return room.get_template("report.html.jinja").render(style=sheet, style_hash=digest, **_facts(of))


@contextmanager
def whole(text: str, path: Path | None) -> Iterator[None]:
    """Writes the page, when one is asked for, and lets it stand at `path` once the block ends well.

    Raises ResultRefused when it cannot be written, before the block begins where that shows by then.
    """
    if path is None:
        yield
        return
    try:
        with whole_file(path) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")
            yield
    except OSError as fault:
        raise ResultRefused(why(fault, path)) from fault


def _facts(of: Judged) -> dict[str, Any]:
    """What the template shows."""
    results, lines = of.scored.results, of.scored.lines
    orders, left_out = queue(of.book, of.scored)
    flags = tallies.flag_counts(of.book, of.scored)
    countries = of.known.tables.frames["countries"].drop_duplicates("iso2").set_index("iso2")["name"]
    names = {str(code): str(name) for code, name in countries.items()}
    totals = {name: tallies.totals(of.book, of.scored, name) for name in tallies.FROM_WORST}
    return {
        "book": of.book,
        "simulated": bool(of.model.facts["simulated"]),
        "head": _head(of),
        "status": [(name, int((results["status"] == name).sum())) for name in ("scored", "rejected", "skipped")],
        "orders": sum(total.orders for total in totals["action"]),
        "lines": len(lines),
        "without_usd": int(lines["usd"].isna().sum()),
        "without_chips": int(lines["chips"].isna().sum()),
        "totals": totals,
        "bar": _bar(totals["action"]),
        "queue": orders,
        "left_out": left_out,
        "names": names,
        "routes": routes(of.scored, names),
        "heats": range(HEATS + 1),
        "seen": sorted((each for each in flags if each.seen), key=lambda each: -each.seen)[: tallies.FLAGS],
        "open": sorted((each for each in flags if each.open_lines), key=lambda each: (-each.open_share, -each.applies)),
        "completeness": float(results["completeness"].median()),
        "below_minimum": int((results["completeness"] < of.model.minimum_completeness).sum()),
        "minimum": of.model.minimum_completeness,
        "asked": tallies.asked(of.book, of.scored)[: tallies.QUESTIONS],
        "problems": tallies.problems(of.book)[: tallies.PROBLEMS],
        "more_problems": max(len(tallies.problems(of.book)) - tallies.PROBLEMS, 0),
    }


def _head(of: Judged) -> list[tuple[str, str]]:
    """What was judged, by which rules, lists, model and bands."""
    days = sorted(of.scored.results["rules_date"].dropna().unique()) or ["no day"]
    rules = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}, each order by those of its own day"
    rate = of.model.base_rate if of.base_rate is None else of.base_rate
    master = "none: headquarters and parents are not known" if of.known.customers is None else "given"
    return [
        ("File", f"{shown(of.book.file)}, sha256 {of.book.sha256[:12]}"),
        ("Rules of", rules),
        ("Lists", str(of.scored.results["lists_version"].iloc[0])),
        ("Customer file", master),
        ("Affiliates rule", state_on(of.known.as_of, of.known)),
        ("Model", provenance(of.model)),
        ("Chosen", " · ".join(of.said)),
        (
            "Score",
            f"probability that a review would confirm diversion, where {rate:.1%} of reviewed lines are confirmed",
        ),
    ]


def _bar(totals: tuple[tallies.Total, ...]) -> list[tuple[str, int, float, float]]:
    """Segments (action, orders, start, width) of a bar that is 100 long."""
    whole, start, found = sum(total.orders for total in totals) or 1, 0.0, []
    for total in totals:
        width = 100 * total.orders / whole
        found.append((total.value, total.orders, round(start, 2), round(width, 2)))
        start += width
    return found


def _count(number: float) -> str:
    """A number with thousands separators; a dash where there is none."""
    return "–" if math.isnan(number) else f"{number:,.0f}"


def _share(number: float) -> str:
    return "–" if math.isnan(number) else f"{number:.0%}"
