"""What a person wrote, as a page or a printed file shows it."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup

from features.orders.problems import visible

TURNING = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def upright(value: Any) -> Any:
    """A text whose direction characters can be seen and turn nothing around; all else as it is."""
    if isinstance(value, str) and not isinstance(value, Markup) and TURNING.search(value):
        return TURNING.sub(lambda match: visible(match.group()), value)
    return value
