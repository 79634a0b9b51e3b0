"""What a dated table says of every place on every day: asked once for each period between two changes of the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.reference.tables import Tables

OTHER = ""
"""Stands for every place that the table does not name."""


@dataclass(frozen=True, eq=False)
class Chart:
    """The answers to one question about each place and period; as `tables.on`, it tells no answer before `known_from`.

    `answers` holds a row a place and period: `places` in order, then OTHER, then no place; and of each no day, then the
    periods that begin with each of `changes`.
    """

    places: pd.Index
    changes: npt.NDArray[np.datetime64]
    answers: pd.Series

    @classmethod
    def of(cls, table: str, tables: Tables, question: Callable[[pd.Series, pd.Series], pd.Series]) -> Chart:
        """`question` is asked of places and days, and looks at nothing else that changes in time than this table."""
        frame, card = tables.frames[table], tables.cards[table]
        ended = frame["end"].dropna() + pd.Timedelta(days=1)
        days = pd.concat([frame["start"], ended, pd.Series([pd.Timestamp(card.known_from)])])
        changes = np.unique(days.to_numpy(dtype="datetime64[us]"))
        places = pd.Index(frame[card.key].unique(), dtype="str")
        whom = pd.Series([*places, OTHER, None], dtype="str").repeat(len(changes) + 1)
        when = pd.Series(np.tile([np.datetime64("NaT", "us"), *changes], len(places) + 2))
        return cls(places, changes, question(whom.reset_index(drop=True), when))

    def on(self, places: pd.Series, dates: pd.Series) -> pd.Series:
        """The answer for each place on its day, index of `places`."""
        codes, distinct = pd.factorize(places, use_na_sentinel=False)
        at = self.places.get_indexer(pd.Index(distinct, dtype="str"))
        at = np.where(pd.isna(distinct), len(self.places) + 1, np.where(at < 0, len(self.places), at))
        days = dates.to_numpy(dtype="datetime64[us]")
        period = np.where(np.isnat(days), 0, np.searchsorted(self.changes, days, side="right"))
        return self.answers.take(at[codes] * (len(self.changes) + 1) + period).set_axis(places.index)
