"""One plain order line, the shipped model, and a small model of three columns that costs nothing to make."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest

from features.known import Known, known_on
from features.orders.book import Book, from_frame
from scoring.champion import BASELINE
from scoring.model import Input, Model, load

AS_OF = date(2026, 11, 25)
ORDER = {
    "order_id": "A-1",
    "line_no": "1",
    "order_date": "2026-01-12",
    "seller_country": "US",
    "buyer_id": "C-1",
    "buyer_name": "Norrhall Compute",
    "buyer_country": "SG",
    "ult_consignee_name": "Norrhall Compute",
    "end_user_name": "Norrhall Compute",
    "end_user_country": "SG",
    "destination_country": "SG",
    "part_number": "H100 SXM5",
    "quantity": "8",
}
PARTY = {
    "customer_id": "C-1",
    "legal_name": "Norrhall Compute",
    "hq_country": "SG",
    "ultimate_parent_country": "SG",
    "incorporation_date": "2004-05-01",
    "business_type": "cloud_iaas",
    "website": "norrhall.example",
}
INPUTS = (
    Input("passes_a_hub", "flag", "yes/no", "rises", "abnormal-route", 1, 0.5, (0.0, 0.25, 1.0)),
    Input("no_web_presence", "flag", "yes/no", "rises", "no-web-presence", 1, 0.5, (0.0, 0.125, 0.5)),
    Input("age_of_the_youngest_party", "number", "years", "falls", "young-company", 1, 6.0),
)


@pytest.fixture(scope="session")
def orders() -> Callable[..., pd.DataFrame]:
    """A frame of plain order lines, one for each dictionary of changed cells, numbered A-1, A-2 …."""

    def build(*changes: dict[str, str]) -> pd.DataFrame:
        lines = [ORDER | {"order_id": f"A-{at}"} | cells for at, cells in enumerate(changes or ({},), start=1)]
        return pd.DataFrame(lines, dtype="str")

    return build


@pytest.fixture(scope="session")
def book(orders: Callable[..., pd.DataFrame]) -> Callable[..., Book]:
    """The book of such a frame."""
    return lambda *changes: from_frame(orders(*changes))


@pytest.fixture(scope="session")
def known() -> Known:
    """The shipped tables and a customer master that knows the one party."""
    return known_on(AS_OF, from_frame(pd.DataFrame([PARTY]), "customers").lines)


@pytest.fixture(scope="session")
def baseline() -> Model:
    """The model folder that ships with the package."""
    return load(BASELINE)


@pytest.fixture(scope="session")
def small() -> Model:
    """Two boosters on three columns, whose truth is the first flag and a young company."""
    draw = np.random.default_rng(1)
    levels = np.column_stack([draw.choice([0.0, 0.5, 1.0], (400, 2)), draw.integers(0, 30, 400)])
    label = (levels[:, 0] - levels[:, 2] / 20 + draw.normal(0, 0.3, 400) > 0).astype(int)
    settings = {"objective": "binary", "verbosity": -1, "num_threads": 1, "monotone_constraints": [1, 1, -1]}
    names = [each.name for each in INPUTS]
    bag = tuple(
        lgb.train(settings | {"seed": seed}, lgb.Dataset(levels, label, feature_name=names), num_boost_round=5)
        for seed in (1, 2)
    )
    knots = ((-3.0, -4.0), (0.0, -1.0), (3.0, 2.0))
    return Model("small-1", INPUTS, bag, -1.0, knots, 0.1, (-1.0, 0.0, 1.0), 0.3, {"boosters": 2, "simulated": True})


@pytest.fixture(scope="session")
def matrix() -> pd.DataFrame:
    """Every pair of flag states with a young, an old and an unknown company; the index is no range."""
    states = [False, None, True]
    rows = [(first, second, age) for first in states for second in states for age in (1.0, 25.0, np.nan)]
    frame = pd.DataFrame(rows, columns=[each.name for each in INPUTS])
    kinds = {each.name: "boolean" if each.kind == "flag" else "float64" for each in INPUTS}
    return frame.astype(kinds).set_axis(range(100, 100 + len(rows)))


@pytest.fixture(scope="session")
def guided(small: Model) -> Model:
    """The small model without trees: the guidance alone."""
    return replace(small, boosters=(), facts={"boosters": 0, "simulated": True})
