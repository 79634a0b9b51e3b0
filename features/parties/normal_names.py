"""A name as words: abbreviations in full, company form apart; nothing that tells two parties apart is thrown away.

Longer than 250 lines: the steps of one normal form, each a few lines, that must not be read apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from features.parties.normal_scripts import latin, sound, visible
from features.reference.tables import Tables, load

DOTTED = re.compile(r"(?<![a-z0-9])([a-z])\.(?=\s?[a-z](?:[^a-z]|$))|(?<=[a-z])['`’ʼ](?=[a-z])|(?<=\b[a-z])\.")
WORD = re.compile(r"[a-z]+|[0-9]+")
GLUED_NUMBER = re.compile(r"[a-z]+|[0-9]+(?:st|nd|rd|th)?")
CAPITAL_FORM = re.compile(r"([a-z]{3})(AB|AG|AS|BV|JSC|KG|LLC|LTD|NV|OOO|OY|PLC|SA|SE|SPA|SRL)\b")
"""A company form in capitals behind a name that lost its space: "NorrhallAG"."""

ORDINAL = re.compile(r"^([0-9]+)(?:st|nd|rd|th)$")
LONG_FORM_WORD = 6  # letters from which a slip in a word of a company form is still that word
LONG_WORD = 8  # letters from which a slip in any word of the tables is still that word
HEARD = 5  # letters from which a word is known by its sound
MARK = "companyform"  # ends the word that stands for a company form written in another script
COUNTRY = r"[a-z]{4,}"  # names of countries in one word; codes of two or three letters are words of their own
MOST_WORDS = 16  # words of a name that are compared


@dataclass(frozen=True)
class Spelling:
    """What the tables say of words: native phrases, company forms by first word, words in full, how common each is."""

    native: Mapping[str, str]
    forms: Mapping[str, tuple[tuple[tuple[str, ...], str, str], ...]]
    full: Mapping[str, tuple[str, ...]]
    common: Mapping[str, float]
    form_words: tuple[str, ...]
    known: frozenset[str]
    by_sound: Mapping[str, str]
    slips: Mapping[str, str]
    countries: frozenset[str]


@dataclass(frozen=True)
class Spelt:
    """One name in normal form: its words, and its company form ("" without one). No words: it cannot be screened."""

    words: tuple[str, ...]
    form: str

    @property
    def glued(self) -> str:
        """The words without spaces: how a name is compared when spaces were set otherwise."""
        return "".join(self.words)

    @property
    def key(self) -> str:
        """Equal for names that differ in case, punctuation, spaces, abbreviations and company form alone."""
        return self.glued


def spelling(tables: Tables) -> Spelling:
    """The words of company_forms, name_abbreviations, name_words and country_names, rows in force or ended alike."""
    forms, abbreviations = tables.frames["company_forms"], tables.frames["name_abbreviations"]
    native = {each.form: _marked(str(each.short)) for each in forms.itertuples() if not str(each.form).isascii()} | {
        each.written: each.meant for each in abbreviations.itertuples() if each.kind == "word of another script"
    }
    by_first: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for each in forms.itertuples():
        words = tuple(_words(latin(visible(str(each.form)), {})))
        by_first.setdefault(words[0], []).append((words, str(each.short), str(each.place)))
    for short in sorted({str(each.short).split()[-1] for each in forms.itertuples()}):
        by_first[short + MARK] = [((short + MARK,), short, "any")]
    ordered = {first: tuple(sorted(rows, key=lambda row: (-len(row[0]), row))) for first, rows in by_first.items()}
    full = {
        str(each.written): tuple(str(each.meant).split())
        for each in abbreviations.itertuples()
        if str(each.written).isascii()
    }
    counted = tables.frames["name_words"]
    common = dict(zip(counted["word"], counted["per_10000"].astype(float), strict=True))
    long = sorted(
        {word for rows in ordered.values() for row in rows for word in row[0] if len(word) >= LONG_FORM_WORD}
        | {word for word in {*full, *(each for meant in full.values() for each in meant)} if len(word) >= LONG_WORD}
    )
    known = frozenset(full) | common.keys() | {word for rows in ordered.values() for row in rows for word in row[0]}
    return Spelling(
        {str(k): str(v) for k, v in native.items()},
        ordered,
        full,
        common,
        tuple(long),
        known,
        _sounds(full, long),
        _slips(known),
        frozenset(str(alias) for alias in tables.frames["country_names"]["alias"] if re.fullmatch(COUNTRY, str(alias))),
    )


def _sounds(full: Mapping[str, tuple[str, ...]], forms: list[str]) -> dict[str, str]:
    """Words of the tables by their sound; a sound that two meanings share is none."""
    found: dict[str, str] = {}
    for word in sorted({*full, *(meant for each in full.values() for meant in each), *forms}):
        if len(word) >= HEARD:
            found[sound(word)] = word if found.get(sound(word), word) == word else _same(word, found[sound(word)], full)
    return {heard: word for heard, word in found.items() if word}


def _same(one: str, other: str, full: Mapping[str, tuple[str, ...]]) -> str:
    """One of two words that are put in full alike, "" otherwise."""
    return one if full.get(one, (one,)) == full.get(other, (other,)) else ""


def _marked(short: str) -> str:
    """A company form of another script as a word that nobody writes; words before it are trade words ("group ltd")."""
    return short + MARK


@cache
def shipped() -> Spelling:
    """The spelling of the shipped tables."""
    return spelling(load())


def _words(text: str) -> list[str]:
    """Words and numbers in order; dots inside abbreviations join, single letters that stand together are one word."""
    undotted = DOTTED.sub(r"\1", text)
    found = GLUED_NUMBER.findall(undotted)
    if not any(len(each) == 1 for each in found):
        return found
    joined: list[str] = []
    run = ""
    for each in [*found, ""]:
        if len(each) == 1 and each.isalpha():
            run += each
            continue
        if run:
            joined.append(run)
            run = ""
        if each:
            joined.append(each)
    return joined


def spelt(names: Iterable[str], told: Spelling) -> list[Spelt]:
    """The normal form of each name; slips inside words of company forms and words cut in two are put right first."""
    rows = [_whole(_words(latin(visible(CAPITAL_FORM.sub(r"\1 \2", name)), told.native)), told) for name in names]
    distinct = {word for row in rows for word in row}
    apart = {word: parts for word in distinct if (parts := _apart(word, told))}
    rows = [[part for word in row for part in apart.get(word, (word,))] for row in rows]
    right = _put_right({word for row in rows for word in row if len(word) >= HEARD}, told)
    return [_one([right.get(word, word) for word in row], told) for row in rows]


def _whole(words: list[str], told: Spelling) -> list[str]:
    """Two pieces that make a known word, where one of them is none, are that word ("com pany")."""
    if len(words) < 2:
        return words
    joined: list[str] = []
    for word in words:
        whole = joined[-1] + word if joined else word
        if joined and len(whole) > 5 and whole in told.known and not (word in told.known and joined[-1] in told.known):
            joined[-1] = whole
        else:
            joined.append(word)
    return joined


GLUED_STARTS = ("ooo", "oao")
GLUED_ENDS = (
    "liabilitycompany",
    "company",
    "limited",
    "corporation",
    "gmbh",
    "ltd",
    "llc",
    "jsc",
    "wll",
    "bhd",
    "corp",
)
"""Company forms that are found at the end of a word where the space before them was lost."""


def _apart(word: str, told: Spelling) -> tuple[str, ...]:
    """A word that ends in a company form as two words; () for other words."""
    if word in told.known or not word.isalpha():
        return ()
    for begin in GLUED_STARTS:
        if word.startswith(begin) and len(word) > len(begin) + 1:
            return (begin, word.removeprefix(begin))
    for end in GLUED_ENDS:
        rest = word.removesuffix(end)
        if rest != word and len(rest) > 3:
            return (rest, "liability", "company") if end == "liabilitycompany" else (rest, end)
    return ("limited", "liability", "company") if word == "limitedliabilitycompany" else ()


def _put_right(words: set[str], told: Spelling) -> dict[str, str]:
    """Unknown words that sound like a word of the tables, or lie a slip away from a long one, and that word."""
    unknown = sorted(words - told.known)
    heard = {word: told.by_sound[told_sound] for word in unknown if (told_sound := sound(word)) in told.by_sound}
    return _near([word for word in unknown if len(word) >= LONG_FORM_WORD and word not in heard], told) | heard


def _near(unknown: list[str], told: Spelling) -> dict[str, str]:
    """Words that lie one letter, or two in a long word, from one whose spelling the tables hold."""
    if not unknown:
        return {}
    far = cdist(unknown, told.form_words, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8)
    nearest = far.argmin(axis=1)
    allowed = np.array([1 if len(word) < 9 else 2 for word in unknown])
    near = far[np.arange(len(unknown)), nearest] <= allowed
    return {unknown[at]: told.form_words[nearest[at]] for at in np.flatnonzero(near)}


def _one(words: list[str], told: Spelling) -> Spelt:
    """Company forms taken out where they may stand, the other words in full; a name of form words alone keeps them."""
    kept, forms = _without_forms(words, told)
    if len(kept) > 2 and kept[0] == "the":
        del kept[0]
    whole: list[str] = []
    before = ""
    for word in kept or words[:MOST_WORDS]:
        ordinal = ORDINAL.match(word)
        plain = ordinal.group(1) if ordinal else word
        plain = plain.lstrip("0") or "0" if plain.isdigit() else plain
        meant = told.full.get(plain, (plain,))
        if whole and whole[-1] in TENS and plain.isalpha() and meant[0] in ONES and before in told.full:
            whole[-1] = whole[-1][0] + meant[0]  # "forty four"
        else:
            whole.extend(meant)
        before = plain
    return Spelt(tuple(whole[:MOST_WORDS]), " ".join(dict.fromkeys(forms)))


TENS, ONES = frozenset(f"{ten}0" for ten in range(2, 10)), frozenset("123456789")


def _without_forms(words: list[str], told: Spelling) -> tuple[list[str], list[str]]:
    """The words outside company forms, and the short forms found."""
    forms: list[str] = []
    kept: list[str] = []
    at = 0
    while at < len(words):
        found = _form_at(words, at, told, BEGIN if not kept else INSIDE)
        if found:
            forms.append(found[1])
            at += len(found[0])
        else:
            kept.append(words[at])
            at += 1
    while len(kept) > 1:
        for size in range(min(5, len(kept) - 1), 0, -1):
            found = _form_at(kept, len(kept) - size, told, END)
            if found and len(found[0]) == size:
                forms.append(found[1])
                del kept[-size:]
                break
        else:
            break
    if forms and len(kept) > 1 and kept[-1] == "and":
        kept.pop()  # "Tarn & Co"
    if not forms and len(kept) > 1 and kept[-1] in told.slips:
        forms.append(told.slips[kept.pop()])
    return kept, forms


BEGIN, INSIDE, END = frozenset(["any", "both ends"]), frozenset(["any"]), frozenset(["any", "both ends", "end"])


def _form_at(
    words: list[str], at: int, told: Spelling, places: frozenset[str]
) -> tuple[tuple[str, ...], str, str] | None:
    """The longest company form that begins there and may stand there."""
    for row in told.forms.get(words[at], ()):
        if row[2] in places and tuple(words[at : at + len(row[0])]) == row[0]:
            return row
    return None


SLIPPED = ("ltd", "llc", "inc", "corp", "gmbh", "jsc", "ooo", "pte", "pty", "bhd", "plc")
"""Short company forms that are known with a slip, at the end of a name that has no other form."""


def _slips(known: frozenset[str]) -> dict[str, str]:
    """Every short form with one letter too few, too many, or exchanged, and the form; known words are none."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    made: dict[str, str] = {}
    for form in SLIPPED:
        cuts = [(form[:at], form[at:]) for at in range(len(form) + 1)]
        near = {a + b[1:] for a, b in cuts if b and len(form) > 3} | {
            a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1
        }
        near |= {a + each + b for a, b in cuts for each in letters}
        near |= {a + each + b[1:] for a, b in cuts if b and (a or len(form) > 3) for each in letters}
        made |= dict.fromkeys(sorted(near - known), form)
    return made


LEAST_WEIGHT = 0.05  # of a word that every second name holds
EVERY_NAME = 2000.0  # names in 10,000 that hold a word which tells nothing


@lru_cache(maxsize=200_000)
def _weight(per_10000: float) -> float:
    return max(LEAST_WEIGHT, 1.0 - float(np.log1p(per_10000) / np.log1p(EVERY_NAME)))


def weight(word: str, told: Spelling) -> float:
    """How much a word tells: 1 for one that no table knows, near 0 for "company"; single letters tell little.

    It depends on the shipped table alone, so that a pair keeps its score when the list around it changes.
    """
    if len(word) == 1:
        return 0.3
    return _weight(told.common.get(word, 0.0))
