"""Part number or description → chip, chips a line, TPP a line, class under 3A090; and what does not fit the part.

Class by 15 CFR part 774, 3A090 (rows of `control_thresholds`): unknown density between the limits stays "unknown".
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pandas as pd

from features.chip_names import chips_named
from features.declare import feature, three_valued
from features.known import Known
from features.reference.tables import Tables

CONTROLLED_ECCN = re.compile(r"(?<!\d)(?:[34]A090\.?(?P<limb>[AB])?|\d[A-E]\d{3}\.?Z(?:\.?(?P<z>[12]))?)")
"""3A090, 4A090 and the .z items; .a and .z.1 stand for class a, .b and .z.2 for class b (regulation 3.2)."""

OTHER_ECCN = re.compile(r"EAR99|(?<!\d)\d[A-E]\d{3}")
"""Any other classification. What has no such form ("TBD", "N/A") classifies nothing."""

ACCELERATOR_WORDS = re.compile(
    r"\b(?:gpus?|graphics|accelerators?|ai server|tensor|inference|hpc|supercomputers?|dgx|hgx|npu|tpu)\b"
    r"|显卡|加速|算力",
    re.IGNORECASE,
)
"""Words that speak of an accelerator in a goods description."""

ACCELERATOR_HEADINGS = ("8471", "8473", "8542", "8543", "8517")
"""HS headings under which accelerators, boards and servers are declared (regulation 2.5; 8517, 8543: memory)."""


def identify(lines: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """The chip of each line and how many: index of `lines`.

    Columns: chip, found_in ("part number", "description" or missing), several (more than one chip named; the one with
    the highest TPP counts), per_unit (accelerators a unit), chips (accelerators a line, negative for a return), and the
    chip's row of `chips`.
    """
    wanted = lines[["part_number", "item_description", "manufacturer"]]
    codes, distinct = pd.factorize(pd.MultiIndex.from_frame(wanted))
    texts = distinct.to_frame(index=False).set_axis(wanted.columns, axis=1)
    found = chips_named(texts, tables).take(codes).set_axis(lines.index)
    per_unit = lines["chips_per_unit"].fillna(found["per_unit"]).fillna(1.0)
    chips = tables.frames["chips"].set_index("chip")
    facts = chips.drop(columns=["start", "end", "source", "sure"]).reindex(found["chip"]).set_axis(lines.index)
    numbers = ["tpp", "performance_density", "mem_bw_gb_s", "price_low_usd", "price_high_usd"]
    facts = facts.assign(**{each: pd.to_numeric(facts[each], errors="coerce").astype("float64") for each in numbers})
    for figure in ("tpp", "performance_density"):  # the file's own figures count only where the table has no chip
        facts[figure] = facts[figure].where(found["chip"].notna().to_numpy(), lines[figure])
    quantity = lines["quantity"].where(found["chip"].notna() | lines["tpp"].notna())
    return facts.rename(columns={"tpp": "chip_tpp", "performance_density": "chip_density"}).assign(
        chip=found["chip"],
        found_in=found["found_in"],
        several=found["several"],
        described_chip=found["described_chip"],
        per_unit=per_unit,
        chips=quantity * per_unit,
    )


def classify(
    product: pd.DataFrame, eccn: pd.Series, description: pd.Series, dates: pd.Series, tables: Tables
) -> pd.Series:
    """Class of each line on its date: "a", "b", "neither" or "unknown"; index of `product`.

    Figures decide (the chip's, else the file's); without any the stated ECCN does, unless the description speaks of
    an accelerator.
    """
    by_paper = stated_class(eccn, description).where(_control_exists(dates, tables), "neither")
    figures = product["chip"].notna() | product["chip_tpp"].notna()
    return _by_figures(product, dates, tables).where(figures, by_paper).where(dates.notna(), "unknown")


def _by_figures(product: pd.DataFrame, dates: pd.Series, tables: Tables) -> pd.Series:
    """Class by the limbs in force on the date; a limb that lacks a figure is neither met nor passed: "unknown"."""
    met = {each: pd.Series(False, index=product.index) for each in ("a", "b", "unknown")}
    for limb in tables.frames["control_thresholds"].to_dict("records"):
        hit = (dates >= limb["start"]) & ((dates <= limb["end"]) | pd.isna(limb["end"]))
        if limb["items"] == "data_centre":
            hit &= product["data_centre"] != "no"
        lacking = pd.Series(False, index=product.index)
        for figure, low, high in (("chip_tpp", "tpp_min", "tpp_max"), ("chip_density", "pd_min", "pd_max")):
            if limb[low] or limb[high]:
                lacking |= product[figure].isna()
                hit &= _between(product[figure], limb[low], limb[high]) | product[figure].isna()
        met[limb["class"]] |= hit & ~lacking
        met["unknown"] |= hit & lacking
    answer = np.select([met["a"], met["unknown"], met["b"]], ["a", "unknown", "b"], "neither")
    return pd.Series(answer, index=product.index, dtype="str")


def _between(figure: pd.Series, low: str, high: str) -> pd.Series:
    """At or above `low` and below `high`; an empty limit does not bind."""
    return (figure >= float(low or "-inf")) & (figure < float(high or "inf"))


def stated_class(eccn: pd.Series, description: pd.Series) -> pd.Series:
    """Class by the stated ECCN; "unknown" when it states none or the description speaks of an accelerator."""
    codes, distinct = pd.factorize(eccn)
    written = pd.Series([_class_of_eccn(text) for text in distinct], dtype="str")
    answer = written.reindex(codes).set_axis(eccn.index).fillna("unknown")
    accelerator = description.str.contains(ACCELERATOR_WORDS.pattern, case=False).fillna(False)
    return answer.mask(accelerator & (answer == "neither"), "unknown")


def _class_of_eccn(text: str) -> str:
    """Class by the strictest code in a cell, however it is spaced; "unknown" when it holds no code at all."""
    written = re.sub(r"[\s_-]", "", unicodedata.normalize("NFKC", text).upper())
    written = re.sub(r"(?<=\d[A-E])[O\d]{3}", lambda digits: digits.group().replace("O", "0"), written)
    limbs = {each["limb"] or {"1": "A", "2": "B"}.get(each["z"], "A") for each in CONTROLLED_ECCN.finditer(written)}
    if limbs:
        return min(limbs).lower()
    return "neither" if OTHER_ECCN.search(written) else "unknown"


def _control_exists(dates: pd.Series, tables: Tables) -> pd.Series:
    """Whether any limb of the control was in force on the date: before October 2022 there was none."""
    since: pd.Timestamp = tables.frames["control_thresholds"]["start"].min()
    answer: pd.Series = dates >= since
    return answer


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="description-mismatch",
    fields=("item_description", "hs_code", "schedule_b", "eccn"),
    revision=1,
)
def description_does_not_fit_the_part(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Goods description, tariff code or ECCN does not fit the chip of the part number; not evaluated without any.

    A part that is no accelerator and falls under no control has nothing to fit: no.
    """
    accelerator = lines["found_in"] == "part number"
    described = lines["item_description"].notna()
    words = described & ~lines["item_description"].str.contains(ACCELERATOR_WORDS.pattern, case=False).fillna(False)
    words &= ~lines["described_chip"].fillna(False).astype(bool)
    code = lines["hs_code"].fillna(lines["schedule_b"]).str.replace(r"\D", "", regex=True)
    tariff = code.notna() & ~code.str[:4].isin(ACCELERATOR_HEADINGS)
    paper = (lines["chip_class"] == "a") & lines["eccn"].notna() & (lines["stated_class"] != "a")
    evaluated = accelerator & (described | code.notna() | lines["eccn"].notna())
    return three_valued((words | tariff | paper) & accelerator, evaluated | (lines["chip_class"] == "neither"))


