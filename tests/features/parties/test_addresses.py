"""Addresses are alike whatever their case, accents and punctuation, and speak in many languages."""

import pandas as pd
import pytest

from features.parties.addresses import address_keys, plain_text, says
from features.reference.tables import Tables, load

DAY = pd.Timestamp("2026-06-12")


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("4 Rosengasse, Ulm", "4, ROSEN-GASSE / ULM", id="case and punctuation"),
        pytest.param("12 Rue de l'Étoile", "12 rue de l’etoile", id="accents and apostrophes"),
        pytest.param("Ｓｕｉｔｅ １２, Pearl Road", "Suite 12 Pearl Road", id="full-width letters"),
        pytest.param("東京都港区１丁目２番３号", "東京都 港区 1丁目2番3号", id="Japanese with and without spaces"),
    ],
)
def test_two_spellings_have_one_key(one: str, other: str) -> None:
    keys = address_keys(pd.Series([one, other], dtype="str"))
    assert keys[0] == keys[1]


@pytest.mark.parametrize("address", ["Ulm", "Hall 3", "Industriestrasse, Ulm", None], ids=str)
def test_what_no_two_parties_could_share_has_no_key(address: str | None) -> None:
    assert address_keys(pd.Series([address], dtype="str")).isna().all()


def test_plain_text_keeps_the_index_and_the_gaps() -> None:
    plain = plain_text(pd.Series(["P.O. Box 12", None], index=[7, 3], dtype="str"))
    assert plain.index.tolist() == [7, 3]
    assert plain[7] == " po box 12 "
    assert pd.isna(plain[3])


def test_a_word_counts_while_it_is_in_force(tables: Tables) -> None:
    words = tables.frames["address_words"].copy()
    words.loc[words["word"] == "postfach", "end"] = pd.Timestamp("2020-12-31")
    ended = Tables({**tables.frames, "address_words": words}, tables.cards, "trial")
    days = pd.Series(pd.to_datetime(["2020-12-31", "2021-01-01", None]))
    address = pd.Series(["Postfach 3"] * 3, dtype="str")
    assert says(address, "post_box", days, ended).tolist() == [True, False, pd.NA]


def test_no_address_gives_no_answer(tables: Tables) -> None:
    empty = pd.Series([], dtype="str")
    assert says(empty, "military", pd.Series([], dtype="datetime64[us]"), tables).empty
    assert says(pd.Series([None], dtype="str"), "military", pd.Series([DAY]), tables).isna().all()


def test_every_word_is_plain_and_finds_itself(tables: Tables) -> None:
    words = tables.frames["address_words"]
    address = words["word"].where(words["number_follows"] == "no", words["word"] + " 12")
    for kind in words["kind"].unique():
        mine = address[words["kind"] == kind]
        assert says(mine, kind, pd.Series(DAY, index=mine.index), tables).all()
