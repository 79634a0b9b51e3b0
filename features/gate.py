"""May the line ship on its day: dated rows of `gate_rules`, and what an answer lacks. No model is asked.

15 CFR 742.6(a)(6)(iii) and 744.23 (destination, headquarters), part 746 (embargoes), General Prohibition 10; every rule
is a row read from `known.tables`, so that a change on trial can overlay it. Longer than 150 lines: one dated test after
the other, and the authorisation that is held against them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.known import Known
from features.lines import stops, treated_as
from features.parties.master import ROLES
from features.parties.names import name_keys
from features.product import classify
from features.reference.tables import Tables

GATES = ("clear", "unknown", "licence", "stop")
"""From best to worst: the worst of a line's results is its gate, and every reason is kept."""

PARTY = {
    "buyer": "buyer",
    "inter_consignee": "intermediate consignee",
    "ult_consignee": "ultimate consignee",
    "end_user": "end user",
}
CONTROLLED = ("a", "b", "unknown")
Mask = npt.NDArray[np.bool_]


def gate(lines: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Gate of each line of `lines.with_facts`, same index.

    Columns: gate, gate_reasons, authorisation, rules_date (the gate date), gate_class (class on that date), gp10
    (True where General Prohibition 10 matches: an alarm of its own), gate_lacks (input fields whose absence keeps the
    gate open, ";"-separated).
    """
    dates = gate_dates(lines, known)
    judged = _judged(lines, dates, known.tables)
    planned = lines["ship_date"].notna() & (lines["ship_date"] > dates)
    if planned.any():
        later = _judged(lines[planned], lines.loc[planned, "ship_date"], known.tables)
        changed = (later[["gate", "gate_reasons"]] != judged.loc[planned, ["gate", "gate_reasons"]]).any(axis=1)
        day = lines.loc[planned, "ship_date"].dt.strftime("%Y-%m-%d")
        note = " | A rule changes before the planned ship date " + day + ": the gate is then " + later["gate"]
        judged.loc[note[changed].index, "gate_reasons"] += note[changed]
    authorisation, said = authorised(lines, judged, dates, known.tables)
    return judged.assign(
        authorisation=authorisation,
        gate_reasons=judged["gate_reasons"] + said,
        rules_date=dates.dt.strftime("%Y-%m-%d"),
    )


def gate_dates(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The day whose rules decide: actual ship date if shipped, else `as_of`; the order date in a backtest."""
    if known.backtest:
        return lines["order_date"].fillna(pd.Timestamp(known.as_of))
    shipped = lines["ship_date"].where(lines["order_status"] == "shipped")
    return shipped.where(shipped <= pd.Timestamp(known.as_of)).fillna(pd.Timestamp(known.as_of))


def _judged(lines: pd.DataFrame, dates: pd.Series, tables: Tables) -> pd.DataFrame:
    classes = classify(lines, lines["eccn"], lines["item_description"], dates, tables)
    presumed = (lines["gp10"] != "no") & lines["gp10"].notna() & classes.isin(CONTROLLED)
    gp10 = (lines["gp10"] == "named") | presumed
    verdict = _Verdict(lines.index)
    items = {each: (classes == each).to_numpy() for each in ("a", "b", "neither", "unknown")}
    items |= {"letter": (lines["letter"] == "yes").to_numpy(), "gp10": gp10.to_numpy()}
    items["any"] = np.ones(len(lines), dtype=bool)
    places = _places(lines, dates, tables)
    alarm = np.zeros(len(lines), dtype=bool)
    for rule in tables.frames["gate_rules"].to_dict("records"):
        applies = ((dates >= rule["start"]) & ((dates <= rule["end"]) | pd.isna(rule["end"]))).to_numpy(copy=True)
        applies &= np.any([items[each] for each in rule["item"].split(";")], axis=0)
        if rule["legs"] != "any":
            applies &= lines["leg"].isin(rule["legs"].split(";")).to_numpy()
        if rule["test"] == "product":
            alarm |= applies & (rule["item"] == "gp10")
            verdict.add(rule["result"], applies, _says(rule), lines["chip"], party="product")
            continue
        for party, country, groups in places[rule["test"]]:
            hit = applies & _in_scope(country, groups, rule)
            verdict.add(rule["result"], hit, _says(rule), _named(country, tables), party=party)
    _open_questions(verdict, lines, classes, places, tables, dates)
    return verdict.frame().assign(gate_class=classes, gp10=alarm)


class _Verdict:
    """The growing answer: worst rank, reasons and missing inputs of each line."""

    def __init__(self, index: pd.Index) -> None:
        self.index = index
        self.rank = np.zeros(len(index), dtype=np.int8)
        self.reasons = np.full(len(index), "", dtype=object)
        self.lacks = np.full(len(index), "", dtype=object)

    def add(self, result: str, hit: Mask, says: str, value: pd.Series | None = None, party: str = "") -> None:
        """Adds one reason where `hit`; `{value}` and `{party}` of the sentence are filled in."""
        if not hit.any():
            return
        if result != "note":
            self.rank = np.where(hit, np.maximum(self.rank, GATES.index(result)), self.rank)
        values = pd.Series("", index=self.index) if value is None else value.fillna("not named")
        for each in values[hit].unique():
            chosen = hit & (values == each).to_numpy()
            sentence = says.replace("{value}", each).replace("{party}", party)
            new = np.array([sentence not in reason for reason in self.reasons[chosen]])
            places = np.flatnonzero(chosen)[new]
            self.reasons[places] += " | " + sentence

    def lack(self, hit: Mask, *fields: str) -> None:
        """Names the input fields whose absence keeps the gate open where `hit`."""
        self.lacks[hit] += "".join(f";{name}" for name in fields)

    def frame(self) -> pd.DataFrame:
        clear = self.reasons == ""
        self.reasons[clear] = " | No embargo, destination, headquarters or letter rule in the tables asks for a licence"
        text = {"gate_reasons": self.reasons, "gate_lacks": self.lacks}
        columns = {name: pd.Series(cells, index=self.index, dtype="str") for name, cells in text.items()}
        ranked = pd.Series(np.array(GATES)[self.rank], index=self.index, dtype="str")
        return pd.DataFrame(
            {
                "gate": ranked,
                "gate_reasons": columns["gate_reasons"].str[3:],
                "gate_lacks": columns["gate_lacks"].str[1:],
            }
        )


Place = tuple[str, pd.Series, pd.Series]


def _places(lines: pd.DataFrame, dates: pd.Series, tables: Tables) -> dict[str, list[Place]]:
    """Who stands where: for each test (party, country, country groups on the day).

    Where the goods will be used is a destination too: a consignee in a friendly place does not hide it.
    """
    headquarters = [
        (PARTY[role], lines[f"{role}_{fact}"]) for role in ROLES for fact in ("hq_country", "ultimate_parent_country")
    ]
    used = ("end user", lines["end_user_country"].where(lines["end_user_country"] != lines["destination_country"]))
    tests = {"destination": [("ultimate consignee", lines["destination_country"]), used], "headquarters": headquarters}
    return {
        test: [(party, country, _groups(country, dates, tables)) for party, country in found]
        for test, found in tests.items()
    }


def _groups(country: pd.Series, dates: pd.Series, tables: Tables) -> pd.Series:
    """Country groups on the day, ";"-separated; missing when the table does not know the place or that day."""
    found = tables.on("countries", treated_as(country, tables), dates)
    return found["groups"].where(found["known"])


def _in_scope(country: pd.Series, groups: pd.Series, rule: Mapping[Any, Any]) -> Mask:
    wanted, spared, named = (
        set(filter(None, rule[key].split(";"))) for key in ("groups_any", "groups_none", "countries")
    )
    codes, distinct = pd.factorize(groups)
    by_group = np.array(
        [bool(wanted & set(g.split(";"))) and not spared & set(g.split(";")) for g in distinct] + [False]
    )
    answer: Mask = by_group[codes] | country.isin(named).to_numpy()
    return answer


def _named(country: pd.Series, tables: Tables) -> pd.Series:
    """Countries as "Viet Nam (VN)", for sentences."""
    names = tables.frames["countries"].drop_duplicates("iso2").set_index("iso2")["name"]
    return (country.map(names) + " (" + country + ")").fillna(country)


def _says(rule: Mapping[Any, Any]) -> str:
    return f"{rule['says'].rstrip('.')} [{rule['cite']}; in force since {pd.Timestamp(rule['start']):%Y-%m-%d}]"


def _open_questions(
    verdict: _Verdict,
    lines: pd.DataFrame,
    classes: pd.Series,
    places: dict[str, list[Place]],
    tables: Tables,
    dates: pd.Series,
) -> None:
    """What keeps the gate open: an input that a rule needs and the file does not state. Unknown is never clear."""
    abroad = (lines["leg"] != "domestic").to_numpy()
    controlled = classes.isin(CONTROLLED).to_numpy()
    destination = lines["destination_country"]
    blank = abroad & destination.isna().to_numpy()
    verdict.add("unknown", blank, "The destination is not stated: no destination rule could be tested")
    verdict.lack(blank, "destination_country")
    undated = abroad & destination.notna().to_numpy() & places["destination"][0][2].isna().to_numpy()
    since = tables.cards["countries"].known_from
    verdict.add("unknown", undated, f"The country groups are known from {since} only: the destination was not tested")
    open_parties = pd.Series("", index=lines.index, dtype="str")
    for role in ROLES:
        unheard = lines[f"{role}_hq_country"].isna() | lines[f"{role}_ultimate_parent_country"].isna()
        hit = abroad & controlled & unheard.to_numpy()
        if role == "inter_consignee":  # most orders have none; only one that is named can be asked about
            hit &= name_keys(lines["inter_consignee_name"]).notna().to_numpy()
        open_parties = open_parties.where(~hit, open_parties + f", {PARTY[role]}")
        verdict.lack(hit & name_keys(lines[f"{role}_name"]).isna().to_numpy(), f"{role}_name")
    unheard_of = (open_parties != "").to_numpy(copy=True)
    says = "Headquarters or ultimate parent not known of {value}: the headquarters rule stays open"
    verdict.add("unknown", unheard_of, says, open_parties.str[2:])
    verdict.lack(unheard_of, "hq_country", "ultimate_parent_country")
    foreign_made = lines["leg"].isin(("reexport", "transfer")) & (classes == "unknown") & lines["eccn"].isna()
    hit = (foreign_made & lines["chip"].isna()).to_numpy()
    verdict.add("unknown", hit, "It is not shown that the item is subject to the US rules: part and ECCN are unknown")
    verdict.lack(hit, "eccn")
    seller = (lines["seller_country"].isna() & (lines["leg"] == "export")).to_numpy()
    verdict.add("note", seller, "The seller's country is not stated: taken as the United States")
    _domestic(verdict, lines, tables)


def _domestic(verdict: _Verdict, lines: pd.DataFrame, tables: Tables) -> None:
    """A domestic order has no destination or headquarters test, unless something in it points abroad."""
    domestic = lines["leg"] == "domestic"
    home = treated_as(lines["destination_country"], tables)
    verdict.add(
        "note", domestic.to_numpy(), "Domestic order, no export stated: destination and headquarters not tested"
    )
    abroad: Iterable[tuple[str, pd.Series]] = (
        ("the end user", lines["end_user_country"]),
        ("the intermediate consignee", lines["inter_consignee_country"]),
        *(("the stated route", stop) for _, stop in stops(lines["transit_countries"]).items()),
    )
    for what, country in abroad:
        hit = domestic & country.notna() & (treated_as(country, tables) != home)
        verdict.add("unknown", hit.to_numpy(), f"Domestic order, but {what} is in {{value}}", _named(country, tables))
    meant = (domestic & lines["reexport_intended"].fillna(False).astype(bool)).to_numpy()
    verdict.add("unknown", meant, "Domestic order, but a later export is intended: its destination is not stated")


def authorised(
    lines: pd.DataFrame, judged: pd.DataFrame, dates: pd.Series, tables: Tables
) -> tuple[pd.Series, pd.Series]:
    """What the order claims against what the gate requires, and the sentence that says so.

    not_needed | claimed | missing | unusable | unknown. A claim is shown for a person to check, never believed; "no
    licence required" where one is, or an exception that does not reach the item or the place, is unusable.
    """
    code = lines["licence_exception"].fillna(lines["licence_code"]).str.upper().str.strip()
    row = tables.on("licence_exceptions", code, dates)
    known_code = code.notna() & row["kind"].notna()
    bucket = judged["gate_class"].where(judged["gate_class"] != "a", "a-data-centre")
    bucket = bucket.where((judged["gate_class"] != "a") | (lines["data_centre"] != "no"), "a-other")
    reaches = _each_in(bucket, row["usable_for"]) & ~_barred(lines, row["countries_not"], dates, tables)
    needed = judged["gate"].isin(("licence", "stop"))
    usable = (row["kind"] == "licence") | ((row["kind"] == "exception") & reaches)
    bare_licence = (row["kind"] == "licence") & lines["licence_number"].isna()
    numbered = lines["licence_number"].notna() & (code.isna() | (row["kind"] == "licence"))
    conditions: list[tuple[pd.Series, str]] = [
        ((judged["gate"] == "clear"), "not_needed"),
        ((judged["gate"] == "unknown") & (row["kind"] == "none"), "unknown"),
        (numbered, "claimed"),
        (needed & known_code & ~usable, "unusable"),
        (needed & bare_licence, "missing"),
        (known_code & usable, "claimed"),
        (code.notna(), "unknown"),
        (needed, "missing"),
    ]
    answer = np.select(
        [condition.to_numpy() for condition, _ in conditions], [word for _, word in conditions], "unknown"
    )
    authorisation = pd.Series(answer, index=lines.index, dtype="str")
    claim = lines["licence_number"].fillna(code).fillna("")
    said = " | Authorisation claimed: " + claim + ", to be checked against parties, items and quantity"
    refused = " | Authorisation claimed (" + claim + ") cannot be used for this item or place"
    empty = pd.Series("", index=lines.index, dtype="str")
    said = empty.where(authorisation != "claimed", said)
    return authorisation, said.where(authorisation != "unusable", refused)


def _each_in(values: pd.Series, lists: pd.Series) -> pd.Series:
    """Whether each value stands in the ";"-separated list beside it; False where there is no list."""
    return pd.Series(
        [str(v) in str(each).split(";") for v, each in zip(values, lists, strict=True)], index=values.index
    )


def _barred(lines: pd.DataFrame, barred: pd.Series, dates: pd.Series, tables: Tables) -> pd.Series:
    """Whether destination, headquarters or parent stands in a place the exception does not reach."""
    answer = pd.Series(False, index=lines.index)
    if barred.isna().all():
        return answer
    owners = [lines[f"{role}_{fact}"] for role in ROLES for fact in ("hq_country", "ultimate_parent_country")]
    for country in (lines["destination_country"], lines["end_user_country"], *owners):
        groups = _groups(country, dates, tables)
        for each in barred.dropna().unique():
            rule = {"groups_any": each, "groups_none": "", "countries": each}
            answer |= (barred == each) & _in_scope(country, groups, rule)
    return answer
