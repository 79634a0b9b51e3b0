"""The affiliates rule (90 FR 47201): a party half owned by listed parties is treated as they are. A dated switch.

In force from 29 September to 9 November 2025, then suspended for a year. Whether it returned on 10 November 2026 is not
established: from that day on the user's switch decides, "as dated" taking it as on, unverified.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from features.gate_places import PARTY
from features.known import AffiliatesRule, Known
from features.parties.master import ROLES
from features.verdict import Mask

TESTED = "it is tested where listed_ownership_pct is stated"
STATES = {
    ("licence", ""): "The affiliates rule is in force on {day}; " + TESTED + ".",
    ("note", ""): "The affiliates rule is suspended on {day}: an owner on a list is told and asks for no licence.",
    ("licence", "as dated"): "WARNING: it is not established whether the affiliates rule is in force on {day}; it is "
    "taken as on, unverified (--affiliates-rule on or off sets it); " + TESTED + ".",
    ("licence", "on"): "The affiliates rule was set on for this run, which decides for {day}; " + TESTED + ".",
    (
        "note",
        "off",
    ): "The affiliates rule was set off for this run, which decides for {day}: an owner on a list is told "
    "and asks for no licence.",
}
NEVER = "The affiliates rule did not exist on {day}."


def state_on(day: date, known: Known) -> str:
    """How the rule stands on a day and who decided that, in one sentence for the summary and the report."""
    rows = known.tables.in_force("gate_rules", pd.Timestamp(day))
    rows = rows[(rows["test"] == "ownership") & (rows["owned_below"] == "") & counts(rows, known.affiliates_rule)]
    says = NEVER if rows.empty else STATES[(rows["result"].iloc[0], rows["switch"].iloc[0])]
    return says.format(day=day.isoformat())


def counts(rules: pd.DataFrame, switch: AffiliatesRule) -> pd.Series:
    """Which rows of `gate_rules` count while the switch stands so."""
    return rules["switch"].isin(("", switch))


def shares(lines: pd.DataFrame) -> list[tuple[str, pd.Series]]:
    """Of each party the share that listed parties own, in per cent; missing where nobody stated it."""
    return [(PARTY[role], lines[f"{role}_listed_ownership_pct"]) for role in ROLES]


def owned(share: pd.Series, owned_from: str, owned_below: str) -> Mask:
    """Whether the share lies within the bounds of a row, the lower one included; a share of 0 never does."""
    hit: Mask = ((share > 0) & (share >= float(owned_from)) & (share < float(owned_below or "inf"))).to_numpy()
    return hit


def percent(share: pd.Series) -> pd.Series:
    """Shares for sentences: "62.5 per cent"."""
    return share.map("{:g} per cent".format, na_action="ignore").astype("str")
