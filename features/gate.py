"""May the line ship on its day: dated rows of `gate_rules`, and what an answer lacks. No model is asked.

15 CFR 742.6(a)(6)(iii) and 744.23 (destination, headquarters), part 746 (embargoes), General Prohibition 10, ownership
by listed parties, stated end uses; every rule is a row of `known.tables`, so that a change on trial can overlay it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.affiliates import counts, owned, percent, shares
from features.authorisation import authorised
from features.end_use import spoken_of
from features.gate_limits import Ledger
from features.gate_places import Place, in_scope, named, places
from features.known import Known
from features.lines import gate_dates
from features.open_questions import open_questions
from features.product import classify
from features.reference.tables import Tables
from features.verdict import GATES, Mask, Verdict

__all__ = ["GATES", "gate", "gate_dates"]

CONTROLLED = ("a", "b", "unknown")


def gate(lines: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Gate of each line of `lines.with_facts`, same index.

    Columns: gate, gate_reasons, authorisation, rules_date (the gate date), gate_class (class on that date), gp10
    (True where General Prohibition 10 matches: an alarm of its own), gate_lacks (input fields whose absence keeps the
    gate open, ";"-separated).
    """
    dates = gate_dates(lines, known)
    judged = _judged(lines, dates, known)
    planned = lines["ship_date"].notna() & (lines["ship_date"] > dates)
    if planned.any():
        later = _judged(lines[planned], lines.loc[planned, "ship_date"], known)
        changed = (later[["gate", "gate_reasons"]] != judged.loc[planned, ["gate", "gate_reasons"]]).any(axis=1)
        day = lines.loc[planned, "ship_date"].dt.strftime("%Y-%m-%d")
        note = " | A rule changes before the planned ship date " + day + ": the gate is then " + later["gate"]
        judged.loc[note[changed].index, "gate_reasons"] += note[changed]
    authorisation, said = authorised(lines, judged, dates, known.tables)
    return judged.drop(columns="no_exception").assign(
        authorisation=authorisation,
        gate_reasons=judged["gate_reasons"] + said,
        rules_date=dates.dt.strftime("%Y-%m-%d"),
    )


def _judged(lines: pd.DataFrame, dates: pd.Series, known: Known) -> pd.DataFrame:
    """Every rule of the day put to every line, and what stays open."""
    facts = _Facts(lines, dates, known)
    verdict = Verdict(lines.index)
    rules = known.tables.frames["gate_rules"]
    for rule in rules[counts(rules, known.affiliates_rule)].to_dict("records"):
        applies = facts.applies(rule)
        if not applies.any():
            continue
        for party, hit, value, country in facts.hits(rule, applies):
            if rule["limit"] and hit.any():
                hit = _by_limit(verdict, hit, rule["limit"], country, facts)
            verdict.add(rule["result"], hit, _says(rule), value, party)
            if rule["exceptions"] == "no":
                verdict.no_exception |= hit
    for result in ("stop", "licence", "unknown"):
        hit = (lines["list_gate"] == result).fillna(False).to_numpy(dtype=bool)
        verdict.add(result, hit, "{value}", lines["list_reasons"])
        if result != "unknown":  # no exception overcomes a list (15 CFR 744.11, 744.15); a possible hit is no hit yet
            verdict.no_exception |= hit
    open_questions(verdict, lines, facts.classes, facts.places, facts.owners_decide, dates, known.tables)
    alarm = facts.items["gp10"] & facts.any_in_force("product")
    return verdict.frame().assign(gate_class=facts.classes, gp10=alarm)


def _by_limit(verdict: Verdict, hit: Mask, limit: str, country: pd.Series, facts: _Facts) -> Mask:
    """Where the ceiling lets a rule hit; tells what was counted, and keeps open what could not be."""
    counted = facts.ledger.held_against(limit, country, hit)
    verdict.add("note", hit & counted.hit, "{value}", counted.said)
    open_lines = hit & counted.open
    verdict.add("unknown", open_lines, "Whether a ceiling is passed stays open. {value}", counted.said)
    verdict.lack(open_lines & facts.lines["tpp_total"].isna().to_numpy(), "tpp", "quantity")
    verdict.lack(open_lines & facts.lines["order_date"].isna().to_numpy(), "order_date")
    return hit & counted.hit


def _says(rule: Mapping[Any, Any]) -> str:
    return f"{rule['says'].rstrip('.')} [{rule['cite']}; in force since {pd.Timestamp(rule['start']):%Y-%m-%d}]"


