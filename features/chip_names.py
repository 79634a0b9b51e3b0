"""Chips named in part numbers and descriptions, and how many of them one ordered unit holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from features.reference.tables import STATES_KEPT, Tables

LONGEST_NAME = 6  # words of the longest chip name that is looked for in a text
GPUS = re.compile(r"\b(\d{1,3})\s*(?:[-X×]\s*)?GPUS?\b")
"""How texts state the accelerators of one unit: "8-GPU"."""

TIMES = re.compile(r"\b(\d{1,3})\s*[X×]\s*(?=[A-Z])")
"""How texts multiply a name: "8x H100". Only a chip's own name counts: "2x Xeon, 8x H100" and "16x PCIe" do not."""

NUMBERED = re.compile(r"(?!\d+GB$)(?!SXM|PCIE)(?=.*\d)\w+")
"""A word with a number in it that is neither memory nor socket: what tells one family of chips from another."""

FOUND = {
    "chip": "str",
    "per_unit": "float64",
    "unit": "str",
    "found_in": "str",
    "match": "str",
    "several": "bool",
    "described_chip": "bool",
    "described_other": "bool",
}
"""What is found of a part; a file of which no record could be read has no row, and these columns all the same."""


def chips_named(texts: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """The chip that each text names, same index, columns of FOUND.

    `texts` holds part_number, item_description and manufacturer, each combination once. `per_unit` is the chips in one
    ordered unit and `unit` "chip" or "system", `found_in` "part number", "description" or missing, `several` whether
    more than one chip is named (the most powerful counts), `described_chip` whether the description names any,
    `described_other` whether it names only chips of another family.

    `match` is how sure the match is, from the surest down: "exact part" (the whole part number is the name or number of
    one chip), "name in part number" (found among other words), "family name" (the name of several chips: the strictest
    counts), "description only", "several chips"; missing when no chip is named.
    """
    known = _names(tables)
    found = [_of_text(text, known) for text in texts.fillna("").itertuples(index=False)]
    return pd.DataFrame(found, index=texts.index, columns=list(FOUND)).astype(FOUND)


@lru_cache(maxsize=STATES_KEPT)
def _names(tables: Tables) -> dict[str, _Name]:
    """Every known way to write a chip or system, by its key."""
    names, chips = tables.frames["chip_names"], tables.frames["chips"]
    figures = pd.to_numeric(chips["tpp"], errors="coerce").fillna(np.inf).tolist()
    tpp: dict[str, float] = dict(zip(chips["chip"].tolist(), figures, strict=True))
    makers = {chip: vendor.split()[0].upper() for chip, vendor in zip(chips["chip"], chips["vendor"], strict=True)}
    families = _families(chips["chip"].tolist())
    columns = ("alias", "chip", "chips_per_unit", "unit", "needs_maker")
    return {
        alias: _Name(chip, tpp[chip], float(held), unit == "system", makers[chip], maker == "yes", alias in families)
        for alias, chip, held, unit, maker in zip(*(names[each] for each in columns), strict=True)
    }


def _families(chips: list[str]) -> set[str]:
    """Runs of words that stand in the names of several chips, such as H100, unless they are the whole name of one."""
    seen: Counter[str] = Counter()
    for chip in chips:
        words = _words(chip.upper())
        seen.update({"".join(words[at:to]) for at in range(len(words)) for to in range(at + 1, len(words) + 1)})
    return {run for run, count in seen.items() if count > 1} - {"".join(_words(chip.upper())) for chip in chips}


@dataclass(frozen=True)
class _Name:
    """One way to write a chip or a system of chips; `tpp` is infinite when not known, so that it counts first."""

    chip: str
    tpp: float
    per_unit: float
    is_system: bool
    maker: str
    needs_maker: bool
    is_family: bool


def _of_text(text: tuple[str, str, str], known: Mapping[str, _Name]) -> Mapping[str, object]:
    """What one part number with its description and maker is; the part number is believed before the description."""
    part, description, maker = (each.upper() for each in text)
    spoken = set(_words(f"{part} {description} {maker}"))
    described = _names_in(_words(description), known)
    for where, words in (("part number", _words(part)), ("description", _words(description))):
        whole = "".join(words)
        hits = [
            (name, times)
            for name, times in _names_in(words, known)
            if not known[name].needs_maker or name == whole or known[name].maker in spoken
        ]
        if hits:
            alias, _ = max(hits, key=lambda hit: (known[hit[0]].tpp, known[hit[0]].per_unit))
            name = known[alias]
            several = len({known[each].chip for each, _ in hits}) > 1
            mentions = [(known[each], times) for each, times in hits if known[each].chip == name.chip]
            mentions += [(known[each], times) for each, times in described if times]
            units = _chips_a_unit(mentions, GPUS.search(f"{part} {description}"))
            others = [known[each].chip for each, _ in described]
            return {
                "chip": name.chip,
                "per_unit": units,
                "unit": "system" if units > name.per_unit or any(each.is_system for each, _ in mentions) else "chip",
                "found_in": where,
                "match": _match(where, several, name.is_family, whole in (alias, name.maker + alias)),
                "several": several,
                "described_chip": bool(others),
                "described_other": bool(others) and not any(_one_family(name.chip, other) for other in others),
            }
    return NOTHING_FOUND


NOTHING_FOUND: Mapping[str, object] = {
    "chip": None,
    "per_unit": np.nan,
    "unit": None,
    "found_in": None,
    "match": None,
    "several": False,
    "described_chip": False,
    "described_other": False,
}


def _match(where: str, several: bool, family: bool, whole: bool) -> str:
    """How sure a match is, in words."""
    if several:
        return "several chips"
    if where == "description":
        return "description only"
    if family:
        return "family name"
    return "exact part" if whole else "name in part number"


def _one_family(chip: str, other: str) -> bool:
    """Whether two chips share the word that names their family: A100 PCIe and A100 SXM4, GB200 and B200."""
    one, two = ({word for word in _words(each.upper()) if NUMBERED.fullmatch(word)} for each in (chip, other))
    return chip == other or any(a.endswith(b) or b.endswith(a) for a in one for b in two)


def _chips_a_unit(mentions: list[tuple[_Name, int]], gpus: re.Match[str] | None) -> float:
    """Chips in one ordered unit: what the texts count, else what the name holds; of several counts the largest."""
    stated = float(gpus.group(1)) if gpus else None
    held = [(stated if each.is_system and stated else each.per_unit) * (times or 1) for each, times in mentions]
    return max([*held, stated or 0.0])


def _names_in(words: list[str], known: Mapping[str, _Name]) -> list[tuple[str, int]]:
    """Chip names among neighbouring words, the longest first, each with the count before it (0: none)."""
    found: list[tuple[str, int]] = []
    at = 0
    while at < len(words):
        lengths = range(min(LONGEST_NAME, len(words) - at), 0, -1)
        length = next((each for each in lengths if "".join(words[at : at + each]) in known), 0)
        if length:
            name = "".join(words[at : at + length])
            found.append((name, _times(words[:at], known[name].maker)))
        at += length or 1
    return found


def _times(before: list[str], maker: str) -> int:
    """The count of "8 x" that ends the words before a name, the maker's name aside; 0 when there is none."""
    ending = before[:-1] if before[-1:] == [maker] else before
    return int(ending[-2]) if len(ending) > 1 and ending[-1] == "X" and ending[-2].isdecimal() else 0


def _words(text: str) -> list[str]:
    """Runs of letters and digits; a leading count such as 8X is split off."""
    return re.findall(r"[^\W_]+", TIMES.sub(r"\1 X ", text))
