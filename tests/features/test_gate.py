"""The gate as a lawyer reads it: leg, item, places, day and claim decide; unknown is never clear.

One plain line: eight H100 (class a) from the United States to a Singapore buyer with headquarters and parent there.
"""

from datetime import date

import pandas as pd
import pytest

from features.gate import GATES, gate
from features.known import known_on
from features.lines import with_facts
from features.orders.book import from_frame

TODAY = "2026-11-25"
H100, RTX_4090, A30, H20, T4, ASCEND = "H100 SXM5", "GeForce RTX 4090", "NVIDIA A30", "H20", "NVIDIA T4", "Ascend 910B"
ORDER = {
    "order_id": "A-1",
    "order_date": "2026-01-12",
    "seller_country": "US",
    "buyer_id": "C-1",
    "buyer_name": "Norrhall Compute",
    "ult_consignee_name": "Norrhall Compute",
    "end_user_name": "Norrhall Compute",
    "destination_country": "SG",
    "part_number": H100,
    "quantity": "8",
}
PARTY = {"customer_id": "C-1", "legal_name": "Norrhall Compute", "hq_country": "SG", "ultimate_parent_country": "SG"}


def judged(
    *, hq: str = "SG", parent: str = "SG", as_of: str = TODAY, backtest: bool = False, **cells: str
) -> "pd.Series[str]":
    """The gate of the plain line with some cells changed; `hq` and `parent` are those of its one party."""
    customers = from_frame(pd.DataFrame([PARTY | {"hq_country": hq, "ultimate_parent_country": parent}]), "customers")
    known = known_on(date.fromisoformat(as_of), customers.lines, backtest=backtest)
    return gate(with_facts(from_frame(pd.DataFrame([ORDER | cells])).lines, known), known).iloc[0]


