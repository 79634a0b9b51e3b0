"""Customs declarations as numbers: smoothed fraud rates of product, route and tax at many levels, out of fold.

Each level is shrunk towards the one above it, so that a cell nobody has seen takes the rate of its parent.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.preprocessing import OneHotEncoder

from scoring.model import Floats

SIDES = ("train", "valid", "test")
FOLDS = 5
RECORD = ["product", "departure", "origin", "tax_rate", "tax_type", "mass", "price"]
GOODS = ["product", "departure", "origin", "tax_rate", "tax_type", "unit_price"]
COLUMNS = {
    "HS6 Code": "product",
    "Country of Departure": "departure",
    "Country of Origin": "origin",
    "Tax Rate": "tax_rate",
    "Tax Type": "tax_type",
    "Net Mass": "mass",
    "Item Price": "price",
}
LEVELS: dict[str, tuple[tuple[str, ...], str | None]] = {
    "chapter": (("chapter",), None),
    "heading": (("heading",), "chapter"),
    "product": (("product",), "heading"),
    "departure": (("departure",), None),
    "origin": (("origin",), None),
    "route": (("departure", "origin"), "origin"),
    "tax_type": (("tax_type",), None),
    "tax_rate": (("tax_rate",), None),
    "unit_price": (("unit_price",), None),
    "mass": (("mass",), None),
    "chapter_origin": (("chapter", "origin"), "chapter"),
    "heading_origin": (("heading", "origin"), "chapter_origin"),
    "product_origin": (("product", "origin"), "product"),
    "chapter_departure": (("chapter", "departure"), "chapter"),
    "heading_departure": (("heading", "departure"), "chapter_departure"),
    "product_departure": (("product", "departure"), "product"),
    "heading_route": (("heading", "departure", "origin"), "heading_origin"),
    "product_route": (("product", "departure", "origin"), "product_origin"),
    "tax": (("tax_type", "tax_rate"), "tax_type"),
    "chapter_tax": (("chapter", "tax_type", "tax_rate"), "chapter"),
    "product_tax": (("product", "tax_type", "tax_rate"), "product"),
    "origin_tax": (("origin", "tax_type", "tax_rate"), "origin"),
    "chapter_unit_price": (("chapter", "unit_price"), "chapter"),
    "product_unit_price": (("product", "unit_price"), "product"),
    "goods": (tuple(GOODS), "product_route"),
    "chapter_mass": (("chapter", "mass"), "chapter"),
    "product_mass": (("product", "mass"), "product"),
    "route_mass": (("departure", "origin", "mass"), "route"),
    "record": (tuple(RECORD), "goods"),
}
PLAIN = ("chapter", "heading", "product", "departure", "origin", "tax_type", "tax_rate")
CROSSED = (
    ("chapter", "origin"),
    ("heading", "origin"),
    ("chapter", "departure"),
    ("departure", "origin"),
    ("tax_type", "tax_rate"),
    ("chapter", "tax_rate"),
    ("origin", "tax_rate"),
)
BINS = 20  # of equal size, for mass, price and unit price in the linear partner
Codes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Declarations:
    """All declarations, one index: the cells as text, the side of the time split, the label, and group keys."""

    cells: pd.DataFrame
    side: pd.Series
    label: pd.Series
    codes: dict[str, Codes]  # one number a distinct cell of each level
    amounts: Floats  # log mass, log price, log unit price, tax rate


def read(folder: Path) -> Declarations:
    """The three files of the published split; raises FileNotFoundError when one is missing."""
    parts = [pd.read_csv(folder / f"df_syn_{side}_eng.csv", dtype=str, keep_default_na=False) for side in SIDES]
    table = pd.concat([part.assign(side=side) for part, side in zip(parts, SIDES, strict=True)], ignore_index=True)
    cells = table.rename(columns=COLUMNS)
    product = cells["product"].str.zfill(6)
    mass, price = cells["mass"].astype(float), cells["price"].astype(float)
    unit = price / mass.clip(lower=1e-9)
    cells = cells.assign(chapter=product.str[:2], heading=product.str[:4], unit_price=unit.map("{:.6g}".format))
    codes = {
        name: cells.groupby(list(of), sort=False).ngroup().to_numpy(dtype=np.intp) for name, (of, _) in LEVELS.items()
    }
    amounts = np.column_stack([np.log1p(mass), np.log1p(price), np.log1p(unit), cells["tax_rate"].astype(float)])
    return Declarations(cells, table["side"], table["Fraud"].astype(int), codes, amounts)


def rates(data: Declarations, taught: npt.NDArray[np.bool_], weight: Floats, fold: Codes, shrink: float) -> Floats:
    """The smoothed rate of each row at every level, in the order of LEVELS.

    Taught rows are counted without their own fold; all others with all taught rows. `shrink` is the number of
    declarations that the level above counts as.
    """
    mass = np.where(taught, weight, 0.0)
    hits = mass * data.label.to_numpy()
    own = np.where(taught, fold, FOLDS)  # a fold of its own for rows that are not taught: nothing is taken away
    found: dict[str, Floats] = {}
    every = np.zeros(len(own), dtype=np.intp)
    base = _without(hits, own, every) / _without(mass, own, every)
    for name, (_, above) in LEVELS.items():
        code = data.codes[name]
        parent = base if above is None else found[above]
        counted = np.maximum(_without(mass, own, code), 0.0)
        found[name] = (np.maximum(_without(hits, own, code), 0.0) + shrink * parent) / (counted + shrink)
    return np.column_stack(list(found.values()))


def _without(values: Floats, fold: Codes, code: Codes) -> Floats:
    """For each row the sum of its code over all rows outside its fold."""
    inside = code * (FOLDS + 1) + fold
    kinds = int(code.max()) + 1
    whole = np.bincount(code, values, kinds)
    own = np.bincount(inside, values, kinds * (FOLDS + 1))
    left: Floats = whole[code] - own[inside]
    return left


def one_hot(data: Declarations) -> csr_matrix:
    """The linear partner's columns: product, route and tax alone and in pairs, and the amounts in twenty bins."""
    table = data.cells[list(PLAIN)].copy()
    for pair in CROSSED:
        table["|".join(pair)] = data.cells[list(pair)].agg("|".join, axis=1)
    past = (data.side != "test").to_numpy()
    for place, name in enumerate(("mass", "price", "unit_price")):
        edges = np.unique(np.quantile(data.amounts[past, place], np.linspace(0, 1, BINS + 1)[1:-1]))
        table[f"{name} bin"] = np.searchsorted(edges, data.amounts[:, place]).astype(str)
    return OneHotEncoder(handle_unknown="ignore", min_frequency=3).fit_transform(table).tocsr()
