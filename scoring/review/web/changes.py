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
from scoring.review.withheld import keeps_back, neutral

COMPARED = ("gate", "gate_reasons", "authorisation", "action", "band", "score", "list_hits", "not_evaluated",
            "model_version", "lists_version", "rules_date")  # fmt: skip
"""Columns of a result whose change is told; flags and the cells of the order are compared one by one."""
PARTS = {"gate reasons": " | ", "list hits": "; ", "not evaluated": "; "}
"""Columns that hold several things, and what parts them: only those that went and those that came are told."""


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
            before, now = (
                _facts(cases.frozen(store, actor, name) or {}, keeps_back(told.case, actor))
                for name in (earlier[-1], str(line["frozen"]))
            )
            found += [Change(line["line_no"], *each) for each in _differing(before, now)]
    return found


def _facts(body: Mapping[str, Any], kept_back: bool) -> dict[str, str]:
    """What a frozen record says, by what it is called on the page; who may yet judge sees no released case."""
    result, flags = body.get("result", {}), body.get("flags", [])
    result = neutral(result) if kept_back else result
    told = {name.replace("_", " "): plainly(result.get(name, "")) for name in COMPARED}
    told |= {f"order: {name.replace('_', ' ')}": plainly(cell) for name, cell in body.get("order", {}).items()}
    told |= {f"customer: {name.replace('_', ' ')}": plainly(cell) for name, cell in body.get("parties", {}).items()}
    return told | {f"flag: {flag['title']}": "raised" for flag in flags}


def _differing(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for name in dict.fromkeys([*before, *now]):
        then, since = before.get(name, ""), now.get(name, "")
        if name in PARTS:
            then, since = _without(then, since, PARTS[name]), _without(since, then, PARTS[name])
        if then != since:
            yield name, then, since


def _without(text: str, other: str, between: str) -> str:
    """The parts of a text that the other has not."""
    return between.join(each for each in text.split(between) if each not in other.split(between))
