"""Honest orders whose cells fill those of public cases: one honest customer for all orders of a case's buyer."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from training.simulate.goods import Cells

Pool = tuple[pd.DataFrame, pd.DataFrame]  # honest orders of one class, one line each, and their customer file


@dataclass
class Donors:
    """Whose cells fill which order: honest customer by buyer of a case, all honest customers asked, day by order."""

    of_buyer: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    day: dict[str, str] = field(default_factory=dict)


def known(orders: pd.DataFrame, customers: pd.DataFrame) -> Pool:
    """The honest orders whose countries are known, and the customer file."""
    return orders.dropna(subset=["buyer_country", "destination_country"]), customers


def donor_of(
    rng: np.random.Generator,
    orders: pd.DataFrame,
    customers: pd.DataFrame,
    case: "pd.Series[Any]",
    masters: pd.DataFrame,
    donors: Donors,
) -> Cells:
    """An honest order of the same leg: of the customer that filled the buyer's first order, else of one not yet asked.

    Then of the same kind of buyer and the same part, as far as there is one.
    """
    stated = masters.set_index("customer_id")["business_type"].get(case["buyer_id"])
    kinds = orders["buyer_id"].map(customers.set_index("customer_id")["business_type"])
    home = orders["seller_country"] == orders["destination_country"]
    pool = orders[(home == (case["seller_country"] == case["destination_country"])) & orders["licence_number"].isna()]
    mine = orders["buyer_id"] == donors.of_buyer.get(case["buyer_id"])
    fresh = ~orders["buyer_id"].isin(donors.asked)
    same_part = orders["part_number"] == case["part_number"]
    pool = narrowed(pool, mine | fresh, mine, kinds == stated, same_part)
    chosen: Cells = pool.iloc[int(rng.integers(0, len(pool)))].to_dict()
    donors.of_buyer.setdefault(case["buyer_id"], chosen["buyer_id"])
    donors.asked.add(chosen["buyer_id"])
    donors.day[case["order_id"]] = chosen["order_date"]
    return chosen


def narrowed(pool: pd.DataFrame, *wishes: pd.Series) -> pd.DataFrame:
    """The orders that meet one wish after the other; a wish that none of those left meets is given up."""
    for wish in wishes:
        wished = pool[wish.reindex(pool.index)]
        pool = wished if len(wished) else pool
    return pool
