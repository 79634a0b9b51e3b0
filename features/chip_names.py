"""Chips named in part numbers and descriptions, and how many of them one ordered unit holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.reference.tables import Tables

LONGEST_NAME = 6  # words of the longest chip name that is looked for in a text
GPUS = re.compile(r"\b(\d{1,3})\s*(?:[-X×]\s*)?GPUS?\b")
"""How texts state the accelerators of one unit: "8-GPU"."""

TIMES = re.compile(r"\b(\d{1,3})\s*[X×]\s*(?=[A-Z])")
"""How texts multiply a name: "8x H100". Only a chip's own name counts: "2x Xeon, 8x H100" and "16x PCIe" do not."""

FOUND = {"chip": "str", "per_unit": "float64", "found_in": "str", "several": "bool", "described_chip": "bool"}
"""What is found of a part; a file of which no record could be read has no row, and these columns all the same."""


def chips_named(texts: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """The chip that each text names, same index: chip, per_unit, found_in, several, described_chip.

    `texts` holds part_number, item_description and manufacturer, each combination once. `per_unit` is the chips in one
    ordered unit, `found_in` "part number", "description" or missing, `several` whether more than one chip is named,
    `described_chip` whether the description names any.
    """
    names, chips = tables.frames["chip_names"], tables.frames["chips"]
    figures = pd.to_numeric(chips["tpp"], errors="coerce").fillna(np.inf).tolist()
    tpp: dict[str, float] = dict(zip(chips["chip"].tolist(), figures, strict=True))
    makers = {chip: vendor.split()[0].upper() for chip, vendor in zip(chips["chip"], chips["vendor"], strict=True)}
    columns = ("alias", "chip", "chips_per_unit", "unit", "needs_maker")
    known = {
        alias: _Name(chip, tpp[chip], float(per_unit), unit == "system", makers[chip], needs_maker == "yes")
        for alias, chip, per_unit, unit, needs_maker in zip(*(names[each] for each in columns), strict=True)
    }
    found = [_of_text(text, known) for text in texts.fillna("").itertuples(index=False)]
    return pd.DataFrame(found, index=texts.index, columns=list(FOUND)).astype(FOUND)


@dataclass(frozen=True)
class _Name:
    """One way to write a chip or a system of chips; `tpp` is infinite when not known, so that it counts first."""

    chip: str
    tpp: float
    per_unit: float
    is_system: bool
    maker: str
    needs_maker: bool


def _of_text(text: tuple[str, str, str], known: Mapping[str, _Name]) -> Mapping[str, object]:
    """What one part number with its description and maker is; the part number is believed before the description."""
    part, description, maker = (each.upper() for each in text)
    spoken = set(_words(f"{part} {description} {maker}"))
    described = _names_in(_words(description), known)
    for where, words in (("part number", _words(part)), ("description", _words(description))):
        whole = "".join(words)
        hits = [
            (known[name], times)
            for name, times in _names_in(words, known)
            if not known[name].needs_maker or name == whole or known[name].maker in spoken
        ]
        if hits:
            name, _ = max(hits, key=lambda hit: (hit[0].tpp, hit[0].per_unit))
            several = len({each.chip for each, _ in hits}) > 1
            mentions = [(each, times) for each, times in hits if each.chip == name.chip]
            mentions += [(known[each], times) for each, times in described if times]
            units = _chips_a_unit(mentions, GPUS.search(f"{part} {description}"))
            found = {"chip": name.chip, "per_unit": units, "found_in": where, "several": several}
            return found | {"described_chip": bool(described)}
    return {"chip": None, "per_unit": np.nan, "found_in": None, "several": False, "described_chip": False}


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
