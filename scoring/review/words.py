"""The closed lists of the desk, from words.toml: stored words and their titles."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


@cache
def words() -> dict[str, dict[str, str]]:
    """Every list by its name: stored word to the title a person sees, in the order of the file."""
    lists: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    return lists


def faults(**given: str) -> list[str]:
    """A sentence for each word that is not on the list it is given for; names the list and what it holds.

    >>> faults(verification="delivery")
    []
    >>> faults(verification="seen")
    ["verification: 'seen' is none of none, paper, delivery, end_use"]
    """
    return [
        f"{name}: {word!r} is none of {', '.join(words()[name])}"
        for name, word in given.items()
        if word not in words()[name]
    ]
