"""Parties held against the lists: one row a hit, with its kind, what the list means, and the reasons to judge by."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from features.parties.names import is_placeholder
from features.parties.screening import cleared
from features.parties.screening.affiliates import owned
from features.parties.screening.entries import ADDRESS_ONLY
from features.parties.screening.lists import Lists
from features.parties.screening.match import POSSIBLE, SHORT_NAME, matches, screened
from features.parties.screening.sites import SAME_PLACE, at
from features.reference.tables import Tables

KINDS = ("confirmed", "exact", "affiliate", "possible", "not screened", "listed owner", "same address", "near")
"""From what sets the gate to what is a number alone. Same address: of a listed party, under another name."""

AGREES, DIFFERS, UNSTATED, NONE_LISTED = "agrees", "differs", "not stated", "list has none"
RELATED = ({"CN", "HK", "MO"},)  # one of them on the list and another on the order is no difference
FOR_COUNTRY = 0.05  # taken off where the countries differ: a country never clears a name
FOR_WEAK = 0.10  # taken off a weak alias: broad names that many bear
SAME_HOUSE = 0.05  # added where the address of the same entry fits
CERTAIN = 0.97  # likeness of an address from which it is the entry's own
HIT = (
    "role", "name", "address", "country", "kind", "score", "name_score", "address_score", "list_code", "listed_name",
    "strength", "found", "country_says", "verdict", "entry_key", "party", "party_print", "entry_print", "title",
    "meaning", "says", "cite", "licence_requirement", "licence_policy", "footnote", "notice", "remarks", "start_date",
    "end_date", "url",
)  # fmt: skip
"""Columns of a hit; the index is that of the party."""


def screen(parties: pd.DataFrame, lists: Lists, dates: pd.Series) -> pd.DataFrame:
    """Every hit of every party, index of `parties` (repeated), best kinds first; columns HIT.

    Args:
        parties: role, name, address, country (ISO 3166 code); empty cells missing. Distinct cells are matched once.
        lists: the lists to screen against; entries count from their start to their end.
        dates: the day that each party is screened for, index of `parties`.
    """
    pairs = _pairs(parties.reset_index(drop=True), lists)
    found = _facts(pairs, parties.reset_index(drop=True), lists, dates.reset_index(drop=True))
    numbered, days = parties.reset_index(drop=True), dates.reset_index(drop=True)
    more = [_unscreened(numbered, lists), owned(numbered, lists, days, listed_owners(lists, days))]
    found = pd.concat([found, *(each for each in more if not each.empty)], ignore_index=True)
    rank = found["kind"].map({kind: place for place, kind in enumerate(KINDS)})
    found = found.assign(rank=rank).sort_values(["line", "rank", "score", "list_code", "entry_key"],
                                                ascending=[True, True, False, True, True], kind="stable")  # fmt: skip
    scores = dict.fromkeys(("score", "name_score", "address_score"), "float64")
    return found.set_index(parties.index[found["line"].to_numpy(dtype=np.int64)])[list(HIT)].astype(scores)


def listed_owners(lists: Lists, dates: pd.Series) -> pd.DataFrame:
    """The exact and confirmed hits among the owners of the ownership file, on the day that the lists stand for."""
    if lists.ownership is None or lists.ownership.empty or dates.empty:
        return pd.DataFrame(columns=list(HIT))
    told = lists.ownership
    country = told["owner_country"] if "owner_country" in told else pd.Series(index=told.index, dtype="str")
    owners = pd.DataFrame(
        {"role": "owner", "name": told["owner"], "address": None, "country": country.replace("", None)}
    )
    owners = owners.drop_duplicates("name").astype({"address": "str", "country": "str"})
    alone = replace(lists, ownership=None)
    hits = screen(owners, alone, pd.Series(_day(lists, dates), index=owners.index))
    same = hits["found"].eq("same words") & (hits["country_says"] != DIFFERS)
    return hits[hits["kind"].isin(["confirmed", "exact"]) | same]


def _day(lists: Lists, dates: pd.Series) -> pd.Timestamp:
    """That of the run, in a backtest that of the newest version; no other line of the file may move it."""
    dated = [pd.Timestamp(each.dated) for each in lists.versions]
    return pd.Timestamp(lists.as_of) if lists.as_of else max(dated, default=dates.max())


def _pairs(parties: pd.DataFrame, lists: Lists) -> pd.DataFrame:
    """Party × entry, with what name and address say of it."""
    placeholder = is_placeholder(parties["name"])
    codes, names = pd.factorize(parties["name"].where(~placeholder))
    more = cleared.most_names(lists.decisions, lists.listed, lists.former)
    by_name = lists.names.met.of(
        list(names), lambda new: matches(new, lists.names, lists.spelling, more=more), asked_how=more
    ).rename(columns={"row": "name_row", "score": "name_score"})
    sites, places = pd.factorize(parties["address"])
    by_place = lists.places.met.of(list(places), lambda new: at(new, lists.places, lists.addresses)).rename(
        columns={"row": "place_row", "score": "address_score", "same": "same_place"}
    )
    line = pd.Series(range(len(parties)), name="line")
    left = pd.DataFrame({"line": line, "name": codes}).merge(by_name, on="name").drop(columns="name")
    right = pd.DataFrame({"line": line, "address": sites}).merge(by_place, on="address").drop(columns="address")
    return left.merge(right, on=["line", "entry"], how="outer")


def _facts(pairs: pd.DataFrame, parties: pd.DataFrame, lists: Lists, dates: pd.Series) -> pd.DataFrame:
    """The pairs in force on their day, with cells of both sides, kind and meaning."""
    entries = lists.listed.entries.rename(columns={"name": "entry_name", "key": "entry_key", "meaning": "own_meaning"})
    prints = cleared.entry_prints(lists.listed, pd.Index(sorted(set(pairs["entry"])))).rename("entry_print")
    told = pairs.join(entries.join(prints), on="entry").join(parties, on="line")
    day = dates.reindex(told["line"]).set_axis(told.index)
    start, end = (pd.to_datetime(told[each], format="%Y-%m-%d", errors="coerce") for each in ("start_date", "end_date"))
    told = told[~(start > day).fillna(False) & ~(end < day).fillna(False)].reset_index(drop=True)
    told = _named(told, lists)
    told["country_says"] = _country(told["country"], told["countries"])
    told = _decided(_kinds(told), lists, dates)
    return _meaning(told, lists.tables, dates.reindex(told["line"]).set_axis(told.index))


def _named(told: pd.DataFrame, lists: Lists) -> pd.DataFrame:
    """The listed name that was met, its strength, or the listed address where no name was."""
    row = told["name_row"].astype("Int64")
    met, places = lists.names.names, lists.places.rows
    text = met["text"].reindex(row.fillna(-1).astype("int64")).set_axis(told.index)
    where = places["text"].reindex(told["place_row"].fillna(-1).astype("int64")).set_axis(told.index)
    short = pd.Series([len(each) <= SHORT_NAME for each in lists.names.packed.glued], dtype="bool")
    return told.assign(
        listed_name=text.fillna(told["entry_name"]),
        listed_address=where,
        strength=met["strength"].reindex(row.fillna(-1).astype("int64")).set_axis(told.index),
        short=short.reindex(row.fillna(-1).astype("int64")).set_axis(told.index).fillna(False).astype(bool),
        bare=told["entry_name"].str.match(ADDRESS_ONLY),
    )


def _country(stated: pd.Series, listed: pd.Series) -> pd.Series:
    """Whether the country of the party is one of the entry's."""
    pairs = pd.Series(list(zip(stated.fillna(""), listed, strict=True)))
    said = {pair: _says(*pair) for pair in set(pairs)}
    return pd.Series([said[pair] for pair in pairs], index=stated.index, dtype="str")