TABLE = [
    # seller, item, destination, headquarters, parent, day, claim                → gate, authorisation
    pytest.param("US", H100, "SG", "SG", "SG", TODAY, "", "clear", "not_needed", id="a friendly place and owner"),
    pytest.param("US", H100, "CN", "CN", "CN", TODAY, "", "licence", "missing", id="an .a item to China"),
    pytest.param("US", A30, "VN", "VN", "VN", TODAY, "", "licence", "missing", id="a .b item to a D:1 country"),
    pytest.param("US", H100, "TW", "TW", "TW", TODAY, "", "clear", "not_needed", id="A:6 spares a D:3 country"),
    pytest.param("US", H100, "IL", "IL", "IL", TODAY, "", "clear", "not_needed", id="A:6 spares a D:4 country"),
    pytest.param("US", H100, "HK", "HK", "HK", TODAY, "", "licence", "missing", id="Hong Kong is treated as China"),
    pytest.param("US", H100, "MO", "MO", "MO", TODAY, "", "licence", "missing", id="Macau is named beside D:5"),
    pytest.param("US", T4, "CN", "CN", "CN", TODAY, "", "clear", "not_needed", id="a chip below the limits to China"),
    pytest.param("US", H100, "SG", "CN", "CN", TODAY, "", "licence", "missing", id="a Singapore unit run from Beijing"),
    pytest.param("US", H100, "SG", "SG", "MO", TODAY, "", "licence", "missing", id="a parent in Macau"),
    pytest.param("US", H100, "SG", "SG", "HK", TODAY, "", "licence", "missing", id="a parent in Hong Kong"),
    pytest.param("US", A30, "SG", "CN", "CN", TODAY, "", "licence", "missing", id="headquarters count for .b too"),
    pytest.param("US", T4, "SG", "CN", "CN", TODAY, "", "clear", "not_needed", id="headquarters need a .a or .b item"),
    pytest.param("US", H100, "SG", "VN", "VN", TODAY, "", "clear", "not_needed", id="a D:1 owner is no D:5 owner"),
    pytest.param("US", H100, "SG", "", "SG", TODAY, "", "unknown", "unknown", id="an empty headquarters is open"),
    pytest.param("US", H100, "SG", "SG", "", TODAY, "", "unknown", "unknown", id="an empty parent is open"),
    pytest.param("US", H100, "CN", "", "", TODAY, "", "licence", "missing", id="an open owner never lowers a licence"),
    pytest.param("US", T4, "SG", "", "", TODAY, "", "clear", "not_needed", id="no owner is asked below the limits"),
    pytest.param("US", "XQ-1", "SG", "SG", "SG", TODAY, "", "clear", "not_needed", id="a strange part to a friend"),
    pytest.param("US", "XQ-1", "CN", "CN", "CN", TODAY, "", "unknown", "unknown", id="a strange part to China"),
    pytest.param("US", H100, "", "SG", "SG", TODAY, "", "unknown", "unknown", id="no destination"),
    pytest.param("", H100, "SG", "SG", "SG", TODAY, "", "clear", "not_needed", id="a blank seller is taken as the US"),
    pytest.param("US", H100, "US", "US", "US", TODAY, "", "clear", "not_needed", id="a domestic order"),
    pytest.param("US", H100, "PR", "US", "US", TODAY, "", "clear", "not_needed", id="a territory is domestic"),
    pytest.param("US", H100, "US", "CN", "CN", TODAY, "", "clear", "not_needed", id="no headquarters test at home"),
    pytest.param("SG", H100, "CN", "CN", "CN", TODAY, "", "licence", "missing", id="a reexport to China"),
    pytest.param("MY", H100, "MY", "CN", "CN", TODAY, "", "licence", "missing", id="a transfer to a Chinese group"),
    pytest.param("SG", "XQ-1", "MY", "MY", "MY", TODAY, "", "unknown", "unknown", id="a foreign item of no known part"),
    pytest.param("US", T4, "IR", "IR", "IR", TODAY, "", "stop", "missing", id="an embargo stops any item"),
    pytest.param("SG", H100, "CU", "CU", "CU", TODAY, "", "stop", "missing", id="an embargo outranks a licence"),
    pytest.param("US", T4, "SG", "IR", "IR", TODAY, "", "licence", "missing", id="an owner under embargo, any item"),
    pytest.param("US", T4, "RU", "RU", "RU", TODAY, "", "licence", "missing", id="electronics to Russia"),
    # what is claimed, against what is required
    pytest.param("US", H100, "CN", "CN", "CN", TODAY, "NLR", "licence", "unusable", id="no licence required, said one"),
    pytest.param("US", H100, "IR", "IR", "IR", TODAY, "NLR", "stop", "unusable", id="no licence required, to Iran"),
    pytest.param("US", H100, "SG", "", "", TODAY, "NLR", "unknown", "unknown", id="no licence required, still open"),
    pytest.param("US", H100, "CN", "CN", "CN", TODAY, "NAC", "licence", "unusable", id="NAC for a data-centre .a item"),
    pytest.param("US", RTX_4090, "CN", "CN", "CN", TODAY, "NAC", "licence", "claimed", id="NAC for an RTX 4090"),
    pytest.param("US", RTX_4090, "CN", "CN", "CN", TODAY, "c67", "licence", "claimed", id="the AES code of NAC"),
    pytest.param("US", A30, "CN", "CN", "CN", TODAY, "NAC", "licence", "claimed", id="NAC for a .b item"),
    pytest.param("US", A30, "VN", "VN", "VN", TODAY, "ACA", "licence", "claimed", id="ACA for a .b item to D:1"),
    pytest.param("US", A30, "CN", "CN", "CN", TODAY, "ACA", "licence", "unusable", id="ACA stops at D:5"),
    pytest.param("US", A30, "MO", "MO", "MO", TODAY, "ACA", "licence", "unusable", id="ACA stops at Macau"),
    pytest.param("US", A30, "VN", "CN", "CN", TODAY, "ACA", "licence", "unusable", id="ACA stops at a D:5 owner"),
    pytest.param("US", A30, "VN", "VN", "CN", TODAY, "ACA", "licence", "unusable", id="ACA stops at a D:5 parent"),
    pytest.param("US", H100, "CN", "CN", "CN", TODAY, "GBS", "licence", "unusable", id="an exception that is closed"),
    pytest.param("US", H100, "CN", "CN", "CN", TODAY, "HBM", "licence", "unusable", id="the exception for memory"),
    pytest.param("US", H100, "CN", "CN", "CN", TODAY, "C30", "licence", "missing", id="a licence without its number"),
    pytest.param("US", H100, "CN", "CN", "CN", TODAY, "QQQ", "licence", "unknown", id="a code nobody knows"),
]


