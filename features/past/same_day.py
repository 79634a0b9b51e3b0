"""Orders of one customer on one day: no line's past holds them, so that they are told of the batch."""

from __future__ import annotations

import pandas as pd

from features.past.narrow import buyers, stacked

NO_ORDERS = pd.DataFrame(
    {name: pd.Series(dtype="str") for name in ("buyer", "order_id")}
    | {"order_date": pd.Series(dtype="datetime64[us]"), "tpp": pd.Series(dtype="float64")}
)


def same_day(lines: pd.DataFrame) -> pd.DataFrame:
    """Customer-days with several orders, the largest first: order_date, orders (ids, ";"-separated), tpp (their sum).

    `lines` carry their facts; returns and lines without TPP add nothing, and days without any are left out.
    """
    return of_one_day([orders_by_day(lines)])


def orders_by_day(lines: pd.DataFrame) -> pd.DataFrame:
    """Buyer (its key), order_date, order_id and summed tpp of the orders of lines that carry their facts."""
    told = pd.DataFrame(
        {
            "buyer": buyers(lines),
            "order_date": lines["order_date"],
            "order_id": lines["order_id"],
            "tpp": lines["tpp_total"].clip(lower=0.0).fillna(0.0).round(),
        }
    ).dropna()
    return told.groupby(["buyer", "order_date", "order_id"], observed=True, sort=False)["tpp"].sum().reset_index()


def of_one_day(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """As `same_day`, of tables of `orders_by_day` that hold all orders of their customers, each order once."""
    orders = stacked(parts or [NO_ORDERS])
    several = orders[orders.duplicated(["buyer", "order_date"], keep=False)].sort_values("order_id")
    days = several.groupby(["buyer", "order_date"], observed=True, sort=False)
    found = days.agg(orders=("order_id", ";".join), tpp=("tpp", "sum")).reset_index().drop(columns="buyer")
    return largest_first(found[found["tpp"] > 0])


def largest_first(days: pd.DataFrame) -> pd.DataFrame:
    """Customer-days of `same_day` in its order."""
    return days.sort_values(["tpp", "order_date", "orders"], ascending=[False, True, True], ignore_index=True)
