"""What an ECCN cell says of the class under 3A090, however it is written."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

CONTROLLED_ECCN = re.compile(r"(?<!\d)(?:[34]A090\.?(?P<limb>[AB])?|\d[A-E]\d{3}\.?Z(?:\.?(?P<z>[12]))?)")
"""3A090, 4A090 and the .z items; .a and .z.1 stand for class a, .b and .z.2 for class b (regulation 3.2)."""

OTHER_ECCN = re.compile(r"EAR99|(?<!\d)\d[A-E]\d{3}")
"""Any other classification. What has no such form ("TBD", "N/A") classifies nothing."""


def eccn_class(eccn: pd.Series) -> pd.Series:
    """Class by the strictest code in each cell: "a", "b", "neither", or "unknown" when it holds no code at all."""
    codes, distinct = pd.factorize(eccn)
    written = pd.Series([_class_of(text) for text in distinct], dtype="str")
    return written.reindex(codes).set_axis(eccn.index).fillna("unknown")


def _class_of(text: str) -> str:
    written = re.sub(r"[\s_-]", "", unicodedata.normalize("NFKC", text).upper())
    written = re.sub(r"(?<=\d[A-E])[O\d]{3}", lambda digits: digits.group().replace("O", "0"), written)
    limbs = {each["limb"] or {"1": "A", "2": "B"}.get(each["z"], "A") for each in CONTROLLED_ECCN.finditer(written)}
    if limbs:
        return min(limbs).lower()
    return "neither" if OTHER_ECCN.search(written) else "unknown"