@pytest.mark.parametrize(
    ("seller", "part", "destination", "hq", "parent", "day", "claim", "expected", "authorisation"), TABLE
)
def test_the_gate_of_an_order(
    seller: str,
    part: str,
    destination: str,
    hq: str,
    parent: str,
    day: str,
    claim: str,
    expected: str,
    authorisation: str,
) -> None:
    cells = {"seller_country": seller, "part_number": part, "destination_country": destination, "licence_code": claim}
    found = judged(hq=hq, parent=parent, as_of=day, **cells)
    assert (found["gate"], found["authorisation"]) == (expected, authorisation)
    assert found["gate_reasons"]


DATED = [
    pytest.param(H100, "KH", "2026-02-02", "licence", "licence is needed at every", id="Cambodia, last day in D:5"),
    pytest.param(H100, "KH", "2026-02-03", "licence", "item to Cambodia", id="Cambodia, out of D:5 and still in D:1"),
    pytest.param(H100, "AE", "2026-07-13", "licence", "item to United Arab Emirates", id="the Emirates before July"),
    pytest.param(H100, "AE", "2026-07-14", "licence", "outside the licence requirement", id="the Emirates in A:5"),
    pytest.param(H100, "AE", "2026-07-15", "licence", "outside the licence requirement", id="the Emirates after"),
    pytest.param(H20, "CN", "2025-04-08", "clear", "No embargo", id="H20 the day before the letter"),
    pytest.param(H20, "CN", "2025-04-09", "licence", "by letter to its maker", id="H20 on the day of the letter"),
    pytest.param(H20, "CN", "2025-04-10", "licence", "by letter to its maker", id="H20 the day after the letter"),
    pytest.param(H100, "CN", "2022-10-06", "unknown", "known from 2022-10-07", id="before the tables are known"),
    pytest.param(H100, "CN", "2022-10-07", "unknown", "rule of October 2022", id="the first chip rule"),
    pytest.param(H100, "CN", "2023-11-16", "unknown", "rule of October 2022", id="its last day"),
    pytest.param(H100, "CN", "2023-11-17", "licence", "in force since 2023-11-17", id="the rule of today begins"),
    pytest.param(H100, "VN", "2023-11-16", "clear", "No embargo", id="D:1 before November 2023"),
    pytest.param(H100, "VN", "2023-11-17", "licence", "item to Vietnam", id="D:1 from November 2023"),
    pytest.param(H100, "CN", "2026-01-14", "licence", "item to China", id="before the case-by-case review"),
    pytest.param(H100, "CN", "2026-01-15", "licence", "case by case", id="the case-by-case review still licenses"),
    pytest.param(T4, "RU", "2022-10-07", "licence", "comprehensive controls", id="Russia"),
]


@pytest.mark.parametrize(("part", "place", "day", "expected", "said"), DATED)
def test_a_rule_acts_from_its_day_on(part: str, place: str, day: str, expected: str, said: str) -> None:
    found = judged(part_number=part, destination_country=place, hq=place, parent=place, as_of=day)
    assert found["rules_date"] == day
    assert found["gate"] == expected
    assert said in found["gate_reasons"]


USED_ELSEWHERE = [
    pytest.param(H100, "CN", "", "licence", "missing", id="an .a item used in China"),
    pytest.param(T4, "IR", "", "stop", "missing", id="any item used under an embargo"),
    pytest.param(A30, "CN", "ACA", "licence", "unusable", id="ACA where the item is used in D:5"),
    pytest.param(H100, "MY", "", "clear", "not_needed", id="an .a item used in another friendly place"),
]


@pytest.mark.parametrize(("part", "used_in", "claim", "expected", "authorisation"), USED_ELSEWHERE)
def test_where_the_goods_are_used_is_a_destination_too(
    part: str, used_in: str, claim: str, expected: str, authorisation: str
) -> None:
    """Delivered in Singapore, to an owner in Singapore, for an end user elsewhere."""
    found = judged(part_number=part, end_user_country=used_in, licence_code=claim)
    assert (found["gate"], found["authorisation"]) == (expected, authorisation)


