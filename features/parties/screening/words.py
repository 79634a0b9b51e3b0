"""How alike two words are: a slip, another romanisation, an initial, a word cut short; numbers are equal or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from features.parties.normal_names import Spelling, weight
from features.parties.normal_scripts import sound

Floats = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int32]

INITIAL = 0.75  # "v" for "vladimir"
CUT_SHORT = 0.80  # "mekhan" for "mekhanicheskiy", from four letters on
SOUNDS_ALIKE = 0.95
LEAST_ALIKE = 0.50  # under it two words have nothing to do with each other
SHARED_LETTERS = 0.5  # of the longer word's letters, under which two words are not compared at all


@dataclass(frozen=True)
class Words:
    """Distinct words with what is needed to compare them."""

    texts: list[str]
    sounds: list[str]
    weights: Floats
    lengths: npt.NDArray[np.int16]
    letters: npt.NDArray[np.uint64]  # one bit a letter or digit
    first: npt.NDArray[np.int16]
    digits: npt.NDArray[np.bool_]
    countries: npt.NDArray[np.bool_]

    def extended(self, more: list[str], told: Spelling) -> Words:
        """These words and more behind them."""
        return self.joined(described(more, told))

    def joined(self, new: Words) -> Words:
        """These words and others behind them."""
        return Words(
            self.texts + new.texts,
            self.sounds + new.sounds,
            np.concatenate([self.weights, new.weights]),
            np.concatenate([self.lengths, new.lengths]),
            np.concatenate([self.letters, new.letters]),
            np.concatenate([self.first, new.first]),
            np.concatenate([self.digits, new.digits]),
            np.concatenate([self.countries, new.countries]),
        )


def described(texts: list[str], told: Spelling) -> Words:
    """The words with sound, weight and letters."""
    return Words(
        texts,
        [sound(word) for word in texts],
        np.array([weight(word, told) for word in texts], dtype=np.float32),
        np.array([len(word) for word in texts], dtype=np.int16),
        np.array([_bits(word) for word in texts], dtype=np.uint64),
        np.array([ord(word[0]) for word in texts], dtype=np.int16),
        np.array([any(each.isdigit() for each in word) for word in texts], dtype=np.bool_),
        np.array([word in told.countries for word in texts], dtype=np.bool_),
    )


def _bits(word: str) -> int:
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) - (48 if letter.isdigit() else 87)) % 64
    return bits


def alike(words: Words, left: Ids, right: Ids) -> Floats:
    """For pairs of distinct words: 1 for equal, 0 for nothing in common; symmetric."""
    answer: Floats = (left == right).astype(np.float32)
    shorter = np.minimum(words.lengths[left], words.lengths[right])
    numbers = words.digits[left] | words.digits[right]
    other = (left != right) & ~numbers
    initial = other & (shorter == 1) & (words.first[left] == words.first[right])
    answer[initial] = INITIAL
    shared = np.bitwise_count(words.letters[left] & words.letters[right]).astype(np.float32)
    most = np.maximum(np.bitwise_count(words.letters[left]), np.bitwise_count(words.letters[right]))
    compared = np.flatnonzero(other & (shorter >= 3) & (shared >= SHARED_LETTERS * most))
    if compared.size:
        answer[compared] = _compared(words, left[compared], right[compared])
    return answer


def _compared(words: Words, left: Ids, right: Ids) -> Floats:
    texts, sounds = words.texts, words.sounds
    a, b = [texts[at] for at in left], [texts[at] for at in right]
    c, d = [sounds[at] for at in left], [sounds[at] for at in right]
    letters = cpdist(a, b, scorer=OSA.normalized_similarity, dtype=np.float32)
    heard = cpdist(c, d, scorer=OSA.normalized_similarity, dtype=np.float32)
    begun = cpdist(a, b, scorer=JaroWinkler.normalized_similarity, dtype=np.float32)
    spelt = 0.5 * letters + 0.5 * np.clip((begun - 0.5) * 2, 0, 1)
    best = np.maximum(spelt, SOUNDS_ALIKE * heard)
    cut = np.fromiter(map(_cut_short, a, b), dtype=np.bool_, count=len(a))
    best = np.where(cut, np.maximum(best, CUT_SHORT), best)
    found: Floats = np.where(best < LEAST_ALIKE, 0, best).astype(np.float32)
    return found


def _cut_short(one: str, other: str) -> bool:
    """Whether one word is the beginning of the other."""
    shorter, longer = sorted((one, other), key=len)
    return 4 <= len(shorter) < len(longer) and longer.startswith(shorter)
