"""Ties between parties over any number of links: only distinct pairs of party and trace that others share travel.

A trace that one party alone was met at ties nobody, and past the first AT_MOST + 1 parties a trace ties nobody either:
what is left is a small part of the pairs, and those of the lines. All of them come together in one web (`knitted`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.hashed import keys_of
from features.links import AT_MOST, IDENTITY, NUMBER, NUMBERED, OWNER
from features.links_seen import NEVER, Ints
from features.past.by_key import numbered
from features.past.columns import TRACED, TRACES

SITE = "site"
"""A consignee or end user at which buyers meet, beside the KINDS of trace at which parties meet."""

PAIR = ["kind", "trace", "party"]
NAMELESS = ""  # no party has this key


def pairs(rows: pd.DataFrame, day: Ints, owners: pd.Series) -> pd.DataFrame:
    """Kind, trace, party and first day of the distinct pairs in rows of the past.

    `owners` as of `links_verdicts.owners`.
    """
    found = []
    for role in TRACED:
        party = rows[f"{role}_name"]
        found += [_first_met(kind, rows[f"{role}_{kind}"], party, day) for kind in TRACES]
        owned = _first_met(OWNER, party, party, day)
        found.append(owned.assign(trace=owned["party"].map(owners).astype("str")))
        if role != "buyer":
            found.append(_first_met(SITE, party, rows["buyer_name"], day))
    numbers = _first_met(NUMBER, rows["buyer"], rows["buyer_name"], day)
    return first_days(pd.concat([*found, numbers[numbers["trace"].str.startswith(NUMBERED)]]))


def asked_pairs(asks: pd.DataFrame, owners: pd.Series) -> pd.DataFrame:
    """The pairs of lines that ask, of day NEVER: they tie nobody yet, but what one of them has is shared.

    A buyer without a name stands at a site too.
    """
    nameless = asks["buyer_name"].cat.add_categories([NAMELESS]).fillna(NAMELESS)
    return pairs(asks.assign(buyer_name=nameless), np.full(len(asks), NEVER), owners)


def _first_met(kind: str, trace: pd.Series, party: pd.Series, day: Ints) -> pd.DataFrame:
    """The distinct pairs of two categories with their first day, as text."""
    met = pd.DataFrame({"trace": trace, "party": party}).assign(day=day).dropna().sort_values("day", kind="stable")
    once = met[~pd.Series(numbered(met[["trace", "party"]])).duplicated().to_numpy()]
    texts = {name: once[name].astype("str") for name in ("trace", "party")}
    return once.assign(kind=kind, **texts)[[*PAIR, "day"]]


def no_pairs() -> pd.DataFrame:
    """The pairs of a book in which nobody states a trace."""
    return pd.DataFrame({name: pd.Series(dtype="str") for name in PAIR} | {"day": pd.Series(dtype="int64")})


def first_days(met: pd.DataFrame) -> pd.DataFrame:
    """Each pair once, with its first day."""
    return met.dropna().groupby(PAIR, sort=False, as_index=False).agg({"day": "min"})


def shared(met: pd.DataFrame) -> pd.DataFrame:
    """Of all pairs of their traces those that can tie: a pair with day NEVER asks, and ties nobody yet."""
    met = first_days(met)
    met = met[met.duplicated(PAIR[:2], keep=False) & (met["day"] < NEVER)].sort_values("day", kind="stable")
    of_trace = met.groupby(PAIR[:2], sort=False)["day"]
    last = met["day"].where(of_trace.cumcount() == AT_MOST).groupby([met["kind"], met["trace"]]).transform("max")
    return met[last.isna() | (met["day"] <= last)]


def as_keys(ties: pd.DataFrame) -> pd.DataFrame:
    """Shared pairs as numbers: keys of trace, party and, where one firm alone has the trace, name; kind and day.

    The key of a party is the one by which its rows are dealt out (`by_key.bucket`). In the order of the days at a
    trace, and of one day in that of the names.
    """
    ties = ties.sort_values([*PAIR[:2], "day", "party"], ignore_index=True)
    at_site = (ties["kind"] == SITE).to_numpy()
    party, texts = pd.factorize(ties["party"])
    made = {
        "trace": np.where(at_site, keys_of(ties["trace"]), keys_of(ties["kind"] + "|" + ties["trace"])),
        "party": keys_of(texts)[party],
        "name": np.where(ties["kind"].isin(IDENTITY), keys_of(without_country(texts))[party], np.uint64(0)),
        "at_site": at_site,
        "identity": ties["kind"].isin(IDENTITY).to_numpy(),
        "day": ties["day"].to_numpy(dtype=np.int32),
    }
    return pd.DataFrame(made)


def without_country(parties: pd.Index) -> pd.Series:
    """The name keys of parties."""
    return pd.Series(parties, dtype="str").str.replace(r"\|[^|]*$", "", regex=True)
