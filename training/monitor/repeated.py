"""Alarms that come again: each watch of a model is kept in the home, so that the same alarm twice can act.

One watch may be chance. Watches of one week count once: the same orders looked at again are no second sign.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from scoring.atomic import whole_file
from scoring.model import ModelRefused

FORMAT = 1
NAME = "watches.jsonl"  # of a home
APART = 7  # days from one watch to the next that counts


@dataclass(frozen=True)
class Watch:
    """One watch that counted: its day, the sha256 of the model folder, and the alarms that were raised."""

    on: str
    model: str
    alarms: tuple[str, ...]
    format: int = FORMAT


def kept(home: Path, on: date, model: str, alarms: Iterable[str]) -> tuple[Watch, ...]:
    """Adds this watch to those of the home and gives them all; within a week of the last one it takes that one's place.

    A watch of a day before the last one of the model is not kept. Raises ModelRefused for a damaged or newer file.
    """
    place = home / NAME
    told = list(_read(place)) if place.exists() else []
    now = Watch(on.isoformat(), model, tuple(sorted(alarms)))
    last = told[-1] if told and told[-1].model == model else None
    days = APART if last is None else (on - date.fromisoformat(last.on)).days
    if days < 0:
        return tuple(told)
    if last is not None and days < APART:
        told[-1] = Watch(last.on, model, now.alarms)
    else:
        told.append(now)
    home.mkdir(parents=True, exist_ok=True)
    with whole_file(place) as file:
        lines = [json.dumps(asdict(each), sort_keys=True) for each in told]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return tuple(told)


def again(watches: tuple[Watch, ...], times: int) -> tuple[str, ...]:
    """The alarms raised in each of the last so many watches, all of the model that was watched last.

    >>> again((Watch("2026-01-05", "a", ("score",)), Watch("2026-01-12", "a", ("hits", "score"))), 2)
    ('score',)
    """
    last = watches[-times:]
    if len(last) < times or len({each.model for each in last}) > 1:
        return ()
    return tuple(sorted(set.intersection(*(set(each.alarms) for each in last))))


def _read(place: Path) -> Iterable[Watch]:
    for line in place.read_text(encoding="utf-8").splitlines():
        try:
            told: dict[str, Any] = json.loads(line)
            if told["format"] != FORMAT:
                raise ModelRefused(f"{place} has format {told['format']}: install the version that wrote it")
            date.fromisoformat(told["on"])
            yield Watch(**{**told, "alarms": tuple(told["alarms"])})
        except (ValueError, KeyError, TypeError) as fault:
            raise ModelRefused(f"{place} is damaged ({type(fault).__name__}): restore it, or delete it") from fault
