"""A profile says again what a person has said once; it comes back as it was stored, and is never half written."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.orders.book import Book, from_frame
from features.orders.problems import Level, OrdersRefused
from features.orders.profiles import FORMAT, Profile, load, names, rename, save, text

WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
LINES = {"Nr": ["B-1"], "Teil": ["H100"], "order date": ["03/04/2026"], "qty": ["8"]}
GIVEN = {"Nr": "order_id", "Teil": "part_number", "qty": "ignore"}


def read(columns: dict[str, list[str]], profile: Profile) -> Book:
    """The book of these columns under a profile."""
    return from_frame(pd.DataFrame(columns, dtype="str"), profile=profile)


def test_a_profile_maps_headings_ignores_columns_and_answers_questions() -> None:
    book = read(LINES, Profile("acme", mapping=GIVEN, answers={"order_date": ("month-first",)}))
    assert book.mapping == {"order_id": "Nr", "part_number": "Teil", "order_date": "order date"}
    assert book.lines["order_date"].dt.strftime("%Y-%m-%d").tolist() == ["2026-03-04"]
    assert book.unmapped == ("qty",)
    assert book.questions == ()


@given(st.dictionaries(WORDS, WORDS, max_size=4), st.dictionaries(WORDS, st.tuples(WORDS, WORDS), max_size=4))
def test_what_is_stored_comes_back(
    tmp_path_factory: pytest.TempPathFactory, mapping: dict[str, str], answers: dict[str, tuple[str, ...]]
) -> None:
    home = tmp_path_factory.mktemp("home")
    of_customers = Profile("", 0, mapping, answers)
    kept = save(home, Profile("acme", 0, mapping, answers, "gb18030", mapping, of_customers))
    assert load(home, "acme") == kept
    assert kept == Profile("acme", 1, mapping, answers, "gb18030", mapping, Profile("acme", 1, mapping, answers))


def test_a_profile_of_the_first_format_is_read_as_one_without_a_part_for_customers(tmp_path: Path) -> None:
    (tmp_path / "profiles").mkdir()
    stored = 'format = 1\nversion = 4\n[mapping]\nNr = "order_id"\n[answers]\norder_date = ["day-first"]\n'
    (tmp_path / "profiles" / "acme.toml").write_text(stored, encoding="utf-8")
    old = Profile("acme", 4, {"Nr": "order_id"}, {"order_date": ("day-first",)})
    assert load(tmp_path, "acme") == old
    assert save(tmp_path, old) == load(tmp_path, "acme") == Profile("acme", 5, old.mapping, old.answers)
    assert "format = 2" in (tmp_path / "profiles" / "acme.toml").read_text(encoding="utf-8")


def test_a_heading_answered_for_another_file_is_not_missed_in_this_one() -> None:
    book = read(LINES, Profile("acme", 1, GIVEN).answering({"Firma": ("legal_name",)}))
    assert not [problem for problem in book.problems if problem.value == "Firma"]


def test_the_version_rises_with_each_save(tmp_path: Path) -> None:
    assert [save(tmp_path, Profile("acme")).version for _ in range(3)] == [1, 2, 3]
    assert names(tmp_path) == ["acme"]
    assert [path.name for path in (tmp_path / "profiles").iterdir()] == ["acme.toml"]


def test_a_profile_is_renamed_and_keeps_its_version(tmp_path: Path) -> None:
    save(tmp_path, Profile("acme"))
    rename(tmp_path, "acme", "acme-eu")
    assert (names(tmp_path), load(tmp_path, "acme-eu").version) == (["acme-eu"], 1)
    save(tmp_path, Profile("acme"))
    with pytest.raises(OrdersRefused, match="there is a profile of this name"):
        rename(tmp_path, "acme", "acme-eu")


@pytest.mark.parametrize("name", ["", "../acme", "a/b", "Acme", "acme.toml", "-x", "a" * 65])
def test_a_name_that_is_no_file_name_everywhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(OrdersRefused, match="no name for a profile"):
        save(tmp_path, Profile(name))


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        pytest.param(text(Profile("acme")).replace(f"format = {FORMAT}", "format = 3"), "not format 2", id="newer"),
        pytest.param("version = 1\n", "not format 2", id="no format"),
        pytest.param("format = 2\nversion = 1\ncustomers = 3\n", "is no table", id="customers that are no table"),
        pytest.param("format = 2\nversion = 1\n[customers]\nencoding = 3\n", "no text", id="an encoding of customers"),
        pytest.param("format = 1\n", "no version", id="no version"),
        pytest.param("format = 1\nversion = 1\nmapping = 3\n", "other than text", id="a mapping that is none"),
        pytest.param("format = 1\nversion = 1\n[answers]\na = [1]\n", "other than text", id="no text"),
        pytest.param("format = ", "no TOML", id="no TOML"),
    ],
)  # fmt: skip
def test_a_profile_that_cannot_be_trusted_is_refused(tmp_path: Path, stored: str, said: str) -> None:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "acme.toml").write_text(stored, encoding="utf-8")
    with pytest.raises(OrdersRefused, match=said):
        load(tmp_path, "acme")


def test_a_profile_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    save(tmp_path, Profile("acme"))
    with pytest.raises(OrdersRefused) as refusal:
        load(tmp_path, "acne")
    assert "acme" in refusal.value.problems[0].remedy


def test_a_heading_mapped_to_no_field_is_refused() -> None:
    with pytest.raises(OrdersRefused, match="no field"):
        read(LINES, Profile("acme", mapping={**GIVEN, "qty": "quantities"}))


def test_an_answer_that_the_field_cannot_take_is_refused() -> None:
    with pytest.raises(OrdersRefused, match="no answer"):
        read(LINES, Profile("acme", mapping=GIVEN, answers={"order_date": ("KR",)}))


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        pytest.param({}, [], id="the same kinds"),
        pytest.param({"order date": ["2026-04-03"]}, ["order date"], id="dates written another way"),
        pytest.param({"amount": ["12,50"]}, ["amount"], id="decimal commas for decimal points"),
        pytest.param({"amount": ["12"]}, [], id="whole numbers may come with any separator"),
        pytest.param({"amount": [""]}, [], id="an empty column has no kind"),
        pytest.param({"Nr": ["1001"]}, [], id="a code may be digits only"),
        pytest.param({"Nr": ["2026-04-03"]}, ["Nr"], id="a code that became a date"),
    ],
)
def test_a_column_of_another_kind_than_the_profile_saw_is_a_problem(
    columns: dict[str, list[str]], told: list[str]
) -> None:
    first = {**LINES, "amount": ["12.50"]}
    seen = read(first, Profile("acme", mapping=GIVEN)).types
    book = read({**first, **columns}, Profile("acme", 1, GIVEN, {}, None, seen))
    found = [problem for problem in book.problems if "when profile" in problem.what]
    assert [(problem.value, problem.level) for problem in found] == [(name, Level.PROBLEM) for name in told]


def test_a_column_that_the_profile_knows_and_the_file_lacks_is_a_problem() -> None:
    book = read(LINES, Profile("acme", 1, {**GIVEN, "Wert": "line_value"}))
    assert [problem.value for problem in book.problems if "the file lacks" in problem.what] == ["Wert"]
