"""What a reader of the judgement should know first."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from training.judge import beds
from training.judge.elsewhere import AT_HOME, INSIDE
from training.judge.figure import cell, ends
from training.judge.run import Judgement

HOME_BEDS = {
    beds.TRUTH: "All orders of the test period",
    beds.BLANKED: "After every diverter left out the cells that told most on him",
    beds.GUIDED: "Honest orders given flags as published guidance says",
}


def weakest(found: Judgement) -> Iterator[str]:
    """The figures a reader should know first: failed alarms, what was lost, who was as good."""
    for alarm in (each for each in found.alarms if each.result == "fail"):
        yield f"Alarm {alarm.name}: {alarm.value:.3f} against a limit of {alarm.limit:.3f}; {alarm.says}."
    for alarm in (each for each in found.alarms if each.result == "not evaluated"):
        yield f"Alarm {alarm.name} was not evaluated: {alarm.says}."
    table = found.figures
    ours = table[table["contender"] == "model"]
    ratios = ours[(ours["bed"] == beds.KIND) & (ours["metric"] == "ratio")].dropna(subset=["value"])
    for _, row in ratios.nsmallest(3, "value").iterrows():
        yield f"Typology {row['case']}, never taught: {row['value']:.2f} of what was found when taught{ends(row)}."
    told = ours[(ours["bed"] == beds.TRUTH) & (ours["metric"] == "later_to_first_ratio")].dropna(subset=["value"])
    for _, row in told.iterrows():
        yield f"Attempts changed after a refusal: {row['value']:.2f} of what is found of first attempts{ends(row)}."
    precision = table[table["metric"] == "average_precision"]
    yield from _worlds(precision[precision["bed"] == beds.OTHER])
    for bed, words in HOME_BEDS.items():
        for world, part in precision[precision["bed"] == bed].groupby("world", sort=False):
            yield f"{words} ({world}): {_beside(part)}"


def _worlds(rows: pd.DataFrame) -> Iterator[str]:
    """The three worlds in which a model taught at home finds least, and those in which none could be taught."""
    ours = rows[(rows["contender"] == "model")]
    for world in ours[ours["case"] == AT_HOME].nsmallest(3, "value")["world"]:
        part = rows[(rows["world"] == world) & (rows["case"] == AT_HOME)]
        yield f"World {world}, taught at home: {_beside(part)}"
    able = set(ours.loc[ours["case"] == INSIDE, "world"])
    if unable := [str(name) for name in rows["world"].unique() if name not in able]:
        yield f"Too few confirmed diversions to teach the model inside: {', '.join(unable)}."


def _beside(part: pd.DataFrame) -> str:
    """The model's average precision, and who has a higher one."""
    own = part[part["contender"] == "model"].iloc[0]
    better = part.loc[part["value"] > own["value"], "contender"].str.replace("_", " ")
    return f"average precision {cell(own)}." + (f" Better: {', '.join(better)}." if len(better) else "")
