"""How alike two names are, and by which words: shared words count by how rare they are, in both directions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from features.parties.normal_names import Spelt
from features.parties.screening.words import Floats, Ids, Words, alike


@dataclass(frozen=True)
class Packed:
    """Names as rows of word numbers, one after the other."""

    starts: npt.NDArray[np.int64]
    ids: Ids
    joins: Ids  # number of the word that this word and the next would make, -1 where nobody writes it
    glued: list[str]

    def __len__(self) -> int:
        return len(self.starts) - 1


def packed(names: list[Spelt], numbers: dict[str, int]) -> Packed:
    """The names with their words numbered by `numbers`, which is filled up with words it lacks."""
    sizes = np.fromiter((len(name.words) for name in names), dtype=np.int64, count=len(names))
    starts = np.concatenate([[0], np.cumsum(sizes)])
    ids = np.fromiter(
        (numbers.setdefault(word, len(numbers)) for name in names for word in name.words),
        dtype=np.int32,
        count=int(starts[-1]),
    )
    joins = np.fromiter(
        (
            numbers.get(name.words[at] + name.words[at + 1], -1) if at + 1 < len(name.words) else -1
            for name in names
            for at in range(len(name.words))
        ),
        dtype=np.int32,
        count=int(starts[-1]),
    )
    return Packed(starts, ids, joins, [name.glued for name in names])


POWER = 1.5  # of likeness: a word half alike counts for less than half
SAME_WORD = 0.75  # from here on two words are one word written twice: it weighs as the commoner spelling


@dataclass(frozen=True)
class Parts:
    """What the score of each pair of names is made of; every part lies between 0 and 1 and is shown with the hit."""

    left: Floats  # share of the left name's weight found in the right one
    right: Floats  # share of the right name's weight found in the left one
    left_lost: Floats  # weight of the heaviest word of the left name that the right one lacks; 1 for a country
    right_lost: Floats
    glued: Floats  # likeness of the names without spaces
    left_numbers: npt.NDArray[np.bool_]  # whether every number of the left name stands in the right one
    right_numbers: npt.NDArray[np.bool_]
    weight: Floats  # of the heaviest word that both share


def parts(words: Words, left: Packed, right: Packed, of: npt.NDArray[np.int64], to: npt.NDArray[np.int64]) -> Parts:
    """The parts for each pair (row `of` of left, row `to` of right); no name may be without words."""
    grid = _Grid.between(left, right, of, to)
    width = np.int64(len(words.texts))
    low, high = np.minimum(grid.x, grid.y).astype(np.int64), np.maximum(grid.x, grid.y).astype(np.int64)
    distinct, back = np.unique(low * width + high, return_inverse=True)
    same = alike(words, (distinct // width).astype(np.int32), (distinct % width).astype(np.int32))[back]
    same = np.maximum(same, grid.joined)
    ours = _side(words, same, grid.x, grid.y, grid.rows(), grid.left_sizes)
    turned = grid.turned()
    theirs = _side(words, same[turned], grid.y[turned], grid.x[turned], grid.columns(), grid.right_sizes)
    glued = cpdist(
        [left.glued[at] for at in of],
        [right.glued[at] for at in to],
        scorer=OSA.normalized_similarity,
        dtype=np.float32,
    )
    return Parts(ours[0], theirs[0], ours[1], theirs[1], glued, ours[2], theirs[2], ours[3])


DIFFER = 0.3  # taken off where the heaviest word of each name is missing in the other: one word may be another firm
GLUED_SHARE = 0.15  # of the letters in order, beside the words in any order
COMMON = 0.2  # taken off where the two share common words alone


def likeness(found: Parts) -> Floats:
    """One number for each pair, 0 to 1: 1 is the same name in words that tell something."""
    both = np.sqrt(found.left * found.right)
    whole = (1 - GLUED_SHARE) * np.maximum(both, found.glued) + GLUED_SHARE * found.glued
    lost = np.minimum(found.left_lost, found.right_lost)
    score: Floats = np.clip(whole - DIFFER * lost - COMMON * (1 - found.weight), 0, 1).astype(np.float32)
    return score


@dataclass(frozen=True)
class _Grid:
    """Every word of the left name against every word of the right one, for all pairs, one after the other."""

    x: Ids
    y: Ids
    joined: Floats  # 1 where a word equals two neighbouring words of the other name, and for those two
    left_sizes: npt.NDArray[np.int64]
    right_sizes: npt.NDArray[np.int64]
    begin: npt.NDArray[np.int64]
    pair: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]
    column: npt.NDArray[np.int64]

    @classmethod
    def between(cls, left: Packed, right: Packed, of: npt.NDArray[np.int64], to: npt.NDArray[np.int64]) -> _Grid:
        a, b = left.starts[of + 1] - left.starts[of], right.starts[to + 1] - right.starts[to]
        begin = np.cumsum(a * b) - a * b
        pair = np.repeat(np.arange(len(of)), a * b)
        inside = np.arange(len(pair)) - begin[pair]
        row, column = inside // b[pair], inside % b[pair]
        at_x, at_y = left.starts[of][pair] + row, right.starts[to][pair] + column
        x, y = left.ids[at_x], right.ids[at_y]
        joined = (left.joins[at_x] == y) | (right.joins[at_y] == x)
        before_x = (row > 0) & (left.joins[at_x - 1] == y)
        before_y = (column > 0) & (right.joins[at_y - 1] == x)
        return cls(x, y, (joined | before_x | before_y).astype(np.float32), a, b, begin, pair, row, column)

    def rows(self) -> npt.NDArray[np.int64]:
        """Where each word of a left name begins."""
        a, b = self.left_sizes, self.right_sizes
        return np.repeat(self.begin, a) + _counting(a) * np.repeat(b, a)

    def columns(self) -> npt.NDArray[np.int64]:
        """Where each word of a right name begins, once turned."""
        a, b = self.left_sizes, self.right_sizes
        return np.repeat(self.begin, b) + _counting(b) * np.repeat(a, b)

    def turned(self) -> npt.NDArray[np.int64]:
        """The order in which the words of the right name come first."""
        order = np.empty(len(self.pair), dtype=np.int64)
        order[self.begin[self.pair] + self.column * self.left_sizes[self.pair] + self.row] = np.arange(len(self.pair))
        return order


def _counting(sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """0, 1, … up to each size, one after the other."""
    return np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)


Side = tuple[Floats, Floats, npt.NDArray[np.bool_], Floats]


def _side(
    words: Words, same: Floats, x: Ids, y: Ids, begin: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64]
) -> Side:
    """Of one name of each pair: share of weight found, heaviest loss, whether its numbers are found, heaviest find."""
    found = np.maximum.reduceat(same, begin)
    spans = np.diff(np.append(begin, len(same)))
    partner = np.maximum.reduceat(np.where(same >= np.repeat(found, spans), words.weights[y], 0), begin)
    own = words.weights[x[begin]]
    own = np.where(found >= SAME_WORD, np.minimum(own, partner), own)
    first = np.cumsum(sizes) - sizes
    total = np.add.reduceat(own, first)
    share = np.add.reduceat(own * found**POWER, first) / total
    missing = np.where(words.countries[x[begin]] & (found < SAME_WORD), 1, own * (1 - found**POWER))
    lost = np.maximum.reduceat(missing, first)
    numbers = np.logical_and.reduceat(~words.digits[x[begin]] | (found == 1), first)
    shared = np.maximum.reduceat(own * found, first)
    return share.astype(np.float32), lost, numbers, shared
