"""The seller's customer master: buyers and the end customers it knows, with what each has told."""

import numpy as np
import pandas as pd

from training.simulate.blanks import leave_out
from training.simulate.days import dates, earlier
from training.simulate.draws import Truths, chance
from training.simulate.world import World


def known_parties(world: World, rng: np.random.Generator, deals: pd.DataFrame, firms: pd.DataFrame) -> Truths:
    """Which firms the master holds: every buyer, most end customers, fewer of those that only stand on paper."""
    told = world.rates["buyers"]
    buys = firms.index.isin(deals["firm"])
    shown = firms.index.isin(deals["customer"]) | firms.index.isin(deals["user"])
    rate = np.where(firms["paper"].eq(True), told["paper_in_master"], told["in_master"])
    return np.asarray(buys | (shown & chance(rng, rate, len(firms))))


def numbers(firms: pd.DataFrame) -> "pd.Series[str]":
    """Customer numbers in the order in which customer files were opened."""
    rank = firms["since"].rank(method="first").astype(int)
    return "C" + (10_000 + rank).astype(str)


def master(world: World, rng: np.random.Generator, firms: pd.DataFrame) -> pd.DataFrame:
    """The cells of the customer file, one row a firm, in the order of their numbers."""
    size = len(firms)
    age = pd.to_timedelta(rng.integers(10, 900, size), unit="D")
    reviewed = earlier(firms["since"] + age, world.end)
    operator = firms["group"] == "operator"
    cells = {
        "customer_id": firms["customer_id"],
        "legal_name": firms["name"],
        "party_country": firms["country"],
        "party_address": firms["address"],
        "incorporation_date": dates(firms["founded"]),
        "incorporation_country": firms["country"],
        "registration_number": firms["registration"],
        "hq_country": firms["hq"],
        "ultimate_parent_name": firms["parent"],
        "ultimate_parent_country": firms["parent_country"],
        "website": firms["website"],
        "business_type": firms["business_type"],
        "industry_code": firms["industry"],
        "employees": firms["people"].astype(int).astype(str),
        "annual_revenue": firms["revenue"].astype(np.int64).astype(str),
        "customer_since": dates(firms["since"]),
        "address_type": firms["address_type"],
        "kyc_date": dates(reviewed),
        "military_or_state_link": np.where(chance(rng, 0.6, size), "none", ""),  # assumption
        "dc_name": firms["site_name"].where(operator, ""),
        "dc_country": firms["country"].where(operator, ""),
        "dc_power_mw": firms["mw"].map(lambda mw: "" if np.isnan(mw) else f"{mw:.1f}").where(operator, ""),
        "iaas_provider": np.where(firms["business_type"] == "cloud", "Y", "N"),
        "iaas_customer_hq_countries": np.where(firms["business_type"] == "cloud", firms["tenants"], ""),
    }
    table = pd.DataFrame({name: np.asarray(cell, dtype=object) for name, cell in cells.items()})
    known = leave_out(world, rng, table, np.full(size, 0.75), firms["openness"].to_numpy(dtype=float))
    return known.sort_values("customer_id", ignore_index=True)
