"""The product's boosters on customs rates, in equal parts with a linear partner where records are unseen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from customs_rates import FOLDS, LEVELS, Codes, Declarations, rates
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from scoring.model import Floats, Input, margins
from training.contenders import PLAIN, PLAIN_TREES
from training.fit import SETTINGS, fit
from training.split import folds

Rows = npt.NDArray[np.bool_]
SEED, BAG = 1, 3
AMOUNTS = ("log_mass", "log_price", "log_unit_price", "stated_tax_rate")
QUICK = {**SETTINGS, "monotone_constraints_method": "intermediate"}  # "advanced" takes minutes on so many columns
REPEATED = {**QUICK, "num_leaves": 31}
UNSEEN = {**QUICK, "num_leaves": 6}
UPWARD = {**QUICK, "num_leaves": 8}
RIDGE = 0.03
IDENTIFIERS = ("Office ID", "Declarant ID", "Importer ID", "Seller ID", "Courier ID")
OTHERS = (
    "Process Type",
    "Import Type",
    "Import Use",
    "Payment Type",
    "Mode of Transport",
    "Country of Origin Indicator",
)


@dataclass(frozen=True)
class Blend:
    """How margins are made when the given groups are unseen; `level` None means that records may repeat.

    Repeating records vote as often as they occur, and their folds are drawn row by row: the test repeats them too.
    Where the test does not, each distinct record votes once and rates are out of fold by group.
    """

    data: Declarations
    linear: csr_matrix
    level: str | None

    @cached_property
    def group(self) -> Codes:
        """Whose repeats stay together."""
        return np.arange(len(self.data.label)) if self.level is None else self.data.codes[self.level]

    def rates(self, taught: Rows) -> Floats:
        """The rates of every row, one column a level; a repeated record is believed sooner than an unseen one's kin."""
        fold = folds(pd.Series(self.group), FOLDS, SEED + 1)
        return rates(self.data, taught, self.weight(taught), fold, 1.0 if self.level is None else 5.0)

    def weight(self, taught: Rows) -> Floats:
        """The vote of each row."""
        record = self.data.codes["record"]
        times = np.bincount(record[taught], minlength=record.max() + 1)[record]
        votes: Floats = np.ones(len(record)) if self.level is None else 1.0 / np.maximum(times, 1)
        return votes

    def margin(self, taught: Rows, asked: Rows) -> Floats:
        """The log-odds of the asked rows, from the taught ones."""
        levels = pd.DataFrame(np.column_stack([self.rates(taught), self.data.amounts]), columns=[*LEVELS, *AMOUNTS])
        if self.level is None:
            return self._trees(levels, taught, asked, "unsigned", REPEATED, 200)
        levels = levels.drop(columns="record")
        free = self._trees(levels, taught, asked, "unsigned", UNSEEN, 150)
        upward = self._trees(levels, taught, asked, "rises", UPWARD, 200)
        return (free + upward) / 4 + self.line(taught, asked) / 2

    def line(self, taught: Rows, asked: Rows) -> Floats:
        """The log-odds of the linear partner alone: ridge logistic regression on one-hot columns."""
        line = LogisticRegression(C=RIDGE, max_iter=300)
        line.fit(self.linear[taught], self.data.label[taught], sample_weight=self.weight(taught)[taught])
        return np.asarray(line.decision_function(self.linear[asked]), dtype=np.float64)

    def _trees(
        self, levels: pd.DataFrame, taught: Rows, asked: Rows, risk: str, given: Mapping[str, object], trees: int
    ) -> Floats:
        inputs = tuple(number(name, "unsigned" if name in AMOUNTS else risk) for name in levels.columns)
        weight, group = pd.Series(self.weight(taught)), pd.Series(self.group).astype(str)
        parts = (levels[taught], self.data.label[taught], weight[taught], group[taught])
        model = fit(inputs, *parts, seed=SEED, bag=BAG, trees=trees, given=given)
        return margins(model, levels[asked], threads=1)


def plain(data: Declarations, taught: Rows, asked: Rows) -> Floats:
    """LightGBM as it comes on every column as an integer code, parties included."""
    names = [*IDENTIFIERS, *OTHERS, "product", "departure", "origin", "tax_type"]
    codes = data.cells[names].apply(lambda column: pd.factorize(column, sort=True)[0]).astype("float64")
    table = codes.assign(**{name: data.amounts[:, place] for place, name in enumerate(AMOUNTS)})
    table.columns = table.columns.str.replace(" ", "_")
    inputs = tuple(number(name, "unsigned") for name in table.columns)
    one = pd.Series(1.0, index=table.index)
    parts = (table[taught], data.label[taught], one[taught], one.index.to_series().astype(str)[taught])
    return margins(fit(inputs, *parts, seed=SEED, bag=1, trees=PLAIN_TREES, given=PLAIN), table[asked], threads=1)


def number(name: str, risk: str) -> Input:
    """A column as an input of the product's model; nothing here is ever missing."""
    return Input(name, "number", "1", risk, "", 1, 0.0)  # type: ignore[arg-type]
