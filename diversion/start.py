"""What the first second of a short run is spent on, and what can be left out of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(name: str) -> Iterator[None]:
    """Within, an optional package that nobody has imported yet counts as not installed.

    LightGBM brings scikit-learn along for estimators that scoring never uses, at most of a second of CPU.
    """
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # how the import system says that there is none
    try:
        yield
    finally:
        del sys.modules[name]
