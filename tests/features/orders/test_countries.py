"""A country is its code or a known name; anything else is asked."""

from collections.abc import Callable

import pandas as pd
import pytest

from features.orders.book import Book
from features.orders.countries import aliases as alias_table
from features.orders.countries import country_key, shipped

Build = Callable[..., Book]


@pytest.mark.parametrize(
    ("value", "iso2"),
    [
        pytest.param("NA", "NA", id="Namibia is not missing"),
        pytest.param("UK", "GB", id="UK is not the start of Ukraine"),
        pytest.param("UKR", "UA", id="three letters"),
        pytest.param("the netherlands", "NL", id="without the article"),
        pytest.param("U.S.", "US", id="without dots"),
        pytest.param("Congo, Democratic Republic of the", "CD", id="the other Congo is another country"),
        pytest.param("대한민국", "KR", id="its own script"),
        pytest.param("Ｄ Ｅ", "DE", id="full-width letters"),
    ],
)
def test_a_country_is_known(book: Build, value: str, iso2: str) -> None:
    assert book(destination_country=[value]).lines["destination_country"].tolist() == [iso2]


@pytest.mark.parametrize("value", ["U", "Atlantis", "German", "Germanyy", "-", "N/A", "n.a."])
def test_no_country_is_guessed(book: Build, value: str) -> None:
    found = book(destination_country=[value])
    (problem,) = [problem for problem in found.problems if problem.column == "destination_country"]
    assert (problem.row, problem.value) == (2, value)
    assert found.lines["destination_country"].isna().all()


def test_a_name_of_two_countries_is_asked(book: Build) -> None:
    found = book(destination_country=["Korea"])
    (problem,) = found.problems
    assert problem.text().startswith("frame, row 2, destination_country: 'Korea' may be KR or KP; write one of them")


def test_the_same_name_given_twice_with_two_countries_is_ambiguous() -> None:
    table = pd.DataFrame({"alias": ["Congo", "congo"], "iso2": ["CG", "CD"]}, dtype="str")
    assert alias_table(table) == {"congo": "CG|CD"}


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        pytest.param("HK > SG", "HK;SG", id="an arrow"),
        pytest.param("hk/sg;de", "HK;SG;DE", id="slash and semicolon"),
        pytest.param("HK, Singapore", "HK;SG", id="a comma"),
        pytest.param("Korea, Republic of > HK", "KR;HK", id="a name that holds a comma"),
        pytest.param("HK,HK", "HK;HK", id="a country passed twice"),
    ],
)
def test_a_route_is_a_list_of_codes_in_order(book: Build, value: str, codes: str) -> None:
    assert book(transit_countries=[value]).lines["transit_countries"].tolist() == [codes]


def test_one_unknown_country_keeps_its_place_in_a_route_as_unknown(book: Build) -> None:
    found = book(transit_countries=["HK > Atlantis"])
    assert found.lines["transit_countries"].tolist() == ["HK;ZZ"]
    assert [problem.value for problem in found.problems] == ["HK > Atlantis"]
    assert "Atlantis" not in found.problems[0].what


def test_a_route_stated_to_be_direct_is_empty_and_not_missing(book: Build) -> None:
    found = book(transit_countries=["direct", "Non-stop", "none", ""])
    assert found.lines["transit_countries"].fillna("?").tolist() == ["", "", "", "?"]
    assert not found.problems


def test_one_unknown_country_leaves_a_list_of_tenants_missing(book: Build) -> None:
    found = book(iaas_customer_hq_countries=["HK; Atlantis", "none"])
    assert found.lines["iaas_customer_hq_countries"].isna().all()


def test_the_shipped_table_holds_namibia_and_asks_about_korea() -> None:
    known = shipped()
    assert known["na"] == "NA"
    assert set(known["korea"].split("|")) == {"KR", "KP"}
    assert all(country_key(key) == key for key in known)