OWNERS = [
    pytest.param("KH", "2026-02-01", "licence", id="Cambodian owner in D:5"),
    pytest.param("KH", "2026-02-02", "licence", id="Cambodian owner on the last day of D:5"),
    pytest.param("KH", "2026-02-03", "clear", id="Cambodian owner out of D:5"),
    pytest.param("CN", "2023-11-16", "clear", id="Chinese owner the day before the headquarters rule"),
    pytest.param("CN", "2023-11-17", "licence", id="Chinese owner on its first day"),
    pytest.param("CN", "2023-11-18", "licence", id="Chinese owner after"),
]


@pytest.mark.parametrize(("owner", "day", "expected"), OWNERS)
def test_an_owner_counts_by_the_groups_of_the_day(owner: str, day: str, expected: str) -> None:
    assert judged(hq=owner, parent=owner, as_of=day)["gate"] == expected


def test_the_case_by_case_review_never_applies_to_a_reexport() -> None:
    """91 FR 1684 is for exports from the United States."""
    found = judged(seller_country="SG", destination_country="CN", hq="CN", parent="CN")
    assert "case by case" not in found["gate_reasons"]


ABROAD = [
    pytest.param({"end_user_country": "MY"}, "end user is in Malaysia", id="a foreign end user"),
    pytest.param({"transit_countries": "US;HK"}, "route is in Hong Kong", id="a foreign stop on the route"),
    pytest.param({"inter_consignee_country": "SG"}, "consignee is in Singapore", id="a foreign intermediate consignee"),
    pytest.param({"reexport_intended": "yes"}, "later export is intended", id="a later export"),
]


@pytest.mark.parametrize(("cells", "said"), ABROAD)
def test_a_domestic_order_that_points_abroad_is_unknown(cells: dict[str, str], said: str) -> None:
    found = judged(destination_country="US", hq="US", parent="US", **cells)
    assert found["gate"] == "unknown"
    assert said in found["gate_reasons"]


def test_a_domestic_order_says_that_no_export_was_tested() -> None:
    assert "no export stated" in judged(destination_country="US")["gate_reasons"]


@pytest.mark.parametrize(("seller", "place"), [("US", "US"), ("US", "SG"), ("SG", "MY"), ("MY", "MY")])
def test_general_prohibition_10_is_an_alarm_on_every_leg(seller: str, place: str) -> None:
    found = judged(seller_country=seller, destination_country=place, part_number=ASCEND, manufacturer="Huawei")
    assert found["gp10"]
    assert found["gate"] == "clear"
    assert "General Prohibition 10" in found["gate_reasons"]


@pytest.mark.parametrize(("day", "alarm"), [("2025-05-12", False), ("2025-05-13", True), ("2025-05-14", True)])
def test_general_prohibition_10_speaks_from_the_guidance_on(day: str, alarm: bool) -> None:
    found = judged(part_number=ASCEND, manufacturer="Huawei", as_of=day)
    assert (found["gp10"], "General Prohibition 10" in found["gate_reasons"]) == (alarm, alarm)


def test_a_chip_of_another_design_is_no_alarm() -> None:
    assert not judged()["gp10"]


def test_a_reason_carries_rule_day_and_facts() -> None:
    reasons = judged(destination_country="CN", hq="CN", parent="MO")["gate_reasons"].split(" | ")
    assert reasons[0] == (
        "A 3A090.a or 4A090.a item to China (CN) needs a licence "
        "[15 CFR 742.6(a)(6)(iii)(A); in force since 2023-11-17]"
    )
    assert any(each.startswith("The buyer has its headquarters or ultimate parent in Macao (MO)") for each in reasons)
    assert len(reasons) == len(set(reasons))


def test_the_worst_result_decides_and_every_reason_is_kept() -> None:
    found = judged(destination_country="CU", hq="", parent="")
    assert found["gate"] == GATES[-1] == "stop"
    for said in ("under an embargo", "item to Cuba (CU) needs a licence", "Headquarters or ultimate parent not known"):
        assert said in found["gate_reasons"]


def test_an_open_gate_names_the_fields_that_keep_it_open() -> None:
    assert judged(hq="")["gate_lacks"] == "hq_country;ultimate_parent_country"
    assert judged(destination_country="")["gate_lacks"] == "destination_country"
    assert judged(end_user_name="", hq="")["gate_lacks"] == "end_user_name;hq_country;ultimate_parent_country"
    assert judged()["gate_lacks"] == ""


