"""Parties that listed parties own: half or more is a hit by the 50 percent rules, an unknown share a question."""

from __future__ import annotations

import pandas as pd

from features.parties.normal_names import Spelling, spelt
from features.parties.screening.index import key
from features.parties.screening.lists import Lists
from features.parties.screening.ownership import Share, shares

RULES = ("ofac", "bis")
"""The rules that make an affiliate: OFAC's, always in force, and the affiliates rule of BIS, by its dates."""

OF_THE_OWNER = (
    "list_code", "title", "entry_key", "licence_requirement", "licence_policy", "footnote", "notice", "cite",
)  # fmt: skip
BLANK = (
    "strength", "verdict", "party", "party_print", "entry_print", "remarks", "start_date", "end_date", "url",
)  # fmt: skip
UNVERIFIED = " (no source after 9 November 2026 was read: whether the rule is back in force is not verified)"


def owned(parties: pd.DataFrame, lists: Lists, dates: pd.Series, owners: pd.DataFrame) -> pd.DataFrame:
    """One row a party and rule where listed owners hold some of it; columns `line` and those of a hit."""
    if lists.ownership is None or owners.empty:
        return pd.DataFrame()
    told = lists.ownership
    table = pd.DataFrame(
        {
            "owner": _keys(told["owner"], lists.spelling),
            "owned": _keys(told["owned"], lists.spelling),
            "percent": told["percent"],
        }
    )
    affiliates = lists.tables.frames["screening_lists"].set_index("list_code")["affiliates"]
    rule = owners["list_code"].map(affiliates[~affiliates.index.duplicated()])
    lines = _keys(parties["name"].fillna(""), lists.spelling)
    rows = []
    for each in RULES:
        listed = owners[rule == each]
        held = shares(table, frozenset(_keys(listed["name"], lists.spelling)))
        for line in lines.index[lines.isin(list(held))]:
            share = held[str(lines[line])]
            rows.append({"line": line, **_row(parties.loc[line], share, each, listed, dates[line], lists)})
    return pd.DataFrame(rows)


def _keys(names: pd.Series, told: Spelling) -> pd.Series:
    return pd.Series([key(form) for form in spelt(names.astype("str"), told)], index=names.index, dtype="str")


def _row(
    party: pd.Series, share: Share, rule: str, owners: pd.DataFrame, day: pd.Timestamp, lists: Lists
) -> dict[str, object]:
    first = owners.iloc[0]
    kind = "affiliate" if share.kind == "affiliate" else "listed owner"
    in_force, unverified = in_force_on(rule, day, lists)
    meaning = first["meaning"] if kind == "affiliate" and in_force else "unknown"
    whole = "unknown share" if share.unknown and share.kind != "affiliate" else f"{share.percent:g} % in the aggregate"
    says = f"Owned by listed parties: {'; '.join(share.paths)}; {whole}"
    if kind == "affiliate" and not in_force:
        says += f"; the rule is not in force on {day:%Y-%m-%d}"
    return {
        **dict.fromkeys(BLANK, ""),
        **{name: party[name] for name in ("role", "name", "address", "country")},
        **{name: first[name] for name in OF_THE_OWNER},
        "kind": kind,
        "score": round(share.percent / 100, 4),
        "listed_name": "; ".join(sorted(set(owners["listed_name"]))[:3]),
        "found": "ownership",
        "country_says": "",
        "meaning": meaning,
        "says": says + (UNVERIFIED if unverified and kind == "affiliate" else ""),
    }


def in_force_on(rule: str, day: pd.Timestamp, lists: Lists) -> tuple[bool, bool]:
    """Whether a 50 percent rule holds on a day, and whether that is unverified; OFAC's always holds.

    That of BIS is the row of `gate_rules` that the switch of the run leaves standing.
    """
    if rule == "ofac":
        return True, False
    rows = lists.tables.in_force("gate_rules", day)
    rows = rows[(rows["test"] == "ownership") & (rows["owned_below"] == "")]
    rows = rows[rows["switch"].isin(("", lists.affiliates_rule)) & (rows["result"] == "licence")]
    return len(rows) > 0, bool((rows["switch"] == "as dated").any())
