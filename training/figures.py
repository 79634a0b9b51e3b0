"""What a person looks at before promoting a model: precision against recall, said against found, gain a feature."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import precision_recall_curve

from scoring.model import Model
from training.evaluate import HeldOut, calibration_table

SHOWN_FEATURES = 20


def figures(model: Model, held_out: HeldOut) -> dict[str, Figure]:
    """Every plot by the name of its file."""
    return {
        "precision_and_recall.png": precision_and_recall(held_out),
        "calibration.png": calibration(held_out),
        "gain.png": gain_plot(model),
    }


def precision_and_recall(held_out: HeldOut) -> Figure:
    """Precision at every share found, on orders, one line a contender."""
    orders = held_out.lines.groupby("order_id")[["label", *held_out.contenders]].max()
    with _plot("Found among decided test orders", "share of confirmed orders found", "precision") as (figure, axes):
        for name in held_out.contenders:
            precision, recall, _ = precision_recall_curve(orders["label"], orders[name])
            axes.step(recall, precision, where="post", label=name.replace("_", " "))
        axes.axhline(orders["label"].mean(), linestyle=":", color="grey", label="random")
        axes.legend()
    return figure


def calibration(held_out: HeldOut) -> Figure:
    """Share confirmed against probability said, in bins of equal mass."""
    table = calibration_table(held_out.lines["label"], held_out.probability, held_out.lines["weight"])
    with _plot("Said and found on unseen customers", "probability said", "share confirmed") as (figure, axes):
        top = float(max(table["said"].max(), table["confirmed"].max(), 0.01))
        axes.plot([0, top], [0, top], linestyle=":", color="grey", label="said = found")
        axes.plot(table["said"], table["confirmed"], marker="o", label="model")
        axes.legend()
    return figure


def gain_plot(model: Model) -> Figure:
    """The features that the trees gain most from, largest at the top."""
    most = gain(model).head(SHOWN_FEATURES)[::-1]
    with _plot("What the trees learnt from", "share of the total gain", "") as (figure, axes):
        axes.barh(most.index.to_list(), most.to_list())
    return figure


def gain(model: Model) -> pd.Series:
    """Each feature's share of the trees' gain over the bag, falling; the guidance's part is not in it."""
    total = np.sum([each.feature_importance("gain") for each in model.boosters], axis=0)
    shares = pd.Series(total / max(total.sum(), 1e-12), index=[each.name for each in model.inputs])
    return shares.sort_values(ascending=False, kind="stable")


@contextmanager
def _plot(title: str, across: str, up: str) -> Iterator[tuple[Figure, Axes]]:
    """An empty figure with its words; no window and no global state."""
    figure = Figure(figsize=(7, 5), layout="constrained")
    axes = figure.add_subplot()
    axes.set(title=title, xlabel=across, ylabel=up)
    yield figure, axes
