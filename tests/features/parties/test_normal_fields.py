"""A cell of an order may hold more than a name; each name in it is screened, and the cell itself always."""

import pytest

from features.parties.normal_fields import variants


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        pytest.param("SHIPPER: Norrhall Ltd", "Norrhall Ltd", id="a label in front"),
        pytest.param("Messrs. Norrhall Ltd", "Norrhall Ltd", id="messrs"),
        pytest.param("Norrhall Ltd, Room 12, Ostwall 4", "Norrhall Ltd", id="an address behind"),
        pytest.param("Norrhall Ltd (Kisumu Branch)", "Norrhall Ltd", id="a branch in brackets"),
        pytest.param("Norrhall Ltd - Kisumu", "Norrhall Ltd", id="a town behind a dash"),
        pytest.param("Norrhall Ltd c/o Ostwind Spedition", "Ostwind Spedition", id="care of: both are parties"),
        pytest.param("Norrhall Ltd c/o Ostwind Spedition", "Norrhall Ltd", id="care of: the first too"),
        pytest.param("Norrhall Ltd (formerly Velkorra Ltd)", "Velkorra Ltd", id="a former name"),
        pytest.param("So-called Vale Bureau", "Vale Bureau", id="so-called"),
        pytest.param("FIELD 59: Norrhall Ltd", "Norrhall Ltd", id="a field number of a message"),
    ],
)
def test_a_name_inside_a_cell_is_found(cell: str, name: str) -> None:
    assert name in variants(cell)
    assert variants(cell)[cell] == "whole"


def test_a_plain_name_is_itself_alone() -> None:
    assert variants("Norrhall Compute Ltd") == {"Norrhall Compute Ltd": "whole"}


def test_a_bracket_with_a_country_stays_for_it_tells_sister_companies_apart() -> None:
    assert "Norrhall Ltd" not in variants("Norrhall Ltd (Spain)", frozenset({"spain"}))
    assert "Norrhall Ltd" in variants("Norrhall Ltd (Kisumu)", frozenset({"spain"}))
