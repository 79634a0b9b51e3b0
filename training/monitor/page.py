"""What is watched of a model as one self-contained page: alarms first, no script, no value of any order."""

from __future__ import annotations

import base64
import hashlib
import math
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import scoring
from scoring.model import Model
from training.contest.check import open_ones
from training.monitor.live import SHIFT
from training.monitor.watch import Watched

INPUTS, FLAGS, MONTHS = 20, 25, 12  # shown of each table, the last months; the rest is counted
HALF_A_SHIFT = SHIFT / 2  # from here on a cell is tinted
WORD = {"pass": "quiet", "fail": "ALARM", "not evaluated": "not evaluated"}
TINT = {"pass": "release", "fail": "stop", "not evaluated": "review"}


def page(found: Watched, model: Model, as_of: date) -> str:
    """The page as HTML; the same findings give the same text."""
    room = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    room.filters |= {"figure": _figure, "share": _share, "count": _count, "heat": _heat, "words": _words}
    style = (Path(scoring.__file__).parent / "report.css").read_text(encoding="utf-8")
    return room.get_template("page.html.jinja").render(
        of=found,
        model=model,
        as_of=as_of.isoformat(),
        word=WORD,
        tint=TINT,
        open=open_ones(found.checks),
        months=_rows(found.months.tail(MONTHS)),
        earlier=max(0, len(found.months) - MONTHS),
        inputs=[(name, list(row)) for name, row in found.inputs.iloc[:INPUTS, -MONTHS:].iterrows()],
        more_inputs=max(0, len(found.inputs) - INPUTS),
        flags=_rows(_telling(found.flags)),
        more_flags=max(0, len(found.flags) - FLAGS),
        hits=_rows(found.hits.tail(MONTHS)),
        style=Markup(style),  # noqa: S704  (our own file; the browser accepts the sheet of this very hash only)
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )


def _rows(table: pd.DataFrame) -> list[tuple[str, dict[str, Any]]]:
    return [(str(name), {str(key): value for key, value in row.items()}) for name, row in table.iterrows()]


def _telling(table: pd.DataFrame) -> pd.DataFrame:
    """The flags with most decided lines first; then those that are evaluated less than in training."""
    added = (table["unknown"] - table["unknown_before"]).fillna(0.0)
    return table.assign(added=added).sort_values(["decided", "added"], ascending=False, kind="stable").head(FLAGS)


def _figure(number: float) -> str:
    return "–" if math.isnan(number) else f"{number:.3f}"


def _share(number: float) -> str:
    return "–" if math.isnan(number) else f"{number:.1%}"


def _count(number: float) -> str:
    return f"{number:,.0f}"


def _heat(number: float) -> int:
    """How dark a stability index is shown: from half a shift on, darkest from a shift on."""
    return 0 if math.isnan(number) else int(np.digitize(number, (HALF_A_SHIFT, SHIFT))) * 2


def _words(name: str) -> str:
    return name.replace("_", " ")
