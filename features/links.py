"""Which parties of the past share an address, telephone, domain, registration, customer number or owner, since when.

A trace that many parties share (formation agent, forwarder's warehouse, free zone) would glue the whole world
together: only the first AT_MOST parties at a trace are linked by it; who comes later is linked to nobody by it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.links_seen import Bools, Ints, days_of
from features.past.columns import ROLES, TRACED, TRACES

AT_MOST = 10
"""Parties that one trace links (the founders' judgement: a group of affiliates has fewer, a formation agent more)."""

NUMBER, OWNER = "number", "owner"
KINDS = (*TRACES, NUMBER, OWNER)
"""What links two parties; `number` is the seller's customer number, under which a renamed customer stays one."""

NUMBERED = "id:"  # how the key of a buyer begins that has a customer number

IDENTITY = ("registration", NUMBER)
"""Kinds of trace that only one firm has: two names under it are one party."""


@dataclass(frozen=True)
class Coded:
    """Rows as codes, -1 where a cell is empty: parties by name and country, traces of all kinds side by side.

    `day` is the last day on which a row of the past was not known yet (it counts for later days only), or the order
    date of a line that asks. `parties[role]`, `traces[role, kind]`, `customer` and `part` have one code a row;
    `identity` says of each trace whether only one firm has it; `names` is the name without country of each party,
    `titles` its key.
    """

    day: Ints
    parties: dict[str, Ints]
    traces: dict[tuple[str, str], Ints]
    customer: Ints
    part: Ints
    identity: Bools
    names: Ints
    titles: pd.Index


def coded(past: pd.DataFrame, own: pd.DataFrame, day: Ints, owners: pd.Series) -> tuple[Coded, Coded]:
    """The rows of the past (`past.columns`) and those of the lines that ask, under the same codes; order kept.

    `own` holds the category columns of the past for the lines, `day` their order dates; `owners` is the key of the
    ultimate parent by the key of a party, both as in the past ("name|country"). A party or trace of which one of them
    has no column is told of the other alone; customers and parts without a column are none.
    """
    frames = (past, own)
    parties, titles = _together(frames, [f"{role}_name" for role in ROLES])
    owner = np.append(_owned(titles, owners), -1)
    traces: list[dict[tuple[str, str], Ints]] = [{}, {}]
    identity, below = [np.zeros(0, dtype=bool)], 0
    for kind in KINDS:
        found, count = _of_kind(kind, frames, parties, owner)
        for told, codes in zip(traces, found, strict=True):
            told |= {(role, kind): np.where(each < 0, -1, each + below) for role, each in codes.items()}
        identity.append(np.full(count, kind in IDENTITY))
        below += count
    customers, _ = _together(frames, ["buyer"])
    parts, _ = _together(frames, ["part"])
    nobody = [np.full(len(frame), -1) for frame in frames]
    names = pd.factorize(pd.Series(titles, dtype="str").str.replace(r"\|[^|]*$", "", regex=True))[0].astype(np.int64)
    days = (np.maximum(days_of(past["order_date"]), days_of(past["known_on"])), day)
    one, other = (
        Coded(
            days[at],
            {role: parties[at][f"{role}_name"] for role in ROLES if f"{role}_name" in parties[at]},
            traces[at],
            customers[at].get("buyer", nobody[at]),
            parts[at].get("part", nobody[at]),
            np.concatenate(identity),
            names,
            titles,
        )
        for at in (0, 1)
    )
    return one, other


Frames = tuple[pd.DataFrame, pd.DataFrame]
Codes = list[dict[str, Ints]]


def _of_kind(kind: str, frames: Frames, parties: Codes, owner: Ints) -> tuple[Codes, int]:
    """The traces of one kind in each role, for past and lines, and how many there are."""
    if kind == OWNER:
        return [
            {role: owner[each[f"{role}_name"]] for role in TRACED if f"{role}_name" in each} for each in parties
        ], int(owner.max()) + 1
    if kind == NUMBER:
        found, distinct = _together(frames, ["buyer"])
        stated = np.append(pd.Series(distinct, dtype="str").str.startswith(NUMBERED).to_numpy(dtype=bool), False)
        return [{role: np.where(stated[code], code, -1) for role, code in each.items()} for each in found], len(
            distinct
        )
    found, distinct = _together(frames, [f"{role}_{kind}" for role in TRACED])
    named = {f"{role}_{kind}": role for role in TRACED}
    return [{named[name]: code for name, code in each.items()} for each in found], len(distinct)


def _owned(titles: pd.Index, owners: pd.Series) -> Ints:
    """The owner of each party as a code."""
    return pd.factorize(pd.Series(titles, dtype="str").map(owners).astype("str"))[0].astype(np.int64)


def _together(frames: Frames, names: list[str]) -> tuple[Codes, pd.Index]:
    """Codes of categorical columns over all their categories taken together, for each frame, and those categories."""
    columns = [(at, name, frame[name]) for at, frame in enumerate(frames) for name in names if name in frame]
    texts = [column.cat.categories.to_numpy(object) for _, _, column in columns]
    every, distinct = pd.factorize(pd.Index(np.concatenate([np.zeros(0, dtype=object), *texts]), dtype="str"))
    codes: Codes = [{}, {}]
    begin = 0
    for at, name, column in columns:
        end = begin + len(column.cat.categories)
        codes[at][name] = np.append(every[begin:end], -1).astype(np.int64)[column.cat.codes.to_numpy()]
        begin = end
    return codes, distinct
