"""The promotions and rollbacks of a tracking folder: which model scored when, by whose word, and what before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from scoring.atomic import whole_file
from scoring.model import ModelRefused

FORMAT = 1
NAME = "promotions.jsonl"
BASELINE = "baseline"
"""Stands for the shipped model where no version was promoted before."""


@dataclass(frozen=True)
class Event:
    """One promotion or rollback: the version that scores from then on; `by`, `reason` and `gates` where there are any.

    `gates` is the sha256 of the gate report, `failed` and `open` its gates that did not hold or were not evaluated.
    """

    event: Literal["promoted", "rolled back"]
    version: str
    on: str
    by: str = ""
    reason: str = ""
    gates: str = ""
    failed: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    format: int = FORMAT


def events(mlruns: Path) -> tuple[Event, ...]:
    """All of them, oldest first; raises ModelRefused for a list that is damaged or newer."""
    place = mlruns / NAME
    return tuple(_read(place)) if place.exists() else ()


def add(mlruns: Path, event: Event) -> None:
    """Adds an event at the end of the list, which is replaced whole."""
    lines = [json.dumps(asdict(each), sort_keys=True) for each in (*events(mlruns), event)]
    with whole_file(mlruns / NAME) as place:
        place.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def before(told: tuple[Event, ...]) -> str | None:
    """The version that a rollback would bring back: BASELINE under the first one; None where nothing is promoted.

    Versions rolled back from are never gone back to.

    >>> before((Event("promoted", "1", ""), Event("promoted", "2", ""), Event("rolled back", "1", "")))
    'baseline'
    """
    standing: list[str] = []
    for each in told:
        if each.event == "promoted":
            standing += [each.version] if standing[-1:] != [each.version] else []
        elif standing:
            standing.pop()
    return None if not standing else [BASELINE, *standing][-2]


def _read(place: Path) -> Iterator[Event]:
    for line in place.read_text(encoding="utf-8").splitlines():
        try:
            told: dict[str, Any] = json.loads(line)
            if told["format"] != FORMAT:
                raise ModelRefused(f"{place} has format {told['format']}: install the version that wrote it")
            yield Event(**{**told, "failed": tuple(told["failed"]), "open": tuple(told["open"])})
        except (ValueError, KeyError, TypeError) as fault:
            raise ModelRefused(f"{place} is damaged ({type(fault).__name__}): restore it from a backup") from fault
