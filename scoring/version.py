"""Which distribution is running: a served model refuses any but the one that logged it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

NOT_INSTALLED = "not installed"  # run from a source tree without installing it


def distribution_version() -> str:
    """The version of the installed `diversion` distribution."""
    try:
        return version("diversion")
    except PackageNotFoundError:
        return NOT_INSTALLED
