"""Families of red flags, declared once in `families.toml`: what a reason for a reviewer is about."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def families() -> dict[str, str]:
    """The title of each red flag's family by the flag's key; every flag that a feature measures has one."""
    told = tomllib.loads(files("features").joinpath("families.toml").read_text(encoding="utf-8"))
    return {key: each["title"] for each in told.values() if isinstance(each, dict) for key in each["flags"]}
