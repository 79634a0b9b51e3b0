"""What an order that nobody reviewed is taken for: mostly clean, but not where nobody would have looked.

Reviewers choose by suspicion. That an order like many reviewed ones was passed over says something; that one was which
hardly any reviewer would have opened says nothing. Such a line is taught what the guidance says of it, on the scale of
what reviewers found (a label model refitted on reviewed outcomes), never that it is clean.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from scoring.model import Floats
from training.audit import calibrates
from training.calibrate import platt, said

TENTHS = 10
SELDOM = 0.1
"""Share of alike orders that were reviewed, below which a line was out of the reviewers' sight."""


def soft_labels(guidance: Floats, rows: pd.DataFrame) -> pd.Series:
    """What each line counts as while nobody reviewed it (0–1): 0, or the chance that the refitted guidance gives it.

    `guidance` is its margin of each line, `rows` are as `Material.rows`. Alike are the lines of one tenth of that
    margin. Everything is 0 where the reviewed lines are of one class, or the guidance does not tell them apart.
    """
    margin = pd.Series(guidance, index=rows.index)
    asked = rows[calibrates(rows)]
    if asked["label"].nunique() < 2:
        return pd.Series(0.0, index=rows.index)
    known = np.asarray(margin[asked.index], dtype=np.float64)
    knots = platt(known, asked["label"], asked["weight"])
    if knots[0][1] == knots[-1][1]:
        return pd.Series(0.0, index=rows.index)
    chance = said(knots, margin)
    tenth = np.ceil(margin.rank(pct=True) * TENTHS)
    looked_at = rows["reviewed"].astype("float64").groupby(tenth).transform("mean")
    return pd.Series(np.where(looked_at < SELDOM, chance, 0.0), index=rows.index)
