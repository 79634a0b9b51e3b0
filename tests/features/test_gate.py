"""How the gate answers: which day decides, which reasons are kept, which fields are asked for, what contradicts itself.

The rules one by one stand in gate_situations.csv. One plain line: eight H100 (class a) from the United States to a
Singapore buyer with headquarters and parent there.
"""

from collections.abc import Callable, Sequence
from datetime import date

import pandas as pd
import pytest

from features.gate import gate
from features.known import Known
from features.lines import with_facts
from features.reference.tables import Tables
from features.verdict import GATES

Judged = Callable[..., "pd.Series[str]"]
TODAY = "2026-11-25"
ASCEND = "Ascend 910B"
ORDER = {
    "order_id": "A-1",
    "order_date": "2026-01-12",
    "seller_country": "US",
    "buyer_id": "C-1",
    "buyer_name": "Norrhall Compute",
    "ult_consignee_name": "Norrhall Compute",
    "end_user_name": "Norrhall Compute",
    "destination_country": "SG",
    "part_number": "H100 SXM5",
    "quantity": "8",
}
PARTY = {"customer_id": "C-1", "legal_name": "Norrhall Compute", "hq_country": "SG", "ultimate_parent_country": "SG"}


@pytest.fixture(scope="session")
def judged(read: Callable[..., pd.DataFrame], tables: Tables) -> Judged:
    """The gate of the plain line with some cells changed; `hq` and `parent` are those of its one party.

    `others` are further rows of the master.
    """

    def build(
        *,
        hq: str = "SG",
        parent: str = "SG",
        as_of: str = TODAY,
        backtest: bool = False,
        others: Sequence[dict[str, str]] = (),
        party: dict[str, str] | None = None,
        **cells: str,
    ) -> "pd.Series[str]":
        own = PARTY | {"hq_country": hq, "ultimate_parent_country": parent} | (party or {})
        known = Known(tables, date.fromisoformat(as_of), read([own, *others], "customers"), backtest=backtest)
        return gate(with_facts(read([ORDER | cells]), known), known).iloc[0]

    return build


def test_the_case_by_case_review_never_applies_to_a_reexport(judged: Judged) -> None:
    """91 FR 1684 is for exports from the United States."""
    found = judged(seller_country="SG", destination_country="CN", hq="CN", parent="CN")
    assert "case by case" not in found["gate_reasons"]


def test_a_domestic_order_says_that_no_export_was_tested(judged: Judged) -> None:
    assert "no export stated" in judged(destination_country="US")["gate_reasons"]


@pytest.mark.parametrize(("seller", "place"), [("US", "US"), ("US", "SG"), ("SG", "MY"), ("MY", "MY")])
def test_general_prohibition_10_is_an_alarm_on_every_leg(judged: Judged, seller: str, place: str) -> None:
    found = judged(seller_country=seller, destination_country=place, part_number=ASCEND, manufacturer="Huawei")
    assert found["gp10"]
    assert found["gate"] == "clear"
    assert "General Prohibition 10" in found["gate_reasons"]


@pytest.mark.parametrize(("day", "alarm"), [("2025-05-12", False), ("2025-05-13", True), ("2025-05-14", True)])
def test_general_prohibition_10_speaks_from_the_guidance_on(judged: Judged, day: str, alarm: bool) -> None:
    found = judged(part_number=ASCEND, manufacturer="Huawei", as_of=day)
    assert (found["gp10"], "General Prohibition 10" in found["gate_reasons"]) == (alarm, alarm)


def test_a_chip_of_another_design_is_no_alarm(judged: Judged) -> None:
    assert not judged()["gp10"]


def test_a_reason_carries_rule_day_and_facts(judged: Judged) -> None:
    reasons = judged(destination_country="CN", hq="CN", parent="MO")["gate_reasons"].split(" | ")
    assert reasons[0] == (
        "A 3A090.a or 4A090.a item to China (CN) needs a licence "
        "[15 CFR 742.6(a)(6)(iii)(A); in force since 2023-11-17]"
    )
    assert any(each.startswith("The buyer has its headquarters or ultimate parent in Macao (MO)") for each in reasons)
    assert len(reasons) == len(set(reasons))


def test_the_worst_result_decides_and_every_reason_is_kept(judged: Judged) -> None:
    found = judged(destination_country="CU", hq="", parent="")
    assert found["gate"] == GATES[-1] == "stop"
    for said in ("under an embargo", "item to Cuba (CU) needs a licence", "Headquarters or ultimate parent not known"):
        assert said in found["gate_reasons"]


def test_an_open_gate_names_the_fields_that_keep_it_open(judged: Judged) -> None:
    assert judged(hq="")["gate_lacks"] == "hq_country;ultimate_parent_country"
    assert judged(destination_country="")["gate_lacks"] == "destination_country"
    assert judged(end_user_name="", hq="")["gate_lacks"] == "end_user_name;hq_country;ultimate_parent_country"
    assert judged()["gate_lacks"] == ""


def test_a_party_that_nobody_looked_up_is_open_and_named(judged: Judged) -> None:
    found = judged(end_user_name="Sundvik Data")
    assert found["gate"] == "unknown"
    assert "not known of end user:" in found["gate_reasons"]


def test_a_blank_seller_is_told(judged: Judged) -> None:
    assert "taken as the United States" in judged(seller_country="")["gate_reasons"]


def test_a_licence_number_is_claimed_and_shown_to_be_checked(judged: Judged) -> None:
    found = judged(destination_country="CN", hq="CN", parent="CN", licence_code="C30", licence_number="D999999")
    assert found["authorisation"] == "claimed"
    assert "Authorisation claimed: D999999, to be checked" in found["gate_reasons"]


