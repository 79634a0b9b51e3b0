"""Since when a party of the past counts as refused or listed: by decisions, by due diligence, by the lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from features.known import Known
from features.links import Coded
from features.links_seen import NEVER, Bools, Ints, days_of
from features.parties.names import name_keys
from features.past import identity

if TYPE_CHECKING:  # the matcher costs a second at start
    from features.parties.screening.lists import Lists

PROVEN = ("confirmed_diversion", "confirmed_violation")
"""Label classes after which the parties of an order count as refused, whatever was decided at first."""

BLAMED = ("buyer", "ult_consignee", "end_user")


def told(known: Known) -> bool:
    """Whether anything says which parties were refused or listed."""
    return known.decisions is not None or known.lists is not None


@dataclass(frozen=True)
class Verdicts:
    """Decided rows of the past, the day of each decision, and whether it went against the order."""

    row: Ints
    day: Ints
    against: Bools


def decided(known: Known) -> Verdicts:
    """The decisions that belong to a line of the past."""
    if known.decisions is None or known.decisions.empty:
        return Verdicts(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool))
    told = known.decisions
    refused = (told["decision"] == "refused") & (told["label_class"] != "false_positive")
    against = (refused | told["label_class"].isin(PROVEN)).fillna(False)
    made = pd.DataFrame({"key": identity.keys(told), "day": days_of(told["decided_on"]), "against": against})
    made = made[(made["key"] != identity.NO_KEY) & (made["day"] < NEVER)]
    lines = pd.DataFrame({"key": known.past["key"].to_numpy(), "row": np.arange(len(known.past))})
    found = lines[lines["key"].isin(made["key"])].merge(made, on="key")
    return Verdicts(*(found[name].to_numpy() for name in ("row", "day", "against")))


def bad_since(past: Coded, verdicts: Verdicts, known: Known) -> Ints:
    """The day from which each party counts as refused or listed; NEVER if not. A decision counts for later lines.

    The forwarder of a refused line is told apart, also where it is the consignee: it serves others too.
    """
    party = refused_since(past, verdicts)
    for titles, since in of_the_master(known):
        place = past.titles.get_indexer(pd.Index(titles))
        np.minimum.at(party, place[place >= 0], since[place >= 0])
    return party


def refused_since(past: Coded, verdicts: Verdicts) -> Ints:
    """The same by decisions alone."""
    party = np.full(len(past.titles), NEVER)
    row = verdicts.row[verdicts.against]
    day = np.maximum(verdicts.day[verdicts.against], past.day[row])
    for role in BLAMED:
        who = past.parties[role][row]
        blamed = (who >= 0) & (who != past.parties["forwarder"][row])
        np.minimum.at(party, who[blamed], day[blamed])
    return party


def keys_of(customers: pd.DataFrame, name: str, country: str) -> pd.Series:
    """The key under which the past knows a firm of the master: name key and country."""
    return name_keys(customers[name]) + "|" + customers[country].fillna("").astype("str")


def owners(customers: pd.DataFrame | None) -> pd.Series:
    """The key of the ultimate parent by the key of its company, as the customer master states it.

    A parent of which the master states no parent stands in its own group.
    """
    if customers is None:
        return pd.Series(dtype="str")
    parent = keys_of(customers, "ultimate_parent_name", "ultimate_parent_country")
    stated = pd.DataFrame({"firm": keys_of(customers, "legal_name", "party_country"), "parent": parent}).dropna()
    own = stated.assign(firm=stated["parent"])
    return pd.concat([stated, own]).drop_duplicates("firm").set_index("firm")["parent"]


def of_the_master(known: Known) -> list[tuple[pd.Series, Ints]]:
    """Keys of customers that the last review rated prohibited, and of those on a list, each with its first day.

    A review or an entry without a date counts from the beginning, and not at all in a backtest.
    """
    if known.customers is None:
        return []
    rated = known.customers[(known.customers["kyc_risk_rating"] == "prohibited").fillna(False)]
    found = [_dated(rated, rated["kyc_date"], known)]
    if known.lists is not None:
        found.append(_dated(*_listed(known.customers, known.lists, known.as_of), known))
    return found


def _listed(customers: pd.DataFrame, lists: Lists, as_of: date) -> tuple[pd.DataFrame, pd.Series]:
    """Rows of the master whose name is a listed party's, and the day of its entry."""
    from features.parties.screening.lines import GATED
    from features.parties.screening.screen import screen

    asked = pd.DataFrame(
        {
            "role": "customer",
            "name": customers["legal_name"],
            "address": pd.Series(index=customers.index, dtype="str"),
            "country": customers["party_country"],
        }
    )
    asked = asked[asked["name"].notna()]
    hits = screen(asked, lists, pd.Series(pd.Timestamp(as_of), index=asked.index))
    hits = hits[hits["kind"].isin(GATED) & hits["meaning"].isin(("stop", "licence"))]
    since = pd.to_datetime(hits["start_date"], format="%Y-%m-%d", errors="coerce")
    return customers.loc[hits.index], since


def _dated(rows: pd.DataFrame, dates: pd.Series, known: Known) -> tuple[pd.Series, Ints]:
    keys = keys_of(rows, "legal_name", "party_country")
    undated = NEVER if known.backtest else 0
    day = np.where(dates.isna().to_numpy(), undated, days_of(dates.astype("datetime64[us]")))
    return keys[keys.notna().to_numpy()], day[keys.notna().to_numpy()]
