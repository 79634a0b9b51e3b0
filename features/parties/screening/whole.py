"""A text file is written whole or not at all: a killed command leaves the old one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write(place: Path, text: str) -> None:
    """Replaces the file by one with this text, once all of it is on the disk."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".partial-", dir=place.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).replace(place)
    finally:
        Path(temporary).unlink(missing_ok=True)
