"""A name of any script in plain Latin letters and digits: what a reader would take for the same letters is the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from anyascii import anyascii

LOOK_ALIKES = str.maketrans("аеорсхуіјѕԁӏһкмтвнгαεορυκνιτχпзӡԛԝ", "aeopcxyijsdlhkmtbhraeopuknitxn33qw")
"""Cyrillic and Greek letters that pass for Latin ones, in lower case: a word that mixes scripts is meant to deceive."""

LATIN = re.compile("[a-z]")
OTHER_ALPHABET = re.compile("[\u0370-\u03ff\u0400-\u052f]")
IDEOGRAPHS = re.compile("[\u3400-\u9fff\uf900-\ufaff]+")
WITHOUT_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3]")
DECEIVING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the reading direction: none belongs in a name, and what they display is not what is stored."""

LONGEST_NAME = 400  # letters that are read; what stands behind is no name any more
PERSON = 4  # ideographs at most in a name of a person: surname first


def visible(text: str) -> str:
    """The text in compatible lower case without what cannot be seen; controls and null bytes are spaces.

    >>> visible("Norrhall\\u202e\\u200bC\\u00f4mpute\\x00Ltd")
    'norrhallcompute ltd'
    """
    folded = unicodedata.normalize("NFKC", text[:LONGEST_NAME]).casefold()
    if folded.isascii() and folded.isprintable():
        return folded
    seen = []
    for each in folded:
        kind = unicodedata.category(each)
        if kind in {"Cc", "Zl", "Zp", "Cs", "Co", "Cn", "So", "Sk"}:  # pictures say nothing that could be compared
            seen.append(" ")
        elif kind != "Cf":
            seen.append(each)
    return _unaccented("".join(seen))


def _unaccented(text: str) -> str:
    """Letters of the alphabets without their accents; marks of other scripts are letters and stay."""
    apart = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(each for each in apart if not "\u0300" <= each <= "\u036f"))


def unmixed(text: str) -> str:
    """Words that mix Latin with Cyrillic or Greek letters, all in Latin ones; other words stay.

    >>> unmixed("nоrrhаll цех")
    'norrhall цех'
    """
    if not OTHER_ALPHABET.search(text):
        return text
    return " ".join(
        word.translate(LOOK_ALIKES) if LATIN.search(word) and OTHER_ALPHABET.search(word) else word
        for word in text.split(" ")
    )


def latin(text: str, words: Mapping[str, str]) -> str:
    """The text in Latin letters; words of `words` (of scripts without spaces: anywhere) are put by their meaning."""
    if text.isascii():
        return text
    text = unmixed(text)
    meant = _put(text, words) if WITHOUT_SPACES.search(text) else text
    if not IDEOGRAPHS.search(meant):
        return anyascii(meant).lower()
    alone = meant == text and len(text.replace(" ", "")) <= PERSON
    return anyascii(IDEOGRAPHS.sub(lambda found: f" {_read(found.group(), alone)} ", meant)).lower()


def _put(text: str, words: Mapping[str, str]) -> str:
    """Known words of scripts without spaces, longest first, in their meaning with spaces around."""
    longest = max((len(word) for word in words), default=0)
    out, at = [], 0
    while at < len(text):
        for size in range(min(longest, len(text) - at), 0, -1):
            found = words.get(text[at : at + size])
            if found is not None:
                out.append(f" {found} ")
                at += size
                break
        else:
            out.append(text[at])
            at += 1
    return "".join(out)


def _read(ideographs: str, person: bool) -> str:
    """The standard Chinese reading: one word, or surname and given name of a person."""
    from pypinyin import Style, lazy_pinyin  # its tables take a quarter of a second

    sounds = lazy_pinyin(ideographs, style=Style.NORMAL)
    return f"{sounds[0]} {''.join(sounds[1:])}" if person and len(sounds) > 1 else "".join(sounds)


SOUNDS = (
    ("shch", "s"), ("sch", "s"), ("tch", "c"), ("dzh", "j"), ("zh", "j"), ("kh", "h"), ("gh", "g"), ("th", "t"),
    ("ph", "f"), ("sh", "s"), ("ch", "c"), ("ts", "c"), ("tz", "c"), ("cz", "c"), ("ck", "k"), ("q", "k"), ("x", "ks"),
    ("w", "v"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ie", "i"), ("iy", "i"), ("yi", "i"), ("ij", "i"), ("yy", "i"),
    ("ya", "ia"), ("ja", "ia"), ("yu", "iu"), ("ju", "iu"), ("ye", "e"), ("je", "e"), ("yo", "o"), ("y", "i"),
    ("o", "u"),
)  # fmt: skip
"""Spellings of one sound in the romanisations of Russian, Arabic, Persian, Chinese and Korean, longest first."""

TWICE = re.compile(r"(.)\1+")


def sound(word: str) -> str:
    """The word as it sounds in any romanisation; short words and words with digits stay as they are.

    >>> sound("kholmogrant") == sound("holmogrant"), sound("mohammed") == sound("muhammed")
    (True, True)
    """
    if len(word) < 3 or not word.isalpha():
        return word
    heard = word
    for written, spoken in SOUNDS:
        heard = heard.replace(written, spoken)
    heard = TWICE.sub(r"\1", heard)
    return heard.removesuffix("h") or word
