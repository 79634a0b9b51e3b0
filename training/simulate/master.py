"""The seller's customer master: buyers and the end customers it knows, with what each has told."""

import numpy as np
import pandas as pd

from training.simulate.blanks import leave_out
from training.simulate.days import Days, dates, earlier
from training.simulate.draws import Truths, Words, chance, choose
from training.simulate.world import World


def known_parties(world: World, rng: np.random.Generator, deals: pd.DataFrame, firms: pd.DataFrame) -> Truths:
    """Which firms the master holds: every buyer, most end customers, fewer of those that only stand on paper."""
    told = world.rates["buyers"]
    buys = firms.index.isin(deals["firm"])
    shown = firms.index.isin(deals["customer"]) | firms.index.isin(deals["user"])
    rate = np.where(firms["paper"], told["paper_in_master"], told["in_master"])
    return np.asarray(buys | (shown & chance(rng, rate, len(firms))))


def numbers(firms: pd.DataFrame) -> "pd.Series[str]":
    """Customer numbers in the order in which customer files were opened."""
    rank = firms["since"].rank(method="first").astype(int)
    return "C" + (10_000 + rank).astype(str)


def master(world: World, rng: np.random.Generator, firms: pd.DataFrame) -> pd.DataFrame:
    """The cells of the customer file, one row a firm, in the order of their numbers."""
    size = len(firms)
    reviewed = _reviewed(world, rng, firms)
    operator = firms["group"] == "operator"
    alone = (firms["parent"] == "") & firms["tells_owner"]  # nobody stands above it, and the file says so
    cells = {
        "customer_id": firms["customer_id"],
        "legal_name": firms["name"],
        "other_names": firms["other_names"],
        "party_country": firms["country"],
        "party_address": firms["address"],
        "incorporation_date": dates(firms["founded"]),
        "incorporation_country": firms["country"],
        "registration_number": firms["registration"],
        "hq_country": firms["hq"],
        "ultimate_parent_name": firms["parent"].where(~alone, firms["name"]),
        "ultimate_parent_country": firms["parent_country"].where(~alone, firms["hq"]),
        "listed_ownership_pct": firms["stake"].map(lambda share: "" if np.isnan(share) else f"{share:.0f}"),
        "website": firms["website"],
        "business_type": firms["business_type"],
        "industry_code": firms["industry"],
        "employees": firms["people"].astype(int).astype(str),
        "annual_revenue": firms["revenue"].astype(np.int64).astype(str),
        "customer_since": dates(firms["since"]),
        "address_type": firms["address_type"],
        "kyc_date": dates(reviewed),
        "kyc_risk_rating": _rating(world, rng, firms),
        "military_or_state_link": _state_link(world, rng, firms),
        "dc_name": firms["site_name"].where(operator, ""),
        "dc_country": firms["country"].where(operator, ""),
        "dc_power_mw": firms["mw"].map(lambda mw: "" if np.isnan(mw) else f"{mw:.1f}").where(operator, ""),
        "iaas_provider": np.where(firms["business_type"] == "cloud", "Y", "N"),
        "iaas_customer_hq_countries": np.where(firms["business_type"] == "cloud", firms["tenants"], ""),
    }
    table = pd.DataFrame({name: np.asarray(cell, dtype=object) for name, cell in cells.items()})
    known = leave_out(world, rng, table, np.full(size, 0.75), firms["openness"].to_numpy(dtype=float))
    return known.sort_values("customer_id", ignore_index=True)


def _reviewed(world: World, rng: np.random.Generator, firms: pd.DataFrame) -> Days:
    """The day of the last review: that of onboarding, or some day after it."""
    size = len(firms)
    stale = chance(rng, world.rates["buyers"]["stale_kyc"], size)
    span = (world.end - firms["since"]).dt.days.clip(lower=0) * rng.beta(2, 1, size)
    after = firms["since"] + pd.to_timedelta(np.floor(span), unit="D")
    first = firms["since"] + pd.to_timedelta(rng.integers(0, 30, size), unit="D")
    return earlier(first.where(pd.Series(stale, index=firms.index), after), world.end)


def _rating(world: World, rng: np.random.Generator, firms: pd.DataFrame) -> Words:
    """The onboarding team's rating: by country, age and size, with a good deal of chance."""
    licensed = world.rates["buyers"]["licensed"]["countries"]
    young = (firms["since"] - firms["founded"]).dt.days < 400
    points = 1.2 * firms["country"].isin(licensed) + 0.7 * young + 0.4 * (firms["people"] < 20)
    felt = points.to_numpy(dtype=float) + rng.normal(0, 0.8, len(firms))
    return np.select([felt > 2.3, felt > 1.0], ["high", "medium"], "low").astype(object)


def _state_link(world: World, rng: np.random.Generator, firms: pd.DataFrame) -> Words:
    """What is on file of a state or military link: nothing for most, sometimes for bodies of the state."""
    public = firms["kind"].isin(["public_body", "university", "telecom"]).to_numpy()
    owned = public & chance(rng, world.rates["buyers"]["state_owned"], len(firms))
    state = choose(rng, {"suspected": 0.5, "confirmed": 0.5}, len(firms))  # assumption
    return np.select([owned, (firms["link"] != "").to_numpy()], [state, firms["link"]], "none").astype(object)
