"""A cell that a spreadsheet could not compute, or not show, holds an error and no value; text files repeat its text."""

from typing import Any

import pyarrow.compute as pc

from features.orders.cells import Fault

# of Excel and LibreOffice in many languages: a word and ! or ?; "not available" and a too narrow column have neither
ERROR = r"^#([^\s#!?]{1,16}[!?]|[¡¿][^\s#!?]{1,16}[!?]|N/A|NV|N/D|N/B|I/T|GETTING_DATA|##+)$"
NOT_COMPUTED = Fault("is an error of a spreadsheet and no value", "correct the formula or the cell it refers to")


def not_computed(cells: Any) -> Any:
    """Which cells (Arrow text without white space at the ends) hold an error, as flags; None when none does."""
    if not pc.any(pc.starts_with(cells, "#")).as_py():
        return None
    return pc.match_substring_regex(cells, ERROR).to_numpy(zero_copy_only=False).astype(bool)
