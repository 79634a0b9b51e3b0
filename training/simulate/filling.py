"""Cells that a public source does not state are taken from an honest order of the same leg and class of item.

A cell that is blank in the honest order stays blank, so cells are as often filled as in honest files. Names, countries and
days are translated: where the honest buyer stood, the case's buyer stands; a wait of forty days stays one of forty days.
"""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from training.simulate.draws import stream
from training.simulate.honest import honest_cells
from training.simulate.world import World, world

Cells = dict[Hashable, Any]
DONORS = 500  # honest orders of each class to choose from
DATES = ("requested_date", "ship_date", "end_use_statement_date")
MASTER_DATES = ("incorporation_date", "customer_since", "kyc_date")
NAMES = ("buyer_name", "ult_consignee_name", "end_user_name")
COUNTRY_OF = {  # whose country a cell repeats in an honest order, first match
    "payer_country": ("buyer_country", "destination_country"),
    "end_user_country": ("destination_country", "buyer_country"),
    "forwarder_country": ("seller_country", "destination_country"),
    "inter_consignee_country": ("seller_country", "destination_country"),
    "dc_country": ("destination_country",),
}
OF_THE_PART = {"eccn": "eccn", "hs_code": "hs", "manufacturer": "manufacturer", "item_description": "description"}
OURS = ("order_id", "line_no", "licence_code", "licence_number")  # never from another order


