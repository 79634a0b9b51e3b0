"""Pages from templates: every cell of an order is text, whatever it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scoring.review.acts import can
from scoring.review.web import pictures
from scoring.review.words import words

ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
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


ENVIRONMENT.filters |= {"number": number, "moment": moment, "percent": percent}
ENVIRONMENT.globals |= {"words": words(), "levels": list(words()["level"].values()), "can": can, "pictures": pictures}


def page(template: str, *, status: int = 200, **told: Any) -> HTMLResponse:
    """The page of a template."""
    return HTMLResponse(ENVIRONMENT.get_template(template).render({"faults": [], **told}), status)
