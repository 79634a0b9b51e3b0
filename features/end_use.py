"""What a stated end use speaks of: weapons, soldiers, training for others, supercomputers, altered boards.

Phrases of `end_use_words` on their day (kinds follow 15 CFR 744.21 to 744.23). A word is no finding: a person reads on.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from features.parties.names import is_placeholder
from features.reference.tables import STATES_KEPT, Tables

KINDS = (
    "weapons",
    "military_intelligence",
    "military",
    "training_for_others",
    "supercomputer",
    "advanced_node",
    "alteration",
)

ANYWHERE = frozenset({"zh", "ja", "ko"})
"""Languages written without spaces, or with particles: their phrases are found anywhere, spaces aside."""

DENIAL_LAST = frozenset({"ja", "ko"})
"""Languages in which the denial ends the sentence, so that it strikes out what stands before it."""

TEXTS = 4_096  # remembered: the gate and each signal of end uses ask about the same few
SENTENCE = re.compile(r"[.!?;\n。！？；]+")


def spoken_of(end_use_text: pd.Series, dates: pd.Series, tables: Tables) -> pd.DataFrame:
    """For each of KINDS whether the text speaks of it on its date, "boolean", index of `end_use_text`.

    Missing where the text is empty or fills the cell only ("TBD"), and where the date is missing or before the table.
    """
    words = tables.frames["end_use_words"]
    codes, texts = pd.factorize(end_use_text)
    said = pd.DataFrame(
        [(at, place) for at, text in enumerate(texts) for place in _said(str(text), tables)], columns=["text", "word"]
    )
    stated = end_use_text.notna() & ~is_placeholder(end_use_text)
    stated &= dates >= pd.Timestamp(tables.cards["end_use_words"].known_from)
    if said.empty:
        nothing = pd.Series(False, index=end_use_text.index, dtype="boolean").where(stated)
        return pd.DataFrame(dict.fromkeys(KINDS, nothing), index=end_use_text.index)
    lines = pd.DataFrame({"text": codes, "date": dates.to_numpy(), "line": np.arange(len(codes))})
    found = lines.merge(said, on="text").merge(words, left_on="word", right_index=True)
    found = found[(found["start"] <= found["date"]) & (found["end"].isna() | (found["end"] >= found["date"]))]
    answer = {}
    for kind in KINDS:
        yes = np.isin(lines["line"], found.loc[found["kind"] == kind, "line"])
        answer[kind] = pd.Series(yes, index=end_use_text.index, dtype="boolean").where(stated)
    return pd.DataFrame(answer, index=end_use_text.index)


@dataclass(frozen=True)
class _Phrase:
    """One phrase as it is looked for: in a text with spaces, or in one without."""

    wanted: str
    spaced: bool
    denies: bool
    denies_all: bool

    @classmethod
    def of(cls, phrase: str, kind: str, language: str) -> _Phrase:
        spaced = not ANYWHERE.issuperset(language.split(";"))
        last = DENIAL_LAST.issuperset(language.split(";"))
        wanted = f" {_plain(phrase)}" if spaced else _plain(phrase).replace(" ", "")
        return cls(wanted, spaced, kind == "denial", kind == "denial" and last)


@lru_cache(maxsize=STATES_KEPT)
def _phrases(tables: Tables) -> list[_Phrase]:
    words = tables.frames["end_use_words"]
    return [_Phrase.of(*row) for row in zip(words["phrase"], words["kind"], words["language"], strict=True)]


@lru_cache(maxsize=TEXTS)
def _said(text: str, tables: Tables) -> frozenset[int]:
    """Places of the phrases that a text says and does not deny; line breaks end a sentence only where one is denied."""
    found: set[int] = set()
    phrases, whole = _phrases(tables), _forms(text)
    denies = any(each.denies and each.wanted in whole[each.spaced] for each in phrases)
    for forms in map(_forms, SENTENCE.split(unicodedata.normalize("NFKC", text))) if denies else [whole]:
        for phrase in (each for each in phrases if each.denies and each.wanted in forms[each.spaced]):
            kept = "" if phrase.denies_all else forms[phrase.spaced].partition(phrase.wanted)[0]
            forms[phrase.spaced] = kept
            forms[not phrase.spaced] = _shortened(forms[not phrase.spaced], kept)
        found |= {
            at for at, phrase in enumerate(phrases) if not phrase.denies and phrase.wanted in forms[phrase.spaced]
        }
    return frozenset(found)


def _forms(text: str) -> dict[bool, str]:
    """The text as phrases with spaces are looked for in it (True), and as those without are (False)."""
    spaced = f" {_plain(text)} "
    return {True: spaced, False: spaced.replace(" ", "")}


def _shortened(text: str, kept: str) -> str:
    """The beginning of a text that has as many letters as what was kept of its other form."""
    letters = len(kept.replace(" ", ""))
    ends = [at for at, _ in enumerate(text, start=1) if len(text[:at].replace(" ", "")) <= letters]
    return text[: ends[-1]] if ends else ""


def _plain(text: str) -> str:
    """Lower case, words and numbers parted by one space."""
    parted = re.sub(r"(?<=\d)(?=[^\W\d_])", " ", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(re.findall(r"[^\W_]+", parted))
