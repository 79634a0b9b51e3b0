"""A listed party is found under other spellings; an ordinary name is not one because it shares common words."""

from collections.abc import Callable

import pytest

from features.parties.screening.lists import Lists
from features.parties.screening.match import POSSIBLE, matches


@pytest.fixture(scope="module")
def best(lists: Callable[..., Lists]) -> Callable[..., float]:
    def build(listed: str, asked: str, **cells: str) -> float:
        held = lists({"name": listed, **cells}, {"name": "Quillon Holding Ltd"}, {"name": "Tessaly Trading Co., Ltd."})
        found = matches([asked], held.names, held.spelling)
        own = found[found["entry"] == 0]["score"]
        return float(own.max()) if len(own) else 0.0

    return build


@pytest.mark.parametrize(
    ("listed", "asked"),
    [
        pytest.param("Velkorra Semiconductor Co., Ltd.", "VELKORRA SEMICONDUCTOR", id="without its form"),
        pytest.param("Velkorra Semiconductor Co., Ltd.", "Velkora Semiconductor", id="a slip"),
        pytest.param(
            "Velkorra Semiconductor Co., Ltd.", "Semicon Velkorra", id="words in another order, one cut short"
        ),
        pytest.param("Velkorra Semiconductor Co., Ltd.", "Vel korra Semiconductor", id="a space inside a word"),
        pytest.param("Velkorra Semiconductor", "Velkorra Semiconductor Telecom", id="one more common word"),
        pytest.param("Almor Anteya Telecom", "Almor Anteya", id="one word missing"),
        pytest.param("Velkorra Semiconductor", "Velkorra Semiconductor (Kisumu Branch)", id="a branch added"),
        pytest.param(
            "Velkorra Semiconductor", "Velkorra Semiconductor, Room 12, 5 Tarn Road", id="an address in the cell"
        ),
        pytest.param(
            "Zavod Tarnovsky",
            "\u0417\u0430\u0432\u043e\u0434 \u0422\u0430\u0440\u043d\u043e\u0432\u0441\u043a\u0438\u0439",
            id="Cyrillic",
        ),
        pytest.param("VALE, Emra Tarnov", "Emra Tarnov Vale", id="a person's family name first"),
        pytest.param("Vale Institute Of Tarn Optics", "VITO", id="its first letters in capitals"),
        pytest.param("So-called Vale Bureau", "Vale Bureau", id="so-called on the list"),
        pytest.param("Velkorra Global Works", "Velkorra Global Works Spain", id="a country on one side alone"),
    ],
)
def test_another_spelling_is_a_possible_hit(best: Callable[..., float], listed: str, asked: str) -> None:
    assert best(listed, asked) >= POSSIBLE


@pytest.mark.parametrize(
    ("listed", "asked"),
    [
        pytest.param("77120 Corp.", "Brightmesa Corp", id="a shared company form"),
        pytest.param("EMRA LLC", "Emra Vale", id="one word of a person's name"),
        pytest.param("George Haswell", "George Tarn", id="a shared given name"),
        pytest.param("Quillon Holding", "Tarn Holding", id="a shared common word"),
        pytest.param("Shanghai Velkorra Trading Co., Ltd.", "Shanghai Tarnbo Trading Co., Ltd.", id="town and trade"),
        pytest.param("Vale Works 12", "Vale Works 13", id="another number"),
        pytest.param(
            "Velkorra Global Works Chile", "Velkorra Global Works Spain", id="sister companies of two countries"
        ),
        pytest.param("Velkorra Global (Chile) Ltd", "Velkorra Global (Spain) Ltd", id="the countries in brackets"),
        pytest.param("CEC", "CECA Foods", id="a short name is met by the same letters alone"),
        pytest.param("Vale Institute Of Tarn Optics", "Vito Foods", id="first letters are no word in small letters"),
    ],
)
def test_common_words_make_no_hit(best: Callable[..., float], listed: str, asked: str) -> None:
    assert best(listed, asked) < POSSIBLE


def test_a_weak_alias_is_named_and_scores_less(lists: Callable[..., Lists], hits: Callable[..., object]) -> None:
    held = lists({"name": "Emra Tarnov", "list_code": "SDN", "remarks": "weak alias: Falconbird; born 1970"})
    found = hits(held, {"name": "Falconbird", "country": "CN"}).iloc[0]
    assert (found["kind"], found["strength"]) == ("possible", "weak")
    assert found["score"] < 1


def test_order_and_batch_change_nothing(lists: Callable[..., Lists]) -> None:
    held = lists()
    names = ["Velkorra Semicon", "Norrhall Compute", "Velkora"]
    together = matches(names, held.names, held.spelling)
    turned = matches(names[::-1], held.names, held.spelling)
    alone = matches(names[:1], held.names, held.spelling)
    assert together[together["name"] == 0]["score"].tolist() == alone["score"].tolist()
    assert sorted(turned["score"]) == sorted(together["score"])


def test_a_score_does_not_depend_on_the_rest_of_the_list(lists: Callable[..., Lists]) -> None:
    small = lists({"name": "Velkorra Semiconductor"})
    large = lists({"name": "Velkorra Semiconductor"}, *({"name": f"Velkorra Works {at}"} for at in range(30)))
    scores = [matches(["Velkora Semicon"], held.names, held.spelling) for held in (small, large)]
    assert {float(each[each["entry"] == 0]["score"].iloc[0]) for each in scores} == {float(scores[0]["score"].iloc[0])}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="nothing"),
        pytest.param("x", id="one letter"),
        pytest.param("x" * 4000, id="four thousand letters"),
        pytest.param("0123456789", id="digits alone"),
        pytest.param("\U0001f600", id="emoji"),
        pytest.param("\x00\u202e\u200f", id="null bytes and right-to-left marks"),
        pytest.param(
            "Velkorra \u0437\u0430\u0432\u043e\u0434 \u516c\u53f8 \u0634\u0631\u0643\u0629",
            id="four scripts in one name",
        ),
    ],
)
def test_any_text_has_a_defined_answer(lists: Callable[..., Lists], name: str) -> None:
    held = lists()
    assert matches([name], held.names, held.spelling)["score"].between(0, 1).all()
