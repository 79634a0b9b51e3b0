"""What the past says of the parties around each line, as of the day before its order date."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from features import links_counts as counts
from features.known import Known
from features.links import coded
from features.links_seen import NEVER, Bools, Ints, days_of
from features.links_successors import new_buyers, only_refused_bought_it, overlaps
from features.links_ties import hops, others_in_the_group, ties, under_other_names, years_linked
from features.links_verdicts import bad_since, decided, owners, told
from features.links_web import web
from features.past.narrow import category_columns

COVERED, WITHIN = 90, 365
"""Some line of the year that ended 90 days before must be known, else "never met" says nothing (our judgement)."""

COLUMNS = (
    "net_covered", "net_told", "net_customers", "net_buyers", "net_buyers_lately",
    "net_new_buyer", "net_paid_for", "net_consignees", "net_one_offs", "net_hops", "net_link_years",
    "net_group", "net_other_names", "net_overlaps", "net_part_of_refused", "net_carrier_refused",
)  # fmt: skip
"""One float a line, missing where the line does not state what is asked; 0 and 1 stand for no and yes."""

STAMP = COLUMNS[0]


def linked(lines: pd.DataFrame, known: Known) -> pd.DataFrame:
    """The lines (with their facts) with COLUMNS; without a past, or with COLUMNS already, they come back as they are.

    Only rows of the past known before the order date of a line count for it, and decisions before that date.
    """
    if STAMP in lines or known.past.empty:
        return lines
    day = days_of(lines["order_date"])
    facts = _facts(lines, known, day)
    found = {name: np.where(day < NEVER, facts[name], np.nan) for name in COLUMNS}
    return pd.concat([lines, pd.DataFrame(found, index=lines.index)], axis=1)


def _facts(lines: pd.DataFrame, known: Known, day: Ints) -> Mapping[str, np.ndarray]:
    """COLUMNS for each line, order date as `day`."""
    own = category_columns(lines, known.tables)
    parents = owners(None if known.backtest else known.customers)  # undated: as of today
    past, asked = coded(known.past, own, day, parents)
    verdicts = decided(known)
    bad = bad_since(past, verdicts, known)
    woven = web(past, bad)
    shared = ties(asked, woven.found)
    new = new_buyers(past, asked, days_of(lines["buyer_customer_since"]))
    listed = lines["list_gate"].isin(("stop", "licence")).to_numpy(dtype=bool)
    consignees, one_offs = counts.consignees_of_the_forwarder(past, asked)
    return {
        "net_covered": covered(past.day, day),
        "net_told": np.full(len(day), told(known)),
        "net_customers": counts.customers_at_the_address(past, asked),
        "net_buyers": counts.buyers_of_the_site(past, asked),
        "net_buyers_lately": counts.buyers_of_the_site(past, asked, lately=True),
        "net_new_buyer": new,
        "net_paid_for": counts.buyers_of_the_payer(past, asked),
        "net_consignees": consignees,
        "net_one_offs": one_offs,
        "net_carrier_refused": counts.refused_share_of_the_forwarder(past, asked, verdicts),
        "net_hops": np.where(listed, 0, hops(asked, woven, shared)),
        "net_link_years": years_linked(shared, len(day)),
        "net_group": others_in_the_group(asked, woven, shared),
        "net_other_names": under_other_names(asked, woven, shared),
        "net_overlaps": overlaps(past, asked, woven, shared, new),
        "net_part_of_refused": only_refused_bought_it(past, asked, bad, new),
    }


def covered(known: Ints, day: Ints) -> Bools:
    """Whether the past reaches back far enough before each day; a single date of long ago does not."""
    days = np.unique(known[known < NEVER])
    return np.searchsorted(days, day - COVERED) > np.searchsorted(days, day - COVERED - WITHIN)