@dataclass(frozen=True)
class _Facts:
    """What the rules look at: item, leg, places, shares and end use of each line on its gate date."""

    lines: pd.DataFrame
    dates: pd.Series
    known: Known

    @property
    def tables(self) -> Tables:
        """The dated tables."""
        return self.known.tables

    @cached_property
    def days(self) -> npt.NDArray[np.datetime64]:
        """The gate dates."""
        return self.dates.to_numpy()

    @cached_property
    def classes(self) -> pd.Series:
        return classify(self.lines, self.dates, self.tables)

    @cached_property
    def items(self) -> dict[str, Mask]:
        """Where the item is of each kind that a rule may name."""
        presumed = self.lines["gp10"].notna() & (self.lines["gp10"] != "no") & self.classes.isin(CONTROLLED)
        kinds = {each: (self.classes == each).to_numpy() for each in ("a", "b", "neither", "unknown")}
        return kinds | {
            "letter": (self.lines["letter"] == "yes").to_numpy(),
            "gp10": ((self.lines["gp10"] == "named") | presumed).to_numpy(),
            "any": np.ones(len(self.lines), dtype=bool),
        }

    @cached_property
    def spoken(self) -> pd.DataFrame:
        return spoken_of(self.lines["end_use_text"], self.dates, self.tables).fillna(False).astype(bool)

    @cached_property
    def places(self) -> dict[str, list[Place]]:
        return places(self.lines, self.dates, self.tables, end_use=bool(self.spoken.any(axis=None)))

    @cached_property
    def ledger(self) -> Ledger:
        """What ceilings count."""
        return Ledger(self.lines, self.dates, self.known)

    def in_force(self, rule: Mapping[Any, Any]) -> Mask:
        """Where a row of any table is in force on the line's day."""
        answer: Mask = self.days >= rule["start"].to_datetime64()
        return answer if pd.isna(rule["end"]) else answer & (self.days <= rule["end"].to_datetime64())

    def any_in_force(self, test: str) -> Mask:
        """Where any rule of this test is in force on the day."""
        rules = self.tables.frames["gate_rules"]
        days = [self.in_force(each) for each in rules[rules["test"] == test].to_dict("records")]
        answer: Mask = np.logical_or.reduce(days)
        return answer

    @cached_property
    def owners_decide(self) -> Mask:
        """Where a rule in force tests the headquarters of parties to an item of this kind: unknown ones stay open."""
        rules = self.tables.frames["gate_rules"]
        of_items = rules[(rules["test"] == "headquarters") & (rules["item"] != "any")].to_dict("records")
        answer: Mask = np.logical_or.reduce([self.applies(each) for each in of_items])
        return answer

    def stands(self, switch: str, state: str) -> Mask:
        """Where a switch stands so on the line's day; without a row it is off."""
        rows = self.tables.frames["rule_switches"]
        on = rows[(rows["switch"] == switch) & (rows["state"] == "on")].to_dict("records")
        days: Mask = np.logical_or.reduce([np.zeros(len(self.lines), dtype=bool), *map(self.in_force, on)])
        return days if state == "on" else ~days

    def applies(self, rule: Mapping[Any, Any]) -> Mask:
        """Where the rule is in force, by its switch too, and names the item, the leg and what the end use speaks of."""
        answer: Mask = np.logical_or.reduce([self.items[each] for each in rule["item"].split(";")])
        answer = answer & self.in_force(rule)
        if rule["only_while"]:
            answer &= self.stands(*rule["only_while"].split(" "))
        if rule["legs"] != "any":
            answer &= self.lines["leg"].isin(rule["legs"].split(";")).to_numpy()
        if rule["test"] == "end use":
            answer &= self.spoken[rule["speaks_of"].split(";")].any(axis=1).to_numpy()
        return answer

    def hits(self, rule: Mapping[Any, Any], applies: Mask) -> Iterator[tuple[str, Mask, pd.Series | None, pd.Series]]:
        """Each party or place the rule's test looks at, where it hits, the value for the sentence, and the country."""
        destination = self.lines["destination_country"]
        if rule["test"] == "product":
            yield "product", applies, self.lines["chip"], destination
        elif rule["test"] == "ownership":
            for party, share in shares(self.lines):
                hit = applies & owned(share, rule["owned_from"], rule["owned_below"])
                if hit.any():
                    yield party, hit, percent(share[hit]).reindex(share.index), destination
        elif rule["test"] == "end use" and not rule["groups_any"] + rule["countries"]:
            yield "end use", applies, None, destination
        else:
            for party, country, groups in self.places[rule["test"]]:
                hit = applies & in_scope(country, groups, rule)
                if hit.any():
                    yield party, hit, named(country[hit], self.tables).reindex(country.index), country
