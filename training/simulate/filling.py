"""Cells that a public source does not state are taken from an honest order of the same leg and class of item.

A cell that is blank in the honest order stays blank: cells are as often filled as in honest files. Names, countries
and days are translated: where the honest buyer stood the case's buyer stands, and a wait of forty days stays one.
All orders of a case's buyer are filled from one honest customer, and no two buyers from the same one.
"""

from typing import Any

import numpy as np
import pandas as pd

from training.simulate.book import SimulatedBook
from training.simulate.case_customers import customer_row, end_user_row, moved
from training.simulate.donors import Donors, Pool, donor_of, known
from training.simulate.draws import stream
from training.simulate.goods import Cells, goods
from training.simulate.honest import Item, honest_cells, orders_of
from training.simulate.world import World, world

DONORS = 1200  # honest orders of each class to choose from
DATES = ("requested_date", "ship_date", "end_use_statement_date")
NAMES = ("buyer_name", "ult_consignee_name", "end_user_name")
COUNTRY_OF = {  # whose country a cell repeats in an honest order, first match
    "payer_country": ("buyer_country", "destination_country"),
    "end_user_country": ("destination_country", "buyer_country"),
    "forwarder_country": ("seller_country", "destination_country"),
    "inter_consignee_country": ("seller_country", "destination_country"),
    "dc_country": ("destination_country",),
}
OURS = ("order_id", "line_no", "licence_number")  # never from another order
PORTS = {"port_of_export": "seller_country", "port_of_unlading": "destination_country"}


