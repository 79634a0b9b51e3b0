"""What a list answered once is not worked out again, and is the same answer."""

from collections.abc import Sequence

import pandas as pd
import pytest

from features.parties.screening import remembered
from features.parties.screening.remembered import Remembered


class Listed:
    """A search that finds a row for each letter of a text, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> pd.DataFrame:
        self.asked.append(list(texts))
        rows = [(number, letter) for number, text in enumerate(texts) for letter in text]
        return pd.DataFrame(rows, columns=["name", "letter"]).astype({"name": "int64", "letter": "str"})


PARTS: tuple[list[str], ...] = (["ab", "", "c"], ["c", "de", "ab"], [], ["de"])
"""The names of the parts of a file."""


def test_the_answer_is_that_of_the_search() -> None:
    held, search = Remembered(), Listed()
    for part in PARTS:
        pd.testing.assert_frame_equal(held.of(part, search), Listed()(part))


def test_a_name_is_searched_once_for_all_parts_of_a_file() -> None:
    held, search = Remembered(), Listed()
    for part in PARTS:
        held.of(part, search)
    assert search.asked == [["ab", "", "c"], ["de"]]


def test_names_are_searched_anew_when_it_is_asked_in_another_way() -> None:
    held, search = Remembered(), Listed()
    for way in (0, 0, 2):
        held.of(["ab"], search, asked_how=way)
    assert search.asked == [["ab"], ["ab"]]


def test_what_grew_too_large_is_forgotten_and_searched_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 2)
    held, search = Remembered(), Listed()
    for _ in range(2):
        pd.testing.assert_frame_equal(held.of(["ab", "c"], search), Listed()(["ab", "c"]))
    assert len(search.asked) == 2
