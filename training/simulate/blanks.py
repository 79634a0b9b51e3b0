"""Cells stay blank for reasons of who sells and who buys: a tidy system and an open buyer fill more of them."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from training.simulate.draws import Numbers, Truths, Words, chance
from training.simulate.world import World

GROUPS: Mapping[str, tuple[str, ...]] = {
    "addresses": ("buyer_address", "buyer_city", "ult_consignee_address", "party_address"),
    "consignee_type": ("ult_consignee_type",),
    "end_user": ("end_user_name", "end_user_country", "end_user_address"),
    "payer": ("payer_name", "payer_country", "related_party"),
    "forwarder": ("forwarder_name", "forwarder_country", "forwarder_address"),
    "routing": ("transit_countries", "mode_of_transport", "delivery_place_type"),
    "carriage": ("notify_party_name", "port_of_export", "port_of_unlading", "carrier_name", "filing_option"),
    "contact": ("contact_email", "contact_phone"),
    "classification": ("eccn", "manufacturer", "chips_per_unit"),
    "customs": ("hs_code", "net_weight", "gross_weight", "country_of_origin", "domestic_foreign"),
    "licence": ("licence_code",),
    "terms": ("incoterm", "routed_transaction", "payment_terms", "payment_method", "payment_prepaid_share"),
    "conduct": ("installation_declined", "support_declined", "urgency_flag", "repackaging_requested"),
    "end_use": ("end_use_text", "end_use_statement", "end_use_statement_date", "reexport_intended"),
    "site": ("dc_name", "dc_operator", "dc_country", "dc_power_mw", "dc_infrastructure_confirmed",
             "location_verification", "iaas_provider", "iaas_customer_hq_countries"),
    "days": ("requested_date",),
    "must": ("buyer_country", "ult_consignee_name", "ult_consignee_country", "destination_country", "quantity"),
    "identity": ("incorporation_date", "incorporation_country", "registration_number", "business_type", "address_type"),
    "ownership": ("hq_country", "ultimate_parent_name", "ultimate_parent_country"),
    "diligence": ("other_names", "listed_ownership_pct", "kyc_risk_rating", "military_or_state_link"),
    "figures": ("employees", "annual_revenue", "industry_code", "kyc_date"),
}  # fmt: skip
SINGLE = 0.04  # assumption: a cell left out on its own although its group is filled


def leave_out(
    world: World, rng: np.random.Generator, cells: pd.DataFrame, tidy: Numbers, openness: Numbers
) -> pd.DataFrame:
    """The cells with some of them blank: whole groups by seller and buyer, single ones by accident."""
    kept = cells.copy()
    for group, columns in GROUPS.items():
        rate = world.rates["cells"][group]
        if group != "must":
            rate = np.clip(rate + 0.45 * (tidy - 0.7) + 0.45 * (openness - 0.55), 0.02, 0.985)
        filled = chance(rng, rate, len(cells))
        for column in columns:
            if column in cells.columns:
                single = group != "must" and chance(rng, SINGLE, len(cells))
                kept[column] = np.where(filled & ~np.asarray(single, dtype=bool), cells[column], "")
    return kept


def text(cells: pd.DataFrame) -> pd.DataFrame:
    """All cells as text; blank ones missing."""
    return cells.astype("str").replace("", np.nan).astype("str")


def yes_no(truths: "npt.NDArray[np.bool_] | Truths") -> Words:
    """Y or N."""
    return np.where(truths, "Y", "N").astype(object)
