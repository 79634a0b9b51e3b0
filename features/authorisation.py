"""What an order claims as its authorisation, held against what the gate requires. A claim is shown, never believed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.claims import claims
from features.gate_places import groups, in_scope, owners
from features.lines import asked_once
from features.reference.tables import Tables


def authorised(
    lines: pd.DataFrame, judged: pd.DataFrame, dates: pd.Series, tables: Tables
) -> tuple[pd.Series, pd.Series]:
    """What the order claims against what the gate requires, and the sentence that says so.

    not_needed | claimed | missing | unusable | unknown. A claim is shown for a person to check, never believed; "no
    licence required" where one is, or an exception that does not reach the item, the place or the rule, is unusable.
    Two claims that contradict each other are unknown.
    """
    claim = claims(lines["licence_exception"], lines["licence_code"], tables)
    number = lines["licence_number"].fillna(claim["number"])
    row = tables.on("licence_exceptions", claim["code"], dates)
    known_code, licence = row["kind"].notna(), row["kind"] == "licence"
    reaches = _each_in(_bucket(lines, judged), row["usable_for"]) & ~_barred(lines, row["countries_not"], dates, tables)
    needed = judged["gate"].isin(("licence", "stop"))
    usable = licence | ((row["kind"] == "exception") & reaches & ~judged["no_exception"])
    conditions: list[tuple[pd.Series, str]] = [
        (judged["gate"] == "clear", "not_needed"),
        (claim["contradict"], "unknown"),
        ((judged["gate"] == "unknown") & (row["kind"] == "none"), "unknown"),
        (number.notna() & (claim["code"].isna() | licence) & ~claim["unread"], "claimed"),
        (needed & known_code & ~usable, "unusable"),
        (needed & licence & number.isna(), "missing"),
        (known_code & usable, "claimed"),
        (claim["code"].notna() | claim["unread"], "unknown"),
        (needed, "missing"),
    ]
    answer = np.select(
        [condition.to_numpy(dtype=bool) for condition, _ in conditions], [word for _, word in conditions], "unknown"
    )
    authorisation = pd.Series(answer, index=lines.index, dtype="str")
    return authorisation, _said(authorisation, claim, number)


def _said(authorisation: pd.Series, claim: pd.DataFrame, number: pd.Series) -> pd.Series:
    """The sentence on what is claimed; empty where nothing is to be said."""
    shown = number.fillna(claim["code"]).fillna("")
    sentences = [
        (
            authorisation == "claimed",
            " | Authorisation claimed: " + shown + ", to be checked against parties, items and quantity",
        ),
        (
            authorisation == "unusable",
            " | Authorisation claimed (" + shown + ") cannot be used for this item, place or rule",
        ),
        (
            claim["contradict"] & (authorisation == "unknown"),
            " | Authorisations are claimed that contradict each other: " + claim["told"],
        ),
    ]
    said = pd.Series("", index=authorisation.index, dtype="str")
    for hit, sentence in sentences:
        said = said.where(~hit, sentence)
    return said


def _bucket(lines: pd.DataFrame, judged: pd.DataFrame) -> pd.Series:
    """The kind of item that `usable_for` names: class, and for .a whether it is a data-centre item."""
    bucket = judged["gate_class"].where(judged["gate_class"] != "a", "a-data-centre")
    return bucket.where((judged["gate_class"] != "a") | (lines["data_centre"] != "no"), "a-other")


def _each_in(values: pd.Series, lists: pd.Series) -> pd.Series:
    """Whether each value stands in the ";"-separated list beside it; False where there is no list."""

    def among(value: pd.Series, listed: pd.Series) -> pd.Series:
        return pd.Series([str(v) in str(each).split(";") for v, each in zip(value, listed, strict=True)], dtype=bool)

    return asked_once(among, values, lists)


def _barred(lines: pd.DataFrame, barred: pd.Series, dates: pd.Series, tables: Tables) -> pd.Series:
    """Whether destination, place of use, headquarters or parent is a place the exception does not reach."""
    claimed = barred.notna()
    barred, dates = barred[claimed], dates[claimed]
    answer = pd.Series(False, index=barred.index, dtype=bool)
    ends = ("destination_country", "ult_consignee_country", "end_user_country", "dc_country")
    for whole in (*(lines[each] for each in ends), *(owner for _, owner in owners(lines))):
        country = whole[claimed]
        if country.isna().all():
            continue
        of_the_day = groups(country, dates, tables)
        for each in barred.unique():
            rule = {"groups_any": each, "groups_none": "", "countries": each}
            answer |= (barred == each) & in_scope(country, of_the_day, rule)
    return answer.reindex(lines.index, fill_value=False)
