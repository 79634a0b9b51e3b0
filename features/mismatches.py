"""What does not fit the part: words, tariff code, ECCN, maker, count; and a part that names two chips."""

from __future__ import annotations

from typing import Any

import pandas as pd

from features.declare import feature, three_valued
from features.eccn import eccn_class
from features.known import Known
from features.lines import asked_once
from features.parties.names import is_placeholder
from features.product import ACCELERATOR_WORDS, tariff_code
from features.reference.tables import Tables


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="description-mismatch",
    fields=("item_description",),
    revision=2,
)
def description_does_not_fit_the_part(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The description speaks of no accelerator, or of another chip than the part number; not evaluated without either.

    A part that is no accelerator and falls under no control has nothing to fit: no.
    """
    accelerator = lines["found_in"] == "part number"
    described = lines["item_description"].notna()
    speaks = lines["item_description"].str.contains(ACCELERATOR_WORDS.pattern, case=False).fillna(False)
    words = described & ~speaks & ~lines["described_chip"].fillna(False).astype(bool)
    other = lines["described_other"].fillna(False).astype(bool)
    return three_valued((words | other) & accelerator, (accelerator & described) | (lines["chip_class"] == "neither"))


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="tariff-mismatch",
    fields=("hs_code", "schedule_b"),
    revision=1,
)
def tariff_code_does_not_fit_the_part(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The tariff code is none under which accelerators are declared; not evaluated without code or chip in the part."""
    code = tariff_code(lines)
    rows = known.tables.frames["accelerator_tariffs"]
    accelerator = lines["found_in"] == "part number"
    fits = code.str.startswith(tuple(rows["code"])).fillna(False)
    evaluated = (accelerator & code.notna()) | (lines["chip_class"] == "neither")
    return three_valued(accelerator & code.notna() & ~fits, evaluated)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="classification-mismatch",
    fields=("eccn",),
    revision=1,
)
def eccn_does_not_fit_the_class(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The stated ECCN is lower than the class that the figures of the part give; not evaluated without ECCN or figures.

    A line under no control cannot be classified too low: no.
    """
    stated, figures = eccn_class(lines["eccn"]), lines["chip"].notna() | lines["chip_tpp"].notna()
    of_a = (lines["chip_class"] == "a") & stated.isin(("b", "neither"))
    of_b = (lines["chip_class"] == "b") & (stated == "neither")
    evaluated = figures & (stated != "unknown") & lines["chip_class"].isin(("a", "b"))
    return three_valued(of_a | of_b, evaluated | (lines["chip_class"] == "neither"))


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="false-brand",
    fields=("manufacturer",),
    revision=1,
)
def maker_does_not_fit_the_part(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The maker is a rival of the chip's vendor, or an unknown name on a card; not evaluated without maker or chip.

    Anybody may build a server around a chip: an unknown name on a whole system is not evaluated.
    """
    maker, vendor = lines["manufacturer"].where(~is_placeholder(lines["manufacturer"])), lines["vendor"]
    answers = _of_makers(maker, vendor, known.tables)
    rival, unknown = answers == "rival", answers == "unknown"
    yes = rival | (unknown & (lines["unit"] == "chip"))
    evaluated = maker.notna() & vendor.notna() & ~(unknown & (lines["unit"] == "system"))
    return three_valued(yes, evaluated | (lines["chip_class"] == "neither"))


def _of_makers(maker: pd.Series, vendor: pd.Series, tables: Tables) -> pd.Series:
    """What each stated maker is to the chip's vendor: "own", "known", "rival" or "unknown"; missing without either."""
    makers, vendors = tables.frames["makers"]["maker"], set(tables.frames["chips"]["vendor"])

    def is_to(name: Any, own: Any) -> str | None:
        if pd.isna(name) or pd.isna(own):
            return None
        if _names(name, own):
            return "own"
        if any(_says(name, each) for each in makers):
            return "known"
        return "rival" if any(_names(name, each) for each in vendors) else "unknown"

    def each(names: pd.Series, owns: pd.Series) -> pd.Series:
        return pd.Series([is_to(name, own) for name, own in zip(names, owns, strict=True)], dtype="str")

    return asked_once(each, maker, vendor)


def _names(text: str, vendor: str) -> bool:
    """Whether a text holds a word of the vendor's name."""
    return any(_says(text, word) for word in vendor.upper().split())


def _says(text: str, words: str) -> bool:
    plain = "".join(each if each.isalnum() else " " for each in text.upper())
    return f" {words} " in f" {' '.join(plain.split())} "


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="several-chips",
    fields=("part_number",),
    revision=1,
)
def part_names_two_chips(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Part number or description names more than one chip: the strictest counts; not evaluated where none is named."""
    several = lines["several"].fillna(False).astype(bool)
    return three_valued(several, lines["chip"].notna() | (lines["chip_class"] == "neither"))


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="count-mismatch",
    fields=("chips_per_unit",),
    revision=1,
)
def chips_per_unit_does_not_fit_the_part(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The file counts fewer chips a unit than the part holds (more count); not evaluated without count or chip."""
    evaluated = lines["chips_per_unit"].notna() & lines["chip"].notna()
    return three_valued(lines["count_contradicted"], evaluated | (lines["chip_class"] == "neither"))


FEATURES = (
    description_does_not_fit_the_part,
    tariff_code_does_not_fit_the_part,
    eccn_does_not_fit_the_class,
    maker_does_not_fit_the_part,
    part_names_two_chips,
    chips_per_unit_does_not_fit_the_part,
)