def test_today_decides_for_an_open_order_and_a_backtest_takes_the_order_date(judged: Judged) -> None:
    """An order of January 2026 to a Cambodian owner: D:5 then, not today."""
    assert judged(hq="KH")["gate"] == "clear"
    assert judged(hq="KH", backtest=True)["gate"] == "licence"
    assert judged(hq="KH", backtest=True)["rules_date"] == "2026-01-12"


def test_the_rules_of_its_day_decide_for_a_shipped_order(judged: Judged) -> None:
    found = judged(hq="KH", ship_date="2026-02-02", order_status="shipped")
    assert (found["gate"], found["rules_date"]) == ("licence", "2026-02-02")


def test_a_shipment_that_lies_in_the_future_has_not_happened(judged: Judged) -> None:
    assert judged(ship_date="2027-01-01", order_status="shipped")["rules_date"] == TODAY


PLANNED = [
    pytest.param("KH", "SG", "2026-02-01", "2026-02-02", "", id="no change before the ship date"),
    pytest.param("KH", "SG", "2026-02-01", "2026-02-03", "clear", id="the owner's place leaves D:5"),
    pytest.param("AE", "AE", "2026-07-01", "2026-07-20", "licence", id="the rule changes, the licence stays"),
]


@pytest.mark.parametrize(("owner", "place", "day", "ships", "then"), PLANNED)
def test_a_rule_change_before_the_planned_ship_date_is_named(
    judged: Judged, owner: str, place: str, day: str, ships: str, then: str
) -> None:
    found = judged(hq=owner, parent=owner, destination_country=place, as_of=day, ship_date=ships)
    assert found["rules_date"] == day
    told = f"A rule changes before the planned ship date {ships}: the gate is then {then}"
    assert (told in found["gate_reasons"]) == bool(then)
    assert ("planned ship date" in found["gate_reasons"]) == bool(then)


INTERMEDIATE = {"inter_consignee_name": "Astan Relay", "inter_consignee_country": "JP"}


def test_an_intermediate_consignee_that_is_named_must_be_known_too(judged: Judged) -> None:
    row = judged(**INTERMEDIATE)
    assert row["gate"] == "unknown"
    assert "not known of intermediate consignee" in row["gate_reasons"]


def test_an_intermediate_consignee_run_from_beijing_needs_a_licence(judged: Judged) -> None:
    relay = {"customer_id": "C-2", "legal_name": "Astan Relay", "party_country": "JP", "hq_country": "CN"}
    row = judged(others=[relay], **INTERMEDIATE)
    assert row["gate"] == "licence"
    assert "The intermediate consignee has its headquarters" in row["gate_reasons"]


# Input that contradicts itself, or that no table knows


def test_contradictory_rows_of_one_customer_join_none_and_are_told(judged: Judged) -> None:
    row = judged(others=[PARTY | {"hq_country": "CN"}])
    assert row["gate"] == "unknown"
    assert "holds several different rows for the buyer: none was joined" in row["gate_reasons"]


def test_contradictory_rows_are_told_of_an_uncontrolled_item_too(judged: Judged) -> None:
    row = judged(others=[PARTY | {"hq_country": "CN"}], part_number="NVIDIA T4")
    assert row["gate"] == "clear"
    assert "several different rows" in row["gate_reasons"]


HOLDING = {"customer_id": "C-2", "legal_name": "Astan Holding", "hq_country": "SG", "ultimate_parent_country": "SG"}
OWNED = {"ultimate_parent_name": "Astan Holding"}


def test_the_owner_s_own_row_in_the_master_counts(judged: Judged) -> None:
    """The buyer says parent in Singapore; the parent's own row says that it is run from China."""
    chinese = HOLDING | {"ultimate_parent_country": "CN"}
    assert judged(others=[HOLDING], party=OWNED)["gate"] == "clear"
    assert judged(others=[chinese], party=OWNED)["gate"] == "licence"


def test_owners_that_name_each_other_are_never_clear(judged: Judged) -> None:
    ring = HOLDING | {"ultimate_parent_name": "Norrhall Compute"}
    row = judged(others=[ring], party=OWNED)
    assert row["gate"] == "unknown"
    assert "name each other as parent" in row["gate_reasons"]


def test_a_parent_country_that_is_not_the_parent_s_own_is_open(judged: Judged) -> None:
    row = judged(others=[HOLDING | {"hq_country": "CN", "party_country": "CN"}], party=OWNED)
    assert row["gate"] == "unknown"
    assert "owners of the buyer are not settled" in row["gate_reasons"]


def test_headquarters_and_parent_that_name_each_other_s_country_are_both_tested(judged: Judged) -> None:
    """Without names of owners there is no chain to follow: two countries, and the worse decides."""
    assert judged(hq="SG", parent="CN")["gate"] == judged(hq="CN", parent="SG")["gate"] == "licence"


def test_a_country_without_a_group_is_open_and_named(judged: Judged) -> None:
    row = judged(destination_country="AQ")
    assert row["gate"] == "unknown"
    assert "does not place Antarctica (AQ)" in row["gate_reasons"]


def test_days_before_the_first_row_are_open(judged: Judged) -> None:
    assert judged(as_of="1999-12-31")["gate"] == "unknown"


def test_a_part_that_could_be_two_chips_is_judged_as_the_stricter(judged: Judged) -> None:
    row = judged(part_number="NVIDIA T4 or A30", destination_country="VN")
    assert (row["gate_class"], row["gate"]) == ("b", "licence")


def test_an_end_use_of_weapons_asks_who_is_behind_it(judged: Judged) -> None:
    row = judged(hq="", end_use_text="Warhead simulation")
    assert row["gate"] == "unknown"
    assert "tenants of the site included" in row["gate_reasons"]
    assert row["gate_lacks"] == "hq_country;ultimate_parent_country"
