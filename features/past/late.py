"""Orders recorded after later ones had been scored: the lines that they touch should be scored again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.past import narrow
from features.past.asof import Ints, days

SHARED = ("buyer", "ult_consignee_name", "end_user_name", "site")


def touched(stored: pd.DataFrame) -> pd.DataFrame:
    """The stored lines (`store.load`) that a line of a later recording precedes: same rows, and their `touched_by`.

    `touched_by` is the number of the latest such recording. Lines touch each other that share buyer, consignee, end
    user or site; what only shares a destination is left out, or every late order would touch the whole book.
    """
    found = narrow.parties(stored)
    found["site"] = narrow.site(stored, found["end_user_name"])
    batch, day = stored["batch"].to_numpy(dtype=np.int64), days(stored["order_date"])
    latest = np.zeros(len(stored), dtype=np.int64)
    for name in SHARED:
        codes = np.asarray(found[name].cat.codes, dtype=np.int64)
        latest = np.maximum(latest, _latest_before(codes, day, batch))
    return stored[latest > batch].assign(touched_by=latest[latest > batch])


def late(stored: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which stored lines are dated before a line of an earlier recording."""
    newest = stored.groupby("batch")["order_date"].max().cummax().shift(1)
    return np.asarray(stored["order_date"] < stored["batch"].map(newest), dtype=bool)


def _latest_before(code: Ints, day: Ints, batch: Ints) -> Ints:
    """The latest recording among the lines of the same code dated strictly earlier; 0 without one."""
    order = np.lexsort((day, code))
    rows = pd.DataFrame({"code": code[order], "day": day[order], "batch": batch[order]})
    by_day = rows.groupby(["code", "day"])["batch"].max().reset_index()
    by_day["before"] = by_day.groupby("code")["batch"].cummax().groupby(by_day["code"]).shift(1)
    found = rows.merge(by_day[["code", "day", "before"]], on=["code", "day"], how="left")["before"].fillna(0)
    latest = np.empty(len(code), dtype=np.int64)
    latest[order] = found.to_numpy(dtype=np.int64)
    return np.where(code >= 0, latest, 0)
