"""Names that mean one party have one normal form; what tells parties apart is never thrown away."""

import pytest

from features.parties.names import COMPANY_FORMS
from features.parties.normal_names import shipped, spelt
from features.parties.normal_scripts import sound


def form(name: str) -> tuple[tuple[str, ...], str]:
    found = spelt([name], shipped())[0]
    return found.words, found.form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Norrhall Compute Ltd.", "NORRHALL COMPUTE LIMITED", id="case and the way a form is written"),
        pytest.param("Norrhall\u00a0Com\u200bpute", "Norrhall Compute", id="no-break space and zero-width space"),
        pytest.param("Norrhall \u202eCompute", "Norrhall Compute", id="a mark that turns the reading direction"),
        pytest.param("Norrhall\x00Compute", "Norrhall Compute", id="a null byte is a space"),
        pytest.param("\uff2e\uff4f\uff52\uff52\uff48\uff41\uff4c\uff4c", "Norrhall", id="full-width letters"),
        pytest.param("N\u043errh\u0430ll", "Norrhall", id="Cyrillic letters that look Latin inside a Latin word"),
        pytest.param("N\u00f6rrhall", "Norrhall", id="accents"),
        pytest.param("N.K. Tarn & Co.", "N K Tarn and Company", id="initials with and without dots"),
        pytest.param("Norrhall Tech", "Norrhall Technologies", id="an abbreviation and the word"),
        pytest.param(
            "\u041e\u041e\u041e \u041d\u043e\u0440\u0440\u0445\u0430\u043b\u043b", "OOO Norrkhall", id="Cyrillic"
        ),
        pytest.param("38th Vale Institute", "38 Vale Institute", id="an ordinal and its number"),
        pytest.param("Norrhall Com pany", "Norrhall", id="a form cut in two by a space"),
        pytest.param("Obshchestvo s ogranichenoi otvetstvenostyu Tarn", "OOO Tarn", id="slips inside a long form"),
        pytest.param("OOOTarn", "OOO Tarn", id="a form glued to the name"),
        pytest.param("NorrhallAG", "Norrhall AG", id="a form in capitals glued to the end"),
        pytest.param("Tarn Works Forty-Four", "Tarn Works 44", id="tens and ones in words"),
        pytest.param("Tarn Works Fourty", "Tarn Works 40", id="a common misspelling of a number"),
        pytest.param("The Norrhall Compute", "Norrhall Compute", id="an article in front"),
    ],
)
def test_two_spellings_of_one_name_have_one_form(one: str, other: str) -> None:
    assert form(one)[0] == form(other)[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("77120 Corp.", "Corp.", id="a number that is the whole name"),
        pytest.param("A-B-C Company", "Company", id="letters that are the whole name"),
        pytest.param("Vale Works II", "Vale Works III", id="numerals"),
        pytest.param("Vale Works 40 4", "Vale Works 44", id="two numbers in digits are two numbers"),
        pytest.param("Norrhall Holding", "Norrhall", id="a common word is not thrown away"),
    ],
)
def test_what_tells_names_apart_is_kept(one: str, other: str) -> None:
    assert form(one)[0] != form(other)[0]


def test_a_name_of_form_words_alone_keeps_them() -> None:
    assert form("Limited")[0] == ("limited",)


def test_the_company_form_is_told_apart() -> None:
    assert form("Norrhall Sp. z o.o.") == (("norrhall",), "zoo")
    assert form("\u534e\u4e1c\u79d1\u6280\u6709\u9650\u516c\u53f8") == (("huadong", "technology"), "ltd")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("\U0001f600\U0001f600", id="emoji"),
        pytest.param("\u202e\x00", id="marks and null bytes"),
        pytest.param("---", id="punctuation"),
    ],
)
def test_a_name_that_says_nothing_has_no_words(name: str) -> None:
    assert form(name)[0] == ()


def test_a_name_of_four_thousand_letters_is_cut_and_not_refused() -> None:
    assert form("norrhall " * 500)[0]


def test_romanisations_of_one_name_sound_alike() -> None:
    assert sound("kholmogrant") == sound("holmogrant")
    assert sound("stroy") == sound("stroi")
    assert sound("tarn") != sound("thorn")


def test_every_company_form_that_joins_leave_out_is_one_for_screening_too() -> None:
    known = {row[0] for rows in shipped().forms.values() for row in rows}
    assert {(word,) for word in COMPANY_FORMS} <= known
