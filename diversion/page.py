"""What was understood of the files as one self-contained page: every value escaped, no script, one style sheet."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from diversion.understood import Joined, Understood
from features.orders.problems import refused

STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1b1b1b}"
    "table{border-collapse:collapse;width:100%;margin:1rem 0}"
    "td:nth-child(3),th:nth-child(3){white-space:nowrap}"
    "th,td{border-bottom:1px solid #767676;padding:.3rem .5rem;text-align:left;vertical-align:top;"
    "overflow-wrap:anywhere;white-space:pre-line}"
    "h1{font-size:1.5rem}h2{font-size:1.25rem}h3{font-size:1rem}"
)


def page(books: list[Understood], joins: Joined | None) -> str:
    """The page as HTML."""
    room = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    style = Markup(STYLE)  # noqa: S704  (our own constant; the browser accepts the sheet of this very hash only)
    return room.get_template("check.html.jinja").render(books=books, joins=joins, style=style, style_hash=digest)


def write(books: list[Understood], joins: Joined | None, out: Path) -> None:
    """Writes the page whole or not at all; raises OrdersRefused when it cannot be written."""
    text = page(books, joins)
    partial = out.with_name(f".{out.name}.partial")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        partial.replace(out)
    except OSError as fault:
        raise refused(out.name, f"the report cannot be written: {fault.strerror}", "choose another place") from None
