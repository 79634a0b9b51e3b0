"""Every bound of every limb of the control, one unit below, at and above; and every limb on its days.

The limbs are read off `control_thresholds`: a new row is tested as it stands, without a new test.
"""

from dataclasses import replace

import pandas as pd
import pytest

from features.product import classify
from features.reference.tables import Tables, load

TABLES = load()
LIMBS = TABLES.frames["control_thresholds"].to_dict("records")
UNIT = {"tpp": 1.0, "pd": 0.01}
"""The smallest step of a figure: TPP is stated in whole units, density to a hundredth."""

FIGURE = {"tpp": "chip_tpp", "pd": "chip_density"}
DAY = pd.Timedelta(days=1)


def alone(limb: dict[str, object]) -> Tables:
    """The tables with this limb as the only one."""
    frame = TABLES.frames["control_thresholds"]
    only = frame[frame["limb"] == limb["limb"]].reset_index(drop=True)
    return replace(TABLES, frames={**TABLES.frames, "control_thresholds": only})


def inside(limb: dict[str, object]) -> dict[str, float]:
    """Figures that meet every bound of the limb: its minima, or just below a maximum that stands alone."""
    figures = {}
    for figure, step in UNIT.items():
        low, high = str(limb[f"{figure}_min"]), str(limb[f"{figure}_max"])
        figures[figure] = float(low) if low else float(high) - step if high else 1.0
    return figures


def classed(limb: dict[str, object], figures: dict[str, float], day: pd.Timestamp, data_centre: str = "yes") -> str:
    """The class of a known chip of these figures on a day when only this limb exists."""
    cells: dict[str, object] = {"chip": "a chip", "data_centre": data_centre, "tpp_contradicted": False}
    cells |= dict.fromkeys(("eccn", "item_description", "hs_code", "schedule_b"))
    cells |= {FIGURE[figure]: value for figure, value in figures.items()}
    texts = ("chip", "data_centre", "eccn", "item_description", "hs_code", "schedule_b")
    line = pd.DataFrame([cells]).astype(dict.fromkeys(texts, "str"))
    return str(classify(line, pd.Series([day]), alone(limb)).iloc[0])


BOUNDS = [
    pytest.param(limb, figure, end, id=f"{limb['limb']}, {figure} {end}")
    for limb in LIMBS
    for figure in UNIT
    for end in ("min", "max")
    if limb[f"{figure}_{end}"]
]


@pytest.mark.parametrize(("limb", "figure", "end"), BOUNDS)
def test_a_bound_one_unit_below_at_and_above(limb: dict[str, object], figure: str, end: str) -> None:
    """A minimum is included, a maximum is not."""
    bound, step = float(str(limb[f"{figure}_{end}"])), UNIT[figure]
    found = [
        classed(limb, inside(limb) | {figure: value}, pd.Timestamp(str(limb["start"])))
        for value in (bound - step, bound, bound + step)
    ]
    met = str(limb["class"])
    assert found == (["neither", met, met] if end == "min" else [met, "neither", "neither"])


@pytest.mark.parametrize("limb", LIMBS, ids=lambda limb: limb["limb"])
def test_a_limb_counts_from_its_first_day_to_its_last(limb: dict[str, object]) -> None:
    first, last = pd.Timestamp(str(limb["start"])), limb["end"]
    figures, met = inside(limb), str(limb["class"])
    assert [classed(limb, figures, day) for day in (first - DAY, first, first + DAY)] == ["neither", met, met]
    if not pd.isna(last):  # type: ignore[call-overload]  # a cell of a record
        assert [classed(limb, figures, day) for day in (last, last + DAY)] == [met, "neither"]  # type: ignore[operator]


@pytest.mark.parametrize("limb", LIMBS, ids=lambda limb: limb["limb"])
def test_a_figure_that_is_not_known_leaves_the_limb_open(limb: dict[str, object]) -> None:
    for figure in UNIT:
        if limb[f"{figure}_min"] or limb[f"{figure}_max"]:
            figures = inside(limb) | {figure: float("nan")}
            assert classed(limb, figures, pd.Timestamp(str(limb["start"]))) == "unknown"


@pytest.mark.parametrize("limb", LIMBS, ids=lambda limb: limb["limb"])
def test_note_2_spares_a_chip_that_is_not_for_data_centres(limb: dict[str, object]) -> None:
    found = classed(limb, inside(limb), pd.Timestamp(str(limb["start"])), data_centre="no")
    assert found == (limb["class"] if limb["items"] == "all" else "neither")
    assert classed(limb, inside(limb), pd.Timestamp(str(limb["start"])), data_centre="unknown") == limb["class"]
