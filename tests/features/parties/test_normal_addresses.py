"""Addresses of one place have one key; another house, floor or room has another."""

import pytest

from features.parties.normal_addresses import placed, shipped


def key(address: str) -> str:
    return placed([address], shipped())[0].key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("12 King St., Ulm", "ULM, 12 KING STREET", id="order, case and abbreviation"),
        pytest.param("Rm 1609, 16F, Blk B, Vale Ind Ctr, 36 Wan St",
                     "Room 1609 16/F Block B Vale Industrial Centre 36 Wan Street",
                     id="Hong Kong room, floor and block"),
        pytest.param("Flat 3, 5th Floor, 8 Tarn Road, Hong Kong", "8 Tarn Rd, 5/F, Flat 3, HK", id="floor in two ways"),
        pytest.param("7 Ostwall, Ulm, Germany", "7 Ostwall, Ulm, DE", id="the country by name and by code"),
    ],
)  # fmt: skip
def test_one_place_has_one_key(one: str, other: str) -> None:
    assert key(one) == key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("12 King Street, Ulm", "14 King Street, Ulm", id="another house"),
        pytest.param("Room 3, 12 King Street, Ulm", "Room 4, 12 King Street, Ulm", id="another room"),
        pytest.param("5/F, 12 King Street, Ulm", "6/F, 12 King Street, Ulm", id="another floor"),
    ],
)
def test_another_place_has_another_key(one: str, other: str) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize("address", ["ST", "Ulm", "123", "\U0001f600", ""])
def test_less_than_an_address_has_no_key(address: str) -> None:
    assert key(address) == ""


def test_the_country_is_cut_off_before_anything_else() -> None:
    found = placed(["Vale Road 5, 201900 Shanghai, P.R. China"], shipped())[0]
    assert (found.country, "china" in found.words) == ("CN", False)


def test_a_road_named_after_a_place_does_not_move_the_address_there() -> None:
    assert placed(["6 Hong Kong East Road, Qingdao"], shipped())[0].country == ""
