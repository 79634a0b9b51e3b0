"""Part number or description → chip, confidence of the match, chips a line, TPP a line, class under 3A090.

Class by 15 CFR part 774, 3A090 (rows of `control_thresholds`): unknown density between the limits stays "unknown".
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.chip_names import FOUND, chips_named
from features.eccn import eccn_class
from features.reference.tables import Tables

ACCELERATOR_WORDS = re.compile(
    r"\b(?:gpus?|graphics|accelerators?|ai server|tensor|inference|hpc|supercomputers?|dgx|hgx|npu|tpu)\b"
    r"|显卡|加速|算力",
    re.IGNORECASE,
)
"""Words that speak of an accelerator in a goods description."""

SAYS_NOTHING = re.compile(
    r"\W*(?:(?:computer|electronic|it|server|spare|various|network)\W+)*"
    r"(?:parts?|components?|equipment|goods|items?|modules?|electronics|hardware|devices?)\W*",
    re.IGNORECASE,
)
"""A description that fits anything: "computer parts", "IT equipment"."""

FIGURES = ("tpp", "performance_density", "mem_bw_gb_s", "price_low_usd", "price_high_usd")

ROUNDING = 1.1  # two sources of one figure differ by less; dense figures of one chip do not differ by a tenth


def identify(lines: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """The chip of each line and how many: index of `lines`.

    Columns: those of `chip_names.chips_named`; chips (accelerators a line, negative for a return); count_contradicted
    (the file counts fewer chips a unit than the name holds: the larger counts); chip_tpp and chip_density (the chip's,
    else the file's where they are possible); tpp_contradicted (the file states more than the chip has); the chip's row
    of `chips`.
    """
    found = _named(lines, tables)
    stated = lines["chips_per_unit"].where(lines["chips_per_unit"] >= 1)
    per_unit = pd.concat([stated, found["per_unit"]], axis=1).max(axis=1).fillna(1.0)
    chips = tables.frames["chips"].set_index("chip")
    facts = chips.drop(columns=["start", "end", "source", "sure"]).reindex(found["chip"]).set_axis(lines.index)
    facts = facts.assign(**{each: pd.to_numeric(facts[each], errors="coerce").astype("float64") for each in FIGURES})
    own = {each: lines[each].where(lines[each] > 0) for each in FIGURES[:2]}  # no chip has none, or less
    known = found["chip"].notna()
    quantity = lines["quantity"].where(known | own["tpp"].notna())
    return facts.drop(columns=list(FIGURES[:2])).assign(
        **{name: found[name] for name in FOUND if name != "per_unit"},
        per_unit=per_unit,
        chips=quantity * per_unit,
        count_contradicted=(stated < found["per_unit"]).fillna(False),
        chip_tpp=facts["tpp"].where(known, own["tpp"]),
        chip_density=facts["performance_density"].where(known, own["performance_density"]),
        tpp_contradicted=_says_more(own["tpp"], facts["tpp"], (per_unit, quantity.abs() * per_unit)),
    )


def _named(lines: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """What part number, description and maker name; each distinct combination is read once."""
    wanted = lines[["part_number", "item_description", "manufacturer"]]
    codes, distinct = pd.factorize(pd.MultiIndex.from_frame(wanted))
    texts = distinct.to_frame(index=False).set_axis(wanted.columns, axis=1)
    return chips_named(texts, tables).take(codes).set_axis(lines.index)


def _says_more(stated: pd.Series, chip: pd.Series, counts: tuple[pd.Series, ...]) -> pd.Series:
    """Whether the stated TPP is above the chip's, and is not that of the whole unit or the whole line."""
    whole = [(stated / (chip * count)).between(1 / ROUNDING, ROUNDING) for count in counts]
    answer: pd.Series = (stated > chip * ROUNDING) & ~pd.concat(whole, axis=1).any(axis=1)
    return answer


def classify(lines: pd.DataFrame, dates: pd.Series, tables: Tables) -> pd.Series:
    """Class of each identified line on its date: "a", "b", "neither" or "unknown"; index of `lines`.

    The figures of a known chip decide; where the file states a higher TPP, "neither" becomes "unknown". Of an unknown
    part the stricter of its stated figures and its stated ECCN counts; without either it is "unknown".
    """
    exists = dates >= tables.frames["control_thresholds"]["start"].min()  # before October 2022 there was no control
    by_paper = stated_class(lines, tables).where(exists, "neither")
    by_figures = _by_figures(lines, dates, tables)
    of_a_chip = by_figures.mask(lines["tpp_contradicted"] & (by_figures == "neither") & exists, "unknown")
    stricter = by_paper.where(by_paper.isin(("a", "b")) & (by_figures != "a"), by_figures)
    answer = stricter.where(lines["chip_tpp"].notna(), by_paper).where(lines["chip"].isna(), of_a_chip)
    return answer.where(dates.notna(), "unknown")


def _by_figures(product: pd.DataFrame, dates: pd.Series, tables: Tables) -> pd.Series:
    """Class by the limbs in force on the date; a limb that lacks a figure is neither met nor passed: "unknown"."""
    met = {each: np.zeros(len(product), dtype=bool) for each in ("a", "b", "unknown")}
    days, in_centres = dates.to_numpy(), (product["data_centre"] != "no").to_numpy(dtype=bool)
    figures = {name: product[name].to_numpy(dtype=np.float64) for name in ("chip_tpp", "chip_density")}
    for limb in tables.frames["control_thresholds"].to_dict("records"):
        hit = days >= limb["start"].to_datetime64()
        if not pd.isna(limb["end"]):
            hit &= days <= limb["end"].to_datetime64()
        if limb["items"] == "data_centre":
            hit &= in_centres
        lacking = np.zeros(len(product), dtype=bool)
        for name, low, high in (("chip_tpp", "tpp_min", "tpp_max"), ("chip_density", "pd_min", "pd_max")):
            if limb[low] or limb[high]:
                lacking |= np.isnan(figures[name])
                hit &= _between(figures[name], limb[low], limb[high]) | np.isnan(figures[name])
        met[limb["class"]] |= hit & ~lacking
        met["unknown"] |= hit & lacking
    answer = np.select([met["a"], met["unknown"], met["b"]], ["a", "unknown", "b"], "neither")
    return pd.Series(answer, index=product.index, dtype="str")


def _between(figure: npt.NDArray[np.float64], low: str, high: str) -> npt.NDArray[np.bool_]:
    """At or above `low` and below `high`; an empty limit does not bind."""
    within: npt.NDArray[np.bool_] = (figure >= float(low or "-inf")) & (figure < float(high or "inf"))
    return within


def stated_class(lines: pd.DataFrame, tables: Tables) -> pd.Series:
    """Class by the stated ECCN; "unknown" when it states none, or "neither" is not believed of these goods.

    It is not believed where the description speaks of an accelerator, nor where the description says nothing and the
    tariff code is one under which accelerators and servers are usual.
    """
    answer = eccn_class(lines["eccn"])
    description = lines["item_description"]
    accelerator = description.str.contains(ACCELERATOR_WORDS.pattern, case=False).fillna(False)
    undescribed = description.isna() | description.str.fullmatch(SAYS_NOTHING.pattern, case=False).fillna(False)
    rows = tables.frames["accelerator_tariffs"]
    usual = tuple(rows.loc[rows["keeps_open"] == "yes", "code"])
    under = tariff_code(lines).str.startswith(usual).fillna(False)
    return answer.mask((answer == "neither") & (accelerator | (undescribed & under)), "unknown")


def tariff_code(lines: pd.DataFrame) -> pd.Series:
    """Digits of the tariff code, else of the export declaration's Schedule B number; missing where there are none."""
    code = lines["hs_code"].fillna(lines["schedule_b"]).str.replace(r"\D", "", regex=True)
    return code.where(code != "")
