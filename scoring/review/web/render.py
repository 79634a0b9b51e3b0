"""Pages from templates: every cell of an order is text, whatever it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scoring.review.acts import can
from scoring.review.upright import upright
from scoring.review.web import pictures
from scoring.review.words import words

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True, finalize=upright,
)  # fmt: skip


def number(value: float | None, digits: int = 0) -> str:
    """A number with thousands parted, or a dash where there is none."""
    return "–" if value is None else f"{value:,.{digits}f}"


def moment(stored: str | None) -> str:
    """A stored moment to the minute: "2026-11-25 08:30"."""
    return "–" if not stored else stored[:16].replace("T", " ")


def percent(share: float | None) -> str:
    """A share as a whole percentage."""
    return "–" if share is None else f"{share:.0%}"


def plainly(cell: object) -> str:
    """A value of an event as a person reads it: moments to the minute, scores to three places, lists one by one.

    >>> plainly(["1", "2"]), plainly(0.49345), plainly("2026-11-25T08:30:00.000000Z"), plainly({"role": "viewer"})
    ('1, 2', '0.493', '2026-11-25 08:30', 'role: viewer')
    """
    if isinstance(cell, list):
        return ", ".join(plainly(each) for each in cell)
    if isinstance(cell, dict):
        return "; ".join(f"{name}: {plainly(each)}" for name, each in cell.items())
    if isinstance(cell, float):
        return f"{cell:,.0f}" if cell.is_integer() else f"{cell:,.3f}"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return moment(cell) if isinstance(cell, str) and STAMP.fullmatch(cell) else str(cell)


def together(faults: Sequence[str]) -> list[str]:
    """Sentences that say the same of several flags as one.

    >>> together(["comment: hold needs one", "flag a: not answered", "flag b: not answered"])
    ['comment: hold needs one', 'flags a, b: not answered']
    """
    flags: dict[str, list[str]] = {}
    for fault in faults:
        if fault.startswith("flag "):
            key, _, what = fault.removeprefix("flag ").partition(": ")
            flags.setdefault(what, []).append(key)
    told = [f"flag{'s' if len(keys) > 1 else ''} {', '.join(keys)}: {what}" for what, keys in flags.items()]
    return [fault for fault in faults if not fault.startswith("flag ")] + told


ENVIRONMENT.filters |= {
    "number": number, "moment": moment, "percent": percent, "plainly": plainly, "together": together,
}  # fmt: skip
ENVIRONMENT.globals |= {"words": words(), "levels": list(words()["level"].values()), "can": can, "pictures": pictures}


def page(template: str, *, status: int = 200, **told: Any) -> HTMLResponse:
    """The page of a template."""
    return HTMLResponse(ENVIRONMENT.get_template(template).render({"faults": [], **told}), status)