def test_a_party_that_nobody_looked_up_is_open_and_named() -> None:
    found = judged(end_user_name="Sundvik Data")
    assert found["gate"] == "unknown"
    assert "not known of end user:" in found["gate_reasons"]


def test_a_blank_seller_is_told() -> None:
    assert "taken as the United States" in judged(seller_country="")["gate_reasons"]


def test_a_licence_number_is_claimed_and_shown_to_be_checked() -> None:
    found = judged(destination_country="CN", hq="CN", parent="CN", licence_code="C30", licence_number="D999999")
    assert found["authorisation"] == "claimed"
    assert "Authorisation claimed: D999999, to be checked" in found["gate_reasons"]


def test_a_licence_number_does_not_rescue_a_claim_that_none_is_needed() -> None:
    cells = {"destination_country": "CN", "licence_code": "NLR", "licence_number": "D999999"}
    assert judged(**cells)["authorisation"] == "unusable"


def test_an_exception_is_dated_as_a_rule_is() -> None:
    """ACA was split from NAC on 4 April 2024 (89 FR 23876): before, nobody could claim it."""
    vietnam = {"destination_country": "VN", "part_number": A30, "licence_exception": "ACA", "hq": "VN", "parent": "VN"}
    before, on = (judged(as_of=day, **vietnam)["authorisation"] for day in ("2024-04-03", "2024-04-04"))
    assert (before, on) == ("unknown", "claimed")


def test_today_decides_for_an_open_order_and_a_backtest_takes_the_order_date() -> None:
    """An order of January 2026 to a Cambodian owner: D:5 then, not today."""
    assert judged(hq="KH")["gate"] == "clear"
    assert judged(hq="KH", backtest=True)["gate"] == "licence"
    assert judged(hq="KH", backtest=True)["rules_date"] == "2026-01-12"


def test_the_rules_of_its_day_decide_for_a_shipped_order() -> None:
    found = judged(hq="KH", ship_date="2026-02-02", order_status="shipped")
    assert (found["gate"], found["rules_date"]) == ("licence", "2026-02-02")


def test_a_shipment_that_lies_in_the_future_has_not_happened() -> None:
    assert judged(ship_date="2027-01-01", order_status="shipped")["rules_date"] == TODAY


PLANNED = [
    pytest.param("KH", "SG", "2026-02-01", "2026-02-02", "", id="no change before the ship date"),
    pytest.param("KH", "SG", "2026-02-01", "2026-02-03", "clear", id="the owner's place leaves D:5"),
    pytest.param("AE", "AE", "2026-07-01", "2026-07-20", "licence", id="the rule changes, the licence stays"),
]


@pytest.mark.parametrize(("owner", "place", "day", "ships", "then"), PLANNED)
def test_a_rule_change_before_the_planned_ship_date_is_named(
    owner: str, place: str, day: str, ships: str, then: str
) -> None:
    found = judged(hq=owner, parent=owner, destination_country=place, as_of=day, ship_date=ships)
    assert found["rules_date"] == day
    told = f"A rule changes before the planned ship date {ships}: the gate is then {then}"
    assert (told in found["gate_reasons"]) == bool(then)
    assert ("planned ship date" in found["gate_reasons"]) == bool(then)


INTERMEDIATE = {"inter_consignee_name": "Astan Relay", "inter_consignee_country": "JP"}


def test_an_intermediate_consignee_that_is_named_must_be_known_too() -> None:
    row = judged(**INTERMEDIATE)
    assert row["gate"] == "unknown"
    assert "not known of intermediate consignee" in row["gate_reasons"]


def test_an_intermediate_consignee_run_from_beijing_needs_a_licence() -> None:
    relay = {"customer_id": "C-2", "legal_name": "Astan Relay", "party_country": "JP", "hq_country": "CN"}
    customers = from_frame(pd.DataFrame([PARTY, relay]), "customers")
    known = known_on(date.fromisoformat(TODAY), customers.lines)
    row = gate(with_facts(from_frame(pd.DataFrame([ORDER | INTERMEDIATE])).lines, known), known).iloc[0]
    assert row["gate"] == "licence"
    assert "The intermediate consignee has its headquarters" in row["gate_reasons"]
