"""Benign twins of public cases: the same goods to the same country, ordered by an ordinary customer of an honest book.

A twin has the day, part, quantity and destination of an order of the case, at a usual price. Buyer, other parties,
route, payment and papers are those of one honest order whose customer nobody else stands for; where no honest customer
delivers to that country, one that buys for its own country is moved there.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from training.simulate.book import SimulatedBook
from training.simulate.case_customers import customer_row, end_user_row
from training.simulate.donors import Donors, known, narrowed
from training.simulate.draws import stream
from training.simulate.filling import line_of, table_of, weighed
from training.simulate.goods import Cells
from training.simulate.honest import orders_of
from training.simulate.world import world

TWINS = 4
"""Twins of a case: between the three and five that are asked for."""

OF_THE_CASE = ("line_no", "order_date", "destination_country", "part_number", "quantity")
LICENCE = ("licence_code", "licence_number", "licence_exception")
OF_THE_FIRM = ("website", "ultimate_parent_name", "dc_name")
NEAR = 0.5  # orders of ten between two quantities of like size


def twins(cases: pd.DataFrame, book: SimulatedBook, seed: int, donors: Donors) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Order lines and customer file of TWINS twins of each case, of its orders in turn.

    `cases` are filled (`filling.placed`) with `donors`, to which those of the twins are added. Beside the columns of an
    order file a line has `twin_of`, the case, and `case_id`, the twin's own.
    """
    rng, customers = stream(seed, "twins"), book.customers
    pools = {item: known(orders_of(book, item), customers)[0] for item in sorted(set(cases["item"]))}
    lines: list[Cells] = []
    files: dict[str, Cells] = {}
    for order, number in copied(cases):
        first = order.iloc[0]
        donor = _donor(rng, pools[first["item"]], first, donors)
        stated = [_stated(line, donor, number) for _, line in order.iterrows()]
        drawn = weighed([line_of(world(), rng, each, donor) for each in stated])
        donors.asked.add(donor["buyer_id"])
        donors.day[str(drawn[0]["order_id"])] = donor["order_date"]
        lines += drawn
        for name, row in _parties(rng, customers, stated[0], donor, drawn[-1]).items():
            files.setdefault(name, row)
    lead = ["case_id", "twin_of"]
    return table_of(lines, lead, [*book.orders.columns]), table_of([*files.values()], [], [*customers.columns])


def twin_id(of_the_case: str, number: int) -> str:
    """The id of a twin's order, or of the twin, by that of the case and the twin's number."""
    return f"{of_the_case}-B{number}"


def copied(cases: pd.DataFrame) -> Iterator[tuple[pd.DataFrame, int]]:
    """The order that each twin copies, by case, with the twin's number: the same whatever cells were drawn."""
    for _, rows in cases.groupby("case_id", sort=True):
        orders = [order for _, order in rows.groupby("order_id", sort=False)]
        yield from ((orders[number % len(orders)], number + 1) for number in range(TWINS))


def _donor(rng: np.random.Generator, orders: pd.DataFrame, case: "pd.Series[Any]", donors: Donors) -> Cells:
    """An honest order of the same leg and, as far as there is one, country, seller's country, size and part."""
    there = orders["destination_country"] == case["destination_country"]
    local = orders["buyer_country"] == orders["destination_country"]
    home = orders["seller_country"] == orders["destination_country"]
    tens = (orders["quantity"].astype(float) / float(case["quantity"])).apply(np.log10)
    pool = narrowed(
        orders[~orders["buyer_id"].isin(donors.asked)],
        home == (case["seller_country"] == case["destination_country"]),
        there,
        there | local,
        orders["seller_country"] == case["seller_country"],
        tens.abs() <= NEAR,
        orders["part_number"] == case["part_number"],
    )
    chosen: Cells = pool.iloc[int(rng.integers(0, len(pool)))].to_dict()
    return chosen


def _stated(case: "pd.Series[Any]", donor: Cells, number: int) -> "pd.Series[Any]":
    """What a twin's line states: the goods of the case, and who buys how in the honest order."""
    there, here = donor["destination_country"], case["destination_country"]
    whose = {
        name: here if str(name).endswith("_country") and value == there else value
        for name, value in donor.items()
        if str(name).startswith(("buyer_", "seller_", "ult_consignee_"))
    }
    whose |= {name: donor[name] if here == there else "" for name in LICENCE}  # claimed for the one country alone
    own = {name: twin_id(case[name], number) for name in ("order_id", "case_id")}
    return pd.Series({**whose, **case[list(OF_THE_CASE)], **own, "twin_of": case["case_id"]}, dtype=object)


def _parties(
    rng: np.random.Generator, customers: pd.DataFrame, stated: "pd.Series[Any]", donor: Cells, line: Cells
) -> dict[str, Cells]:
    """The rows of the customer file for the twin's buyer and end user."""
    today = str(world().rates["book"]["known_to"])
    firm = customers[customers["customer_id"] == donor["buyer_id"]][["customer_id", "legal_name", *OF_THE_FIRM]]
    firm = firm.assign(party_country=stated["buyer_country"])
    buyer = customer_row(rng, firm, customers, stated, donor, today)
    return {str(donor["buyer_id"]): buyer, **end_user_row(customers, donor, line, today)}
