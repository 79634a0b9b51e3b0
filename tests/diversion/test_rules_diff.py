"""An order book under rules on trial: which lines change, how far a change reaches, what is counted.

One batch of lines of eight H100 from the United States, each to a party of its own country; judged on 25 November 2026.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from diversion.rules_diff import SHIPPED, Difference, Side, both, chosen, compared
from diversion.rules_page import page
from diversion.rules_tally import tally
from features.known import Known, known_on
from features.lines import with_facts
from features.matrix import measure
from features.orders.book import Book, from_frame
from features.reference.tables import TablesRefused
from scoring.champion import BASELINE
from scoring.model import Model, load

AS_OF = date(2026, 11, 25)
LINES = {
    "MY-1": ("MY", "8"),
    "MY-2": ("MY", "4000"),
    "SA-1": ("SA", "8"),
    "SA-2": ("SA", "4000"),
    "DE-1": ("DE", "4000"),
    "VN-1": ("VN", "8"),
    "CN-1": ("CN", "8"),
    "IN-1": ("IN", "30000"),
    "IN-2": ("IN", "30000"),
}
"""Order, country of every party, quantity; SA-1 claims the exception for small orders."""

MALAYSIA = """
format = 1
title = "Malaysia moves to D:4"
says = "Invented."
[[change]]
table = "countries"
key = "MY"
from = 2025-01-01
add = { groups = "D:4" }
"""


@pytest.fixture(scope="module")
def book() -> Book:
    rows = [
        {
            "order_id": name,
            "order_date": "2026-06-12",
            "seller_country": "US",
            "buyer_id": name,
            **dict.fromkeys(("buyer_name", "ult_consignee_name", "end_user_name"), f"Norrhall {name}"),
            **dict.fromkeys(("buyer_country", "ult_consignee_country", "destination_country"), country),
            "part_number": "H100 SXM5",
            "quantity": quantity,
            "value_usd": str(30_000 * int(quantity)),
            "licence_exception": "LPP" if name == "SA-1" else "",
        }
        for name, (country, quantity) in LINES.items()
    ]
    return from_frame(pd.DataFrame(rows, dtype="str"))


@pytest.fixture(scope="module")
def known() -> Known:
    rows = [
        {"customer_id": name, "legal_name": f"Norrhall {name}", "hq_country": to, "ultimate_parent_country": to}
        for name, (to, _) in LINES.items()
    ]
    return known_on(AS_OF, from_frame(pd.DataFrame(rows, dtype="str"), "customers").lines)


@pytest.fixture(scope="module")
def model() -> Model:
    return load(BASELINE)


@pytest.fixture(scope="module")
def under(
    book: Book, known: Known, model: Model, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Difference]:
    """The difference that a shipped trial makes, or one of this text; each is judged once."""
    room, made = tmp_path_factory.mktemp("trials"), dict[str, Difference]()

    def build(rules: str) -> Difference:
        if rules not in made:
            place = room / f"trial-{len(made)}.toml"
            place.write_text(rules, encoding="utf-8")
            made[rules] = compared(book, chosen(str(place) if "\n" in rules else rules), known, model)
        return made[rules]

    return build


def gates(of: Side) -> dict[str, str]:
    return dict(zip(of.lines["order_id"], of.results["gate"], strict=True))


def test_the_tier_rule_asks_above_the_ceiling_for_small_orders_only_and_of_tier_3_always(
    under: Callable[[str], Difference],
) -> None:
    found = under("tier-rule-2025")
    assert gates(found.before) == dict.fromkeys(LINES, "clear") | dict.fromkeys(
        ("SA-1", "SA-2", "VN-1", "CN-1"), "licence"
    )
    assert gates(found.after) == dict.fromkeys(LINES, "licence") | dict.fromkeys(
        ("MY-1", "SA-1", "VN-1", "DE-1"), "clear"
    )


def test_the_rescission_gives_back_what_the_tier_rule_took(under: Callable[[str], Difference]) -> None:
    tiers, rescinded = under("tier-rule-2025"), under("tier-rule-rescinded")
    assert gates(rescinded.before) == gates(tiers.after)
    assert gates(rescinded.after) == gates(tiers.before)
    claimed = rescinded.after.results.set_index(rescinded.after.lines["order_id"])["authorisation"]["SA-1"]
    assert claimed == "unusable"


def test_a_quota_is_used_up_by_the_whole_day_and_told_as_partial(under: Callable[[str], Difference]) -> None:
    found = under("country-quota")
    assert found.changed["order"].tolist() == ["IN-1", "IN-2"]
    assert "949.9 of 600 million TPP of one country in 2026" in found.changed["reasons_new"].iloc[0]
    assert "The quota of TPP for India (IN) is used up" in found.changed["reasons_new"].iloc[0]
    assert "only: no past is known" in found.past


def test_a_known_past_uses_up_a_quota_too(book: Book, known: Known, model: Model) -> None:
    past = pd.DataFrame(
        {
            "order_id": ["B-1", "MY-1"],
            "order_date": pd.to_datetime(["2026-02-01", "2026-02-01"]),
            "order_status": ["shipped", "shipped"],
            "tpp_total": [4e8, 4e8],
            "destination_country": ["MY", "MY"],
            "buyer": ["id:X", "id:X"],
            "ult_consignee_name": ["x|MY", "x|MY"],
        }
    )
    found = compared(book, chosen("country-quota"), replace(known, past=past), model)
    assert found.changed["order"].tolist() == ["MY-1", "MY-2", "IN-1", "IN-2"]
    assert "463.5 of 400 million TPP" in found.changed["reasons_new"].iloc[0]
    assert "2 known lines from 2026-02-01 on" in found.past


def test_a_country_that_moves_group_changes_the_gate(under: Callable[[str], Difference]) -> None:
    changed = under(MALAYSIA).changed.set_index("order")
    assert list(changed.index) == ["MY-1", "MY-2"]
    assert changed["gate_after"].tolist() == ["licence", "licence"]


def test_a_country_under_an_arms_embargo_raises_the_score(under: Callable[[str], Difference]) -> None:
    changed = under(MALAYSIA.replace("D:4", "D:5")).changed.set_index("order")
    assert list(changed.index) == ["MY-1", "MY-2"]
    assert (changed["score_after"] > changed["score_before"]).all()


@pytest.mark.parametrize(
    "rules",
    [
        MALAYSIA,
        MALAYSIA.replace('add = { groups = "D:4" }', 'set = { diffusion_tier = "3" }'),
        MALAYSIA.replace("countries", "transshipment_hubs").replace("2025-01-01", "2025-06-01")
        .replace('add = { groups = "D:4" }', 'set = { basis = "russia" }'),
        MALAYSIA.replace("countries", "control_thresholds").replace('"MY"', '"a-tpp"')
        .replace('add = { groups = "D:4" }', "set = { tpp_min = 20000 }"),
        MALAYSIA.replace("countries", "licence_exceptions").replace('"MY"', '"LPP"')
        .replace("2025-01-01", "2025-06-01").replace('add = { groups = "D:4" }', 'set = { usable_for = "" }'),
        "tier-rule-2025",
    ],
    ids=["groups", "tiers", "hubs", "thresholds", "exceptions", "switches"],
)  # fmt: skip
def test_what_was_not_judged_anew_would_be_the_same(
    under: Callable[[str], Difference], book: Book, known: Known, rules: str
) -> None:
    found = under(rules)
    then = found.after.known
    lines = with_facts(book.lines, then)
    pd.testing.assert_frame_equal(found.after.lines, lines)
    pd.testing.assert_frame_equal(found.after.matrix, measure(lines, then))


def test_a_higher_threshold_frees_the_chips_below_it(under: Callable[[str], Difference]) -> None:
    limb = MALAYSIA.replace("countries", "control_thresholds").replace('"MY"', '"a-tpp"')
    both_limbs = limb.replace('add = { groups = "D:4" }', "set = { tpp_min = 20000 }") + (
        '[[end]]\ntable = "control_thresholds"\nkey = "a-density"\nlast = 2024-12-31\n'
    )
    assert gates(under(both_limbs).before)["VN-1"] == "licence"
    assert set(gates(under(both_limbs).after).values()) == {"clear"}


def test_the_sums_of_a_difference(under: Callable[[str], Difference]) -> None:
    sums = tally(under("tier-rule-2025"))
    assert (sums.orders, sums.lines, sums.whole.orders) == (9, 9, 5)
    assert {each.name: (each.orders, each.harder, each.easier) for each in sums.by["country"]} == {
        "India (IN)": (2, 2, 0),
        "Malaysia (MY)": (1, 1, 0),
        "Saudi Arabia (SA)": (1, 0, 1),
        "Vietnam (VN)": (1, 0, 1),
    }
    assert sums.whole.usd == 30_000 * (4000 + 30_000 + 30_000 + 8 + 8)
    assert [each.name for each in sums.moves["gate"]] == ["clear → licence", "licence → clear"]


def test_the_page_escapes_what_the_files_say_and_is_the_same_each_time(under: Callable[[str], Difference]) -> None:
    found = under("tier-rule-2025")
    marked = found.changed.assign(customer="<script>alert(1)</script>")
    sums = tally(replace(found, changed=marked))
    text = page(replace(found, changed=marked), sums, ("model",))
    assert "<script>" not in text
    assert text == page(replace(found, changed=marked), sums, ("model",))


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_trial_fits_the_shipped_tables(path: Path, known: Known) -> None:
    before, after = both(chosen(path.stem), known)
    assert before.tables.version != after.tables.version


def test_a_trial_against_one_that_is_against_another_is_refused(tmp_path: Path, known: Known) -> None:
    text = MALAYSIA.replace("format = 1", 'format = 1\nagainst = "tier-rule-rescinded"')
    (tmp_path / "chain.toml").write_text(text, encoding="utf-8")
    with pytest.raises(TablesRefused, match="is against a third one"):
        both(chosen(str(tmp_path / "chain.toml")), known)


def test_a_trial_may_set_the_affiliates_rule_alone(tmp_path: Path, known: Known) -> None:
    text = 'format = 1\ntitle = "Extended"\nsays = "Invented."\naffiliates_rule = "off"\n'
    (tmp_path / "off.toml").write_text(text, encoding="utf-8")
    before, after = both(chosen(str(tmp_path / "off.toml")), known)
    assert (before.affiliates_rule, after.affiliates_rule) == ("as dated", "off")