def _says(stated: str, listed: str) -> str:
    codes = {each.strip() for each in listed.split(";") if each.strip()}
    if not codes:
        return NONE_LISTED
    if not stated:
        return UNSTATED
    near = {stated}.union(*(group for group in RELATED if stated in group))
    return AGREES if near & codes else DIFFERS


def _kinds(told: pd.DataFrame) -> pd.DataFrame:
    """Score and kind of each pair; pairs that are not even near are left out."""
    name, place = told["name_score"].fillna(0.0), told["address_score"].fillna(0.0)
    same = told["same"].fillna(False).astype(bool)
    weak = told["strength"] == "weak"
    less = FOR_COUNTRY * (told["country_says"] == DIFFERS) + FOR_WEAK * weak
    score = (name - less + SAME_HOUSE * (place >= SAME_PLACE)).clip(0, 1).where(name > 0, place)
    own = ["primary", "alias", "former"]
    sure = same & told["strength"].isin(own) & told["shape"].isin(["whole", "cleaned"]) & ~told["short"]
    fits = told["country_says"].isin([AGREES, NONE_LISTED])
    exact = (sure & fits) | (told["bare"] & (place >= CERTAIN) & (told["country_says"] != DIFFERS))
    possible = (score >= POSSIBLE) & (name > 0) | same & (name >= POSSIBLE) | told["bare"] & (place >= SAME_PLACE)
    kind = np.select(
        [exact, possible, place >= SAME_PLACE, name > 0], ["exact", "possible", "same address", "near"], ""
    )
    found = told["found"].fillna("address")
    kinds: pd.DataFrame = told.assign(score=score.round(4), kind=pd.array(kind, dtype="str"), found=found).loc[
        kind != ""
    ]
    return kinds


