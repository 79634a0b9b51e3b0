"""What the judge found, drawn: the same figures give the same bytes."""

from __future__ import annotations

import base64
import io

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Plot

from training.judge import beds
from training.judge.elsewhere import AT_HOME, INSIDE
from training.ranking import BUDGETS

COMPARED = ("model", "plain_lightgbm", "logistic_regression", "guidance", "counted_flags")


def plots(found: pd.DataFrame) -> dict[str, str]:
    """Each plot as a data address of an SVG image, by its title."""
    drawn = {
        "Average precision in each world": _by_world(found),
        "Diverted orders found, by share of orders reviewed": _budgets(found),
        "Found at a 1 % budget when the typology was taught, and when it was left out": _kinds(found),
        "Average precision by quarter": _quarters(found),
    }
    return {title: address(plot) for title, plot in drawn.items()}


def address(plot: Plot) -> str:
    """The plot as an SVG in a data address; no date and no random ids in it."""
    room = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "judge"}):
        plot.savefig(room, format="svg", metadata={"Date": None, "Creator": None})
    return "data:image/svg+xml;base64," + base64.b64encode(room.getvalue()).decode()


def _empty(width: float, height: float, across: str, up: str) -> tuple[Plot, Axes]:
    plot = Plot(figsize=(width, height), layout="constrained")
    axes = plot.add_subplot()
    axes.set(xlabel=across, ylabel=up)
    return plot, axes


def _dots(axes: Axes, rows: pd.DataFrame, at: np.ndarray, label: str) -> None:
    """Values as dots with their intervals as lines."""
    low, high = rows["low"].fillna(rows["value"]), rows["high"].fillna(rows["value"])
    (dots,) = axes.plot(rows["value"], at, "o", label=label)
    axes.hlines(at, low, high, alpha=0.6, color=dots.get_color())


def _by_world(found: pd.DataFrame) -> Plot:
    """Worlds down, contenders side by side: taught inside each world at the left, taught at home at the right."""
    rows = found[found["bed"].isin([beds.TRUTH, beds.OTHER]) & (found["metric"] == "average_precision")]
    worlds = list(rows["world"].unique())[::-1]
    plot = Plot(figsize=(10, 1.2 + 0.8 * len(worlds)), layout="constrained")
    for axes, case in zip(plot.subplots(1, 2, sharex=True, sharey=True), (INSIDE, AT_HOME), strict=True):
        there = rows[(rows["case"] == case) | (rows["bed"] == beds.TRUTH)]
        for place, name in enumerate(COMPARED):
            part = there[there["contender"] == name]
            at = np.array([worlds.index(world) for world in part["world"]], dtype=float)
            _dots(axes, part, at + 0.16 * ((len(COMPARED) - 1) / 2 - place), name.replace("_", " "))
        axes.set(title=case, xlabel="average precision, 95 % interval")
    axes.set_yticks(range(len(worlds)), worlds)
    plot.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=len(COMPARED))
    return plot


def _budgets(found: pd.DataFrame) -> Plot:
    rows = found[(found["bed"] == beds.TRUTH) & (found["world"] == found["world"].iloc[0])]
    plot, axes = _empty(8, 4, "share of orders reviewed, %", "share of diverted orders found")
    for name, part in rows[rows["contender"] != "test"].groupby("contender", sort=False):
        values = part.set_index("metric")["value"]
        shares = [values[f"found_reviewing_{budget}_percent"] for budget in BUDGETS]
        axes.plot([100 * share for share in BUDGETS.values()], shares, marker="o", label=str(name).replace("_", " "))
    axes.legend()
    return plot


def _kinds(found: pd.DataFrame) -> Plot:
    rows = found[(found["bed"] == beds.KIND) & (found["contender"] == "model")]
    codes = sorted(rows["case"].unique())[::-1]
    plot, axes = _empty(8, 1 + 0.4 * max(1, len(codes)), "share of its orders found, 95 % interval", "")
    for shift, (metric, label) in (
        (0.12, ("found_when_taught", "taught")),
        (-0.12, ("found_when_left_out", "left out")),
    ):
        part = rows[rows["metric"] == metric]
        _dots(axes, part, np.array([codes.index(case) for case in part["case"]]) + shift, label)
    axes.set_yticks(range(len(codes)), codes)
    axes.legend()
    return plot


def _quarters(found: pd.DataFrame) -> Plot:
    rows = found[(found["bed"] == beds.QUARTER) & (found["metric"] == "average_precision")]
    rows = rows[rows["contender"] == "model"]
    plot, axes = _empty(8, 3, "", "average precision, 95 % interval")
    for world, part in rows.groupby("world", sort=False):
        axes.plot(part["case"], part["value"], marker="o", label=str(world))
        axes.fill_between(part["case"], part["low"], part["high"], alpha=0.15)
    axes.legend()
    return plot