def filled(cases: pd.DataFrame, masters: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Order lines and customer file of public cases with the cells that no source states drawn from honest orders.

    `cases` has the columns of an order file and `item`, the class of item; the other columns come back as they are.
    """
    pools = {item: known(*honest_cells(DONORS, seed, item)) for item in sorted(set(cases["item"]))}
    return _filled(cases, masters, seed, pools, Donors())


def placed(
    cases: pd.DataFrame, masters: pd.DataFrame, book: SimulatedBook, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame, Donors]:
    """The same, filled from the orders of an honest book, and whose cells fill them: the places that the cases take."""
    pools, donors = (
        {item: known(orders_of(book, item), book.customers) for item in sorted(set(cases["item"]))},
        Donors(),
    )
    return *_filled(cases, masters, seed, pools, donors), donors


def _filled(
    cases: pd.DataFrame, masters: pd.DataFrame, seed: int, pools: dict[Item, Pool], donors: Donors
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Order lines and customer file of the cases; `donors` is filled in."""
    rng, here = stream(seed, "filling"), world()
    today = str(here.rates["book"]["known_to"])
    lines: list[Cells] = []
    files: dict[str, Cells] = {}
    for _, order in cases.groupby("order_id", sort=False):
        orders, customers = pools[order["item"].iloc[0]]
        first = order.iloc[0]
        donor = donor_of(rng, orders, customers, first, masters, donors)
        drawn = [line_of(here, rng, line, donor) for _, line in order.iterrows()]
        lines += drawn if "gross_weight" in order and order["gross_weight"].notna().any() else weighed(drawn)
        files.setdefault(first["buyer_id"], customer_row(rng, masters, customers, first, donor, today))
        files |= {
            name: row for name, row in end_user_row(customers, donor, lines[-1], today).items() if name not in files
        }
    order_fields, customer_fields = (list(frame.columns) for frame in next(iter(pools.values())))
    return table_of(lines, [*cases.columns], order_fields), table_of(
        [*files.values()], [*masters.columns], customer_fields
    )


def table_of(rows: list[Cells], lead: list[Any], fields: list[Any]) -> pd.DataFrame:
    """Rows as text: the columns of the cases that are no field first, then those of an honest file in its order."""
    return pd.DataFrame(rows, columns=[*[name for name in lead if name not in fields], *fields]).astype("str")


def line_of(here: World, rng: np.random.Generator, case: "pd.Series[Any]", donor: Cells) -> Cells:
    """One line: what the case states, and for the rest what the honest order has."""
    shift = pd.Timestamp(case["order_date"]) - pd.Timestamp(donor["order_date"])
    given: Cells = {name: value for name, value in case.items() if not pd.isna(value)}
    cells: Cells = {name: value for name, value in donor.items() if not pd.isna(value) and name not in OURS} | given
    if given["destination_country"] in here.rates["buyers"]["licensed"]["countries"] and "licence_code" not in given:
        cells.pop("licence_code", None)  # "no licence required" is an honest clerk's word for other destinations
        cells.pop("licence_exception", None)
    for name in DATES:
        if name in cells and name not in given:
            cells[name] = moved(cells[name], shift)
    if "ship_date" in cells:
        gone = pd.Timestamp(cells["ship_date"]) <= pd.Timestamp(here.rates["book"]["known_to"])
        cells["order_status"] = "shipped" if gone else "open"
    for name in ("end_user_name", "payer_name", "dc_operator", "notify_party_name"):
        same = [mine for mine in NAMES if cells.get(name) == donor[mine] and mine in given]
        if same and name not in given:
            cells[name] = given[same[0]]
    for name, owners in COUNTRY_OF.items():
        same = [owner for owner in owners if cells.get(name) == donor[owner] and owner in given]
        if same and name not in given:
            cells[name] = given[same[0]]
    cells = _ports(here, _spoken(here, _contact(here, cells, given, donor), given, donor), given, donor)
    return goods(here, rng, cells, given, donor)


def weighed(lines: list[Cells]) -> list[Cells]:
    """The lines of an order, whose gross weight is that of all of them."""
    kilos = [float(line["gross_weight"]) for line in lines if "gross_weight" in line]
    total = {"gross_weight": f"{max(sum(kilos), 0.1):.1f}"} if len(kilos) == len(lines) else {}
    return [line | total for line in lines]


def _contact(here: World, cells: Cells, given: Cells, donor: Cells) -> Cells:
    """Mail, telephone and city of the case's buyer, where the honest order has them."""
    word = str(given["buyer_name"]).split()[0].lower()
    if "contact_email" in cells and str(cells["contact_email"]).endswith(".example"):
        group = "-group" if str(cells["contact_email"]).endswith("-group.example") else ""
        cells["contact_email"] = str(cells["contact_email"]).split("@")[0] + f"@{word}{group}.example"
    elif "contact_email" in cells:
        cells["contact_email"] = word + "." + str(cells["contact_email"]).split(".", 1)[1]
    place, code = here.places.loc[given["buyer_country"]], str(here.places.loc[donor["buyer_country"], "phone"])
    phone = str(cells.get("contact_phone", ""))
    if phone.startswith(code + " "):
        cells["contact_phone"] = place["phone"] + phone[len(code) :]
    if "buyer_city" in cells and donor["buyer_country"] != given["buyer_country"]:
        cells["buyer_city"] = place["cities"].split(";")[0]
    return cells


def _spoken(here: World, cells: Cells, given: Cells, donor: Cells) -> Cells:
    """The end use in English where the honest buyer spoke the language of another country than the case's."""
    words = cells.get("end_use_text")
    if words is None or "end_use_text" in given or donor["buyer_country"] == given["buyer_country"]:
        return cells
    row = here.phrases[here.phrases.eq(words).any(axis=1)]
    return cells | ({"end_use_text": row["en"].iloc[0]} if len(row) else {})


def _ports(here: World, cells: Cells, given: Cells, donor: Cells) -> Cells:
    """A port of the case's own countries where the honest order has one of other countries."""
    for name, owner in PORTS.items():
        if name in cells and name not in given and donor[owner] != given[owner]:
            cells[name] = here.places.loc[given[owner], "ports"].split(";")[0]
    return cells
