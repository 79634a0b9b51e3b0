"""The vocabulary is whole and agrees with itself."""

import doctest
import importlib

import pytest

from features.orders.fields import fields, of_kind
from features.orders.mapping import heading_key

TYPES = {"text", "text list", "category", "category list", "date", "datetime", "number", "boolean"}
TYPES |= {"country", "country list", "structured"}


def test_every_field_of_the_schema_is_there_and_two_for_parties_without_a_number() -> None:
    assert len(fields()) == 149
    assert {"party_country", "party_address"} <= fields().keys()


def test_every_field_has_a_known_type_level_and_requirement() -> None:
    assert {field.type for field in fields().values()} == TYPES
    assert {field.level for field in fields().values()} == {"line", "header", "customer", "case", "batch"}
    assert {field.required for field in fields().values()} == {"must", "should", "may", "set"}


def test_every_field_that_a_file_may_hold_has_one_question_to_ask() -> None:
    asked = [field for kind in ("orders", "customers") for field in of_kind(kind)]
    assert [field.name for field in asked if not field.question.endswith("?") or field.question.count("?") != 1] == []


def test_every_category_has_its_closed_list_and_its_words_lead_into_it() -> None:
    categories = [field for kind in ("orders", "customers") for field in of_kind(kind) if field.type == "category"]
    assert [field.name for field in categories if not field.allowed] == []
    assert [field.name for field in categories if {value for _, value in field.words} - set(field.allowed)] == []


def test_a_word_means_one_value_of_its_category() -> None:
    for field in fields().values():
        pairs = {
            (heading_key(word), value)
            for word, value in (*field.words, *zip(field.allowed, field.allowed, strict=True))
        }
        assert len(pairs) == len({key for key, _ in pairs}) or field.type == "number", field.name


def test_what_we_set_ourselves_is_never_read_from_a_file() -> None:
    names = {field.name for kind in ("orders", "customers") for field in of_kind(kind)}
    assert names.isdisjoint({"source_file_row", "list_hits", "source_system", "case_id", "decision"})


def test_a_customer_file_may_describe_the_data_centre_and_not_the_people() -> None:
    names = {field.name for field in of_kind("customers")}
    assert {"dc_power_mw", "iaas_customer_hq_countries", "party_country", "customer_id"} <= names
    assert names.isdisjoint({"contact_email", "contact_phone"})


@pytest.mark.parametrize("module", ["problems", "mapping", "countries", "cells", "separators"])
def test_the_examples_in_the_code_run(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"features.orders.{module}"))
    assert result.attempted > 0
    assert result.failed == 0
