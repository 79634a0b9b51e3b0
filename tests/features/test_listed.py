"""Near a listed party: what signals, gate and result say of an order, told on a list of invented parties."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from features.gate import gate
from features.known import Known
from features.lines import with_facts
from features.listed import a_party_resembles_a_listed_one, a_party_shares_the_address_of_a_listed_one
from features.parties.screening import own
from features.parties.screening.lists import Lists, searchable
from features.reference.tables import Tables

LISTED = [
    {"name": "Velkorra Photonics Werke", "country": "DE", "address": "71 Drosselgasse, Ulm", "meaning": "licence"},
    {"name": "Brannoc Maritime Holdings", "country": "DE", "meaning": "stop"},
    {"name": "Tessaly Index Notes", "country": "DE", "meaning": "flag"},
]
Told = Callable[..., pd.Series]


@pytest.fixture(scope="module")
def lists(tables: Tables) -> Lists:
    return searchable(own.from_table(pd.DataFrame(LISTED, dtype="str").fillna(""), "watch")[0], tables)


@pytest.fixture
def told(order: Callable[..., pd.DataFrame], known: Callable[..., Known], lists: Lists) -> Told:
    """Signals, gate and list columns of the plain line with some cells changed, held against the list or none."""

    def build(held: bool = True, **cells: str) -> pd.Series:
        here = replace(known(), lists=lists if held else None)
        lines = with_facts(order(**cells), here)
        signals = {
            each.name: each(lines, here)
            for each in (a_party_resembles_a_listed_one, a_party_shares_the_address_of_a_listed_one)
        }
        return pd.concat([lines.filter(like="list_"), gate(lines, here)], axis=1).assign(**signals).iloc[0]

    return build


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({}, False, id="nobody near"),
        pytest.param(
            {"end_user_name": "Velkorra Photonics Werke GmbH"}, True, id="the very name, in a form of company"
        ),
        pytest.param({"payer_name": "Velkora Photonics Werke"}, True, id="a letter less, as payer"),
        pytest.param({"forwarder_name": "Brannoc Maritime Holdings"}, True, id="a forwarder counts too"),
    ],
)
def test_a_party_resembles_a_listed_one(told: Told, cells: dict[str, str], expected: bool) -> None:
    assert told(**cells)["a_party_resembles_a_listed_one"] == expected


def test_without_a_list_nothing_is_evaluated_and_the_result_says_so(told: Told) -> None:
    row = told(held=False, end_user_name="Velkorra Photonics Werke")
    assert pd.isna(row["a_party_resembles_a_listed_one"])
    assert pd.isna(row["a_party_shares_the_address_of_a_listed_one"])
    assert row["list_version"] == "none"


def test_another_name_at_the_address_of_a_listed_party_is_seen(told: Told) -> None:
    assert told(ult_consignee_address="71 Drosselgasse, Ulm")["a_party_shares_the_address_of_a_listed_one"]
    assert not told()["a_party_shares_the_address_of_a_listed_one"]


@pytest.mark.parametrize(
    ("cells", "gate_is"),
    [
        pytest.param({"end_user_name": "Velkorra Photonics Werke"}, "licence", id="the list asks for a licence"),
        pytest.param(
            {"buyer_name": "Brannoc Maritime Holdings", "buyer_id": ""}, "stop", id="the list forbids the trade"
        ),
        pytest.param(
            {"payer_name": "Tessaly Index Notes", "payer_country": "DE"}, "clear", id="a list that is a flag only"
        ),
        pytest.param({"payer_name": "Velkora Photonics Werke"}, "unknown", id="a lesser hit keeps the gate open"),
        pytest.param({}, "clear", id="no hit"),
    ],
)
def test_the_gate_follows_the_meaning_of_the_list(told: Told, cells: dict[str, str], gate_is: str) -> None:
    assert told(**cells)["gate"] == gate_is


def test_a_domestic_order_is_screened_too(told: Told) -> None:
    home = {"seller_country": "DE", "end_user_name": "Velkorra Photonics Werke"}
    assert told(**home)["gate"] == "licence"


def test_a_hit_names_the_party_and_the_entry(told: Told) -> None:
    row = told(end_user_name="Velkorra Photonics Werke")
    assert "end user" in row["list_hits"]
    assert "Velkorra Photonics Werke" in row["list_hits"]
    assert row["list_reasons"] in row["gate_reasons"]


def test_a_name_that_cannot_be_compared_is_no_clean_one(told: Told) -> None:
    row = told(end_user_name="🙂🙂")
    assert row["list_not_screened"]
    assert pd.isna(row["a_party_resembles_a_listed_one"])
    assert row["gate"] == "unknown"


def test_a_list_without_addresses_says_nothing_of_an_address(
    order: Callable[..., pd.DataFrame], known: Callable[..., Known], tables: Tables
) -> None:
    bare = pd.DataFrame([{"name": "Velkorra Photonics Werke", "country": "DE"}])
    here = replace(known(), lists=searchable(own.from_table(bare, "watch")[0], tables))
    lines = with_facts(order(), here)
    assert a_party_shares_the_address_of_a_listed_one(lines, here).isna().all()
    assert a_party_resembles_a_listed_one(lines, here).eq(False).all()


def test_a_possible_hit_leaves_a_claimed_exception_as_it_is(told: Told) -> None:
    claim = {"destination_country": "VN", "part_number": "NVIDIA A30", "licence_exception": "ACA", "eccn": "3A090.b"}
    assert told(**claim)["authorisation"] == "claimed"
    assert told(payer_name="Velkora Photonics Werke", **claim)["authorisation"] == "claimed"
    assert told(end_user_name="Velkorra Photonics Werke", **claim)["authorisation"] == "unusable"
