"""The red flags of published guidance, each declared once in `reference/red_flags.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

SINCE_NOT_EVALUATED = 0.1
"""Share of not-evaluated flags assumed to be a yes when the guidance alone sets their level.

The founders' judgement: a flag nobody could check is neither a no nor a yes; a tenth keeps it above every clean answer
and far below a seen flag. Reviewed outcomes replace it.
"""


@dataclass(frozen=True)
class RedFlag:
    """One indicator: its title in our words, its source, how sure, and the question it asks.

    `log_odds` is what a yes adds to the log-odds of diversion before any outcome is known. `unseen` says why no feature
    measures it; a measured flag has none.
    """

    key: str
    title: str
    source: str
    sure: Literal["seen", "derived", "memory"]
    refs: tuple[str, ...]
    ask: str
    log_odds: float
    classes: tuple[str, ...]
    legs: tuple[str, ...]
    unseen: str | None = None


@cache
def red_flags() -> dict[str, RedFlag]:
    """Every declared flag by its key, in the order of the file."""
    text = files("features.reference").joinpath("red_flags.toml").read_text(encoding="utf-8")
    return {key: _flag(key, entry) for key, entry in tomllib.loads(text).items() if isinstance(entry, dict)}


def _flag(key: str, entry: dict[str, object]) -> RedFlag:
    lists: dict[str, tuple[str, ...]] = {name: tuple(entry[name]) for name in ("refs", "classes", "legs")}  # type: ignore[arg-type]  # TOML arrays
    return RedFlag(**{**entry, **lists, "key": key})  # type: ignore[arg-type]  # a wrong or missing key raises by name
