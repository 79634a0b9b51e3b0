"""Every part of the world draws from a stream of its own: one more draw in a part changes nothing in the others."""

import zlib
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Words: TypeAlias = npt.NDArray[np.object_]
Truths: TypeAlias = npt.NDArray[np.bool_]
Numbers: TypeAlias = npt.NDArray[np.float64]
Places: TypeAlias = npt.NDArray[np.int64]


def stream(seed: int, name: str) -> np.random.Generator:
    """The stream of one named part of the world."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def chance(rng: np.random.Generator, rate: npt.ArrayLike, size: int) -> Truths:
    """True with the given rate, one rate for all or one each."""
    return np.asarray(rng.random(size) < np.asarray(rate, dtype=float))


def choose(rng: np.random.Generator, shares: Mapping[str, float], size: int) -> Words:
    """Words drawn with replacement, in proportion to their shares."""
    weights = np.array(list(shares.values()), dtype=float)
    places = rng.choice(len(weights), size=size, p=weights / weights.sum())
    return np.array(list(shares), dtype=object)[places]


def choose_each(rng: np.random.Generator, keys: Words, shares: Mapping[str, Mapping[str, float]]) -> Words:
    """One word a key, each key drawing from the shares of its own."""
    drawn = np.full(len(keys), "", dtype=object)
    for key in sorted(set(keys)):
        mine = keys == key
        drawn[mine] = choose(rng, shares[key], int(mine.sum()))
    return drawn


def among(rng: np.random.Generator, words: "list[str] | tuple[str, ...]", size: int) -> Words:
    """Words drawn with replacement, each as likely as the next."""
    return np.array(words, dtype=object)[rng.integers(0, len(words), size)]


def around(rng: np.random.Generator, median: npt.ArrayLike, spread: float, size: int) -> Numbers:
    """Positive numbers around a median; `spread` is the standard deviation of their logarithm."""
    return np.asarray(np.asarray(median, dtype=float) * np.exp(rng.normal(0.0, spread, size)))


def of_kind(keys: Words, table: Mapping[str, Any], entry: str) -> Words:
    """One entry of each key's own table."""
    values = {key: table[key][entry] for key in set(keys)}
    return np.array([values[key] for key in keys], dtype=object)
