"""Orders of one customer on one day: no line's past holds them, so that they are told of the batch."""

from __future__ import annotations

import pandas as pd

from features.past.narrow import buyers


def same_day(lines: pd.DataFrame) -> pd.DataFrame:
    """Customer-days with several orders, the largest first: order_date, orders (ids, ";"-separated), tpp (their sum).

    `lines` carry their facts; returns and lines without TPP add nothing, and days without any are left out.
    """
    told = pd.DataFrame(
        {
            "buyer": buyers(lines),
            "order_date": lines["order_date"],
            "order_id": lines["order_id"],
            "tpp": lines["tpp_total"].clip(lower=0.0).fillna(0.0).round(),
        }
    ).dropna()
    orders = told.groupby(["buyer", "order_date", "order_id"], observed=True, sort=False)["tpp"].sum().reset_index()
    several = orders[orders.duplicated(["buyer", "order_date"], keep=False)].sort_values("order_id")
    days = several.groupby(["buyer", "order_date"], observed=True, sort=False)
    found = days.agg(orders=("order_id", ";".join), tpp=("tpp", "sum")).reset_index().drop(columns="buyer")
    found = found.sort_values(["tpp", "order_date", "orders"], ascending=[False, True, True], ignore_index=True)
    return found[found["tpp"] > 0]