DOLLARS = ("USD", "US$")
"""How currency cells write US dollars."""

PRICE_FACTOR = 3.0  # the price ranges are coarse: only an order of magnitude says anything (regulation 5)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="price-out-of-range",
    fields=("unit_price", "line_value", "currency", "value_usd"),
    revision=1,
)
def price_is_out_of_range(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The price a chip is under a third or over three times its known range; not evaluated without price or range.

    A line without quantity is judged by its unit price; a return is not judged.
    """
    of_a_unit = lines["unit_price"].where(lines["currency"].str.upper().isin(DOLLARS) & lines["quantity"].isna())
    price = (lines["usd"] / lines["chips"]).fillna(of_a_unit / lines["per_unit"])
    low, high = lines["price_low_usd"] / PRICE_FACTOR, lines["price_high_usd"] * PRICE_FACTOR
    return three_valued((price < low) | (price > high), price.notna() & low.notna() & ~(lines["chips"] <= 0))


@feature(
    kind="number", unit="TPP", risk="rises", flag="large-order", fields=("quantity",), revision=1, neutral=250_000.0
)
def tpp_of_the_line(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Total processing performance the line adds; missing for a part that is not in the chip table."""
    return lines["tpp_total"].where(lines["chip"].notna() | (lines["chip_class"] != "neither"), 0.0).clip(lower=0.0)


FEATURES = (description_does_not_fit_the_part, price_is_out_of_range, tpp_of_the_line)
