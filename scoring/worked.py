"""A judged part of a long book with its working, read anew from disk each time somebody asks: what a queue is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from features.matrix import FEATURES
from features.orders.book import Book
from features.orders.long import LongBook
from scoring.batch import Scored
from scoring.memory import give_back
from scoring.parts import RECORD
from scoring.pieces import CASE, FLAG, MARGIN, NUMBER, Load
from scoring.result import COLUMNS
from scoring.review.arrivals import FACTS


@dataclass(frozen=True)
class Worked:
    """The part of that number, and where its table lies (`pieces.piece` with `queue`)."""

    long: LongBook
    load: Load
    number: int
    table: Path

    def facts(self) -> pd.DataFrame:
        """What stands beside the case of each record that is no total or heading (`arrivals.facts`)."""
        found = self._read([f"{CASE}{name}" for name in FACTS]).dropna(subset=[f"{CASE}order"])
        return found.rename(columns=lambda name: name.removeprefix(CASE)).astype(FACTS)

    def working(self) -> tuple[Book, Scored]:
        """The part with the cells of its unreadable records, and what was found of it."""
        part, lines, _ = self.load(self.number)
        kinds = {each.name: (FLAG, "boolean") if each.kind == "flag" else (NUMBER, "float64") for each in FEATURES}
        held = [f"{kind}{name}" for name, (kind, _) in kinds.items()]
        found = self._read([MARGIN, f"{CASE}gp10", *COLUMNS, *held])
        scored = found.loc[lines.index]
        matrix = scored[held].set_axis(list(kinds), axis=1).astype({name: to for name, (_, to) in kinds.items()})
        judged = pd.DataFrame({"gp10": scored[f"{CASE}gp10"].astype(bool)})
        give_back()
        margin = scored[MARGIN].to_numpy(dtype=np.float64)
        return replace(part, raw=self._raw(part)), Scored(found[list(COLUMNS)], lines, matrix, judged, margin)

    def _raw(self, part: Book) -> pd.DataFrame:
        """The cells of the records that could not be read; the others are known by their typed lines."""
        if not (part.status == "rejected").any():
            return part.raw
        records, own = self.long.own(self.number)
        raw: pd.DataFrame = own.to_pandas().set_axis(pd.Index(records), axis=0)
        return raw.loc[part.raw.index]

    def _read(self, columns: list[str]) -> pd.DataFrame:
        found: pd.DataFrame = pq.read_table(self.table, columns=[RECORD, *columns]).to_pandas()
        return found.set_index(RECORD).rename_axis(None)
