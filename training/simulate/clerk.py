"""The seller's clerk writes an order into the order system; he knows the arrangement and nothing of what is intended.

Longer than most: one function a group of cells of the order file, in the order of the file; some list many cells.
"""

import numpy as np
import pandas as pd

from training.simulate.arrangements import NOBODY
from training.simulate.blanks import yes_no
from training.simulate.days import dates
from training.simulate.deals import happens
from training.simulate.dispatch import dispatch, telephone
from training.simulate.draws import among, choose, choose_each
from training.simulate.end_uses import end_use, site
from training.simulate.world import World

METHODS = {  # assumption, prepaid or not
    "yes": {"wire": 0.93, "lc": 0.05, "crypto": 0.02},
    "no": {"wire": 0.62, "credit": 0.25, "lc": 0.13},
}
TYPES = {"operator": "D", "enterprise": "D", "channel": "R", "office": "D"}
HABITS = {
    "installation_declined": "declines_installation",
    "support_declined": "declines_support",
    "urgency_flag": "urgent",
    "repackaging_requested": "neutral_boxes",
}


def header(
    world: World, rng: np.random.Generator, deals: pd.DataFrame, rates: pd.DataFrame, firms: pd.DataFrame
) -> pd.DataFrame:
    """The cells of each order that its lines share, nothing left out yet; index of `deals`."""
    route = _route(rng, deals)
    parts = (
        _dates(world, rng, deals),
        _parties(world, rng, deals, firms),
        route,
        dispatch(world, rng, deals, rates, firms, route["mode_of_transport"].to_numpy(dtype=object)),
        _money(rng, deals, rates),
        _conduct(rng, deals, rates),
        end_use(world, rng, deals, rates, firms),
        site(rng, deals, rates, firms),
    )
    return pd.concat(parts, axis=1)


def _dates(world: World, rng: np.random.Generator, deals: pd.DataFrame) -> pd.DataFrame:
    """Order, requested and shipping date, and whether the goods had left when the book was closed."""
    wait = pd.Series(rng.integers(14, 120, len(deals)), index=deals.index)
    ship = deals["date"] + pd.to_timedelta(wait + rng.integers(-5, 40, len(deals)), unit="D")
    return pd.DataFrame(
        {
            "order_date": dates(deals["date"]),
            "requested_date": dates(deals["date"] + pd.to_timedelta(wait, unit="D")),
            "ship_date": dates(ship),
            "order_status": np.where(ship <= pd.Timestamp(world.rates["book"]["known_to"]), "shipped", "open"),
            "transaction_type": among(rng, ("sale",), len(deals)),
        }
    )


def _parties(world: World, rng: np.random.Generator, deals: pd.DataFrame, firms: pd.DataFrame) -> pd.DataFrame:
    """Seller, buyer, consignee, end user, forwarder and payer, by name, country and address."""
    mine, told = firms.iloc[deals["firm"]], world.rates["sellers"]
    user = firms.iloc[deals["user"].clip(lower=0)]
    named, stock = (deals["user"] != NOBODY).to_numpy(), deals["stock"].to_numpy()
    placeholder = np.where(stock, among(rng, ("stock", "various", "TBD"), len(deals)), "")
    own_place = (deals["user"] == deals["firm"]).to_numpy() & (deals["place"] == "data_centre").to_numpy()
    far = deals["moved"].to_numpy() & own_place
    outside = deals["place"].isin(["forwarder", "free_zone"]).to_numpy()
    kind = np.where(outside, "O", np.array([TYPES[group] for group in mine["group"]], dtype=object))
    site = np.where(
        own_place, deals["consignee_address"], user["site_address"].where(user["group"] == "operator", user["address"])
    )
    cells = {
        "seller_name": np.array(told["names"], dtype=object)[deals["seller"]],
        "seller_country": np.array(told["countries"], dtype=object)[deals["seller"]],
        "buyer_name": mine["name"],
        "buyer_id": mine["customer_id"],
        "buyer_address": mine["address"],
        "buyer_city": mine["city"],
        "buyer_country": mine["country"],
        "ult_consignee_name": deals["consignee"],
        "ult_consignee_type": np.where(deals["ship_to"] == "end_customer", "D", kind),
        "ult_consignee_address": deals["consignee_address"],
        "ult_consignee_country": deals["destination"],
        "inter_consignee_name": deals["middle"],
        "inter_consignee_country": deals["middle_country"],
        "end_user_name": np.where(named, user["name"], placeholder),
        "end_user_country": np.where(named, np.where(far, deals["destination"], user["country"]), ""),
        "end_user_address": np.where(named, site, ""),
        "forwarder_name": deals["forwarder"],
        "forwarder_country": deals["forwarder_country"],
        "forwarder_address": deals["forwarder_address"],
        "payer_name": deals["payer_name"],
        "payer_country": deals["payer_country"],
        "related_party": yes_no((deals["payer_role"] == "parent").to_numpy()),
        "contact_email": mine["mail"],
        "contact_phone": telephone(rng, mine["phone"], world.rates["buyers"]["local_phone"]),
    }
    return pd.DataFrame({name: np.asarray(cell, dtype=object) for name, cell in cells.items()}, index=deals.index)


def _route(rng: np.random.Generator, deals: pd.DataFrame) -> pd.DataFrame:
    """Destination, transit, means of transport and the kind of place that takes delivery."""
    export = deals["export"].to_numpy()
    mode = np.where(export, choose(rng, {"air": 0.90, "sea": 0.06, "road": 0.04}, len(deals)), "road")  # assumption
    return pd.DataFrame(
        {
            "destination_country": deals["destination"],
            "transit_countries": deals["transit"],
            "mode_of_transport": mode,
            "delivery_place_type": deals["place"],
            "routed_transaction": yes_no(deals["routed"].to_numpy()),
        },
        index=deals.index,
    )


def _money(rng: np.random.Generator, deals: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Terms of delivery and payment."""
    size = len(deals)
    prepaid = happens(rng, rates, "prepaid")
    share = np.where(prepaid, among(rng, ("1", "1", "0.5", "0.3"), size), "0")
    terms = np.where(
        share == "1",
        "100% in advance",
        np.where(prepaid, "deposit, rest before shipment", among(rng, ("net 30", "net 45", "net 60"), size)),
    )
    theirs = happens(rng, rates, "buyers_forwarder")
    ours = among(rng, ("CPT", "DAP", "CIP", "DDP"), size)
    method = choose_each(rng, np.where(prepaid, "yes", "no").astype(object), METHODS)
    return pd.DataFrame(
        {
            "incoterm": np.where(theirs, among(rng, ("EXW", "FCA"), size), ours),
            "payment_terms": terms,
            "payment_method": method,
            "payment_prepaid_share": share,
        },
        index=deals.index,
    )


def _conduct(rng: np.random.Generator, deals: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """What sales staff noted of the buyer's wishes."""
    return pd.DataFrame({name: yes_no(happens(rng, rates, habit)) for name, habit in HABITS.items()}, index=deals.index)
