"""What a reviewer would see differently since the case was judged the time before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scoring.review import cases
from scoring.review.cases import Shown
from scoring.review.log import Actor
from scoring.review.store import Store
from scoring.review.web.render import plainly

COMPARED = ("gate", "gate_reasons", "authorisation", "action", "band", "score", "list_hits", "not_evaluated",
            "model_version", "lists_version", "rules_date")  # fmt: skip
"""Columns of a result whose change is told; flags and the cells of the order are compared one by one."""


@dataclass(frozen=True)
class Change:
    """One thing that differs on a line: before and now, as text; empty where there was or is nothing."""

    line: str
    what: str
    before: str
    now: str


def changes(store: Store, actor: Actor, told: Shown) -> list[Change]:
    """Every difference between the latest frozen records of a case and those before; contact persons stay masked."""
    found: list[Change] = []
    for line in told.lines:
        hashes = [each for event in told.events if (each := event["body"].get("frozen", {}).get(line["line_no"]))]
        earlier = [each for each in hashes if each != line["frozen"]]
        if line["body"] and earlier:
            before = cases.frozen(store, actor, earlier[-1]) or {}
            now = cases.frozen(store, actor, str(line["frozen"])) or {}
            found += [Change(line["line_no"], *each) for each in _differing(_facts(before), _facts(now))]
    return found


def _facts(body: Mapping[str, Any]) -> dict[str, str]:
    """What a frozen record says, by what it is called on the page."""
    result, flags = body.get("result", {}), body.get("flags", [])
    told = {name.replace("_", " "): plainly(result.get(name, "")) for name in COMPARED}
    told |= {f"order: {name.replace('_', ' ')}": plainly(cell) for name, cell in body.get("order", {}).items()}
    told |= {f"customer: {name.replace('_', ' ')}": plainly(cell) for name, cell in body.get("parties", {}).items()}
    return told | {f"flag: {flag['title']}": "raised" for flag in flags}


def _differing(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for name in dict.fromkeys([*before, *now]):
        if before.get(name, "") != now.get(name, ""):
            yield name, before.get(name, ""), now.get(name, "")
