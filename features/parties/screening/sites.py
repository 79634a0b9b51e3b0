"""Addresses held against listed addresses: the same house by words and number, whatever the order and abbreviations."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.parties.normal_addresses import Placed, Places, as_name, placed
from features.parties.normal_names import Spelling, weight
from features.parties.screening.grams import Grams, counted, nearest
from features.parties.screening.index import fetch, store
from features.parties.screening.remembered import Remembered
from features.parties.screening.score import Packed, Parts, packed, parts
from features.parties.screening.words import Floats, Words, described

SAME_PLACE = 0.75  # likeness from which two addresses are the same place
FLOOR = 0.55
OTHER_HOUSE = 0.3  # of the likeness that stays where both name a number and the numbers differ
NO_NUMBER = 0.6  # where only one names a number
OTHER_ROOM = 0.7  # where both name a room, floor or block and those differ: the same house, not the same party
EVERYDAY = 0.12  # weight of "street", "room", "building"
AT_LEAST = 0.35  # weight of any other word: towns are common and still tell places apart
A_NUMBER = 0.5
WHOLE_IN_OTHER = 0.97  # of the likeness where one address is a part of the other, if that part …
ENOUGH = 0.35  # … is about two thirds of it
AT_ONCE = 4_000


@dataclass(frozen=True)
class Sites:
    """Listed addresses in normal form, with the words and letters they are found by."""

    rows: pd.DataFrame  # entry, text, country
    places: list[Placed]
    packed: Packed
    words: Words
    numbers: dict[str, int]
    grams: Grams
    met: Remembered = field(default_factory=Remembered, repr=False, compare=False)


def sites(addresses: pd.DataFrame, known: Places) -> Sites:
    """The listed addresses that say enough to be found."""
    found = placed(addresses["text"], known)
    kept = [at for at, each in enumerate(found) if each.words]
    found = [found[at] for at in kept]
    numbers: dict[str, int] = {}
    names = [as_name(each) for each in found]
    for name in names:
        for word in name.words:
            numbers.setdefault(word, len(numbers))
    rows, words = packed(names, numbers), _weighed(described(list(numbers), known.told), known)
    return Sites(addresses.iloc[kept].reset_index(drop=True), found, rows, words, numbers, counted(rows, words))


def save(made: Sites, folder: Path) -> None:
    """Writes the addresses as numbers and text."""
    forms = [[each.words, sorted(each.numbers), sorted(each.inside), each.country] for each in made.places]
    store(folder, "sites", made.rows, (made.packed, made.words, made.grams), {"forms": forms})


def load(folder: Path) -> Sites | None:
    """The stored addresses, or None when there are none that this version can use."""
    found = fetch(folder, "sites")
    if found is None:
        return None
    frame, (rows, words, grams), told = found
    forms = [Placed(tuple(w), frozenset(n), frozenset(i), country) for w, n, i, country in told["forms"]]
    return Sites(frame, forms, rows, words, {word: at for at, word in enumerate(words.texts)}, grams)


def _weighed(words: Words, known: Places) -> Words:
    everyday = frozenset(part for meant in known.meant.values() for part in meant.split())
    return replace(words, weights=np.array([_weight(each, everyday, known.told) for each in words.texts], np.float32))


def _weight(word: str, everyday: frozenset[str], told: Spelling) -> float:
    if word[0].isdigit():
        return A_NUMBER
    return EVERYDAY if word in everyday else max(AT_LEAST, weight(word, told))


def at(addresses: Sequence[str], held: Sites, known: Places, threads: int | None = None) -> pd.DataFrame:
    """Per address and entry the best listed address from FLOOR on: address, row, entry, score, same."""
    tables = [
        _batch(addresses[start : start + AT_ONCE], start, held, known, threads or os.cpu_count() or 1)
        for start in range(0, len(addresses), AT_ONCE)
    ]
    table = pd.concat(tables, ignore_index=True) if tables else _empty()
    order = ["address", "score", "same", "entry", "row"]
    ranked = table.sort_values(order, ascending=[True, False, False, True, True], kind="stable")
    return ranked.drop_duplicates(["address", "entry"]).reset_index(drop=True)


def _empty() -> pd.DataFrame:
    kinds = {"address": "int64", "row": "int64", "entry": "int64", "score": "float64", "same": "bool"}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


def _batch(addresses: Sequence[str], start: int, held: Sites, known: Places, threads: int) -> pd.DataFrame:
    found = placed(addresses, known)
    kept = [at for at, each in enumerate(found) if len(each.words) + len(each.numbers) > 1 and each.words]
    if not kept or not len(held.packed):
        return _empty()
    asked = [found[at] for at in kept]
    numbers = dict(held.numbers)
    names = [as_name(each) for each in asked]
    for name in names:
        for word in name.words:
            numbers.setdefault(word, len(numbers))
    more = _weighed(described(list(numbers)[len(held.numbers) :], known.told), known)
    words = held.words.joined(more)
    rows = packed(names, numbers)
    of, to, _ = nearest(held.grams, rows, words, threads)
    if not len(of):
        return _empty()
    score = likeness(parts(words, rows, held.packed, of, to), asked, held.places, of, to)
    keep = np.flatnonzero(score >= FLOOR)
    same = [asked[a].key != "" and asked[a].key == held.places[b].key for a, b in zip(of[keep], to[keep], strict=True)]
    return pd.DataFrame(
        {
            "address": np.array(kept, np.int64)[of[keep]] + start,
            "row": to[keep],
            "entry": held.rows["entry"].to_numpy()[to[keep]].astype(np.int64),
            "score": np.round(score[keep].astype(np.float64), 4),
            "same": np.array(same, bool),
        }
    )


def likeness(
    found: Parts,
    asked: Sequence[Placed],
    listed: Sequence[Placed],
    of: npt.NDArray[np.int64],
    to: npt.NDArray[np.int64],
) -> Floats:
    """One number for each pair, 0 to 1; another house number is another place."""
    both = np.sqrt(found.left * found.right)
    more, less = np.maximum(found.left, found.right), np.minimum(found.left, found.right)
    base = np.maximum(both, WHOLE_IN_OTHER * more * np.minimum(1, ENOUGH + less))
    factor = np.array([_numbers(asked[a], listed[b]) for a, b in zip(of, to, strict=True)], np.float32)
    score: Floats = np.clip(base * factor, 0, 1).astype(np.float32)
    return score


def _numbers(one: Placed, other: Placed) -> float:
    """What is left of the likeness when house numbers, rooms, floors and blocks are compared."""
    if one.numbers and other.numbers:
        house = 1.0 if one.numbers <= other.numbers or other.numbers <= one.numbers else OTHER_HOUSE
    else:
        house = NO_NUMBER if one.numbers or other.numbers else 0.9
    return house * (OTHER_ROOM if _differs(one.inside, other.inside) else 1.0)


def _differs(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether both name a room, or a floor, or a block, or a post box, and not the same."""
    for kind in ("room", "floor", "block"):
        ours, theirs = ({each for each in side if each.startswith(kind)} for side in (one, other))
        if ours and theirs and not ours & theirs:
            return True
    return False
