"""A list made ready to be searched: names in normal form, their words, letters and abbreviations; kept by hash."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from features.parties.normal_names import Spelling, Spelt, spelt
from features.parties.screening.entries import Listed
from features.parties.screening.grams import Grams, counted
from features.parties.screening.remembered import Remembered
from features.parties.screening.score import Packed, packed
from features.parties.screening.words import Words, described

METHOD = 2  # rises with any change of a score or of the stored form: an index of another method is built anew
ACRONYM = 4  # words from which on the first letters are a name of their own
THINGS = ("Vessel", "Aircraft")  # they are listed by name, and no party of an order is one of them
UNSPOKEN = frozenset(["of", "and", "the", "for", "a", "in", "de", "la", "del"])


@dataclass(frozen=True)
class Index:
    """Names of a list; row numbers of `names` are those of `packed` and of the letters."""

    names: pd.DataFrame  # entry, text, strength, form, thing (a ship, or half the name of a person)
    packed: Packed
    words: Words
    numbers: Mapping[str, int]
    grams: Grams
    keys: Mapping[str, list[int]]  # names by their words in any order
    acronyms: Mapping[str, list[int]]
    met: Remembered = field(default_factory=Remembered, repr=False, compare=False)


def index(listed: Listed, told: Spelling) -> Index:
    """The index of a list; a name without any word that can be compared stands for nothing and is left out."""
    forms = spelt(listed.names["text"], told)
    kept = [at for at, form in enumerate(forms) if form.words]
    forms = [forms[at] for at in kept]
    names = listed.names.iloc[kept].reset_index(drop=True).assign(form=[form.form for form in forms])
    names["form"] = names["form"].astype("str")
    kinds = listed.entries["type"].reindex(names["entry"]).fillna("").to_numpy()
    single = np.array([len(form.words) == 1 for form in forms], dtype=bool)
    names["thing"] = np.isin(kinds, THINGS) | ((kinds == "Individual") & single)
    numbers: dict[str, int] = {}
    for form in forms:
        for word in form.words:
            numbers.setdefault(word, len(numbers))
    rows, words = packed(forms, numbers), described(list(numbers), told)
    return Index(names, rows, words, numbers, counted(rows, words), _keys(rows, words), _acronyms(names))


def key(form: Spelt) -> str:
    """Equal for names of the same words in any order and with any spaces between them."""
    return "".join(sorted(form.words))


def _keys(rows: Packed, words: Words) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at in range(len(rows)):
        own = [words.texts[each] for each in rows.ids[rows.starts[at] : rows.starts[at + 1]]]
        for each in {"".join(sorted(own)), "".join(own)}:
            found.setdefault(each, []).append(at)
    return found


def _acronyms(names: pd.DataFrame) -> dict[str, list[int]]:
    """The first letters of long names, with and without the words of the company form."""
    found: dict[str, list[int]] = {}
    for at, (text, form) in enumerate(zip(names["text"], names["form"], strict=True)):
        letters = [word[0].upper() for word in re.findall(r"[^\W\d_]+", text) if word.lower() not in UNSPOKEN]
        for cut in range(3 if form else 1):
            if ACRONYM <= len(letters) - cut <= 8:
                found.setdefault("".join(letters[: len(letters) - cut]), []).append(at)
    return found


def save(made: Index, folder: Path) -> None:
    """Writes the index as numbers and text, never as code."""
    store(
        folder,
        "names",
        made.names,
        (made.packed, made.words, made.grams),
        {"keys": made.keys, "acronyms": made.acronyms},
    )


def load(folder: Path) -> Index | None:
    """The stored index, or None when there is none that this version can use."""
    found = fetch(folder, "names")
    if found is None:
        return None
    frame, (rows, words, grams), told = found
    by_word = {word: at for at, word in enumerate(words.texts)}
    return Index(frame, rows, words, by_word, grams, told["keys"], told["acronyms"])


Searched = tuple[Packed, Words, Grams]


def store(folder: Path, what: str, frame: pd.DataFrame, searched: Searched, more: Mapping[str, object]) -> None:
    """Rows of a list with their words and letters: three files that hold no code."""
    rows, words, grams = searched
    frame.to_parquet(folder / f"{what}.parquet")
    np.savez(
        folder / f"{what}.npz", starts=rows.starts, ids=rows.ids, joins=rows.joins, weights=words.weights,
        lengths=words.lengths, letters=words.letters, first=words.first, digits=words.digits, countries=words.countries,
        rarity=grams.rarity,
        held=grams.held, data=grams.by_gram.data, indices=grams.by_gram.indices, indptr=grams.by_gram.indptr,
    )  # fmt: skip
    told = {"words": words.texts, "sounds": words.sounds, "glued": rows.glued, "grams": list(grams.numbers), **more}
    (folder / f"{what}.json").write_text(json.dumps(told | {"method": METHOD}, ensure_ascii=False), encoding="utf-8")


def fetch(folder: Path, what: str) -> tuple[pd.DataFrame, Searched, dict[str, Any]] | None:
    """What `store` wrote, or None when it is missing, damaged, or of another method."""
    try:
        told = json.loads((folder / f"{what}.json").read_text(encoding="utf-8"))
        if told["method"] != METHOD:
            return None
        with np.load(folder / f"{what}.npz", allow_pickle=False) as stored:
            kept = {name: stored[name] for name in stored.files}
        frame = pd.read_parquet(folder / f"{what}.parquet")
    except (OSError, ValueError, KeyError):
        return None
    rows = Packed(kept["starts"], kept["ids"], kept["joins"], told["glued"])
    described = (
        told["words"],
        told["sounds"],
        *(kept[name] for name in ("weights", "lengths", "letters", "first", "digits", "countries")),
    )
    matrix = csr_matrix((kept["data"], kept["indices"], kept["indptr"]), shape=(len(told["grams"]), len(rows)))
    numbers = {gram: at for at, gram in enumerate(told["grams"])}
    return frame, (rows, Words(*described), Grams(numbers, kept["rarity"], kept["held"], matrix)), told
