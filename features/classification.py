"""Signals of the classification: not put on the papers, or open for a foreign-made item that holds a chip."""

from __future__ import annotations

import pandas as pd

from features.declare import feature, three_valued
from features.eccn import eccn_class
from features.known import Known
from features.places import apart

EXEMPT = r"(?i)NO ?EEI|30\.3[5-9]|30\.40|exempt"
"""Legends that stand for a filing: the export information was not filed at all (15 CFR 30.35 to 30.40, from memory)."""


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="classification-not-passed-on",
    fields=("eccn", "itn"),
    revision=1,
)
def the_papers_carry_no_classification(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The ECCN cell classifies nothing, or a controlled item left by a filing exemption; not evaluated without ECCN.

    An exemption is a yes without an ECCN too.
    """
    eccn, filing = lines["eccn"], lines["itn"]
    unclassified = eccn.notna() & (eccn_class(eccn) == "unknown")
    unfiled = filing.str.contains(EXEMPT).fillna(False) & lines["chip_class"].isin(("a", "b"))
    return three_valued(unclassified | unfiled, unfiled | eccn.notna())


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="foreign-item-with-chip",
    fields=("country_of_origin", "eccn"),
    revision=1,
)
def a_foreign_item_with_a_chip_is_not_classified(lines: pd.DataFrame, known: Known) -> pd.Series:
    """A foreign-made item holds a known chip and no ECCN is stated; not evaluated while origin or chip is not known.

    A stated ECCN settles the question wherever it is made, and an item under no control does not ask it: no.
    """
    us = pd.Series("US", index=lines.index, dtype="str")
    foreign = apart(lines["country_of_origin"], us, known.tables)
    unstated = eccn_class(lines["eccn"]) == "unknown"
    settled = ~unstated | (lines["chip_class"] == "neither")
    return foreign & three_valued(~settled & lines["chip"].notna(), settled | lines["chip"].notna())


FEATURES = (the_papers_carry_no_classification, a_foreign_item_with_a_chip_is_not_classified)
