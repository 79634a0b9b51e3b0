"""Names held against a list, all distinct ones at once: near ones by letters, then by words; each match says why."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.parties.normal_fields import variants
from features.parties.normal_names import Spelling, Spelt, spelt
from features.parties.screening.grams import nearest
from features.parties.screening.index import Index, key
from features.parties.screening.score import COMMON, Parts, likeness, packed, parts

POSSIBLE = 0.77  # likeness from which a person has to look: one in a hundred ordinary names reached it
FLOOR = 0.60  # likeness under which nothing is kept; between the two lies the near miss, a number for the model
SHORT_NAME = 4  # letters up to which only the same letters are the same name, and even then a person looks
FOR_SHORTENED = 0.05  # taken off where a branch or a bracket was cut off the name: it may tell two firms apart
FOR_A_THING = 0.10  # taken off ships, aircraft and single names of persons: a firm of that name is another
ACRONYM_SCORE = 0.86  # of the first letters of a listed name: looked at, never decided by
MOST_THREADS = 4
AT_ONCE = 2_000  # names, so that memory stays bounded
TOO_SHORT = 1  # letters of a name that says nothing

MATCH = ("name", "variant", "shape", "row", "entry", "score", "same", "left", "right", "found")
"""`name` is the place of the asked name, `row` that of the listed one; `same` says that their words are equal."""

UPPER = re.compile(r"\A\s*([A-Z]{4,8})(?:[\s,.]+(?:Ltd|LTD|Inc|INC|LLC|Co|Corp|GmbH|Limited)\b.*)?\.?\s*$")
JUST_UNDER = POSSIBLE - 0.01
Places = npt.NDArray[np.int64]


def matches(
    names: Sequence[str], held: Index, told: Spelling, threads: int | None = None, more: int = 0
) -> pd.DataFrame:
    """Per name and entry the best match from FLOOR on, best first; columns MATCH. Order and batch change nothing.

    `more` listed names are looked at beside the nearest ones: as many as a party may have that were cleared.
    """
    cells = [variants(name, told.countries) for name in names]
    asked = [(at, text, shape) for at, found in enumerate(cells) for text, shape in found.items()]
    batches = [asked[at : at + AT_ONCE] for at in range(0, len(asked), AT_ONCE)]
    with ThreadPoolExecutor(threads or min(os.cpu_count() or 1, MOST_THREADS)) as pool:
        tables = list(pool.map(lambda batch: _batch(batch, held, told, 1, more), batches))
    table = pd.concat(tables, ignore_index=True) if tables else _empty()
    table["shape_rank"] = table["shape"].map({"whole": 0, "cleaned": 1, "shortened": 2}).astype("int64")
    order = ["name", "score", "same", "shape_rank", "entry", "row"]
    ranked = table.sort_values(order, ascending=[True, False, False, True, True, True], kind="stable")
    return ranked.drop_duplicates(["name", "entry"]).drop(columns="shape_rank").reset_index(drop=True)


def screened(names: Sequence[str], told: Spelling) -> pd.Series:
    """Whether each name holds anything that can be compared; one that does not is a risk and no clean name."""
    return pd.Series([len(form.glued) > TOO_SHORT for form in spelt(names, told)], dtype="bool")


def _empty() -> pd.DataFrame:
    kinds = {"name": "int64", "variant": "str", "shape": "str", "row": "int64", "entry": "int64", "score": "float64",
             "same": "bool", "left": "float64", "right": "float64", "found": "str"}  # fmt: skip
    return pd.DataFrame({name: pd.Series(dtype=kinds[name]) for name in MATCH})


def _batch(asked: list[tuple[int, str, str]], held: Index, told: Spelling, threads: int, more: int) -> pd.DataFrame:
    forms = spelt([text for _, text, _ in asked], told)
    kept = [at for at, form in enumerate(forms) if len(form.glued) > TOO_SHORT]
    if not kept or not len(held.packed):
        return _empty()
    forms, asked = [forms[at] for at in kept], [asked[at] for at in kept]
    numbers = dict(held.numbers)
    for form in forms:
        for word in form.words:
            numbers.setdefault(word, len(numbers))
    words = held.words.extended(list(numbers)[len(held.numbers) :], told)
    rows = packed(forms, numbers)
    of, to, _ = nearest(held.grams, rows, words, threads, more)
    width = np.int64(len(held.packed))
    equal = np.array(
        sorted({at * int(width) + each for at, form in enumerate(forms) for each in _equal(form, held)}), np.int64
    )
    pairs = np.union1d(of * width + to, equal)
    of, to = pairs // width, pairs % width
    same = np.isin(pairs, equal)
    scored = parts(words, rows, held.packed, of, to)
    return pd.concat([_table(asked, held, of, to, scored, same), _acronyms(asked, held)], ignore_index=True)


def _equal(form: Spelt, held: Index) -> set[int]:
    """Listed names of the same words in any order, or of the same letters with other spaces."""
    return {*held.keys.get(key(form), ()), *held.keys.get(form.glued, ())}


def _table(
    asked: list[tuple[int, str, str]], held: Index, of: Places, to: Places, scored: Parts, same: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    """The matches from FLOOR on, with the rules that no likeness can overrule."""
    score: npt.NDArray[np.floating] = likeness(scored)
    short = np.fromiter((len(held.packed.glued[each]) for each in to), np.int64, len(to)) <= SHORT_NAME
    strength = held.names["strength"].to_numpy()[to]
    letters_only = short | (strength == "short")
    other_number = ~scored.left_numbers & ~scored.right_numbers
    score = np.where((letters_only | other_number) & ~same, np.minimum(score, JUST_UNDER), score)
    score = np.where(same, 1.0 - COMMON * (1 - scored.weight), score)
    shortened = np.fromiter((asked[each][2] == "shortened" for each in of), bool, len(of))
    score = score - FOR_SHORTENED * shortened - FOR_A_THING * held.names["thing"].to_numpy()[to]
    keep = np.flatnonzero(score >= FLOOR)
    shapes = [asked[each][2] for each in of[keep]]
    return pd.DataFrame(
        {
            "name": np.fromiter((asked[each][0] for each in of[keep]), np.int64, len(keep)),
            "variant": pd.array([asked[each][1] for each in of[keep]], dtype="str"),
            "shape": pd.array(shapes, dtype="str"),
            "row": to[keep],
            "entry": held.names["entry"].to_numpy()[to[keep]].astype(np.int64),
            "score": np.round(score[keep].astype(np.float64), 4),
            "same": same[keep],
            "left": np.round(scored.left[keep].astype(np.float64), 3),
            "right": np.round(scored.right[keep].astype(np.float64), 3),
            "found": pd.array(np.where(same[keep], "same words", "like"), dtype="str"),
        }
    )


def _acronyms(asked: list[tuple[int, str, str]], held: Index) -> pd.DataFrame:
    """Names in capitals alone that are the first letters of a listed name."""
    found = [
        (at, text, shape, row)
        for at, text, shape in asked
        for first in UPPER.finditer(text)
        for row in held.acronyms.get(first.group(1), ())
    ]
    table = _empty()
    if not found:
        return table
    places = np.array([row for *_, row in found])
    return pd.DataFrame(
        {
            "name": [at for at, *_ in found],
            "variant": pd.array([text for _, text, _, _ in found], dtype="str"),
            "shape": pd.array([shape for _, _, shape, _ in found], dtype="str"),
            "row": places,
            "entry": held.names["entry"].to_numpy()[places].astype(np.int64),
            "score": ACRONYM_SCORE,
            "same": False,
            "left": 1.0,
            "right": 0.0,
            "found": pd.array(["first letters"] * len(found), dtype="str"),
        }
    )
