"""Honest order lines of one class of item, to fill cells that a public source does not state."""

from typing import Literal

import pandas as pd

from training.simulate.book import SimulatedBook, honest_book
from training.simulate.world import world

Item = Literal["a", "b", "neither"]
DENSITY = {
    "a": 3,
    "b": 20,
    "neither": 4,
}  # lines drawn for one wanted: about one order in so many has one
SEED_STEP = 100_003  # a prime: further lots of the same seed share no stream with its neighbours


def honest_cells(
    n: int, seed: int, item: Item, months: tuple[str, str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`n` honest order lines of one class, one an order, and the customer file that goes with them.

    `months` such as ("2024-03", "2024-06") keeps to those months, both included; they lie inside the world's years,
    else ValueError.
    """
    here = world()
    first, last = months or (here.start.strftime("%Y-%m"), here.end.strftime("%Y-%m"))
    window = max(pd.Timestamp(first), here.start), min(pd.Timestamp(last) + pd.offsets.MonthEnd(0), here.end)
    if window[0] >= window[1]:
        raise ValueError(f"the simulated world holds no orders between {first} and {last}")
    lots: list[pd.DataFrame] = []
    masters: list[pd.DataFrame] = []
    while sum(map(len, lots)) < n:
        mark = f"L{len(lots)}-"
        book = honest_book(n * DENSITY[item] + 200, seed + SEED_STEP * len(lots), window)
        wanted = orders_of(book, item)
        lots.append(wanted.assign(order_id=mark + wanted["order_id"], buyer_id=mark + wanted["buyer_id"]))
        masters.append(book.customers.assign(customer_id=mark + book.customers["customer_id"]))
    orders = pd.concat(lots, ignore_index=True).sample(frac=1, random_state=seed).head(n).reset_index(drop=True)
    customers = pd.concat(masters, ignore_index=True)
    return orders, customers


def orders_of(book: SimulatedBook, item: Item) -> pd.DataFrame:
    """Of each order with lines of a class the first such line."""
    classes = world().parts.set_index("part")["class"]
    return book.orders[book.orders["part_number"].map(classes) == item].drop_duplicates("order_id")
