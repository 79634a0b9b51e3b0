"""A reviewer's own word is said once, kept in the home, and never means two things."""

from pathlib import Path

import pytest

from training.outcomes import SAID, WORDS, OutcomesRefused
from training.wording import NAME, add, load


def test_a_word_is_kept_for_every_later_file_however_it_is_written(tmp_path: Path) -> None:
    add(tmp_path, ["Bogus_Hit=false_positive"])
    add(tmp_path, ["nothing found=false_positive", "seen at site=end_use"])
    told = load(tmp_path)
    assert told["label_class"] == {"bogus hit": "false_positive", "nothing found": "false_positive"}
    assert told["verification"] == {"seen at site": "end_use"}


def test_a_home_in_which_nothing_was_said_has_no_words(tmp_path: Path) -> None:
    assert load(tmp_path) == {}


def test_the_same_word_may_mean_one_thing_in_each_column(tmp_path: Path) -> None:
    told = add(tmp_path, ["fine=cleared", "fine=false_positive"])
    assert (told["decision"], told["label_class"]) == ({"fine": "cleared"}, {"fine": "false_positive"})


def test_the_column_follows_from_our_word() -> None:
    every = [word for words in WORDS.values() for word in words]
    assert len(every) == len(set(every))
    assert set(SAID) <= set(WORDS)


REFUSED = [
    pytest.param("bogus hit", "is no word with its meaning", id="a word without a meaning"),
    pytest.param("=cleared", "is no word with its meaning", id="a meaning without a word"),
    pytest.param("bogus hit=bogus", "is no word with its meaning", id="a meaning that is none of ours"),
    pytest.param("violation=false_positive", "means confirmed_violation already", id="a word that everybody says"),
    pytest.param("false positive=undetermined", "means false_positive already", id="a word of ours"),
    pytest.param("bogus=undetermined", "means false_positive already", id="a word said before"),
]


@pytest.mark.parametrize(("said", "why"), REFUSED)
def test_a_word_that_would_be_misread_is_refused_and_nothing_changes(tmp_path: Path, said: str, why: str) -> None:
    add(tmp_path, ["bogus=false_positive"])
    before = (tmp_path / NAME).read_bytes()
    with pytest.raises(OutcomesRefused, match=why) as refusal:
        add(tmp_path, ["sound=cleared", said])
    assert refusal.value.problems[0].value in (said, said.partition("=")[0])
    assert (tmp_path / NAME).read_bytes() == before


@pytest.mark.parametrize(
    "text",
    ["{", "format = 2", "format = 1\nlabel_class = 3", "format = 1\n[label_class]\nbogus = 'guilty'"],
    ids=["no TOML", "newer", "no table", "a meaning that is none of ours"],
)
def test_a_damaged_or_newer_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text, encoding="utf-8")
    with pytest.raises(OutcomesRefused, match=NAME):
        load(tmp_path)
