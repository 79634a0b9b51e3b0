"""A reviewer's own words for ours: said once by a person, kept in the home, and read in every outcome file since."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tomlkit

from features.orders.problems import Level, Problem
from scoring.atomic import whole_file
from training.outcomes import SAID, WORDS, OutcomesRefused, Wording, plain

FORMAT = 1
NAME = "outcome_words.toml"  # in a home


def load(home: Path) -> Wording:
    """What was said so far, by column; empty where nothing was. Raises OutcomesRefused for a damaged or newer file."""
    place = home / NAME
    if not place.exists():
        return {}
    try:
        told = tomllib.loads(place.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise _refused(
            "cannot be read as TOML", "restore it from a backup, or delete it and say the words again"
        ) from (fault)
    if told.get("format") != FORMAT:
        raise _refused(f"is not format {FORMAT} of outcome words", "install the version that wrote it")
    return {column: _column(told.get(column, {}), column) for column in WORDS}


def add(home: Path, said: Iterable[str]) -> Wording:
    """Keeps words such as "bogus hit=false_positive", beside those said before, and gives all of them.

    The column follows from our word. Raises OutcomesRefused for another form, a word that is not ours, or a word that
    already has another meaning: what earlier trainings read is not changed in passing.
    """
    words = {column: dict(load(home).get(column, {})) for column in WORDS}
    for each in said:
        column, word, ours = _parsed(each)
        before = _meant(word, column, words)
        if before != ours:
            if before is not None:
                what = f"means {before} already"
                raise _refused(what, f"use another word, or correct it in {NAME} of the home", word, column)
            words[column][word] = ours
    try:
        home.mkdir(parents=True, exist_ok=True)
        with whole_file(home / NAME) as place:
            place.write_text(tomlkit.dumps({"format": FORMAT, **words}), encoding="utf-8", newline="\n")
    except OSError as fault:
        raise _refused(f"cannot be written ({fault.strerror})", "choose another --home") from fault
    return words


def _parsed(said: str) -> tuple[str, str, str]:
    """Column, word in small letters, and our word."""
    word, sign, ours = (part.strip() for part in said.rpartition("="))
    column = next((name for name, allowed in WORDS.items() if ours in allowed), None)
    if not sign or not plain(word) or column is None:
        every = "; ".join(f"{name}: {', '.join(allowed)}" for name, allowed in WORDS.items())
        raise _refused("is no word with its meaning", f"write WORD=OURS with one of ours ({every})", said)
    return column, plain(word), ours


def _meant(word: str, column: str, words: Wording) -> str | None:
    """What a word of that column means so far: it is ours, one that everybody says, or one that was said here."""
    ours = word.replace(" ", "_")
    return ours if ours in WORDS[column] else SAID[column].get(word, words[column].get(word))


def _column(told: Any, column: str) -> Mapping[str, str]:
    """The words of one column, each with one of ours."""
    if not isinstance(told, dict) or not all(each in WORDS[column] for each in told.values()):
        raise _refused("holds a meaning that is none of ours", f"write one of {', '.join(WORDS[column])}", None, column)
    return {plain(word): ours for word, ours in told.items()}


def _refused(what: str, remedy: str, value: str | None = None, column: str | None = None) -> OutcomesRefused:
    return OutcomesRefused(Problem(NAME, None, column, value, what, remedy, Level.REFUSED))
