"""What a hit is called, and what it does: exact sets the gate, possible asks, an unreadable name is never clean."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from features.parties.screening import cleared
from features.parties.screening.cleared import Decision
from features.parties.screening.difference import difference, only
from features.parties.screening.lists import Lists

NAME = "Velkorra Semiconductor Co., Ltd."
ADDRESS = "Room 1609, 16/F, Block B, Vale Industrial Centre, 36 Tarn Wan Street, HK"


@pytest.mark.parametrize(
    ("country", "kind"),
    [
        pytest.param("CN", "exact", id="a country that agrees makes it exact"),
        pytest.param("HK", "exact", id="Hong Kong beside China is no difference"),
        pytest.param("DE", "possible", id="another country leaves it to a person and never clears it"),
        pytest.param(None, "possible", id="a country not stated leaves it to a person"),
    ],
)
def test_the_same_name_by_country(
    lists: Callable[..., Lists], kinds: Callable[..., list[str]], country: str, kind: str
) -> None:
    assert kinds(lists(), NAME, country=country) == [kind]


def test_an_entry_without_a_country_is_met_from_anywhere(
    lists: Callable[..., Lists], kinds: Callable[..., list[str]]
) -> None:
    assert kinds(lists({"name": NAME, "countries": ""}), NAME, country="DE") == ["exact"]


def test_a_listed_address_is_found_without_a_name(
    lists: Callable[..., Lists], hits: Callable[..., pd.DataFrame]
) -> None:
    held = lists({"name": "Address 01", "addresses": ADDRESS, "countries": "CN; HK"})
    found = hits(held, {"name": "Norrhall Compute", "country": "HK",
                        "address": "Rm 1609 16F Blk B, Vale Ind Ctr, 36 Tarn Wan St, Hong Kong"})  # fmt: skip
    assert found[["kind", "list_code"]].to_numpy().tolist() == [["exact", "EL"]]


def test_another_house_is_not_the_listed_address(lists: Callable[..., Lists], kinds: Callable[..., list[str]]) -> None:
    held = lists({"name": "Address 01", "addresses": ADDRESS, "countries": "CN; HK"})
    assert kinds(held, "Norrhall", address=ADDRESS.replace("36", "38"), country="HK") == []


def test_the_word_address_is_no_name(lists: Callable[..., Lists], kinds: Callable[..., list[str]]) -> None:
    assert kinds(lists({"name": "Address 01", "addresses": ADDRESS}), "Address 01", country="CN") == []


def test_the_address_of_a_listed_party_under_another_name_is_a_flag(
    lists: Callable[..., Lists], kinds: Callable[..., list[str]]
) -> None:
    held = lists({"name": NAME, "addresses": ADDRESS})
    assert kinds(held, "Norrhall Compute", address=ADDRESS, country="HK") == ["same address"]


@pytest.mark.parametrize("name", ["\U0001f600", "x", "\u202e\x00", "."])
def test_a_name_that_cannot_be_compared_is_not_screened_and_never_clean(
    lists: Callable[..., Lists], hits: Callable[..., pd.DataFrame], name: str
) -> None:
    found = hits(lists(), {"name": name, "country": "DE"})
    assert found[["kind", "meaning"]].to_numpy().tolist() == [["not screened", "unknown"]]


@pytest.mark.parametrize("name", ["TBD", "various", None])
def test_a_placeholder_names_nobody(lists: Callable[..., Lists], kinds: Callable[..., list[str]], name: str) -> None:
    assert kinds(lists(), name) == []


def test_an_entry_counts_from_its_start_to_its_end(
    lists: Callable[..., Lists], hits: Callable[..., pd.DataFrame]
) -> None:
    held = lists({"name": NAME, "start_date": "2024-01-10", "end_date": "2025-01-10"})
    met = [
        len(hits(held, {"name": NAME, "country": "CN"}, day=day)) for day in ("2024-01-09", "2024-01-10", "2025-01-11")
    ]
    assert met == [0, 1, 0]


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("SDN", "stop"),
        ("DPL", "stop"),
        ("EL", "licence"),
        ("MEU", "licence"),
        ("UVL", "unknown"),
        ("CMIC", "flag"),
        ("SSI", "flag"),
    ],
)
def test_a_list_has_its_own_meaning(
    lists: Callable[..., Lists], hits: Callable[..., pd.DataFrame], code: str, meaning: str
) -> None:
    found = hits(lists({"name": NAME, "list_code": code}), {"name": NAME, "country": "CN"})
    assert found["meaning"].tolist() == [meaning]


def test_requirement_policy_and_footnote_come_back_with_the_hit(
    lists: Callable[..., Lists], hits: Callable[..., pd.DataFrame]
) -> None:
    held = lists({"name": NAME, "license_requirement": "For all items (See 734.9(e) and 744.11 of the EAR)4"})
    assert hits(held, {"name": NAME, "country": "CN"})["footnote"].tolist() == ["4"]


def test_a_list_of_your_own_keeps_the_gate_open_unless_it_says_otherwise(
    own_list: Callable[..., Lists], hits: Callable[..., pd.DataFrame]
) -> None:
    held = own_list({"name": "Tarnbo Works", "meaning": ""}, {"name": "Velkorra Works", "meaning": "stop"})
    found = hits(held, {"name": "Tarnbo Works"}, {"name": "Velkorra Works"})
    assert found["meaning"].tolist() == ["unknown", "stop"]


@pytest.fixture
def decided(lists: Callable[..., Lists]) -> Callable[..., Lists]:
    """The plain list with one decision of the pair (Velkorra Semicon in DE, the entry)."""

    def build(verdict: str, held: Lists | None = None, **changed: object) -> Lists:
        now = held or lists()
        party = cleared.party_key("Velkorra Semicon", "DE", now.spelling)
        seen = cleared.party_print("Velkorra Semicon", None, "DE")
        cells = {"entry_key": lists().listed.entries["key"][0], "entry_print": cleared.entry_prints(lists().listed)[0]}
        told = {"party": party, "party_print": seen, **cells, "verdict": verdict, "reason": "another firm", "by": "ab",
                "on": date(2026, 1, 1), "until": None} | changed  # fmt: skip
        return replace(now, decisions=(Decision(**told),))

    return build


def test_a_cleared_pair_gives_nothing(decided: Callable[..., Lists], kinds: Callable[..., list[str]]) -> None:
    assert kinds(decided("cleared"), "Velkorra Semicon", country="DE") == []


def test_a_confirmed_pair_sets_the_gate(decided: Callable[..., Lists], kinds: Callable[..., list[str]]) -> None:
    assert kinds(decided("confirmed"), "Velkorra Semicon", country="DE") == ["confirmed"]


def test_a_cleared_pair_comes_back_after_its_day(
    decided: Callable[..., Lists], kinds: Callable[..., list[str]]
) -> None:
    assert kinds(decided("cleared", until=date(2026, 11, 24)), "Velkorra Semicon", country="DE") == ["possible"]


def test_a_cleared_pair_reopens_when_the_party_changes(
    decided: Callable[..., Lists], hits: Callable[..., pd.DataFrame]
) -> None:
    found = hits(decided("cleared"), {"name": "Velkorra Semicon", "country": "DE", "address": "9 Ostwall, Ulm"})
    assert found[["kind", "verdict"]].to_numpy().tolist() == [["possible", "reopened"]]


def test_a_cleared_pair_reopens_when_the_entry_changes(
    lists: Callable[..., Lists], decided: Callable[..., Lists], hits: Callable[..., pd.DataFrame]
) -> None:
    changed = lists({"name": NAME, "alt_names": "Velkorra Optics"})
    assert hits(decided("cleared", changed), {"name": "Velkorra Semicon", "country": "DE"})["verdict"].tolist() == [
        "reopened"
    ]


def test_a_cleared_pair_survives_new_ids_and_another_order_of_the_list(
    lists: Callable[..., Lists], decided: Callable[..., Lists], kinds: Callable[..., list[str]]
) -> None:
    moved = lists({"name": "Quillon Holding"}, {"name": NAME})
    assert kinds(decided("cleared", moved), "Velkorra Semicon", country="DE") == []


def test_decisions_are_written_and_read_back(decided: Callable[..., Lists]) -> None:
    told = decided("cleared", until=date(2027, 1, 1)).decisions
    assert tuple(cleared.read(cleared.written(told))) == told


def test_a_damaged_or_newer_file_of_decisions_is_refused(decided: Callable[..., Lists]) -> None:
    text = cleared.written(decided("cleared").decisions)
    for wrong in ("", text.replace("# format 2", "# format 9"), text.replace("cleared,", "perhaps,")):
        with pytest.raises(cleared.DecisionsRefused):
            cleared.read(wrong)


OWNED = {"owner": [NAME, "Tarnbo Holding"], "owned": ["Tarnbo Holding", "Norrhall Compute"], "percent": [60.0, 50.0]}


@pytest.mark.parametrize(
    ("percent", "kind", "meaning"),
    [
        pytest.param([60.0, 50.0], "affiliate", "stop", id="half of a party that is itself owned counts in full"),
        pytest.param([40.0, 50.0], None, None, id="under half on the way is no affiliate"),
        pytest.param([60.0, None], "listed owner", "unknown", id="an unknown share is a question"),
    ],
)
def test_ownership_of_half_or_more(
    lists: Callable[..., Lists], hits: Callable[..., pd.DataFrame], percent: list[float], kind: str, meaning: str
) -> None:
    held = replace(lists({"name": NAME, "list_code": "SDN"}), ownership=pd.DataFrame(OWNED | {"percent": percent}))
    found = hits(held, {"name": "Norrhall Compute", "country": "DE"})
    assert found[["kind", "meaning"]].to_numpy().tolist() == ([[kind, meaning]] if kind else [])


@pytest.mark.parametrize(
    ("day", "meaning"),
    [
        pytest.param("2025-10-15", "licence", id="in force in October 2025"),
        pytest.param("2026-03-01", "unknown", id="suspended in spring 2026"),
        pytest.param("2026-11-25", "licence", id="back by itself, unverified, in November 2026"),
    ],
)
def test_the_affiliates_rule_has_its_dates(
    lists: Callable[..., Lists], hits: Callable[..., pd.DataFrame], day: str, meaning: str
) -> None:
    held = replace(lists(), ownership=pd.DataFrame(OWNED))
    assert hits(held, {"name": "Norrhall Compute", "country": "DE"}, day=day)["meaning"].tolist() == [meaning]


@pytest.mark.parametrize(
    ("switch", "meaning"),
    [
        pytest.param("on", "licence", id="set on for this run"),
        pytest.param("off", "unknown", id="set off for this run: an owner is still told"),
    ],
)
def test_the_switch_of_the_affiliates_rule_reaches_owners_by_the_ownership_file(
    lists: Callable[..., Lists], hits: Callable[..., pd.DataFrame], switch: str, meaning: str
) -> None:
    held = replace(lists(), ownership=pd.DataFrame(OWNED), affiliates_rule=switch)
    assert hits(held, {"name": "Norrhall Compute", "country": "DE"})["meaning"].tolist() == [meaning]


def test_only_what_changed_in_a_list_is_screened_again(
    lists: Callable[..., Lists], kinds: Callable[..., list[str]]
) -> None:
    old = lists({"name": NAME}, {"name": "Quillon Holding"}, {"name": "Gone Works"})
    new = lists({"name": NAME}, {"name": "Quillon Holding", "countries": "RU"}, {"name": "Tarnbo Works"})
    found = difference(old.listed, new.listed)
    assert (len(found.added), len(found.changed), found.removed) == (1, 1, ("EL:gone works",))
    changed = only(new, [*found.added, *found.changed])
    assert kinds(changed, "Tarnbo Works", country="CN") == ["exact"]
    assert kinds(changed, NAME, country="CN") == []
