"""A new buyer in the place of one that was refused, or fell silent against its habit: which of its marks it bears."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.links import AT_MOST, Coded
from features.links_seen import NEVER, Bools, Ints, seen
from features.links_web import SITES, Web
from features.past.asof import Calendar, calendar
from features.past.columns import TRACED

NEW_DAYS = 365
"""Days since the first order for which a buyer counts as new (the founders' judgement)."""

SILENT_DAYS = 90
USUAL_DAYS = 3
SILENT_FACTOR = 2.0
"""A buyer of at least three order days fell silent when 90 days, and twice its usual gap, have passed (judgement)."""

RHYTHM_FACTOR = 2.0
"""Two rhythms are alike when one usual gap is at most twice the other (the founders' judgement)."""


def new_buyers(past: Coded, asked: Coded, customer_since: Ints) -> Bools:
    """Whether the buyer of each line ordered first at most NEW_DAYS before, and was no customer before that either."""
    first = _first_days(past.customer, past.day, asked)
    return asked.day - np.minimum(first, customer_since) <= NEW_DAYS


def _first_days(keys: Ints, days: Ints, asked: Coded) -> Ints:
    met = seen(keys, np.zeros(len(keys), dtype=np.int64), days)
    first = met.since(asked.customer, np.zeros(len(asked.day), dtype=np.int64))
    return np.minimum(first, asked.day)


def only_refused_bought_it(past: Coded, asked: Coded, bad_since: Ints, new: Bools) -> np.ndarray:
    """1 where a new buyer orders a part that only refused or listed buyers ordered before, else 0; missing without."""
    buyer = past.parties["buyer"]
    since = np.maximum(past.day, np.append(bad_since, NEVER)[buyer])
    every, refused = (
        seen(past.part, buyer, days).others(asked.part, asked.parties["buyer"], asked.day) for days in (past.day, since)
    )
    return np.where(asked.part < 0, np.nan, new & (every > 0) & (every == refused))


@dataclass(frozen=True)
class Bought:
    """Who ordered which part on which day, one entry a row of the past."""

    buyer: Ints
    part: Ints
    day: Ints


def overlaps(past: Coded, asked: Coded, web: Web, shared: pd.DataFrame, new: Bools) -> np.ndarray:
    """How many of part, contact, consignee and rhythm a new buyer shares with one that is gone; 0 where with none.

    Gone: refused, listed or silent. The most over such buyers; only those that share contact or consignee are asked.
    """
    pairs = candidates(asked, web, shared, new)
    line, other = pairs["line"].to_numpy(dtype=np.int64), pairs["party"].to_numpy(dtype=np.int64)
    day, part = asked.day[line], asked.part[line]
    bought = Bought(past.parties["buyer"], past.part, past.day)
    theirs, own = habits(bought, other, day, part), habits(bought, asked.parties["buyer"][line], day, part)
    return most_marks(pairs, theirs, own["gap"].to_numpy(), web.bad[other] < day, len(asked.day))


def habits(past: Bought, buyer: Ints, day: Ints, part: Ints) -> pd.DataFrame:
    """What each buyer was used to before a day: usual `gap` in days, whether it was `silent`, whether it `took` a part.

    Only the rows of the past of those buyers are read.
    """
    orders = calendar(np.where(past.day < NEVER, past.buyer, -1), past.day)
    took = seen(past.buyer, past.part, past.day).since(buyer, part) < day
    return pd.DataFrame({"gap": _gap(orders, buyer, day), "silent": _silent(orders, buyer, day), "took": took})


def most_marks(
    pairs: pd.DataFrame, theirs: pd.DataFrame, own_gap: np.ndarray, refused: Bools, lines: int
) -> np.ndarray:
    """For each of `lines` the most marks of `candidates`, by their habits, those of the line's buyer, and verdicts."""
    rhythm = _alike(theirs["gap"].to_numpy(), own_gap)
    alike = [pairs["contact"].to_numpy(), pairs["consignee"].to_numpy(), theirs["took"].to_numpy(), rhythm]
    gone = refused | theirs["silent"].to_numpy()
    answer = np.zeros(lines)
    marks = np.where(gone, np.sum(alike, axis=0, dtype=np.int64), 0)
    np.maximum.at(answer, pairs["line"].to_numpy(dtype=np.int64), marks)
    return answer


def candidates(asked: Coded, web: Web, shared: pd.DataFrame, new: Bools) -> pd.DataFrame:
    """Line and party (no party of the line itself), and whether they share a contact or a consignee."""
    of_new = shared[new[shared["line"].to_numpy()]]
    contact = _met(of_new, web.found.begin, web.found.party, web.found.day)
    asks = [
        pd.DataFrame({"line": np.flatnonzero(new), "trace": asked.parties[role][new], "day": asked.day[new]})
        for role in SITES
    ]
    here = pd.concat(asks)
    here = here[(here["trace"] >= 0) & (here["trace"] != asked.parties["forwarder"][here["line"].to_numpy()])]
    here = here[here["trace"] < web.parties]
    consignee = _met(here, web.sites.begin, web.sites.buyer, web.sites.day)
    both = pd.concat([contact.assign(contact=True, consignee=False), consignee.assign(contact=False, consignee=True)])
    for role in TRACED:
        both = both[both["party"] != asked.parties[role][both["line"].to_numpy(dtype=np.int64)]]
    return both.groupby(["line", "party"], as_index=False)[["contact", "consignee"]].any()


def _met(asks: pd.DataFrame, begin: Ints, member: Ints, day: Ints) -> pd.DataFrame:
    """Line and party for the first AT_MOST members met at each trace before the line's day."""
    tables, trace = [], asks["trace"].to_numpy()
    for place in range(AT_MOST):
        at = begin[trace] + place
        kept = at < begin[trace + 1]
        kept[kept] = day[at[kept]] < asks["day"].to_numpy()[kept]
        tables.append(pd.DataFrame({"line": asks["line"].to_numpy()[kept], "party": member[at[kept]]}))
    return pd.concat(tables)


def _gap(orders: Calendar, party: Ints, day: Ints) -> np.ndarray:
    """Usual days between two order days before a day; missing with fewer than USUAL_DAYS of them."""
    before = orders.asked(party, day)
    gaps = (before.since_first - before.since_last) / np.maximum(before.days - 1, 1)
    return np.where(before.days >= USUAL_DAYS, gaps, np.nan)


def _silent(orders: Calendar, party: Ints, day: Ints) -> Bools:
    silence, usual = orders.asked(party, day).since_last, _gap(orders, party, day)
    return (silence >= SILENT_DAYS) & (silence > usual * SILENT_FACTOR)


def _alike(one: np.ndarray, other: np.ndarray) -> Bools:
    return (one <= other * RHYTHM_FACTOR) & (other <= one * RHYTHM_FACTOR)