def _decided(told: pd.DataFrame, lists: Lists, dates: pd.Series) -> pd.DataFrame:
    """Cleared pairs taken out before anything is counted or cut; confirmed ones set the gate."""
    who = told[["name", "address", "country"]]
    distinct = who.drop_duplicates()
    rows = list(distinct.itertuples(index=False, name=None))
    prints = [cleared.party_print(str(_or_none(n) or ""), _or_none(a), _or_none(c)) for n, a, c in rows]
    keys = [
        cleared.party_key(n, _or_none(c), lists.spelling) if isinstance(n, str) else seen
        for (n, _, c), seen in zip(rows, prints, strict=True)
    ]
    added = distinct.assign(party=pd.array(keys, dtype="str"), party_print=pd.array(prints, dtype="str"))
    told = told.merge(added, on=["name", "address", "country"], how="left")
    told = _judged(told, lists, dates)
    return told.assign(kind=told["kind"].where(told["verdict"] != "confirmed", "confirmed"))


def _judged(told: pd.DataFrame, lists: Lists, dates: pd.Series) -> pd.DataFrame:
    """By the decisions of one day for all, or of each party's own day: another row of the file changes nothing."""
    if not lists.decisions or told.empty:
        return told.assign(verdict=pd.Series("", index=told.index, dtype="str"))
    day = dates.reindex(told["line"]).set_axis(told.index)
    days = day if lists.as_of is None else pd.Series(pd.Timestamp(lists.as_of), index=told.index)
    judged = [
        cleared.judged(rows, cleared.in_force(lists.decisions, on.date(), lists.former), lists.former)
        for on, rows in told.groupby(days)
    ]
    return pd.concat(judged, ignore_index=True)


def _or_none(cell: object) -> str | None:
    return cell if isinstance(cell, str) else None


def _meaning(told: pd.DataFrame, tables: Tables, dates: pd.Series) -> pd.DataFrame:
    """What the list does to an order on its day; a list of your own says so itself, else it keeps the gate open."""
    told = told.reset_index(drop=True)
    rule = tables.on("screening_lists", told["list_code"].astype("str"), dates.set_axis(told.index))
    own = told["own_meaning"].where(told["own_meaning"] != "")
    return told.assign(
        title=rule["title"].fillna(told["list_code"]),
        meaning=own.fillna(rule["meaning"]).fillna("unknown"),
        says=rule["says"].fillna("On a list of your own"),
        cite=rule["cite"].fillna(""),
    )


def _unscreened(parties: pd.DataFrame, lists: Lists) -> pd.DataFrame:
    """One row for each party whose name says nothing that could be compared: a risk, never clean."""
    stated = parties["name"].notna() & ~is_placeholder(parties["name"].astype("str").where(parties["name"].notna()))
    stated |= parties["name"].notna() & ~parties["name"].fillna("").str.contains(r"[^\W_]")
    doubtful = stated & ~parties["name"].fillna("").str.contains(SAYS_SOMETHING)
    codes, names = pd.factorize(parties["name"].where(doubtful))
    able = screened(list(names), lists.spelling).reindex(codes).set_axis(parties.index)
    missed = parties[doubtful & ~able.fillna(True).astype(bool)]
    blank = dict.fromkeys(HIT, "") | {"name_score": None, "address_score": None}
    rows = [
        blank | {"line": at, "kind": "not screened", "meaning": "unknown", "score": 0.0, "says": NOTHING_LEFT}
        | {each: row[each] for each in ("role", "name", "address", "country")}
        for at, row in missed.iterrows()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["line", *HIT])


SAYS_SOMETHING = r"[A-Za-z0-9]{2}"  # letters that survive every normal form: such a name is always compared
NOTHING_LEFT = "The name holds nothing that could be compared: the party was not screened"
