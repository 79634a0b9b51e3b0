"""Two spellings of one party have one key; two parties have two; what names nobody has none."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.parties.names import is_placeholder, name_key, name_keys, sounds_like_a_forwarder

NAMES = st.text(st.characters(codec="utf-8"), max_size=20)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Norrhall Compute", "NORRHALL COMPUTE", id="case"),
        pytest.param("Norrhall Compute", " Norrhall \u00a0 Compute ", id="spaces"),
        pytest.param("Norrhall Compute", "Norrhall\u200b Compute\u200e", id="invisible characters"),
        pytest.param("Norrhall Compute", "Norrhall-Compute, Ltd.", id="punctuation and a company form"),
        pytest.param("Norrhall Compute", "Norrhall Compute Pte. Ltd", id="two company forms"),
        pytest.param("Norrhall Compute", "Norrhall Compute GmbH & Co. KG", id="a German company form"),
        pytest.param("Norrhall Compute", "Norrhall Compute S.p.A.", id="dotted initials"),
        pytest.param("Norrhall Compute", "Norrhall Compute Sp. z o.o.", id="a Polish company form"),
        pytest.param("Vesthavn", "Vesthavn A/S", id="a Danish company form"),
        pytest.param("O'Rourke Cloud", "ORourke Cloud", id="an apostrophe"),
        pytest.param("Žižkov Výpočty", "Zizkov Vypocty", id="Latin accents"),
        pytest.param("Straße Daten", "STRASSE DATEN", id="sharp s"),
        pytest.param("ＮＯＲＲＨＡＬＬ", "Norrhall", id="full-width letters"),
        pytest.param("ﾊﾟｰﾙ計算", "パール計算", id="half-width kana"),
        pytest.param("Cafe\u0301 Data", "Café Data", id="an accent written apart"),
    ],
)
def test_spellings_of_one_name_are_one(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Norrhall Compute", "Norrhall Computing", id="another word"),
        pytest.param("Norrhall", "Norrhall Compute", id="one word less"),
        pytest.param("Ltd Holdings", "Holdings", id="a company form in front is part of the name"),
        pytest.param("北京算力", "北京算法", id="Chinese characters"),
        pytest.param("かき計算", "がき計算", id="Japanese voiced sounds are other letters"),
        pytest.param("की डेटा", "का डेटा", id="Hindi vowel signs are letters"),
        pytest.param("Unit 1", "Unit 2", id="numbers"),
    ],
)
def test_names_of_two_parties_are_two(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


def test_a_name_of_company_forms_alone_keeps_one() -> None:
    assert name_key("Co. Ltd.") == "co"
    assert name_key("S.A.") == "sa"


@given(NAMES)
def test_a_key_of_a_key_is_the_key_when_nothing_trails(name: str) -> None:
    key = name_key(name)
    assert name_key(name.strip()) == key
    assert " " not in key


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("TBD", True, id="TBD"),
        pytest.param("t.b.a.", True, id="dotted"),
        pytest.param("N/A", True, id="not applicable"),
        pytest.param("to be advised", True, id="in words"),
        pytest.param("Unknown Ltd", True, id="with a company form"),
        pytest.param("---", True, id="dashes alone"),
        pytest.param("?", True, id="a question mark"),
        pytest.param("Various Robotics", False, id="a name with such a word in it"),
        pytest.param("算力", False, id="a name in another script"),
        pytest.param(None, False, id="an empty cell is empty, not a placeholder"),
    ],
)
def test_a_placeholder_names_nobody(name: str | None, expected: bool) -> None:
    names = pd.Series([name], dtype="str")
    assert is_placeholder(names).tolist() == [expected]
    assert name_keys(names).isna().tolist() == [expected or name is None]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("Ostwind Spedition", True, id="German"),
        pytest.param("PEARL FREIGHT LTD", True, id="freight"),
        pytest.param("Delta Forwarders", True, id="forwarders"),
        pytest.param("Delta Customs Brokers", True, id="customs brokers"),
        pytest.param("锦程物流", True, id="Chinese"),
        pytest.param("青空運送", True, id="Japanese"),
        pytest.param("Freightliner Compute", False, id="a word that only begins so"),
        pytest.param("Straightforward Cloud", False, id="a word that only holds it"),
        pytest.param("Norrhall Compute", False, id="a cloud company"),
        pytest.param(None, False, id="an empty cell"),
    ],
)
def test_a_name_of_the_forwarding_trade(name: str | None, expected: bool) -> None:
    assert sounds_like_a_forwarder(pd.Series([name], dtype="str")).tolist() == [expected]


def test_keys_stand_where_the_names_stood() -> None:
    names = pd.Series(["B Ltd", None, "A", "B"], index=[9, 4, 7, 1], dtype="str")
    keys = name_keys(names)
    assert keys.index.tolist() == [9, 4, 7, 1]
    assert keys.fillna("").tolist() == ["b", "", "a", "b"]
    assert name_keys(names.iloc[:0]).empty
    assert str(name_keys(pd.Series([None], dtype="str")).dtype) == "str"