def filled(cases: pd.DataFrame, masters: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Order lines and customer file of public cases with the cells that no source states drawn from honest orders.

    `cases` has the columns of an order file and `item`, the class of item; the other columns come back as they are.
    """
    rng, here = stream(seed, "filling"), world()
    pools = {item: honest_cells(DONORS, seed, item) for item in sorted(set(cases["item"]))}
    lines: list[Cells] = []
    files: dict[str, Cells] = {}
    for _, order in cases.groupby("order_id", sort=False):
        orders, customers = pools[order["item"].iloc[0]]
        first = order.iloc[0]
        donor = _donor(rng, orders, customers, first, masters)
        lines += [_line(here, rng, line, donor) for _, line in order.iterrows()]
        files.setdefault(first["buyer_id"], _file(masters, customers, first, donor))
        files |= {name: row for name, row in _end_user(customers, donor, lines[-1]).items() if name not in files}
    return _table(lines, [*cases.columns], pools), _table([*files.values()], [*masters.columns], pools, 1)


def _table(rows: list[Cells], lead: list[Any], pools: Mapping[str, Any], which: int = 0) -> pd.DataFrame:
    """Rows as text: the columns of the cases that are no field first, then those of an honest file in its order."""
    fields = list(next(iter(pools.values()))[which].columns)
    return pd.DataFrame(rows, columns=[*[name for name in lead if name not in fields], *fields]).astype("str")


def _donor(
    rng: np.random.Generator,
    orders: pd.DataFrame,
    customers: pd.DataFrame,
    case: "pd.Series[Any]",
    masters: pd.DataFrame,
) -> Cells:
    """An honest order of the same leg, then of the same kind of buyer, then of the same part, as far as there is one."""
    stated = masters.set_index("customer_id")["business_type"].get(case["buyer_id"])
    kinds = orders["buyer_id"].map(customers.set_index("customer_id")["business_type"])
    home = orders["seller_country"] == orders["destination_country"]
    pool = orders[(home == (case["seller_country"] == case["destination_country"])) & orders["licence_number"].isna()]
    for wish in (kinds == stated, orders["part_number"] == case["part_number"]):
        wished = pool[wish.reindex(pool.index)]
        pool = wished if len(wished) else pool
    return pool.iloc[int(rng.integers(0, len(pool)))].to_dict()


def _line(here: World, rng: np.random.Generator, case: "pd.Series[Any]", donor: Cells) -> Cells:
    """One line: what the case states, and for the rest what the honest order has."""
    shift = pd.Timestamp(case["order_date"]) - pd.Timestamp(donor["order_date"])
    given: Cells = {name: value for name, value in case.items() if not pd.isna(value)}
    cells: Cells = {name: value for name, value in donor.items() if not pd.isna(value) and name not in OURS} | given
    for name in DATES:
        if name in cells and name not in given:
            cells[name] = _moved(cells[name], shift)
    for name in ("end_user_name", "payer_name", "dc_operator"):
        same = [mine for mine in NAMES if cells.get(name) == donor[mine] and mine in given]
        if same and name not in given:
            cells[name] = given[same[0]]
    for name, owners in COUNTRY_OF.items():
        same = [owner for owner in owners if cells.get(name) == donor[owner] and owner in given]
        if same and name not in given:
            cells[name] = given[same[0]]
    return _item(here, rng, _contact(here, cells, given, donor), given, donor)


def _contact(here: World, cells: Cells, given: Cells, donor: Cells) -> Cells:
    """Mail, telephone and city of the case's buyer, where the honest order has them."""
    word = str(given["buyer_name"]).split()[0].lower()
    if "contact_email" in cells and str(cells["contact_email"]).endswith(".example"):
        cells["contact_email"] = str(cells["contact_email"]).split("@")[0] + f"@{word}.example"
    elif "contact_email" in cells:
        cells["contact_email"] = word + "." + str(cells["contact_email"]).split(".", 1)[1]
    place = here.places.loc[given["buyer_country"]]
    if "contact_phone" in cells:
        cells["contact_phone"] = place["phone"] + " " + str(cells["contact_phone"]).split(" ", 1)[1]
    if "buyer_city" in cells and donor["buyer_country"] != given["buyer_country"]:
        cells["buyer_city"] = place["cities"].split(";")[0]
    return cells


def _item(here: World, rng: np.random.Generator, cells: Cells, given: Cells, donor: Cells) -> Cells:
    """Words, codes, price and weight of the case's part; a part no seller of the world knows keeps only what is stated."""
    parts = here.parts.set_index("part")
    part = parts.loc[given["part_number"]] if given["part_number"] in parts.index else None
    for name, column in OF_THE_PART.items():
        if name in cells and name not in given and donor["part_number"] != given["part_number"]:
            cells[name] = "" if part is None else part[column]
    for name in ("chips_per_unit", "net_weight", "uom", "unit_price", "line_value"):
        cells[name] = given.get(name, "")
    quantity = float(cells.get("quantity", 1))
    if "line_value" in given:
        price = float(given["line_value"]) / quantity
    elif part is None:
        return {name: value for name, value in cells.items() if value != ""}
    else:
        price = round(float(part["low"] + (part["high"] - part["low"]) * rng.beta(2, 2)), -1)
    cells["unit_price"] = given.get("unit_price", f"{price:.2f}")
    cells["line_value"] = given.get("line_value", f"{price * quantity:.2f}")
    if part is not None:
        cells["uom"] = given.get("uom", {"rack": "RACK", "system": "SYS"}.get(part["form"], "EA"))
        chips, weight = "chips_per_unit", "net_weight"
        cells[chips] = f"{part['chips']:.0f}" if not pd.isna(donor[chips]) and part["chips"] > 0 else ""
        cells[weight] = "" if pd.isna(donor[weight]) else f"{part['kg'] * quantity * rng.uniform(0.95, 1.2):.1f}"
    return {name: value for name, value in cells.items() if value != ""}


def _file(masters: pd.DataFrame, customers: pd.DataFrame, case: "pd.Series[Any]", donor: Cells) -> Cells:
    """The buyer's row of the customer file: what the case states, the rest as the honest buyer's."""
    mine = masters[masters["customer_id"] == case["buyer_id"]].iloc[0]
    given: Cells = {name: value for name, value in mine.items() if not pd.isna(value)}
    theirs = customers[customers["customer_id"] == donor["buyer_id"]].iloc[0]
    cells: Cells = {name: value for name, value in theirs.items() if not pd.isna(value)} | given
    shift = pd.Timestamp(case["order_date"]) - pd.Timestamp(donor["order_date"])
    for name in MASTER_DATES:
        if name in cells and name not in given:
            cells[name] = _moved(cells[name], shift)
    if str(cells.get("customer_since", "9999")) < str(cells.get("incorporation_date", "0000")):
        cells.pop("customer_since")  # nobody is a customer before it is founded
    for name in ("incorporation_country", "hq_country", "ultimate_parent_country", "dc_country"):
        if name not in given and cells.get(name) == theirs["party_country"]:
            cells[name] = given["party_country"]
    word = str(given["legal_name"]).split()[0]
    for name, text in (
        ("website", f"{word.lower()}.example"),
        ("ultimate_parent_name", f"{word} Group"),
        ("dc_name", f"{word} DC1"),
    ):
        if name in cells and name not in given:
            cells[name] = text
    return cells


def _end_user(customers: pd.DataFrame, donor: Cells, line: Cells) -> dict[str, Cells]:
    """The honest order's end user, when the filled line names it and the customer file knows it."""
    name = donor["end_user_name"]
    known = customers[customers["legal_name"] == name]
    if pd.isna(name) or line.get("end_user_name") != name or known.empty:
        return {}
    row = {column: value for column, value in known.iloc[0].items() if not pd.isna(value)}
    return {
        str(row["customer_id"]): row | {"party_country": line.get("end_user_country", row.get("party_country", ""))}
    }


def _moved(day: Any, shift: pd.Timedelta) -> str:
    """A day moved by a span."""
    return (pd.Timestamp(str(day)) + shift).strftime("%Y-%m-%d")
