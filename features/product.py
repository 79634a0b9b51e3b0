"""Part number or description → chip, chips a line, TPP a line, class under 3A090; and what does not fit the part.

Class by 15 CFR part 774, 3A090 (rows of `control_thresholds`): unknown density between the limits stays "unknown".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from features.declare import feature, three_valued
from features.known import Known
from features.reference.tables import Tables

LONGEST_NAME = 6  # words of the longest chip name that is looked for in a text
COUNT = re.compile(r"\b(\d{1,3})\s*(?:[-x×]\s*)?GPUS?\b|\b(\d{1,3})\s*[x×]\s*(?=[A-Z])", re.IGNORECASE)
"""How part numbers state the accelerators of a system: "8-GPU", "8x H100"."""

CONTROLLED_ECCN = re.compile(r"^(?:[34]A090\.?(?P<limb>[AB])?|\d[A-E]\d{3}\.?Z(?:\.?(?P<z>[12]))?)")
"""3A090, 4A090 and the .z items; .a and .z.1 stand for class a, .b and .z.2 for class b (regulation 3.2)."""

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
    the highest TPP counts), chips (accelerators a line, negative for a return), and the chip's row of `chips`.
    """
    wanted = lines[["part_number", "item_description", "manufacturer"]]
    codes, distinct = pd.factorize(pd.MultiIndex.from_frame(wanted))
    texts = distinct.to_frame(index=False).set_axis(wanted.columns, axis=1)
    found = pd.DataFrame(list(_identified(texts, tables))).take(codes).set_axis(lines.index)
    per_unit = lines["chips_per_unit"].fillna(found["per_unit"]).fillna(1.0)
    chips = tables.frames["chips"].set_index("chip")
    facts = chips.drop(columns=["start", "end", "source", "sure"]).reindex(found["chip"]).set_axis(lines.index)
    numbers = ["tpp", "performance_density", "mem_bw_gb_s", "price_low_usd", "price_high_usd"]
    facts[numbers] = facts[numbers].apply(pd.to_numeric, errors="coerce")
    for figure in ("tpp", "performance_density"):  # the file's own figures count only where the table has no chip
        facts[figure] = facts[figure].where(found["chip"].notna().to_numpy(), lines[figure])
    quantity = lines["quantity"].where(found["chip"].notna() | lines["tpp"].notna())
    return facts.rename(columns={"tpp": "chip_tpp", "performance_density": "chip_density"}).assign(
        chip=found["chip"],
        found_in=found["found_in"],
        several=found["several"],
        described_chip=found["described_chip"],
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


def _identified(texts: pd.DataFrame, tables: Tables) -> Iterator[Mapping[str, object]]:
    names, chips = tables.frames["chip_names"], tables.frames["chips"]
    needs_maker = (names["needs_maker"] == "yes").tolist()
    facts = zip(names["chip"].tolist(), names["chips_per_unit"].tolist(), needs_maker, strict=True)
    known: dict[str, tuple[str, str, bool]] = dict(zip(names["alias"].tolist(), facts, strict=True))
    figures = pd.to_numeric(chips["tpp"], errors="coerce").fillna(np.inf).tolist()
    tpp: dict[str, float] = dict(zip(chips["chip"].tolist(), figures, strict=True))
    makers = {chip: vendor.split()[0].upper() for chip, vendor in zip(chips["chip"], chips["vendor"], strict=True)}
    for text in texts.fillna("").itertuples(index=False):
        yield _of_text(text, known, tpp, makers)


def _of_text(
    text: tuple[str, str, str],
    known: Mapping[str, tuple[str, str, bool]],
    tpp: Mapping[str, float],
    makers: Mapping[str, str],
) -> Mapping[str, object]:
    """What one part number with its description and maker is; the part number is believed before the description."""
    part, description, maker = (each.upper() for each in text)
    spoken = set(_words(f"{part} {description} {maker}"))
    for where, words in (("part number", _words(part)), ("description", _words(description))):
        whole = "".join(words)
        hits = [
            known[name]
            for name in _names_in(words, known)
            if not known[name][2] or name == whole or makers[known[name][0]] in spoken
        ]
        if hits:
            chip, per_unit, _ = max(hits, key=lambda hit: (tpp[hit[0]], float(hit[1])))
            counted = _counted(f"{part} {description}")
            several = len({hit[0] for hit in hits}) > 1
            found = {"chip": chip, "per_unit": counted or float(per_unit), "found_in": where, "several": several}
            return found | {"described_chip": bool(set(_names_in(_words(description), known)))}
    return {"chip": None, "per_unit": np.nan, "found_in": None, "several": False, "described_chip": False}


def _names_in(words: list[str], known: Mapping[str, object]) -> Iterator[str]:
    """Chip names among neighbouring words, the longest first; a word is used once."""
    at = 0
    while at < len(words):
        runs = ("".join(words[at : at + length]) for length in range(min(LONGEST_NAME, len(words) - at), 0, -1))
        lengths = range(min(LONGEST_NAME, len(words) - at), 0, -1)
        hit = next(((run, length) for run, length in zip(runs, lengths, strict=True) if run in known), None)
        if hit:
            yield hit[0]
        at += hit[1] if hit else 1


def _words(text: str) -> list[str]:
    """Runs of letters and digits; a leading count such as 8X is split off."""
    return re.findall(r"[^\W_]+", re.sub(r"\b(\d{1,3})X(?=[A-Z])", r"\1 X ", text))


def _counted(text: str) -> float | None:
    hit = COUNT.search(text)
    return float(next(group for group in hit.groups() if group)) if hit else None


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
    """Class by the stated ECCN; "unknown" when none is stated or the description speaks of an accelerator."""
    written = eccn.str.upper().str.replace(r"[\s_-]", "", regex=True)
    parts = written.str.extract(CONTROLLED_ECCN)
    limb = parts["limb"].fillna(parts["z"].map({"1": "A", "2": "B"}))
    controlled = written.str.contains(CONTROLLED_ECCN.pattern.replace("?P<limb>", "?:").replace("?P<z>", "?:"))
    accelerator = description.str.contains(ACCELERATOR_WORDS.pattern, case=False).fillna(False)
    answer = np.select(
        [controlled.fillna(False) & (limb == "B"), controlled.fillna(False), written.isna() | accelerator],
        ["b", "a", "unknown"],
        "neither",
    )
    return pd.Series(answer, index=eccn.index, dtype="str")


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
    """Goods description, tariff code or ECCN does not fit the chip of the part number; not evaluated without any."""
    accelerator = lines["found_in"] == "part number"
    described = lines["item_description"].notna()
    words = described & ~lines["item_description"].str.contains(ACCELERATOR_WORDS.pattern, case=False).fillna(False)
    words &= ~lines["described_chip"].fillna(False).astype(bool)
    code = lines["hs_code"].fillna(lines["schedule_b"]).str.replace(r"\D", "", regex=True)
    tariff = code.notna() & ~code.str[:4].isin(ACCELERATOR_HEADINGS)
    paper = (lines["chip_class"] == "a") & lines["eccn"].notna() & (lines["stated_class"] != "a")
    evaluated = accelerator & (described | code.notna() | lines["eccn"].notna())
    return three_valued(words | tariff | paper, evaluated | (lines["chip_class"] == "neither"))


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
    """The price a chip is under a third or over three times its known range; not evaluated without price or range."""
    price = lines["usd"] / lines["chips"]
    low, high = lines["price_low_usd"] / PRICE_FACTOR, lines["price_high_usd"] * PRICE_FACTOR
    return three_valued((price < low) | (price > high), price.notna() & low.notna() & (lines["chips"] > 0))


@feature(
    kind="number", unit="TPP", risk="rises", flag="large-order", fields=("quantity",), revision=1, neutral=250_000.0
)
def tpp_of_the_line(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Total processing performance the line adds; missing for a part that is not in the chip table."""
    return lines["tpp_total"].where(lines["chip"].notna() | (lines["chip_class"] != "neither"), 0.0).clip(lower=0.0)


FEATURES = (description_does_not_fit_the_part, price_is_out_of_range, tpp_of_the_line)
