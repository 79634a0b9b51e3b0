"""Every dated row of the gate and of the authorisations: the day before, the first day, the last day, the day after.

The rows are read off the tables: a new row is tested as it stands, without a new test. Each is judged alone, on a line
that it must hit; country groups and chip limits are those of today on every day, so that only the row's own days act.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from features.gate import gate
from features.known import AffiliatesRule, Known
from features.lines import with_facts
from features.reference.tables import Tables, load

TABLES = load()
LONG_AGO = pd.Timestamp("1990-01-01")
DAY = pd.Timedelta(days=1)
TODAY = pd.Timestamp("2026-11-25")
RULES = TABLES.frames["gate_rules"].to_dict("records")
CLAIMS = TABLES.frames["licence_exceptions"].to_dict("records")
PARTS = {
    "a": {"part_number": "H100 SXM5"},
    "b": {"part_number": "NVIDIA A30"},
    "neither": {"part_number": "NVIDIA T4"},
    "unknown": {"part_number": "XQ-1"},
    "letter": {"part_number": "H20"},
    "gp10": {"part_number": "Ascend 910B"},
    "any": {"part_number": "NVIDIA T4"},
}
LEGS = {"export": ("US", "SG"), "reexport": ("MY", "SG"), "transfer": ("SG", "SG"), "any": ("US", "US")}
SAYS = {
    "weapons": "Warhead simulation",
    "military_intelligence": "Signals intelligence",
    "military": "Military research",
    "training_for_others": "Model training service",
    "supercomputer": "Supercomputing centre",
    "advanced_node": "Advanced node design",
}


def as_ever(rules: pd.DataFrame) -> Tables:
    """Today's groups, limits and words on every day, and these rules only; switches stand and ceilings lie for them."""
    frames, cards = dict(TABLES.frames), dict(TABLES.cards)
    on = rules["only_while"].str.endswith(" on").any()
    frames["rule_switches"] = frames["rule_switches"].assign(start=LONG_AGO, state="on" if on else "off")
    over = rules["limit"].str.startswith("over ").any()
    frames["tpp_limits"] = frames["tpp_limits"].assign(start=LONG_AGO, end=pd.NaT, tpp="0" if over else "1e9")
    for name in ("countries", "control_thresholds", "end_use_words"):
        now = TABLES.in_force(name, TODAY)
        frames[name] = now.assign(start=LONG_AGO, end=pd.Series(pd.NaT, index=now.index, dtype="datetime64[us]"))
        cards[name] = replace(cards[name], known_from=LONG_AGO.date())
    cards["licence_exceptions"] = replace(cards["licence_exceptions"], known_from=LONG_AGO.date())
    return replace(TABLES, frames=frames | {"gate_rules": rules.reset_index(drop=True)}, cards=cards)


def place_for(rule: dict[str, Any]) -> str:
    """A place that the rule hits today."""
    if rule["countries"]:
        return str(rule["countries"].split(";")[0])
    now = TABLES.in_force("countries", TODAY)
    wanted, spared = set(rule["groups_any"].split(";")), set(rule["groups_none"].split(";"))
    own = (now["groups"] + ";tier:" + now["diffusion_tier"]).str.split(";").map(set)
    return str(now.loc[own.map(lambda groups: bool(groups & wanted) and not groups & spared), "iso2"].iloc[0])


