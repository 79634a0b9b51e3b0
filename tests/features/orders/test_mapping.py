"""A heading is found by name or alias however it is written; a doubt is told."""

from collections.abc import Callable

import pandas as pd
import pytest

from features.orders.book import Book, from_frame
from features.orders.fields import Kind, of_kind
from features.orders.mapping import candidates, heading_key, map_headings
from features.orders.problems import Level, OrdersRefused

ORDER_HEADINGS = ("order_id", "part_number", "quantity", "buyer_name", "buyer_country", "destination_country")


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        pytest.param("order_id", "order_id", id="the canonical name"),
        pytest.param("Order ID", "order_id", id="the canonical name as people write it"),
        pytest.param("\ufefforder_id", "order_id", id="a byte-order mark before the first heading"),
        pytest.param("ship\u200bdate", "ship_date", id="a zero-width space inside"),
        pytest.param("SHIP-TO", "ult_consignee_name", id="an alias with a hyphen in capitals"),
        pytest.param("Order #", "order_id", id="a number sign is a number"),
        pytest.param("订单号", "order_id", id="an alias in Chinese"),
        pytest.param("Empfänger", "ult_consignee_name", id="an alias in German"),
        pytest.param("Country of ultimate destination:", "destination_country", id="punctuation at the end"),
    ],
)
def test_a_heading_is_its_field(heading: str, field: str) -> None:
    found = map_headings(("part_number", "order_id", heading)[1 if field != "order_id" else 2 :], "orders", "o.csv")
    assert found.positions[field] == len(found.positions) - 1


@pytest.mark.parametrize("kind", ["orders", "customers"])
def test_every_alias_of_every_field_is_understood(kind: Kind) -> None:
    known = candidates(kind)
    for field in of_kind(kind):
        assert known[heading_key(field.name)] == (field.name,)
        assert all(heading_key(alias) in known for alias in field.aliases)


def test_a_heading_of_two_meanings_takes_the_field_listed_first_and_is_noted() -> None:
    found = map_headings(("order_id", "via"), "orders", "o.csv")
    assert found.positions["inter_consignee_name"] == 1
    (note,) = [problem for problem in found.problems if problem.level is Level.NOTE]
    assert note.value == "via"
    assert "transit_countries" in note.what


def test_a_heading_of_two_meanings_takes_the_one_that_is_free() -> None:
    found = map_headings(("order_id", "via", "inter_consignee_name"), "orders", "o.csv")
    assert found.positions == {"order_id": 0, "inter_consignee_name": 2, "transit_countries": 1}


def test_of_two_headings_for_one_field_the_first_is_used_and_the_other_reported() -> None:
    found = map_headings(("order_id", "qty", "pcs"), "orders", "o.csv")
    assert found.positions["quantity"] == 1
    assert found.unmapped == ("pcs",)
    (problem,) = [problem for problem in found.problems if problem.value == "pcs"]
    assert (problem.level, problem.column) == (Level.PROBLEM, "quantity")


def test_a_canonical_name_goes_before_an_alias_wherever_it_stands() -> None:
    assert map_headings(("order_id", "qty", "quantity"), "orders", "o.csv").positions["quantity"] == 2


def test_headings_nobody_knows_are_named_as_unmapped() -> None:
    assert map_headings((*ORDER_HEADINGS, "colour", ""), "orders", "o.csv").unmapped == ("colour",)


def test_a_must_field_without_column_is_one_problem_of_the_file_and_the_lines_are_scored(
    aliases: dict[str, str],
) -> None:
    frame = pd.DataFrame({"order_id": ["A", "B"], "part_number": ["X", "Y"]}, dtype="str")
    book = from_frame(frame, aliases=aliases)
    (problem,) = [problem for problem in book.problems if problem.column == "quantity"]
    assert (problem.row, problem.level) == (None, Level.PROBLEM)
    assert "qty" in problem.remedy
    assert book.status.tolist() == ["scored", "scored"]
    assert book.lines["quantity"].isna().all()


def test_without_order_id_and_part_number_a_file_is_no_order_file() -> None:
    with pytest.raises(OrdersRefused) as refusal:
        map_headings(("colour", "quantity"), "orders", "o.csv")
    (problem,) = refusal.value.problems
    assert problem.value == "colour; quantity"
    assert "order_id" in problem.what
    assert "colour" not in str(refusal.value)


def test_the_mapping_names_the_users_own_headings(read: Callable[..., Book]) -> None:
    book = read("SO number,MPN\nB-1,900\n")
    assert book.mapping == {"order_id": "SO number", "part_number": "MPN"}


def test_a_customer_file_without_numbers_is_read_by_name_and_country(aliases: dict[str, str]) -> None:
    frame = pd.DataFrame({"Legal name": ["Norrhall"], "Country": ["NA"], "Address": ["1 Quay"]}, dtype="str")
    lines = from_frame(frame, "customers", aliases=aliases).lines
    assert lines.loc[0, ["legal_name", "party_country", "party_address"]].tolist() == ["Norrhall", "NA", "1 Quay"]
