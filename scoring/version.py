"""Which distribution is running: a served model refuses any but the one that logged it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("features", "scoring", "training")  # what a model is made by
SOURCES = (".py", ".toml", ".csv")
RELEASED = "that of its release"  # of a model that is shipped with the code that made it
NOT_INSTALLED = "not installed"  # run from a source tree without installing it


def distribution_version() -> str:
    """The version of the installed `diversion` distribution."""
    try:
        return version("diversion")
    except PackageNotFoundError:
        return NOT_INSTALLED


@cache
def code_digest() -> str:
    """The SHA-256 of all code and reference tables that make and read a model, wherever they are installed."""
    root = Path(__file__).parents[1]
    found = hashlib.sha256()
    for path in sorted(path for name in PACKAGES for path in (root / name).rglob("*") if path.suffix in SOURCES):
        found.update(path.relative_to(root).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
