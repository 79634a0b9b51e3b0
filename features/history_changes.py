"""Signals of what changed: parties and route of the order itself, the payer, the country that the trade went to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.declare import feature, three_valued
from features.history_facts import RUSSIA_AND_BELARUS, of_the_past
from features.known import Known
from features.past import identity, narrow
from features.past.asof import days
from features.places import in_d5_or_macau

RUSSIA_CONTROLS = pd.Timestamp(2022, 2, 24)
"""Day from which goods for Russia and Belarus were turned to other countries (joint alert of June 2022)."""

SHIPPING = ("ult_consignee", "end_user", "destination_country", "transit_countries")


@feature(
    kind="flag", unit="yes/no", risk="rises", flag="late-change",
    fields=("order_id", "line_no", "ult_consignee_name", "end_user_name", "destination_country", "transit_countries"),
    revision=1,
)  # fmt: skip
def parties_or_route_were_changed(lines: pd.DataFrame, known: Known) -> pd.Series:
    """An earlier version of the line had another consignee, end user, destination or route; not evaluated without one.

    A cell that is empty in one of the versions is no change.
    """
    past = known.past[known.past["replaced_on"].notna()]
    changed = pd.Series(pd.NA, index=lines.index, dtype="boolean")
    if past.empty:
        return changed
    key = identity.keys(lines)
    again = np.isin(key, past["key"].to_numpy()) & (key != identity.NO_KEY)
    own = lines[again]
    if own.empty:
        return changed
    now = pd.DataFrame({**narrow.parties(own), **{name: own[name] for name in SHIPPING[2:]}})[list(SHIPPING)]
    pairs = now.astype("str").assign(key=key[again], at=own.index).merge(
        past[["key", *SHIPPING]].astype(dict.fromkeys(SHIPPING, "str")), on="key", suffixes=("", "_before")
    )  # fmt: skip
    other = pd.concat([_differ(pairs[name], pairs[f"{name}_before"]) for name in SHIPPING], axis=1).any(axis=1)
    found = other.groupby(pairs["at"]).any()
    changed.loc[found.index] = found.astype("boolean")
    return changed


def _differ(now: pd.Series, before: pd.Series) -> pd.Series:
    return (now != before) & now.notna() & before.notna()


@feature(
    kind="flag", unit="yes/no", risk="rises", flag="new-payer",
    fields=("payer_name", "payer_country", "buyer_id", "buyer_name", "order_date"), revision=1,
)  # fmt: skip
@of_the_past
def pays_through_a_new_payer(told: pd.DataFrame, known: Known) -> pd.Series:
    """Nobody of this name paid for the buyer before; not evaluated without payer, or without one on an earlier line."""
    return three_valued(told["past_paid_so"] == 0, told["past_payer_named"] & (told["past_paid"] > 0))


@feature(
    kind="flag", unit="yes/no", risk="rises", flag="payment-rerouted",
    fields=("payer_country", "payer_name", "buyer_id", "buyer_name", "order_date"), revision=1,
)  # fmt: skip
@of_the_past
def payment_left_a_country_of_concern(told: pd.DataFrame, known: Known) -> pd.Series:
    """The buyer once paid from D:5 or Macau and now pays from elsewhere; not evaluated without both countries."""
    elsewhere = ~in_d5_or_macau(told["payer_country"], told["order_date"], known)
    return three_valued(elsewhere & (told["past_paid_from_concern"] > 0), elsewhere.notna() & (told["past_paid"] > 0))


@feature(
    kind="flag", unit="yes/no", risk="rises", flag="redirected-trade",
    fields=("destination_country", "buyer_id", "buyer_name", "end_user_name", "order_date"), revision=1,
)  # fmt: skip
@of_the_past
def trade_turned_away_from_russia(told: pd.DataFrame, known: Known) -> pd.Series:
    """Buyer or end user had goods sent to Russia or Belarus before, and not now; not evaluated without a destination.

    No only for a buyer whose earlier orders reach back before February 2022.
    """
    place = told["destination_country"]
    turned = (told["past_to_russia"] > 0) & ~place.isin(RUSSIA_AND_BELARUS) & place.notna()
    since = days(told["order_date"]) - int(RUSSIA_CONTROLS.value // 86_400_000_000_000)
    return three_valued(turned, place.notna() & (turned | (told["past_since_first"] > since)))


FEATURES = (
    parties_or_route_were_changed,
    pays_through_a_new_payer,
    payment_left_a_country_of_concern,
    trade_turned_away_from_russia,
)
