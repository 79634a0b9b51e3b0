"""Names near a name, found by the letters of their rare words: three at a time, the rarer the heavier."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sparse_dot_topn import sp_matmul_topn

from features.parties.screening.score import Packed
from features.parties.screening.words import Words

LETTERS = 3
NEAREST = 20  # names looked at closely; more found no listed name that these lacked
LEAST_NEAR = 0.15  # cosine under which names have nothing in common
MOST_POSTINGS = 30_000  # names read for one query: its rarest letters first, so that no name is slow
LEAST_RARE = 0.3  # in a list of a few names every letter is common, and they must be found too
LIGHTEST = 0.2  # of a common word beside 1 for a rare one: it may not vanish, some names have no other


@dataclass(frozen=True)
class Grams:
    """The letters of the listed names: number, rarity, and which names hold them."""

    numbers: dict[str, int]
    rarity: npt.NDArray[np.float32]
    held: npt.NDArray[np.int32]  # names that hold each
    by_gram: csr_matrix  # grams × names


def of_word(word: str) -> list[str]:
    """The letters of a word three at a time, with its beginning and its end.

    >>> of_word("norr")
    ['<no', 'nor', 'orr', 'rr>']
    """
    framed = f"<{word}>"
    return [framed[at : at + LETTERS] for at in range(max(1, len(framed) - LETTERS + 1))]


def _words_by_gram(words: list[str], numbers: dict[str, int], *, grow: bool) -> csr_matrix:
    """Words × grams; a gram that is not numbered gets a number or is left out."""
    rows, columns = [], []
    for at, word in enumerate(words):
        for gram in of_word(word):
            number = numbers.setdefault(gram, len(numbers)) if grow else numbers.get(gram, -1)
            if number >= 0:
                rows.append(at)
                columns.append(number)
    ones = np.ones(len(rows), dtype=np.float32)
    return csr_matrix((ones, (rows, columns)), shape=(len(words), len(numbers)))


def _names_by_word(names: Packed, words: Words) -> csr_matrix:
    heavy = np.maximum(words.weights, LIGHTEST)[names.ids]
    return csr_matrix((heavy, names.ids, names.starts), shape=(len(names), len(words.texts)))


def counted(names: Packed, words: Words) -> Grams:
    """The grams of all listed names."""
    numbers: dict[str, int] = {}
    by_word = _words_by_gram(words.texts, numbers, grow=True)
    found = csr_matrix(_names_by_word(names, words) @ by_word)
    held = np.bincount(found.indices, minlength=len(numbers)).astype(np.int32)
    rarity = np.maximum(np.log((1 + len(names)) / (1 + held)), LEAST_RARE).astype(np.float32)
    return Grams(numbers, rarity, held, csr_matrix(_long(found, rarity).T))


def _long(found: csr_matrix, rarity: npt.NDArray[np.float32]) -> csr_matrix:
    """Counts made heavy by rarity, each name of length 1."""
    found.data = np.sqrt(found.data) * rarity[found.indices]
    sums = np.add.reduceat(np.append(found.data**2, 0), found.indptr[:-1])
    sums[np.diff(found.indptr) == 0] = 1
    found.data /= np.repeat(np.sqrt(np.maximum(sums, 1e-12)), np.diff(found.indptr))
    return found


def nearest(
    grams: Grams, names: Packed, words: Words, threads: int, more: int = 0
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """For each name the listed names that may be meant, `more` of them than usual: rows of both, and how near."""
    used, places = np.unique(names.ids, return_inverse=True)
    by_word = _words_by_gram([words.texts[each] for each in used], grams.numbers, grow=False)
    heavy = np.maximum(words.weights, LIGHTEST)[names.ids]
    by_name = csr_matrix((heavy, places.astype(np.int32), names.starts), shape=(len(names), len(used)))
    asked = _pruned(_long(csr_matrix(by_name @ by_word), grams.rarity), grams.held)
    found = sp_matmul_topn(
        asked, grams.by_gram, top_n=NEAREST + more, threshold=LEAST_NEAR, sort=False, n_threads=threads
    )
    rows = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
    return rows, found.indices.astype(np.int64), found.data


def _pruned(asked: csr_matrix, held: npt.NDArray[np.int32]) -> csr_matrix:
    """Of each row the rarest grams, until MOST_POSTINGS names would be read."""
    rows = np.repeat(np.arange(asked.shape[0]), np.diff(asked.indptr))
    order = np.lexsort((asked.indices, held[asked.indices], rows))
    cost = np.cumsum(held[asked.indices[order]].astype(np.int64))
    before = np.concatenate([[0], cost])[asked.indptr[:-1]]
    kept = order[cost - before[rows] <= MOST_POSTINGS]
    kept.sort()
    return csr_matrix((asked.data[kept], (rows[kept], asked.indices[kept])), shape=asked.shape)