def line_for(rule: dict[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """An order and the row of its one party that the rule must hit."""
    seller, home = LEGS[rule["legs"].split(";")[0]]
    cells = {"seller_country": seller, "destination_country": home} | PARTS[rule["item"].split(";")[0]]
    party = {"hq_country": home, "ultimate_parent_country": home}
    if rule["test"] == "destination":
        cells["destination_country"] = place_for(rule)
    elif rule["test"] == "headquarters":
        party["hq_country"] = place_for(rule)
    elif rule["test"] == "ownership":
        party["listed_ownership_pct"] = f"{max(1.0, float(rule['owned_from']))}%"
    elif rule["test"] == "end use":
        cells["end_use_text"] = SAYS[rule["speaks_of"].split(";")[0]]
        if rule["groups_any"]:
            party["hq_country"] = place_for(rule)
    return cells, party


Said = Callable[..., "tuple[str, str, str]"]


@pytest.fixture(scope="session")
def said(read: Callable[..., pd.DataFrame]) -> Said:
    """Gate, reasons and authorisation of a line under these rules alone on a day."""

    def build(
        tables: Tables, cells: dict[str, str], party: dict[str, str], day: pd.Timestamp, switch: AffiliatesRule
    ) -> tuple[str, str, str]:
        names = dict.fromkeys(("buyer_name", "ult_consignee_name", "end_user_name"), "Norrhall Compute")
        order = {"order_id": "A-1", "order_date": "2020-01-01", "buyer_id": "C-1", "quantity": "8", **names, **cells}
        master = {"customer_id": "C-1", "legal_name": "Norrhall Compute", **party}
        here = Known(tables, day.date(), read([master], "customers"), affiliates_rule=switch)
        row = gate(with_facts(read([order]), here), here).iloc[0]
        return row["gate"], row["gate_reasons"], row["authorisation"]

    return build


def days(row: dict[str, Any]) -> list[tuple[pd.Timestamp, bool]]:
    """Days around the row's first and last one, and whether it acts on them."""
    first, last = row["start"], row["end"]
    around = [(first - DAY, False), (first, True), (first + DAY, True)]
    return around if pd.isna(last) else [*around, (last, True), (last + DAY, False)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["rule"])
def test_a_rule_acts_from_its_first_day_to_its_last(said: Said, rule: dict[str, Any]) -> None:
    frame = TABLES.frames["gate_rules"]
    tables = as_ever(frame[frame["rule"] == rule["rule"]])
    sentence = f"[{rule['cite']}; in force since {rule['start']:%Y-%m-%d}]"
    switch: AffiliatesRule = rule["switch"] or "as dated"
    for day, acts in days(rule):
        found, reasons, _ = said(tables, *line_for(rule), day, switch)
        assert (sentence in reasons) == acts, day
        if acts and rule["result"] != "note":
            assert found == rule["result"]
        if not acts and rule["test"] not in ("destination", "headquarters") and "unknown" not in rule["item"]:
            assert found == "clear"


@pytest.mark.parametrize("rule", [each for each in RULES if each["switch"]], ids=lambda rule: rule["rule"])
def test_a_rule_under_a_switch_is_silent_in_its_other_positions(said: Said, rule: dict[str, Any]) -> None:
    frame = TABLES.frames["gate_rules"]
    tables = as_ever(frame[frame["rule"] == rule["rule"]])
    positions: tuple[AffiliatesRule, ...] = ("as dated", "on", "off")
    for switch in positions:
        _, reasons, _ = said(tables, *line_for(rule), rule["start"], switch)
        assert (rule["cite"] in reasons) == (switch == rule["switch"])


@pytest.mark.parametrize(
    ("share", "hits"), [("0", []), ("0.01", ["below"]), ("49.99", ["below"]), ("50", ["half"]), ("50.01", ["half"])]
)
def test_the_shares_of_an_owner_below_at_and_above_the_bounds(said: Said, share: str, hits: list[str]) -> None:
    frame = TABLES.frames["gate_rules"]
    tables = as_ever(frame[frame["test"] == "ownership"])
    rule = frame[frame["rule"] == "affiliates-2025"].iloc[0].to_dict()
    cells, party = line_for(rule)
    _, reasons, _ = said(tables, cells, party | {"listed_ownership_pct": f"{share}%"}, rule["start"], "as dated")
    words = {"half": "as for the listed owner itself", "below": "find the whole share"}
    assert [name for name, word in words.items() if word in reasons] == hits


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim["code"])
def test_a_claim_counts_from_its_first_day_to_its_last(said: Said, claim: dict[str, Any]) -> None:
    """On a line that needs a licence on every day: a claim that is not of the day is not judged."""
    frame = TABLES.frames["gate_rules"]
    rule = frame[frame["rule"] == "destination-russia-belarus"].assign(
        start=LONG_AGO, end=pd.NaT, countries="VN", exceptions="", item="any"
    )
    item = {"a-data-centre": "a", "a-other": "a", "b": "b", "neither": "neither", "": "a"}[
        claim["usable_for"].split(";")[-1]
    ]
    cells = {"seller_country": "US", "destination_country": "VN", "licence_code": claim["code"]} | PARTS[item]
    party = {"hq_country": "VN", "ultimate_parent_country": "VN"}
    covers = claim["kind"] == "exception" and claim["usable_for"] != ""
    of_the_day = "missing" if claim["kind"] == "licence" else "claimed" if covers else "unusable"
    for day, acts in days(claim):
        found, _, authorisation = said(as_ever(rule), cells, party, day, "as dated")
        assert found == "licence"
        assert authorisation == (of_the_day if acts else "unknown"), day


def test_the_tables_are_dated_up_to_today() -> None:
    assert max(rule["start"] for rule in RULES).date() <= date(2026, 11, 25)
